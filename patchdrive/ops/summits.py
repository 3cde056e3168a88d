"""Cells that nothing within a radius exceeds, for one growing radius after another.

A summit within a radius is one within every smaller radius, so only those that are left are asked
again. Each asks for the largest value of its window, which four overlapping rectangles cover whose
sides are powers of two; their maxima are tabulated for the whole map.
"""

from __future__ import annotations

import numpy as np

from patchdrive.ops.select import Reach
from patchdrive.types import Float, Int

_Spans = tuple[int, int]


class Summits:
    """Summits of a map among some of its cells.

    values  (h, w) float, finite
    cells   (n,) int64, flat indices of the cells that are summits so far
    """

    def __init__(self, values: Float, cells: Int) -> None:
        self.cells = cells
        self._values = values
        self._tables: dict[_Spans, Float] = {(0, 0): values}

    def within(self, reach: Reach) -> Int:
        """The cells that stay summits at a reach no smaller than the one before."""
        ends = np.divmod(self.cells, self._values.shape[1])
        windows = [axis[at] for axis, at in zip((reach.rows, reach.columns), ends, strict=True)]
        # frexp gives the exponent of the next power of two, exactly for such small numbers.
        spans = [np.frexp(window[:, 1] - window[:, 0])[1] - 1 for window in windows]
        top = np.empty(len(self.cells), self._values.dtype)
        tables: dict[_Spans, Float] = {(0, 0): self._values}
        for i in _values_of(spans[0]):
            for j in _values_of(spans[1]):
                mine = np.flatnonzero((spans[0] == i) & (spans[1] == j))
                if len(mine):
                    tables[i, j] = table = self._table(i, j)
                    top[mine] = _largest(table, *(w[mine] for w in windows), (i, j))
        self._tables = tables
        self.cells = self.cells[self._values.ravel()[self.cells] == top]
        return self.cells

    def _table(self, i: int, j: int) -> Float:
        """Largest value of the rectangle of 2^i rows and 2^j columns that begins at each cell."""
        if (i, j) not in self._tables:
            if i and ((i - 1, j) in self._tables or not j):
                below, half = self._table(i - 1, j), 1 << (i - 1)
                made = np.maximum(below[:-half], below[half:])
            elif j:
                below, half = self._table(i, j - 1), 1 << (j - 1)
                made = np.maximum(below[:, :-half], below[:, half:])
            self._tables[i, j] = made
        return self._tables[i, j]


def _values_of(spans: Int) -> list[int]:
    return np.flatnonzero(np.bincount(spans)).tolist()


def _largest(table: Float, ys: Int, xs: Int, spans: _Spans) -> Float:
    """Largest value of each window, by the rectangles at its four corners."""
    y0, x0, y1, x1 = ys[:, 0], xs[:, 0], ys[:, 1] - (1 << spans[0]), xs[:, 1] - (1 << spans[1])
    flat, width = table.ravel(), table.shape[1]
    y0, y1 = y0 * width, y1 * width
    upper = np.maximum(flat[y0 + x0], flat[y0 + x1])
    return np.maximum(upper, np.maximum(flat[y1 + x0], flat[y1 + x1]))
