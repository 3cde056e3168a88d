"""The surface of the road: stones, patches, paint, cracks, dust, and water in a hole."""

from ..blender.graph import Graph, new_material
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


class Surface(Graph):
    """The nodes of the asphalt and what many of its layers ask for: place, holes, noise."""

    def __init__(self, material):
        super().__init__(material.node_tree)
        self.pos = self.attr("roadpos", "Vector")
        xyz = self.node("SeparateXYZ", {0: self.pos}).node
        self.u, self.y = xyz.outputs[0], xyz.outputs[1]
        self.flat = shifted(self, self.u, self.y)
        # stones in space, so that broken walls show them too
        self.solid = self.node("NewGeometry", out="Position")
        self.hole, self.dust, self.wet = self.attr("hole"), self.attr("dust"), self.attr("wet")

    def times(self, *factors):
        """Product of numbers."""
        product = factors[0]
        for factor in factors[1:]:
            product = self.math("MULTIPLY", product, factor)
        return product

    def off(self, x, middle):
        """Distance of x from a middle."""
        return self.math("ABSOLUTE", self.math("SUBTRACT", x, middle))

    def speckle(self, scale, detail, rough=0.55):
        """Noise of the plane of the road."""
        return self.noise2(self.flat, scale, detail, rough)


def stones(g, vec, scale, dims):
    """Stones in dark binder: most dull, some pale, few almost white; and the distance to each."""
    n = g.node("TexVoronoi", {"Vector": vec, "Scale": scale}, voronoi_dimensions=dims).node
    shade = g.ramp(
        g.node("SeparateColor", {0: n.outputs["Color"]}),
        (0.0, (0.030, 0.031, 0.034)),
        (0.55, (0.060, 0.061, 0.065)),
        (0.85, (0.105, 0.104, 0.104)),
        (1.0, (0.24, 0.235, 0.225)),
    )
    gap = g.range(n.outputs["Distance"], 0.35, 0.62)
    return g.mix(gap, shade, (0.026, 0.027, 0.030)), n.outputs["Distance"]


def wear(g):
    """Brightness by blotches, streaks, polished wheel tracks and oil; and the wheel tracks."""
    blot = g.range(g.speckle(0.45, 5.0, 0.6), 0.3, 0.7, 0.72, 1.26)
    blot = g.times(blot, g.range(g.speckle(4.5, 5.0, 0.65), 0.3, 0.7, 0.80, 1.18))
    streak = g.noise2(g.vector("MULTIPLY", g.flat, (5.0, 0.12, 1.0)), 1.0, 4.0)
    blot = g.times(blot, g.range(streak, 0.3, 0.7, 0.86, 1.14))
    lane = g.off(g.math("ABSOLUTE", g.u), 1.8)
    track = g.range(g.off(lane, 0.78), 0.0, 0.55, 1.0, 0.0, True)
    drip = g.range(lane, 0.0, 0.5, 1.0, 0.0, True)
    blot = g.times(blot, g.math("ADD", 0.93, g.times(track, 0.20)))
    blot = g.times(blot, g.math("SUBTRACT", 1.0, g.times(drip, 0.20)))
    spots = g.range(g.speckle(2.1, 3.0, 0.6), 0.60, 0.70, 0.0, 0.55)
    return g.times(blot, g.math("SUBTRACT", 1.0, g.times(spots, drip))), track


def tar(g, patch):
    """Sealed seams: around the patches, and a long joint beside the middle of the road."""
    wide = g.range(g.speckle(3.0, 2.0), 0.3, 0.7, 0.018, 0.055)
    seam = g.math("LESS_THAN", g.math("ABSOLUTE", patch), wide)
    along = shifted(g, 9.7, g.y)
    sway = g.times(g.math("SUBTRACT", g.noise2(along, 0.35, 6.0, 0.62), 0.5), 0.55)
    sealed = g.range(g.noise2(along, 0.09, 1.0), 0.50, 0.53)
    wide = g.times(sealed, g.range(g.speckle(5.0, 3.0), 0.3, 0.7, 0.02, 0.05))
    joint = g.math("LESS_THAN", g.off(g.u, g.math("ADD", sway, 0.42)), wide)
    return g.math("MAXIMUM", seam, joint)


