"""Two galaxies after a close passage: their disks are drawn out into tails and a bridge.

The two masses fall past each other on a parabola; stars of the disks feel both masses and nothing
else, which is enough to make tails as the Toomre brothers did.
"""

import math

import numpy as np
from numba import njit, prange

from ..fields import blur, noise
from .light import DISK, NEBULA, OLD, YOUNG

SOFT2 = 0.22**2  # softening of each mass, squared; the unit of length is a disk's radius
STEP = 0.04
START = 5.0  # distance at which the fall begins
KNOTS, KNOT_LIGHT = 110, 0.05  # how many, and their light beside all stars of about 1
SEEN_E = 5.0  # electrons per pixel that still count as part of the pair


@njit
def pull(dy, dx, dz, mass):
    """Acceleration towards a softened mass at that offset."""
    k = mass / (dy * dy + dx * dx + dz * dz + SOFT2) ** 1.5
    return k * dy, k * dx, k * dz


@njit
def step_pair(pair, masses, dt):
    """One leapfrog step of the two masses, (2, 6), under each other."""
    pair[:, :3] += 0.5 * dt * pair[:, 3:]
    gap = pair[1, :3] - pair[0, :3]
    for j in range(2):
        g = pull(gap[0], gap[1], gap[2], masses[1 - j])
        for a in range(3):
            pair[j, 3 + a] += dt * (g[a] if j == 0 else -g[a])
    pair[:, :3] += 0.5 * dt * pair[:, 3:]


@njit(parallel=True)
def drift(stars, centres, masses, dt):
    """One leapfrog step (drift, kick, drift) of stars (n, 6) under the two masses."""
    for i in prange(len(stars)):
        for a in range(3):
            stars[i, a] += 0.5 * dt * stars[i, 3 + a]
        for j in range(2):
            y, x, z = centres[j, 0] - stars[i, 0], centres[j, 1] - stars[i, 1], -stars[i, 2]
            gy, gx, gz = pull(y, x, z + centres[j, 2], masses[j])
            stars[i, 3] += dt * gy
            stars[i, 4] += dt * gx
            stars[i, 5] += dt * gz
        for a in range(3):
            stars[i, a] += 0.5 * dt * stars[i, 3 + a]


def turned_flat(angle):
    """Rotation matrix about the line of sight."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def turned(tilt, node):
    """Rotation matrix: tilt about an axis in the plane at the angle node."""
    c, s = math.cos(tilt), math.sin(tilt)
    about = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return turned_flat(node) @ about @ turned_flat(-node)


def disk_of(rng, n, mass, size, tilt):
    """Stars on circles: (n, 6), and their starting radius in units of the disk's."""
    r = np.minimum(rng.gamma(2.0, 0.27, n), rng.uniform(0.85, 1.15, n)) * size
    a, z = rng.uniform(0, 2 * np.pi, n), rng.normal(0, 0.02 * size, n)
    v = np.sqrt(mass * r * r / (r * r + SOFT2) ** 1.5) * rng.normal(1, 0.09, n)
    place = np.stack([r * np.sin(a), r * np.cos(a), z], 1)
    speed = np.stack([v * np.cos(a), -v * np.sin(a), 0 * v], 1)
    turn = turned(tilt, rng.uniform(0, 2 * np.pi))
    return np.concatenate([place @ turn.T, speed @ turn.T], 1), r / size


def encounter(rng, n, ratio, nearest, after):
    """A passage, and what it left some time after: stars (n, 6), starting radii, the masses."""
    masses = np.array([1.0, ratio])
    total = masses.sum()
    across = math.sqrt(2 * total * nearest) / START
    inward = math.sqrt(max(2 * total / START - across**2, 0))
    # columns are y, x, z and their speeds; disks turn the way in which the masses pass
    fall = np.array([0.0, START, 0.0, across, -inward, 0.0])
    pair = np.array([-ratio / total, 1 / total])[:, None] * fall
    big = disk_of(rng, n, 1.0, 1.0, rng.uniform(0.1, 0.5))
    small = disk_of(rng, int(n * ratio), ratio, math.sqrt(ratio), rng.uniform(0.2, 0.7))
    stars = np.concatenate([big[0] + pair[0], small[0] + pair[1]])
    left, last = math.inf, math.inf
    while left > 0:
        step_pair(pair, masses, STEP)
        drift(stars, pair[:, :3].copy(), masses, STEP)
        apart = np.linalg.norm(pair[0, :3] - pair[1, :3])
        if apart > last and left == math.inf:
            left = after
        left, last = left - STEP, apart
    return stars, np.concatenate([big[1], small[1]]), pair


