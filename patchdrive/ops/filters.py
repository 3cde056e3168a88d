"""Filter banks, and two ways to run n levels of one over pictures at once.

Along one axis, n levels of a periodic filter bank are one linear map from the side N to 2^n bands
of N / 2^n coefficients. It commutes with shifts by blocks of P = 2^n pixels, so it is M small
matrices (P, P): band coefficient k is the sum of K[m] times block k + m, the blocks wrapping
around. Haar has M = 1. The inverse is the adjoint of such a map, made from the dual bank.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pywt  # type: ignore[import-untyped]
import torch
from torch import Tensor

from patchdrive.types import Float, Int, SettingError

Way = Callable[[Tensor, int, str, bool], Tensor]
_CACHE_BYTES = 1 << 20  # a strip of a picture that stays in a core's cache


@dataclass(frozen=True, eq=False)
class Taps:
    """A periodic map along one axis, in blocks of P pixels.

    matrix  (P, M * P): what the M blocks side by side are multiplied with
    before  how many of the M blocks stand before the block of the result
    """

    matrix: Tensor
    before: int

    @property
    def block(self) -> int:
        """P."""
        return self.matrix.shape[0]

    @property
    def blocks(self) -> int:
        """M."""
        return self.matrix.shape[1] // self.block

    @property
    def adjoint(self) -> Taps:
        """The map whose matrix is the transposed one."""
        three = torch.unflatten(self.matrix, 1, (self.blocks, self.block))  # band, m, pixel
        turned = three.flip(1).permute(2, 1, 0).flatten(1)
        return Taps(turned.contiguous(), self.blocks - 1 - self.before)


@functools.cache
def _names() -> tuple[str, ...]:
    """All wavelets that a periodic bank inverts; dmey does so only to three digits."""
    return tuple(name for name in pywt.wavelist(kind="discrete") if name != "dmey")


@functools.cache
def bank(wavelet: str, dual: bool = False) -> tuple[Float, Float]:
    """Low and high filter, float64 (L,), as they are slid over the picture: not flipped.

    wavelet  a name of PyWavelets' orthogonal and biorthogonal wavelets
    dual     the bank whose adjoint inverts the other one; the same one where it is orthogonal
    raises   SettingError for any other name
    """
    if wavelet not in _names():
        near = difflib.get_close_matches(str(wavelet).lower(), _names(), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "try haar, db2, sym4 or bior2.2"
        raise SettingError(f"there is no orthogonal or biorthogonal wavelet {wavelet!r}; {hint}")
    both = pywt.Wavelet(wavelet)
    low, high = (both.rec_lo, both.rec_hi) if dual else (both.dec_lo[::-1], both.dec_hi[::-1])
    return np.array(low, np.float64), np.array(high, np.float64)


def _bands(levels: int, wavelet: str, dual: bool) -> tuple[Float, int]:
    """Impulse responses (2^n, S) of all bands of one axis, and how far before the block they start.

    Source: the noble identities; a level's filter stretched by 2^k follows those before it.
    """
    filters, start = np.ones((1, 1)), 0
    for level in range(levels):
        stretched = [np.zeros((len(one) - 1) * 2**level + 1) for one in bank(wavelet, dual)]
        for wide, one in zip(stretched, bank(wavelet, dual), strict=True):
            wide[:: 2**level] = one
        filters = np.stack([np.convolve(f, wide) for f in filters for wide in stretched])
        # PyWavelets' phase of "periodization".
        start += (len(bank(wavelet)[0]) // 2 - 1) * 2**level
    return filters, start


@functools.lru_cache(64)
def taps(levels: int, wavelet: str, dual: bool, dtype: torch.dtype, device: torch.device) -> Taps:
    """The bank's n levels along one axis in blocks; bands in natural order."""
    filters, start = _bands(levels, wavelet, dual)
    side = 1 << levels
    before = -(-start // side)
    offset = before * side - start
    count = -(-(offset + filters.shape[1]) // side)
    matrix = np.zeros((side, count * side))
    matrix[:, offset : offset + filters.shape[1]] = filters
    # A cached tensor must not be one of inference mode: those cannot be saved for a gradient.
    with torch.inference_mode(False):
        return Taps(torch.from_numpy(matrix).to(device, dtype), before)


def reach(levels: int, wavelet: str, dual: bool) -> int:
    """M, the blocks that one coefficient looks at, along one axis."""
    return taps(levels, wavelet, dual, torch.float64, torch.device("cpu")).blocks


def spread(levels: int, wavelet: str) -> Int:
    """How far away, in blocks along one axis, a change of one block changes coefficients."""
    one = taps(levels, wavelet, False, torch.float64, torch.device("cpu"))
    seen = torch.unflatten(one.matrix, 1, (one.blocks, one.block)).ne(0).any(2).any(0)
    return one.before - seen.nonzero().flatten().numpy()


@functools.lru_cache(16)
def dense(
    side: int, levels: int, wavelet: str, dual: bool, dtype: torch.dtype, device: torch.device
) -> Tensor:
    """The same map as one matrix (side, side), rows band-major, wrapping as often as it must."""
    filters, start = _bands(levels, wavelet, dual)
    step, count = 1 << levels, side >> levels
    places = (step * np.arange(count)[:, None] - start + np.arange(filters.shape[1])) % side
    matrix = np.zeros((step, count, side))
    for place, column in zip(places.T, filters.T, strict=True):
        matrix[:, np.arange(count), place] += column[:, None]
    with torch.inference_mode(False):
        return torch.from_numpy(matrix.reshape(side, side)).to(device, dtype)


@functools.cache
def interleaved(levels: int) -> Int:
    """The band (P, P) of each row filter and column filter: digits 2 * column_high + row_high."""
    side, bands = np.arange(1 << levels), np.zeros((1 << levels, 1 << levels), np.int64)
    for bit in range(levels):
        high = side >> bit & 1
        bands += (high[:, None] + 2 * high) << 2 * bit
    bands.flags.writeable = False
    return bands


@functools.lru_cache(32)
def _order(levels: int, natural: bool, device: torch.device) -> Tensor:
    """Index that brings pairs of filters into natural order, or bands into the order of pairs."""
    pairs = interleaved(levels).ravel()
    with torch.inference_mode(False):
        return torch.tensor(pairs.argsort() if natural else pairs, device=device)


def by_matrices(x: Tensor, levels: int, wavelet: str, dual: bool) -> Tensor:
    """Packets (B, 4^n, C, h, w) of pictures (B, C, H, W): a matrix for each axis."""
    down, across = (dense(n, levels, wavelet, dual, x.dtype, x.device) for n in x.shape[2:])
    found = torch.unflatten(down @ x @ across.T, 2, (1 << levels, -1))
    found = torch.unflatten(found, 4, (1 << levels, -1))
    found = found.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
    return found[:, _order(levels, True, x.device)]


def from_matrices(bands: Tensor, levels: int, wavelet: str, dual: bool) -> Tensor:
    """The adjoint of `by_matrices`."""
    side, kind, device = 1 << levels, bands.dtype, bands.device
    size = bands.shape[3] << levels, bands.shape[4] << levels
    down, across = (dense(n, levels, wavelet, dual, kind, device) for n in size)
    x = torch.unflatten(bands[:, _order(levels, False, device)], 1, (side, side))
    return down.T @ x.permute(0, 3, 1, 4, 2, 5).flatten(4, 5).flatten(2, 3) @ across


class _Blocks(torch.autograd.Function):
    """Strips of block rows, so that all steps of one stay in the cache; linear."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, inverse: bool, *key: Any) -> Tensor:
        ctx.inverse, ctx.key = inverse, key
        return _join(x, *key) if inverse else _split(x, *key)

    @staticmethod
    def backward(ctx: Any, *gradient: Tensor) -> Any:
        found: Any = _Blocks.apply(*gradient, not ctx.inverse, *ctx.key)  # type: ignore[no-untyped-call]
        return found, None, None, None, None


def by_blocks(x: Tensor, levels: int, wavelet: str, dual: bool) -> Tensor:
    """As `by_matrices`, in blocks; sides must hold at least M of them."""
    found: Tensor = _Blocks.apply(x, False, levels, wavelet, dual)  # type: ignore[no-untyped-call]
    return found


def from_blocks(bands: Tensor, levels: int, wavelet: str, dual: bool) -> Tensor:
    """The adjoint of `by_blocks`."""
    found: Tensor = _Blocks.apply(bands, True, levels, wavelet, dual)  # type: ignore[no-untyped-call]
    return found


def _split(x: Tensor, levels: int, wavelet: str, dual: bool) -> Tensor:
    one, bits = taps(levels, wavelet, dual, x.dtype, x.device), (2,) * levels
    batch, channels, height, width = x.shape
    found = x.new_empty(batch, 4**levels, channels, height >> levels, width >> levels)
    into, flat = _woven(found, levels), x.flatten(0, 1)
    for start, stop in _strips(flat, one):
        rows = _across(_down(flat, one, start, stop), one)
        rows = rows.view(batch, channels, stop - start, *bits, width >> levels, *bits)
        into[:, :, start:stop].copy_(rows)
    return found


def _join(bands: Tensor, levels: int, wavelet: str, dual: bool) -> Tensor:
    one = taps(levels, wavelet, dual, bands.dtype, bands.device).adjoint
    batch, _, channels, high, wide = bands.shape
    rows = bands.new_empty(batch * channels, high << levels, wide << levels)
    source = _woven(bands, levels)
    for start, stop in _strips(rows, one):
        strip = source[:, :, start:stop].reshape(batch * channels, -1, wide << levels)
        rows[:, start << levels : stop << levels] = _across(strip, one).flatten(2)
    found = torch.empty_like(rows)
    for start, stop in _strips(rows, one):
        found[:, start << levels : stop << levels] = _down(rows, one, start, stop)
    return torch.unflatten(found, 0, (batch, channels))


def _woven(bands: Tensor, levels: int) -> Tensor:
    """A view (B, C, h, 2, ..., w, 2, ...) of bands (B, 4^n, C, h, w): n bits of each filter."""
    bits = torch.unflatten(bands, 1, (2,) * (2 * levels)) if levels else bands.squeeze(1)
    down, across = range(2, 2 * levels + 1, 2), range(1, 2 * levels, 2)
    return bits.permute(0, -3, -2, *down, -1, *across)


def _strips(x: Tensor, one: Taps) -> Iterator[tuple[int, int]]:
    """Ranges of block rows of pictures (N, H, W) that fit into the cache; all at once on a GPU."""
    count = x.shape[1] // one.block
    bytes_ = x.shape[0] * one.block * x.shape[2] * x.element_size()
    step = count if x.is_cuda else max(1, _CACHE_BYTES // max(1, bytes_))
    for start in range(0, count, step):
        yield start, min(start + step, count)


def _down(x: Tensor, one: Taps, start: int, stop: int) -> Tensor:
    """Rows start to stop of the map along the height: (N, H, W) to (N, rows * P, W)."""
    side, height = one.block, x.shape[1]
    first = (start - one.before) * side
    last = (stop - one.before + one.blocks - 1) * side
    if first >= 0 and last <= height:
        strip = x[:, first:last]
    else:  # the border wraps around
        strip = x[:, torch.arange(first, last, device=x.device) % height]
    windows = strip.unfold(1, one.blocks * side, side).transpose(2, 3)  # image, row, tap, width
    flat = windows.reshape(-1, *windows.shape[2:])
    return (one.matrix.expand(len(flat), -1, -1) @ flat).view(len(x), -1, x.shape[2])


def _across(x: Tensor, one: Taps) -> Tensor:
    """The map along the width: (N, rows, W) to (N, rows, w, P)."""
    side, after = one.block, one.blocks - 1 - one.before
    parts = [x[..., x.shape[-1] - one.before * side :], x, x[..., : after * side]]
    wide = torch.cat(parts, -1) if one.blocks > 1 else x
    return wide.unfold(-1, one.blocks * side, side) @ one.matrix.T
