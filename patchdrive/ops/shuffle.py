"""Shuffling a picture's blocks, tokens or wavelet bands: which, how many, in which order.

An order is a permutation `p` in the sense of indexing: place i of the shuffled sequence holds what
stood at place p[i]. Every picture has its own, drawn from the seed and the picture's number alone,
so that all models meet the same shuffled pictures, whatever the batches. Shuffling pixel blocks at
several sizes is after Naseer et al., "Intriguing Properties of Vision Transformers"
(arXiv 2105.10497).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from patchdrive.types import Int, SettingError, Size

Array = TypeVar("Array", np.ndarray, torch.Tensor)

STAGES = {
    "pixels": "pixel blocks",
    "before": "tokens before the position embedding",
    "after": "tokens after the position embedding",
    "bands": "wavelet bands",
}

FRACTIONS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)  # of a sweep


@dataclass(frozen=True)
class Protocol:
    """What is shuffled, and how much of it.

    stage       a key of STAGES
    block       side of a pixel block in patches; 1 at the other stages
    fraction    share of the blocks, tokens or bands that move, 0 to 1
    seed        not negative; another seed is another draw of the same protocol
    misaligned  pixel blocks start half a patch inside the picture, so that every one of them cuts
                through patches; a model without positions is indifferent to the others only
    raises      SettingError for values that a protocol cannot have
    """

    stage: str = "pixels"
    block: int = 1
    fraction: float = 1.0
    seed: int = 0
    misaligned: bool = False

    def __post_init__(self) -> None:
        if self.stage not in STAGES:
            raise SettingError(f"there is no stage {self.stage!r}; there is: {', '.join(STAGES)}")
        if self.block != int(self.block) or self.block < 1:
            raise SettingError(f"a block has a side of 1, 2, ... patches, not {self.block}")
        _check_fraction(self.fraction)
        if self.seed < 0:
            raise SettingError(f"a seed is a whole number from 0 on, not {self.seed}")
        if self.stage != "pixels" and (self.block > 1 or self.misaligned):
            raise SettingError(f"only pixels have blocks; the stage {self.stage!r} has none to set")

    @property
    def title(self) -> str:
        """The protocol in words, without its seed: "pixel blocks of 2 x 2 patches, 50 %"."""
        words = STAGES[self.stage]
        if self.stage == "pixels":
            words += f" of {self.block} x {self.block} patches" if self.block > 1 else " of a patch"
            words += ", misaligned" if self.misaligned else ""
        return f"{words}, {100 * self.fraction:.4g} %"

    @property
    def key(self) -> str:
        """The protocol without fraction and seed, in short: "pixels 2 misaligned"."""
        return f"{self.stage} {self.block}{' misaligned' if self.misaligned else ''}"

    def pixel_blocks(self, patch_px: int) -> tuple[int, int]:
        """Side and offset, in pixels, of this protocol's blocks on patches of that side.

        The offset is half a patch, not half a block: half of a block of two patches is a patch, and
        the blocks would lie on patch borders again.
        """
        if self.misaligned and patch_px < 2:
            raise SettingError("patches of one pixel cannot be cut: no block is misaligned there")
        return self.block * patch_px, patch_px // 2 if self.misaligned else 0

    def orders(self, count: int, ids: Sequence[int] | Int) -> Int:
        """The order of each picture's count blocks or tokens, one for all pictures' bands.

        ids      the pictures' numbers, not negative
        returns  (B, count) int64; (count,) at the stage "bands", where a network reads one order
        raises   SettingError where only one is there, which leaves nothing to shuffle
        """
        if count < 2 and self.fraction > 0:
            raise SettingError(f"{count} of {STAGES[self.stage]}: there is nothing to shuffle")
        if self.stage == "bands":
            return permutation(count, self.fraction, np.random.default_rng([self.seed]))
        return permutations(count, self.fraction, self.seed, ids)

    def shuffled(self, pixels: Array, patch_px: int, ids: Sequence[int] | Int) -> Array:
        """Pictures (B, C, H, W), or one (H, W, C), as the stage "pixels" hands them to a network.

        patch_px  side of the network's patches
        raises    SettingError where the blocks do not fit, or where there is only one
        """
        block_px, offset = self.pixel_blocks(patch_px)
        size = pixels.shape[-2:] if pixels.ndim == 4 else pixels.shape[:2]
        h, w = block_grid((size[0], size[1]), block_px, offset)
        orders = self.orders(h * w, ids)
        return shuffle_blocks(pixels, block_px, orders if pixels.ndim == 4 else orders[0], offset)


def _check_fraction(fraction: float) -> None:
    if not 0 <= fraction <= 1:  # NaN lies nowhere
        raise SettingError(f"the fraction that is shuffled lies in 0 to 1, not at {fraction}")


def permutation(count: int, fraction: float, rng: np.random.Generator) -> Int:
    """An order in which a share of the places holds something else, and all others their own.

    count     how many places
    fraction  0 to 1; round(fraction * count) places move, two where that is one
    returns   (count,) int64: a random subset, put into one of its orders without a fixed place,
              each equally likely. The same draw of a larger fraction moves the same places and more
    raises    SettingError for another fraction
    """
    _check_fraction(fraction)
    order = np.arange(count, dtype=np.int64)
    places = rng.permutation(count)  # drawn whole, so that subsets of one draw are nested
    moved = round(fraction * count)
    moved = min(2, count) if moved == 1 else moved
    if moved >= 2:
        chosen = places[:moved]
        order[chosen] = chosen[_derangement(moved, rng)]
    return order


def _derangement(count: int, rng: np.random.Generator) -> Int:
    """A permutation (count,) without a fixed place, all equally likely: about e draws."""
    own = np.arange(count)
    while True:
        order = rng.permutation(count)
        if not (order == own).any():
            return order


def permutations(count: int, fraction: float, seed: int, ids: Sequence[int] | Int) -> Int:
    """`permutation` for each picture, drawn from the seed and the picture's number alone.

    ids      the pictures' numbers, not negative
    returns  (B, count) int64
    """
    numbers = [int(number) for number in ids]
    if min(numbers, default=0) < 0:
        raise SettingError(f"pictures are numbered from 0 on, not {min(numbers)}")
    rows = [
        permutation(count, fraction, np.random.default_rng([seed, number])) for number in numbers
    ]
    return np.array(rows, np.int64).reshape(len(numbers), count)


def inverse(orders: Int) -> Int:
    """The orders (..., N) int64 that undo these."""
    return np.argsort(orders, axis=-1).astype(np.int64)


def reorder(items: Array, orders: Int) -> Array:
    """Put the sequence (B, N, ...) of each picture into its order (B, N), or all into one (N,)."""
    if orders.shape[-1] != items.shape[1]:
        raise ValueError(f"an order of {orders.shape[-1]} does not fit {items.shape[1]} items")
    rows = np.arange(items.shape[0])[:, None]
    if isinstance(items, torch.Tensor):
        where = torch.from_numpy(orders.copy()).to(items.device)  # read-only arrays as well
        return items[torch.from_numpy(rows).to(items.device), where]
    return items[rows, orders]


def block_grid(size: Size, block_px: int, offset: int = 0) -> Size:
    """Rows and columns of whole blocks in a picture, from the offset on.

    raises  SettingError where not one block fits
    """
    if block_px < 1 or offset < 0:
        raise SettingError(f"a block of {block_px} px at offset {offset} px makes no sense")
    rows, columns = ((side - offset) // block_px for side in size)
    if rows < 1 or columns < 1:
        at = f" from {offset} px on" if offset else ""
        h, w = size
        raise SettingError(f"a block of {block_px} px does not fit into {w} x {h} pixels{at}")
    return rows, columns


def shuffle_blocks(pixels: Array, block_px: int, orders: Int, offset: int = 0) -> Array:
    """Put the square blocks of pictures into another order; a copy of the same type.

    pixels    (B, C, H, W) pictures, or one (H, W, C)
    block_px  side of a block; what is left over at the right and lower border stays
    orders    (B, N) int64, or (N,) for all, of the N = rows * columns blocks of `block_grid` in
              row order; `inverse(orders)` brings the picture back
    offset    pixels at the upper and left border that stay
    raises    SettingError where no block fits, ValueError for an order of another length
    """
    if isinstance(pixels, np.ndarray):
        return shuffle_blocks(torch.from_numpy(pixels.copy()), block_px, orders, offset).numpy()
    if pixels.ndim == 3:
        one = shuffle_blocks(pixels.movedim(-1, 0)[None], block_px, orders, offset)
        return one[0].movedim(0, -1).contiguous()
    b, c, height, width = pixels.shape
    h, w = block_grid((height, width), block_px, offset)
    out, p = pixels.clone(), block_px
    inner = out[..., offset : offset + h * p, offset : offset + w * p]
    blocks = inner.reshape(b, c, h, p, w, p).permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
    moved = reorder(blocks, orders).reshape(b, h, w, c, p, p)
    inner.copy_(moved.permute(0, 3, 1, 4, 2, 5).reshape(b, c, h * p, w * p))
    return out
