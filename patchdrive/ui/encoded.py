"""Tiles kept as they were sent: a shipped picture is looked at by many."""

from __future__ import annotations

import threading

from cachetools import LRUCache

Name = tuple[str, int, int, int, str]


class Encoded:
    """Files of tiles by key, level, x, y and form, up to so many bytes; thread-safe.

    A tile lies under its key, not under its picture: two sessions with one picture do not notice
    each other by how fast the answers come.
    """

    def __init__(self, nbytes: int) -> None:
        self._kept: LRUCache[Name, bytes] = LRUCache(nbytes, getsizeof=len)
        self._lock = threading.Lock()

    def get(self, name: Name) -> bytes | None:
        """The tile, if it is here."""
        with self._lock:
            return self._kept.get(name)

    def put(self, name: Name, tile: bytes) -> None:
        """Keep the tile; the longest unused make room."""
        with self._lock:
            if len(tile) <= self._kept.maxsize:
                self._kept[name] = tile

    @property
    def nbytes(self) -> int:
        """Bytes kept now."""
        return int(self._kept.currsize)
