"""A picture that holds its pixels."""

from __future__ import annotations

import copy
import hashlib
import threading
from typing import TypeVar

import cv2
import numpy as np

from patchdrive.types import Byte, Image, Size

Picture = TypeVar("Picture", bound=Image)


class MemoryImage(Image):
    """A picture in memory, with a pyramid of halved copies built when first asked for.

    The pixels are handed over and become read-only. Safe to share between threads.
    """

    def __init__(
        self,
        pixels: Byte,
        name: str = "picture",
        notes: tuple[str, ...] = (),
        microns: tuple[float, float] | None = None,
    ) -> None:
        """Hold pixels (H, W, 3) uint8 sRGB; ValueError for any other shape or dtype."""
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
            raise ValueError(f"pixels must be (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}")
        pixels = np.ascontiguousarray(pixels)
        pixels.flags.writeable = False
        self.size = (pixels.shape[0], pixels.shape[1])
        self.name = name
        self.notes = tuple(notes)
        self.microns = microns
        digest = hashlib.sha256(repr(self.size).encode())
        digest.update(pixels.data)
        self.digest = digest.hexdigest()
        self._levels = [pixels]
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        height, width = self.size
        return f"<{type(self).__name__} {self.name!r} {width} x {height} {self.digest[:8]}>"

    @property
    def pixels(self) -> Byte:
        """The whole picture (H, W, 3) uint8 sRGB, read-only."""
        return self._levels[0]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the picture holds, its pyramid included as far as it is built."""
        return sum(level.nbytes for level in tuple(self._levels))

    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Pixels (h', w', 3) uint8 sRGB of the box at (y0, x0) of the level, cut at the border.

        Pixel i of a level is the mean of the pixels 2i and 2i+1 of the level below (where the side
        is odd, the last one stands alone), so y of a level lies at y << level of the picture. Each
        mean is rounded, halves up: a level is within half a grey level for each halving of the
        exact means, and where there is noise brighter by an eighth on average for each.

        level    0 is native; each further level halves both sides (rounded up)
        returns  a read-only view; a box outside the picture gives an empty one
        """
        if level < 0:
            raise ValueError(f"level must be 0 or more, not {level}")
        pixels = self._level(level)
        return pixels[max(0, y0) : max(0, y0 + h), max(0, x0) : max(0, x0 + w)]

    def preview(self, max_side: int) -> Byte:
        """The whole picture (h, w, 3) uint8, area-averaged so that no side exceeds max_side.

        Where the factor is whole, each pixel is the exact mean, rounded. Never enlarged: a picture
        that fits is returned as it is.
        """
        return shrunk(self.pixels, max_side)

    def _level(self, level: int) -> Byte:
        if level < len(self._levels):
            return self._levels[level]
        with self._lock:  # two threads must not append the same level twice
            while len(self._levels) <= level and self._levels[-1].shape[:2] != (1, 1):
                self._levels.append(_half(self._levels[-1]))
            return self._levels[min(level, len(self._levels) - 1)]


def under_its_own_name(
    image: Picture,
    name: str,
    notes: tuple[str, ...] = (),
    microns: tuple[float, float] | None = None,
) -> Picture:
    """The same pixels and pyramid, held once, with the words and the scale of another file.

    Two files may have equal pixels: whoever keeps pictures by their digest gives each its own.
    """
    twin = copy.copy(image)
    twin.name, twin.notes, twin.microns = name, notes, microns
    return twin


def shrunk(pixels: Byte, max_side: int) -> Byte:
    """Pixels (H, W, 3) area-averaged so that no side exceeds max_side; never enlarged."""
    return resized(pixels, fitted((pixels.shape[0], pixels.shape[1]), max_side))


def resized(pixels: Byte, size: Size) -> Byte:
    """Pixels (H, W, 3) area-averaged to (h, w, 3); the same ones where nothing changes."""
    if pixels.shape[:2] == size:
        return pixels
    return frozen(cv2.resize(pixels, (size[1], size[0]), interpolation=cv2.INTER_AREA))


def fitted(size: Size, max_side: int) -> Size:
    """The size (h, w) of a picture of size (H, W), so that no side exceeds max_side."""
    if max_side < 1:
        raise ValueError(f"max_side must be 1 or more, not {max_side}")
    longest = max(size)
    if longest <= max_side:
        return size
    h, w = (max(1, (2 * side * max_side + longest) // (2 * longest)) for side in size)
    return h, w


def _half(pixels: Byte) -> Byte:
    """Pixels (H, W, 3) averaged in 2 x 2 blocks to (ceil(H/2), ceil(W/2), 3)."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        # Doubling the last row or column makes its mean itself and every other block exact.
        pixels = np.asarray(
            cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8
        )
    size = ((width + 1) // 2, (height + 1) // 2)
    return frozen(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def frozen(pixels: object) -> Byte:
    """The same pixels, read-only."""
    array = np.asarray(pixels, np.uint8)
    array.flags.writeable = False
    return array
