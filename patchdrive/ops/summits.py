"""Cells that nothing within a radius exceeds, for one growing radius after another.

A summit within a radius is one within every smaller radius, so only those that are left are asked
again. Each asks for the largest value of its window, which four overlapping rectangles cover whose
sides are powers of two; their maxima are tabulated for the whole map.
"""

from __future__ import annotations

import numpy as np

from patchdrive.ops.select import Reach, largest_within
from patchdrive.types import Float, Int

_Spans = tuple[int, int]
_MANY = 0.2  # share of the map from which on all windows at once are quicker


class Summits:
    """Summits of a map among some of its cells.

    values  (h, w) float, finite
    cells   (n,) int64, flat indices of the cells that are summits so far
    """

    def __init__(self, values: Float, cells: Int) -> None:
        self.cells = cells
        self._values = values
        self._tables: dict[_Spans, Float] = {}

    def within(self, reach: Reach) -> Int:
        """The cells that stay summits at a reach no smaller than the one before."""
        if len(self.cells) > _MANY * self._values.size:
            top = largest_within(self._values, reach).ravel()[self.cells]
        else:
            top = self._largest_about_cells(reach)
        self.cells = self.cells[self._values.ravel()[self.cells] == top]
        return self.cells

    def _largest_about_cells(self, reach: Reach) -> Float:
        y, x = np.divmod(self.cells, self._values.shape[1])
        rows, columns = reach.rows[y], reach.columns[x]
        spans, which = np.unique(_spans(rows) * 64 + _spans(columns), return_inverse=True)
        top = np.empty(len(self.cells), self._values.dtype)
        tables = {}
        for n, span in enumerate(spans.tolist()):
            i, j = divmod(span, 64)
            mine = np.flatnonzero(which == n)
            tables[i, j] = table = self._table(i, j)
            top[mine] = _largest(table, rows[mine], columns[mine], (1 << i, 1 << j))
        self._tables = tables  # the next ones grow from these; all together would be many
        return top

    def _table(self, i: int, j: int) -> Float:
        """Largest value of the rectangle of 2^i rows and 2^j columns that begins at each cell."""
        if not i and not j:
            return self._values
        if (i, j) not in self._tables:
            if i and (not j or (i - 1, j) in self._tables):
                low, half = self._table(i - 1, j), 1 << (i - 1)
                made = np.maximum(low[:-half], low[half:])
            else:
                narrow, half = self._table(i, j - 1), 1 << (j - 1)
                made = np.maximum(narrow[:, :-half], narrow[:, half:])
            self._tables[i, j] = made
        return self._tables[i, j]


def _spans(ranges: Int) -> Int:
    """Exponent of the largest power of two that fits into each range; frexp has it exactly."""
    return np.frexp(ranges[:, 1] - ranges[:, 0])[1].astype(np.int64) - 1


def _largest(table: Float, rows: Int, columns: Int, sides: _Spans) -> Float:
    """Largest value of each window, by the rectangles of these sides at its four corners."""
    y0, x0, y1, x1 = rows[:, 0], columns[:, 0], rows[:, 1] - sides[0], columns[:, 1] - sides[1]
    flat, width = table.ravel(), table.shape[1]
    y0, y1 = y0 * width, y1 * width
    upper = np.maximum(flat[y0 + x0], flat[y0 + x1])
    return np.maximum(upper, np.maximum(flat[y1 + x0], flat[y1 + x1]))
