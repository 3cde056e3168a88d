"""Pencils, pens, keys, the cable and other single things."""

import math

import numpy as np

from ..blender.mesh import put
from .metal import key_mesh
from .shapes import TAU, Builder
from .writing import pen_mesh, pencil_mesh


def long_things(desk):
    """Things of which there are few."""
    r, M = desk.rng, desk.M
    cols = [
        (0.75, 0.42, 0.02),
        (0.5, 0.03, 0.03),
        (0.03, 0.13, 0.36),
        (0.02, 0.02, 0.02),
        (0.05, 0.25, 0.1),
        (0.75, 0.42, 0.02),
        (0.6, 0.58, 0.5),
        (0.3, 0.08, 0.3),
    ]
    for c in cols + [(0.04, 0.3, 0.4), (0.7, 0.2, 0.02)]:
        L = r.uniform(9, 17.5)
        me = pencil_mesh(r, M, L, c)
        for v in me.vertices:
            v.co.x -= L / 2
        for _ in range(60):
            x, y = desk.spot()
            if desk.place(me, x, y, r.uniform(0, TAU), ("r", L, 0.9), 0.74, 0.33, 0.12):
                break
    for c in ((0.02, 0.02, 0.025), (0.02, 0.06, 0.25), (0.35, 0.02, 0.03), (0.55, 0.55, 0.56)):
        me = pen_mesh(M, c)
        for v in me.vertices:
            v.co.x -= 7
        for _ in range(60):
            x, y = desk.spot()
            if desk.place(me, x, y, r.uniform(0, TAU), ("r", 14.2, 1.0), 0.9, 0.42, 0.12):
                break
    kx, ky = -20, 15
    for k, a in enumerate((0.3, 1.15, -0.75)):
        desk.place(
            key_mesh(r, M),
            kx + 0.62 * math.cos(a),
            ky + 0.62 * math.sin(a),
            a,
            ("d", 1.0),
            0.2,
            0.02 + 0.0 * k,
            tol=9,
            force=True,
            color=[(0.62, 0.6, 0.55), (0.7, 0.5, 0.2), (0.5, 0.5, 0.52)][k],
        )
        w, m, _, _ = desk.cells(kx + 3 * math.cos(a), ky + 3 * math.sin(a), a, ("r", 7.5, 1.4))
        desk.h[w] = np.where(m, desk.h[w] + 0.22, desk.h[w])
    b = Builder()
    for z in (0, 0.1):
        t = np.arange(60) * TAU / 60
        b.tube(
            np.stack([1.5 * np.cos(t), 1.5 * np.sin(t), 0.35 + z + 0.12 * np.sin(t)], 1),
            0.07,
            M["steel"],
            closed=True,
        )
    put(
        b.mesh("keyring"),
        (
            kx - 1.1,
            ky - 0.2,
            desk.h[int((ky - desk.Y) / desk.C), int((kx - desk.X) / desk.C)] - 0.1,
        ),
        (0, 0, 1),
    )
    # a charging cable wanders in from the far edge
    t = np.linspace(0, 1, 160)
    px = 24 + 11 * t + 6 * np.sin(t * 7) + 1.2 * np.sin(t * 13 + 1)
    py = 64 - 52 * t + 2.5 * np.cos(t * 9)
    z = np.array(
        [
            desk.h[
                int((q - desk.Y) / desk.C) - 2 : int((q - desk.Y) / desk.C) + 3,
                int((p - desk.X) / desk.C) - 2 : int((p - desk.X) / desk.C) + 3,
            ].max()
            for p, q in zip(px, py, strict=False)
        ]
    )
    z = np.array([z[max(0, i - 5) : i + 6].max() for i in range(len(z))])
    z = np.convolve(np.pad(z, 5, "edge"), np.ones(11) / 11, "valid")
    b = Builder()
    b.tube(np.stack([px, py, z + 0.2], 1), 0.19, M["rubber"], (0.55, 0.55, 0.54), 12)
    e, a = np.array((px[-1], py[-1])), math.atan2(py[-1] - py[-3], px[-1] - px[-3])
    put(b.mesh("cable"), (0, 0, 0))
    q = Builder()
    q.lathe(
        [(0.2, -0.1), (0.24, 0.1), (0.26, 1.0), (0.3, 1.05)],
        M["rubber"],
        (0.5, 0.5, 0.5),
        16,
        axis="x",
    )
    q.box(1.0, 2.8, -0.75, 0.75, -0.3, 0.3, M["plastic"], (0.55, 0.55, 0.54))
    q.box(2.8, 4.0, -0.6, 0.6, -0.22, 0.22, M["steel"], (0.7, 0.7, 0.7))
    put(q.mesh("plug"), (*e, z[-1] + 0.32), (0, 0, a))
    for p, y in zip(px, py, strict=False):
        w, m, _, _ = desk.cells(p, y, 0, ("d", 0.4))
        desk.h[w] = np.where(m, desk.h[w].max(), desk.h[w])
    b = Builder()  # tape, eraser, sharpener
    b.lathe(
        [
            (2.6, 0),
            (2.6, 1.9),
            (2.75, 1.9),
            (2.75, 1.9),
            (2.75, 1.85),
            (3.6, 1.85),
            (3.6, 1.85),
            (3.6, 0.05),
            (2.75, 0.05),
        ],
        M["plastic"],
        (0.62, 0.47, 0.2),
        64,
    )
    desk.place(b.mesh("tape"), -14, 45, 0, ("d", 3.7), 1.9, force=True, keep=True)
    b = Builder()
    b.box(-2.6, 2.6, -1.1, 1.1, 0, 1.1, M["soft"], (0.78, 0.77, 0.75))
    b.box(-1.2, 2.62, -1.12, 1.12, -0.0, 1.12, M["soft"], (0.05, 0.16, 0.4))
    b.box(-0.6, 2.2, -0.5, 0.5, 1.12, 1.125, M["soft"], (0.75, 0.75, 0.72))
    desk.place(b.mesh("eraser"), 18, -14, 0.7, ("r", 5.4, 2.4), 1.12, force=True)
    b = Builder()
    b.extrude(
        [(-1.2, -0.8), (1.3, -0.5), (1.3, 0.5), (-1.2, 0.8), (-0.3, 0.5), (-0.3, -0.5)][:4],
        0,
        1.0,
        M["steel"],
    )
    b.box(-0.9, 1.0, -0.25, 0.45, 1.0, 1.05, M["steel"], (0.7, 0.7, 0.72))
    b.lathe([(0, 1.16), (0.2, 1.15), (0.22, 1.05)], M["steel"], (0.6, 0.6, 0.6), 16)
    desk.place(b.mesh("sharpener"), -2, 9, 2.1, ("r", 2.6, 1.6), 1.1, tol=9, force=True)
