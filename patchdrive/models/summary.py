"""A patch embedding that knows where its patches are from a summary of the whole picture.

Our own design. What LGP claims for its bands, a signature of each place made from the whole
picture, does not follow from block-local bands: see lgp.py. Here it does. A few slow waves (the
lowest modes of a cosine transform over the grid of patches) summarise the picture: each
coefficient is a sum over all patches. From all coefficients follows a positive weight for each
wave, and a token gets the weighted heights of all waves at its own place. So

- what a token gets depends on every patch,
- two places get different vectors in any picture, even in an empty one, for no weight is 0,
- nothing is learned for a place: any grid works, and no border has to be felt through padding.

What the patch itself holds comes through LGP's own bands, to which the signature is added. The
signature starts faint, and its weights the same for all pictures: training begins as LGP's does.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

from patchdrive.models.lgp import BandEmbed, Separable, to_grid
from patchdrive.types import Size

MODES = 4  # waves along each side
WIDTH = 16  # channels of the summary
FAINT = 0.02  # standard deviation of the first weights of the signature
_ONE = math.log(math.e - 1)  # softplus of it is 1


class SummaryEmbed(BandEmbed):
    """Pictures (B, 3, H, W) to tokens (B, N, d); takes the place of timm's PatchEmbed.

    Arguments are those of BandEmbed.
    """

    def add_global(self, bands: int, dim: int) -> None:
        """A projection of the bands, the summary, and what it says of a place."""
        self.bands = nn.Conv2d(bands, dim, 1)
        self.narrow = nn.Conv2d(bands, WIDTH, 1)
        self.weigh = nn.Linear(MODES**2 * WIDTH, MODES**2)
        self.place = nn.Conv2d(MODES**2, dim, 1)
        self.bands_refine = Separable(dim, self.settings)
        self.bands_out = nn.Conv2d(dim, dim, 1)
        nn.init.normal_(self.place.weight, std=FAINT)
        nn.init.zeros_(self.weigh.weight)
        nn.init.constant_(self.weigh.bias, _ONE)

    def whole(self, x: torch.Tensor, grid: Size, order: torch.Tensor | None) -> torch.Tensor:
        """The bands, and what the summary says of each place, projected and refined."""
        bands = self.read(x, order)
        summary = self.signature(to_grid(self.narrow(bands), grid))
        y: torch.Tensor = to_grid(self.bands(bands), grid) + self.place(summary)
        return self.bands_out(F.gelu(self.bands_refine(F.gelu(y))))  # type: ignore[no-any-return]

    def signature(self, read: torch.Tensor) -> torch.Tensor:
        """Weighted heights of the waves (B, MODES**2, h, w) from what was read (B, WIDTH, h, w)."""
        h, w = read.shape[-2:]
        heights = waves((h, w), read)  # (K, h, w)
        summary = torch.einsum("bchw,khw->bkc", read, heights) / (h * w)
        summary = F.layer_norm(summary.flatten(1), (heights.shape[0] * WIDTH,))  # (B, K * WIDTH)
        strength = F.softplus(self.weigh(summary))  # (B, K), positive: no wave is lost
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
