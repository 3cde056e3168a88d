"""Headphones that stand before a white wall."""

import numpy as np

from .grounds import studio
from .sheet import Sheet, arc

BLACK = (0.115, 0.115, 0.125)


def draw():
    """The band, the forks, the cups and their cushions."""
    s = Sheet(14)
    studio(s, (0.95, 0.95, 0.955), 0.08)
    band = s.line(arc(128, 128, 84, 100, 192, 348), 15)
    pad = s.line(arc(128, 132, 78, 92, 222, 318), 12)
    rods = [s.line(arc(128, 128, 86, 100, a, b), 7) for a, b in ((168, 200), (340, 372))]
    cups = [s.oval(46, 164, 23, 42, 6), s.oval(210, 164, 23, 42, -6)]
    soft = [s.oval(68, 165, 18, 44, 6), s.oval(188, 165, 18, 44, -6)]
    whole = np.maximum.reduce([band, *rods, *cups, *soft])
    s.shade(np.maximum(s.oval(62, 212, 40, 8), s.oval(196, 212, 40, 8)), (3, 0), 6, 0.5)
    s.shade(whole, (8, 8), 9, 0.22)
    for mask in rods:
        s.solid(mask, (0.62, 0.63, 0.65), 3.5, 0.5)
    s.solid(pad, (0.20, 0.20, 0.21), 6, 0.1)
    s.solid(band, BLACK, 7.5, 0.45, 24)
    for mask in soft:
        s.shade(mask, (2, 2), 2, 0.4)
        s.solid(mask, (0.22, 0.21, 0.21), 14, 0.12, 10)
    for (x, turn), mask in zip(((44, 6), (212, -6)), cups, strict=True):
        s.shade(mask, (2, 2), 2, 0.4)
        s.solid(mask, BLACK, 16, 0.40, 22)
        plate = s.oval(x, 164, 12, 27, turn)
        s.solid(plate, (0.58, 0.59, 0.61), 3, 0.4)
        s.lay(0.7 * s.oval(x, 164, 7, 20, turn), (0.16, 0.16, 0.17))
    return s
