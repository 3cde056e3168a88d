"""Where a classifier's tokens get their place from: pictures that tell, and what tokens share."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import torch

from patchdrive.models.classifier import Classifier, normalise
from patchdrive.ops.robustness import similarity_map
from patchdrive.pipelines.clock import Chain
from patchdrive.types import Byte, Float, Image, SettingError

Scene = Literal["picture", "tiled", "constant"]
Layer = Literal["embed", "last"]
LAYERS: tuple[Layer, ...] = ("embed", "last")


def square(image: Image, side: int) -> Byte:
    """The middle of a picture as classifiers see it, (side, side, 3) uint8, area-averaged.

    raises  SettingError for a picture that is smaller than that
    """
    short, long = min(image.size), max(image.size)
    if short < side:
        raise SettingError(
            f"{image.name} is {image.size[1]} x {image.size[0]} px; a classifier of {side} px "
            "needs a larger one"
        )
    # A copy with some room, so that the last step averages and does not enlarge.
    pixels = image.preview(min(long, -(-4 * side * long // short)))
    # Cut by the picture's own middle: the copy's sides are rounded, and so would its middle be.
    (top, left), edge = ((n - short) / 2 for n in image.size), short
    down, across = (n / whole for n, whole in zip(pixels.shape[:2], image.size, strict=True))
    rows, columns = (
        _means(pixels.shape[0], top * down, edge * down, side),
        _means(pixels.shape[1], left * across, edge * across, side),
    )
    found = np.einsum("ij,jkc,lk->ilc", rows, pixels.astype(np.float32), columns, optimize=True)
    return np.rint(found).clip(0, 255).astype(np.uint8)


def _means(length: int, start: float, span: float, side: int) -> Float:
    """Weights (side, length) of the means over equal parts of a span of one axis."""
    ends = start + span * np.arange(side + 1) / side
    at = np.arange(length)
    shares = np.minimum(at + 1, ends[1:, None]) - np.maximum(at, ends[:-1, None])
    return (shares.clip(0) / (span / side)).astype(np.float32)


def seen(image: Image, side: int, chain: Chain) -> Byte:
    """`square`, remembered as a stage of the chain of the picture."""
    return chain.stage("square", (side,), lambda: square(image, side))


def prepared(pixels: Byte) -> torch.Tensor:
    """One picture (S, S, 3) uint8 as classifiers take it, (1, 3, S, S) float32."""
    return normalise(torch.from_numpy(np.array(pixels))[None])


def scene(pixels: Byte, kind: Scene, patch: int) -> Byte:
    """A picture (S, S, 3), or one that has nothing to tell places by.

    tiled     one patch, that in the middle, repeated
    constant  the mean colour everywhere
    """
    if kind not in get_args(Scene):
        raise SettingError(f"a scene is one of {', '.join(get_args(Scene))}, not {kind!r}")
    if kind == "picture":
        return pixels
    if kind == "constant":
        mean = np.rint(pixels.mean((0, 1))).astype(np.uint8)
        return np.broadcast_to(mean, pixels.shape).copy()
    count = pixels.shape[0] // patch
    start = count // 2 * patch
    return np.tile(pixels[start : start + patch, start : start + patch], (count, count, 1))


def tokens(net: Classifier, pixels: Byte, layer: Layer = "embed") -> Float:
    """Tokens (N, d) float32 of one picture (S, S, 3) uint8."""
    place = next(net.parameters()).device
    with torch.inference_mode():
        return np.asarray(net.tokens(prepared(pixels).to(place), layer)[0].cpu())


def similar_to(net: Classifier, pixels: Byte, index: int, layer: Layer = "embed") -> Float:
    """Cosine similarity (h, w) of all tokens to one of them."""
    return similarity_map(tokens(net, pixels, layer), index, net.grid)


def distinct(net: Classifier, pixels: Byte, layer: Layer = "embed") -> int:
    """How many of the tokens differ from all others by more than rounding."""
    found = tokens(net, pixels, layer).astype(np.float64)
    bound = 1e-5 * np.abs(found).max()
    kept: list[Float] = []
    for token in found:  # rounding to a grid would part two tokens on either side of a line
        if not any(np.abs(token - other).max() <= bound for other in kept):
            kept.append(token)
    return len(kept)
