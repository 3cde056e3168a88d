"""A strawberry on a pale table."""

import math

import numpy as np
from scenes.fields import blur, reach, step

from .grounds import studio
from .sheet import FINE, Sheet, curve, mix

OUTLINE = [(128, 60), (168, 56), (202, 80), (205, 126), (186, 176), (154, 220), (128, 234),
           (103, 222), (68, 180), (47, 130), (49, 84), (86, 57)]  # fmt: skip


def seeds(s):
    """Where seeds lie: rows that follow the round body, as (x, y, nearness)."""
    for row in range(-1, 8):
        y = 84 + 18.5 * row
        half = np.interp(y, (60, 90, 128, 178, 222, 234), (56, 77, 79, 58, 26, 8))
        for k in range(-4, 5):
            angle = (k + 0.5 * (row % 2)) * 0.40
            if abs(angle) < (1.4 if y < 195 else 1.0):
                bend = 9 * math.sin(angle) ** 2
                yield 127 + half * math.sin(angle), y - bend, math.cos(angle)


def leaf(s, angle, long):
    """One leaf of the crown."""
    a = math.radians(angle)
    u, v = np.array([math.cos(a), math.sin(a)]), np.array([-math.sin(a), math.cos(a)])
    root = np.array((128, 60))
    shape = [(-4, 0), (0.3 * long, 9), (0.7 * long, 6), (long, 0), (0.7 * long, -6), (8, -8)]
    mask = s.polygon(curve([root + p * u + q * v for p, q in shape], closed=True))
    s.shade(mask, (2, 4), 2.5, 0.5)
    tone = (0.30, 0.52, 0.16) if s.rng.uniform() < 0.5 else (0.24, 0.45, 0.12)
    s.solid(mask, tone, 7, 0.15, 20)
    s.lay(0.4 * s.line([root, root + 0.85 * long * u], 1.0), (0.55, 0.72, 0.35))


def draw():
    """The berry, its seeds in dimples, its crown and stalk."""
    s = Sheet(2)
    studio(s, (0.93, 0.92, 0.90), 0.12)
    body = s.polygon(curve(OUTLINE, closed=True))
    s.shade(s.oval(146, 224, 74, 15), (0, 0), 8, 0.55)
    s.shade(body, (8, 10), 12, 0.25)
    t = np.clip(reach(body > 0.5, 5) / (82 * FINE), 0, 1)
    round_ = blur(62 * np.sqrt(1 - (1 - t) ** 2), 6 * FINE)
    dimple = np.zeros_like(s.y)
    spots = list(seeds(s))
    for x, y, near in spots:
        u, v = (s.x - x) / (1.0 + 5.0 * near), (s.y - y) / 6.5
        dimple += near * np.exp(-(u * u + v * v))
    light, shine = s.lit(round_ - 2.1 * dimple + 0.10 * s.noise(5, 2))
    red = mix((0.86, 0.07, 0.07), (0.72, 0.03, 0.06), 0.5 + 0.3 * s.noise(40, 2))
    red = mix(red, (0.95, 0.42, 0.22), 0.55 * (1 - step(50, 84, s.y)))
    glow = 0.35 * (np.clip(shine, 0, 1) ** 34)
    s.lay(body, red * (0.22 + 0.78 * light)[..., None] + glow[..., None])
    for x, y, near in spots:
        seed = s.oval(x, y, 0.7 + 1.5 * near, 2.9) * body
        s.shade(seed, (0.6, 0.9), 0.8, 0.5)
        s.lay(seed, np.array((0.95, 0.76, 0.30)) * (0.55 + 0.5 * light)[..., None])
    s.solid(s.line(curve([(128, 58), (130, 40), (142, 22)]), 6), (0.36, 0.52, 0.20), 3, 0.1)
    for angle in (168, 20, 140, 48, 112, 78, 196, -14, 95):
        leaf(s, angle, s.rng.uniform(34, 50))
    s.solid(s.oval(128, 57, 11, 6), (0.34, 0.55, 0.18), 6, 0.1)
    return s
