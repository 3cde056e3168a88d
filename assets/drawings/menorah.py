"""A brass menorah of seven arms before a white wall."""

import numpy as np

from .grounds import studio
from .sheet import Sheet, arc

C, RIM, GAP = 128, 74, 33
BRASS = (0.80, 0.57, 0.17)
FOOT = [(121, 194), (135, 194), (140, 207), (160, 219), (180, 230), (181, 239), (75, 239),
        (76, 230), (96, 219), (116, 207)]  # fmt: skip


def arms(s):
    """Stem, arms, knots and cups, as masks in the order of painting."""
    for k in (3, 2, 1):
        yield s.line(arc(C, RIM, GAP * k, 0.98 * GAP * k, 0, 180), 10)
        for angle in (35, 145):
            ((x, y),) = arc(C, RIM, GAP * k, 0.98 * GAP * k, angle, angle, 1)
            yield s.oval(x, y, 8, 6.5, angle - 90)
    yield s.line([(C, RIM), (C, 206)], 12)
    for y, wide in ((107, 11), (139, 12), (172, 13), (192, 15)):
        yield s.oval(C, y, wide, 6)
    yield s.polygon(FOOT)
    for k in range(-3, 4):
        x = C + GAP * k
        yield s.polygon([(x - 5, 58), (x + 5, 58), (x + 5, 80), (x - 5, 80)])
        yield s.oval(x, 70, 8, 4.5)
        yield s.polygon([(x - 12, 36), (x + 12, 36), (x + 9, 50), (x + 5, 61), (x - 5, 61),
                         (x - 9, 50)])  # fmt: skip
        yield s.oval(x, 36, 13, 4)


def draw():
    """The wall, the brass, what the lamp throws behind it."""
    s = Sheet(4)
    studio(s, (0.95, 0.945, 0.935), 0.10)
    masks = list(arms(s))
    s.shade(s.oval(C + 8, 238, 66, 8), (0, 0), 4, 0.5)
    s.shade(np.maximum.reduce(masks), (8, 9), 5, 0.22)
    for mask in masks:
        s.shade(mask, (0.8, 1.2), 1.2, 0.4)
        s.solid(mask, BRASS, 7, 0.5, 18)
    rings = np.sin(s.y * 0.9) * s.polygon(FOOT)
    s.rgb *= 1 - 0.09 * rings[..., None]
    for k in range(-3, 4):
        s.lay(s.oval(C + GAP * k, 35.5, 9, 2.4), (0.24, 0.15, 0.04))
    return s
