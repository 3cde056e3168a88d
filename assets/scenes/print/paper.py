"""Ink on paper: how type prints, and what a century does to the sheet."""

import math

import cv2
import numpy as np

from ..fields import blur, noise


def spread(rng, cover):
    """Ink film from type: it creeps outward, starves in places, is darker at its rim."""
    shape = cover.shape
    film = blur(cover, 1.15)
    limit = 0.275 + 0.028 * noise(rng, shape, 900, 2) + 0.030 * noise(rng, shape, 46, 2)
    fuzz = noise(rng, shape, 3.4, 2)
    limit += 0.045 * fuzz
    ink = np.clip((film - limit) / 0.30 + 0.5, 0, 1) * np.clip(film * 9, 0, 1)
    core = np.clip(blur(cover, 3.2) * 1.5 - 0.55, 0, 1)  # only the heart of heavy strokes
    ink *= 1.0 - 0.12 * core * (0.6 + 0.5 * fuzz)
    ink *= 0.955 + 0.045 * noise(rng, shape, 700, 3) + 0.05 * fuzz
    return ink.astype(np.float32)


def pulp(rng, shape):
    """Small deviations of brightness: clouds, grain, fibres lying every way."""
    h, w = shape
    a = 0.007 * noise(rng, shape, 500, 3) + 0.006 * noise(rng, shape, 26, 3)
    a = a + 0.006 * noise(rng, shape, 5, 2) + 0.004 * rng.standard_normal(shape, dtype=np.float32)
    hairs = np.full(shape, 128, np.uint8)
    for _ in range(int(h * w / 240)):
        y, x, t, n = rng.uniform(0, h), rng.uniform(0, w), rng.uniform(0, 6.28), rng.uniform(5, 22)
        b = t + rng.normal(0, 0.5)
        mid = (x + n * math.cos(t), y + n * math.sin(t))
        end = (x + n * (math.cos(t) + math.cos(b)), y + n * (math.sin(t) + math.sin(b)))
        pts = (np.array([[x, y], mid, end]) * 16).astype(np.int32)
        tone = int(128 + rng.normal(0, 26))
        cv2.polylines(hairs, [pts], False, tone, 1, cv2.LINE_AA, 4)
    return a + 0.00065 * (blur(hairs, 0.7).astype(np.float32) - 128)


def foxing(rng, shape):
    """Brown spots in drifts, and an old water stain, darker at its tide mark."""
    h, w = shape
    fox = np.clip(noise(rng, shape, 330, 5, 0.62) - 1.7, 0, 1) ** 1.4 * 0.5
    for _ in range(int(h * w / 60000)):
        y, x, r = int(rng.uniform(0, h)), int(rng.uniform(0, w)), rng.gamma(1.6, 3.2)
        k = int(3 * r) + 2
        y0, y1, x0, x1 = max(y - k, 0), min(y + k, h), max(x - k, 0), min(x + k, w)
        g = np.mgrid[y0:y1, x0:x1].astype(np.float32)
        if g.size:
            off = ((g[0] - y) ** 2 + (g[1] - x) ** 2) / (r * r)
            fox[y0:y1, x0:x1] += rng.uniform(0.08, 0.5) * np.exp(-(off ** rng.uniform(0.7, 1.6)))
    sx, sy = rng.choice([0.03, 0.97]) * w, rng.uniform(0.7, 1.0) * h
    g = np.mgrid[0:h, 0:w].astype(np.float32)
    wet = np.hypot((g[0] - sy) / (0.20 * w), (g[1] - sx) / (0.16 * w)) - 1
    wet = wet + 0.16 * noise(rng, shape, 260, 4)
    mark = np.exp(-np.abs(wet) / 0.022) * (wet < 0) * (0.6 + 0.4 * noise(rng, shape, 90, 2)).clip(0)
    return fox + (0.13 * np.clip(-wet * 9, 0, 1) + 0.20 * mark)


def paper(rng, shape):
    """Reflectance relative to the mean, (H, W, 3): pulp, stains, flecks."""
    h, w = shape
    rgb = 1 + np.repeat(pulp(rng, shape)[..., None], 3, 2)
    fox = foxing(rng, shape)
    for b, k in enumerate((0.10, 0.19, 0.33)):
        rgb[..., b] *= 1 - k * np.clip(fox, 0, 1)
    flecks = np.zeros(shape, np.uint8)
    for _ in range(int(h * w / 26000)):
        at = (int(rng.uniform(0, w) * 16), int(rng.uniform(0, h) * 16))
        size, tone = int(rng.gamma(1.5, 0.45) * 16), int(rng.uniform(40, 200))
        cv2.circle(flecks, at, size, tone, -1, cv2.LINE_AA, 4)
    return rgb * (1 - 0.55 * blur(flecks, 0.6)[..., None].astype(np.float32) / 255)
