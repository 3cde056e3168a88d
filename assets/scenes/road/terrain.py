"""The lie of the land and of the road upon it."""

import math

import numpy as np

from ..blender.mesh import grid_mesh
from .fields import noise2, smooth

HALF = 3.72  # half the width of the asphalt, metres


def bend(y):
    """Sideways place of the centre line: straight at first, then a wide right-hand curve."""
    return np.maximum(0, y - 55) ** 2 / 1500.0 - 55 * smooth(420, 900, y)


def rise(y):
    """Height of the road along its course."""
    return 8.0 * smooth(70, 420, y) - 5 * smooth(430, 720, y)


def entrance(u, y):
    """0..1 on the farm track that leaves the road to the left."""
    middle = 33 + 0.004 * np.maximum(0, -u - 4) ** 2
    wide = 1.7 + 3.2 * np.exp(-np.maximum(0, -u - 3.6) / 1.6)
    return smooth(0, -0.7, np.abs(y - middle) - wide) * (u < 0)


def ground(x, y):
    """Height of the land."""
    u = x - bend(y)
    a = np.abs(u)
    z = rise(y) - 0.02 * np.sqrt(np.minimum(a, HALF) ** 2 + 0.2)
    ditch = 0.6 * smooth(4.5, 6.1, a) * (1 - 0.75 * smooth(6.4, 8.0, a))
    z = z - ditch * (1 - entrance(u, y))
    off = smooth(3.6, 5, a)
    z = (
        z
        + off * (0.04 * noise2(x * 1.3, y * 1.3, 3, 3) + 0.03)
        + 0.012 * noise2(x * 6, y * 6, 5, 2) * smooth(3.5, 3.8, a)
    )
    z = z + smooth(14, 90, a) * (
        1.6 * noise2(x / 55, y / 55, 7, 2)
        + 0.012 * np.maximum(0, a - 14) * (0.6 + 0.4 * np.sign(u))
    )
    far = smooth(380, 1000, y) * (34 + 28 * noise2(x / 420, y / 600, 11, 3))
    ridge = smooth(1500, 3000, y) * (62 + 50 * noise2(x / 1100, y / 1500, 13, 3))
    return z + far + ridge


def build_terrain(material):
    """Verges beside the road and hills behind."""

    def sheet(name, us, ys, straight=False):
        U, Y = np.meshgrid(us, ys)
        X = U if straight else U + bend(Y)
        co = np.stack([X, Y, ground(X, Y)], -1).reshape(-1, 3)
        rp = np.stack([X - bend(Y), Y, entrance(X - bend(Y), Y)], -1).reshape(-1, 3)
        grid_mesh(name, co, len(ys), len(us), material, roadpos=rp)

    side = HALF - 0.06 + np.concatenate([np.linspace(0, 6, 90), 6 + np.geomspace(0.1, 560, 240)])
    ys = np.geomspace(1.2, 760, 1100)
    sheet("verge right", side, ys)
    sheet("verge left", -side[::-1], ys)
    sheet("hills", np.linspace(-3600, 3600, 520), np.geomspace(735, 5200, 380), True)


def on_ground(u, y, lift=0.0):
    """Place beside the centre line, as x, y, z."""
    x = u + float(bend(np.array(y, float)))
    return x, y, float(ground(np.array(x, float), np.array(y, float))) + lift


def heading(y):
    """Turn of the road at y."""
    return -math.atan(float(bend(np.array(y + 1.0)) - bend(np.array(y - 1.0))) / 2)
