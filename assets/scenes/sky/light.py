"""The light of populations of stars, and where a galaxy's plane lies on the picture."""

import math

import numpy as np

# red, green, blue light of each kind of population, green about 1
OLD, DISK, YOUNG = (1.42, 1.0, 0.52), (1.10, 1.0, 0.82), (0.84, 1.0, 1.27)
NEBULA, DISTANT = (1.8, 0.75, 1.05), (2.3, 0.85, 0.28)
BLUEST = 1.36  # blue over green


def tint(rng, base, spread):
    """Vary a colour along the red-blue axis only: no galaxy is green."""
    a, b = rng.normal(0, spread), rng.normal(0, 0.25 * spread)
    c = np.array(base) * np.exp([a + b, 0.25 * b, -1.2 * a + b])
    return np.append(c[:2], min(c[2], BLUEST))


def plane(size, q, angle):
    """Deprojected disk coordinates: radius (px), angle, and the two axes of the picture turned."""
    g = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32)
    u = g[1] * math.cos(angle) + g[0] * math.sin(angle)
    v = -g[1] * math.sin(angle) + g[0] * math.cos(angle)
    return np.hypot(u, v / q) + 0.3, np.arctan2(v / q, u), u, v


def add(img, stamp, y, x):
    """Add a stamp (rows, cols, 3), centred at whole pixel y, x, clipped to the field."""
    h, w = img.shape[:2]
    k, m = stamp.shape[0] // 2, stamp.shape[1] // 2
    y0, x0 = int(y) - k, int(x) - m
    a, b, c, d = max(y0, 0), min(y0 + stamp.shape[0], h), max(x0, 0), min(x0 + stamp.shape[1], w)
    if a < b and c < d:
        img[a:b, c:d] += stamp[a - y0 : b - y0, c - x0 : d - x0]
