"""Spectral residual: what the picture's spectrum does not lead one to expect."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from patchdrive.ops.colour import VISIBLE, lab
from patchdrive.ops.windows import density
from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Float, Glance

MARGIN = 32  # the mirrored margin is this part of the longer side
FAINT = 1e-3  # Lab units; far below rounding noise, which has a spread of about 0.1


@dataclass(frozen=True)
class Residual(Settings):
    """The log spectrum minus its local mean."""

    side: int = knob(
        1024, "Longer side that the glance is shrunk to; a small one finds large things",
        label="Working side", low=32, high=2048, step=32, unit="px",
    )  # fmt: skip
    mean: int = knob(
        3,
        "Side of the spectrum's averaging window",
        label="Spectrum window",
        low=3,
        high=15,
        step=2,
    )
    spread: float = knob(
        2.5, "Standard deviation of the final blur, in working pixels",
        label="Blur", low=0.5, high=16.0, step=0.5, unit="px",
    )  # fmt: skip
    colour: float = knob(
        0.5, "Weight of the colour channels against lightness",
        label="Colour weight", low=0.0, high=4.0, step=0.25,
    )  # fmt: skip


@register("residual", "Spectral residual", Residual, scale="log")
def residual(glance: Glance, settings: Residual) -> Float:
    """Spectral residual of lightness and two opponent colours (Hou and Zhang, CVPR 2007).

    Each channel's map is standardised before they are added: a channel counts by how far a place
    stands out of its own picture, not by the channel's units.
    """
    h, w = glance.pixels.shape[:2]
    shrink = min(1.0, settings.side / max(h, w))
    small = (max(1, round(w * shrink)), max(1, round(h * shrink)))
    channels = lab(np.asarray(cv2.resize(glance.pixels, small, interpolation=cv2.INTER_AREA)))
    total = np.zeros(channels.shape[:2], np.float32)
    for channel, weight in zip(
        np.moveaxis(channels, -1, 0), (1.0, settings.colour, settings.colour), strict=True
    ):
        if weight > 0 and np.ptp(channel) >= VISIBLE:  # less is rounding noise
            found = density(_one(channel, settings.mean | 1), settings.spread)
            total += weight * (found - found.mean()) / max(float(found.std()), 1e-12)
    return np.asarray(cv2.resize(total, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)


def _one(channel: Float, window: int) -> Float:
    """Energy of what is left when each frequency's amplitude is divided by its neighbours' mean.

    The transform takes the picture for periodic. A mirrored margin keeps the jump from one side to
    the other out of the picture, which would else be what stands out most.
    """
    (h, w), margin = channel.shape, max(channel.shape) // MARGIN
    padded = cv2.copyMakeBorder(channel, margin, margin, margin, margin, cv2.BORDER_REFLECT)
    spectrum = np.fft.rfft2(padded)
    # A clean picture's spectrum has zeros; divided by them, rounding noise would outshine all else.
    log = np.log(np.abs(spectrum) + FAINT * np.sqrt(padded.size))
    expected = cv2.blur(log, (window, window), borderType=cv2.BORDER_REFLECT_101)
    energy = np.fft.irfft2(spectrum * np.exp(-expected), padded.shape) ** 2
    return np.asarray(energy[margin : margin + h, margin : margin + w], np.float32)
