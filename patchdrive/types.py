"""Every noun of patchdrive. Read this file first.

Coordinates are (y, x), int64, in pixels of the full-size picture: a centre for a saccade,
half-open boxes [y0, x0, y1, x1) for rectangles. `size` is always (H, W). Arrays handed to a type
become read-only: results are shared between caches, threads and sessions.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.floating[Any]]
Byte = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]
Size = tuple[int, int]

UNTRAINED = "untrained network"  # stands wherever the output of random weights is shown


class PatchdriveError(ValueError):
    """Something a person can mend: the text says what is wrong and what to do."""


class ImageError(PatchdriveError):
    """A picture that cannot be opened.

    problem  what is wrong, without the advice for whoever calls the library: fronts give their own
    """

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(f"{problem}; {advice}" if advice else problem)
        self.problem = problem


class SettingError(PatchdriveError):
    """A knob turned to a value that it does not have."""


class WeightsError(PatchdriveError):
    """Network weights that cannot be found or do not fit."""


def _freeze(value: object) -> None:
    for item in fields(value):  # type: ignore[arg-type]
        array = getattr(value, item.name)
        if isinstance(array, np.ndarray):
            array.flags.writeable = False


class Image(ABC):
    """A picture that regions can be read from; a 4K picture holds its pixels, a slide its file.

    Looking at a picture takes `region`, `preview` and `levels` alone, so a picture may be far
    larger than memory; `pixels` of such a one raises ImageError.

    size     (H, W) in pixels, after EXIF rotation
    digest   hex SHA-256 of size and pixels, or of a file that is never decoded as a whole: the
             picture's identity everywhere
    name     what to call it on the screen, never a path
    notes    what was done to it on opening, in words ("first of 12 frames")
    microns  micrometres to a pixel as (y, x) where its file says so, else None
    streamed whether it is read from its file, so that regions are to be preferred to `pixels`
    """

    size: Size
    digest: str
    name: str
    notes: tuple[str, ...]
    microns: tuple[float, float] | None = None
    streamed: bool = False

    @abstractmethod
    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Pixels (h', w', 3) uint8 sRGB of the box at (y0, x0) of the level, cut at the border.

        level  0 is native; each further level halves both sides (rounded up)
        """

    def levels(self, side: int) -> int:
        """How many levels the viewer is offered, each half of the one before.

        By default until one tile of side pixels holds the whole picture. A picture whose file has
        its own pyramid may end earlier, or answer `region` from the next finer level that it has.
        """
        return ((max(self.size) - 1) // side).bit_length() + 1

    @abstractmethod
    def preview(self, max_side: int) -> Byte:
        """The whole picture (h, w, 3) uint8, area-averaged so that no side exceeds max_side."""

    @property
    @abstractmethod
    def pixels(self) -> Byte:
        """The whole picture (H, W, 3) uint8 sRGB, read-only."""

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """Bytes of memory that the picture holds."""


@dataclass(frozen=True)
class Grid:
    """A map of h x w cells laid over a picture: the one change of frame, in integers.

    Cell i stands for pixel (2i+1)H // 2h and pixel y lies in cell (2y+1)h // 2H, so
    cells -> pixels -> cells is the identity for every size.

    size   (H, W) of the picture
    cells  (h, w) of the map, 1 <= h <= H and 1 <= w <= W
    """

    size: Size
    cells: Size

    def __post_init__(self) -> None:
        for pixels, cells in zip(self.size, self.cells, strict=True):
            if not 1 <= cells <= pixels:
                raise ValueError(
                    f"a grid of {self.cells} cells does not fit a picture of {self.size} pixels"
                )

    def to_pixels(self, cells: Int) -> Int:
        """Centres (..., 2) in picture pixels of the cells (..., 2)."""
        return (2 * np.asarray(cells, np.int64) + 1) * self.size // (2 * np.array(self.cells))

    def to_cells(self, pixels: Int) -> Int:
        """Cells (..., 2) in which the picture pixels (..., 2) lie."""
        return (2 * np.asarray(pixels, np.int64) + 1) * self.cells // (2 * np.array(self.size))


@dataclass(frozen=True, eq=False)
class Glance:
    """The low-resolution look at the whole picture.

    pixels    (h, w, 3) uint8, area-averaged
    size      (H, W) of the picture it was taken from
    features  (C, h', w') float tensor on the device, or None where no network looked
    saliency  (h', w') float tensor, the logits of the network's saliency head, or None
    weights   which weights made the features: "untrained (seed 0)", a file's name, a tag
    trained   False where the features come from random weights
    """

    pixels: Byte
    size: Size
    features: torch.Tensor | None = None
    saliency: torch.Tensor | None = None
    weights: str = ""
    trained: bool = True

    def __post_init__(self) -> None:
        _freeze(self)


@dataclass(frozen=True, eq=False)
class SaliencyMap:
    """One method's judgement of a glance: how much each cell deserves a look.

    values   (h, w) float32 in [0, 1], finite
    size     (H, W) of the picture
    method   the method's registered name
    trained  False where an untrained network judged
    span     what 0 and 1 stand for in the method's own unit
    scale    for its colours: "log" where few places stand out, "linear", or "percentile"
    """

    values: Float
    size: Size
    method: str = ""
    trained: bool = True
    span: tuple[float, float] = (0.0, 1.0)
    scale: str = "log"

    def __post_init__(self) -> None:
        if not np.isfinite(self.values).all():
            raise ValueError("a saliency map must be finite")
        _freeze(self)

    @property
    def grid(self) -> Grid:
        """The map's cells in the picture's frame."""
        h, w = self.values.shape
        return Grid(self.size, (h, w))


@dataclass(frozen=True, eq=False)
class Saccades:
    """Where the eye lands, in visiting order.

    yx      (K, 2) int64, centres, picture pixels, 0 <= yx < size
    scores  (K,) float32, the value that won each landing
    size    (H, W) of the picture
    asked   how many were asked for; K is less where the map is exhausted
    kept    (K,) bool, True for places that a hand kept, which come first; all False where not given
    """

    yx: Int
    scores: Float
    size: Size
    asked: int
    kept: Bool = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.kept is None:
            object.__setattr__(self, "kept", np.zeros(len(self.yx), bool))
        if not ((self.yx >= 0) & (self.yx < self.size)).all():
            raise ValueError(f"a saccade lands outside the {self.size} picture")
        _freeze(self)

    def __len__(self) -> int:
        return len(self.yx)

    @property
    def note(self) -> str:
        """ "16 of 16", or "63 of 273 (map exhausted)"."""
        short = " (map exhausted)" if len(self) < self.asked else ""
        return f"{len(self)} of {self.asked}{short}"


@dataclass(frozen=True, eq=False)
class Patches:
    """Native pixels around the saccades.

    pixels  (K, p, p, 3) uint8, never scaled
    boxes   (K, 4) int64, the windows they came from; a window may leave the picture where the
            border rule fills in
    """

    pixels: Byte
    boxes: Int

    def __post_init__(self) -> None:
        _freeze(self)

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True, eq=False)
class Quadtree:
    """A picture cut into squares, small where there is detail.

    boxes   (N, 4) int64, leaves in Morton order; they tile the picture exactly, so the squares at
            the right and lower border are cut off there
    depth   (N,) int64, 0 for a root
    detail  (N,) int64, edge pixels in the leaf
    size    (H, W) of the picture
    roots   side of a root in pixels; a leaf's full side is roots >> depth
    asked   how many leaves were asked for in budget mode, else None
    """

    boxes: Int
    depth: Int
    detail: Int
    size: Size
    roots: int
    asked: int | None = None

    def __post_init__(self) -> None:
        _freeze(self)

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def sides(self) -> Int:
        """(N,) full side of each leaf in pixels, before the border cuts it."""
        return np.int64(self.roots) >> self.depth


