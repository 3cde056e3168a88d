"""Who decides where to look: the seam for controllers, and the one that only follows the map."""

from __future__ import annotations

from typing import Protocol

import torch

from patchdrive.ops.select import peaks_batched
from patchdrive.types import Int, Size


class Controller(Protocol):
    """Decides where to look, in visiting order."""

    def __call__(
        self, saliency: torch.Tensor, k: int, *, features: torch.Tensor, radius: int, size: Size
    ) -> torch.Tensor | Int:
        """Choose up to k cells of each map.

        saliency  (B, h, w) logits
        features  (B, C, h, w) of the glance
        radius    no two places closer than this in y and in x, picture pixels
        size      (H, W) of the pictures
        returns   (B, k, 2) int64 cells as (y, x), padded with -1 at the end
        """
        ...


def greedy(
    saliency: torch.Tensor, k: int, *, features: torch.Tensor, radius: int, size: Size
) -> Int:
    """The best cells of each map, none too close to a better one; see `Controller`."""
    scores = saliency.detach().float().cpu().numpy()
    return peaks_batched(scores, k, radius=radius, size=size)[0]
