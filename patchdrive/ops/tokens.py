"""Leaves of mixed size to tokens of one size, and back.

A leaf is read from the level of a pyramid at which it is as large as a token, so no detail aliases
and each token holds pixels of its own leaf only. The pyramid holds sums, not means: a mean is
rounded once, when a token takes it. Rounded at each level, it would be too bright.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from patchdrive.types import Byte, Float, Int, Quadtree, Tokens

Sums = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
FITS = 4  # so many halvings of uint8 have sums that fit into uint16
PART = 1 << 22  # pixels that are resized at once: floats of all would be gigabytes
STRIP = 32  # rows of a strip of sums: they stay in a core's cache


@dataclass(frozen=True, eq=False)
class Pyramid:
    """A picture padded to whole roots by repeating its border, and halved again and again.

    levels  (H', W', 3); level 0 is the picture, uint8; level i is the sums of its blocks of
            2^i x 2^i pixels, uint16 up to level 4, whose sums just fit, float32 above, exact up to
            level 8
    """

    levels: tuple[Sums, ...]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(level.nbytes for level in self.levels)


def pyramid(pixels: Byte, root: int, token: int) -> Pyramid:
    """Levels for leaves up to the root's side and tokens of the given side.

    pixels  (H, W, 3) uint8
    """
    tall, wide = -pixels.shape[0] % root, -pixels.shape[1] % root
    level = pixels.view()  # its own flags: the caller's array stays writable
    if tall or wide:
        level = np.asarray(cv2.copyMakeBorder(pixels, 0, tall, 0, wide, cv2.BORDER_REPLICATE))
    levels: list[Sums] = [level]
    for n in range(_halvings(root, token)):
        levels.append(_summed(levels[-1]) if n < FITS else _summed_wide(levels[-1]))
    for one in levels:
        one.flags.writeable = False
    return Pyramid(tuple(levels))


def _summed(level: Sums) -> Sums:
    """Sums (h, w, 3) uint16 of blocks of 2 x 2 (2h, 2w, 3): the means of four times the values."""
    h, w = level.shape[0] // 2, level.shape[1] // 2
    sums = np.empty((h, w, 3), np.uint16)
    for y in range(0, h, STRIP // 2):
        four = level[2 * y : 2 * y + STRIP].astype(np.uint16)
        four <<= 2
        part = sums[y : y + STRIP // 2]
        cv2.resize(four, (w, len(part)), dst=part, interpolation=cv2.INTER_AREA)
    return sums


def _summed_wide(level: Sums) -> Sums:
    """The same as float32."""
    blocks = level.reshape(level.shape[0] // 2, 2, level.shape[1] // 2, 2, 3)
    sums: Sums = blocks.sum((1, 3), dtype=np.float32)
    return sums


def _halvings(side: int, token: int) -> int:
    """How often a leaf can be halved so that no token pixel needs a part of a halved one."""
    count = 0
    while side % (2 * token) == 0:
        side, count = side // 2, count + 1
    return count


Tell = Callable[[int, int], None]


def _silence(done: int, total: int) -> None:
    """Nobody wants to know."""


def tokens(levels: Pyramid, tree: Quadtree, side: int, *, tell: Tell = _silence) -> Tokens:
    """Resize every leaf to (side, side); in budget mode padded with invalid tokens to the budget.

    Downwards by area means, upwards by bicubic interpolation as OpenCV's (a = -0.75); both are
    rounded once, to the nearest grey level. Of leaves cut off by the border the missing part
    repeats the border's pixels.

    tell  called with how many leaves are done, and all, after each part; may raise to stop
    """
    count, done = max(len(tree), tree.asked or 0), 0
    step = max(1, PART // side**2)
    pixels = np.zeros((count, side, side, 3), np.uint8)
    boxes = np.zeros((count, 4), np.int64)
    boxes[: len(tree)] = tree.boxes
    for leaf in np.unique(tree.sides).tolist():
        mine = np.flatnonzero(tree.sides == leaf)
        level = _halvings(leaf, side)
        for start in range(0, len(mine), step):
            part = mine[start : start + step]
            corners = tree.boxes[part, :2] >> level
            squares = _take(levels.levels[level], corners, leaf >> level)
            pixels[part] = _resized(squares, side, 4.0**-level)
            done += len(part)
            tell(done, len(tree))
    return Tokens(pixels, boxes, np.arange(count) < len(tree))


def _take(level: Sums, corners: Int, side: int) -> Sums:
    """Squares (n, s, s, 3) at corners that are multiples of s: a row is taken as one item."""
    line = np.dtype((np.void, side * 3 * level.itemsize))
    rows = level.reshape(level.shape[0], -1).view(line)
    index = (corners[:, :1] + np.arange(side)) * rows.shape[1] + corners[:, 1:] // side
    taken: Sums = rows.ravel().take(index).view(level.dtype).reshape(-1, side, side, 3)
    return taken


def _resized(squares: Sums, side: int, scale: float = 1.0) -> Byte:
    """Squares (n, s, s, 3), times scale, resized to (n, side, side, 3) uint8."""
    if squares.shape[1] == side:
        if squares.dtype == np.uint8:
            return np.asarray(squares, np.uint8)
        # OpenCV rounds halves to even.
        flat: Any = np.ascontiguousarray(squares).reshape(len(squares), -1)
        return np.asarray(cv2.convertScaleAbs(flat, alpha=scale), np.uint8).reshape(squares.shape)
    matrix = _matrix(squares.shape[1], side)
    out = np.empty((len(squares), side, side, 3), np.uint8)
    for start in range(0, len(squares), 4096):  # floats are four times as large: in pieces
        piece = squares[start : start + 4096].astype(np.float32)
        piece = np.einsum(
            "ij,njkc,lk->nilc", matrix, piece, matrix * np.float32(scale), optimize=True
        )
        out[start : start + 4096] = np.clip(np.rint(piece), 0, 255)
    return out


@lru_cache(maxsize=64)
def _matrix(old: int, new: int) -> Float:
    """Weights (new, old) of a resize of one axis: overlap of areas down, bicubic up."""
    if new > old:
        eye = np.eye(old, dtype=np.float32)
        return np.asarray(cv2.resize(eye, (old, new), interpolation=cv2.INTER_CUBIC))
    edges, step = np.arange(old), old / new
    low = np.arange(new)[:, None] * old / new
    overlap = np.minimum(edges + 1, low + step) - np.maximum(edges, low)
    return (np.maximum(overlap, 0) / step).astype(np.float32)


def painted(found: Tokens, tree: Quadtree, *, tell: Tell = _silence) -> Byte:
    """The picture as the tokens remember it: (H, W, 3) uint8, each leaf resized back into place.

    tell  as of `tokens`
    """
    done = 0
    height, width = (-(-n // tree.roots) * tree.roots for n in tree.size)
    canvas = np.zeros((height, width, 3), np.uint8)
    sides = tree.sides
    for leaf in np.unique(sides).tolist():
        mine = np.flatnonzero(sides == leaf)
        rows = canvas.reshape(height, -1).view(np.dtype((np.void, leaf * 3)))
        corners = tree.boxes[mine, :2]
        step = max(1, PART // max(leaf, found.pixels.shape[1]) ** 2)
        for start in range(0, len(mine), step):
            part = slice(start, start + step)
            squares = found.pixels[mine[part]]
            back = _resized(squares, leaf) if leaf != squares.shape[1] else squares
            index = corners[part, :1] + np.arange(leaf), corners[part, 1:] // leaf
            lines = np.ascontiguousarray(back).reshape(len(back), leaf, leaf * 3)
            rows[index] = lines.view(np.dtype((np.void, leaf * 3)))[..., 0]
            done += len(squares)
            tell(done, len(tree))
    return canvas[: tree.size[0], : tree.size[1]]


def psnr(one: Byte, other: Byte) -> float:
    """Peak signal-to-noise ratio in dB of two pictures of one shape; inf where they are equal."""
    return float(cv2.PSNR(one, other)) if not np.array_equal(one, other) else float("inf")


def shrunk_and_back(pixels: Byte, budget: int) -> Byte:
    """The picture area-averaged to at most budget pixels, then enlarged again (bicubic)."""
    height, width = pixels.shape[:2]
    scale = min(1.0, (budget / (height * width)) ** 0.5)
    small = (max(1, int(width * scale)), max(1, int(height * scale)))
    shrunk = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
