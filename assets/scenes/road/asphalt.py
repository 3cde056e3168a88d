"""The surface of the road: stones, patches, paint, cracks, dust, and water in a hole."""

from ..blender.graph import new_material
from .fields import SALT

PATCHES = (
    (-2.25, 6.2, 0.8, 1.45),
    (2.25, 24.0, 0.8, 2.6),
    (0.9, 47.0, 0.8, 5.0),
)  # u, y, half sides


def shifted(g, u, y):
    """Road coordinates moved by the seed, for the textures that are fixed in place."""
    return g.node(
        "CombineXYZ",
        {0: g.math("ADD", u, SALT[0] * 37.7 % 100), 1: g.math("ADD", y, SALT[0] * 91.3 % 100)},
    )


def patch_field(g, pos):
    """Distance to the border of the repaired rectangles, ragged by noise; negative inside."""
    u, y, _ = g.node("SeparateXYZ", {0: pos}).node.outputs
    torn = g.noise2(shifted(g, u, y), 7.0, 4.0, 0.6, 1)
    torn = g.vector("SCALE", g.vector("SUBTRACT", torn, (0.5, 0.5, 0.5)), scale=0.09)
    ragged = g.node("SeparateXYZ", {0: g.vector("ADD", pos, torn)}).node.outputs

    def beyond(x, middle, half):
        return g.math("SUBTRACT", g.math("ABSOLUTE", g.math("SUBTRACT", x, middle)), half)

    nearest = 99.0
    for cu, cy, hu, hy in PATCHES:
        box = g.math("MAXIMUM", beyond(ragged[0], cu, hu), beyond(ragged[1], cy, hy))
        nearest = g.math("MINIMUM", nearest, box)
    return nearest


def crack_field(g, pos):
    """1 on open cracks: crazed wheel tracks, long cracks along and across; none in new patches."""
    u, y, _ = g.node("SeparateXYZ", {0: pos}).node.outputs
    flat = shifted(g, u, y)
    wob = g.vector(
        "SCALE",
        g.vector("SUBTRACT", g.noise2(flat, 3.5, 5.0, 0.62, 1), (0.5, 0.5, 0.5)),
        scale=0.42,
    )
    warped = g.vector("ADD", flat, wob)
    thick = g.range(g.noise2(flat, 5.0, 2.0), 0.35, 0.7, 0.25, 1.0)
    area = g.range(g.noise2(flat, 0.21, 2.0), 0.50, 0.66)
    craze = g.math(
        "LESS_THAN",
        g.edges(warped, 2.6),
        g.math("MULTIPLY", g.math("MULTIPLY", area, thick), 0.028),
    )
    wide = g.range(g.noise2(flat, 0.33, 2.0), 0.42, 0.60)
    net = g.math(
        "LESS_THAN",
        g.edges(warped, 0.62),
        g.math("MULTIPLY", g.math("MULTIPLY", wide, thick), 0.0075),
    )
    along = shifted(g, 3.3, y)
    sway = g.math(
        "ADD",
        g.math("MULTIPLY", g.math("SUBTRACT", g.noise2(along, 0.25, 6.0, 0.6), 0.5), 1.5),
        0.1,
    )
    dist = g.math("ABSOLUTE", g.math("SUBTRACT", u, sway))
    some = g.range(g.noise2(along, 0.16, 1.0), 0.47, 0.56)
    long = g.math("LESS_THAN", dist, g.math("MULTIPLY", g.math("MULTIPLY", some, thick), 0.012))
    cracks = g.math("MAXIMUM", g.math("MAXIMUM", craze, net), long)
    return g.math("MULTIPLY", cracks, g.math("GREATER_THAN", patch_field(g, pos), 0.0))


