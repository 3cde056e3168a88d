"""Slow, obvious truths. Fast code may change only while it agrees with these."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import torch

HALF = Fraction(1, 2)


def centres(shape, size=None):
    """Picture pixels of the middles of a map's rows, and of its columns."""
    lengths = zip(shape, size or shape, strict=True)
    return [[(2 * i + 1) * big // (2 * n) for i in range(n)] for n, big in lengths]


def peaks(scores, k, radius, floor, size=None, valid=None):
    """Scan the whole map for the best cell, silence its surroundings, repeat."""
    scores = scores.astype(np.float64)
    h, w = scores.shape
    ys, xs = centres((h, w), size)
    if valid is not None:
        scores[~valid] = -np.inf
    found = []
    while len(found) < k and scores.size:
        y, x = np.unravel_index(scores.argmax(), scores.shape)
        if not scores[y, x] > floor or scores[y, x] == -np.inf:
            break
        found.append((int(y), int(x)))
        for i in range(h):
            for j in range(w):
                if abs(ys[i] - ys[y]) <= radius and abs(xs[j] - xs[x]) <= radius:
                    scores[i, j] = -np.inf
    return found


def maxima(scores, k, radius, floor, size=None, valid=None):
    """Keep the cells that nothing within the radius exceeds, then pick greedily."""
    h, w = scores.shape
    ys, xs = centres((h, w), size)
    kept = np.full(scores.shape, -np.inf)
    for i in range(h):
        for j in range(w):
            around = [
                scores[a, b]
                for a in range(h)
                for b in range(w)
                if abs(ys[a] - ys[i]) <= radius and abs(xs[b] - xs[j]) <= radius
            ]
            if scores[i, j] == max(around):
                kept[i, j] = scores[i, j]
    return peaks(kept, k, radius, floor, size, valid)


def silenced(spots, radius, shape, size):
    """Cells that hold one of the places, or whose middle is within the radius of one."""
    ys, xs = centres(shape, size)
    found = np.zeros(shape, bool)
    for (i, y), (j, x) in itertools.product(enumerate(ys), enumerate(xs)):
        for a, b in spots:
            own = (2 * a + 1) * shape[0] // (2 * size[0]), (2 * b + 1) * shape[1] // (2 * size[1])
            found[i, j] |= (i, j) == own or max(abs(y - a), abs(x - b)) <= radius
    return found


def within(polygons, shape, size):
    """Cells from whose middle a ray to the right crosses one outline an odd number of times."""
    ys, xs = centres(shape, size)
    found = np.zeros(shape, bool)
    for (i, y), (j, x) in itertools.product(enumerate(ys), enumerate(xs)):
        found[i, j] = any(_odd(polygon, y + HALF, x + HALF) for polygon in polygons)
    return found


def _odd(polygon, y, x):
    crossings = 0
    for (y0, x0), (y1, x1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y0 < y) != (y1 < y):
            crossings += x0 + (x1 - x0) * (y - y0) / (y1 - y0) > x
    return crossings % 2 == 1


def choose_from(candidates, cells, k, radius, floor, silent):
    """Go through candidates, best first; those that are silent, or near one before, are left out.

    candidates  (y, x, score, reach), best first; reach: the largest radius at which it counts
    cells       of the map, in the same order
    silent      (h, w) bool
    """
    found = []
    for (y, x, score, reach), cell in zip(candidates, cells, strict=True):
        near = any(max(abs(y - a), abs(x - b)) <= radius for a, b, _ in found)
        if len(found) < k and reach >= radius and score > floor and not silent[cell] and not near:
            found.append((y, x, score))
    return found


def source(index, length, rule):
    """Where a pixel outside the picture comes from, or None for nothing."""
    if 0 <= index < length:
        return index
    if rule == "zero":
        return None
    if rule == "replicate":
        return min(max(index, 0), length - 1)
    period = 2 * (length - 1)  # reflect without repeating the border pixel
    if period == 0:
        return 0
    index = index % period
    return index if index < length else period - index


def crop(pixels, centre, p, rule):
    """One window, pixel by pixel."""
    h, w = pixels.shape[:2]
    start = [centre[0] - p // 2, centre[1] - p // 2]
    if rule == "slide":
        start = [max(0, min(s, n - p)) for s, n in zip(start, (h, w), strict=True)]
        rule = "replicate"  # only where the picture is smaller than the window
    out = np.zeros((p, p, pixels.shape[2]), pixels.dtype)
    for i in range(p):
        for j in range(p):
            y, x = source(start[0] + i, h, rule), source(start[1] + j, w, rule)
            if y is not None and x is not None:
                out[i, j] = pixels[y, x]
    return out, [start[0], start[1], start[0] + p, start[1] + p]


def morton(y, x):
    """Interleaved bits, y above x."""
    return sum(((y >> b & 1) << (2 * b + 1)) | ((x >> b & 1) << (2 * b)) for b in range(32))


def _children(edges, node, smallest):
    y, x, side, depth = node
    if side <= smallest:
        return []
    half, (h, w) = side // 2, edges.shape
    corners = [(y, x), (y, x + half), (y + half, x), (y + half, x + half)]
    return [(a, b, half, depth + 1) for a, b in corners if a < h and b < w]


def _detail(edges, node):
    y, x, side, _ = node
    return int((edges[y : y + side, x : x + side] > 0).sum())


def _roots(edges, smallest, largest):
    side = smallest
    while side * 2 <= largest:
        side *= 2
    h, w = edges.shape
    roots = [(y, x, side, 0) for y in range(0, h, side) for x in range(0, w, side)]
    return sorted(roots, key=lambda n: morton(n[0] // smallest, n[1] // smallest))


def quadtree(edges, smallest, largest, *, threshold=None, budget=None):
    """The list-and-max() way: find the leaf with most edges, cut it, repeat; or cut recursively."""
    leaves = _roots(edges, smallest, largest)
    if threshold is not None:
        done = []
        while leaves:
            node = leaves.pop(0)
            cut = _detail(edges, node) > threshold
            children = _children(edges, node, smallest) if cut else []
            leaves = children + leaves
            done += [] if children else [node]
        return done
    scored = [[_detail(edges, node), node] for node in leaves]
    while True:
        able = [s for s in scored if s[0] > 0 and _children(edges, s[1], smallest)]
        if not able:
            break
        best = max(able, key=lambda s: s[0])  # the first of equals
        children = _children(edges, best[1], smallest)
        if len(scored) + len(children) - 1 > budget:
            break
        at = scored.index(best)
        scored[at : at + 1] = [[_detail(edges, child), child] for child in children]
    return [node for _, node in scored]


def cuts(edges, smallest, largest):
    """The squares that a best-first search cuts, in its order, while one with edges may be cut."""
    scored = [[_detail(edges, node), node] for node in _roots(edges, smallest, largest)]
    order = []
    while able := [s for s in scored if s[0] > 0 and _children(edges, s[1], smallest)]:
        best = max(able, key=lambda s: s[0])  # the first of equals
        at = scored.index(best)
        children = _children(edges, best[1], smallest)
        scored[at : at + 1] = [[_detail(edges, child), child] for child in children]
        order.append(best[1])
    return order


def token(pixels, node, t):
    """Mean colour of each of the t x t equal areas of one leaf; what lies outside is replicated."""
    y, x, side, _ = node
    h, w = pixels.shape[:2]
    rows = np.clip(np.arange(y, y + side), y, h - 1)
    columns = np.clip(np.arange(x, x + side), x, w - 1)
    leaf = pixels[rows][:, columns].astype(np.float64)
    step = side / t
    out = np.zeros((t, t, 3))
    for i in range(t):
        for j in range(t):
            out[i, j] = _area(leaf, i * step, (i + 1) * step, j * step, (j + 1) * step)
    return out


def resizing(old, new):
    """Weights (new, old) of a resize of one axis: shares of area down, bicubic (a = -0.75) up."""
    out = np.zeros((new, old))
    for i in range(new):
        if new <= old:
            for j in range(i * old // new, -(-(i + 1) * old // new)):  # whole numbers: no rounding
                out[i, j] = (min((j + 1) * new, (i + 1) * old) - max(j * new, i * old)) / old
            continue
        at = (i + 0.5) * old / new - 0.5
        for j in range(math.floor(at) - 1, math.floor(at) + 3):
            out[i, min(max(j, 0), old - 1)] += _cubic(abs(at - j))
    return out


def _cubic(d, a=-0.75):
    if d <= 1:
        return (a + 2) * d**3 - (a + 3) * d**2 + 1
    return a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a if d < 2 else 0.0


def _area(leaf, y0, y1, x0, x1):
    total, weight = np.zeros(3), 0.0
    for y in range(int(y0), math.ceil(y1 - 1e-9)):
        for x in range(int(x0), math.ceil(x1 - 1e-9)):
            part = (min(y + 1, y1) - max(y, y0)) * (min(x + 1, x1) - max(x, x0))
            total, weight = total + part * leaf[y, x], weight + part
    return total / weight


def density(values, sigma, unseen):
    """Weighted mean over the pixels seen; its surplus over their mean by the weights' spread."""
    h, w = values.shape
    top, left = min(unseen, (h - 1) // 2), min(unseen, (w - 1) // 2)
    ys, xs = np.arange(top, h - top), np.arange(left, w - left)
    seen = values[top : h - top, left : w - left].astype(np.float64)
    tap = np.exp(-(np.arange(-200, 201) ** 2) / (2 * sigma * sigma))
    whole = math.sqrt((tap**2).sum() ** 2) / tap.sum() ** 2  # sum(k^2) / sum(k)^2 of a whole window
    out = np.zeros((h, w))
    for y in range(h):
        for x in range(w):
            k = np.exp(-((ys - y) ** 2)[:, None] / (2 * sigma**2) - (xs - x) ** 2 / (2 * sigma**2))
            mean, spread = (k * seen).sum() / k.sum(), math.sqrt((k**2).sum()) / k.sum()
            surplus = mean - seen.mean()
            out[y, x] = mean if surplus < 0 else seen.mean() + surplus * min(1, whole / spread)
    return out


def selective_scan(u, dt, a, b, c):
    """h_t = exp(dt_t A) h_{t-1} + dt_t B_t u_t, y_t = C_t h_t, one step after another.

    u, dt (B, L, E), a (E, N), b and c (B, L, G, N) for G groups of channels
    """
    b, c = (one.repeat_interleave(u.shape[2] // one.shape[2], 2) for one in (b, c))
    h, steps = u.new_zeros(u.shape[0], *a.shape), []
    for t in range(u.shape[1]):
        h = torch.exp(dt[:, t, :, None] * a) * h + (dt[:, t] * u[:, t])[..., None] * b[:, t]
        steps.append((h * c[:, t]).sum(-1))
    return torch.stack(steps, 1)
