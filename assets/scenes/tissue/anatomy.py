"""Where things lie in the section: the ragged edge, fat, vessels and lumens round the glands."""

import math
from types import SimpleNamespace

import cv2
import numpy as np
from scipy.spatial import cKDTree

from ..fields import blur, noise, reach, step
from .glands import lay_glands
from .scale import px


def lay_edge(rng, shape):
    """Signed distance (px) to the ragged right edge, and how willingly fat lies beside it."""
    h, w = shape
    edge = w * 0.955 + 75 * noise(rng, (h, 8), 420, 3)[:, :1] + 5 * noise(rng, (h, 8), 24, 3)[:, :1]
    inside = edge - np.arange(w, dtype=np.float32)[None] + 5 * noise(rng, shape, 30, 2)
    down = np.abs(np.linspace(-0.3, 1, h, dtype=np.float32))[:, None]
    fat = inside / 300 - 1.15 + 0.55 * noise(rng, shape, 330, 2) + 1.2 * down
    return inside, 0.12 - fat


def lay_fat(rng, like, inside):
    """Whole fat cells where their seeds like to be: a mask, and what falls to 0 at cell walls."""
    h, w = like.shape
    pitch, half = px(52), (h // 2, w // 2)
    gy, gx = np.mgrid[-150 : h + 150 : pitch, -150 : w + 150 : pitch]
    seeds = np.stack([gy.ravel(), gx.ravel()], 1) + rng.normal(0, pitch * 0.27, (gy.size, 2))
    at = seeds.round().astype(int)
    is_fat = like[at[:, 0].clip(0, h - 1), at[:, 1].clip(0, w - 1)] > 0
    x0 = int(max(seeds[is_fat, 1].min() - 2 * pitch, 0)) // 2 if is_fat.any() else half[1] - 8
    qy, qx = np.mgrid[0 : half[0], x0 : half[1]].astype(np.float32) * 2
    bent = [q + 5 * noise(rng, q.shape, 45, 2) for q in (qy, qx)]
    d, near = cKDTree(seeds).query(np.stack([b.ravel() for b in bent], 1), k=3)
    # the third distance rounds the corners, where three cells meet
    f = (d[:, 1] - d[:, 0]) - 12 * np.exp(-(d[:, 2] - d[:, 0]) / 11)

    def grow(a):
        small = a.reshape(qy.shape).astype(np.float32)
        return cv2.resize(small, (w - 2 * x0, h), interpolation=cv2.INTER_CUBIC)

    wall, mask = np.full((h, w), 99, np.float32), np.zeros((h, w), bool)
    wall[:, 2 * x0 :], mask[:, 2 * x0 :] = grow(f), grow(is_fat[near[:, 0]]) > 0.5
    return mask & (inside > 10), wall


def place_vessels(rng, free, n, rmin, rmax):
    """Ellipses in free stroma: list of (y, x, a, b, angle)."""
    room, out = reach(free), []
    for _ in range(n):
        a = rng.uniform(rmin, rmax)
        ys, xs = np.nonzero(room[::4, ::4] > a * 1.15)
        if len(ys):
            i = rng.integers(len(ys))
            y, x = int(ys[i]) * 4, int(xs[i]) * 4
            out.append((y, x, a, a * rng.uniform(0.5, 0.85), rng.uniform(0, np.pi)))
            cv2.circle(room, (x, y), int(a * 2.2), 0, -1)
    return out


def lay_vessels(rng, s, gland):
    """Masks of the vessels and of the blood's room in them: a few large, many capillaries."""
    (h, w), free = s.shape, ~gland & s.tissue & ~s.fat
    rings = [(v, px(6)) for v in place_vessels(rng, free & (s.inside > 90), 5, px(22), px(42))]
    rings += [(v, px(1.6)) for v in place_vessels(rng, free, int(h * w / 110000), px(7), px(11))]
    vessel, vlumen = np.zeros(s.shape, np.uint8), np.zeros(s.shape, np.uint8)
    for (y, x, a, b, t), wall in rings:
        for m, k in ((vessel, 0), (vlumen, wall)):
            axes = (int(a - k), int(max(b - k, 3)))
            cv2.ellipse(m, (x, y), axes, math.degrees(t), 0, 360, 1, -1)
    by, bx = [5 * noise(rng, s.shape, 30, 2) + g for g in np.mgrid[0:h, 0:w].astype(np.float32)]
    return [(cv2.remap(m, bx, by, cv2.INTER_NEAREST) > 0) & ~gland for m in (vessel, vlumen)]


def apical(rng, shape):
    """How far (px) cells bulge into a lumen: even along a brush border, ragged where they shed."""
    rough = step(-0.6, 1.1, noise(rng, shape, 130, 2))
    domes = np.abs(noise(rng, shape, 13, 1)) - 0.6  # rounded tops with clefts between
    return (0.6 + 2.6 * rough) * domes + (0.3 + 1.1 * rough) * noise(rng, shape, 5, 2)


def open_lumens(rng, s, gland):
    """Hollow the glands: deeper than the lining, whose height folds; solid nests get few holes."""
    tr, lab, shape = s.tr, s.lab, s.shape
    s.solid = tr["solid"][lab] > 0
    s.lining = blur(tr["lining"][lab], 1) * (1 + tr["fold"][lab] * noise(rng, shape, 85, 2))
    s.lining = s.lining + 2.5 * noise(rng, shape, 26, 2)
    punched = np.minimum(noise(rng, shape, 84, 2) - tr["hole"][lab], (s.depth - px(19)) / px(12))
    bulge = apical(rng, shape)
    # blurs round the corners before the cells make them uneven
    holes = blur(punched, 9) + 0.035 * noise(rng, shape, 16, 2) - 0.022 * bulge
    s.is_lumen = np.where(s.solid, holes > 0, blur(s.depth - s.lining, 5) > bulge) & gland
    s.to_lumen = reach(~s.is_lumen)
    s.epi = gland & ~s.is_lumen


def lay_inflammation(rng, s):
    """Where inflammatory cells gather: everywhere a little, and one dense cluster."""
    s.infl = noise(rng, s.shape, 300, 3)
    room = reach(s.stroma) * (s.inside > 120)
    cy, cx = np.unravel_index(np.argmax(room * (s.infl > 0)), s.shape)
    gy, gx = np.ogrid[0 : s.shape[0], 0 : s.shape[1]]
    off = np.hypot(gy - cy, (gx - cx) * 0.75)
    s.clus = 1 - step(95, 230, off + 45 * noise(rng, s.shape, 80, 2))


def plan(rng, shape):
    """Where everything is: masks and distance maps, gathered in one namespace."""
    s = SimpleNamespace(shape=shape)
    s.inside, like = lay_edge(rng, shape)
    s.fat, s.wall = lay_fat(rng, like, s.inside)
    s.tissue = s.inside > 0
    near_fat = cv2.dilate(s.fat.astype(np.uint8), np.ones((31, 31))).astype(bool)
    s.lab, s.tr = lay_glands(rng, shape, (s.inside > 60) & ~near_fat)
    gland = s.lab > 0
    s.depth = blur(reach(gland, cv2.DIST_MASK_5), 2.5)
    s.vessel, s.vlumen = lay_vessels(rng, s, gland)
    s.outside = reach(~gland & ~s.vlumen, cv2.DIST_MASK_5)
    open_lumens(rng, s, gland)
    s.stroma = s.tissue & ~gland & ~s.fat & ~s.vlumen
    dgy, dgx = np.gradient(blur(s.depth, 4))
    s.radial = np.arctan2(dgy, dgx).astype(np.float32)
    lay_inflammation(rng, s)
    return s
