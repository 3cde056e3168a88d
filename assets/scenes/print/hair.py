"""A short hair that lies on the page, with its faint shadow."""

import math

import cv2
import numpy as np

from ..fields import blur


def find_place(rng, shape, avoid):
    """A point off the gutter and far from the boxes to avoid."""
    h, w = shape
    for _ in range(300):
        y, x = rng.uniform(0.15 * h, 0.85 * h), rng.uniform(0.1 * w, 0.9 * w)
        middles = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in avoid]
        far = all(math.hypot(y - p, x - q) > 0.15 * h for p, q in middles)
        if abs(x - w / 2) > 0.06 * w and far:
            break
    return y, x


def lay_hair(rng, out, avoid):
    """Draw the hair into linear light. Returns its box."""
    shape = out.shape[:2]
    y, x = find_place(rng, shape, avoid)
    a, turn = rng.uniform(0, 6.28), rng.choice([-1, 1]) * rng.uniform(0.035, 0.06)
    pts = [(x, y)]
    for i in range(60):
        a += turn * (1.6 if i > 38 else 0.7)
        pts.append((pts[-1][0] + 1.05 * math.cos(a), pts[-1][1] + 1.05 * math.sin(a)))
    pts = np.array(pts)

    def curve(at, width):
        m = np.zeros(shape, np.uint8)
        cv2.polylines(m, [(at * 16).astype(np.int32)], False, 255, width, cv2.LINE_AA, 4)
        return m

    k = np.minimum(blur(curve(pts, 1), 0.5).astype(np.float32) * 1.5, 235)[..., None] / 255
    shadow = blur(curve(pts + np.array([2.2, 1.4]), 2), 1.6).astype(np.float32)[..., None]
    out *= 1 - 0.22 * shadow / 255
    out[:] = out * (1 - 0.95 * k) + 0.95 * k * np.array([0.055, 0.035, 0.022], np.float32)
    (x0, y0), (x1, y1) = pts.min(0).astype(int), pts.max(0).astype(int)
    return [int(y0) - 1, int(x0) - 1, int(y1) + 3, int(x1) + 3]
