"""Where a patch's window lies, and what it shows outside of the picture."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from patchdrive.types import Int, Size

Border = Literal["slide", "reflect", "replicate", "zero"]


def windows(yx: Int, side: int, size: Size, border: Border = "slide") -> Int:
    """Boxes (K, 4) int64 of the windows of that side centred on yx (K, 2).

    A window starts side // 2 before its centre, so an even one holds its centre too. `slide` moves
    it inward until it fits; where the picture is smaller than the window it starts at 0 and the
    rest is replicated. The other rules leave the box where it is and make up the outside.
    """
    if border not in get_args(Border):
        raise ValueError(f"border must be one of {', '.join(get_args(Border))}, not {border!r}")
    if side < 1:
        raise ValueError(f"a patch has at least 1 pixel, not {side}")
    start = starts(np.asarray(yx, np.int64).reshape(-1, 2), side, size, border)
    return np.concatenate([start, start + side], axis=1)


def starts(yx: Int, side: int, size: Size, border: Border) -> Int:
    """Upper left corners (K, 2) of the windows of that side centred on yx (K, 2)."""
    start = yx - side // 2
    if border == "slide":  # np.clip takes longer than both
        limit = np.array([max(0, size[0] - side), max(0, size[1] - side)])
        np.minimum(np.maximum(start, 0, out=start), limit, out=start)
    return start


def sources(
    start: int | np.int64, side: int, length: int, border: Border
) -> tuple[Int, np.ndarray]:
    """Which pixels of an axis a window reads, and which of its own are not made up as zeros.

    start    first position of the window on the axis, may lie outside
    returns  (side,) int64 positions, 0 <= position < length, and (side,) bool
    """
    at = np.arange(start, start + side)
    inside = np.ones(side, bool)
    if border == "zero":
        inside = (at >= 0) & (at < length)
    if border == "reflect":
        at = at % max(1, 2 * (length - 1))
        at = np.minimum(at, 2 * (length - 1) - at)
    return np.clip(at, 0, length - 1), inside
