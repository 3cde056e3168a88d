"""One saccade looked at closely: what every method says of its place, and whom it silenced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patchdrive.ops import marks
from patchdrive.ops.select import peaks
from patchdrive.pipelines import drive
from patchdrive.pipelines.clock import Chain, Listener, Memory, forget, silence
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import METHODS
from patchdrive.settings import Settings
from patchdrive.types import DriveResult, Float, Int, SaliencyMap

RIVALS = 3


@dataclass(frozen=True, eq=False)
class Inspection:
    """What is known of one saccade.

    rank      1 for the highest cell of the map
    cells     cells of the map
    scores    method -> value of its map in [0, 1] at the place; methods that need no network
    silenced  cells above the floor that this pick alone ruled out
    rivals    (R, 2) int64 centres of the best of them, picture pixels; no two within a quarter of
              the radius
    values    (R,) float32 of those
    """

    rank: int
    cells: int
    scores: dict[str, float]
    silenced: int
    rivals: Int
    values: Float


def inspect(
    seen: DriveResult,
    settings: DriveSettings,
    index: int,
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> Inspection:
    """Look closely at the saccade of that index.

    seen      a drive with these settings
    settings  those of the drive; the other methods run with their defaults
    raises    IndexError where there is no such saccade
    """
    if not 0 <= index < len(seen.saccades):
        raise IndexError(f"there are {len(seen.saccades)} saccades, not {index + 1}")
    place, chain = seen.saccades.yx[index], Chain(seen.image.digest, memory, listener)
    scores = {}
    for method in METHODS:
        if not method.network:
            chosen = settings.method if method.name == settings.saliency else method.settings()
            found = _judged(chain, seen, settings, method.name, chosen)
            scores[method.name] = _value(found, place)
    left = _silenced(seen, settings, index)
    cells = peaks(left, RIVALS, radius=settings.saccades.radius // 4, size=seen.image.size)
    values = seen.saliency.values
    rank = int((values > _value(seen.saliency, place)).sum()) + 1
    rivals = seen.saliency.grid.to_pixels(cells)
    return Inspection(
        rank,
        values.size,
        scores,
        int(np.isfinite(left).sum()),
        rivals,
        left[cells[:, 0], cells[:, 1]],
    )


def _judged(
    chain: Chain, seen: DriveResult, s: DriveSettings, name: str, method: Settings
) -> SaliencyMap:
    found: SaliencyMap = chain.stage(
        "saliency", (s.glance, name, method), lambda: drive.score(seen.glance, name, method)
    )
    return found


def _value(saliency: SaliencyMap, place: Int) -> float:
    y, x = saliency.grid.to_cells(place)
    return float(saliency.values[y, x])


def _silenced(seen: DriveResult, settings: DriveSettings, index: int) -> Float:
    """The map where this pick ruled a cell out that was still free and above the floor, else -inf.

    What a hand forbade was never free; and picks before it had their turn: what they ruled out is
    theirs.
    """
    saliency, grid, radius = seen.saliency, seen.saliency.grid, settings.saccades.radius
    free = saliency.values > drive.floor(saliency, settings.saccades)
    within = marks.inside(settings.marks, grid)
    if within is not None:
        free &= within
    marks.silence(free, marks.places(settings.marks, "ban", grid.size), grid, radius)
    marks.silence(free, seen.saccades.yx[:index], grid, radius)
    left, place = free.copy(), seen.saccades.yx[index]
    marks.silence(left, place[None], grid, radius)
    mine = free & ~left
    mine[tuple(grid.to_cells(place))] = False
    return np.where(mine, saliency.values, -np.inf).astype(np.float32)
