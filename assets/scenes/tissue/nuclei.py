"""Ordinary nuclei, population by population: lining, nests, lymphocytes, fibroblasts, fat."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..fields import blur, noise, reach, step
from .cells import pack
from .chromatin import CHROMATIN
from .scale import px

# Shares of the textures in CHROMATIN: granular, coarse, open, clumped, smudged.
ORDINARY = (0.66, 0.05, 0.15, 0.06, 0.08)
OPEN = (0.38, 0.10, 0.38, 0.07, 0.07)
CLUMPED = (0.18, 0.0, 0.0, 0.74, 0.08)


@dataclass(frozen=True)
class Kind:
    """How one population of nuclei looks and how densely it may lie.

    size, angle  functions of (y, x, n): half axes (px), direction
    margin, tol  px kept free around each, and the share that may overlap all the same
    chromatin    share of nuclei with each texture of CHROMATIN
    """

    size: Callable
    angle: Callable
    density: float
    rim: float
    grain: float
    margin: float
    tol: float
    soft: tuple[float, float] = (1.3, 2.4)
    bend: float = 0.05
    nucleoli: float = 0.0
    chromatin: tuple[float, ...] = ORDINARY


def populate(rng, s, kind, weight, tries):
    """Scatter one kind of nucleus where weight is high; tries per pixel. Returns table rows."""
    h, w = s.shape
    y, x = rng.integers(0, h, int(h * w * tries)), rng.integers(0, w, int(h * w * tries))
    keep = rng.random(len(y)) < weight.astype(np.float32)[y, x]
    y, x, n = y[keep], x[keep], int(keep.sum())
    a, b = kind.size(y, x, n)
    faint = np.where(rng.random(n) < 0.14, rng.uniform(0.45, 0.8, n), 1)  # cut off by the knife
    den = kind.density * faint * rng.normal(1, 0.13, n).clip(0.6, 1.5) * s.tr["dark"][s.lab[y, x]]
    texture = rng.choice(len(CHROMATIN), n, p=kind.chromatin)
    dye, rim, grain = np.array(list(CHROMATIN.values()))[texture].T
    den = den * dye
    rim, grain = kind.rim * rim, kind.grain * grain * rng.lognormal(0, 0.25, n)
    one = np.ones(n)
    columns = [y + rng.random(n), x + rng.random(n), a * one, b * one, kind.angle(y, x, n) * one]
    columns += [den, rim * rng.uniform(0.6, 1.4, n), grain]
    columns += [rng.uniform(*kind.soft, n) * np.where(faint < 1, 1.6, 1)]
    columns += [kind.bend * rng.standard_normal(n), rng.poisson(kind.nucleoli, n).clip(0, 3)]
    rows = np.stack([*columns, texture], 1)
    cand = np.concatenate([rows[:, :5], np.full((n, 1), kind.margin), np.full((n, 1), kind.tol)], 1)
    return rows[pack(s.busy, np.ascontiguousarray(cand))]


def gland_nuclei(rng, s):
    """Nuclei of the glands: tall ones along a lining, plump ones in solid nests, a few dark."""

    def size_at(y, x):
        return s.tr["size"][s.lab[y, x]]

    def anyhow(y, x, n):
        return rng.uniform(0, 3.14, n)

    def tall(y, x, n):
        a = size_at(y, x) * rng.normal(px(5.0), px(0.55), n).clip(6.5)
        return a, size_at(y, x) * rng.normal(px(2.95), px(0.35), n).clip(4)

    def upright(y, x, n):
        return s.radial[y, x] + rng.normal(0, 0.26, n)

    def plump(y, x, n):
        k = size_at(y, x) * (1 + 0.09 * swell[y, x]) * rng.lognormal(0, 0.10, n)
        a = k * rng.normal(px(4.9), px(0.6), n).clip(6, 15)
        return a, k * rng.normal(px(3.8), px(0.5), n).clip(5, 12)

    def small(y, x, n):
        return rng.normal(5.2, 0.5, n), rng.normal(4.9, 0.4, n)

    rel = s.depth / np.clip(s.lining, 1, px(34))
    lining = s.epi & ~s.solid & (s.depth > 5)
    spread = 0.20 * s.tr["spread"][s.lab]
    basal = lining * (np.exp(-(((rel - 0.30) / spread) ** 2)) + 0.012)
    kind = Kind(tall, upright, 0.62, 0.30, 0.22, -0.6, 0.13, nucleoli=0.7)
    rows = [populate(rng, s, kind, basal, 0.16)]
    swell = noise(rng, s.shape, 210, 2)
    for tries, margin, tol in ((0.012, 3.2, 0.02), (0.02, 0.8, 0.07)):
        kind = Kind(plump, anyhow, 0.50, 0.42, 0.27, margin, tol, nucleoli=1.2, chromatin=OPEN)
        rows.append(populate(rng, s, kind, s.epi & s.solid & (s.depth > 6), tries))
    rows.append(populate(rng, s, Kind(small, anyhow, 0.95, 0.1, 0.2, 0.5, 0.1), s.epi, 0.001))
    return rows


def other_nuclei(rng, s):
    """Nuclei between the glands and in their lumens."""

    def anyhow(y, x, n):
        return rng.uniform(0, 3.14, n)

    def round_(y, x, n):
        return rng.normal(px(3.35), px(0.30), n), rng.normal(px(3.0), px(0.28), n)

    def thin(y, x, n):
        a = rng.gamma(9, px(0.82), n).clip(8, 24)
        return a, rng.normal(px(1.55), px(0.35), n).clip(1.8, 5)

    def flat(y, x, n):
        return rng.normal(px(4.2), px(0.6), n), px(1.35)

    def shrunk(y, x, n):
        return rng.normal(4.6, 1.2, n).clip(2), rng.normal(3.9, 1, n).clip(1.6)

    def crimped(y, x, n):
        return s.along[y, x] + rng.normal(0, 0.12, n)

    bed = s.stroma & ~s.vessel & (s.inside > 9)
    drift = bed * np.clip(0.85 * s.clus + 0.02 * np.exp(1.15 * s.infl), 0, 1)
    kind = Kind(round_, anyhow, 0.80, 0.18, 0.26, 0.4, 0.10, (1.3, 2.2), chromatin=CLUMPED)
    rows = [populate(rng, s, kind, drift, 0.028)]
    # fibroblasts follow the fibres; thin, faint, slightly bent
    kind = Kind(thin, crimped, 0.66, 0.12, 0.18, 0.8, 0.06, soft=(1.3, 2.6), bend=0.35)
    where = (bed & (s.outside > 3)) * (0.35 + 0.65 * step(-1, 1, s.infl))
    rows.append(populate(rng, s, kind, where, 0.0022))
    skin = s.vessel & ~s.vlumen & (reach(~s.vlumen) < 4)  # endothelium
    kind = Kind(flat, lambda y, x, n: s.along[y, x], 0.78, 0.1, 0.15, 1.5, 0.05, bend=0.2)
    rows.append(populate(rng, s, kind, skin, 0.05))
    fy, fx = np.gradient(blur(s.wall, 2))
    kind = Kind(flat, lambda y, x, n: np.arctan2(fx[y, x], -fy[y, x]), 0.75, 0.1, 0.15, 12, 0.0)
    rows.append(populate(rng, s, kind, (s.fat & (s.wall < 3)) * np.float32(0.012), 0.05))
    # shed and dying cells in the lumen
    drops = s.is_lumen & (noise(rng, s.shape, 170, 2) > 1.2)
    kind = Kind(shrunk, anyhow, 0.7, 0.1, 0.25, 1.0, 1.0, soft=(1.6, 3.2))
    rows.append(populate(rng, s, kind, drops, 0.0009))
    return rows


def grow_nuclei(rng, s):
    """The table of all ordinary nuclei, packed into what is free."""
    return np.concatenate(gland_nuclei(rng, s) + other_nuclei(rng, s))
