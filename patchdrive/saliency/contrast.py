"""Centre-surround contrast: what differs from its surroundings in lightness or colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from patchdrive.ops.colour import VISIBLE, blur, lab
from patchdrive.ops.windows import density, excess
from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Float, Glance


@dataclass(frozen=True)
class Contrast(Settings):
    """Difference of Gaussians over several scales."""

    finest: float = knob(
        1.5, "Standard deviation of the smallest centre, in glance pixels",
        label="Finest centre", low=0.5, high=8.0, step=0.25, unit="px",
    )  # fmt: skip
    scales: int = knob(
        3, "How many centres, each twice the one before", label="Scales", low=1, high=6
    )
    surround: float = knob(
        4.0, "How many times wider the surround is than the centre",
        label="Surround", low=1.5, high=12.0, step=0.5,
    )  # fmt: skip
    colour: float = knob(
        1.0, "Weight of the colour channels against lightness",
        label="Colour weight", low=0.0, high=4.0, step=0.25,
    )  # fmt: skip
    spread: float = knob(
        2.0, "Standard deviation of the final blur, in glance pixels",
        label="Blur", low=0.5, high=16.0, step=0.5, unit="px",
    )  # fmt: skip


@register("contrast", "Centre-surround contrast", Contrast, scale="log")
def contrast(glance: Glance, settings: Contrast) -> Float:
    """Multi-scale difference of Gaussians on lightness and two opponent colours (CIE Lab).

    Each scale and channel is divided by its spread over the picture: what counts is how unusual a
    difference is here. Without this, sky against trees drowns everything small.
    Where a window leaves the picture a difference varies by more; its square is divided by that.
    """
    channels = lab(glance.pixels)
    h, w = glance.pixels.shape[:2]
    total = np.zeros((h, w), np.float32)
    for scale in range(settings.scales):
        sigma = settings.finest * 2**scale
        wider = sigma * settings.surround
        differs = blur(channels, sigma) - blur(channels, wider)
        spread = cv2.meanStdDev(differs)[1].ravel()
        weights = np.array([1, settings.colour, settings.colour]) / np.maximum(spread, VISIBLE / 4)
        energy = cv2.transform(differs * differs, (weights**2)[None])
        total += energy / excess((h, w), sigma, wider)
    return density(total, settings.spread)
