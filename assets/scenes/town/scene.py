"""A small town from the air on a clear morning, path-traced from a seed, with exact truth."""

import math
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from ..blender import camera, truth
from ..blender.graph import Graph
from ..blender.mesh import link
from .plan import build

TRAITS = camera.Traits(vignette=0.34, soft=0.0, fringe=0.0001, grain=1.6, style=0.0)


def light():
    """A low morning sun and its sky."""
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world, world.use_nodes = world, True
    g, back = Graph(world.node_tree), world.node_tree.nodes["Background"]
    sky = dict(sun_elevation=math.radians(40), sun_rotation=math.radians(115), dust_density=1.5)
    g.set(back.inputs[0], g.node("TexSky", sky_type="NISHITA", sun_disc=False, **sky))
    g.set(back.inputs[1], 0.225)
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle, sun.color = 5.4, math.radians(0.6), (1.0, 0.9, 0.76)
    e, a = math.radians(42), math.radians(-28)
    way = Vector((math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)))
    link("sun", sun).rotation_euler = way.to_track_quat("Z", "Y").to_euler()


def view():
    """The camera of an aeroplane, looking down at a slant."""
    tilt, far = math.radians(25), 418
    place = (0, 8 - far * math.sin(tilt), far * math.cos(tilt))
    camera.stand(place, (tilt, 0, 0), 3000).angle = math.radians(40)


def make(out: Path, *, seed: int = 5, percent: int = 100, samples: int = 4, part=None) -> None:
    """Write town.jpg and town.json into out; with part only that crop of the picture."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    truth.fresh()
    build(seed)
    light()
    view()
    look = dict(look="Medium High Contrast", exposure=0.6, adaptive=0.02)
    camera.settings(samples, seed, percent, bounces=(5, 3, 3, 2), part=part, **look)
    cycles = bpy.context.scene.cycles
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.caustics_reflective = cycles.caustics_refractive = False
    picture = camera.render(out / "raw.png")
    picture = camera.photograph(picture, np.random.default_rng(seed + 1), TRAITS)
    camera.save_jpeg(out / "town.jpg", picture, 87)
    if not part:
        objects = truth.seen_objects(out / "numbers.exr")
        truth.write(out / "town.json", picture.shape[:2], objects)
