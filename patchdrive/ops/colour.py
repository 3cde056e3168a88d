"""Colour for saliency: CIE Lab as floats, and blurs that do not darken at the border."""

from __future__ import annotations

import cv2
import numpy as np

from patchdrive.types import Byte, Float

VISIBLE = 0.5  # Lab units; one grey level is about 0.4, what varies less is rounding noise


def lab(pixels: Byte) -> Float:
    """Lightness 0 to 100 and two opponent colours, (h, w, 3) float32, of sRGB uint8 pixels."""
    scaled = pixels.astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), np.float32)


def blur(values: Float, sigma: float) -> Float:
    """Gaussian blur of (h, w) or (h, w, C) float32; the border's values go on outside."""
    return np.asarray(
        cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32
    )
