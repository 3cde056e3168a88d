"""Small heads on top of a backbone: a saliency map from the glance, a vector from a patch."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

# Features of untrained backbones are as small as 3e-5 (EfficientNet) and those of trained ones are
# near 1; the usual 1e-5 would swallow the small ones.
EPS = 1e-16


class SaliencyHead(nn.Module):
    """How much each cell of a feature map deserves a look.

    The features are brought to one scale over the whole map, which keeps the differences between
    cells, then projected to `width` channels, then judged.
    """

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, dim, eps=EPS)
        self.project = nn.Conv2d(dim, width, kernel_size=1)
        self.judge = nn.Conv2d(width, 1, kernel_size=1)

    def embed(self, features: torch.Tensor) -> torch.Tensor:
        """(B, C, h, w) features to (B, width, h, w)."""
        return F.gelu(self.project(self.norm(features)))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(B, C, h, w) features to (B, h, w) logits."""
        return self.logits(self.embed(features))

    def logits(self, embedded: torch.Tensor) -> torch.Tensor:
        """(B, width, h, w) of `embed` to (B, h, w) logits."""
        scores: torch.Tensor = self.judge(embedded)
        return scores[:, 0]


class VectorHead(nn.Module):
    """One vector for a whole feature map: the mean over its cells, at one scale, projected."""

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim, eps=EPS)
        self.project = nn.Linear(dim, width)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(N, C, h, w) features to (N, width)."""
        vector: torch.Tensor = self.project(self.norm(features.mean((2, 3))))
        return vector
