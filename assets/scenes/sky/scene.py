"""A deep field: galaxies out to the noise, a few stars, one gravitational lens, one asteroid.

Light is added up in electrons per pixel in three bands, blurred by the telescope, given photon
noise, and only then stretched for the eye, as a real exposure is. Truth: faint spiral galaxies,
two pairs in collision, the lens ring, the asteroid trail.
"""

import math
from pathlib import Path

import numpy as np

from ..fields import write_jpeg
from ..truth import write_truth
from .catalogue import add_sersic, catalogue, patches
from .light import add
from .spirals import edge_on, spiral
from .stars import add_stars
from .targets import add_asteroid, add_collisions, add_faint_spirals, add_lens
from .telescope import expose, stretch

SIZE = (2160, 3840)


class Spots:
    """Places for things that should not touch each other."""

    def __init__(self, rng, shape):
        self.rng, self.shape, self.taken = rng, shape, []

    def __call__(self, r, border=30, tries=400):
        """A whole pixel at least r px away from everything placed so far."""
        h, w = self.shape
        for _ in range(tries):
            y, x = self.rng.uniform(border, h - border), self.rng.uniform(border, w - border)
            if all(math.hypot(y - p, x - q) > r + s for p, q, s in self.taken):
                break
        self.taken.append((y, x, r))
        return int(y), int(x)


def add_near_disks(rng, img, spot, unit):
    """Spirals open to us, disks edge-on, tilted disks: large enough that nobody misses them."""
    small = max(unit, 0.6)

    def many(n):
        return max(1, round(n * unit))

    for i in range(many(4)):
        hh = (34, 20, 15, 12)[i] * rng.uniform(0.9, 1.15) * small
        y, x = spot(5 * hh, int(2.2 * hh) + 30)
        flux, ang = 2000 * hh**2 * rng.uniform(0.7, 1.2), rng.uniform(0, 3.14)
        arms, pitch = int(rng.choice([2, 2, 3])), rng.uniform(0.26, 0.42)
        q = (0.82, 0.5, 0.93, 0.62)[i]
        add(img, spiral(rng, flux, hh, q, ang, arms, pitch, bar=i in (1, 2)), y, x)
    for i in range(many(5)):
        hh = (26, 17, 14, 11, 9)[i] * rng.uniform(0.85, 1.2) * small
        y, x = spot(4 * hh)
        add(img, edge_on(rng, 900 * hh**2, hh, rng.uniform(0, 3.14), rng.uniform(0.13, 0.2)), y, x)
    for _ in range(many(4)):
        hh = rng.uniform(11, 17) * small
        y, x = spot(4 * hh)
        q, ang, pitch = rng.uniform(0.25, 0.45), rng.uniform(0, 3.14), rng.uniform(0.22, 0.36)
        add(img, spiral(rng, 1250 * hh**2, hh, q, ang, 2, pitch, 0.8, 0.3), y, x)


def keep_clear(rows, objects):
    """Rows that do not lie on a target, unless they are faint."""
    boxes = np.array([o["box"] for o in objects])
    own, half = (
        (boxes[:, :2] + boxes[:, 2:]) / 2,
        np.ptp(boxes.reshape(-1, 2, 2), axis=1).max(1) / 2,
    )
    off = np.hypot(rows[:, :1] - own[:, 0], rows[:, 1:2] - own[:, 1])
    near = off < np.maximum(26, 0.9 * half) + 4 * rows[:, 3:4]
    return rows[~near.any(1) | (rows[:, 2] < 450)]


def build(rng, shape):
    """The picture and its truth; the scale stays, a smaller shape is a smaller field."""
    h, w = shape
    img, spot = np.zeros((h, w, 3), np.float32), Spots(rng, shape)
    unit = math.sqrt(h * w / (2160 * 3840))  # fewer big things in a small field
    group = (h * rng.uniform(0.3, 0.7), w * rng.uniform(0.55, 0.8))
    add_near_disks(rng, img, spot, unit)
    bright = add_stars(rng, img, spot, unit)
    objects = add_faint_spirals(rng, img, spot)
    pairs, bulges = add_collisions(rng, img, spot, max(unit, 0.6))
    ring, lens = add_lens(rng, img, spot)
    objects += [*pairs, ring, add_asteroid(rng, img, spot)]
    rows = keep_clear(catalogue(rng, shape, group), objects)
    add_sersic(img, np.concatenate([rows, [lens], bulges]), patches(rng))
    return stretch(rng, expose(rng, img, bright, group)), objects


def make(out: Path, *, seed: int = 11) -> None:
    """Write sky.jpg and sky.json into the folder."""
    out.mkdir(parents=True, exist_ok=True)
    img, objects = build(np.random.default_rng(seed), SIZE)
    write_jpeg(out / "sky.jpg", img)
    write_truth(out / "sky.json", SIZE, objects)
