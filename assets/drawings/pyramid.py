"""A pyramid in the desert in the late morning."""

import numpy as np
from scenes.fields import step

from .grounds import sky
from .sheet import Sheet, mix

TOP, LEFT, EDGE, RIGHT = (120, 40), (6, 206), (164, 219), (252, 204)
STONE = np.array([0.86, 0.70, 0.48])


def courses(s, low, rise):
    """Rows of blocks that run along a side, as a tone."""
    row = s.y - rise * (s.x - TOP[0]) + 0.5 * s.noise(9, 2)
    row = row * (1 + 0.0006 * row)
    joint = np.abs((row / 4.6) % 1 - 0.5) * 2
    shift = np.floor(row / 4.6) * 3.7
    upright = np.abs(((s.x + shift) / 7.3 + 0.2 * s.noise(6, 1)) % 1 - 0.5) * 2
    worn = 0.10 * s.noise(5, 3, 0.7) + 0.07 * s.noise(26, 2)
    return low * (1 + worn - 0.22 * step(0.55, 1, joint) - 0.07 * step(0.75, 1, upright))


def draw():
    """Sky, haze, the two sides that one sees, sand with pebbles."""
    s = Sheet(21)
    sky(s, (0.33, 0.53, 0.80), (0.80, 0.85, 0.88), 210, 0.35)
    sand = mix((0.80, 0.66, 0.45), (0.63, 0.49, 0.31), (s.y - 195) / 70)
    ripple = s.noise(9, 4, 0.6) * step(195, 245, s.y)
    ground = step(-0.6, 0.6, s.y - 203 - 1.5 * s.noise(60, 2))
    s.lay(ground, sand * (1 + 0.07 * ripple + 0.03 * s.noise(50, 2))[..., None])
    s.shade(s.polygon([EDGE, RIGHT, (256, 212), (256, 226), (200, 226)]), (0, 0), 3, 0.45)
    left, right = s.polygon([TOP, LEFT, EDGE]), s.polygon([TOP, EDGE, RIGHT])
    haze = 0.10 * (1 - (s.y - 40) / 220)
    for side, low, rise in ((left, 1.0, 0.03), (right, 0.55, -0.05)):
        tone = courses(s, low, rise)
        s.lay(side, mix(STONE * tone[..., None], (0.78, 0.82, 0.86), haze))
    rubble = np.maximum(left, right) * step(192, 212, s.y + 7 * s.noise(7, 3))
    s.lay(0.6 * rubble, sand * (0.86 + 0.14 * s.noise(4, 2))[..., None])
    s.darken_corners()
    return s
