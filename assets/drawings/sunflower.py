"""A sunflower before leaves out of focus."""

import math

import numpy as np
from scenes.fields import step

from .grounds import leaves
from .sheet import Sheet, curve, mix

CX, CY, HEART = 126, 126, 47


def petal(s, angle, length, width, tone):
    """Paint one petal that points away from the middle."""
    a = math.radians(angle)
    along, across = np.array([math.cos(a), math.sin(a)]), np.array([-math.sin(a), math.cos(a)])
    tip, bend = HEART - 8 + length, s.rng.uniform(-5, 5)
    outline = [(HEART - 12, -0.35), (HEART + 0.3 * length, -1), (HEART + 0.65 * length, -0.8)]
    sides = [(r, -k) for r, k in reversed(outline)]
    points = [(r, k * width + bend * (r - HEART) / length) for r, k in outline]
    points += [(tip, bend), *((r, k * width + bend * (r - HEART) / length) for r, k in sides)]
    flat = np.array([(CX, CY) + r * along + k * across for r, k in curve(points, closed=True)])
    mask = s.polygon(flat)
    s.shade(mask, (1.5, 2.5), 2.5, 0.42)
    out = ((s.x - CX) * along[0] + (s.y - CY) * along[1] - HEART) / length
    side = ((s.x - CX) * across[0] + (s.y - CY) * across[1] - bend * out) / width
    vein = 0.05 * np.cos(side * 13) - 0.13 * np.exp(-((side / 0.10) ** 2))
    light, _ = s.relief(mask, 6)
    paint = mix((0.93, 0.55, 0.04), (1.0, 0.83, 0.10), 0.15 + 1.1 * out)
    s.lay(mask, paint * (tone * (1 + vein) * (0.55 + 0.45 * light))[..., None])


def heart(s):
    """Seeds in a spiral: young ones in the middle, a brown ring outside."""
    disc = s.oval(CX, CY, HEART)
    s.shade(disc, (2, 3), 4, 0.5)
    away = np.hypot(s.x - CX, s.y - CY) / HEART
    ring = mix((0.36, 0.26, 0.07), (0.15, 0.075, 0.03), step(0.25, 0.55, away))
    s.lay(disc, mix(ring, (0.42, 0.22, 0.05), step(0.80, 0.98, away)))
    for k in range(620):
        r, a = HEART * math.sqrt((k + 0.5) / 620), math.radians(137.508 * k)
        x, y, far = CX + r * math.cos(a), CY + r * math.sin(a), r / HEART
        x0, y0 = int(4 * x) - 10, int(4 * y) - 10
        part = np.s_[y0 : y0 + 20, x0 : x0 + 20]
        d = np.hypot(s.x[part] - x, s.y[part] - y)
        lit = np.clip(1 - d / 1.25, 0, 1) * (0.6 + 0.4 * (x + y < 2 * d + CX + CY))
        tip = (0.62, 0.50, 0.16) if far < 0.36 else (0.34, 0.20, 0.10)
        tip = (0.80, 0.52, 0.12) if far > 0.84 else tip
        s.rgb[part] = mix(s.rgb[part], np.array(tip) * s.rng.uniform(0.8, 1.1), lit)
    dome = 1.08 - 0.0042 * (0.6 * (s.x - CX) + 0.8 * (s.y - CY))
    s.rgb = mix(s.rgb, s.rgb * dome[..., None], disc)


def draw():
    """Two rings of petals around the seeds."""
    s = Sheet(5)
    leaves(s, (0.05, 0.13, 0.03), (0.30, 0.45, 0.14))
    for count, shift, length, tone in ((19, 0.0, 68, 0.80), (18, 9.0, 60, 1.0)):
        for k in s.rng.permutation(count):
            angle = shift + 360 * k / count + s.rng.uniform(-4, 4)
            petal(s, angle, length * s.rng.uniform(0.86, 1.08), s.rng.uniform(11, 14), tone)
    heart(s)
    s.darken_corners()
    return s
