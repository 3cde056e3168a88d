"""Made-up pictures of any size, and overlays as dense as one asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from patchdrive.figures.layers import Landings, Leaves, Raster
from patchdrive.images import MemoryImage
from patchdrive.ops import maps
from patchdrive.ops.quadtree import Counts, by_threshold, count_edges, leaves_by_threshold
from patchdrive.types import Byte, Float, Image, ImageError, Size

SMALLEST, LARGEST = 8, 512
SIZES: dict[str, Size] = {
    "1K": (540, 960),
    "4K": (2160, 3840),
    "8K": (8192, 8192),
    "gigapixel": (32768, 40960),
}
TARGETS = {"1K": 5_000, "4K": 94_000, "8K": 376_000, "gigapixel": 60_000}
ENLARGED = 8  # the gigapixel's tree is that of a picture so many times smaller


class Virtual(Image):
    """A picture of any size whose pixels follow from their places: waves, and grain upon them."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.name = f"virtual {size[1]} x {size[0]}"
        self.digest = self.name
        self.notes = ()
        self._grain = np.random.default_rng(0).integers(0, 24, (1024, 1024, 3), np.uint8)

    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Pixels (h', w', 3) uint8 of the box at (y0, x0) of the level, cut at the border."""
        height, width = (-(-side >> level) for side in self.size)
        y = np.arange(max(0, y0), min(height, y0 + h))
        x = np.arange(max(0, x0), min(width, x0 + w))
        planes = []
        for period in (311, 727, 1733):
            down = 58 * np.sin((y << level) / period)
            across = 58 * np.cos((x << level) / (period + 100))
            planes.append((116 + down[:, None] + across).astype(np.uint8))
        grain = self._grain.take(y, axis=0, mode="wrap").take(x, axis=1, mode="wrap")
        return np.asarray(cv2.merge(planes) + grain, np.uint8)

    def preview(self, max_side: int) -> Byte:
        """The whole picture from the first level that fits."""
        level = max(0, (max(self.size) - 1) // max_side).bit_length()
        return self.region(0, 0, *self.size, level)

    @property
    def pixels(self) -> Byte:
        """Refused: there are more than memory holds."""
        raise ImageError("this picture is read by regions")

    @property
    def nbytes(self) -> int:
        """Next to nothing."""
        return self._grain.nbytes


@cache
def picture(name: str) -> Image:
    """The picture of a size of SIZES: with its pixels in memory, or the virtual gigapixel."""
    image = Virtual(SIZES[name])
    return image if name == "gigapixel" else MemoryImage(image.region(0, 0, *image.size), name)


@dataclass(frozen=True)
class Tree:
    """What a tree is cut from, and the threshold at which it has about so many leaves as wanted."""

    counts: Counts
    threshold: int

    def leaves(self, more: int = 0, *, live: bool = False) -> Leaves:
        """The leaves at the threshold, or at one that much higher; live: with their pyramid."""
        cut = by_threshold(self.counts, max(0, self.threshold + more))
        counts = self.counts if live else None
        return Leaves("leaves", cut.boxes, cut.depth, cut.detail, counts=counts)


@cache
def tree(name: str, wanted: int) -> Tree:
    """Squares over a picture of SIZES: edges at random, in some places dense, in others rare."""
    size = SIZES[name]
    if name == "gigapixel":
        small = _edges((size[0] // ENLARGED, size[1] // ENLARGED))
        found = count_edges(small, SMALLEST, LARGEST)
        counts = Counts(found.levels, size, found.root * ENLARGED)
    else:
        counts = count_edges(_edges(size), SMALLEST, LARGEST)
    number = leaves_by_threshold(counts)
    return Tree(counts, int(np.abs(number - wanted).argmin()))


def _edges(size: Size) -> Byte:
    random = np.random.default_rng(1)
    dense = (255 * (0.02 + 0.6 * field(9, (9, 16)))).astype(np.uint8)
    here = cv2.resize(dense, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    return np.where(random.integers(0, 256, size, np.uint8) < here, 255, 0).astype(np.uint8)


def field(seed: int, cells: Size) -> Float:
    """A smooth map (h, w) float32 in [0, 1]."""
    noise = np.random.default_rng(seed).random((5, 7), np.float32)
    smooth = cv2.resize(noise, (cells[1], cells[0]), interpolation=cv2.INTER_CUBIC)
    return maps.unit(np.asarray(smooth, np.float32))


def heat(seed: int, size: Size) -> Raster:
    """A saliency map of 270 x 480 cells."""
    return Raster("saliency", maps.code(field(seed, (270, 480))), size, opacity=0.4)


def landings(seed: int, size: Size, k: int = 200, side: int = 224) -> Landings:
    """Saccades at random places."""
    random = np.random.default_rng(seed)
    yx = random.integers(side, np.array(size) - side, (k, 2))
    scores = np.sort(random.random(k, np.float32))[::-1]
    return Landings("saccades", yx, scores, np.hstack([yx - side // 2, yx + side // 2]))