@dataclass(frozen=True, eq=False)
class Tokens:
    """Leaves of mixed size brought to one.

    pixels  (N, t, t, 3) uint8, one leaf each
    boxes   (N, 4) int64, the leaves; zeros for padding
    valid   (N,) bool, False for padding up to a budget
    """

    pixels: Byte
    boxes: Int
    valid: Bool

    def __post_init__(self) -> None:
        _freeze(self)

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True, eq=False)
class Fusion:
    """What the attention made of the patches, with the glance as query.

    vector   (D,) float32, the fused description of the picture
    weights  (heads, K) float32, attention of each head on each patch; each row sums to 1
    logits   (classes,) float32, the answer
    source   which weights the network has
    trained  False where the network is random: its output is then no finding
    """

    vector: Float
    weights: Float
    logits: Float
    source: str
    trained: bool

    def __post_init__(self) -> None:
        _freeze(self)


@dataclass(frozen=True, eq=False)
class Cost:
    """What a run read, against reading everything.

    pixels_read   picture pixels inside at least one patch
    pixels_total  pixels of the picture
    glance_pixels pixels of the glance
    patch_pixels  pixels of all patches together, overlaps counted each time
    """

    pixels_read: int
    pixels_total: int
    glance_pixels: int
    patch_pixels: int

    @property
    def share(self) -> float:
        """Share of the picture's pixels that were read at native resolution."""
        return self.pixels_read / self.pixels_total

    @property
    def megapixels(self) -> float:
        """Megapixels that went through a network or a map: glance and patches."""
        return (self.glance_pixels + self.patch_pixels) / 1e6


@dataclass(frozen=True, eq=False)
class DriveResult:
    """A drive over one picture, with everything it did on the way.

    settings  the knobs by flat name
    ms        milliseconds by stage, device synchronised
    fusion    None where the networks were switched off
    device    where the networks ran
    """

    image: Image
    glance: Glance
    saliency: SaliencyMap
    saccades: Saccades
    patches: Patches
    fusion: Fusion | None
    cost: Cost
    settings: Mapping[str, Any]
    ms: Mapping[str, float] = field(default_factory=dict)
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class TreeResult:
    """A picture's edges, quadtree and tokens.

    edges          (H, W) uint8, 255 on an edge
    uniform        tokens of a uniform grid of the smallest leaf
    settings, ms   as in DriveResult
    """

    image: Image
    edges: Byte
    quadtree: Quadtree
    tokens: Tokens
    uniform: int
    settings: Mapping[str, Any]
    ms: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _freeze(self)

    @property
    def reduction(self) -> float:
        """How many times fewer tokens than a uniform grid of the smallest leaf."""
        return self.uniform / max(1, len(self.quadtree))

    @property
    def equal_side(self) -> float:
        """Side in pixels of the cells of a uniform grid with as many tokens as there are leaves."""
        height, width = self.image.size
        return math.sqrt(height * width / max(1, len(self.quadtree)))
