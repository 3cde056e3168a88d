"""Verge, field floor, farm track and the far patchwork of fields."""

from ..blender.graph import new_material


def soil_material():
    """Verge, field floor, farm track and, far off, a patchwork of fields."""
    m, g, b = new_material("soil", rough=0.95)
    b.inputs["Specular IOR Level"].default_value = 0.1
    pos = g.node("NewGeometry", out="Position")
    rp = g.node("SeparateXYZ", {0: g.attr("roadpos", "Vector")}).node
    u, y, track = rp.outputs
    flat = g.vector("MULTIPLY", pos, (1.0, 1.0, 0.0))
    n = g.noise(pos, 2.2, 8.0, 0.7)
    green = g.ramp(
        n,
        (0.3, (0.030, 0.042, 0.012)),
        (0.55, (0.060, 0.075, 0.020)),
        (0.75, (0.105, 0.100, 0.040)),
    )
    earth = g.ramp(
        g.noise(pos, 9.0, 8.0, 0.75), (0.3, (0.045, 0.034, 0.022)), (0.7, (0.13, 0.105, 0.072))
    )
    stones = g.node("SeparateColor", {0: g.node("TexVoronoi", {"Vector": pos, "Scale": 42.0}, 1)})
    grit = g.ramp(
        stones, (0.0, (0.075, 0.065, 0.052)), (0.7, (0.16, 0.145, 0.12)), (1.0, (0.30, 0.285, 0.25))
    )
    wheat = g.ramp(n, (0.3, (0.16, 0.105, 0.035)), (0.7, (0.27, 0.19, 0.07)))
    # far fields: each cell its own crop, with streaks of the drill rows
    lots = g.vector(
        "ADD",
        g.vector("MULTIPLY", flat, (1 / 190.0, 1 / 330.0, 0.0)),
        g.vector("SCALE", g.noise(flat, 0.004, 2.0, 0.5, 1), scale=0.5),
    )
    cell = g.node("TexVoronoi", {"Vector": lots, "Randomness": 0.85}).node
    pick = g.node("SeparateColor", {0: cell.outputs["Color"]})
    crop = g.ramp(
        pick,
        (0.0, (0.060, 0.100, 0.022)),
        (0.2, (0.105, 0.135, 0.035)),
        (0.38, (0.30, 0.22, 0.075)),
        (0.55, (0.055, 0.085, 0.022)),
        (0.7, (0.16, 0.115, 0.07)),
        (0.82, (0.24, 0.23, 0.05)),
    )
    crop.node.color_ramp.interpolation = "CONSTANT"
    uneven = g.ramp(
        g.noise(flat, 0.035, 6.0, 0.65), (0.3, (0.45, 0.45, 0.45)), (0.7, (1.3, 1.3, 1.3))
    )
    crop = g.mix(0.55, crop, g.mix(1.0, crop, uneven, "MULTIPLY"))
    a = g.math("ABSOLUTE", u)
    left = g.math("MULTIPLY", g.range(u, -8.6, -9.2), g.range(u, -64.0, -63.0))
    col = g.mix(left, green, wheat)
    away = g.math("MAXIMUM", g.range(a, 66.0, 66.5), g.range(y, 330.0, 335.0))
    away = g.math("MULTIPLY", away, g.range(a, 9.0, 9.5))
    col = g.mix(away, col, crop)
    shoulder = g.range(
        g.math("ADD", a, g.math("MULTIPLY", g.math("SUBTRACT", g.noise(pos, 3.0, 5.0), 0.5), 0.9)),
        4.0,
        4.45,
        1.0,
        0.0,
    )
    col = g.mix(shoulder, col, g.mix(0.5, grit, earth))
    middle = g.range(g.noise(pos, 1.7, 6.0, 0.7), 0.42, 0.6)
    col = g.mix(track, col, g.mix(middle, g.mix(0.55, grit, earth), earth))
    g.set(b.inputs["Base Color"], col)
    g.set(
        b.inputs["Normal"],
        g.node("Bump", {"Strength": 0.7, "Distance": 0.03, "Height": g.noise(pos, 26.0, 6.0, 0.7)}),
    )
    return m