def asphalt_material():
    """Asphalt with its wear, patches, paint and damage."""
    m, g, b = new_material("asphalt")
    pos = g.attr("roadpos", "Vector")
    xyz = g.node("SeparateXYZ", {0: pos}).node
    u, y = xyz.outputs[0], xyz.outputs[1]
    flat = shifted(g, u, y)
    hole, dust, wet = g.attr("hole"), g.attr("dust"), g.attr("wet")
    solid = g.node(
        "NewGeometry", out="Position"
    )  # stones in space, so that broken walls show them too
    slope = g.node("SeparateXYZ", {0: g.node("NewGeometry", out="Normal")}, 2)

    # two sizes of stone in dark binder: most dull, some pale, few almost white
    def stones(vec, scale, dims):
        n = g.node("TexVoronoi", {"Vector": vec, "Scale": scale}, voronoi_dimensions=dims).node
        tone = g.node("SeparateColor", {0: n.outputs["Color"]})
        shade = g.ramp(
            tone,
            (0.0, (0.030, 0.031, 0.034)),
            (0.55, (0.060, 0.061, 0.065)),
            (0.85, (0.105, 0.104, 0.104)),
            (1.0, (0.24, 0.235, 0.225)),
        )
        return g.mix(
            g.range(n.outputs["Distance"], 0.35, 0.62), shade, (0.026, 0.027, 0.030)
        ), n.outputs["Distance"]

    coarse, dc = stones(solid, 95.0, "3D")
    fine, _ = stones(flat, 230.0, "2D")
    base = g.mix(g.range(g.noise2(flat, 28.0, 3.0), 0.42, 0.6), fine, coarse)
    # large, medium and small blotches, because no road has one tone
    blot = g.range(g.noise2(flat, 0.45, 5.0, 0.6), 0.3, 0.7, 0.72, 1.26)
    blot = g.math("MULTIPLY", blot, g.range(g.noise2(flat, 4.5, 5.0, 0.65), 0.3, 0.7, 0.80, 1.18))
    streak = g.noise2(g.vector("MULTIPLY", flat, (5.0, 0.12, 1.0)), 1.0, 4.0)
    blot = g.math("MULTIPLY", blot, g.range(streak, 0.3, 0.7, 0.86, 1.14))
    # wheel tracks are polished and paler, the lane middle is darkened by oil
    lane = g.math("SUBTRACT", g.math("ABSOLUTE", u), 1.8)
    track = g.range(
        g.math("ABSOLUTE", g.math("SUBTRACT", g.math("ABSOLUTE", lane), 0.78)),
        0.0,
        0.55,
        1.0,
        0.0,
        True,
    )
    drip = g.range(g.math("ABSOLUTE", lane), 0.0, 0.5, 1.0, 0.0, True)
    blot = g.math("MULTIPLY", blot, g.math("ADD", 0.93, g.math("MULTIPLY", track, 0.20)))
    blot = g.math("MULTIPLY", blot, g.math("SUBTRACT", 1.0, g.math("MULTIPLY", drip, 0.20)))
    spots = g.range(g.noise2(flat, 2.1, 3.0, 0.6), 0.60, 0.70, 0.0, 0.55)
    blot = g.math("MULTIPLY", blot, g.math("SUBTRACT", 1.0, g.math("MULTIPLY", spots, drip)))
    grey = g.node("CombineXYZ", {0: blot, 1: blot, 2: blot})
    col = g.mix(1.0, base, grey, "MULTIPLY")
    patch = patch_field(g, pos)
    inside = g.math("LESS_THAN", patch, 0.0)
    seam = g.math(
        "LESS_THAN",
        g.math("ABSOLUTE", patch),
        g.range(g.noise2(flat, 3.0, 2.0), 0.3, 0.7, 0.018, 0.055),
    )
    col = g.mix(inside, col, g.mix(1.0, col, (0.52, 0.52, 0.55), "MULTIPLY"))
    along = shifted(g, 9.7, y)
    joint = g.math(
        "ADD",
        g.math("MULTIPLY", g.math("SUBTRACT", g.noise2(along, 0.35, 6.0, 0.62), 0.5), 0.55),
        0.42,
    )
    joint = g.math("ABSOLUTE", g.math("SUBTRACT", u, joint))
    sealed = g.range(g.noise2(along, 0.09, 1.0), 0.50, 0.53)
    tar = g.math(
        "LESS_THAN",
        joint,
        g.math("MULTIPLY", sealed, g.range(g.noise2(flat, 5.0, 3.0), 0.3, 0.7, 0.02, 0.05)),
    )
    seam = g.math("MAXIMUM", seam, tar)
    col = g.mix(g.math("MULTIPLY", seam, 0.88), col, (0.014, 0.014, 0.016))

    # worn paint
    def line(at, half):
        edge = g.math("MULTIPLY", g.math("SUBTRACT", g.noise2(flat, 30.0, 3.0), 0.5), 0.02)
        return g.math(
            "LESS_THAN", g.math("ADD", g.math("ABSOLUTE", g.math("SUBTRACT", u, at)), edge), half
        )

    dash = g.math("LESS_THAN", g.math("FRACT", g.math("DIVIDE", g.math("ADD", y, 1.1), 9.0)), 0.40)
    paint = g.math(
        "MAXIMUM",
        g.math("MULTIPLY", line(0.0, 0.06), dash),
        g.math("MAXIMUM", line(3.38, 0.065), line(-3.38, 0.065)),
    )
    rub = g.math(
        "ADD",
        g.math("MULTIPLY", g.noise2(flat, 70.0, 5.0, 0.75), 0.75),
        g.math("MULTIPLY", g.noise2(flat, 0.9, 4.0), 0.65),
    )
    worn = g.math("MULTIPLY", g.range(rub, 0.585, 0.655), g.range(dc, 0.30, 0.65, 1.0, 0.55))
    paint = g.math(
        "MULTIPLY",
        g.math("MULTIPLY", paint, worn),
        g.math("SUBTRACT", 1.0, g.math("MAXIMUM", hole, inside), clamp=True),
    )
    col = g.mix(
        g.math("MULTIPLY", paint, 0.9),
        col,
        g.mix(g.noise2(flat, 11.0, 4.0), (0.46, 0.455, 0.43), (0.62, 0.615, 0.59)),
    )
    # broken walls and stony floor of the holes, dust dragged out around them, sand at the road edge
    rubble = g.node("TexVoronoi", {"Vector": solid, "Scale": 60.0}).node
    rtone = g.node("SeparateColor", {0: rubble.outputs["Color"]})
    floor = g.ramp(
        rtone,
        (0.0, (0.040, 0.034, 0.027)),
        (0.6, (0.072, 0.062, 0.049)),
        (0.9, (0.105, 0.092, 0.074)),
        (1.0, (0.19, 0.18, 0.16)),
    )
    mud = g.ramp(
        g.noise(solid, 7.0, 6.0, 0.7), (0.3, (0.042, 0.034, 0.026)), (0.7, (0.105, 0.088, 0.066))
    )
    floor = g.mix(g.range(g.noise(solid, 14.0, 3.0), 0.4, 0.6), mud, floor)
    broken = g.mix(1.0, coarse, (0.66, 0.64, 0.61), "MULTIPLY")
    level = g.range(slope, 0.72, 0.93)  # dust and mud lie on what is level; walls show the break
    col = g.mix(g.math("MULTIPLY", hole, 0.95), col, g.mix(level, broken, floor))
    sandy = g.math(
        "MULTIPLY",
        g.math("MULTIPLY", dust, level),
        g.range(g.noise2(flat, 16.0, 5.0, 0.7), 0.4, 0.75, 0.0, 0.75),
    )
    rim = g.range(g.math("ABSOLUTE", u), 3.45, 3.72, 0.0, 1.0, True)
    sandy = g.math(
        "MAXIMUM", sandy, g.math("MULTIPLY", rim, g.range(g.noise2(flat, 6.0, 6.0, 0.7), 0.42, 0.6))
    )
    col = g.mix(
        sandy, col, g.mix(g.noise2(flat, 120.0, 2.0), (0.11, 0.095, 0.075), (0.20, 0.18, 0.15))
    )
    crack = g.math("MULTIPLY", crack_field(g, pos), g.math("SUBTRACT", 1.0, hole))
    col = g.mix(g.math("MULTIPLY", crack, 0.9), col, (0.010, 0.010, 0.010))
    col = g.mix(g.math("MULTIPLY", wet, 0.75), col, g.mix(1.0, col, (0.30, 0.29, 0.28), "MULTIPLY"))
    g.set(b.inputs["Base Color"], col)
    rough = g.range(track, 0.0, 1.0, 0.84, 0.68)
    g.set(b.inputs["Roughness"], g.math("SUBTRACT", rough, g.math("MULTIPLY", wet, 0.42)))
    b.inputs["Specular IOR Level"].default_value = 0.22
    height = g.math("MULTIPLY", dc, -0.5)
    height = g.math(
        "ADD",
        height,
        g.math("MULTIPLY", g.math("MULTIPLY", rubble.outputs["Distance"], hole), -2.6),
    )
    g.set(
        b.inputs["Normal"], g.node("Bump", {"Strength": 0.55, "Distance": 0.004, "Height": height})
    )
    return m


def water_material():
    """Murky water with a hint of ripples."""
    m, g, b = new_material("water", (0.020, 0.017, 0.012), 0.03)
    b.inputs["IOR"].default_value = 1.33
    ripple = g.noise(g.node("NewGeometry", out="Position"), 9.0, 2.0)
    g.set(
        b.inputs["Normal"], g.node("Bump", {"Strength": 0.05, "Distance": 0.01, "Height": ripple})
    )
    return m