def markings(g, stone, patched):
    """Worn paint: both edge lines and the dashes between the lanes."""

    def line(at, half):
        edge = g.times(g.math("SUBTRACT", g.speckle(30.0, 3.0), 0.5), 0.02)
        return g.math("LESS_THAN", g.math("ADD", g.off(g.u, at), edge), half)

    phase = g.math("FRACT", g.math("DIVIDE", g.math("ADD", g.y, 1.1), 9.0))
    dash = g.times(line(0.0, 0.06), g.math("LESS_THAN", phase, 0.40))
    paint = g.math("MAXIMUM", line(3.38, 0.065), line(-3.38, 0.065))
    paint = g.math("MAXIMUM", dash, paint)
    coarse, broad = g.times(g.speckle(70.0, 5.0, 0.75), 0.75), g.times(g.speckle(0.9, 4.0), 0.65)
    worn = g.range(g.math("ADD", coarse, broad), 0.585, 0.655)
    worn = g.times(worn, g.range(stone, 0.30, 0.65, 1.0, 0.55))
    gone = g.math("MAXIMUM", g.hole, patched)
    return g.times(paint, worn, g.math("SUBTRACT", 1.0, gone, clamp=True))


def rubble(g):
    """Stones and mud on the floor of a hole; and the distance to each stone."""
    n = g.node("TexVoronoi", {"Vector": g.solid, "Scale": 60.0}).node
    floor = g.ramp(
        g.node("SeparateColor", {0: n.outputs["Color"]}),
        (0.0, (0.040, 0.034, 0.027)),
        (0.6, (0.072, 0.062, 0.049)),
        (0.9, (0.105, 0.092, 0.074)),
        (1.0, (0.19, 0.18, 0.16)),
    )
    lumps = g.noise(g.solid, 7.0, 6.0, 0.7)
    mud = g.ramp(lumps, (0.3, (0.042, 0.034, 0.026)), (0.7, (0.105, 0.088, 0.066)))
    floor = g.mix(g.range(g.noise(g.solid, 14.0, 3.0), 0.4, 0.6), mud, floor)
    return floor, n.outputs["Distance"]


def sand(g, level):
    """Dust dragged out around the holes, sand along the road's edge."""
    dust = g.range(g.speckle(16.0, 5.0, 0.7), 0.4, 0.75, 0.0, 0.75)
    rim = g.range(g.math("ABSOLUTE", g.u), 3.45, 3.72, 0.0, 1.0, True)
    rim = g.times(rim, g.range(g.speckle(6.0, 6.0, 0.7), 0.42, 0.6))
    return g.math("MAXIMUM", g.times(g.dust, level, dust), rim)


def asphalt_material():
    """Asphalt with its wear, patches, paint and damage."""
    m, _, b = new_material("asphalt")
    g = Surface(m)
    coarse, stone = stones(g, g.solid, 95.0, "3D")
    fine, _ = stones(g, g.flat, 230.0, "2D")
    col = g.mix(g.range(g.speckle(28.0, 3.0), 0.42, 0.6), fine, coarse)
    bright, track = wear(g)
    col = g.mix(1.0, col, g.gray(bright), "MULTIPLY")
    patch = patch_field(g, g.pos)
    patched = g.math("LESS_THAN", patch, 0.0)
    col = g.mix(patched, col, g.mix(1.0, col, (0.52, 0.52, 0.55), "MULTIPLY"))
    col = g.mix(g.times(tar(g, patch), 0.88), col, (0.014, 0.014, 0.016))
    white = g.mix(g.speckle(11.0, 4.0), (0.46, 0.455, 0.43), (0.62, 0.615, 0.59))
    col = g.mix(g.times(markings(g, stone, patched), 0.9), col, white)
    # dust and mud lie on what is level; walls show the break
    slope = g.node("SeparateXYZ", {0: g.node("NewGeometry", out="Normal")}, 2)
    level = g.range(slope, 0.72, 0.93)
    broken = g.mix(1.0, coarse, (0.66, 0.64, 0.61), "MULTIPLY")
    floor, loose = rubble(g)
    col = g.mix(g.times(g.hole, 0.95), col, g.mix(level, broken, floor))
    grit = g.mix(g.speckle(120.0, 2.0), (0.11, 0.095, 0.075), (0.20, 0.18, 0.15))
    col = g.mix(sand(g, level), col, grit)
    crack = g.times(crack_field(g, g.pos), g.math("SUBTRACT", 1.0, g.hole))
    col = g.mix(g.times(crack, 0.9), col, (0.010, 0.010, 0.010))
    soaked = g.mix(1.0, col, (0.30, 0.29, 0.28), "MULTIPLY")
    g.set(b.inputs["Base Color"], g.mix(g.times(g.wet, 0.75), col, soaked))
    rough = g.range(track, 0.0, 1.0, 0.84, 0.68)
    g.set(b.inputs["Roughness"], g.math("SUBTRACT", rough, g.times(g.wet, 0.42)))
    b.inputs["Specular IOR Level"].default_value = 0.22
    height = g.math("ADD", g.times(stone, -0.5), g.times(loose, g.hole, -2.6))
    bump = {"Strength": 0.55, "Distance": 0.004, "Height": height}
    g.set(b.inputs["Normal"], g.node("Bump", bump))
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
