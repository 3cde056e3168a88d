"""Edge density: how many edges lie around a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patchdrive.ops.edges import canny, luma
from patchdrive.ops.windows import density
from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Float, Glance, SettingError

UNSEEN = 2  # lines at the border whose gradients, or whose neighbours', Canny can only guess


@dataclass(frozen=True)
class Edges(Settings):
    """Canny on the glance, then a blur."""

    low: int = knob(50, "Canny's low threshold", label="Canny low", low=0, high=600, step=5)
    high: int = knob(150, "Canny's high threshold", label="Canny high", low=0, high=600, step=5)
    spread: float = knob(
        6.0, "Standard deviation of the window that edges are counted in, in glance pixels",
        label="Window", low=0.5, high=64.0, step=0.5, unit="px",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low > self.high:
            raise SettingError(
                f"edges_low ({self.low}) must not be above edges_high ({self.high}); "
                "lower the first or raise the second"
            )


@register("edges", "Edge density", Edges, scale="percentile")
def edges(glance: Glance, settings: Edges) -> Float:
    """Canny edges of the glance: their share of a Gaussian window, as far as it sees."""
    found = canny(luma(glance.pixels), settings.low, settings.high)
    return density(found.astype(np.float32) / 255, settings.spread, UNSEEN)
