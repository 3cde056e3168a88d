"""Choosing cells of a map: greedy top-K with non-maximum suppression, and local maxima.

The greedy picker keeps the largest value of every row. A pick reads one column of row maxima and
one row of the map, and silences a window in which only the rows that lost their maximum are
scanned again: O(HW + K (H + W + r^2)), where scanning the whole map for each pick is O(K HW).
"""

from __future__ import annotations

import numpy as np

from patchdrive.types import Bool, Float, Grid, Int, Size


def peaks(
    scores: Float,
    k: int,
    *,
    radius: int = 0,
    floor: float = -np.inf,
    size: Size | None = None,
    valid: Bool | None = None,
) -> Int:
    """Pick up to k cells, best first, no two within radius of each other.

    scores   (h, w) float, any scale, logits too; left untouched; NaN raises ValueError
    radius   Chebyshev distance in picture pixels between the cells' centres; 0 is plain top-K
    floor    only scores above it are picked; -inf is never picked
    size     (H, W) of the picture that the map covers; None: one cell is one pixel
    valid    (h, w) bool, cells that may be picked, or None for all
    returns  (n, 2) int64 cells as (y, x), n <= k; ties go to the first in row order
    """
    scores = _allowed(_checked(scores, k, radius), valid)
    reach = Reach(scores.shape, size, radius)
    best = scores.max(axis=1) if scores.shape[1] else np.empty(0, scores.dtype)
    if np.isnan(best).any():
        raise ValueError("the map has NaN in it; a score must be a number")
    left = scores.copy()
    picks = np.empty((min(k, scores.size), 2), np.int64)
    for n in range(len(picks)):
        y = int(best.argmax())
        if not best[y] > floor or best[y] == -np.inf:
            return picks[:n]
        picks[n] = y, left[y].argmax()
        _silence(left, best, *reach.window(*picks[n]))
    return picks


def _silence(left: Float, best: Float, ys: slice, xs: slice) -> None:
    """Set a window to -inf, and find anew the row maxima that lay in it."""
    window = left[ys, xs]
    lost = np.flatnonzero(window.max(axis=1) == best[ys]) + ys.start
    window[:] = -np.inf
    if 2 * len(lost) > lost[-1] - lost[0]:  # scanning a few rows too many is quicker than copying
        near = slice(lost[0], lost[-1] + 1)
        best[near] = left[near].max(axis=1)
    else:
        best[lost] = left[lost].max(axis=1)


def maxima(
    scores: Float,
    k: int,
    *,
    radius: int = 0,
    floor: float = -np.inf,
    size: Size | None = None,
    valid: Bool | None = None,
) -> Int:
    """Pick up to k true local maxima: cells that no cell within radius exceeds.

    Arguments and order are those of `peaks`. Where `peaks` goes on with the slope beside a silenced
    window, this stops; equal cells of a plateau are thinned to one in each radius. What exceeds a
    cell need not be valid itself: a slope that a mask cuts off has no summit at the cut.
    """
    scores = _checked(scores, k, radius)
    if np.isnan(scores).any():
        raise ValueError("the map has NaN in it; a score must be a number")
    around = largest_within(scores, Reach(scores.shape, size, radius))
    summits = np.where(scores == around, scores, -np.inf).astype(scores.dtype)
    return peaks(summits, k, radius=radius, floor=floor, size=size, valid=valid)


def peaks_batched(
    scores: Float,
    k: int,
    *,
    radius: int = 0,
    floor: float = -np.inf,
    valid: Bool | None = None,
    size: Size | None = None,
) -> tuple[Int, Int]:
    """`peaks` on each map of a batch, padded to one length.

    scores   (B, h, w) float
    valid    (B, h, w) bool, cells that may be picked, or None for all
    returns  cells (B, k, 2) int64 padded with -1, and how many were found (B,) int64
    """
    if scores.ndim != 3:
        raise ValueError(f"a batch of maps is (B, h, w), not {scores.shape}")
    if valid is not None and valid.shape != scores.shape:
        raise ValueError(f"the mask {valid.shape} does not fit the maps {scores.shape}")
    cells = np.full((len(scores), k, 2), -1, np.int64)
    found = np.zeros(len(scores), np.int64)
    for b, one in enumerate(scores):
        allowed = None if valid is None else valid[b]
        picks = peaks(one, k, radius=radius, floor=floor, size=size, valid=allowed)
        cells[b, : len(picks)], found[b] = picks, len(picks)
    return cells, found


def _checked(scores: Float, k: int, radius: int) -> Float:
    if scores.ndim != 2:
        raise ValueError(f"a map is (h, w), not {scores.shape}")
    if k < 0 or radius < 0:
        raise ValueError(f"k and radius must not be negative, not {k} and {radius}")
    return scores if np.issubdtype(scores.dtype, np.floating) else scores.astype(np.float64)


def _allowed(scores: Float, valid: Bool | None) -> Float:
    if valid is None:
        return scores
    if valid.shape != scores.shape:
        raise ValueError(f"the mask {valid.shape} does not fit the map {scores.shape}")
    return np.where(valid, scores, scores.dtype.type(-np.inf))


def centres(grid: Grid) -> tuple[Int, Int]:
    """Centres (h,) of a grid's rows and (w,) of its columns, in picture pixels, ascending."""
    h, w = grid.cells
    cells = np.arange(max(h, w))
    both = grid.to_pixels(np.stack([cells, cells], -1))
    return both[:h, 0], both[:w, 1]


class Reach:
    """Which cells lie within the radius of which, by axis.

    rows, columns  (h, 2) and (w, 2) int64: the half-open range of cells within reach of each
    """

    def __init__(self, shape: Size, size: Size | None, radius: int) -> None:
        h, w = shape
        if size is None:
            self.rows, self.columns = _ranges(np.arange(h), radius), _ranges(np.arange(w), radius)
            return
        if 0 in shape:
            raise ValueError(f"a map of {shape} cells covers no picture")
        self.rows, self.columns = (_ranges(axis, radius) for axis in centres(Grid(size, (h, w))))

    def window(self, y: np.int64, x: np.int64) -> tuple[slice, slice]:
        return slice(*self.rows[y].tolist()), slice(*self.columns[x].tolist())


def _ranges(at: Int, radius: int) -> Int:
    low = np.searchsorted(at, at - radius, "left")
    high = np.searchsorted(at, at + radius, "right")
    return np.stack([low, high], -1).astype(np.int64)


def largest_within(values: Float, reach: Reach) -> Float:
    """Largest value (h, w) within reach of each cell."""
    return _running_max(_running_max(values, reach.rows).T, reach.columns).T


def _running_max(values: Float, ranges: Int) -> Float:
    """Largest value of rows ranges[i, 0] to ranges[i, 1] for each i, by doubling (sparse table)."""
    lengths = ranges[:, 1] - ranges[:, 0]
    out, table, span = np.empty_like(values), values, 1
    while len(lengths):
        here = (lengths >= span) & (lengths < 2 * span)
        if here.any():  # two overlapping spans cover any length up to twice the span
            low, high = ranges[here, 0], ranges[here, 1] - span
            out[here] = np.maximum(table[low], table[high])
        if 2 * span > lengths.max():
            break
        table = np.maximum(table[: len(table) - span], table[span:])
        span *= 2
    return out
