"""The anonymous thousands: galaxies too small to show more than a profile and a colour."""

import math

import numpy as np
from numba import njit
from scipy.ndimage import gaussian_filter

from ..fields import noise, unit
from .light import BLUEST, DISK, DISTANT, OLD, YOUNG, tint

PER_MPX = 1500  # to the faint limit below
FAINTEST_E, BRIGHTEST_E = 170.0, 3.5e5  # electrons
COUNT_SLOPE = 0.80  # N(> flux) falls as flux ** -slope
GROUP = 30  # members of the group of ellipticals


@njit
def add_sersic(img, rows, tex):
    """Add profiles to the picture; each is summed over its stamp first, so its flux is exact.

    rows  (n, 12): y x flux r_e q angle n red green blue grain ring
    tex   (m, m) seamless, zero mean: the patches of a disk that has grain, ten across its r_e
    """
    h, w, _ = img.shape
    m = len(tex)
    for i in range(len(rows)):
        y, x, flux, re, q, t, n = rows[i, :7]
        grain, ring = rows[i, 10], rows[i, 11]
        oy, ox = int(y * 31) % m, int(x * 37) % m
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
                    patch = 0.0
                    if grain > 0:
                        p, s_ = int(v / re * 10 + 10 * m) + oy, int(u / re * 10 + 10 * m) + ox
                        patch = grain * tex[p % m, s_ % m] * min(1.0, d / re)
                        f *= math.exp(patch)
                    if ring > 0:
                        off = (d / re - 1.55) / 0.28
                        f *= 1 + ring * math.exp(-off * off)
                    if second == 0:
                        total += f
                    elif 0 <= yy < h and 0 <= xx < w:
                        for b in range(3):  # patches are young: bluer where brighter
                            tone = rows[i, 7 + b] * math.exp(0.24 * (b - 1) * patch)
                            img[yy, xx, b] += flux * f / total * tone


def patches(rng, side=256):
    """The texture of flocculent disks: blobs of young stars and gaps of dust, without arms."""
    g = rng.standard_normal((side, side)).astype(np.float32)
    fine, wide = (unit(gaussian_filter(g, s, mode="wrap")) for s in (1.3, 3.4))
    return unit(0.6 * fine + wide)


def finish(rng, kind, re):
    """Grain and ring of one disk; what is small stays smooth, for nothing of it would be seen."""
    if re < 2.2 or kind not in (1, 2):
        return 0.0, 0.0
    grain = rng.uniform(0.12, 0.5) if kind == 1 else rng.uniform(0.35, 0.8)
    ringed = kind == 1 and rng.random() < 0.18
    return grain, rng.uniform(0.8, 2.5) if ringed else 0.0


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
        rows.append((yy, xx, part, size, *shape, 1.0, *tone, 0, 0))
    return rows


def galaxy(rng, y, x, f):
    """Rows for one galaxy of flux f."""
    bright = math.log10(f / FAINTEST_E)
    kind = kind_of(rng, bright)
    re = 1.45 * (f / 500) ** 0.29 * rng.lognormal(0, 0.36)
    colour = tint(rng, (OLD, DISK, YOUNG, DISTANT)[kind], 0.15 if kind else 0.09)
    t = rng.uniform(0, np.pi)
    if kind == 0:
        return [(y, x, f, 0.85 * re, rng.uniform(0.55, 1), t, rng.uniform(2.2, 4), *colour, 0, 0)]
    if kind == 3:
        return [(y, x, 0.7 * f, 0.7 * re, rng.uniform(0.5, 1), t, 1.2, *colour, 0, 0)]
    if kind == 1:
        q, part = math.sqrt(rng.uniform(0.04, 1)), rng.uniform(0.05, 0.35)
        bulge = (y, x, f * part, re * 0.35, 0.8, t, 2.0, *tint(rng, OLD, 0.08), 0, 0)
        disk = (y, x, f * (1 - part), re * 1.15, q, t, 1.0, *colour, *finish(rng, kind, re))
        bar = rng.random() < 0.25 and re > 2.5
        if bar:  # as long as the bulge is wide, turned against the disk
            turn, share = t + rng.uniform(0.4, 1.2), 0.5 * part
            bulge = (*bulge[:2], f * (part - share), *bulge[3:])
            old = tint(rng, OLD, 0.05)
            return [disk, bulge, (y, x, f * share, re * 0.5, 0.28, turn, 0.7, *old, 0, 0)]
        return [disk, bulge]
    q = rng.uniform(0.25, 0.95)
    rows = [(y, x, f, re * 1.15, q, t, 1.0, *colour, *finish(rng, kind, re))]
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
        tone = tint(rng, (1.5, 1, 0.46), 0.05)
        rows.append((*at, f, 2.2 * (f / 5000) ** 0.42, *look, *tone, 0, 0))
    return np.array(rows, np.float64)
