"""Centre-surround contrast: what differs from its surroundings in lightness or colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Byte, Float, Glance


@dataclass(frozen=True)
class Contrast(Settings):
    """Difference of Gaussians over several scales."""

    finest: float = knob(
        1.0, "Standard deviation of the smallest centre, in glance pixels",
        label="Finest centre", low=0.5, high=8.0, step=0.25, unit="px",
    )  # fmt: skip
    scales: int = knob(3, "How many centres, each twice the one before", label="Scales", low=1, high=6)
    surround: float = knob(
        4.0, "How many times wider the surround is than the centre",
        label="Surround", low=1.5, high=12.0, step=0.5,
    )  # fmt: skip
    colour: float = knob(
        1.0, "Weight of the colour channels against lightness",
        label="Colour weight", low=0.0, high=4.0, step=0.25,
    )  # fmt: skip


@register("contrast", "Centre-surround contrast", Contrast)
def contrast(glance: Glance, settings: Contrast) -> Float:
    """Multi-scale difference of Gaussians on lightness and two opponent colours (CIE Lab)."""
    channels = _lab(glance.pixels)
    channels[..., 1:] *= settings.colour
    total = np.zeros(glance.pixels.shape[:2], np.float32)
    for scale in range(settings.scales):
        sigma = settings.finest * 2**scale
        centre = _blur(channels, sigma)
        around = _blur(channels, sigma * settings.surround)
        total += np.sqrt(((centre - around) ** 2).sum(axis=2))
    return total


def _lab(pixels: Byte) -> Float:
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float32)


def _blur(values: Float, sigma: float) -> Float:
    return np.asarray(
        cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32
    )
