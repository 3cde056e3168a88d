"""A glazed disc with yin and yang on pale stone."""

import numpy as np

from .grounds import studio
from .sheet import Sheet

R, C = 112, 128


def draw():
    """The disc fills the picture; a rim runs around it."""
    s = Sheet(3)
    studio(s, (0.84, 0.83, 0.81), 0.12)
    s.rgb *= 1 + 0.012 * s.noise(7, 4, 0.65)[..., None]
    disc = s.oval(C, C, R + 4)
    s.shade(disc, (5, 7), 6, 0.65)
    s.solid(disc, (0.10, 0.10, 0.11), 5, 0.5)
    face, half = s.oval(C, C, R), 0.5 * R
    white = face * np.where(s.x < C, 1, 0)
    white = np.maximum(white, s.oval(C, C - half, half))
    white = white * (1 - s.oval(C, C + half, half))
    eye = 0.15 * R
    white = np.maximum(white * (1 - s.oval(C, C - half, eye)), s.oval(C, C + half, eye))
    glaze = 1 - 0.0009 * np.hypot(s.x - 70, s.y - 60) + 0.006 * s.noise(30)
    s.lay(face, np.array([0.075, 0.075, 0.085]) * glaze[..., None])
    light, _ = s.relief(white, 4)
    s.lay(white, np.array([0.955, 0.95, 0.93]) * (glaze * (0.5 + 0.5 * light))[..., None])
    streak = np.exp(-(((s.x + s.y - 150 + 2 * s.noise(60, 1)) / 26) ** 2))
    s.lay(0.13 * streak * face, (1, 1, 1))
    s.darken_corners()
    return s
