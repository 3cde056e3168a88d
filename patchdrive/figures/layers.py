"""Layers: what lies over a picture, in picture coordinates.

A result becomes layers once; the viewer, the Plotly page and the PNG all draw the same ones.
Arrays are (y, x) in picture pixels, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from patchdrive.ops import maps
from patchdrive.ops.quadtree import Counts
from patchdrive.types import Bool, Byte, Float, Image, Int, Size

MAGNIFIED = {"small": 0.75, "normal": 1.0, "large": 1.6}
"""How many times larger than usual numbers and lines are; large is for a projector."""


def magnified(layers: Iterable[Layer]) -> float:
    """The largest of what the layers ask for."""
    sizes = (MAGNIFIED[one.magnify] for one in layers if isinstance(one, Leaves | Landings | Truth))
    return max(sizes, default=1.0)


@dataclass(frozen=True, eq=False)
class _Layer:
    """What all layers have.

    name     the word in the payload and in the list of layers
    visible  whether it is drawn
    """

    name: str

    def __post_init__(self) -> None:
        for item in fields(self):
            if isinstance(array := getattr(self, item.name), np.ndarray):
                array.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Raster(_Layer):
    """A coloured map over the whole picture.

    codes      (h, w) uint8, the map on the logarithmic scale of ops.maps.code: what is faint keeps
               as many steps as what is strong, so that any scale can be shown from them
    size       (H, W) of the picture
    colormap   a name of figures.colors
    opacity    0 to 1 at the map's highest value; what is low lets the picture through
    alone      in place of the picture, and opaque
    scale      "log" over two decades, "linear", or "percentile": the rank among the map's cells
    low, high  what the first and the last colour stand for, in the map's own 0 to 1
    full       above 0: the method's own unit that 1 stands for, so that two pictures compare
    span       what 0 and 1 of the map are in the method's own unit
    note       words that must stand wherever the map is drawn, such as who made it
    diverging  the map is a difference: codes are those of ops.maps.code_signed, the middle of the
               colour map is nothing, and low and high are sizes of a difference
    """

    codes: Byte
    size: Size
    colormap: str = "inferno"
    opacity: float = 0.5
    scale: str = "log"
    low: float = 0.0
    high: float = 1.0
    full: float = 0.0
    span: tuple[float, float] = (0.0, 1.0)
    note: str = ""
    visible: bool = True
    diverging: bool = False
    alone: bool = False

    @cached_property
    def values(self) -> Byte:
        """(h, w) uint8: the index into the colour map, as the scale wants it."""
        counts = np.bincount(self.codes.ravel(), minlength=256) if self.ranked else None
        bounds = maps.bounds(self.low, self.high, self.full, self.span)
        steps = maps.steps_signed if self.diverging else maps.steps
        return steps(self.scale, *bounds, counts)[self.codes]

    def strengths(self, indices: Byte | Float) -> Float:
        """How strongly, 0 to 1, each index into the colour map covers the picture."""
        if self.alone:
            return np.ones(np.shape(indices))
        shares = maps.strengths(indices) if self.diverging else maps.cover(indices)
        return self.opacity / 255 * shares

    @property
    def ranked(self) -> bool:
        """Whether the colours show ranks, not values."""
        return self.scale == "percentile"

    @property
    def legend(self) -> tuple[str, str, str]:
        """What the first, the middle and the last colour stand for, in words."""
        words = {"log": "logarithmic", "linear": "linear", "percentile": "percentile"}[self.scale]
        words = f"{words}, {self.note}" if self.note else words
        if self.ranked:
            ends = ("-100 %", "0 %") if self.diverging else ("0 %", "50 %")
            return *ends, f"100 % ({words})"
        if self.diverging:
            return f"-{self.high:g}", "0", f"{self.high:g} ({words})"
        unit = self.full if self.full > 0 else 1.0
        middle = maps.middle(self.scale, self.low, self.high)
        return f"{unit * self.low:g}", f"{unit * middle:.2g}", f"{unit * self.high:g} ({words})"


@dataclass(frozen=True, eq=False)
class Gate(_Layer):
    """Where the eye may land; the rest of the picture is dimmed.

    open  (h, w) uint8, 255 where it may, 0 where not
    size  (H, W) of the picture
    """

    open: Byte
    size: Size
    opacity: float = 0.6
    visible: bool = False


@dataclass(frozen=True, eq=False)
class Classes(_Layer):
    """A class for every cell of the picture, in flat colours.

    labels  (h, w) uint8, an index into names; 255 is nothing
    size    (H, W) of the picture
    names   at most 255 words
    digest  names these labels and no others, where that is known without reading them
    """

    labels: Byte
    size: Size
    names: tuple[str, ...]
    digest: str = ""
    opacity: float = 0.5
    visible: bool = True


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
    visible: bool = True


@dataclass(frozen=True, eq=False)
class Overlay(_Layer):
    """Another picture of the same size, laid over the first; the viewer fetches it in tiles.

    pixels  the picture, or None where it is made only when somebody wants to see it
    """

    pixels: Image | None
    opacity: float = 1.0
    visible: bool = True


@dataclass(frozen=True, eq=False)
class Leaves(_Layer):
    """Squares that tile the picture, coloured by level or by score.

    boxes    (N, 4) int64
    depth    (N,) int64, 0 for the largest
    detail   (N,) int64, the score shown on hover
    style    "outline" or "fill"
    by       "level" or "score": what the colour shows
    counts   the pyramid that they were cut from, if a viewer shall cut anew, else None
    magnify  a name of MAGNIFIED: how thick lines are
    """

    boxes: Int
    depth: Int
    detail: Int
    colormap: str = "viridis"
    opacity: float = 0.8
    style: str = "outline"
    by: str = "level"
    counts: Counts | None = None
    magnify: str = "normal"
    visible: bool = True


@dataclass(frozen=True, eq=False)
class Landings(_Layer):
    """Saccades in visiting order, with their path and windows.

    yx         (K, 2) int64
    scores     (K,) float
    boxes      (K, 4) int64, the patches' windows
    kept       (K,) bool, those that a person put there, or None
    radius     pixels within which each silences others
    live       words for a viewer that shall choose anew: url, side, border, picker
    map        (h, w) float32, the map itself where it shall do so without a server: in place of url
    path, windows, numbers, values, inhibition
               whether these parts are drawn: the way, the windows, the order, the scores, and the
               squares in which each one silences others
    magnify    a name of MAGNIFIED: how large numbers and how thick lines are
    """

    yx: Int
    scores: Float
    boxes: Int
    colormap: str = "plasma"
    kept: Bool | None = None
    radius: int = 0
    live: Mapping[str, Any] | None = None
    map: Float | None = None
    path: bool = True
    windows: bool = True
    numbers: bool = True
    values: bool = False
    inhibition: bool = False
    magnify: str = "normal"
    visible: bool = True


@dataclass(frozen=True, eq=False)
class Truth(_Layer):
    """Labelled boxes or points that somebody knows to be there.

    boxes   (N, 4) int64; a point is a box of one pixel
    labels  N words
    hit     (N,) bool or None: found or missed
    odds    what chance and knowledge would hit, in words, or nothing
    hover   a box and its label are drawn only under the pointer, and labels where there is room
    magnify  a name of MAGNIFIED: how large labels and how thick lines are
    """

    boxes: Int
    labels: tuple[str, ...]
    hit: Byte | None = None
    odds: str = ""
    visible: bool = True
    hover: bool = False
    magnify: str = "normal"


Layer = Raster | Gate | Classes | Mask | Overlay | Leaves | Landings | Truth
