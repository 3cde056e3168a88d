"""A stop sign on its post before trees and a pale sky."""

import numpy as np
from scenes.fields import blur, step

from .grounds import sky
from .sheet import FINE, Sheet, arc, curve, mix

C, R = (128, 112), 98


def octagon(radius):
    """Corners of the sign, which hangs a little askew."""
    return arc(*C, radius, radius, 22.5 - 1.5, 337.5 - 1.5, 8)


def letters(s):
    """STOP, in strokes."""
    w, out = 10, np.zeros_like(s.y)
    bends = [(74, 98), (64, 91), (55, 98), (57.5, 108), (66, 113), (73.5, 120), (72, 131)]
    parts = [s.line(curve([*bends, (63, 135), (53, 127)]), w)]
    parts += [s.polygon([(82, 86), (114, 86), (114, 95.5), (82, 95.5)])]
    parts += [s.polygon([(93, 86), (103, 86), (103, 140), (93, 140)])]
    ring = [*arc(134, 103, 11, 12, 180, 360), *arc(134, 123, 11, 12, 0, 180)]
    parts += [s.line(ring, w, closed=True)]
    parts += [s.polygon([(158, 86), (168, 86), (168, 140), (158, 140)])]
    bowl = [(163, 91), *arc(180, 103, 11, 12, -90, 90), (163, 115)]
    for part in [*parts, s.line(bowl, w)]:
        out = np.maximum(out, part)
    return np.roll(out, round(6 * FINE), 1)  # to the middle of the sign


def draw():
    """Trees below, sky above, the sign in front."""
    s = Sheet(8)
    sky(s, (0.62, 0.74, 0.88), (0.88, 0.91, 0.94), 230, 0.7)
    edge = 196 + 14 * s.noise(44, 4, 0.6)
    trees = step(-2, 2, s.y - edge)
    s.lay(trees, mix((0.10, 0.15, 0.08), (0.34, 0.42, 0.22), 0.45 + 0.3 * s.noise(13, 4, 0.65)))
    s.rgb = blur(s.rgb, 1.2 * FINE)
    post = s.polygon([(121, 150), (136, 150), (137, 256), (120, 256)])
    round_ = 1 - 0.5 * np.abs((s.x - 126) / 10)
    s.lay(post, np.array([0.55, 0.56, 0.57]) * round_[..., None])
    plate = s.polygon(octagon(R + 1))
    s.lay(0.5 * post * (1 - step(206, 216, s.y)), (0.1, 0.1, 0.1))  # in the shade of the sign
    light = 1.03 - 0.0011 * (s.x - 60) - 0.0007 * (s.y - 40) + 0.012 * s.noise(50, 3)
    s.lay(plate, np.array([0.72, 0.72, 0.71]))
    white = np.array([0.93, 0.93, 0.92]) * light[..., None]
    red = np.array([0.77, 0.09, 0.11]) * light[..., None]
    s.lay(s.polygon(octagon(R - 0.5)), white)
    s.lay(s.polygon(octagon(R - 7)), red)
    s.lay(letters(s), white)
    for y in (50, 176):
        s.solid(s.oval(128, y, 3.2), (0.62, 0.62, 0.62), 3, 0.4)
    s.darken_corners(0.10)
    return s
