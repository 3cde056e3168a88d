"""What a number of found objects is worth: what chance would find, and what knowledge would."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from patchdrive.ops.borders import Border, windows
from patchdrive.types import Float, Int, Size

_AT_ONCE = 1 << 22  # windows tried in one product


@dataclass(frozen=True)
class Odds:
    """Of so many objects, how many as many patches of one size would find.

    An object is found where its centre lies in a patch.

    chance  mean over all ways to draw the places, each alike over the picture and on its own; exact
    best    found by patches placed one after another where most objects are left to find; the very
            best choice may find a few more
    """

    count: int
    chance: float
    best: int

    def told(self, k: int) -> str:
        """In words, for so many patches."""
        return f"{k:,} random patches: {self.chance:.1f} on average; at best about {self.best:,}"


def odds(boxes: Int, size: Size, k: int, side: int, border: Border = "slide") -> Odds:
    """Odds of finding boxes (N, 4) int64 by k patches; those asked before are kept.

    size    (H, W) of the picture
    side    of the patches, pixels
    border  what a patch does at the border, see `crops.windows`
    """
    return _odds(np.asarray(boxes, np.int64).tobytes(), size, k, side, border)


@lru_cache(128)
def _odds(held: bytes, size: Size, k: int, side: int, border: Border) -> Odds:
    boxes = np.frombuffer(held, np.int64).reshape(-1, 4)
    # A middle of two pixels lies in the same windows as the first of them.
    centres = (boxes[:, :2] + boxes[:, 2:]) // 2
    once = np.ones(len(boxes))
    for axis in (0, 1):
        once *= _share(centres[:, axis], size, side, border, axis)
    chance = float((1 - (1 - once) ** k).sum())
    return Odds(len(boxes), chance, _greedy(centres, k, side))


def _share(centres: Int, size: Size, side: int, border: Border, axis: int) -> Float:
    """The part (N,) of an axis's places whose windows hold the centres (N,) along it."""
    length = size[axis]
    places = np.zeros((length, 2), np.int64)
    places[:, axis] = np.arange(length)
    starts = windows(places, side, size, border)[:, axis]  # ascending
    reached = np.searchsorted(starts, centres, "right")
    left = np.searchsorted(starts, centres - side, "right")
    return np.asarray((reached - left) / length, np.float64)


def _greedy(centres: Int, k: int, side: int) -> int:
    """How many k windows find, each placed where it finds most.

    A best window can be moved down and right until its upper and left sides touch a centre each, so
    only these are tried. Moved back into the picture it still holds what it held.
    """
    found = 0
    for _ in range(k):
        if not len(centres):
            break
        ys, xs = centres.T
        tops, lefts = np.unique(ys), np.unique(xs)
        across = ((xs >= lefts[:, None]) & (xs < lefts[:, None] + side)).astype(np.float32)
        most, place = 0, (0, 0)
        step = max(1, _AT_ONCE // len(lefts))
        for start in range(0, len(tops), step):
            some = tops[start : start + step, None]
            down = ((ys >= some) & (ys < some + side)).astype(np.float32)
            held = down @ across.T
            row, column = np.unravel_index(int(held.argmax()), held.shape)
            if held[row, column] > most:
                most = int(held[row, column])
                place = int(tops[start + row]), int(lefts[column])
        corner = np.array(place)
        inside = ((centres >= corner) & (centres < corner + side)).all(axis=1)
        centres, found = centres[~inside], found + most
    return found
