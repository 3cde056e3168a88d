"""Collagen: noise combed along the direction in which the fibres run."""

import cv2
import numpy as np
from numba import njit, prange

from ..fields import blur, noise, unit
from .scale import px


@njit(parallel=True)
def smear_along(src, vy, vx, n):
    """Line integral convolution: average noise along the fibre direction."""
    h, w = src.shape
    out = np.zeros((h, w), np.float32)
    for y in prange(h):
        for x in range(w):
            s, c = src[y, x], 1.0
            for sgn in (-1.0, 1.0):
                fy, fx = np.float32(y), np.float32(x)
                py, qx = sgn * vy[y, x], sgn * vx[y, x]
                for k in range(n):
                    dy, dx = vy[int(fy), int(fx)], vx[int(fy), int(fx)]
                    if dy * py + dx * qx < 0:  # a fibre has no head or tail
                        dy, dx = -dy, -dx
                    py, qx = dy, dx
                    fy += dy
                    fx += dx
                    if fy < 0 or fx < 0 or fy >= h - 1 or fx >= w - 1:
                        break
                    s += (1.0 - k / n) * src[int(fy + 0.5), int(fx + 0.5)]
                    c += 1.0 - k / n
            out[y, x] = s / c
    return out


def directions(rng, s):
    """Fibre angle: a slow sweep far off, parallel to gland walls, crimped everywhere."""
    gy, gx = np.gradient(blur(s.outside, 6))
    near = 2 * np.arctan2(gx, -gy)  # doubled angle: direction without sign
    far = 2 * (0.6 + 0.75 * noise(rng, s.shape, 800, 2) + 0.35 * noise(rng, s.shape, 230, 1))
    wt = np.exp(-s.outside / px(22))
    along = 0.5 * np.arctan2(
        blur(wt * np.sin(near) + (1 - wt) * np.sin(far), 7),
        blur(wt * np.cos(near) + (1 - wt) * np.cos(far), 7),
    )
    return along + (0.30 * noise(rng, s.shape, 60, 1) + 0.20 * noise(rng, s.shape, 24, 1))


def comb(rng, s):
    """Add s.along (angle), s.coarse (bundles) and s.fine (fibrils), both of unit spread."""
    h, w = s.shape
    s.along = directions(rng, s)
    vy, vx = np.sin(s.along).astype(np.float32), np.cos(s.along).astype(np.float32)
    small = [cv2.resize(v, (w // 2, h // 2), interpolation=cv2.INTER_NEAREST) for v in (vy, vx)]
    grain = blur(rng.standard_normal((h // 2, w // 2)).astype(np.float32), 1.15)
    coarse = unit(smear_along(grain, *small, 30))
    grain = blur(rng.standard_normal(s.shape).astype(np.float32), 0.55)
    s.fine = unit(smear_along(grain, vy, vx, 22))
    s.coarse = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
