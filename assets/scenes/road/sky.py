"""Sky, sun and the picture of the clouds."""

import math

import bpy
from mathutils import Vector

from ..blender.graph import Graph
from ..blender.mesh import link
from .clouds import AZ, EL, SUN, cloud_picture


def build_sky(rng, width):
    """Sky that lights the scene, clouds in front of the camera, and the sun."""
    sc = bpy.context.scene
    sc.world = bpy.data.worlds.new("sky")
    sc.world.use_nodes = True
    g, back = Graph(sc.world.node_tree), sc.world.node_tree.nodes["Background"]
    azimuth, elevation = math.atan2(SUN[0], SUN[1]), math.asin(SUN[2])
    air = g.node(
        "TexSky",
        sky_type="NISHITA",
        sun_disc=False,
        sun_elevation=elevation,
        sun_rotation=azimuth,
        air_density=1.1,
        dust_density=0.7,
        ozone_density=2.2,
    )
    air = g.vector("SCALE", air, scale=0.105)
    pic = cloud_picture(rng, width)
    img = bpy.data.images.new("clouds", pic.shape[1], pic.shape[0], alpha=True, float_buffer=True)
    img.colorspace_settings.name = "Non-Color"
    img.pixels.foreach_set(pic.ravel())
    img.pack()
    d = g.node("SeparateXYZ", {0: g.node("NewGeometry", out="Incoming")}).node
    x, y, z = (g.math("MULTIPLY", o, -1.0) for o in d.outputs)
    az, el = g.math("ARCTAN2", x, y), g.math("ARCSINE", z)
    uv = g.node("CombineXYZ", {0: g.range(az, -AZ, AZ), 1: g.range(el, EL[0], EL[1])})
    tex = g.node("TexImage", {0: uv}, extension="EXTEND", image=img, interpolation="Cubic").node
    front = g.math("GREATER_THAN", y, 0.3)
    white = g.vector(
        "SCALE", g.mix(1.0, tex.outputs[0], (1.0, 0.985, 0.95), "MULTIPLY"), scale=0.92
    )
    white = g.mix(g.range(el, 0.0, 0.35, 0.35, 0.0), white, air)
    g.set(back.inputs[0], g.mix(g.math("MULTIPLY", tex.outputs[1], front), air, white))
    # a camera's highlight recovery, in short: the sky it sees is darker than the sky that lights
    g.set(
        back.inputs[1],
        g.math("SUBTRACT", 1.0, g.math("MULTIPLY", g.node("LightPath", out="Is Camera Ray"), 0.34)),
    )
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle, sun.color = 7.4, math.radians(0.6), (1.0, 0.93, 0.82)
    o = link("sun", sun)
    o.rotation_euler = Vector(SUN).to_track_quat("Z", "Y").to_euler()
