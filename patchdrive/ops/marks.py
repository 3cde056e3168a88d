"""What a hand marks on a picture, as a mask over the cells of a map.

A kept or banned place silences the cell in which it lies and every cell whose centre is within the
radius of it, by the Chebyshev distance in picture pixels. Corners of polygons are corners of
pixels: the box [y0, x0, y1, x1) as a polygon holds exactly its own pixels.
"""

from __future__ import annotations

import numpy as np

from patchdrive.marks import MarkSettings
from patchdrive.ops.select import centres
from patchdrive.types import Bool, Grid, Int, SettingError, Size


def places(marks: MarkSettings, name: str, size: Size) -> Int:
    """The places (n, 2) int64 of "keep" or "ban".

    raises  SettingError for a place outside the picture
    """
    found = np.array(marks.places(name), np.int64).reshape(-1, 2)
    _must_lie_in(found, name, size, np.array(size) - 1)
    return found


def valid(marks: MarkSettings, grid: Grid, radius: int) -> Bool | None:
    """Cells (h, w) bool that may be picked at that NMS radius, or None where no mark forbids any.

    raises  SettingError for a mark outside the picture
    """
    spots = silencers(marks, grid.size)
    free = inside(marks, grid)
    if not len(spots):
        return free
    free = np.ones(grid.cells, bool) if free is None else free
    silence(free, spots, grid, radius)
    return free


def silencers(marks: MarkSettings, size: Size) -> Int:
    """The places (n, 2) int64 about which nothing is picked: kept ones and banned ones."""
    return np.concatenate([places(marks, name, size) for name in ("keep", "ban")])


def silence(free: Bool, spots: Int, grid: Grid, radius: int) -> None:
    """Clear the cells of free (h, w) in or around the places (n, 2)."""
    windows = [
        np.stack([np.searchsorted(at, spot - radius), np.searchsorted(at, spot + radius, "right")])
        for at, spot in zip(centres(grid), spots.T, strict=True)
    ]
    for y0, y1, x0, x1 in np.concatenate(windows).T.tolist():
        free[y0:y1, x0:x1] = False
    own = grid.to_cells(spots)
    free[own[:, 0], own[:, 1]] = False


def inside(marks: MarkSettings, grid: Grid) -> Bool | None:
    """Cells (h, w) bool whose centre lies in one of the polygons, or None where there are none.

    raises  SettingError for a corner outside the picture
    """
    free: Bool | None = None
    for polygon in marks.polygons():
        corners = np.array(polygon, np.int64)
        _must_lie_in(corners, "inside", grid.size, np.array(grid.size))
        within = _even_odd(corners, grid)
        free = within if free is None else free | within
    return free


def _even_odd(corners: Int, grid: Grid) -> Bool:
    """Whether a ray to the right of each centre crosses the outline an odd number of times.

    In doubled coordinates the middle of a pixel is odd and a corner even: no ray meets a corner.
    A middle exactly on a slanted edge lies to the right of it, so a left edge belongs to the
    polygon and a right one does not.
    """
    (y0, x0), (y1, x1) = 2 * corners.T, 2 * np.roll(corners, -1, axis=0).T
    rows, columns = (2 * axis + 1 for axis in centres(grid))
    edge, row = np.nonzero((y0[:, None] < rows) != (y1[:, None] < rows))
    y0, x0, y1, x1, y = y0[edge], x0[edge], y1[edge], x1[edge], rows[row]
    # The first whole x at or right of the crossing: -(-a // b) is a / b rounded up.
    crossing = x0 - ((x0 - x1) * (y - y0)) // (y1 - y0)
    left = np.searchsorted(columns, crossing)  # columns whose ray crosses
    h, w = grid.cells
    ends = np.bincount(row * (w + 1) + left, minlength=h * (w + 1)).reshape(h, w + 1)
    crossings = np.cumsum(ends[:, :0:-1], axis=1)[:, ::-1]
    return crossings % 2 == 1


def _must_lie_in(yx: Int, name: str, size: Size, last: Int) -> None:
    for y, x in yx[(yx > last).any(axis=1)][:1].tolist():
        raise SettingError(
            f"{name}: the place {y}.{x} lies outside the picture of {size[0]} x {size[1]} pixels"
        )
