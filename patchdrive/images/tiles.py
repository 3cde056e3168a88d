"""A picture in square tiles, and pixels as files: what the viewer asks for."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np

from patchdrive.types import Byte, Size

SIDE = 512
QUALITY = 85


class Pyramid(Protocol):
    """What tiles are cut from: an Image or a mask."""

    size: Size

    def levels(self, side: int) -> int:
        """How many levels there are."""

    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Pixels of the box at (y0, x0) of a level, cut at the border."""


def levels(size: Size, side: int = SIDE) -> int:
    """How many levels a picture of size (H, W) has until one tile of side pixels holds it all."""
    if side < 1 or min(size) < 1:
        raise ValueError(f"size and side must be 1 or more, not {size} and {side}")
    return ((max(size) - 1) // side).bit_length() + 1


def tile(image: Pyramid, level: int, x: int, y: int, side: int = SIDE) -> Byte | None:
    """Pixels (h, w, 3) uint8 of the tile in column x and row y of a level, None outside.

    Tiles are side x side and do not overlap; those at the right and lower border are cut. A mask's
    are (h, w).
    """
    if not (0 <= level < image.levels(side) and x >= 0 and y >= 0):
        return None
    # Ceiling division: a level's side is the picture's, halved level times and rounded up.
    height, width = (-(-length >> level) for length in image.size)
    if x * side >= width or y * side >= height:
        return None
    return image.region(y * side, x * side, side, side, level)


def encode(pixels: Byte, form: str = "jpeg") -> bytes:
    """Pixels (h, w, 3) uint8 as a file: "jpeg" (quality 85) or "png" (lossless, fast)."""
    options = {
        "jpeg": (".jpg", [cv2.IMWRITE_JPEG_QUALITY, QUALITY]),
        "png": (".png", [cv2.IMWRITE_PNG_COMPRESSION, 1]),
    }
    if form not in options:
        raise ValueError(f"form must be one of {', '.join(options)}, not {form!r}")
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise ValueError(f"pixels must be (h, w, 3) uint8, not {pixels.shape} {pixels.dtype}")
    suffix, settings = options[form]
    done, data = cv2.imencode(suffix, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), settings)
    if not done:
        raise ValueError(f"OpenCV could not write {pixels.shape} as {form}")
    return data.tobytes()
