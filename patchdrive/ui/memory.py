"""Stage values kept between reruns and shared by all sessions of the process.

Bounded by entries and by bytes; what was used longest ago goes first. Values are immutable, so they
are shared, not copied. Two sessions that want the same value make it once: the second waits.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable

import numpy as np
import torch
from cachetools import LRUCache

from patchdrive.pipelines.clock import Timed
from patchdrive.types import Image

Key = tuple[str, ...]
SMALLEST = 1024  # bytes that a value counts for at least
POLL_S = 0.05


class Shelf:
    """A `pipelines.clock.Memory`; thread-safe.

    entries  most values that are kept
    nbytes   most bytes of arrays that they hold together; a larger value is not kept
    """

    def __init__(self, entries: int = 256, nbytes: int = 1 << 30) -> None:
        self.entries = entries
        self._kept: LRUCache[Key, Timed] = LRUCache(nbytes, getsizeof=weigh)
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Event] = {}

    def __call__(
        self, key: Key, make: Callable[[], Timed], waiting: Callable[[], None] | None = None
    ) -> Timed:
        """The kept value, or the made one; makers of one key wait for each other.

        waiting  called again and again while another thread makes the value; may raise to give up
        """
        while True:
            with self._lock:
                if (kept := self._kept.get(key)) is not None:
                    return kept
                other = self._making.get(key)
                if other is None:
                    mine = self._making[key] = threading.Event()
                    break
            if not other.wait(POLL_S) and waiting is not None:
                waiting()
        try:
            made = make()
            self._keep(key, made)
            return made
        finally:  # whoever waits looks again, and makes it if this one was stopped
            with self._lock:
                del self._making[key]
            mine.set()

    def peek(self, key: Key) -> Timed | None:
        """The kept value, or None; nothing is made."""
        with self._lock:
            kept: Timed | None = self._kept.get(key)
            return kept

    def clear(self) -> None:
        """Let go of all values."""
        with self._lock:
            self._kept.clear()

    def _keep(self, key: Key, made: Timed) -> None:
        with self._lock:
            if weigh(made) > self._kept.maxsize:
                return
            while len(self._kept) >= self.entries:
                self._kept.popitem()
            self._kept[key] = made

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def nbytes(self) -> int:
        """Bytes of arrays held."""
        return int(self._kept.currsize)


def weigh(value: object) -> int:
    """Bytes of all arrays, tensors and pictures in a value."""
    return max(SMALLEST, _weigh(value))


def _weigh(value: object) -> int:
    if isinstance(value, np.ndarray | torch.Tensor | Image):
        return int(value.nbytes)
    if isinstance(value, tuple | list):
        return sum(map(_weigh, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return sum(_weigh(getattr(value, item.name)) for item in dataclasses.fields(value))
    return 0


_SHELF = Shelf()


def shelf() -> Shelf:
    """The one shelf of this process."""
    return _SHELF
