"""What the camera really sees: a second render in which every pixel names its object.

Objects that the truth shall know carry a number; the pass shows numbers instead of light, one ray
through each pixel's centre, so boxes and visible shares come from the very picture.
"""

import json
from pathlib import Path

import bpy
import numpy as np
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from . import camera
from .graph import Graph

KNOWN: dict[int, dict] = {}  # object index -> label and further keys


def fresh():
    """An empty scene, of which the truth knows nothing yet."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    KNOWN.clear()


def number(label, **more):
    """The next free object index, known to the truth by its label."""
    KNOWN[len(KNOWN) + 1] = {"label": label, **more}
    return len(KNOWN)


def mark(o, label, **more):
    """Make an object known to the truth."""
    o.pass_index = number(label, **more)


def numbers_pass(path, paint=None):
    """Render the numbers: an array (h, w, 3) whose first channel is the object index.

    paint(g, index) may return three sockets to be rendered instead of (index, 0, 0). The scene's
    light and sampling are gone afterwards.
    """
    sc = bpy.context.scene
    m = bpy.data.materials.new("truth")
    m.use_nodes = True
    m.node_tree.nodes.clear()
    g = Graph(m.node_tree)
    index = g.node("ObjectInfo", out="Object Index")
    channels = paint(g, index) if paint else (index, 0.0, 0.0)
    col = g.node("CombineXYZ", dict(enumerate(channels)))
    g.node("OutputMaterial", {0: g.node("Emission", {"Color": col, "Strength": 1.0})})
    m.cycles.emission_sampling = "NONE"
    sc.view_layers[0].material_override = m
    sc.world = None
    sc.camera.data.dof.use_dof = False
    c = sc.cycles
    c.samples, c.use_denoising, c.use_adaptive_sampling, c.max_bounces = 1, False, False, 0
    c.pixel_filter_type, c.filter_width = "BOX", 0.01
    for lamp in bpy.data.lights:
        lamp.energy = 0
    return camera.render(path, "OPEN_EXR", "32")


def index_of(numbers):
    """Whole object indices (h, w) from the first channel."""
    return np.floor(numbers[..., 0] + 0.1).astype(int)


def box_of(where):
    """[y0, x0, y1, x1] around the set pixels of a mask, ends exclusive."""
    rows, cols = np.flatnonzero(where.any(1)), np.flatnonzero(where.any(0))
    return [int(rows[0]), int(cols[0]), int(rows[-1]) + 1, int(cols[-1]) + 1]


def inside_picture(o):
    """Share of an object's box, as projected, that lies inside the picture."""
    sc = bpy.context.scene
    corners = [o.matrix_world @ Vector(c) for c in o.bound_box]
    views = [world_to_camera_view(sc, sc.camera, c) for c in corners]
    share = 1.0
    for along in ([v.x for v in views], [v.y for v in views]):
        lo, hi = min(along), max(along)
        share *= max(0.0, min(1.0, hi) - max(0.0, lo)) / (hi - lo)
    return share


def seen_objects(path, least=6, share=0.3):
    """Boxes of the known objects, with the share of each that is open to view.

    A second pass shows the known objects alone: what it has more is hidden by something.
    """
    shown = index_of(numbers_pass(path))
    by_number = {}
    for o in bpy.context.scene.objects:
        o.hide_render = o.pass_index not in KNOWN
        if not o.hide_render:
            by_number[o.pass_index] = o
    alone = index_of(camera.render(path, "OPEN_EXR", "32"))
    pixels = np.bincount(shown.ravel(), minlength=len(KNOWN) + 1)
    whole = np.bincount(alone.ravel(), minlength=len(KNOWN) + 1)
    objects = []
    for n, facts in KNOWN.items():
        if pixels[n] < least:
            continue
        visible = min(1.0, pixels[n] / max(1, whole[n])) * inside_picture(by_number[n])
        if visible >= share:
            box = box_of(shown == n)
            objects.append({**facts, "box": box, "visible": round(float(visible), 2)})
    return objects


def write(path: Path, size, objects, **more):
    """The truth as JSON, one object a line."""

    def row(label, box, **rest):
        return "  " + json.dumps({"label": label, "box": box, **rest})

    lines = ",\n".join(row(**o) for o in objects)
    parts = [f'"size": {json.dumps(list(size))}', f'"objects": [\n{lines}\n ]']
    parts += [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in more.items()]
    path.write_text("{\n " + ",\n ".join(parts) + "\n}\n")
