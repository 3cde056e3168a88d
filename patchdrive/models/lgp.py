"""Local and global patching: a patch embedding that fuses patches with bands of wavelet packets.

After the published architecture of LGP (github.com/anonymous1934/LGP), written anew from its maths.
With Haar and as many levels as the patch has powers of two a band looks at one patch only, so the
"global" path is a second patch embedding in another basis: what tells the tokens where they are is
the zero padding of the 3x3 convolutions. The switches of this module take that apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import torch
from torch import nn
from torch.nn import functional as F

from patchdrive.ops import wavelets
from patchdrive.types import SettingError, Size

Padding = Literal["zeros", "circular"]
Flavour = Literal["vit", "vim"]


@dataclass(frozen=True)
class LGPSettings:
    """What can be turned about the embedding.

    wavelet      of the packets
    levels       of the packets; None: as many as the patch side has powers of two, as published
    kernel       side of the depthwise convolutions; 1 takes away every look at the neighbours
    padding      of these convolutions: zeros (as published) tell where the border is
    global_path  False: the local path alone goes through the fusion block
    flavour      "vit", or "vim": plain paths, only the fusion block refines
    """

    wavelet: str = "haar"
    levels: int | None = None
    kernel: int = 3
    padding: Padding = "zeros"
    global_path: bool = True
    flavour: Flavour = "vit"

    def __post_init__(self) -> None:
        for name, kind in (("padding", Padding), ("flavour", Flavour)):
            if getattr(self, name) not in get_args(kind):
                allowed = ", ".join(get_args(kind))
                raise SettingError(f"{name} must be one of {allowed}, not {getattr(self, name)!r}")
        if self.kernel < 1 or self.kernel % 2 == 0:
            raise SettingError(f"kernel must be odd and at least 1, not {self.kernel}")

    def depth(self, patch: int) -> int:
        """Levels of the packets for a patch side."""
        if patch < 1 or patch & (patch - 1):
            raise SettingError(f"the patch side must be a power of two, not {patch}")
        return patch.bit_length() - 1 if self.levels is None else self.levels


class Separable(nn.Module):
    """A depthwise convolution without bias, and a pointwise one: (B, d, h, w) to the same."""

    def __init__(self, dim: int, settings: LGPSettings) -> None:
        super().__init__()
        k = settings.kernel
        mode = settings.padding if k > 1 else "zeros"
        self.depthwise = nn.Conv2d(
            dim, dim, k, padding=k // 2, groups=dim, bias=False, padding_mode=mode
        )
        self.pointwise = nn.Conv2d(dim, dim, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The refined map."""
        return cast(torch.Tensor, self.pointwise(self.depthwise(x)))


