"""A pair of scissors with black grips, a little open, on pale paper."""

import numpy as np

from .grounds import studio
from .sheet import Sheet, curve

PIVOT = (127, 122)
BLADE = [(80, 16), (122, 100), (141, 128), (133, 141), (117, 130), (101, 100)]
SHANK = [(117, 120), (136, 112), (150, 140), (160, 166), (142, 172), (133, 150)]
LOOP = [(146, 160), (170, 162), (188, 186), (190, 218), (172, 236), (152, 226), (142, 196)]


def mirrored(points):
    """The other half."""
    return [(2 * PIVOT[0] - x, y) for x, y in points]


def half(s, turn):
    """One blade, its shank and its grip."""
    blade, shank = s.polygon(turn(BLADE)), s.polygon(curve(turn(SHANK), closed=True))
    ring = s.line(curve(turn(LOOP), closed=True), 15, closed=True)
    neck = s.line(curve(turn([(140, 143), (147, 158), (150, 172)])), 16)
    grip = np.maximum(ring, neck)
    for part in (blade, shank, grip):
        s.shade(part, (4, 5), 3.5, 0.35)
    steel = 0.74 + 0.10 * np.sin(0.10 * (s.x + 0.45 * s.y)) + 0.012 * s.noise(6, 2)
    steel = steel[..., None] * np.array((0.98, 1.0, 1.03))
    s.solid(shank, steel, 4, 0.2)
    s.solid(blade, steel, 3, 0.2)
    s.lay(0.55 * s.line(turn([(80, 16), (101, 100), (117, 130)]), 1.6), (1, 1, 1))
    s.solid(grip, (0.085, 0.085, 0.095), 7.5, 0.38, 26)


def draw():
    """One half over the other, and the screw."""
    s = Sheet(12)
    studio(s, (0.90, 0.90, 0.89), 0.14)
    half(s, mirrored)
    half(s, list)
    screw = s.oval(*PIVOT, 6)
    s.shade(screw, (1, 1.5), 1.2, 0.5)
    s.solid(screw, (0.72, 0.73, 0.75), 4, 0.4)
    s.lay(0.8 * s.line([(123, 125), (131, 119)], 1.5), (0.2, 0.2, 0.2))
    return s
