"""Colour for saliency: CIE Lab as floats, and blurs of it that mirror the picture at its border."""

from __future__ import annotations

import math

import cv2
import numpy as np

from patchdrive.types import Byte, Float

VISIBLE = 0.5  # Lab units; one grey level is about 0.4, what varies less is rounding noise

MIRRORED, EMPTY = cv2.BORDER_REFLECT, cv2.BORDER_CONSTANT  # what lies beyond the border

FINE = 3.0  # standard deviations, in pixels of the smaller picture, that a blur keeps at least


def lab(pixels: Byte) -> Float:
    """Lightness 0 to 100 and two opponent colours, (h, w, 3) float32, of sRGB uint8 pixels."""
    scaled = pixels.astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), np.float32)


def plain(pixels: Byte) -> bool:
    """Whether a picture (h, w, 3) uint8 is of one colour, to a grey level of rounding."""
    some = pixels[::16, ::16].reshape(-1, 3)  # enough to tell most pictures from a plain one
    if np.ptp(some, axis=0).max() > 1:
        return False
    return int(np.ptp(pixels.reshape(-1, 3), axis=0).max()) <= 1


def blur(values: Float, sigma: float, border: int = MIRRORED) -> Float:
    """Gaussian blur of (h, w) or (h, w, C) float32; beyond the border lies the mirrored picture.

    A wide one is done on a smaller picture, where it is as smooth and many times as fast: within
    1 % of the values' range of the exact one, at the border as elsewhere.

    border  MIRRORED, or EMPTY for zeros beyond it
    """
    h, w = values.shape[:2]
    shrink = 1 << max(0, int(np.log2(max(sigma, 1) / FINE)))
    while shrink > 1 and min(h, w) < 4 * shrink:
        shrink //= 2
    if shrink == 1:
        return _exact(values, sigma, border)
    # Whole blocks only, so that the smaller picture is not shifted. It mirrors as the picture does
    # where blocks end at the border; elsewhere there is a margin as wide as the window.
    over = -h % shrink, -w % shrink
    margin = shrink * math.ceil(4 * sigma / shrink) if any(over) or border != MIRRORED else 0
    padded = cv2.copyMakeBorder(values, margin, margin + over[0], margin, margin + over[1], border)
    small = (padded.shape[1] // shrink, padded.shape[0] // shrink)
    means = np.asarray(cv2.resize(padded, small, interpolation=cv2.INTER_AREA), np.float32)
    # Averaging blocks and interpolating between them blur too: variances add up.
    own = (shrink * shrink - 1) / 12 + shrink * shrink / 6
    blurred = _exact(means, float(np.sqrt(max(sigma * sigma - own, 0.01))) / shrink, border)
    wide = cv2.resize(blurred, padded.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide[margin : margin + h, margin : margin + w], np.float32)


def _exact(values: Float, sigma: float, border: int) -> Float:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=border), np.float32)
