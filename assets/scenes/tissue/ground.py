"""Dye outside the nuclei: cytoplasm, collagen, secretions, fat, red cells."""

import math

import cv2
import numpy as np

from ..fields import blur, noise, reach, step
from .cells import pack
from .scale import px


def cell_territories(rng, s, tab):
    """Each nucleus owns the cytoplasm nearest to it: a shade per cell, and the borders between."""
    h, w = s.shape
    cell = np.ones(s.shape, np.uint8)
    cell[tab[:, 0].astype(int).clip(0, h - 1), tab[:, 1].astype(int).clip(0, w - 1)] = 0
    for y, x in [g[:2] for g in s.giants] + [f[0] for f in s.figures]:
        cell[y, x] = 0
    _, owner = cv2.distanceTransformWithLabels(cell, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    shade = blur(rng.standard_normal(owner.max() + 1).astype(np.float32)[owner], 1.6)
    between = (owner != np.roll(owner, 1, 0)) | (owner != np.roll(owner, 1, 1))
    return shade, blur(between.astype(np.float32), 1.0) * (0.6 + 0.4 * noise(rng, s.shape, 40, 1))


def edge_of(rng, mask):
    """The mask with an edge that is crisp in places and soft where the knife cut it aslant."""
    m = mask.astype(np.float32)
    aslant = step(0.0, 1.6, noise(rng, mask.shape, 110, 2))
    crisp = blur(m, 0.85)
    return crisp + aslant * (blur(m, 2.4) - crisp)


def blebs(rng, s):
    """Round buds of cytoplasm that hang in the lumen near its wall, single or in little groups."""
    out, inner = np.zeros(s.shape, np.float32), reach(s.is_lumen)
    likes = noise(rng, s.shape, 150, 2)
    ys, xs = np.nonzero((inner > 1) & (inner < 11) & (likes > 0.3))
    if not len(ys):
        return out
    for i in rng.choice(len(ys), min(len(ys), int(out.size / 2600)), replace=False):
        y, x, r = int(ys[i]), int(xs[i]), rng.gamma(7, 0.5)
        if inner[y, x] > 0.9 * r + 2 and rng.random() < 0.75:
            continue  # most still touch the wall
        one = np.zeros((24, 24), np.float32)
        axes, at = (r, r * rng.uniform(0.65, 1)), (12 + rng.random(), 12 + rng.random())
        whole = [tuple(round(v * 16) for v in p) for p in (at, axes)]
        cv2.ellipse(one, *whole, rng.uniform(0, 180), 0, 360, 1.0, -1, cv2.LINE_AA, 4)
        a, b = max(y - 12, 0), max(x - 12, 0)
        here = out[a : y + 12, b : x + 12]
        one = one[a - y + 12 :, b - x + 12 :][: here.shape[0], : here.shape[1]]
        np.maximum(here, one * rng.uniform(0.35, 1), out=here)
    return blur(out, 0.9) * s.is_lumen


def stain_cytoplasm(rng, s, shade, border, gran, foam):
    """Start s.eos and s.hae with the gland cells, pale where they hold mucin."""
    tr, lab = s.tr, s.lab
    e = 0.30 + 0.035 * shade + 0.035 * gran + 0.03 * foam + 0.12 * border
    e = e + 0.05 * noise(rng, s.shape, 120, 2)
    basement = 0.10 * np.exp(-np.maximum(s.depth - 1, 0) / 2.2)
    e += basement + 0.10 * np.exp(-s.to_lumen / 2.6)  # the second: brush border
    hm = 0.13 + 0.02 * shade + 0.02 * foam + 0.03 * tr["dark"][lab]
    # whole cells fill with mucin, so its edge follows theirs
    cloud = 0.55 * noise(rng, s.shape, 20, 1) + 0.75 * shade + 0.25 * foam
    mucin = step(0.95, 1.75, cloud + 0.55 * tr["mucin"][lab])
    mucin = mucin * step(px(9), px(13), s.depth) * (tr["mucin"][lab] > 0.2)
    part = edge_of(rng, s.epi)
    s.eos = part * e * (1 - 0.72 * mucin)
    s.hae = part * (hm * (1 - 0.35 * mucin) + 0.02 * mucin)


def stain_collagen(rng, s, gran, foam):
    """Bundles with slits between, loose in places; shrinkage clefts round some glands."""
    shape = s.shape
    loose = noise(rng, shape, 240, 3)
    gap = step(0.55, 1.35, -s.coarse - 0.25 + 0.75 * loose + 0.30 * s.fine)
    cleft = step(0.9, 1.3, noise(rng, shape, 170, 2)) * step(0.5, 2, s.outside)
    cleft = cleft * (1 - step(3.0, 6.5, s.outside + 1.5 * foam))
    gap = 1 - (1 - 0.84 * gap) * (1 - cleft)
    e = 0.285 + 0.055 * s.coarse * (1 + 0.35 * noise(rng, shape, 60, 2)) + 0.056 * s.fine
    e = e + 0.012 * gran + 0.012 * foam + 0.045 * noise(rng, shape, 260, 3) - 0.05 * loose
    e = e.clip(0.05) * (1 - gap)
    e = np.where(s.vessel, 0.36 + 0.06 * s.coarse + 0.05 * s.fine, e)
    hm = 0.055 + 0.012 * s.coarse + 0.03 * np.clip(s.infl, 0, 2) + 0.10 * s.clus
    part = blur(s.stroma.astype(np.float32), 0.8)
    s.eos += part * e
    s.hae += part * (hm.clip(0) * (1 - 0.85 * gap))


def stain_lumens(rng, s, gran, foam):
    """Secretions clotted, bubbly, shrunk from the wall; wisps of mucus; loose cells."""
    shape, inner = s.shape, reach(s.is_lumen)
    wisp = np.clip(noise(rng, shape, 70, 5) - 0.55, 0, 3)
    wisp = wisp * (1 + 0.25 * noise(rng, shape, 7, 3)).clip(0)
    fill = s.tr["fill"][s.lab] * step(2, 9, inner - 7 + 5 * noise(rng, shape, 38, 2) + 1.6 * foam)
    fill = fill * (1 - 0.9 * step(1.15, 1.3, noise(rng, shape, 34, 1)))
    part = blur(s.is_lumen.astype(np.float32), 0.8)
    shed = step(0.05, 0.13, blur(s.cover * s.is_lumen, 3.2) + 0.008 * foam)
    e = shed * (0.15 + 0.02 * foam) + 0.004
    e = e + 0.055 * wisp * step(0, 1.2, noise(rng, shape, 420, 1))
    e = e + fill * (0.13 + 0.015 * foam + 0.012 * gran)
    buds = blebs(rng, s)
    s.eos += part * (e * (1 - buds) + buds * (0.21 + 0.03 * gran))
    s.hae += part * (0.010 * wisp + 0.05 * buds)


def stain_fat(rng, s, foam):
    """Thin walls of empty fat cells, and the plasma in vessels."""
    membrane = 1 - step(1.2, 3.6, np.abs(s.wall) + 0.8 * foam)
    uneven = (0.7 + 0.3 * noise(rng, s.shape, 60, 1)).clip(0.25)
    s.eos += blur(s.fat.astype(np.float32), 0.9) * (0.004 + 0.30 * membrane * uneven)
    s.eos += 0.06 * s.vlumen


def stain_ground(rng, s, tab):
    """Dye in cytoplasm, collagen, secretions and fat: s.eos and s.hae."""
    shade, border = cell_territories(rng, s, tab)
    gran, foam = noise(rng, s.shape, 3.2, 2), noise(rng, s.shape, 9, 2)
    stain_cytoplasm(rng, s, shade, border, gran, foam)
    stain_collagen(rng, s, gran, foam)
    stain_lumens(rng, s, gran, foam)
    stain_fat(rng, s, foam)


def red_cells(rng, s):
    """Discs with a paler middle, crowded in the vessels."""
    h, w = s.shape
    red, busy = np.zeros(s.shape, np.float32), (~s.vlumen).astype(np.uint8)
    ys, xs = np.nonzero(s.vlumen & (noise(rng, s.shape, 90, 1) > -0.9))
    n = min(len(ys), 60000)
    i = rng.choice(len(ys), n, replace=False)
    a, b = rng.normal(px(3.4), 0.6, n).clip(5), rng.normal(px(2.7), 0.9, n).clip(2.8, 7)
    turn, margin, tol = rng.uniform(0, 3.14, n), np.full(n, -0.4), np.full(n, 0.27)
    cand = np.stack([ys[i], xs[i], a, b, turn, margin, tol], 1).astype(float)
    for y, x, a, b, t, _, _ in cand[pack(busy, cand)]:
        y0, x0, x1, y1 = max(int(y) - 10, 0), max(int(x) - 10, 0), int(x) + 11, int(y) + 11
        g = np.mgrid[y0 : min(y1, h), x0 : min(x1, w)]
        u = ((g[1] - x) * math.cos(t) + (g[0] - y) * math.sin(t)) / a
        v = (-(g[1] - x) * math.sin(t) + (g[0] - y) * math.cos(t)) / b
        r2 = u * u + v * v
        disc = np.clip((1 - np.sqrt(r2)) * 4, 0, 1) * (0.33 + 0.16 * np.minimum(r2, 1))
        red[y0:y1, x0:x1] += disc * rng.normal(1, 0.1)
    return red
