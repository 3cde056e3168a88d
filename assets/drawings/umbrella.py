"""An open umbrella of blue and white panels before a white wall."""

import math
from itertools import pairwise

import numpy as np

from .grounds import studio
from .sheet import Sheet, arc, curve, mix

APEX, WIDE, HIGH, RIM = (128, 46), 108, 92, 138
RIBS = (-1.0, -0.74, -0.30, 0.24, 0.70, 1.0)
TILT = math.radians(-9)


def tilted(points):
    """Points turned a little about the middle of the picture."""
    p = np.asarray(points, float) - 128
    c, t = math.cos(TILT), math.sin(TILT)
    return np.stack([p[:, 0] * c - p[:, 1] * t, p[:, 0] * t + p[:, 1] * c], 1) + 128


def rib(u):
    """A rib from the tip to the rim."""
    t = np.radians(np.linspace(0, 90, 30))
    return np.stack([APEX[0] + u * WIDE * np.sin(t), RIM - HIGH * np.cos(t) ** 0.9], 1)


def panels():
    """Outlines of the panels, from left to right."""
    for a, b in pairwise(RIBS):
        left, right = rib(a), rib(b)
        mid = (left[-1] + right[-1]) / 2 - (0, 4 + 9 * (b - a))
        hem = curve([left[-1], mid, right[-1]])
        yield tilted([*left, *hem, *right[::-1]])


def stick(s):
    """Shaft and crook."""
    shaft = s.line(tilted([(128, 120), (128, 214)]), 4.5)
    crook = [(128, 192), (128, 218), *arc(141, 220, 13, 15, 180, 20, 20)]
    grip = s.line(tilted(crook), 8.5)
    s.shade(np.maximum(shaft, grip), (10, 8), 7, 0.22)
    s.solid(shaft, (0.42, 0.43, 0.45), 2.2, 0.5)
    s.solid(grip, (0.45, 0.25, 0.11), 4.2, 0.35)


def draw():
    """The wall, the stick, the cloth."""
    s = Sheet(6)
    studio(s, (0.965, 0.965, 0.97), 0.05)
    whole = np.maximum.reduce([s.polygon(one) for one in panels()])
    s.shade(whole, (14, 16), 13, 0.20)
    inner = tilted([(APEX[0] - 0.9 * WIDE, RIM - 14), (APEX[0] + 0.9 * WIDE, RIM - 14),
                    (APEX[0] + 0.8 * WIDE, RIM - 2), (APEX[0] - 0.8 * WIDE, RIM - 2)])  # fmt: skip
    s.lay(s.polygon(inner), (0.10, 0.11, 0.17))
    stick(s)
    spike = s.line(tilted([(128, 34), (128, 48)]), 4)
    s.solid(spike, (0.35, 0.36, 0.38), 2, 0.4)
    far = np.clip((s.x - 60) / 190, 0, 1)
    for n, points in enumerate(panels()):
        mask = s.polygon(points)
        cloth = (0.06, 0.17, 0.52) if n % 2 == 0 else (0.93, 0.93, 0.94)
        light, shine = s.relief(mask, 16, 3)
        tone = (0.58 + 0.42 * light) * (1.10 - 0.42 * far) * (1.04 - 0.0016 * (s.y - 50))
        tone = tone * (1 + 0.02 * s.noise(14, 3))
        s.lay(mask, mix(np.asarray(cloth) * tone[..., None], (1, 1, 1), 0.10 * shine**30))
    for u in RIBS[1:-1]:
        s.lay(0.35 * s.line(tilted(rib(u)), 1.0), (0.03, 0.04, 0.10))
    return s
