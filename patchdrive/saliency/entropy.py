"""Local entropy: how unpredictable the grey levels around a place are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from patchdrive.ops.edges import luma
from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Float, Glance


@dataclass(frozen=True)
class Entropy(Settings):
    """Shannon entropy of grey levels in a window."""

    window: int = knob(
        15, "Side of the window, in glance pixels",
        label="Window", low=3, high=127, step=2, unit="px",
    )  # fmt: skip
    bins: int = knob(32, "Grey levels are sorted into this many bins", label="Bins", low=2, high=64)


@register("entropy", "Local entropy", Entropy, scale="percentile")
def entropy(glance: Glance, settings: Entropy) -> Float:
    """Shannon entropy, in bits, of the grey levels in a square window.

    At the border the window slides inward, as a patch does.
    """
    level = (luma(glance.pixels).astype(np.int32) * settings.bins) >> 8
    h, w = level.shape
    total = np.zeros((h, w), np.float32)
    box = tuple(min(settings.window | 1, (n - 1) // 2 * 2 + 1) for n in (w, h))
    for value in np.unique(level):
        share = cv2.boxFilter((level == value).astype(np.float32), -1, box)
        share = np.clip(share, 1e-9, 1)  # the running sum may end a hair below zero
        total -= share * np.log2(share)
    # A smaller window, or one with pixels repeated, would hold less entropy only for that.
    x, y = (side // 2 for side in box)
    whole = total[y : h - y, x : w - x]
    return np.asarray(cv2.copyMakeBorder(whole, y, y, x, x, cv2.BORDER_REPLICATE), np.float32)
