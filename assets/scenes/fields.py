"""Smooth random fields, soft steps, distances: what every scene made with numpy is drawn from."""

import math
from pathlib import Path

import cv2
import numpy as np


def noise(rng, shape, period, octaves=3, gain=0.5):
    """Smooth random field, about zero mean and unit spread; period in pixels."""
    out, amp, norm = np.zeros(shape, np.float32), 1.0, 0.0
    for _ in range(octaves):
        gh, gw = int(shape[0] / period) + 4, int(shape[1] / period) + 4
        grid = rng.standard_normal((gh, gw)).astype(np.float32)
        wide = (int(gw * period) + 1, int(gh * period) + 1)
        big = cv2.resize(grid, wide, interpolation=cv2.INTER_CUBIC)
        oy, ox = rng.integers(0, int(period) + 1, 2)
        out += amp * big[oy : oy + shape[0], ox : ox + shape[1]]
        norm, amp, period = norm + amp * amp, amp * gain, max(period / 2, 1.0)
    return out / (0.75 * math.sqrt(norm))


def step(a, b, x):
    """0 below a, 1 above b, smooth between."""
    t = np.clip((x - a) / (b - a), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def blur(a, s):
    """Gaussian blur of standard deviation s pixels."""
    return cv2.GaussianBlur(a, (0, 0), s)


def reach(mask, precise=cv2.DIST_MASK_3):
    """Distance (px) from each pixel of the mask to its border."""
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, precise)


def unit(a):
    """The same field with zero mean and unit spread."""
    return (a - a.mean()) / a.std()


def eight_bit(rng, img):
    """0..1 light as bytes, dithered so that slow gradients do not show steps."""
    dither = rng.random(img.shape, dtype=np.float32)
    return (255 * img + dither).clip(0, 255).astype(np.uint8)


def write_jpeg(path: Path, rgb, quality: int = 88) -> None:
    """Write an (H, W, 3) RGB picture."""
    cv2.imwrite(str(path), rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