def knots_on(rng, at, radius, shape):
    """Clusters that the passage set alight, along tails and bridge: young light, glowing gas."""
    p = np.clip(radius - 0.3, 0, 0.6)
    chosen = rng.choice(len(radius), KNOTS, p=p / p.sum())
    power = rng.pareto(1.2, KNOTS).clip(0.1, 12)
    lit = rng.random(KNOTS) < 0.25
    out = []
    for here in (~lit, lit):
        grid = np.zeros(shape, np.float32)
        np.add.at(grid, tuple(at[chosen[here]].T), power[here].astype(np.float32))
        out.append(blur(grid, 0.9) / power.sum())
    return out


def redden(rng, light, density, scale):
    """Dust: torn lanes where the disks are dense, taking more blue than red."""
    lanes = noise(rng, density.shape, max(0.26 * scale, 3), 4, 0.6)
    tau = 1.1 * np.sqrt(density / density.max()) * np.clip(lanes + 0.1, 0, 2)
    return light * np.exp(-tau[..., None] * np.array([0.62, 0.95, 1.3], np.float32))


def layers(rng, stars, radius, scale, view):
    """Light on a stamp: old, middle and young stars, young knots, glowing gas."""
    seen = stars[:, :3] @ view.T * scale
    half = int(np.percentile(np.abs(seen[:, :2]), 99.9)) + 12
    side = 2 * half + 1
    y, x = (seen[:, a].round().astype(int) + half for a in (0, 1))
    inside = (y >= 0) & (x >= 0) & (y < side) & (x < side)
    shares = np.clip(1 - radius / 0.6, 0, 1), np.clip(1 - np.abs(radius - 0.6) / 0.6, 0, 1)
    clumps = rng.pareto(1.5, len(stars)).clip(0, 40) * (radius > 0.3)
    weights = (*shares, 0.9 * np.clip(radius - 0.35, 0, 1) * clumps)
    out = []
    for w, spread in zip(weights, (1.3, 1.5, 1.0), strict=True):
        grid = np.zeros((side, side), np.float32)
        np.add.at(grid, (y[inside], x[inside]), w[inside].astype(np.float32))
        out.append(blur(grid, spread) / len(stars))
    at = np.stack([y, x], 1)[inside]
    return out + [KNOT_LIGHT * k for k in knots_on(rng, at, radius[inside], grid.shape)]


def nuclei(rng, pair, ratio, flux, scale, view):
    """Rows of the two bulges for the catalogue, relative to the middle of the stamp."""
    rows = []
    for (y, x, _), part in zip(pair[:, :3] @ view.T * scale, (1.0, ratio), strict=True):
        look = (0.09 * scale * math.sqrt(part), rng.uniform(0.7, 0.95), rng.uniform(0, 3), 1.6)
        rows.append((y, x, 0.07 * flux * part, *look, *OLD, 0, 0))
    return rows


def collide(rng, flux, scale, ratio=0.7, after=1.8, stars=70_000):
    """Stamp of a pair (rows, cols, 3), rows of its bulges, and its box about the middle.

    scale  px of the larger disk's radius before the passage
    after  time since the passage; the larger disk turns once in about six
    """
    found, radius, pair = encounter(rng, stars, ratio, rng.uniform(0.55, 0.8), after)
    view = turned(rng.uniform(0.3, 0.95), rng.uniform(0, 6.28)) @ turned_flat(rng.uniform(0, 6.28))
    parts = layers(rng, found, radius, scale, view)
    tones = np.array([OLD, DISK, YOUNG, YOUNG, NEBULA], np.float32)
    light = redden(rng, np.tensordot(np.stack(parts, -1), tones, 1), parts[1], scale)
    light *= flux / light[..., 1].sum()
    ys, xs = np.nonzero(blur(light[..., 1], 1.5) > SEEN_E)
    half = light.shape[0] // 2
    box = [ys.min() - half, xs.min() - half, ys.max() - half + 1, xs.max() - half + 1]
    return light, nuclei(rng, pair, ratio, flux, scale, view), [int(v) for v in box]
