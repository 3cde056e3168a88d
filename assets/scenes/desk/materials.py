"""Wood, paper, metal, plastic, glass and coffee."""

from ..blender.graph import Shader


def mat_wood():
    """Oak boards under varnish: wandering year rings, fibres, pores, seams, old rings of cups."""
    s = Shader("wood", local=True)
    pos = s.add("NewGeometry").outputs["Position"]
    sep = s.add("SeparateXYZ")
    s.wire(pos, sep.inputs[0])
    yb = s.math("DIVIDE", s.math("ADD", sep.outputs[1], 203.0), 14.3)
    board, fr = s.math("FLOOR", yb), s.math("FRACT", yb)
    w = s.add("TexWhiteNoise", noise_dimensions="1D")
    s.wire(board, w.inputs["W"])
    off = s.scaled(w.outputs["Color"], (300, 40, 90))
    ring_n = s.grain(1.0, 3, s.scaled(pos, (0.018, 0.11, 1), off), 0.5)
    rings = s.math("SINE", s.math("MULTIPLY", ring_n, 85.0))
    rings = s.math("POWER", s.math("MULTIPLY_ADD", rings, 0.5, 0.5), 1.7)
    fibre = s.grain(1.0, 4, s.scaled(pos, (0.35, 16, 1), off), 0.65)
    pores = s.math(
        "MULTIPLY",
        s.math("SUBTRACT", s.grain(1.0, 2, s.scaled(pos, (0.9, 30, 1), off)), 0.62, clamp=True),
        7.0,
        clamp=True,
    )
    k = s.math("ADD", s.math("MULTIPLY", rings, 0.42), s.math("MULTIPLY", fibre, 0.6))
    col = s.mix(k, (0.34, 0.175, 0.075), (0.155, 0.066, 0.025))
    col = s.mix(s.math("MULTIPLY", pores, 0.6), col, (0.075, 0.032, 0.014))
    col = s.mix(
        1.0,
        col,
        s.gray(s.math("ADD", 0.78, s.math("MULTIPLY", w.outputs["Value"], 0.4))),
        "MULTIPLY",
    )
    col = s.mix(
        1.0,
        col,
        s.gray(s.math("ADD", 0.8, s.math("MULTIPLY", s.grain(0.06, 4, pos), 0.4))),
        "MULTIPLY",
    )
    seam = s.math("LESS_THAN", s.math("ABSOLUTE", s.math("SUBTRACT", fr, 0.5)), 0.4965)
    col = s.mix(seam, (0.02, 0.01, 0.006), col)
    for cx, cy, r in ((-22, -27, 4.1), (38, 30, 3.9)):  # cup rings
        d = s.add("VectorMath", operation="DISTANCE")
        s.wire(pos, d.inputs[0])
        d.inputs[1].default_value = (cx, cy, 0)
        a = s.math(
            "SUBTRACT",
            1.0,
            s.math("MULTIPLY", s.math("ABSOLUTE", s.math("SUBTRACT", d.outputs["Value"], r)), 5.5),
            clamp=True,
        )
        col = s.mix(
            s.math("MULTIPLY", a, s.math("MULTIPLY", s.grain(0.5, 3, pos), 0.9)),
            col,
            (0.06, 0.027, 0.012),
        )
    # scratches: level lines of two noises that lie askew, each only here and there
    scratch = 0.0
    for stretch, shift in (((0.34, 0.05, 1), (3.0, 1.0, 0.0)), ((0.06, 0.21, 1), (0.0, 7.0, 0.0))):
        askew = s.node("VectorRotate", {0: pos, "Angle": 0.35 + shift[0]})
        path = s.grain(1.0, 2, s.scaled(askew, stretch, shift), 0.3)
        line = s.math("ABSOLUTE", s.math("SUBTRACT", path, 0.5))
        some = s.range(s.grain(0.07, 2, s.scaled(pos, (1, 1, 1), shift)), 0.52, 0.6, 0.0, 0.0011)
        scratch = s.math("MAXIMUM", scratch, s.math("LESS_THAN", line, some))
    col = s.mix(s.math("MULTIPLY", scratch, 0.3), col, (0.45, 0.3, 0.18))
    rough = s.math("ADD", 0.26, s.math("MULTIPLY", s.grain(0.16, 5, pos, 0.65), 0.26))
    h = s.math(
        "SUBTRACT",
        s.math("MULTIPLY", seam, 2.5),
        s.math("ADD", s.math("MULTIPLY", pores, 0.55), s.math("MULTIPLY", fibre, 0.3)),
    )
    return s.done(col, rough, bump=h, dist=0.035, coat=0.2, Coat_Roughness=0.14, spec=0.35)


