"""Spectral residual: what the picture's spectrum does not lead one to expect."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Float, Glance


@dataclass(frozen=True)
class Residual(Settings):
    """The log spectrum minus its local mean."""

    side: int = knob(
        128, "Longer side that the glance is shrunk to; it sets the scale of what stands out",
        label="Working side", low=32, high=1024, step=32, unit="px",
    )  # fmt: skip
    mean: int = knob(
        3, "Side of the spectrum's averaging window", label="Spectrum window", low=3, high=15, step=2
    )
    spread: float = knob(
        2.5, "Standard deviation of the final blur, in working pixels",
        label="Blur", low=0.5, high=16.0, step=0.5, unit="px",
    )  # fmt: skip


@register("residual", "Spectral residual", Residual)
def residual(glance: Glance, settings: Residual) -> Float:
    """Spectral residual of each colour channel, summed (Hou and Zhang, CVPR 2007)."""
    h, w = glance.pixels.shape[:2]
    shrink = min(1.0, settings.side / max(h, w))
    small = (max(1, round(w * shrink)), max(1, round(h * shrink)))
    picture = cv2.resize(glance.pixels, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    total = np.zeros(picture.shape[:2], np.float32)
    for channel in np.moveaxis(picture, -1, 0):
        total += _one(channel, settings.mean | 1)
    blurred = cv2.GaussianBlur(total, (0, 0), settings.spread, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(blurred, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)


def _one(channel: Float, window: int) -> Float:
    if np.ptp(channel) == 0:  # the spectrum of a flat channel is rounding noise
        return np.zeros_like(channel)
    spectrum = np.fft.fft2(channel)
    size = np.log(np.abs(spectrum) + 1e-6)
    expected = cv2.blur(size, (window, window), borderType=cv2.BORDER_REFLECT_101)
    surprise = np.exp(size - expected) * np.exp(1j * np.angle(spectrum))
    return np.asarray(np.abs(np.fft.ifft2(surprise)) ** 2, np.float32)
