"""A patch embedding that knows where its patches are from a summary of the whole picture.

Our own design. What LGP claims for its bands, a signature of each place made from the whole
picture, does not follow from block-local bands: see lgp.py. Here it does. A few slow waves (the
lowest modes of a cosine transform) summarise a coarse copy of the picture, one pixel a patch: each
coefficient is a sum over all patches. From all coefficients follows a weight for each wave, and a
token gets the weighted heights of all waves at its own place. So

- what a token gets depends on every patch,
- two places get different vectors in any picture, even in an empty one, for no weight is 0,
- nothing is learned for a place: any grid works, and no border has to be felt through padding.

What the patch itself holds comes from LGP, whole; the signature is added to its tokens as positions
are. It starts faint, and its weights the same for all pictures: training begins as LGP's does.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from patchdrive.models.lgp import LGPEmbed
from patchdrive.types import Size

MODES = 4  # waves along each side
FAINT = 0.02  # standard deviation of the first weights of the signature


class SummaryEmbed(LGPEmbed):
    """Pictures (B, 3, H, W) to tokens (B, N, d); takes the place of timm's PatchEmbed.

    Arguments are those of LGPEmbed.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        channels, dim = self.local.in_channels, self.local.out_channels
        self.weigh = nn.Linear(MODES**2 * channels, MODES**2)
        self.place = nn.Conv2d(MODES**2, dim, 1, bias=False)
        nn.init.normal_(self.place.weight, std=FAINT)
        nn.init.zeros_(self.weigh.weight)
        nn.init.zeros_(self.weigh.bias)

    def map(self, x: torch.Tensor, order: torch.Tensor | None = None) -> torch.Tensor:
        """LGP's map (B, d, h, w), and the signature of each place."""
        y = super().map(x, order)
        signature: torch.Tensor = self.place(self.signature(F.avg_pool2d(x, self.patch)))
        return y + signature

    def signature(self, coarse: torch.Tensor) -> torch.Tensor:
        """Weighted heights of the waves (B, MODES**2, h, w) for a coarse picture (B, C, h, w)."""
        h, w = coarse.shape[-2:]
        heights = waves((h, w), coarse)  # (K, h, w)
        summary = torch.einsum("bchw,khw->bkc", coarse, heights) / (h * w)
        summary = F.layer_norm(summary.flatten(1), (summary[0].numel(),))
        strength = 1 + torch.tanh(self.weigh(summary)) / 2  # (B, K), 0.5 to 1.5: no wave is lost
        return torch.einsum("bk,khw->bkhw", strength, heights)


def waves(grid: Size, like: torch.Tensor) -> torch.Tensor:
    """Heights (MODES**2, h, w) of the slowest cosine waves over a grid, each of mean square 1."""
    axes = []
    for side in grid:
        at = (torch.arange(side, device=like.device, dtype=like.dtype) + 0.5) / side
        k = torch.arange(MODES, device=like.device, dtype=like.dtype)
        wave = torch.cos(math.pi * k[:, None] * at) * math.sqrt(2)
        wave[0] = 1
        axes.append(wave)
    return (axes[0][:, None, :, None] * axes[1][None, :, None, :]).flatten(0, 1)