def mat_paper(name, image=None):
    """Object colour times the ink picture, with fibres."""
    s = Shader(name, local=True)
    pos = s.add("TexCoord").outputs["Object"]
    col = s.own()
    col = s.mix(
        1.0,
        col,
        s.gray(s.math("ADD", 0.93, s.math("MULTIPLY", s.grain(9.0, 4, pos, 0.7), 0.13))),
        "MULTIPLY",
    )
    if image is not None:
        tx = s.add("TexImage", image=image, interpolation="Cubic")
        s.wire(s.add("UVMap").outputs[0], tx.inputs["Vector"])
        col = s.mix(1.0, col, tx.outputs["Color"], "MULTIPLY")
    h = s.math("ADD", s.grain(22.0, 3, pos), s.math("MULTIPLY", s.grain(1.1, 3, pos), 2.2))
    return s.done(col, 0.8, bump=h, dist=0.007, spec=0.25)


def simple(name, rough, metal=0.0, coat=0.0, dirt=0.2, scale=3.0, bump=0.0, spec=0.5, **k):
    """Own colour, worn a little: variations of brightness and roughness."""
    s = Shader(name, local=True)
    n = s.grain(scale, 6, None, 0.65)
    col = s.mix(
        1.0, s.own(), s.gray(s.math("ADD", 1 - dirt, s.math("MULTIPLY", n, 2 * dirt))), "MULTIPLY"
    )
    return s.done(
        col,
        s.math("ADD", rough * 0.7, s.math("MULTIPLY", n, rough * 0.6)),
        metal,
        n if bump else None,
        bump or 0.01,
        coat,
        spec,
        **k,
    )


def mat_coin(image):
    """Metal embossed with a picture."""
    s = Shader("coin", local=True)
    tx = s.add("TexImage", image=image, interpolation="Cubic", extension="EXTEND")
    m = s.add("VectorMath", operation="MULTIPLY_ADD")
    s.wire(s.add("TexCoord").outputs["Object"], m.inputs[0])
    m.inputs[1].default_value, m.inputs[2].default_value = (1 / 2.4, 1 / 2.4, 0), (0.5, 0.5, 0)
    s.wire(m.outputs[0], tx.inputs["Vector"])
    n = s.grain(2.5, 6)
    col = s.mix(1.0, s.own(), s.gray(s.math("ADD", 0.6, s.math("MULTIPLY", n, 0.8))), "MULTIPLY")
    return s.done(
        col, s.math("ADD", 0.26, s.math("MULTIPLY", n, 0.3)), 0.92, tx.outputs["Color"], 0.03
    )


def mat_leaf():
    """Leaves."""
    s = Shader("leaf", local=True)
    sep = s.add("SeparateXYZ")
    s.wire(s.add("UVMap").outputs[0], sep.inputs[0])
    a = s.math("ABSOLUTE", s.math("SUBTRACT", sep.outputs[1], 0.5))
    side = s.math(
        "FRACT",
        s.math("SUBTRACT", s.math("MULTIPLY", sep.outputs[0], 9.0), s.math("MULTIPLY", a, 5.0)),
    )
    vein = s.math("MAXIMUM", s.math("LESS_THAN", a, 0.022), s.math("LESS_THAN", side, 0.11))
    n = s.grain(1.2, 6, None, 0.7)
    col = s.mix(n, s.own(), s.mix(1.0, s.own(), (0.45, 0.3, 0.25), "MULTIPLY"))
    col = s.mix(s.math("MULTIPLY", vein, 0.5), col, s.mix(0.5, s.own(), (0.5, 0.4, 0.2)))
    return s.done(col, 0.55, bump=s.math("ADD", vein, n), dist=0.03)


