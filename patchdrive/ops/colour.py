"""Colour for saliency: CIE Lab as floats, and blurs that do not darken at the border."""

from __future__ import annotations

import cv2
import numpy as np

from patchdrive.types import Byte, Float

VISIBLE = 0.5  # Lab units; one grey level is about 0.4, what varies less is rounding noise

FINE = 3.0  # standard deviations, in pixels of the smaller picture, that a blur keeps at least


def lab(pixels: Byte) -> Float:
    """Lightness 0 to 100 and two opponent colours, (h, w, 3) float32, of sRGB uint8 pixels."""
    scaled = pixels.astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), np.float32)


def blur(values: Float, sigma: float) -> Float:
    """Gaussian blur of (h, w) or (h, w, C) float32; the border's values go on outside.

    A wide one is done on a smaller picture, where it is as smooth and many times as fast: within
    1 % of the values' range of the exact one, beyond four standard deviations from the border. At
    the border it goes on with the mean of the last block of pixels, not with the last pixel.
    """
    h, w = values.shape[:2]
    shrink = 1 << max(0, int(np.log2(max(sigma, 1) / FINE)))
    while shrink > 1 and min(h, w) < 4 * shrink:
        shrink //= 2
    if shrink == 1:
        return _exact(values, sigma)
    pad = -h % shrink, -w % shrink  # whole blocks only, so that the smaller picture is not shifted
    padded = cv2.copyMakeBorder(values, 0, pad[0], 0, pad[1], cv2.BORDER_REPLICATE)
    small = (padded.shape[1] // shrink, padded.shape[0] // shrink)
    means = np.asarray(cv2.resize(padded, small, interpolation=cv2.INTER_AREA), np.float32)
    # Averaging blocks and interpolating between them blur too: variances add up.
    own = (shrink * shrink - 1) / 12 + shrink * shrink / 6
    blurred = _exact(means, float(np.sqrt(max(sigma * sigma - own, 0.01))) / shrink)
    wide = cv2.resize(blurred, padded.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide[:h, :w], np.float32)


def _exact(values: Float, sigma: float) -> Float:
    return np.asarray(
        cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32
    )