class AdaptiveFusion(nn.Module):
    """A gate for each channel between local and global, and three convolutions that refine both."""

    def __init__(self, dim: int, settings: LGPSettings) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(dim))
        self.first, self.second, self.last = (Separable(dim, settings) for _ in range(3))

    @property
    def gate(self) -> torch.Tensor:
        """Share (d,) of the global path in each channel, in (0, 1); 0.5 at first."""
        return (1 + torch.tanh(self.alpha)) / 2

    def forward(self, local: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
        """Both maps (B, d, h, w) as one."""
        gate = self.gate[:, None, None]
        mixed = (1 - gate) * local + gate * whole
        refined = F.relu(self.second(F.relu(self.first(mixed))))
        return cast(torch.Tensor, self.last(local + refined))


class LGPEmbed(nn.Module):
    """Pictures (B, 3, H, W) to tokens (B, N, d) as published; takes the place of timm's PatchEmbed.

    img_size   (H, W) or one side, for `num_patches`; other sizes work as well
    patch_size a power of two
    settings   the switches
    """

    def __init__(
        self,
        img_size: int | Size = 224,
        patch_size: int = 16,
        in_chans: int = 3,
        embed_dim: int = 768,
        settings: LGPSettings | None = None,
        **_: Any,  # what timm passes to any embedding: bias, flatten, ...
    ) -> None:
        super().__init__()
        self.settings = settings or LGPSettings()
        self.patch, self.levels = patch_size, self.settings.depth(patch_size)
        h, w = (img_size, img_size) if isinstance(img_size, int) else img_size
        self.img_size, self.patch_size = (h, w), (patch_size, patch_size)
        self.grid_size = (h // patch_size, w // patch_size)
        self.num_patches = self.grid_size[0] * self.grid_size[1]
        self.local = nn.Conv2d(in_chans, embed_dim, patch_size, stride=patch_size)
        if self.settings.flavour == "vit":
            self.local_refine = Separable(embed_dim, self.settings)
            self.norm = nn.LayerNorm(embed_dim)
        self.fusion = AdaptiveFusion(embed_dim, self.settings)
        if self.settings.global_path:
            self.bands = nn.Conv2d(in_chans * 4**self.levels, embed_dim, 1)
            if self.settings.flavour == "vit":
                self.bands_refine = Separable(embed_dim, self.settings)
                self.bands_out = nn.Conv2d(embed_dim, embed_dim, 1)

    def feat_ratio(self, as_scalar: bool = True) -> int | tuple[int, int]:
        """Pixels to a token, as timm asks for it."""
        return self.patch if as_scalar else self.patch_size

    def forward(self, x: torch.Tensor, order: torch.Tensor | None = None) -> torch.Tensor:
        """Tokens (B, N, d) in row order.

        order   int64 (4**levels,): shuffles the bands, which the weights then do not expect
        raises  SettingError where the sides are no multiples of the patch
        """
        y = self.map(x, order).flatten(2).transpose(1, 2)
        return cast(torch.Tensor, self.norm(y)) if self.settings.flavour == "vit" else y

    def map(self, x: torch.Tensor, order: torch.Tensor | None = None) -> torch.Tensor:
        """The fused map (B, d, h, w), before the norm."""
        check_sides((x.shape[-2], x.shape[-1]), self.patch)
        local = self.local(x)
        if self.settings.flavour == "vit":
            local = self.local_refine(F.gelu(local))
        grid = (local.shape[-2], local.shape[-1])
        whole = self.whole(x, grid, order) if self.settings.global_path else local
        return cast(torch.Tensor, self.fusion(local, whole))

    def whole(self, x: torch.Tensor, grid: Size, order: torch.Tensor | None) -> torch.Tensor:
        """The global path (B, d, h, w): the bands on the grid of patches, projected and refined."""
        y = to_grid(self.bands(self.read(x, order)), grid)
        if self.settings.flavour == "vit":
            y = self.bands_out(F.gelu(self.bands_refine(F.gelu(y))))
        return y

    def read(self, x: torch.Tensor, order: torch.Tensor | None) -> torch.Tensor:
        """Bands (B, 4**levels * 3, h, w) of the packets, in another order where one is given."""
        bands = wavelets.packets(x, self.levels, self.settings.wavelet)
        if order is None:
            return bands
        apart = torch.unflatten(bands, 1, (4**self.levels, x.shape[1]))
        return apart[:, order.to(bands.device)].flatten(1, 2)


def check_sides(size: Size, patch: int) -> None:
    """SettingError where a picture (H, W) is not made of whole patches."""
    if min(size) < patch:
        raise SettingError(
            f"a picture of {size[0]} x {size[1]} px is smaller than a patch of {patch}"
        )
    if size[0] % patch or size[1] % patch:
        raise SettingError(
            f"a picture of {size[0]} x {size[1]} px is not made of whole patches of {patch}; pad "
            "or resize it"
        )


def to_grid(x: torch.Tensor, grid: Size) -> torch.Tensor:
    """A map of more or fewer cells on the grid (h, w) of the patches."""
    if (x.shape[-2], x.shape[-1]) == grid:
        return x
    if x.shape[-1] > grid[1]:
        return F.adaptive_avg_pool2d(x, grid)
    return F.interpolate(x, grid, mode="nearest")
