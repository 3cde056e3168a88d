"""A binary picture in levels, for its tiles."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from patchdrive.images import tiles
from patchdrive.types import Byte, Size

FAINTEST = 64


class MaskPicture:
    """A binary picture with a pyramid in which no thin line is lost.

    values  (H, W) uint8, 0 or 255
    """

    def __init__(self, values: Byte) -> None:
        self.size: Size = (values.shape[0], values.shape[1])
        self._native = values

    @property
    def nbytes(self) -> int:
        """Bytes of the whole pyramid, built or not: a third more than the mask."""
        return self._native.nbytes * 4 // 3

    @cached_property
    def alphas(self) -> list[Byte]:
        """The pyramid, finest first; where a cell holds anything, it is at least FAINTEST."""
        levels = [self._native]
        while max(levels[-1].shape) > 1:
            levels.append(_halved(levels[-1]))
        return levels

    def levels(self, side: int) -> int:
        """As many as a picture of this size has."""
        return tiles.levels(self.size, side)

    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Values (h', w') uint8 of the box at (y0, x0) of the level, cut at the border."""
        return self.alphas[level][y0 : y0 + h, x0 : x0 + w]


def _halved(fine: Byte) -> Byte:
    """Half way between the highest and the mean of 2 x 2 cells.

    The highest alone keeps every line but paints dense edges into one blot; the mean alone loses
    thin lines.
    """
    height, width = fine.shape
    even = np.pad(fine, ((0, height % 2), (0, width % 2)))
    cells = np.stack([even[y::2, x::2] for y in (0, 1) for x in (0, 1)])
    high = cells.max(axis=0)
    mixed = high // 2 + (cells.sum(axis=0, dtype=np.uint16) // 8).astype(np.uint8)
    return np.where(high > 0, np.maximum(mixed, FAINTEST), 0).astype(np.uint8)
