"""Cutting patches: against plain loops, against converting the whole frame, and the other ways."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from benchmarks.pictures import called
from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.ops.crops import crop, crop_tensor, sample_windows, slice_features
from patchdrive.types import Byte, Float, Int, Size

SIZE, QUICK = (2160, 3840), (270, 480)
STACKED, INTO_ONE = "loop of slices, stacked", "loop of slices into one NumPy array"
# How many, of which side, how often each runs, and what the best plain way must be beaten by.
CASES = ((273, 14, 1000, 1.2), (64, 64, 400, None), (16, 224, 100, None), (16, 512, 25, None))
CLOSE = 1e-3  # grid_sample rounds positions to 2e-4 px at 4K; the pixels lie in [0, 1]


def slice_loop(image: torch.Tensor, yx: torch.Tensor, side: int) -> torch.Tensor:
    """Windows moved inward, one slice each, stacked: (C, H, W) -> (K, C, p, p)."""
    limit = torch.tensor(image.shape[1:]) - side
    starts = (yx - side // 2).clamp_(min=torch.zeros_like(limit), max=limit)
    return torch.stack([image[:, y : y + side, x : x + side] for y, x in starts.tolist()])


def numpy_loop(image: torch.Tensor, yx: torch.Tensor, side: int) -> torch.Tensor:
    """The same windows, each copied into its place in one NumPy array."""
    pixels = image.numpy()
    starts = np.clip(yx.numpy() - side // 2, 0, np.array(pixels.shape[1:]) - side)
    out = np.empty((len(starts), len(pixels), side, side), pixels.dtype)
    for k, (y, x) in enumerate(starts.tolist()):
        out[k] = pixels[:, y : y + side, x : x + side]
    return torch.from_numpy(out)


def byte_loop(pixels: Byte, yx: Int, side: int) -> Byte:
    """Windows of a frame (H, W, C) moved inward, each copied into its place."""
    starts = np.clip(yx - side // 2, 0, np.array(pixels.shape[:2]) - side)
    out = np.empty((len(starts), side, side, pixels.shape[2]), pixels.dtype)
    for k, (y, x) in enumerate(starts.tolist()):
        out[k] = pixels[y : y + side, x : x + side]
    return out


def convert_first(pixels: Byte, yx: Int, side: int) -> Float:
    """The whole frame to floats in one pass, then the patches."""
    return crop(np.divide(pixels, np.float32(255), dtype=np.float32), yx, side)[0]


def crop_first(pixels: Byte, yx: Int, side: int) -> Float:
    """The patches, then only these to floats."""
    return crop(pixels, yx, side)[0].astype(np.float32) / 255


def cell_loop(features: torch.Tensor, yx: Int, size: Size) -> torch.Tensor:
    """The features (C,) of the cell of each position, one at a time: (K, C)."""
    h, w = features.shape[1:]
    height, width = size
    cells = [
        ((2 * y + 1) * h // (2 * height), (2 * x + 1) * w // (2 * width)) for y, x in yx.tolist()
    ]
    return torch.stack([features[:, y, x] for y, x in cells])


def rows(quick: bool) -> Iterator[Row]:
    """Patches of several sizes, the order of cropping and converting, and the three ways."""
    random = np.random.default_rng(0)
    size = QUICK if quick else SIZE
    pixels = random.integers(0, 256, (*size, 3), np.uint8)
    image = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))).float() / 255
    for count, side, turns, target in CASES:
        if side > min(size):
            continue
        yx = random.integers(0, size, (count, 2))
        yield from _against_loops(image, torch.from_numpy(yx), side, 1 if quick else turns, target)
    yx = random.integers(0, size, (273, 2))
    yield from _of_bytes(pixels, yx, quick)
    yield from _other_ways(image, yx, quick)


def _against_loops(
    image: torch.Tensor, yx: torch.Tensor, side: int, turns: int, target: float | None
) -> Iterator[Row]:
    ways = (
        lambda: crop_tensor(image, yx, side),
        lambda: slice_loop(image, yx, side),
        lambda: numpy_loop(image, yx, side),
    )
    cut, *loops = (way() for way in ways)
    equal = all(torch.equal(cut, one) for one in loops)
    ours, stacked, into_one = interleaved(ways, turns)
    what = f"{len(yx)} x {side}x{side} from a {called(tuple(image.shape[1:]))} float tensor"
    name, plain = min(((STACKED, stacked), (INTO_ONE, into_one)), key=lambda one: one[1].median)
    yield Row(f"{what}: the best plain way", ours, name, plain, target=target, equal=equal)
    if target is not None:
        yield Row(f"{what}: what is usually written", ours, STACKED, stacked, target=3, equal=equal)


def _of_bytes(pixels: Byte, yx: Int, quick: bool) -> Iterator[Row]:
    what = f"{len(yx)} x 14x14 from a {called(pixels.shape)} frame of bytes"
    equal = np.array_equal(crop(pixels, yx, 14)[0], byte_loop(pixels, yx, 14))
    ours, other = interleaved(
        (lambda: crop(pixels, yx, 14), lambda: byte_loop(pixels, yx, 14)), 1 if quick else 1000
    )
    yield Row(what, ours, INTO_ONE, other, target=2, equal=equal)
    equal = np.array_equal(crop_first(pixels, yx, 14), convert_first(pixels, yx, 14))
    ours, other = interleaved(
        (lambda: crop_first(pixels, yx, 14), lambda: convert_first(pixels, yx, 14)),
        1 if quick else (100, 15),
    )
    yield Row(
        f"{what} to floats: crop, then convert",
        ours, "convert, then crop", other, target=40, equal=equal,
    )  # fmt: skip


def _other_ways(image: torch.Tensor, yx: Int, quick: bool) -> Iterator[Row]:
    """What sampling costs at whole positions, where it gives the same; and feature slices."""
    size = (image.shape[1], image.shape[2])
    at = torch.from_numpy(yx[:16]).clamp(max=torch.tensor(size) - 112).clamp(min=112)
    direct, sampled = crop_tensor(image, at, 224), sample_windows(image, at, 224)
    ours, other = interleaved(
        (lambda: crop_tensor(image, at, 224), lambda: sample_windows(image, at, 224)),
        1 if quick else 15,
    )
    yield Row(
        f"{len(at)} x 224x224 from a {called(size)} float tensor: direct crop at whole positions",
        ours, "grid_sample", other, equal=bool((direct - sampled).abs().max() < CLOSE),
    )  # fmt: skip
    features = torch.rand(96, size[0] // 16, size[1] // 16, generator=torch.manual_seed(0))
    equal = torch.equal(slice_features(features, yx, size), cell_loop(features, yx, size))
    ours, other = interleaved(
        (lambda: slice_features(features, yx, size), lambda: cell_loop(features, yx, size)),
        1 if quick else 100,
    )
    yield Row(
        f"{len(yx)} x 96 features of the cells of a {called(size)} picture",
        ours, "loop of cells, stacked", other, target=4, equal=equal,
    )  # fmt: skip
