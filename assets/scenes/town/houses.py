"""Walls, houses and sheds."""

import math

import numpy as np

from .roofs import chimney, flat_roof, gable, hip, plane


def walls(b, M, f, w, d, h, tint, rng, floors, front=True):
    """Four walls with windows and doors."""
    b.box(f, -w / 2, w / 2, -d / 2, d / 2, 0, h, M["wall"], tint)
    for k in range(4):
        g = f.sub(0, 0, k * math.pi / 2)
        half, off = (w / 2, d / 2) if k % 2 == 0 else (d / 2, w / 2)
        n = max(1, int(half * 2 / 3.0))
        for fl in range(floors):
            for i in range(n):
                u, z = -half + (i + 0.5) * 2 * half / n, 0.95 + 2.8 * fl
                ww, hh = (0.6, 1.35) if rng.random() < 0.75 else (0.9, 1.35)
                if fl == 0 and k == 0 and i == n // 2:
                    z, hh, ww = 0.1, 2.1, 0.5
                if fl == 0 and k == 2 and i == n // 2:
                    z, hh, ww = 0.1, 2.2, 1.3
                for q, e, m, t in (
                    (0.1, 0.03, "tint", (0.7, 0.7, 0.68)),
                    (0, 0.05, "glass", (1, 1, 1)),
                ):
                    b.face(
                        [
                            g.p(u - ww - q, -off - e, z - q),
                            g.p(u + ww + q, -off - e, z - q),
                            g.p(u + ww + q, -off - e, z + hh + q),
                            g.p(u - ww - q, -off - e, z + hh + q),
                        ],
                        M[m],
                        t,
                    )
                b.box(
                    g,
                    u - ww - 0.15,
                    u + ww + 0.15,
                    -off - 0.16,
                    -off,
                    z - 0.16,
                    z - 0.1,
                    M["tint"],
                    (0.45, 0.44, 0.42),
                )


WALLS = [
    (0.62, 0.58, 0.5),
    (0.68, 0.66, 0.62),
    (0.55, 0.45, 0.32),
    (0.5, 0.5, 0.48),
    (0.3, 0.13, 0.085),
    (0.62, 0.54, 0.38),
    (0.38, 0.2, 0.14),
    (0.7, 0.7, 0.69),
]


TILES = [
    (0.27, 0.085, 0.042),
    (0.33, 0.115, 0.055),
    (0.21, 0.075, 0.045),
    (0.14, 0.07, 0.045),
    (0.3, 0.14, 0.085),
    (0.24, 0.1, 0.06),
]


SLATES = [(0.075, 0.08, 0.088), (0.11, 0.11, 0.115), (0.055, 0.055, 0.06), (0.16, 0.15, 0.14)]


def house(b, M, f, w, d, rng):
    """A house of chance."""
    floors = int(rng.choice([1, 2, 2]))
    h, wall = 0.5 + 2.8 * floors, WALLS[rng.integers(len(WALLS))]
    mat, tint = (
        (M["tile"], TILES[rng.integers(len(TILES))])
        if rng.random() < 0.7
        else (M["slate"], SLATES[rng.integers(len(SLATES))])
    )
    tint = tuple(np.array(tint) * rng.uniform(0.85, 1.2))
    b.trim, b.trimtint = (
        M["tint"],
        [(0.5, 0.5, 0.48), (0.12, 0.08, 0.05), (0.2, 0.2, 0.2)][rng.integers(3)],
    )
    pitch, kind, solar = math.radians(rng.uniform(28, 45)), rng.random(), rng.random() < 0.33
    walls(b, M, f, w, d, h, wall, rng, floors)
    if kind < 0.16:
        flat_roof(b, M, f, w, d, h, rng, np.array((0.3, 0.29, 0.27)) * rng.uniform(0.5, 1.2))
        return
    if kind < 0.42:
        zr = hip(b, M, f, w, d, h, math.radians(rng.uniform(26, 36)), mat, tint, rng, solar)
    else:
        zr = gable(b, M, f, w, d, h, pitch, mat, tint, rng, wall, solar)
        if kind > 0.72 and w > 9.5:  # a wing to the garden
            g = f.sub(rng.choice((-1, 1)) * (w / 2 - 2.4), d / 2 - 0.2, math.pi / 2)
            walls(b, M, g, 7, 4.6, h, wall, rng, floors)
            gable(b, M, g, 7, 4.6, h, pitch, mat, tint, rng, wall, over=0.4)
    chimney(b, M, f, rng.uniform(-0.3, 0.3) * w, rng.uniform(-0.08, 0.08) * d, zr - 0.3)


def shed(b, M, f, w, d, rng):
    """A garden shed."""
    b.trim, b.trimtint = M["wood"], (0.16, 0.11, 0.07)
    t = [(0.2, 0.14, 0.09), (0.3, 0.28, 0.25), (0.12, 0.2, 0.16)][rng.integers(3)]
    b.box(f, -w / 2, w / 2, -d / 2, d / 2, 0, 2.1, M["wood"], t)
    for sg in (0, math.pi):
        plane(
            b,
            f.sub(0, 0, sg),
            (-w / 2 - 0.2, -d / 2 - 0.2, 2.0),
            (w / 2 + 0.2, -d / 2 - 0.2, 2.0),
            (w / 2 + 0.2, 0, 2.7),
            (-w / 2 - 0.2, 0, 2.7),
            M["wood"] if rng.random() < 0.5 else M["gravel"],
            (0.13, 0.12, 0.11),
            0.08,
        )
