"""Wavelet packets: a picture as 4^n bands of small pictures, and back.

All is periodic: what a filter needs beyond one border comes from the other. Bands stand in natural
order, product("ahvd", repeat=n), the first level most significant; a is the average, h changes down
the picture, v across, d both.
"""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from patchdrive.ops import filters
from patchdrive.types import Bool, Int, SettingError, Size

Order = Literal["natural", "frequency"]
DEEPEST = 10  # levels: a band's filter then spans a thousand pixels
_MATRIX_SIDE = 256  # up to it one dense matrix an axis beats blocks


def wavelets() -> tuple[str, ...]:
    """Wavelets worth offering in a menu; `packets` takes every one that a filter bank inverts."""
    return ("haar", "db2", "db4", "sym4", "coif1", "bior2.2", "bior4.4")


def packets(x: Tensor, levels: int, wavelet: str = "haar") -> Tensor:
    """Split pictures into wavelet packets; differentiable.

    x        (B, C, H, W) float, any scale; both sides multiples of 2^levels, see `pad`
    levels   n, 0 to 10
    wavelet  an orthogonal or biorthogonal wavelet by PyWavelets' name
    returns  (B, 4^n * C, H / 2^n, W / 2^n) of x's type, on its device; channel = band * C + c
    raises   SettingError for sides, levels or wavelets that do not fit
    source   Coifman & Wickerhauser 1992; PyWavelets' WaveletPacket2D with mode periodization
    """
    _check_picture(x, levels)
    size = x.shape[2], x.shape[3]
    found = _ways(size, levels, wavelet, False)[0](x, levels, wavelet, False)
    return found.flatten(1, 2)


def unpack(
    bands: Tensor, levels: int, wavelet: str = "haar", size: tuple[int, int] | None = None
) -> Tensor:
    """Put wavelet packets together again: the inverse of `packets`; differentiable.

    bands    (B, 4^n * C, h, w) float as `packets` gives them
    size     (H, W) to crop to, undoing `pad`; all of it by default
    returns  (B, C, h * 2^n, w * 2^n), or cropped
    raises   SettingError where the bands cannot be those, or size is larger than the picture
    """
    _check_bands(bands, levels)
    whole = bands.shape[2] << levels, bands.shape[3] << levels
    height, width = size or whole
    if not (0 < height <= whole[0] and 0 < width <= whole[1]):
        raise SettingError(f"the bands hold a picture of {whole}: it cannot be cropped to {size}")
    split = torch.unflatten(bands, 1, (4**levels, -1))
    found = _ways(whole, levels, wavelet, True)[1](split, levels, wavelet, True)
    return found[..., :height, :width]


def _ways(size: Size, levels: int, wavelet: str, dual: bool) -> tuple[filters.Way, filters.Way]:
    """The fastest way there and back for pictures of that size."""
    filters.bank(wavelet)
    small = max(size) <= _MATRIX_SIDE and wavelet != "haar"
    if small or min(size) >> levels < filters.reach(levels, wavelet, dual):
        return filters.by_matrices, filters.from_matrices
    return filters.by_blocks, filters.from_blocks


def pad(x: Tensor, levels: int) -> Tensor:
    """Repeat the last row and column until both sides are multiples of 2^levels.

    x        (B, C, H, W) float; H and W tell `unpack` what to crop to
    returns  x itself where nothing is missing
    """
    check_levels(levels)
    _check_float(x)
    tall, wide = (-side % (1 << levels) for side in x.shape[2:])
    return F.pad(x, (0, wide, 0, tall), mode="replicate") if tall or wide else x


def band_names(levels: int, order: Order = "natural") -> list[str]:
    """Names of the 4^n bands such as "ahvd", a letter for each level."""
    natural = ["".join(name) for name in itertools.product("ahvd", repeat=check_levels(levels))]
    return [natural[band] for band in band_order(levels, order)]


