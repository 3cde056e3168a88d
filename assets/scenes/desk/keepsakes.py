"""Book, photographs, envelope, magnifying glass and mug."""

import math

import numpy as np

from ..blender.mesh import put
from .ink import Ink
from .materials import mat_paper
from .pages import snapshot
from .shapes import TAU, Builder
from .sheets import print_on, sheet_mesh


def mug(M, x, y):
    """A mug of coffee."""
    b = Builder()
    out = [
        (3.2, 0),
        (3.6, 0.08),
        (3.75, 0.4),
        (3.95, 3),
        (4.2, 8.6),
        (4.24, 9.1),
        (4.17, 9.25),
        (4.05, 9.2),
        (3.95, 8.6),
        (3.8, 4),
        (3.6, 1),
        (0, 0.6),
    ]
    b.lathe(out, M["glaze"], (0.07, 0.16, 0.2), 72)
    t = np.radians(np.linspace(-100, 100, 30))
    b.tube(
        np.stack([3.85 + 2.9 * np.cos(t) * 0.95, 0 * t, 4.9 + 2.9 * np.sin(t)], 1),
        0.48,
        M["glaze"],
        (0.07, 0.16, 0.2),
        16,
        flat=1.3,
    )
    put(b.mesh("mug"), (x, y, 0), (0, 0, -0.6))
    c = Builder()
    c.lathe([(0, 0), (2, 0), (3.5, 0), (3.88, 0.02), (4.0, 0.1)], M["coffee"], n=64)
    put(c.mesh("coffee"), (x, y, 7.6))


def keepsakes(desk):
    """A closed book, two photographs, an addressed envelope with its stamp, a magnifying glass."""
    r, M, b = desk.rng, desk.M, Builder()
    b.box(-6.8, 6.8, -10.2, 10.2, 0, 0.25, M["soft"], (0.05, 0.1, 0.075))
    b.box(-6.6, 6.5, -10.0, 10.0, 0.25, 1.95, M["paper"], (0.6, 0.55, 0.45))
    b.box(-6.8, 6.8, -10.2, 10.2, 1.95, 2.2, M["soft"], (0.05, 0.1, 0.075))
    for q in (
        (-5.6, 5.6, 8.9, 9.0),
        (-5.6, 5.6, -9.0, -8.9),
        (-5.6, -5.5, -9, 9),
        (5.5, 5.6, -9, 9),
    ):
        b.box(*q, 2.2, 2.205, M["dull"], (0.7, 0.5, 0.2))
    o = desk.place(b.mesh("book"), -13, 30, 0.42, ("r", 13.6, 20.4), 2.2, force=True)
    for t, size, x, y in (
        ("THE QUIET", 1.35, -4.4, 4.6),
        ("STONES", 1.35, -3.3, 2.9),
        ("a walk by the river", 0.6, -2.6, 1.2),
        ("A. Hollis", 0.7, -1.6, -7.6),
    ):
        put(
            print_on(t, size, x, y, lambda p, q: 2.195 + 0 * p, M, (0.6, 0.42, 0.15)),
            o.location,
            o.rotation_euler,
        )
    for x, y, a, w, h in ((-61, 43, -0.5, 15, 10), (63, 22, 0.35, 10, 15)):
        sh = mat_paper("photo", snapshot(r, w, h).image("photo"))
        sh.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value = 0.3
        me, z = sheet_mesh(w, h, sh, r, 0.25)
        desk.place(me, x, y, a, ("r", w, h), 0, force=True, color=(0.85, 0.85, 0.84), zf=z)
    ink = Ink(16, 11.4, 30)
    for i, t in enumerate(("anna keller", "river walk nine", "old harbour")):
        ink.write(r, t, 6.2 + i * 0.3, 5.4 - i * 1.25, 0.85, 0.06)
    ink.line(0, 11.3, 8, 5.6, 0.03, 0.25)
    ink.flush((0.03, 0.04, 0.2))
    me, z = sheet_mesh(16, 11.4, mat_paper("envelope", ink.image("envelope")), r, 0.06)
    o = desk.place(me, -57, -19, -0.3, ("r", 16, 11.4), 0, force=True, color=(0.5, 0.35, 0.2), zf=z)
    me, _ = sheet_mesh(
        2.3, 2.8, mat_paper("stamp", snapshot(r, 2.3, 2.8, 60).image("stamp")), r, 0.0
    )
    c, q = math.cos(-0.3), math.sin(-0.3)
    desk.place(
        me,
        -57 + 6.2 * c - 3.7 * q,
        -19 + 6.2 * q + 3.7 * c,
        -0.28,
        ("r", 2.3, 2.8),
        0.02,
        tol=9,
        force=True,
        color=(0.85, 0.84, 0.8),
    )
    b = Builder()
    t = np.arange(72) * TAU / 72
    b.tube(
        np.stack([3.7 * np.cos(t), 3.7 * np.sin(t), 0 * t + 0.42], 1),
        0.3,
        M["steel"],
        n=12,
        closed=True,
        flat=1.3,
    )
    a = np.linspace(-1, 1, 13)
    b.lathe(
        [
            (
                3.5 * math.sqrt(max(0, 1 - q * q)) if abs(q) == 1 else 3.5 * (1 - q * q) ** 0.5,
                0.42 + 0.3 * q,
            )
            for q in a
        ],
        M["clear"],
        n=64,
    )
    b.lathe(
        [
            (0.3, 3.9),
            (0.32, 4.6),
            (0.32, 4.6),
            (0.5, 4.7),
            (0.62, 7),
            (0.5, 11),
            (0.56, 12.2),
            (0.3, 12.5),
            (0, 12.5),
        ],
        M["lacquer"],
        (0.1, 0.035, 0.02),
        24,
        (0, 0, 0.5),
        "x",
    )
    desk.place(b.mesh("loupe"), 38, -19, -0.65, ("d", 4.1), 0.8, tol=9, force=True, keep=True)
    w, m, _, _ = desk.cells(
        38 + 8 * math.cos(-0.65), -19 + 8 * math.sin(-0.65), -0.65, ("r", 10, 1.5)
    )
    desk.keep[w] |= m
