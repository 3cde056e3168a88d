"""Two judgements of one picture against each other: where they differ, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from patchdrive.figures.colors import DIVERGING
from patchdrive.figures.layers import Raster
from patchdrive.figures.looks import look_knobs
from patchdrive.ops import maps
from patchdrive.types import UNTRAINED, Float, Int, Saccades, SaliencyMap, Size

DIFFERENCE_LOOKS = look_knobs(
    "difference", Raster, colormap=DIVERGING[0], scale="linear", opacity=0.85
)
# Its middle must be nothing: no other colour map will do.
DIFFERENCE_LOOKS["difference_colormap"] = replace(
    DIFFERENCE_LOOKS["difference_colormap"], choices=DIVERGING
)


def difference(a: SaliencyMap, b: SaliencyMap) -> Float:
    """What a gives more than b, (h, w) float32 in [-1, 1], on the finer cells of the two.

    ValueError where they judge pictures of different size
    """
    if a.size != b.size:
        raise ValueError(f"a map of a {a.size} picture and one of a {b.size} picture")
    first, second = _on_one_grid(a, b)
    return first - second


def difference_layer(a: SaliencyMap, b: SaliencyMap) -> Raster:
    """The difference as a layer: one end of the colours where a gives more, the other where b."""
    note = "" if a.trained and b.trained else f"saliency by an {UNTRAINED}"
    return Raster(
        "difference",
        maps.code_signed(difference(a, b)),
        a.size,
        colormap=DIVERGING[0],
        opacity=0.85,
        scale="linear",
        note=note,
        diverging=True,
    )


@dataclass(frozen=True)
class Agreement:
    """How far two drives over one picture agree.

    correlation  Pearson's, of the maps' cells; None where one of the maps is flat
    distance     mean absolute difference of the maps, 0 to 1
    shared       share of all landings that have one of the other drive within the radius; None
                 where there are none
    """

    correlation: float | None
    distance: float
    shared: float | None


def agreement(
    maps: tuple[SaliencyMap, SaliencyMap], landings: tuple[Saccades, Saccades], radius: int
) -> Agreement:
    """Compare maps and landings; radius in picture pixels, Chebyshev."""
    first, second = _on_one_grid(*maps)
    return Agreement(
        _pearson(first, second),
        float(np.abs(first - second, dtype=np.float64).mean()),
        _shared(landings[0].yx, landings[1].yx, radius),
    )


def _on_one_grid(a: SaliencyMap, b: SaliencyMap) -> tuple[Float, Float]:
    h, w = np.maximum(a.values.shape, b.values.shape).tolist()
    return _resampled(a.values, (h, w)), _resampled(b.values, (h, w))


def _resampled(values: Float, cells: Size) -> Float:
    if values.shape == cells:
        return values
    grown = cv2.resize(values, cells[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown, np.float32)


def _pearson(a: Float, b: Float) -> float | None:
    a, b = (values.astype(np.float64) - values.mean(dtype=np.float64) for values in (a, b))
    spread = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / spread if spread > 1e-12 else None


def _shared(a: Int, b: Int, radius: int) -> float | None:
    if not len(a) + len(b):
        return None
    near = np.abs(a[:, None] - b[None]).max(axis=2, initial=0) <= radius
    return float(near.any(axis=1).sum() + near.any(axis=0).sum()) / (len(a) + len(b))
