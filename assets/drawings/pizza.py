"""A pizza on a board, from above."""

import math

import numpy as np
from scenes.fields import step

from .grounds import wood
from .sheet import Sheet, curve, mix

C = 128


def places(s, count, apart, reach):
    """Points inside a circle, none nearer than `apart` to another."""
    found = []
    for _ in range(4000):
        a, r = s.rng.uniform(0, 2 * math.pi), reach * math.sqrt(s.rng.uniform())
        x, y = C + r * math.cos(a), C + r * math.sin(a)
        if all(math.hypot(x - p, y - q) > apart for p, q in found):
            found.append((x, y))
        if len(found) == count:
            break
    return found


def slice_of_sausage(s, x, y):
    """One slice, cupped by the heat."""
    r = s.rng.uniform(13.5, 16)
    disc = s.oval(x, y, r, r * s.rng.uniform(0.90, 1), s.rng.uniform(0, 180))
    s.shade(disc, (1.2, 1.8), 1.6, 0.45)
    away = np.hypot(s.x - x, s.y - y) / r
    meat = mix((0.74, 0.20, 0.11), (0.55, 0.10, 0.06), step(0.6, 1.0, away))
    fat = step(0.9, 1.6, s.noise(4, 2))
    light, shine = s.relief(disc, 3)
    s.lay(disc, mix(meat, (0.88, 0.48, 0.32), 0.6 * fat) * (0.4 + 0.6 * light)[..., None])
    s.lay(0.4 * disc * shine**60, (1, 0.9, 0.8))


def leaf(s, x, y):
    """One leaf of basil."""
    a, long = s.rng.uniform(0, 6.28), s.rng.uniform(11, 15)
    u = np.array([math.cos(a), math.sin(a)])
    v = np.array([-u[1], u[0]])
    shape = [(-1, 0), (-0.3, 0.48), (0.4, 0.40), (1, 0), (0.4, -0.40), (-0.3, -0.48)]
    points = curve([(x, y) + long * (p * u + q * v) for p, q in shape], closed=True)
    mask = s.polygon(points)
    s.shade(mask, (1.5, 2), 1.5, 0.5)
    s.solid(mask, (0.17, 0.38, 0.10), 5, 0.15)
    s.lay(0.6 * s.line([(x, y) - 0.9 * long * u, (x, y) + 0.8 * long * u], 0.8), (0.40, 0.58, 0.25))


def draw():
    """Board, crust, sauce, cheese, then what lies on it."""
    s = Sheet(17)
    s.rgb = wood(s, (0.36, 0.24, 0.16), 5.0)
    away = np.hypot(s.x - C, s.y - C) + 1.6 * s.noise(26, 2)
    dough = np.clip((117 - away) * 4, 0, 1).astype(np.float32)
    s.shade(dough, (4, 6), 5, 0.7)
    baked = 0.40 + 0.30 * s.noise(22, 3) + 0.10 * s.noise(5, 2)
    s.solid(dough, mix((0.88, 0.67, 0.38), (0.60, 0.33, 0.12), baked), 17, 0.1)
    edge = away + 2.0 * s.noise(12, 3)
    s.lay(0.92 * (1 - step(99, 104, edge)), (0.66, 0.17, 0.06))
    lumps = s.noise(12, 2)
    light, shine = s.lit(1.4 * lumps)
    cheese = mix((0.97, 0.83, 0.47), (0.90, 0.58, 0.22), 0.25 + 0.30 * s.noise(17, 3))
    cheese = mix(cheese, (0.66, 0.36, 0.12), step(1.1, 2.1, s.noise(11, 2)))
    holes = step(-1.3, -0.7, s.noise(15, 3)) * (1 - step(94, 101, edge))
    s.lay(holes, cheese * light[..., None] + 0.12 * (shine**40)[..., None])
    for x, y in places(s, 13, 39, 82):
        slice_of_sausage(s, x, y)
    for x, y in places(s, 6, 56, 78):
        leaf(s, x, y)
    for angle in (12, 57, 102, 147):
        a = math.radians(angle)
        end, middle = 120 * np.array([math.cos(a), math.sin(a)]), np.array([C, C])
        cut = s.line([middle - end, middle + end], 1.3) * dough
        s.shade(cut, (0.6, 0.8), 0.8, 0.45)
        s.lay(0.45 * cut, (0.42, 0.18, 0.07))
    s.darken_corners(0.2)
    return s
