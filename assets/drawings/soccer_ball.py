"""A football on a lawn: the panels of a truncated icosahedron on a sphere."""

import math

import numpy as np
from scenes.fields import blur, step

from .grounds import grass
from .sheet import FINE, HALF, LAMP, Sheet, mix

CX, CY, R = 128, 124, 104
GOLD = (1 + math.sqrt(5)) / 2


def faces():
    """Directions of the 12 pentagons, then of the 20 hexagons, each over its distance."""
    ring = [(0, a, b * GOLD) for a in (-1, 1) for b in (-1, 1)]
    twelve = np.array([np.roll(p, k) for p in ring for k in range(3)])
    cube = [(a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]
    rest = [np.roll((0, a * GOLD, b / GOLD), k) for a in (-1, 1) for b in (-1, 1) for k in range(3)]
    twenty = np.array([*cube, *rest])
    return np.concatenate(
        [
            twelve / np.linalg.norm(twelve, axis=1, keepdims=True) / 2.327,
            twenty / np.linalg.norm(twenty, axis=1, keepdims=True) / 2.267,
        ]
    )


def turned(a, b, c):
    """A rotation by three angles in degrees."""
    out = np.eye(3)
    for axis, angle in enumerate((a, b, c)):
        t, (i, j) = math.radians(angle), ((1, 2), (2, 0), (0, 1))[axis]
        one = np.eye(3)
        one[i, i] = one[j, j] = math.cos(t)
        one[i, j], one[j, i] = -math.sin(t), math.sin(t)
        out = one @ out
    return out


def ball(s):
    """Paint the ball."""
    u, v = (s.x - CX) / R, (s.y - CY) / R
    w = np.sqrt(np.clip(1 - u * u - v * v, 0, None))
    n = np.stack([u, v, w], -1)
    near = n @ (faces() @ turned(24, 14, 8)).T
    order = np.argsort(-near, -1)
    best = np.take_along_axis(near, order[..., :2], -1)
    gap = (best[..., 0] - best[..., 1]) * R  # to the seam, about pixels
    black = order[..., 0] < 12
    leather = mix((0.93, 0.93, 0.92), (0.075, 0.075, 0.085), black.astype(np.float32))
    leather *= 1 + 0.015 * s.noise(4, 2)[..., None]
    seam = 1 - step(0.15, 0.8, gap)
    puff = 0.86 + 0.14 * step(0, 5, gap)
    light = 0.34 + 0.74 * np.clip(n @ LAMP, 0, None) + 0.10 * np.clip(v, 0, 1) ** 2
    paint = mix(leather, (0.16, 0.16, 0.16), 0.85 * seam) * (light * puff)[..., None]
    paint += 0.22 * (np.clip(n @ HALF, 0, None) ** 28)[..., None]
    s.lay(s.oval(CX, CY, R), paint)


def draw():
    """Lawn, a far hedge, the ball and its shadow."""
    s = Sheet(11)
    s.rgb = mix((0.16, 0.27, 0.12), (0.36, 0.50, 0.24), 0.5 + 0.3 * s.noise(30, 3))
    s.rgb = blur(s.rgb, 5 * FINE)
    grass(s, step(70, 130, s.y), (0.13, 0.30, 0.06), (0.42, 0.62, 0.18))
    s.shade(s.oval(150, 218, 96, 20), (0, 0), 7, 0.75)
    ball(s)
    foot = step(208, 226, s.y + 5 * s.noise(5, 2))
    tips = foot * (s.noise(3.0, 2) > 0.1)
    s.lay(tips * 0.9, mix((0.12, 0.27, 0.06), (0.36, 0.55, 0.15), 0.5 + 0.3 * s.noise(3, 2)))
    s.darken_corners()
    return s
