"""The few cells among which a picker's choice falls, whatever K, radius and floor are turned to.

Each pick of a picker lies in the set of all cells that it would pick for some offered radius with
the largest K and no floor. So the picker on that set alone, which is quick enough for a browser
while a slider moves, picks what it would pick on the whole map, to the last tie.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from patchdrive.marks import MarkSettings
from patchdrive.ops import marks as mark_ops
from patchdrive.ops.maps import flat
from patchdrive.ops.select import Reach, peaks
from patchdrive.ops.summits import Summits
from patchdrive.settings import SaccadeSettings
from patchdrive.types import Float, Grid, Int, Size

_RADIUS, _K = (SaccadeSettings.knobs()[name] for name in ("radius", "k"))
MOST = int(_K.high or 0)
_NO_MARKS = MarkSettings()
_HALVES = np.arange(201) / 2


@dataclass(frozen=True, eq=False)
class Candidates:
    """Cells that may be picked, best first, ties in row order.

    yx      (N, 2) int64, the cells' centres, picture pixels
    scores  (N,) float32, above 0
    reach   (N,) int64, the largest of the radii at which the cell may be picked: for `maxima` the
            largest at which it is a summit, for `greedy` the largest of all
    """

    yx: Int
    scores: Float
    reach: Int

    def __post_init__(self) -> None:
        for array in (self.yx, self.scores, self.reach):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.yx)


def offered(radius: int) -> tuple[int, ...]:
    """The radii that the knob's slider offers, and the current one, ascending."""
    low, high, step = (int(end or 0) for end in (_RADIUS.low, _RADIUS.high, _RADIUS.step))
    return tuple(sorted({*range(low, high + 1, step), radius}))


def candidates(
    values: Float,
    picker: str,
    radii: Collection[int],
    size: Size,
    *,
    marks: MarkSettings = _NO_MARKS,
) -> Candidates:
    """Every cell that the picker could pick with these marks, up to MOST at each of the radii.

    values   (h, w) float32, finite; only cells above 0 count, as no threshold is lower; a flat map
             has none
    picker   "greedy" or "maxima"
    radii    distances in picture pixels; the result holds for these alone
    size     (H, W) of the picture
    raises   SettingError for a mark outside the picture
    """
    grid, ways = Grid(size, values.shape), {"greedy": _greedy, "maxima": _maxima}
    if picker not in ways:
        raise ValueError(f"picker must be one of {', '.join(ways)}, not {picker!r}")
    able = np.zeros_like(values) if flat(values) else values
    reach = ways[picker](able, grid, sorted(set(radii)), marks)
    cells = np.flatnonzero(reach >= 0)
    cells = cells[np.argsort(-values.ravel()[cells], kind="stable")]
    at = np.stack(np.divmod(cells, values.shape[1]), -1)
    return Candidates(grid.to_pixels(at), values.ravel()[cells], reach[cells])


def _greedy(values: Float, grid: Grid, radii: Sequence[int], marks: MarkSettings) -> Int:
    """The reach of every cell (h * w,), -1 where it is never picked."""
    reach = np.full(values.size, -1, np.int64)
    pick = _picking(grid, marks)
    for radius in radii:
        reach[pick(values, radius)] = radii[-1]
    return reach


def _maxima(values: Float, grid: Grid, radii: Sequence[int], marks: MarkSettings) -> Int:
    reach = np.full(values.size, -1, np.int64)
    pick = _picking(grid, marks)
    left = np.full(values.size, -np.inf, values.dtype)
    summits = Summits(values, np.flatnonzero(values > 0))
    flat = values.ravel()
    for radius in radii:
        cells = summits.within(Reach(grid.cells, grid.size, radius))
        left.fill(-np.inf)
        left[cells] = flat[cells]
        # What was picked before is a candidate already; here it only reaches further.
        reach[cells[reach[cells] >= 0]] = radius
        reach[pick(left.reshape(values.shape), radius)] = radius
    return reach


def _picking(grid: Grid, marks: MarkSettings) -> Callable[[Float, int], Int]:
    """A function: map (h, w), radius -> flat indices of all picks that the marks leave."""
    inside = mark_ops.inside(marks, grid)
    spots = mark_ops.silencers(marks, grid.size)

    def pick(values: Float, radius: int) -> Int:
        valid = inside
        if len(spots):
            valid = np.ones(grid.cells, bool) if inside is None else inside.copy()
            mark_ops.silence(valid, spots, grid, radius)
        cells = peaks(values, MOST, radius=radius, floor=0.0, size=grid.size, valid=valid)
        return cells[:, 0] * grid.cells[1] + cells[:, 1]

    return pick


def percentiles(values: Float, percents: Sequence[float] | Float = _HALVES) -> Float:
    """Percentiles of a map by linear interpolation, in its own dtype; 0, 0.5, ..., 100 by default.

    Bit for bit what `np.percentile` gives for each of the percents alone; for several at once it
    computes in double precision instead, and rounds otherwise.
    """
    at = (values.size - 1) * (np.asarray(percents, np.float64) / 100)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, values.size - 1)
    sorted_there = np.partition(values, np.unique([low, high]), axis=None)
    a, b, t = sorted_there[low], sorted_there[high], at - low
    near_low = a + (b - a) * t.astype(values.dtype)
    near_high = b - (b - a) * (1 - t).astype(values.dtype)
    return np.where(t < 0.5, near_low, near_high)
