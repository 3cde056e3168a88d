"""Noises of the plane that are pure functions of place and seed."""

import numpy as np

SALT = [0]  # the seed, for the noises that are pure functions of place


def smooth(a, b, t):
    """Ease from 0 at a to 1 at b."""
    t = np.clip((t - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)


def lattice(ix, iy, seed):
    """Hash of whole-number coordinates to 0..1: the base of every numpy noise here."""
    h = (
        ix.astype(np.int64) * 374761393
        + iy.astype(np.int64) * 668265263
        + (seed + 131 * SALT[0]) * 974634777
    ) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFFFF) / 0xFFFFFF


def noise2(x, y, seed=0, octaves=1):
    """Value noise of -1..1; octaves halve in size and weight."""
    total, weight = 0, 1.0
    for k in range(octaves):
        ix, iy = np.floor(x), np.floor(y)
        fx, fy = smooth(0, 1, x - ix), smooth(0, 1, y - iy)
        a, b = lattice(ix, iy, seed + k), lattice(ix + 1, iy, seed + k)
        c, d = lattice(ix, iy + 1, seed + k), lattice(ix + 1, iy + 1, seed + k)
        total = total + weight * (2 * ((a + (b - a) * fx) * (1 - fy) + (c + (d - c) * fx) * fy) - 1)
        x, y, weight = x * 2.03 + 17.1, y * 2.03 + 5.7, weight * 0.5
    return total


def pebbles(x, y, seed, value=False):
    """Cellular noise: height of rounded stones packed on a unit lattice, or one value per stone."""
    best, mine = np.full(np.shape(x), 9.0), np.zeros(np.shape(x))
    ix, iy = np.floor(x), np.floor(y)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            px = ix + i + lattice(ix + i, iy + j, seed)
            py = iy + j + lattice(ix + i, iy + j, seed + 1)
            d = (px - x) ** 2 + (py - y) ** 2
            mine = np.where(d < best, lattice(ix + i, iy + j, seed + 2), mine)
            best = np.minimum(best, d)
    return mine if value else 1 - np.sqrt(np.minimum(best, 1))
