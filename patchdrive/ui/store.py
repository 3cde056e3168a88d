"""Pictures held for the routes: the one owner of big pixels in the app.

A key is a picture's digest under a secret of this process, so that nobody who knows a picture can
ask the routes whether somebody else opened it. The store is bounded by bytes; what can be made
again goes first, then what was used longest ago, and a viewer that still shows it says so. Pages
keep keys, never pixels.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from patchdrive.types import Byte, Image, Size

MEBIBYTE = 1 << 20
FAINTEST = 64


class MaskPicture:
    """A binary picture with a pyramid in which no thin line is lost.

    values  (H, W) uint8, 0 or 255
    """

    def __init__(self, values: Byte) -> None:
        self.size: Size = (values.shape[0], values.shape[1])
        self._native = values

    @property
    def nbytes(self) -> int:
        """Bytes of the whole pyramid, built or not: a third more than the mask."""
        return self._native.nbytes * 4 // 3

    @cached_property
    def levels(self) -> list[Byte]:
        """The pyramid of alphas; where a cell holds anything, it is at least FAINTEST."""
        levels = [self._native]
        while max(levels[-1].shape) > 1:
            levels.append(_halved(levels[-1]))
        return levels

    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Values (h', w') uint8 of the box at (y0, x0) of the level, cut at the border."""
        return self.levels[level][y0 : y0 + h, x0 : x0 + w]


def _halved(fine: Byte) -> Byte:
    """Half way between the highest and the mean of 2 x 2 cells.

    The highest alone keeps every line but paints dense edges into one blot; the mean alone loses
    thin lines.
    """
    height, width = fine.shape
    even = np.pad(fine, ((0, height % 2), (0, width % 2)))
    cells = np.stack([even[y::2, x::2] for y in (0, 1) for x in (0, 1)])
    high = cells.max(axis=0)
    mixed = high // 2 + (cells.sum(axis=0, dtype=np.uint16) // 8).astype(np.uint8)
    return np.where(high > 0, np.maximum(mixed, FAINTEST), 0).astype(np.uint8)


Held = Image | MaskPicture


class Store:
    """Pictures and masks by key; thread-safe.

    budget_bytes  above it the longest unused go, but never the newest
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._secret = secrets.token_bytes(32)
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._derived: set[str] = set()  # keys of what pages make again when they need it
        self._lock = threading.Lock()

    def put(self, image: Image, *, derived: bool = False) -> str:
        """Hold the picture; its key (32 hex digits), the same for the same picture.

        derived  it was made from another one: it must never drive out what somebody brought
        """
        return self._hold("derived" if derived else "image", image.digest, image)

    def put_mask(self, digest: str, values: Byte) -> str:
        """Hold a mask (H, W) uint8, 0 or 255; its key.

        digest  any text that names these values and no others
        """
        return self._hold("mask", digest, MaskPicture(values))

    def get(self, key: str) -> Held | None:
        """What is held under the key, and mark it as used; None where it is unknown or gone."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def drop(self, key: str) -> None:
        """Forget the key, if it is held."""
        with self._lock:
            gone = self._forget(key)
        if gone is not None:
            del gone
            _return_memory()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        with self._lock:
            return self._total()

    def _first_to_go(self) -> Iterator[str]:
        """Keys in the order in which they make room."""
        yield from [key for key in self._held if key in self._derived]
        yield from [key for key in self._held if key not in self._derived]

    def _forget(self, key: str) -> Held | None:
        self._derived.discard(key)
        return self._held.pop(key, None)

    def _total(self) -> int:
        return sum(held.nbytes for held in self._held.values())

    def _hold(self, kind: str, digest: str, held: Held) -> str:
        text = f"{kind}:{digest}".encode()
        key = hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:32]
        evicted = False
        with self._lock:
            self._held.setdefault(key, held)
            self._held.move_to_end(key)
            if kind != "image":
                self._derived.add(key)
            while len(self._held) > 1 and self._total() > self.budget_bytes:
                self._forget(next(old for old in self._first_to_go() if old != key))
                evicted = True
        if evicted:
            _return_memory()
        return key


def _return_memory() -> None:
    """Give freed pages back: glibc keeps hundreds of megabytes of big arrays otherwise."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)


def _budget() -> int:
    """A quarter of the memory, at most 2 GiB."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        memory = 4096 * MEBIBYTE
    return min(memory // 4, 2048 * MEBIBYTE)


_STORE = Store(_budget())


def store() -> Store:
    """The store of this process."""
    return _STORE
