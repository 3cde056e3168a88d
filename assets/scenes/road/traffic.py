"""Cars."""

import math

import bpy
import numpy as np

from ..blender.graph import plain
from ..blender.mesh import Parts, link
from ..blender.truth import number
from .terrain import heading, on_ground


def car_body(paint, glass, trim, long=False):
    """Coarse cage of cross sections (rear to front), rounded by subdivision; materials by cell."""
    e = 0.45 if long else 0.0
    #        y     bottom belt roof  belt-w roof-w
    cage = [
        (0.00, 0.40, 0.70, 0.74, 0.74, 0.70),
        (0.07, 0.30, 0.84, 0.88, 0.83, 0.74),
        (0.22, 0.25, 0.92, 1.02, 0.865, 0.70),
        (0.30, 0.24, 0.93, 1.08, 0.87, 0.69),
        (0.70, 0.23, 0.95, 1.42, 0.88, 0.60),
        (0.80, 0.23, 0.95, 1.46, 0.88, 0.60),
        (1.5 + e, 0.23, 0.94, 1.50, 0.885, 0.60),
        (1.58 + e, 0.23, 0.94, 1.50, 0.885, 0.60),
        (2.35 + e, 0.23, 0.94, 1.46, 0.885, 0.59),
        (2.45 + e, 0.23, 0.94, 1.42, 0.885, 0.60),
        (3.05 + e, 0.23, 0.93, 1.02, 0.88, 0.68),
        (3.15 + e, 0.23, 0.92, 0.97, 0.87, 0.68),
        (3.6 + e, 0.24, 0.85, 0.90, 0.86, 0.66),
        (4.05 + e, 0.27, 0.72, 0.77, 0.82, 0.6),
        (4.22 + e, 0.38, 0.58, 0.62, 0.70, 0.5),
    ]
    co, faces, slots = [], [], []
    for y, sill, belt, roof, w, wr in cage:
        zb = 0.78 * sill  # a real car hides most of its wheels
        half = [
            (0.80 * w, zb),
            (0.96 * w, zb + 0.10),
            (w, (zb + belt) / 2),
            (0.99 * w, belt - 0.07),
            (0.955 * w, belt),
            (wr, roof - 0.06),
            (0.86 * wr, roof),
        ]
        ring = [(0, zb)] + half + [(0, roof + 0.012)] + [(-a, b) for a, b in half[::-1]]
        co += [(a, y - 2.1, b) for a, b in ring]
    n = 16
    for s in range(len(cage) - 1):
        for i in range(n):
            j = min(i, n - 1 - i)
            faces.append((s * n + i, s * n + (i + 1) % n, s * n + n + (i + 1) % n, s * n + n + i))
            side_window = (j == 5 and s in (4, 5, 7, 8, 9)) or (j == 5 and s == 3 and long)
            screen = j in (6, 7) and s in (3, 9)
            slots.append(1 if side_window or screen else 2 if j < 2 else 0)
    faces += [tuple(range(n))[::-1], tuple((len(cage) - 1) * n + i for i in range(n))]
    slots += [0, 0]
    me = bpy.data.meshes.new("body")
    me.from_pydata(co, [], [f[::-1] for f in faces])
    for m in (paint, glass, trim):
        me.materials.append(m)
    me.polygons.foreach_set("material_index", np.array(slots, np.int32))
    me.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    return me, e


def car(u, y, colour, toward, mats, long=False):
    """A car in its lane; toward drives towards the camera."""
    x, y, z = on_ground(u, y, 0.01)
    turn = heading(y) + (math.pi if toward else 0)
    index = number("car")
    paint = plain("paint", colour, 0.3, 0.25, 1.0)
    me, e = car_body(paint, mats["glass"], mats["black"], long)
    body = link("body", me, index)
    body.location, body.rotation_euler = (x, y, z), (0, 0, turn)
    sub = body.modifiers.new("round", "SUBSURF")
    sub.levels = sub.render_levels = 2
    axles, p, cut = (-1.32, 1.28 + e), Parts(), Parts()
    for ay in axles:
        for s in (-1, 1):
            cut.tube((s * 0.55, ay, 0.33), (s * 1.1, ay, 0.33), 0.375, 0.375, mats["black"], 28)
            p.tube((s * 0.66, ay, 0.315), (s * 0.865, ay, 0.315), 0.315, 0.315, mats["tyre"], 24)
            p.tube((s * 0.80, ay, 0.315), (s * 0.875, ay, 0.315), 0.215, 0.205, mats["rim"], 20)
    cutter = cut.build("arches", (x, y, z), turn)
    cutter.hide_render = True
    arch = body.modifiers.new("arches", "BOOLEAN")
    arch.operation, arch.object = "DIFFERENCE", cutter
    front = 2.1 + e
    for s in (-1, 1):
        p.ball((s * 0.70, -2.02, 0.78), (0.13, 0.10, 0.12), mats["tail"], 8, 0.5)
        p.ball((s * 0.60, front - 0.10, 0.655), (0.18, 0.14, 0.065), mats["lamp"], 8, 0.6)
        p.ball((s * 0.93, 1.0 + e, 0.98), (0.09, 0.05, 0.06), paint, 7, 0.6)
        p.ball((s * 0.36, -2.09, 0.33), (0.05, 0.05, 0.03), mats["tail"], 5)
    p.box((0, -2.105, 0.66), (0.50, 0.02, 0.115), mats["plate"])
    p.text("KL 4087", (0, -2.117, 0.66), 0.12, mats["black"])
    p.box((0, front + 0.03, 0.44), (0.50, 0.02, 0.11), mats["plate"])
    p.ball((0, -2.04, 0.32), (0.70, 0.08, 0.09), mats["black"], 7, 0.5)
    p.box((0, 0.5 * e, 0.21), (1.24, 3.7 + e, 0.16), mats["black"])
    p.ball((0, front - 0.02, 0.37), (0.56, 0.08, 0.10), mats["black"], 7, 0.5)
    p.ball((0, front - 0.05, 0.60), (0.34, 0.08, 0.035), mats["black"], 7, 0.5)
    p.build("fittings", (x, y, z), turn, index=index)
