"""Cutting patches, against loops of slices and against converting the whole frame first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.ops.crops import crop, crop_tensor
from patchdrive.types import Byte, Float, Int

SIZE = (2160, 3840)


def slice_loop(image: torch.Tensor, yx: torch.Tensor, side: int) -> torch.Tensor:
    """Windows moved inward, one slice each, stacked: (C, H, W) -> (K, C, p, p)."""
    limit = torch.tensor(image.shape[1:]) - side
    starts = (yx - side // 2).clamp_(min=torch.zeros_like(limit), max=limit)
    return torch.stack([image[:, y : y + side, x : x + side] for y, x in starts.tolist()])


def convert_first(pixels: Byte, yx: Int, side: int) -> Float:
    """The whole frame to floats in one pass, then the patches."""
    return crop(np.divide(pixels, np.float32(255), dtype=np.float32), yx, side)[0]


def crop_first(pixels: Byte, yx: Int, side: int) -> Float:
    """The patches, then only these to floats."""
    return crop(pixels, yx, side)[0].astype(np.float32) / 255


def rows(quick: bool) -> Iterator[Row]:
    """Small patches, large patches, and the order of cropping and converting."""
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (*SIZE, 3), np.uint8)
    images = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))).float()[None] / 255
    for count, side, target, turns in ((273, 14, 6, 200), (16, 512, 0, 15)):
        centres = random.integers(0, SIZE, (count, 2))
        yield _against_loop(images, torch.from_numpy(centres), side, target, turns, quick)
    yx = random.integers(0, SIZE, (273, 2))
    equal = np.array_equal(crop_first(pixels, yx, 14), convert_first(pixels, yx, 14))
    ours, other = interleaved(
        (lambda: crop_first(pixels, yx, 14), lambda: convert_first(pixels, yx, 14)),
        (40, 5) if quick else (100, 15),
    )
    yield Row(
        "273 x 14x14 from a 4K frame of bytes to floats: crop, then convert",
        ours, "convert, then crop", other, "faster", 100, equal,
    )  # fmt: skip


def _against_loop(
    images: torch.Tensor, yx: torch.Tensor, side: int, target: int, turns: int, quick: bool
) -> Row:
    batch = yx[None]
    equal = torch.equal(crop_tensor(images, batch, side)[0], slice_loop(images[0], yx, side))
    ours, other = interleaved(
        (lambda: crop_tensor(images, batch, side), lambda: slice_loop(images[0], yx, side)),
        max(5, turns // 4) if quick else turns,
    )
    what = f"{len(yx)} x {side}x{side} from a 4K float tensor"
    return Row(
        what, ours, "loop of slices, stacked", other, "faster" if target else "", target, equal
    )
