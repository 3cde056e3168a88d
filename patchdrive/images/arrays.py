"""Numpy arrays become pixels."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from patchdrive.images.limits import check_size
from patchdrive.types import Byte, ImageError

EXPECTED = (
    "expected (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of uint8, uint16, bool, "
    "or float between 0 and 1"
)


def wide_to_byte(values: npt.NDArray[Any], top: int = 65535) -> Byte:
    """Values 0..top of uint16 scaled to 0..255 and rounded; larger ones become 255."""
    return np.asarray(_table(top)[values], np.uint8)


@cache
def _table(top: int) -> Byte:
    steps = np.arange(65536, dtype=np.uint32)
    table: Byte = np.minimum(255, (2 * 255 * steps + top) // (2 * top)).astype(np.uint8)
    return table


def array_to_pixels(array: npt.NDArray[Any], name: str, limit: float) -> Byte:
    """A fresh (H, W, 3) uint8 array: grey is tripled, alpha is laid over white.

    array  one of EXPECTED, left untouched; anything else raises ImageError
    """
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise ImageError(f"{name} has the shape {array.shape}; {EXPECTED}")
    check_size(array.shape[:2], limit, name)
    values = _to_byte(array, name).reshape(*array.shape[:2], channels)
    if channels == 4:
        return over_white(values)
    if channels == 1:
        return np.repeat(values, 3, axis=2)
    return np.array(values, np.uint8, order="C")  # a copy: the caller may go on writing


def _to_byte(array: npt.NDArray[Any], name: str) -> Byte:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.newbyteorder("=") == np.uint16:
        return wide_to_byte(array)
    if array.dtype.kind != "f":
        raise ImageError(f"{name} has values of type {array.dtype}; {EXPECTED}")
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 1):  # NaN compares false
        raise ImageError(
            f"{name} has float values from {low:g} to {high:g}, but they must lie between 0 and 1 "
            "and hold no NaN; scale them, or hand over uint8"
        )
    scaled: npt.NDArray[np.float32] = np.multiply(array, 255, dtype=np.float32)
    np.rint(scaled, out=scaled)
    return scaled.astype(np.uint8)


def over_white(pixels: Byte) -> Byte:
    """(H, W, 4) uint8 with straight alpha over white, (H, W, 3) uint8, rounded."""
    flat = np.empty((*pixels.shape[:2], 3), np.uint8)
    for top in range(0, len(pixels), 256):  # strips keep the wide sums small
        strip = pixels[top : top + 256].astype(np.uint32)
        alpha = strip[..., 3:]
        flat[top : top + 256] = (strip[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return flat


def turn(pixels: Byte, orientation: int) -> Byte:
    """Pixels (H, W, 3) as an EXIF orientation 1..8 wants them shown; 1 returns them as they are."""
    if orientation in (5, 6, 7, 8):
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
    flip = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(orientation)
    return pixels if flip is None else np.asarray(cv2.flip(pixels, flip), np.uint8)
