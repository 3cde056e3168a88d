"""A wooden desk full of small things, path-traced from a seed; five scraps bear one digit each."""

import math
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from ..blender import camera, truth
from ..blender.graph import Graph
from ..blender.mesh import link, put
from .clutter import small_things
from .keepsakes import keepsakes, mug
from .large import on_top, under_all
from .long_things import long_things
from .shapes import Builder
from .sheets import notebook, papers, scraps
from .table import Desk
from .writing import ruler

TRAITS = camera.Traits(vignette=0.38, soft=0.0, fringe=0.0001, grain=0.7, style=0.0)


def build(seed):
    """The desk and all that lies on it."""
    desk = Desk(seed)
    b = Builder()
    b.face([(-220, -160, 0), (220, -160, 0), (220, 200, 0), (-220, 200, 0)], desk.M["wood"])
    put(b.mesh("desk"), (0, 0, 0))
    under_all(desk)
    papers(desk)
    keepsakes(desk)
    notebook(desk, -27, -6, 0.13)
    mug(desk.M, 47, 34)
    w, m, _, _ = desk.cells(47, 34, 0, ("d", 5.2))
    desk.keep[w] |= m
    ruler(desk, 12, -34, 0.1)
    on_top(desk)
    long_things(desk)
    scraps(desk)
    small_things(desk)


def area(name, loc, aim, w, h, watts, color):
    """A lamp of some size that looks at a point."""
    lamp = bpy.data.lights.new(name, "AREA")
    lamp.shape, lamp.size, lamp.size_y, lamp.energy, lamp.color = "RECTANGLE", w, h, watts, color
    o = link(name, lamp)
    o.location = loc
    o.rotation_euler = (Vector(loc) - Vector(aim)).to_track_quat("Z", "Y").to_euler()


def light():
    """A window of four panes far left, a warm lamp, and the room."""
    world = bpy.data.worlds.new("room")
    bpy.context.scene.world, world.use_nodes = world, True
    g, back = Graph(world.node_tree), world.node_tree.nodes["Background"]
    g.set(back.inputs[0], (0.75, 0.82, 1.0))
    # metal mirrors a brighter room than the one that lights the desk
    glossy = g.node("LightPath", out="Is Glossy Ray")
    g.set(back.inputs[1], g.math("MULTIPLY_ADD", glossy, 0.13, 0.12))
    for i in (0, 1):
        for j in (0, 1):
            place = (-175, 40 + i * 62, 95 + j * 72)
            area("pane", place, (0, 0, 0), 50, 60, 155000, (0.88, 0.94, 1.0))
    area("lamp", (78, 62, 62), (35, 18, 0), 9, 9, 30000, (1.0, 0.74, 0.46))


def view():
    """A camera held above the edge of the desk."""
    tilt, far = math.radians(30), 200
    place = (0, -far * math.sin(tilt), far * math.cos(tilt))
    lens = camera.stand(place, (tilt, 0, 0), 2000)
    lens.angle = math.radians(36)
    # f/8.5: the scene is in centimetres
    lens.dof.use_dof, lens.dof.focus_distance, lens.dof.aperture_fstop = True, far - 2, 0.085


def make(out: Path, *, seed: int = 5, percent: int = 100, samples: int = 4, part=None) -> None:
    """Write desk.jpg and desk.json into out; with part only that crop of the picture."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    truth.fresh()
    build(seed)
    light()
    view()
    look = dict(look="Medium High Contrast", exposure=0.5, adaptive=0.02)
    camera.settings(samples, seed, percent, bounces=(8, 3, 3, 6), part=part, **look)
    cycles = bpy.context.scene.cycles
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.caustics_reflective, cycles.blur_glossy = False, 1.0
    picture = camera.render(out / "raw.png")
    picture = camera.photograph(picture, np.random.default_rng(seed + 1), TRAITS)
    camera.save_jpeg(out / "desk.jpg", picture, 87)
    if not part:
        objects = truth.seen_objects(out / "numbers.exr", share=0.6)
        if len(objects) != 5:
            raise ValueError(f"{5 - len(objects)} of the digits are hidden: choose another seed")
        truth.write(out / "desk.json", picture.shape[:2], objects)
