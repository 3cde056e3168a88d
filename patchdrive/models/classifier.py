"""Small classifiers that differ in how their tokens know where they are, and in nothing else.

Patches become tokens, tokens get a position (or none), layers mix them, their mean decides. The
forward pass can be handed permutations, so that it can be seen what the order is worth.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args, get_type_hints

import torch
from timm.layers.patch_embed import PatchEmbed
from timm.models.vision_transformer import Block
from torch import nn

from patchdrive.models.lgp import LGPEmbed, LGPSettings, Padding, check_sides
from patchdrive.models.summary import SummaryEmbed
from patchdrive.models.vim import Layer, MambaSettings
from patchdrive.types import SettingError, Size

MEAN, STD = 0.5, 0.25  # of pixels in 0 to 1


_BANDS = {"embed": ("lgp", "summary")}
_NEEDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "heads": {"model": ("vit",)},
    "states": {"model": ("vim",)},
    "wavelet": {**_BANDS, "global_path": (True,)},
    "kernel": _BANDS,
    "padding": _BANDS,
    "global_path": _BANDS,
}
"""What a value needs of others: beside any other it does nothing."""


@dataclass(frozen=True)
class ClassifierConfig:
    """What a classifier is made of: plain values, which stand in its checkpoint.

    model          "vit", or "vim"
    embed          "patch": a plain patch embedding; "lgp"; "summary": our own
    position       "learned", "sinus" or "none": what is added to the tokens
    size, patch    pixels of a side
    dim, depth     width and number of layers; heads of a ViT, states of a Vim's channels
    wavelet, kernel, padding, global_path   see LGPSettings
    """

    model: Literal["vit", "vim"] = "vit"
    embed: Literal["patch", "lgp", "summary"] = "patch"
    position: Literal["learned", "sinus", "none"] = "learned"
    size: int = 64
    patch: int = 8
    dim: int = 96
    depth: int = 4
    heads: int = 3
    states: int = 8
    classes: int = 101
    wavelet: str = "haar"
    kernel: int = 3
    padding: Padding = "zeros"
    global_path: bool = True

    def __post_init__(self) -> None:
        for name, kind in get_type_hints(type(self)).items():
            value, allowed = getattr(self, name), get_args(kind)
            if allowed and value not in allowed:
                raise SettingError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
            if kind is int and (not isinstance(value, int) or value < 1):
                raise SettingError(f"{name} must be a whole number of at least 1, not {value!r}")
        check_sides((self.size, self.size), self.patch)
        if self.model == "vit" and self.dim % self.heads:
            raise SettingError(f"dim {self.dim} does not divide among {self.heads} heads")
        self.embedding  # noqa: B018 - its settings check themselves

    @classmethod
    def of(cls, values: dict[str, Any]) -> ClassifierConfig:
        """From a mapping; SettingError for a name that there is not."""
        known = [field.name for field in dataclasses.fields(cls)]
        for name in values:
            if name not in known:
                raise SettingError(f"a classifier has no {name!r}; it has {', '.join(known)}")
        return cls(**values)

    @classmethod
    def refuse_idle(cls, values: Mapping[str, Any]) -> None:
        """SettingError for the first of the given values that does nothing beside the others."""
        config = cls.of(dict(values))
        for name in values:
            if words := config.idle(name):
                raise SettingError(f"{name} acts only with {words}; leave one out")

    def idle(self, name: str) -> str:
        """Beside what a value would act, and what there is instead; "" where it acts."""
        for other, allowed in _NEEDS.get(name, {}).items():
            if (there := getattr(self, other)) not in allowed:
                wanted = " or ".join(f"{other} = {_toml(one)}" for one in allowed)
                return f"{wanted}, not with {other} = {_toml(there)}"
        if name == "padding" and self.kernel == 1:  # such a convolution needs no border
            return "a kernel above 1, not with kernel = 1"
        return ""

    @property
    def embedding(self) -> LGPSettings:
        """The switches of LGP and of our own embedding."""
        flavour: Literal["vit", "vim"] = "vim" if self.model == "vim" else "vit"
        return LGPSettings(self.wavelet, None, self.kernel, self.padding, self.global_path, flavour)

    @property
    def grid(self) -> Size:
        """Tokens (h, w)."""
        return self.size // self.patch, self.size // self.patch


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


class Classifier(nn.Module):
    """Pictures (B, 3, S, S), normalised by MEAN and STD, to logits (B, classes)."""

    position: torch.Tensor | None

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__()
        self.config = config
        d, (h, w) = config.dim, config.grid
        self.embed = _embedding(config)
        if config.position == "learned":
            self.position = nn.Parameter(torch.empty(1, h * w, d))
            nn.init.trunc_normal_(self.position, std=0.02)
        else:
            table = sinus(config.grid, d)[None] if config.position == "sinus" else None
            self.register_buffer("position", table, persistent=False)
        self.layers = nn.ModuleList(_layer(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(d)
        self.head = nn.Linear(d, config.classes)

    @property
    def grid(self) -> Size:
        """Tokens (h, w)."""
        return self.config.grid

    @property
    def bands(self) -> int:
        """Bands of the wavelet packets that the embedding reads, 0 where it reads none."""
        if self.config.embed == "patch" or not self.config.global_path:
            return 0
        return self.config.patch**2

    @property
    def gate(self) -> torch.Tensor | None:
        """Share (d,) of the global path in each channel, where there is one."""
        return self.embed.fusion.gate.detach() if isinstance(self.embed, LGPEmbed) else None

    def forward(
        self,
        pixels: torch.Tensor,
        *,
        before: torch.Tensor | None = None,
        after: torch.Tensor | None = None,
        bands: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Logits (B, classes).

        before   int64 (N,) or (B, N): token i is taken from before[i], before positions are added
        after    the same, after positions: the layers get the tokens in another order
        bands    int64 (bands,): the bands come in another order
        raises   SettingError for a permutation that this classifier has no place for
        """
        x = self.placed(pixels, before=before, after=after, bands=bands)
        return cast(torch.Tensor, self.head(self.encode(x).mean(1)))

    def placed(
        self,
        pixels: torch.Tensor,
        *,
        before: torch.Tensor | None = None,
        after: torch.Tensor | None = None,
        bands: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Tokens (B, N, d) with their positions, as the layers get them; arguments as `forward`."""
        if bands is not None and not self.bands:
            raise SettingError("this classifier reads no bands that could be shuffled")
        if before is not None and self.position is None:
            raise SettingError("this classifier adds no positions: shuffle its pixels instead")
        x = self.embed(pixels) if bands is None else self.embed(pixels, bands)
        x = _taken(x, before)
        return _taken(x if self.position is None else x + self.position, after)

    def encode(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens (B, N, d) after the last layer and the norm."""
        for layer in self.layers:
            tokens = layer(tokens)
        return cast(torch.Tensor, self.norm(tokens))

    def tokens(
        self, pixels: torch.Tensor, layer: Literal["embed", "last"] = "embed"
    ) -> torch.Tensor:
        """Tokens (B, N, d) as the layers get them, or as they leave them."""
        placed = self.placed(pixels)
        return placed if layer == "embed" else self.encode(placed)


def build(config: ClassifierConfig) -> Classifier:
    """A classifier with random weights."""
    return Classifier(config)


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    """Pixels (B, S, S, 3) uint8 to what a classifier takes, (B, 3, S, S) float32."""
    return ((pixels.permute(0, 3, 1, 2).float() / 255) - MEAN) / STD


def sinus(grid: Size, dim: int) -> torch.Tensor:
    """Sines and cosines (N, dim) of row and column, half of the channels each.

    After Vaswani et al., "Attention is all you need" (2017), section 3.5, for two axes.
    """
    if dim % 4:
        raise SettingError(f"positions of sines take a dim that is a multiple of 4, not {dim}")
    rates = torch.exp(torch.arange(dim // 4) * (-math.log(10_000) / (dim // 4)))
    axes = [torch.arange(side)[:, None] * rates for side in grid]
    y, x = (torch.cat([at.sin(), at.cos()], -1) for at in axes)
    h, w = grid
    both = [y[:, None].expand(h, w, -1), x[None].expand(h, w, -1)]
    return torch.cat(both, -1).flatten(0, 1)


def _embedding(config: ClassifierConfig) -> nn.Module:
    if config.embed == "patch":
        embed: nn.Module = PatchEmbed(config.size, config.patch, 3, config.dim)
        return embed
    kind = LGPEmbed if config.embed == "lgp" else SummaryEmbed
    return kind(config.size, config.patch, 3, config.dim, config.embedding)


def _layer(config: ClassifierConfig) -> nn.Module:
    if config.model == "vit":
        return Block(config.dim, config.heads, qkv_bias=True)
    return Layer(config.dim, MambaSettings(states=config.states, norm="layer"))


def _taken(tokens: torch.Tensor, order: torch.Tensor | None) -> torch.Tensor:
    """Tokens (B, N, d) in the order (N,) or (B, N)."""
    if order is None:
        return tokens
    order = order.to(tokens.device)
    if order.ndim == 1:
        return tokens[:, order]
    return tokens.gather(1, order[..., None].expand_as(tokens))
