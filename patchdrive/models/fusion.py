"""Fusion: the glance asks, the patches answer.

The order in which patches were visited does not matter; where they lie does, and travels with each
as a position code.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from patchdrive.types import Size


def place_code(yx: torch.Tensor, size: Size, dim: int) -> torch.Tensor:
    """Sines and cosines of where in the picture a centre lies.

    yx       (..., 2) centres, picture pixels
    size     (H, W) of the picture
    dim      a multiple of 4: a quarter each for sine and cosine of y, sine and cosine of x
    returns  (..., dim) float32; wavelengths run from twice the picture's side to 1/256 of it
    """
    sides = torch.tensor(size, dtype=torch.float32, device=yx.device)
    relative = (yx.float() + 0.5) / sides
    octaves = torch.linspace(-1, 8, dim // 4, device=yx.device)
    angles = relative[..., None] * (2 * math.pi) * 2**octaves  # (..., 2, dim // 4)
    return torch.cat([angles.sin(), angles.cos()], -1).flatten(-2)


class AttentionFusion(nn.Module):
    """Multi-head attention with the glance's vector as query and the patches as keys and values."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        if dim % 4:
            raise ValueError(f"the position code needs a width divisible by 4, not {dim}")
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.norm = nn.LayerNorm(dim)

    def forward(
        self,
        query: torch.Tensor,
        vectors: torch.Tensor,
        yx: torch.Tensor,
        size: Size,
        valid: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Fuse the patches into the glance.

        query    (B, D) the glance
        vectors  (B, K, D) the patches; K may be 0
        yx       (B, K, 2) int64 their centres, picture pixels
        size     (H, W) of the pictures
        valid    (B, K) bool, False for padding, which changes nothing; None: all are patches
        returns  (B, D), and the weights (B, heads, K): each head's sum to 1, or to 0 without
                 patches, where the answer is the glance alone
        """
        if vectors.shape[1] == 0:
            return self.norm(query), vectors.new_zeros(len(vectors), self.attention.num_heads, 0)
        if valid is None:
            valid = torch.ones(vectors.shape[:2], dtype=torch.bool, device=vectors.device)
        vectors = torch.where(valid[..., None], vectors, 0)  # a NaN there would spread: 0 * NaN
        placed = vectors + place_code(yx, size, vectors.shape[-1]).to(vectors.dtype)
        heard, weights = self._attend(query, placed, valid)
        return self.norm(query + heard), weights

    def _attend(
        self, query: torch.Tensor, placed: torch.Tensor, valid: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What the query hears (B, D), and the weights (B, heads, K); zeros without patches.

        Softmax over nothing is NaN: such a row attends to its padding, and the result is dropped.
        """
        some = valid.any(1)
        heard, weights = self.attention(
            query[:, None],
            placed,
            placed,
            key_padding_mask=~valid & some[:, None],
            average_attn_weights=False,
        )
        heard = torch.where(some[:, None], heard[:, 0], 0)
        return heard, torch.where(some[:, None, None], weights[:, :, 0], 0)
