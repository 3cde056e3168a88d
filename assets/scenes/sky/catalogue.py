"""The anonymous thousands: galaxies too small to show more than a profile and a colour."""

import math

import numpy as np
from numba import njit

from ..fields import noise
from .light import BLUEST, DISK, DISTANT, OLD, YOUNG, tint

PER_MPX = 1500  # to the faint limit below
FAINTEST_E, BRIGHTEST_E = 170.0, 3.5e5  # electrons
COUNT_SLOPE = 0.80  # N(> flux) falls as flux ** -slope
GROUP = 30  # members of the group of ellipticals


@njit
def add_sersic(img, rows):
    """Add profiles to the picture; each is summed over its stamp first, so its flux is exact.

    rows  (n, 10): y x flux r_e q angle n red green blue
    """
    h, w, _ = img.shape
    for i in range(len(rows)):
        y, x, flux, re, q, t, n = rows[i, :7]
        k = 2 * n - 1 / 3
        c, s = math.cos(t), math.sin(t)
        r = int(re * (5 + 2.2 * n)) + 3
        total = 0.0
        for second in range(2):
            for yy in range(int(y) - r, int(y) + r + 1):
                for xx in range(int(x) - r, int(x) + r + 1):
                    u, v = (xx - x) * c + (yy - y) * s, (-(xx - x) * s + (yy - y) * c) / q
                    d = math.sqrt(u * u + v * v + 0.15)
                    edge = 1 - d / r
                    if edge <= 0:
                        continue
                    f = math.exp(-k * ((d / re) ** (1 / n) - 1)) * min(1.0, 3 * edge)
                    if second == 0:
                        total += f
                    elif 0 <= yy < h and 0 <= xx < w:
                        for b in range(3):
                            img[yy, xx, b] += flux * f / total * rows[i, 7 + b]


def place(rng, shape, drift):
    """A position that follows the large-scale structure: galaxies cluster."""
    h, w = shape
    for _ in range(6):
        y, x = rng.uniform(-15, h + 15), rng.uniform(-15, w + 15)
        d = drift[int(np.clip(y, 0, h - 1)) // 8, int(np.clip(x, 0, w - 1)) // 8]
        if rng.random() < 0.5 * math.exp(0.55 * d):
            break
    return y, x


def kind_of(rng, bright):
    """0 elliptical, 1 disk, 2 young and clumpy, 3 distant and red; the mix shifts with flux."""
    rare = 0.06 if bright < 1 else 0.01
    p = [0.13 + 0.09 * bright, 0.30 + 0.05 * bright, max(0.47 - 0.13 * bright, 0.05), rare]
    return rng.choice(4, p=np.array(p) / sum(p))


def clumps(rng, y, x, f, re, q, t, colour):
    """Bright patches of a lopsided young system."""
    rows = []
    for _ in range(rng.integers(1, 6)):
        a, b = rng.normal(0, 1.1 * re), rng.normal(0, 1.1 * re * q)
        yy = y + a * math.sin(t) + b * math.cos(t)
        xx = x + a * math.cos(t) - b * math.sin(t)
        part, size = f * rng.uniform(0.04, 0.3), max(0.28 * re, 0.7)
        shape = (rng.uniform(0.5, 1), rng.uniform(0, 3))
        tone = np.minimum(colour * tint(rng, (1, 1, 1), 0.11), BLUEST)
        rows.append((yy, xx, part, size, *shape, 1.0, *tone))
    return rows


def galaxy(rng, y, x, f):
    """Rows for one galaxy of flux f."""
    bright = math.log10(f / FAINTEST_E)
    kind = kind_of(rng, bright)
    re = 1.45 * (f / 500) ** 0.29 * rng.lognormal(0, 0.36)
    colour = tint(rng, (OLD, DISK, YOUNG, DISTANT)[kind], 0.15 if kind else 0.09)
    t = rng.uniform(0, np.pi)
    if kind == 0:
        return [(y, x, f, 0.85 * re, rng.uniform(0.55, 1), t, rng.uniform(2.2, 4), *colour)]
    if kind == 3:
        return [(y, x, 0.7 * f, 0.7 * re, rng.uniform(0.5, 1), t, 1.2, *colour)]
    if kind == 1:
        q, part = math.sqrt(rng.uniform(0.04, 1)), rng.uniform(0.05, 0.35)
        bulge = (y, x, f * part, re * 0.35, 0.8, t, 2.0, *tint(rng, OLD, 0.08))
        return [(y, x, f * (1 - part), re * 1.15, q, t, 1.0, *colour), bulge]
    q = rng.uniform(0.25, 0.95)
    rows = [(y, x, f, re * 1.15, q, t, 1.0, *colour)]
    return rows + clumps(rng, y, x, f, re, q, t, colour) if re > 1.3 else rows


def catalogue(rng, shape, group):
    """Flux by number counts, size and colour by flux; last a loose group of ellipticals."""
    h, w = shape
    n = rng.poisson(PER_MPX * h * w / 1e6)
    flux = np.minimum(FAINTEST_E * (1 - rng.random(n)) ** (-1 / COUNT_SLOPE), BRIGHTEST_E)
    drift = noise(rng, (h // 8 + 1, w // 8 + 1), 50, 4)
    rows = []
    for f in flux:
        rows += galaxy(rng, *place(rng, shape, drift), f)
    for _ in range(GROUP):
        f = min(2600 * (1 - rng.random()) ** -0.85, 9e4)
        d, a = np.abs(rng.normal(0, 0.10 * w)), rng.uniform(0, 2 * np.pi)
        at = (group[0] + 0.8 * d * math.sin(a), group[1] + d * math.cos(a))
        look = (rng.uniform(0.6, 1), rng.uniform(0, 3), rng.uniform(2.5, 4))
        rows.append((*at, f, 2.2 * (f / 5000) ** 0.42, *look, *tint(rng, (1.5, 1, 0.46), 0.05)))
    return np.array(rows, np.float64)