def band_order(levels: int, order: Order) -> Int:
    """Which band of the natural order stands at each place, (4^n,) int64.

    order  "natural", or "frequency": a square of 2^n by 2^n, row after row, the vertical frequency
           growing downwards and the horizontal one to the right
    """
    check_levels(levels)
    if order not in ("natural", "frequency"):
        raise SettingError(f"the order of bands is natural or frequency, not {order!r}")
    if order == "natural":
        return np.arange(4**levels)
    # Keeping every second value of a high band turns its frequencies round: hence the Gray code.
    gray = np.arange(1 << levels) ^ np.arange(1 << levels) >> 1
    return filters.interleaved(levels)[np.ix_(gray, gray)].ravel()


def energy(bands: Tensor, levels: int) -> Tensor:
    """Each band's share of the sum of squares.

    bands    (B, 4^n * C, h, w) float
    returns  (B, 4^n), at least float32, in [0, 1] with sum 1; zeros where all is zero
    """
    _check_bands(bands, levels)
    exact = bands.to(torch.promote_types(bands.dtype, torch.float32))
    # Squares of large or tiny values must stay within the type's range.
    most = exact.abs().amax((1, 2, 3), keepdim=True).clamp_min(torch.finfo(exact.dtype).tiny)
    each = torch.unflatten((exact / most).square(), 1, (4**levels, -1)).sum((2, 3, 4))
    total = each.sum(1, keepdim=True)
    return each / torch.where(total > 0, total, 1)


def footprint(levels: int, wavelet: str = "haar") -> int:
    """How many pixels along each axis the widest band filter looks at: (L - 1)(2^n - 1) + 1."""
    longest = max(int(np.ptp(np.flatnonzero(one))) + 1 for one in filters.bank(wavelet))
    return (longest - 1) * ((1 << check_levels(levels)) - 1) + 1


def touched(cells: Size, cell: tuple[int, int], levels: int, wavelet: str = "haar") -> Bool:
    """Which places of the bands can change when one block of 2^n by 2^n pixels does.

    cells    (h, w) of a band
    cell     (row, column) of the block
    returns  (h, w) bool: for haar one place, db2 3 x 3 and sym4 7 x 7 around it at n = 4; those
             beyond a border come in at the other one
    """
    if not all(0 <= at < side for at, side in zip(cell, cells, strict=True)):
        raise SettingError(f"there is no cell {tuple(cell)} among {cells[0]} x {cells[1]}")
    filters.bank(wavelet)
    steps = filters.spread(check_levels(levels), wavelet)
    down, across = (
        np.isin(np.arange(n), (at + steps) % n) for n, at in zip(cells, cell, strict=True)
    )
    return down[:, None] & across


def check_levels(levels: int) -> int:
    """The levels, or a SettingError where no packet has so many."""
    if not 0 <= levels <= DEEPEST:
        raise SettingError(f"levels must be 0 to {DEEPEST}, not {levels}")
    return levels


def _check_float(x: Tensor) -> None:
    if x.dim() != 4 or not x.is_floating_point():
        raise SettingError(f"wavelets want (B, C, H, W) floats, not {tuple(x.shape)} {x.dtype}")


def _check_bands(bands: Tensor, levels: int) -> None:
    _check_float(bands)
    if bands.shape[1] % 4 ** check_levels(levels):
        raise SettingError(
            f"{levels} levels give {4**levels} bands for each channel, "
            f"which does not divide {bands.shape[1]} channels"
        )


def _check_picture(x: Tensor, levels: int) -> None:
    _check_float(x)
    height, width = x.shape[2:]
    if 1 << check_levels(levels) > min(height, width):
        raise SettingError(
            f"{levels} levels need sides of {1 << levels} px or more, not {height} x {width}; "
            "take fewer levels, or pad(x, levels) first"
        )
    if height % (1 << levels) or width % (1 << levels):
        raise SettingError(
            f"{levels} levels need sides that are multiples of {1 << levels} px, "
            f"not {height} x {width}; pad(x, levels) makes them so"
        )
