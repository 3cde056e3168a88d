"""Edges of a picture: luma, Gaussian blur, Canny."""

from __future__ import annotations

import cv2
import numpy as np

from patchdrive.types import Byte


def kernel_for(size: tuple[int, int]) -> int:
    """Side of the blur's kernel by resolution: 3 up to 1K, 5 to 2K, 7 to 4K, 9 above.

    The 4K and 8K values are those of the published experiments (arXiv 2404.09707's code).
    """
    longest = max(size)
    return 3 if longest <= 1024 else 5 if longest <= 2048 else 7 if longest <= 4096 else 9


def luma(pixels: Byte) -> Byte:
    """Grey (H, W) uint8 by Rec. 601 luma of sRGB pixels (H, W, 3) uint8."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def smooth(grey: Byte, kernel: int = 0) -> Byte:
    """Gaussian blur of grey (H, W) uint8; kernel odd, 0 by resolution, 1 does nothing."""
    kernel = kernel or kernel_for(grey.shape)
    if kernel % 2 == 0:
        raise ValueError(f"the blur's kernel must be odd, not {kernel}")
    return (
        grey if kernel == 1 else np.asarray(cv2.GaussianBlur(grey, (kernel, kernel), 0), np.uint8)
    )


def canny(grey: Byte, low: int = 100, high: int = 200) -> Byte:
    """Edges (H, W) uint8, 0 or 255 (Canny 1986, 3x3 Sobel, L1 gradient)."""
    if low > high:
        raise ValueError(f"Canny's low threshold ({low}) must not be above the high one ({high})")
    return np.asarray(cv2.Canny(grey, low, high), np.uint8)
