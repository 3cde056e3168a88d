"""Glands: wavy outlines packed into the tissue, each with traits of its own."""

import cv2
import numpy as np

from ..fields import noise
from .scale import px

# What the ground outside any gland has, so that traits can be looked up at every pixel.
NO_GLAND = {
    "lining": 0,
    "solid": 0,
    "hole": 9,
    "size": 1,
    "dark": 1,
    "fold": 0,
    "spread": 1,
    "mucin": 0,
    "fill": 0,
}


def outline(rng, r, wobble, elong):
    """A closed wavy outline round the origin."""
    t = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    rad = 1 + sum(
        wobble / k**0.9 * rng.standard_normal() * np.cos(k * t + rng.uniform(0, 6.28))
        for k in range(2, 9)
    )
    rad = rad.clip(0.35, 1.9)
    x, y = r * elong * rad * np.cos(t), r / elong * rad * np.sin(t)
    a = rng.uniform(0, np.pi)
    return np.stack([x * np.cos(a) - y * np.sin(a), x * np.sin(a) + y * np.cos(a)], 1)


def traits_of(rng, r):
    """How one gland of radius r (px) looks: its lining, whether it is solid, its dye, its mucin."""
    return {
        "lining": px(rng.normal(24, 4)),
        "solid": rng.random() < (0.45 if r > px(55) else 0.22),
        "hole": rng.choice([0.55, 1.0, 1.9]),
        "size": rng.normal(1.0, 0.07),
        "dark": rng.normal(1, 0.1),
        "fold": rng.uniform(0.10, 0.34),
        "spread": rng.uniform(0.75, 1.5),
        "mucin": rng.random() ** 3,
        "fill": max(rng.normal(-0.1, 0.7), 0),
    }


def lay_glands(rng, shape, allowed):
    """Pack irregular glands, large ones first, some almost touching: labels, traits per label."""
    h, w = shape
    lab, busy = np.zeros(shape, np.int32), (~allowed).astype(np.uint8)
    traits = [NO_GLAND]
    crowd = noise(rng, shape, 620, 2)
    radii = np.sort(rng.gamma(3.6, px(15), int(h * w / 4000)))[::-1]
    for r in radii.clip(px(17), min(px(140), 0.22 * min(h, w))):
        cy, cx = rng.uniform(-0.3 * r, h + 0.3 * r), rng.uniform(-0.3 * r, w + 0.3 * r)
        here = crowd[int(np.clip(cy, 0, h - 1)), int(np.clip(cx, 0, w - 1))]
        if here < rng.uniform(-2.6, -0.2):
            continue
        pts = (
            (outline(rng, r, 0.21, rng.uniform(1.0, 1.9)) + np.array([cx, cy]))
            .round()
            .astype(np.int32)
        )
        (x0, y0), (x1, y1) = np.maximum(pts.min(0) - 40, 0), np.minimum(pts.max(0) + 40, (w, h))
        if x1 - x0 < 50 or y1 - y0 < 50:
            continue
        m = np.zeros((y1 - y0, x1 - x0), np.uint8)
        cv2.fillPoly(m, [pts - (x0, y0)], 1)
        gap = int(rng.choice([7, 15, 27, 45], p=[0.25, 0.3, 0.3, 0.15]))
        if (cv2.dilate(m, np.ones((gap, gap), np.uint8)) & busy[y0:y1, x0:x1]).any():
            continue
        busy[y0:y1, x0:x1] |= m
        lab[y0:y1, x0:x1][m > 0] = len(traits)
        traits.append(traits_of(rng, r))
    return bend(rng, lab), {k: np.array([t[k] for t in traits], np.float32) for k in NO_GLAND}


def bend(rng, lab):
    """Labels with crumpled borders."""
    h, w = lab.shape
    y, x = [
        g + 8 * noise(rng, lab.shape, 75, 1) + 3.0 * noise(rng, lab.shape, 27, 2)
        for g in np.mgrid[0:h, 0:w].astype(np.float32)
    ]
    bent = cv2.remap(
        lab.astype(np.float32), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    return bent.astype(np.int32)
