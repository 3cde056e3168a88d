"""Rubber bands, buttons, dice, marbles, stones, leaves and shavings."""

import math

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

from .shapes import TAU, Builder, f32


def band_mesh(rng, M):
    """A rubber band."""
    t = np.arange(90) * TAU / 90
    r = rng.uniform(1.2, 2.4)
    k = [1 + rng.uniform(0.05, 0.25) * np.sin(n * t + rng.uniform(0, 6)) for n in (2, 3, 5)]
    r = r * k[0] * k[1] * k[2]
    b = Builder()
    b.tube(
        np.stack([r * np.cos(t), r * 0.8 * np.sin(t), 0.09 + 0.03 * np.sin(3 * t)], 1),
        0.08,
        M["rubber"],
        closed=True,
    )
    return b.mesh("band")


def button_mesh(M, holes):
    """A button."""
    b = Builder()
    b.lathe(
        [
            (0, 0.12),
            (0.42, 0.12),
            (0.5, 0.2),
            (0.62, 0.24),
            (0.7, 0.2),
            (0.72, 0.12),
            (0.68, 0.02),
            (0.6, 0),
        ],
        M["glaze"],
    )
    for i in range(holes):
        a = TAU * i / holes
        b.face(
            [
                (
                    0.18 * math.cos(a) + 0.075 * math.cos(t),
                    0.18 * math.sin(a) + 0.075 * math.sin(t),
                    0.126,
                )
                for t in np.arange(12) * TAU / 12
            ],
            M["black"],
            (0.015, 0.012, 0.01),
        )
    return b.mesh("button")


def die_mesh(M):
    """A die."""
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.5)
    bmesh.ops.bevel(
        bm, geom=bm.edges[:] + bm.verts[:], offset=0.2, segments=4, affect="EDGES", profile=0.5
    )
    b = Builder()
    for f in bm.faces:
        b.face([v.co + Vector((0, 0, 0.75)) for v in f.verts], M["glaze"], smooth=True)
    bm.free()
    spots = {
        1: [(0, 0)],
        2: [(-1, -1), (1, 1)],
        3: [(-1, -1), (0, 0), (1, 1)],
        4: [(-1, -1), (1, 1), (-1, 1), (1, -1)],
        5: [(-1, -1), (1, 1), (-1, 1), (1, -1), (0, 0)],
        6: [(-1, y) for y in (-1, 0, 1)] + [(1, y) for y in (-1, 0, 1)],
    }
    for n, R in (
        (1, Matrix.Identity(3)),
        (2, Matrix.Rotation(1.5708, 3, "X")),
        (3, Matrix.Rotation(1.5708, 3, "Y")),
        (4, Matrix.Rotation(-1.5708, 3, "Y")),
        (5, Matrix.Rotation(-1.5708, 3, "X")),
        (6, Matrix.Rotation(math.pi, 3, "X")),
    ):
        for x, y in spots[n]:
            b.face(
                [
                    R
                    @ Vector((x * 0.38 + 0.13 * math.cos(t), y * 0.38 + 0.13 * math.sin(t), 0.755))
                    + Vector((0, 0, 0.75))
                    for t in np.arange(14) * TAU / 14
                ],
                M["black"],
                (0.02, 0.02, 0.02),
            )
    return b.mesh("die")


def marble_mesh(rng, M):
    """A glass marble with coloured bands."""
    b = Builder()
    th = np.linspace(-1.5708, 1.5708, 21)
    b.lathe(
        [(0.8 * math.cos(a), 0.8 + 0.8 * math.sin(a)) for a in th],
        M["clear"] if rng.random() < 0.7 else M["green"],
    )
    cols = [
        (0.7, 0.05, 0.03),
        (0.03, 0.15, 0.6),
        (0.8, 0.55, 0.03),
        (0.75, 0.75, 0.72),
        (0.05, 0.4, 0.12),
        (0.8, 0.25, 0.02),
    ]
    for k in range(3):
        c, a0 = cols[rng.integers(6)], rng.uniform(0, 6.28)

        def fn(u, v, k=k, a0=a0):
            z, a = (u - 0.5) * 1.1, a0 + k * TAU / 3 + u * 3.0
            r = (v * 0.5 + 0.02) * math.sqrt(max(0, 1 - (z / 0.62) ** 2))
            return r * math.cos(a), r * math.sin(a), 0.8 + z

        b.grid(fn, 16, 3, M["plastic"], c)
    return b.mesh("marble")


def leaf_mesh(rng, M, L):
    """A dry leaf."""
    W, c1, c2, bend = (
        L * rng.uniform(0.36, 0.55),
        rng.uniform(0.1, 0.5),
        rng.uniform(0.1, 0.35),
        rng.uniform(-0.12, 0.12),
    )

    def fn(u, v):
        w = W * math.sin(math.pi * u**0.8) ** 0.85 * (1 + 0.09 * math.sin(u * 60)) * (1 - 0.3 * u)
        y = (v - 0.5) * w
        return (
            L * (u - 0.5),
            y + bend * L * (u - 0.5) ** 2 * 4,
            0.06
            + c1 * 4 * (u - 0.5) ** 2 * L * 0.1
            + c2 * (abs(y) / W * 2) ** 1.5
            + 0.05 * math.sin(u * 14 + v * 4),
        )

    b = Builder()
    b.grid(fn, 40, 10, M["leaf"])
    t = np.linspace(0, 1, 8)
    b.tube(
        np.stack(
            [
                -L / 2 - t * L * 0.3,
                bend * L + 0.2 * t * t,
                0.08 + 0.15 * t * (1 - t) + c1 * 0.1 * L,
            ],
            1,
        ),
        0.05,
        M["bare"],
        (0.25, 0.15, 0.07),
    )
    return b.mesh("leaf")


def stone_mesh(rng, M):
    """A pebble."""
    bm = bmesh.new()
    bmesh.ops.create_icosphere(bm, subdivisions=4, radius=1)
    ax = [rng.normal(size=3) for _ in range(5)]
    s = np.array((1, rng.uniform(0.6, 0.95), rng.uniform(0.4, 0.65)))
    for v in bm.verts:
        p = np.array(v.co)
        k = 1 + sum(0.07 * math.sin(2.2 * float(p @ a) + i) for i, a in enumerate(ax))
        v.co = Vector(p * s * k + (0, 0, s[2] * 0.93))
    Builder()
    me = bpy.data.meshes.new("stone")
    bm.to_mesh(me)
    bm.free()
    me.materials.append(M["stone"])
    me.attributes.new("tint", "FLOAT_COLOR", "FACE").data.foreach_set(
        "color", np.ones(len(me.polygons) * 4, f32)
    )
    me.polygons.foreach_set("use_smooth", np.ones(len(me.polygons), bool))
    return me


def shaving_mesh(rng, M):
    """A pencil shaving."""
    n, r = rng.uniform(0.5, 1.3), rng.uniform(0.5, 0.8)

    def fn(u, v):
        a = u * TAU * n
        q = r * (0.35 + 0.65 * v) * (1 + 0.05 * math.sin(a * 14) * v)
        return q * math.cos(a), q * math.sin(a), 0.03 + 0.4 * (1 - v) + 0.12 * u

    b = Builder()
    b.grid(fn, 60, 4, M["bare"], (0.62, 0.42, 0.24))
    b.grid(
        lambda u, v: np.array(fn(u, 0.96 + 0.06 * v)) + (0, 0, 0.01),
        60,
        1,
        M["lacquer"],
        (0.5, 0.3, 0.03),
    )
    return b.mesh("shaving")
