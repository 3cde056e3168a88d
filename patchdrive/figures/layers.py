"""Layers: what lies over a picture, in picture coordinates.

A result becomes layers once; the viewer, the Plotly page and the PNG all draw the same ones.
Arrays are (y, x) in picture pixels, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from patchdrive.types import Byte, Float, Int, Size


@dataclass(frozen=True, eq=False)
class _Layer:
    """What all layers have.

    name     the word in the payload and in the list of layers
    opacity  0 to 1
    """

    name: str

    def __post_init__(self) -> None:
        for item in fields(self):
            if isinstance(array := getattr(self, item.name), np.ndarray):
                array.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Raster(_Layer):
    """A coloured map over the whole picture.

    values    (h, w) uint8, 0 to 255: the colour map's index, already scaled for display
    size      (H, W) of the picture
    colormap  a name of figures.colors
    opacity   0 to 1 at the map's highest value
    legend    what 0 and 255 stand for, in words
    log       values are on the logarithmic scale of ops.maps.display, not linear
    note      words that must stand wherever the map is drawn, such as who made it
    """

    values: Byte
    size: Size
    colormap: str = "inferno"
    opacity: float = 0.5
    legend: tuple[str, str] = ("0", "1")
    log: bool = False
    note: str = ""


@dataclass(frozen=True, eq=False)
class Mask(_Layer):
    """A binary picture at native resolution, in one colour; the viewer fetches it in tiles.

    values  (H, W) uint8, 0 or 255
    color   "#rrggbb"
    digest  names these values and no others, where that is known without reading them
    """

    values: Byte
    color: str = "#39d0ff"
    opacity: float = 0.9
    digest: str = ""


@dataclass(frozen=True, eq=False)
class Leaves(_Layer):
    """Squares that tile the picture, coloured by level.

    boxes   (N, 4) int64
    depth   (N,) int64, 0 for the largest
    detail  (N,) int64, the score shown on hover
    """

    boxes: Int
    depth: Int
    detail: Int
    colormap: str = "viridis"
    opacity: float = 0.8


@dataclass(frozen=True, eq=False)
class Landings(_Layer):
    """Saccades in visiting order, with their path and windows.

    yx      (K, 2) int64
    scores  (K,) float
    boxes   (K, 4) int64, the patches' windows
    """

    yx: Int
    scores: Float
    boxes: Int
    colormap: str = "plasma"


@dataclass(frozen=True, eq=False)
class Truth(_Layer):
    """Labelled boxes that somebody knows to be there.

    boxes   (N, 4) int64
    labels  N words
    hit     (N,) bool or None: found or missed
    """

    boxes: Int
    labels: tuple[str, ...]
    hit: Byte | None = None


Layer = Raster | Mask | Leaves | Landings | Truth
