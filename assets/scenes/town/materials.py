"""Paint, glass, roofs, water and leaves."""

from ..blender.graph import Shader


def mat_tint(name, rough=0.6, metal=0.0, coat=0.0, dirt=0.25):
    """Any paint: the tint of the face, dirty here and there."""
    s = Shader(name)
    d = s.math("ADD", s.math("MULTIPLY", s.grain(1.3, 6), 2 * dirt), 1 - dirt)
    return s.done(s.mix(1.0, s.tint(), s.gray(d), "MULTIPLY"), rough, metal, coat=coat)


def mat_tiles(name, row, col, rolls):
    """Courses with a shadow under each edge, every tile a little different, lichen in patches."""
    s = Shader(name)
    u, v = s.uv()
    r = s.math("DIVIDE", v, row)
    rf = s.math("FLOOR", r)
    c = s.math("ADD", s.math("DIVIDE", u, col), s.math("MULTIPLY", s.math("MODULO", rf, 2.0), 0.5))
    xy = s.add("CombineXYZ")
    s.wire(s.math("FLOOR", c), xy.inputs[0])
    s.wire(rf, xy.inputs[1])
    w = s.add("TexWhiteNoise", noise_dimensions="3D")
    s.wire(xy.outputs[0], w.inputs["Vector"])
    edge = s.math("LESS_THAN", s.math("FRACT", r), 0.2)
    val = s.math("ADD", s.math("MULTIPLY", w.outputs[0], 0.42), 0.78)
    val = s.math("MULTIPLY", val, s.math("SUBTRACT", 1.0, s.math("MULTIPLY", edge, 0.42)))
    val = s.math("MULTIPLY", val, s.math("ADD", 0.55, s.math("MULTIPLY", s.grain(0.55, 7), 0.9)))
    lich = s.math(
        "MULTIPLY", s.math("SUBTRACT", s.grain(0.8, 8), 0.56, clamp=True), 4.0, clamp=True
    )
    col_ = s.mix(lich, s.mix(1.0, s.tint(), s.gray(val), "MULTIPLY"), (0.15, 0.15, 0.11))
    wave = s.math("SINE", s.math("MULTIPLY", c, 6.283))
    h = s.math("ADD", s.math("MULTIPLY", wave, rolls), s.math("FRACT", r))
    return s.done(col_, 0.75, bump=h, dist=0.05, spec=0.3)


def mat_seam():
    """Sheet metal with standing seams."""
    s = Shader("seam")
    u, _v = s.uv()
    rib = s.math("LESS_THAN", s.math("FRACT", s.math("DIVIDE", u, 0.6)), 0.13)
    d = s.math("ADD", 0.7, s.math("MULTIPLY", s.grain(0.5, 6), 0.6))
    col = s.mix(
        1.0,
        s.tint(),
        s.gray(s.math("MULTIPLY", d, s.math("SUBTRACT", 1.0, s.math("MULTIPLY", rib, 0.3)))),
        "MULTIPLY",
    )
    return s.done(col, 0.42, 0.35, bump=rib, dist=0.06)


def mat_gravel():
    """A gravel roof with stains."""
    s = Shader("gravel")
    g = s.add("TexVoronoi")
    g.inputs["Scale"].default_value = 7
    s.wire(s.add("NewGeometry").outputs["Position"], g.inputs["Vector"])
    sep = s.add("SeparateColor")
    s.wire(g.outputs["Color"], sep.inputs[0])
    st = s.math("MULTIPLY", s.math("SUBTRACT", s.grain(0.16, 8), 0.47, clamp=True), 3.0, clamp=True)
    v = s.math("ADD", 0.7, s.math("MULTIPLY", sep.outputs[0], 0.5))
    return s.done(
        s.mix(st, s.mix(1.0, s.tint(), s.gray(v), "MULTIPLY"), (0.10, 0.095, 0.08)),
        0.9,
        bump=g.outputs["Distance"],
        dist=0.05,
    )


def mat_solar():
    """Solar panels."""
    s = Shader("solar")
    u, v = s.uv()
    cell = s.math(
        "MAXIMUM",
        s.math("LESS_THAN", s.math("FRACT", s.math("DIVIDE", u, 0.25)), 0.09),
        s.math("LESS_THAN", s.math("FRACT", s.math("DIVIDE", v, 0.275)), 0.09),
    )
    return s.done(s.mix(cell, (0.008, 0.013, 0.035), (0.035, 0.045, 0.07)), 0.12, coat=0.6)


def mat_water():
    """A pond."""
    s = Shader("water")
    h = s.math("ADD", s.grain(0.9, 4), s.math("MULTIPLY", s.grain(4.0, 3), 0.35))
    return s.done(
        s.mix(
            s.math("MULTIPLY_ADD", s.grain(0.11, 7), 3.0, -1.0, clamp=True),
            (0.008, 0.018, 0.014),
            (0.05, 0.062, 0.03),
        ),
        0.05,
        bump=h,
        dist=0.16,
    )


def mat_leaf(name, dark, light, through=0.28):
    """Leaves let some light through: without it crowns look like coal."""
    s = Shader(name)
    i = s.add("ObjectInfo")
    c = s.mix(1.0, s.mix(i.outputs["Random"], dark, light), s.tint(), "MULTIPLY")
    s.done(c, 0.55, spec=0.35)
    tr, mx = s.add("BsdfTranslucent"), s.add("MixShader")
    s.wire(s.mix(1.0, c, (1.5, 1.6, 0.7), "MULTIPLY"), tr.inputs[0])
    mx.inputs[0].default_value = through
    s.wire(s.bsdf.outputs[0], mx.inputs[1])
    s.wire(tr.outputs[0], mx.inputs[2])
    s.wire(mx.outputs[0], s.tree.nodes["Material Output"].inputs[0])
    return s.material


def materials():
    """All materials by name."""
    car = Shader("carpaint")
    pane = Shader("pane")
    flat = Shader("cloth")
    return dict(
        car=car.done(car.add("ObjectInfo").outputs["Color"], 0.28, 0.15, coat=1.0),
        cloth=flat.done(flat.add("ObjectInfo").outputs["Color"], 0.85),
        glass=pane.done((0.012, 0.016, 0.02), 0.06),
        tint=mat_tint("tint"),
        wall=mat_tint("wall", 0.9, dirt=0.12),
        wood=mat_tint("wood", 0.85, dirt=0.4),
        metal=mat_tint("metal", 0.35, 0.8),
        gloss=mat_tint("gloss", 0.3, coat=0.4, dirt=0.08),
        tile=mat_tiles("tile", 0.36, 0.3, 0.35),
        slate=mat_tiles("slate", 0.24, 0.3, 0.0),
        seam=mat_seam(),
        gravel=mat_gravel(),
        solar=mat_solar(),
        water=mat_water(),
        leaf=mat_leaf("leaf", (0.038, 0.085, 0.02), (0.15, 0.165, 0.036)),
        fir=mat_leaf("fir", (0.02, 0.05, 0.022), (0.045, 0.08, 0.035), 0.15),
        hedge=mat_leaf("hedge", (0.04, 0.085, 0.02), (0.085, 0.12, 0.028)),
        flower=mat_leaf("flower", (0.05, 0.09, 0.02), (0.09, 0.12, 0.03)),
        bark=mat_tint("bark"),
    )