def mat_stone():
    """Rough stone."""
    s = Shader("stone", local=True)
    v = s.math("MULTIPLY", s.grain(7.0, 8, None, 0.75), 1.6)
    return s.done(
        s.mix(1.0, s.own(), s.gray(v), "MULTIPLY"), 0.75, bump=s.grain(5.0, 8, None, 0.7), dist=0.06
    )


def glassy(name, color, rough=0.0):
    """Glass that lets lamplight through to what lies under it, without the cost of caustics."""
    s = Shader(name, local=True)
    s.done(color, rough, Transmission_Weight=1.0, IOR=1.48)
    tr, mx = s.add("BsdfTransparent"), s.add("MixShader")
    s.wire(tuple(0.85 * c for c in color), tr.inputs[0])
    s.wire(s.add("LightPath").outputs["Is Shadow Ray"], mx.inputs[0])
    s.wire(s.bsdf.outputs[0], mx.inputs[1])
    s.wire(tr.outputs[0], mx.inputs[2])
    s.wire(mx.outputs[0], s.tree.nodes["Material Output"].inputs[0])
    return s.material


def coffee():
    """Nearly black, browner where the foam of the rim gathers."""
    s = Shader("coffee", local=True)
    d = s.add("VectorMath", operation="LENGTH")
    s.wire(s.add("TexCoord").outputs["Object"], d.inputs[0])
    xy = s.add("SeparateXYZ")
    s.wire(s.add("TexCoord").outputs["Object"], xy.inputs[0])
    r = s.math(
        "SQRT",
        s.math("ADD", s.math("POWER", xy.outputs[0], 2.0), s.math("POWER", xy.outputs[1], 2.0)),
    )
    rim = s.math(
        "MULTIPLY",
        s.math(
            "SUBTRACT", s.math("ADD", r, s.math("MULTIPLY", s.grain(1.4, 6), 1.3)), 3.75, clamp=True
        ),
        1.8,
        clamp=True,
    )
    vor = s.add("TexVoronoi")
    vor.inputs["Scale"].default_value = 6
    return s.done(
        s.mix(rim, (0.018, 0.007, 0.003), (0.19, 0.095, 0.038)),
        s.math("ADD", 0.03, s.math("MULTIPLY", rim, 0.3)),
        bump=s.math("MULTIPLY", vor.outputs["Distance"], rim),
        dist=0.05,
    )


def materials():
    """All materials by name."""
    return dict(
        wood=mat_wood(),
        paper=mat_paper("paper"),
        steel=simple("steel", 0.28, 1.0, dirt=0.25, scale=2.0),
        dull=simple("dull", 0.45, 1.0, dirt=0.4, scale=4.0, bump=0.03),
        plastic=simple("plastic", 0.33, dirt=0.08, coat=0.25),
        soft=simple("soft", 0.7, dirt=0.12, spec=0.3),
        rubber=simple("rubber", 0.55, dirt=0.1),
        glaze=simple("glaze", 0.16, dirt=0.04, coat=0.6),
        lacquer=simple("lacquer", 0.25, dirt=0.12, coat=0.5),
        bare=simple("bare", 0.7, dirt=0.35, scale=6.0),
        stone=mat_stone(),
        leaf=mat_leaf(),
        coffee=coffee(),
        clear=glassy("clear", (0.97, 0.99, 0.98)),
        green=glassy("green", (0.55, 0.85, 0.6)),
        ink=simple("ink", 0.6, dirt=0.05, spec=0.2),
        black=simple("black", 0.5, dirt=0.05),
    )
