"""Vision Mamba in plain PyTorch: state-space layers that read the patches as a sequence.

After Zhu et al., "Vision Mamba" (2024): its bidirectional layers read forwards and backwards with
weights of their own; its parameter counts are reached to the digit.
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import nn
from torch.nn import functional as F

from patchdrive.models import fused_scan
from patchdrive.types import SettingError


@dataclass(frozen=True)
class MambaSettings:
    """What can be turned about a layer.

    bidirectional  read both ways (Vision Mamba's v2), else only forwards
    norm           "rms", or "layer" with a bias
    states         N of the state space
    expand         inner width as a multiple of the outer
    kernel         of the causal convolution before the scan
    """

    bidirectional: bool = True
    norm: Literal["rms", "layer"] = "rms"
    states: int = 16
    expand: int = 2
    kernel: int = 4

    def __post_init__(self) -> None:
        if self.norm not in ("rms", "layer"):
            raise SettingError(f"norm must be one of rms, layer, not {self.norm!r}")

    def make_norm(self, dim: int) -> nn.Module:
        """The norm of a layer."""
        return nn.RMSNorm(dim, eps=1e-5) if self.norm == "rms" else nn.LayerNorm(dim)


class Direction(nn.Module):
    """One way of reading: a causal convolution, and steps and mixtures that follow the input."""

    def __init__(self, width: int, rank: int, settings: MambaSettings) -> None:
        super().__init__()
        n, self.rank = settings.states, rank
        self.conv = nn.Conv1d(width, width, settings.kernel, groups=width)
        self.select = nn.Linear(width, rank + 2 * n, bias=False)
        self.step = nn.Linear(rank, width)
        self.log_a = nn.Parameter(torch.log(torch.arange(1.0, n + 1)).repeat(width, 1))
        self.skip = nn.Parameter(torch.ones(width))
        nn.init.uniform_(self.step.weight, -(rank**-0.5), rank**-0.5)
        # Steps begin between 0.001 and 0.1, as in Mamba: the bias is that under softplus's inverse.
        dt = torch.exp(torch.empty(width).uniform_(math.log(1e-3), math.log(0.1))).clamp(min=1e-4)
        with torch.no_grad():
            self.step.bias.copy_(dt + torch.log(-torch.expm1(-dt)))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """From (B, L, E): what is scanned u, dt (B, L, E), and b, c (B, L, N)."""
        padded = F.pad(x.transpose(1, 2), (self.conv.kernel_size[0] - 1, 0))
        u = F.silu(self.conv(padded)).transpose(1, 2)
        rate, b, c = self.select(u).split([self.rank, *2 * [self.log_a.shape[1]]], -1)
        return u, F.softplus(self.step(rate)), b, c


class Mixer(nn.Module):
    """A state-space layer: (B, L, d) to (B, L, d)."""

    def __init__(self, dim: int, settings: MambaSettings) -> None:
        super().__init__()
        width = settings.expand * dim
        self.inner = nn.Linear(dim, 2 * width, bias=False)
        ways = 2 if settings.bidirectional else 1
        rank = math.ceil(dim / 16)
        self.ways = nn.ModuleList(Direction(width, rank, settings) for _ in range(ways))
        self.outer = nn.Linear(width, dim, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Both directions go through one scan, as two groups of channels."""
        inner, gate = self.inner(x).chunk(2, -1)
        ways = cast(list[Direction], list(self.ways))
        turned = [inner, inner.flip(1)][: len(ways)]
        read = [way(one) for way, one in zip(ways, turned, strict=True)]
        u, dt = (torch.cat([one[i] for one in read], -1).float() for i in (0, 1))
        b, c = (torch.stack([one[i] for one in read], 2).float() for i in (2, 3))
        a = -torch.exp(torch.cat([way.log_a for way in ways]).float())
        skip = torch.cat([way.skip for way in ways])
        with _exact(x.device.type):
            y = SCAN(u, dt, a, b, c) + skip * u
        halves = y.to(x.dtype).chunk(len(ways), -1)
        y = halves[0] if len(halves) == 1 else (halves[0] + halves[1].flip(1)) / 2
        return cast(torch.Tensor, self.outer(y * F.silu(gate)))


def _exact(device: str) -> AbstractContextManager[object]:
    """No autocast: states add up over the whole sequence. Not every device knows of it."""
    known = torch.amp.is_autocast_available(device)
    return torch.autocast(device, enabled=False) if known else nullcontext()


SCAN = fused_scan.choose()


class Layer(nn.Module):
    """Norm, mixer, residual: (B, L, d) to the same."""

    def __init__(self, dim: int, settings: MambaSettings) -> None:
        super().__init__()
        self.norm, self.mixer = settings.make_norm(dim), Mixer(dim, settings)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The sequence with what the layer adds."""
        return x + cast(torch.Tensor, self.mixer(self.norm(x)))


class VisionMamba(nn.Module):
    """The published classifier: its class token stands in the middle of the sequence.

    embed      pictures (B, 3, H, W) to tokens (B, N, d), with `num_patches`
    positions  whether a learned vector is added for each place, N + 1 of them
    """

    def __init__(
        self,
        embed: nn.Module,
        dim: int,
        *,
        depth: int = 24,
        classes: int = 1000,
        positions: bool = True,
        settings: MambaSettings | None = None,
    ) -> None:
        super().__init__()
        settings = settings or MambaSettings()
        self.embed = embed
        self.token = nn.Parameter(torch.zeros(1, 1, dim))
        count = cast(int, embed.num_patches) + 1
        self.position = nn.Parameter(torch.zeros(1, count, dim)) if positions else None
        self.layers = nn.Sequential(*(Layer(dim, settings) for _ in range(depth)))
        self.norm = settings.make_norm(dim)
        self.head = nn.Linear(dim, classes)
        nn.init.trunc_normal_(self.token, std=0.02)
        if self.position is not None:
            nn.init.trunc_normal_(self.position, std=0.02)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes)."""
        x = self.embed(pixels)
        middle = x.shape[1] // 2
        token = self.token.expand(x.shape[0], -1, -1)
        x = torch.cat([x[:, :middle], token, x[:, middle:]], 1)
        if self.position is not None:
            x = x + self.position
        return cast(torch.Tensor, self.head(self.norm(self.layers(x))[:, middle]))
