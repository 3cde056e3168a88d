"""Clips, rings, screws, keys and pins."""

import math

import numpy as np

from .shapes import TAU, Builder


def arc(cx, cy, r, a0, a1, n=10):
    """Points along an arc, angles in degrees."""
    t = np.radians(np.linspace(a0, a1, n))
    return [(cx + r * math.cos(q), cy + r * math.sin(q)) for q in t]


def clip_mesh(M, z):
    """A paper clip."""
    p = (
        [(-0.6, 0.15), (0.5, 0.15)]
        + arc(0.85, -0.1, 0.25, 90, -90)
        + [(-0.6, -0.35)]
        + arc(-1.1, 0.02, 0.37, 270, 90)
        + [(0.3, 0.39)]
        + arc(1.15, 0.06, 0.33, 90, -90)
        + [(0.2, -0.27), (-0.75, -0.27)]
    )
    b = Builder()
    b.tube(
        [(x, y, 0.05 + z * (i > 22) + 0.015 * math.sin(i)) for i, (x, y) in enumerate(p)],
        0.046,
        M["steel"],
    )
    return b.mesh("clip")


def ring_piece(M, mat, outer, inner, h, n=36, bevel=0.02):
    """A flat piece with a hole; outer(angle) may be six-sided."""
    b = Builder()
    prof = (
        (inner, 0),
        (inner, h - bevel),
        (inner, h - bevel),
        (inner, h),
        (outer, h),
        (outer, h - bevel),
        (outer, h - bevel),
        (outer, 0),
    )
    b.grid(
        lambda u, j: (
            lambda r: (r * math.cos(u * TAU), r * math.sin(u * TAU), prof[int(round(j * 7))][1])
        )(
            prof[int(round(j * 7))][0](u * TAU)
            - (bevel if j in (3 / 7, 4 / 7) and prof[int(round(j * 7))][0] is outer else 0)
        ),
        n,
        7,
        M[mat],
    )
    me = b.mesh("ring")
    me.polygons.foreach_set("use_smooth", np.zeros(len(me.polygons), bool))
    return me


def hexa(r):
    """Outline of a hexagon."""
    return lambda a: (
        r * math.cos(math.pi / 6) / math.cos((a + math.pi / 6) % (math.pi / 3) - math.pi / 6)
    )


def screw_mesh(M, L):
    """A screw of length L."""
    b = Builder()
    prof = [(0, 0), (0.28, 0.0), (0.4, 0.03), (0.42, 0.07), (0.38, 0.12), (0.2, 0.3)]
    x = 0.3
    while x < L - 0.35:
        prof += [(0.21, x + 0.03), (0.15, x + 0.075)]
        x += 0.09
    b.lathe(prof + [(0.1, L - 0.2), (0, L)], M["steel"], n=20, axis="x")
    return b.mesh("screw")


def pin_mesh(M):
    """A drawing pin."""
    b = Builder()
    b.lathe(
        [
            (0, 0),
            (0.42, 0),
            (0.45, 0.06),
            (0.42, 0.12),
            (0.22, 0.2),
            (0.17, 0.55),
            (0.24, 0.8),
            (0.36, 0.86),
            (0.37, 0.95),
            (0.3, 1.0),
            (0, 1.0),
        ],
        M["plastic"],
        n=28,
        axis="x",
    )
    b.lathe([(0.04, 1.0), (0.04, 1.9), (0, 2.1)], M["steel"], n=8, axis="x")
    return b.mesh("pin")


def key_mesh(rng, M):
    """A key."""
    top, x = [], 2.0
    while x < 5.2:
        d = rng.uniform(0.05, 0.32)
        top += [(x, 0.42 - d), (x + 0.22, 0.42 - d)]
        x += 0.36
    out = (
        arc(0, 0, 1.15, 25, 335, 40)
        + [(1.4, -0.42), (5.3, -0.42), (5.6, -0.1), (5.3, 0.3)]
        + top[::-1]
        + [(1.9, 0.42), (1.4, 0.42)]
    )
    b = Builder()
    b.extrude(out, 0, 0.2, M["dull"])
    for r, t, z in ((0.33, (0.02, 0.015, 0.012), 0.204),):
        b.face(
            [(-0.55 + r * math.cos(a), r * math.sin(a), z) for a in np.arange(20) * TAU / 20],
            M["black"],
            t,
        )
    b.box(1.5, 5.1, -0.16, -0.06, 0.2, 0.205, M["dull"], (0.5, 0.5, 0.5))
    for i in range(5):
        b.box(
            0.05, 0.7, -0.4 + i * 0.18, -0.33 + i * 0.18, 0.2, 0.21, M["dull"], (0.55, 0.55, 0.55)
        )
    return b.mesh("key")
