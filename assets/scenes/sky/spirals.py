"""Disk galaxies large enough to show what they are made of: spirals, and disks from the side."""

import math
from types import SimpleNamespace

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from ..fields import blur, noise
from .light import DISK, NEBULA, OLD, YOUNG, plane


def wound_texture(rng):
    """A seamless texture to be wound round a disk with its arms."""
    tex = gaussian_filter(rng.standard_normal((256, 256)).astype(np.float32), 3.2, mode="wrap")
    fine = gaussian_filter(rng.standard_normal((256, 256)), 1.3, mode="wrap")
    tex = (tex + 0.45 * fine * 3.2 / 1.3 * 0.5).astype(np.float32)
    return tex / tex.std()


def lay_arms(rng, h, q, angle, arms, pitch, contrast):
    """Smooth old disk, young arms and optical depth of dust of a log-spiral, as fields."""
    f = SimpleNamespace()
    f.r, phi, f.u, f.v = plane(int(5.2 * h) + 4, q, angle)
    x = f.r / h
    turn, tex = rng.choice([-1, 1]), wound_texture(rng)
    wind = turn * phi - np.log(x) / math.tan(pitch)

    def look(a, su, o):
        across = ((a * 256 / (2 * np.pi) * su + o) % 256).astype(np.float32)
        along = ((np.log(x + 0.15) * 41 * su + o) % 256).astype(np.float32)
        return cv2.remap(tex, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)

    t1, t2 = look(wind, 1, 0), look(phi, 2, 70) * 0.8 + look(phi, 5, 30) * 0.6
    ph = arms * wind + 0.55 * t1 + 0.5 * np.sin(phi + rng.uniform(0, 6))
    grow = np.clip((x - 0.35) / 0.8, 0, 1) * np.exp(-np.maximum(x - 3.0, 0) / 0.9)
    arm = np.exp(2.3 * (np.cos(ph) - 1)) * (1 + 0.4 * np.cos(phi - rng.uniform(0, 6)))
    end = np.clip((5.0 - x) / 1.2, 0, 1)
    f.smooth = np.exp(-x) * (1 + 0.16 * t2) * end * (1 - min(0.25 * contrast, 0.4) * grow)
    f.young = 1.15 * contrast * np.exp(-f.r / (1.45 * h)) * grow * arm
    f.young = f.young * np.exp(0.55 * t2 + 0.25 * t1 - 0.2).clip(0.05, 4) * end
    f.tau = 1.9 * contrast * np.exp(-f.r / (1.6 * h)) * grow
    f.tau = f.tau * np.exp(3.2 * (np.cos(ph + 0.95) - 1)) * np.clip(0.8 + 0.8 * t2, 0, 3)
    return f


def star_clusters(rng, f, h, contrast):
    """Knots of young stars on the arms, and those of them that light up gas."""
    knots = np.zeros(f.r.shape, np.float32)
    p = (f.young * (f.r > 0.5 * h)).ravel().astype(np.float64)
    n = int(6 * h * contrast)
    at = rng.choice(p.size, n, p=p / p.sum())
    power = rng.pareto(1.6, n).clip(0, 12).astype(np.float32) * 0.22 * f.young.max()
    np.add.at(knots.ravel(), at, power * np.exp(-f.r.ravel()[at] / (4 * h)))
    pink = knots * (rng.random(knots.shape) < 0.5)
    spread = max(0.6, h / 45)
    return blur(knots, spread) * 2, blur(pink, spread) * 2


def spiral(rng, flux, h, q, angle, arms=2, pitch=0.33, contrast=1.0, bulge=0.2, bar=False):
    """A disk of scale length h (px) with arms, dust on their inner edge, knots of young stars."""
    f = lay_arms(rng, h, q, angle, arms, pitch, contrast)
    core = (np.hypot(f.u, f.v / max(q, 0.75)) / (0.30 * h) + 0.02) ** 0.5
    core = np.exp(-7.67 * (core - 1) * 0.5)
    if bar:
        core = core + 9 * np.exp(-((f.u / (0.9 * h)) ** 4) - (f.v / (q * 0.22 * h)) ** 2)
    knots, pink = star_clusters(rng, f, h, contrast)
    nb = bulge / (1 - bulge) * (f.smooth + f.young).sum() / core.sum()
    warm = np.exp(-f.r / h)  # the middle of the disk is older
    out = np.zeros((*f.r.shape, 3), np.float32)
    for b in range(3):
        red = np.exp(-f.tau * (0.62, 0.95, 1.3)[b])
        disk = f.smooth * (warm * OLD[b] + (1 - warm) * DISK[b]) + f.young * YOUNG[b]
        out[..., b] = (disk + 0.8 * knots * YOUNG[b] + 0.8 * pink * NEBULA[b]) * red
        out[..., b] += nb * core * OLD[b] * (1 - 0.6 * (1 - red))
    return out * flux / out[..., 1].sum()


def edge_on(rng, flux, h, angle, thick=0.13):
    """A disk from the side: a thin layer, a bulge, and a ragged dust lane through the middle."""
    _, _, u, v = plane(int(4.6 * h) + 4, 1.0, angle)
    v = v + 0.02 * h * np.sin(u / (1.7 * h) + rng.uniform(0, 6))
    fil = noise(rng, u.shape, max(h * 0.22, 3), 4, 0.65)
    z0, along = thick * h, np.abs(u) / h
    disk = np.exp(-along) / np.cosh(np.clip(v / z0, -30, 30)) ** 2
    disk = disk * np.clip((4.4 - along) / 1.0, 0, 1)
    halo = 0.05 * np.exp(-np.hypot(u * 0.5, v) / (3.2 * z0))
    core = 1.6 * np.exp(-3.0 * (np.hypot(u, v / 0.7) / (0.32 * h)) ** 0.6)
    lane = np.exp(-np.abs(v - 0.12 * z0 + 0.22 * z0 * fil) / (0.40 * z0))
    tau = 3.6 * np.exp(-np.abs(u) / (1.5 * h)) * lane * np.clip(1 + 0.5 * fil, 0.1, 3)
    out = np.zeros((*u.shape, 3), np.float32)
    for b in range(3):
        light = disk * (0.6 * DISK[b] + 0.4 * OLD[b]) * (1 + 0.15 * fil) + core * OLD[b]
        out[..., b] = light * np.exp(-tau * (0.75, 1.05, 1.4)[b]) + halo * OLD[b]
    return out * flux / out[..., 1].sum()
