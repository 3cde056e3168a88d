"""A picture far larger than memory, read from a file that brings its own smaller copies.

Nothing is decoded but what is asked for. Who reads the file depends on it: see scanner and pyramid.
"""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path
from typing import Protocol

import numpy as np

from patchdrive.images import limits
from patchdrive.images.memory import MemoryImage, fitted, frozen, resized
from patchdrive.types import Byte, Image, ImageError, Size

NEAR = 1.01
"""A copy in the file may be so much coarser than asked: scanners round its sides."""

_EDGE = 1 << 20
"""Bytes at either end of a file that tell it from others."""

_STRIP = 4096
"""Rows and columns that are read at once where much is read."""


class Reader(Protocol):
    """What reads a file with copies; safe to share between threads.

    size     (H, W) of the picture
    steps    picture pixels to a pixel of each copy, finest first; the first is 1
    microns, notes, digest  as those of an Image
    """

    size: Size
    steps: tuple[float, ...]
    microns: tuple[float, float] | None
    notes: tuple[str, ...]
    digest: str

    def read(self, level: int, y0: int, x0: int, h: int, w: int) -> Byte:
        """Pixels (h, w, 3) uint8 sRGB of a box inside a level of halves, 0 native.

        raises  ImageError where the file can no longer be read
        """


class SlideImage(Image):
    """A picture whose file holds smaller copies of it; safe to share between threads.

    Levels come from the file where it has them, else from the next finer copy. From its coarsest
    one on they are made from that, which is held in memory once somebody asks for it.
    """

    streamed = True

    def __init__(self, reader: Reader, name: str, limit: float) -> None:
        """Take what reads an opened file; ImageError where its coarsest copy is too large."""
        self._reader, self._limit = reader, limit
        self.size, self.name, self.digest = reader.size, name, reader.digest
        self.notes, self.microns = reader.notes, reader.microns
        self._coarsest = coarsest(reader.steps)
        limits.check_size(self._shape(self._coarsest), limit, f"the smallest copy in {name}")
        self._small: MemoryImage | None = None
        self._native: Byte | None = None

    def __repr__(self) -> str:
        height, width = self.size
        return f"<{type(self).__name__} {self.name!r} {width} x {height} {self.digest[:8]}>"

    @property
    def nbytes(self) -> int:
        """Bytes of what is held because somebody asked for it; the rest stays in the file."""
        native = self._native.nbytes if self._native is not None else 0
        return native + (self._small.nbytes if self._small else 0)

    @property
    def pixels(self) -> Byte:
        """The whole picture (H, W, 3) uint8 sRGB, read-only, held from then on.

        ImageError where it has more megapixels than were allowed on opening.
        """
        if self._native is None:
            self._check_whole()
            self._native = frozen(self._read(0, 0, 0, *self.size))
        return self._native

    def region(self, y0: int, x0: int, h: int, w: int, level: int = 0) -> Byte:
        """Pixels (h', w', 3) uint8 sRGB of the box at (y0, x0) of the level, cut at the border.

        level   0 is native; each further level halves both sides (rounded up)
        raises  ImageError where the file can no longer be read
        """
        if level < 0:
            raise ValueError(f"level must be 0 or more, not {level}")
        if level >= self._coarsest and level:
            return self._coarse().region(y0, x0, h, w, level - self._coarsest)
        height, width = self._shape(level)
        y1, x1 = min(height, y0 + h), min(width, x0 + w)
        y0, x0 = max(0, y0), max(0, x0)
        if y1 <= y0 or x1 <= x0:
            return np.zeros((max(0, y1 - y0), max(0, x1 - x0), 3), np.uint8)
        return frozen(self._read(level, y0, x0, y1 - y0, x1 - x0))

    def preview(self, max_side: int) -> Byte:
        """The whole picture (h, w, 3) uint8, area-averaged so that no side exceeds max_side."""
        size = fitted(self.size, max_side)
        level = 0
        while level < self._coarsest and max(self._shape(level + 1)) >= max(size):
            level += 1
        if level >= self._coarsest and level:
            return resized(self._coarse().preview(max(size)), size)
        return frozen(resized(self._read(level, 0, 0, *self._shape(level)), size))

    def _check_whole(self) -> None:
        found = self.size[0] * self.size[1] / 1e6
        if found > self._limit:
            raise ImageError(
                f"{self.name} has {found:,.1f} megapixels: looking and driving read only parts of "
                f"it, but what needs all its pixels at once takes up to {self._limit:,g}; open a "
                f"part of it, or set {limits.VARIABLE}={math.ceil(found)}, which takes about "
                f"{found * 7 / 1000:,.0f} GB of memory"
            )

    def _shape(self, level: int) -> tuple[int, int]:
        height, width = (max(1, -(-side >> level)) for side in self.size)
        return height, width

    def _coarse(self) -> MemoryImage:
        """The first of our levels that is made from the file's coarsest copy."""
        if self._small is None:  # twice at once does no harm
            pixels = self._read(self._coarsest, 0, 0, *self._shape(self._coarsest))
            self._small = MemoryImage(pixels)
        return self._small

    def _read(self, level: int, y0: int, x0: int, h: int, w: int) -> Byte:
        """Pixels of a box inside the level, from the coarsest copy of the file that is as fine."""
        out = np.empty((h, w, 3), np.uint8)
        for top in range(0, h, _STRIP):
            for left in range(0, w, _STRIP):
                part = out[top : top + _STRIP, left : left + _STRIP]
                part[:] = self._reader.read(level, y0 + top, x0 + left, *part.shape[:2])
        return out


def coarsest(steps: tuple[float, ...]) -> int:
    """The first of our levels that is made from the coarsest copy."""
    return int(np.log2(steps[-1] * NEAR))


def digest_of(path: Path, *words: object) -> str:
    """Of words, of both ends of a file and when it was written: to read it all takes minutes."""
    state = path.stat()
    digest = hashlib.sha256(f"slide {words} {state.st_size} {state.st_mtime_ns}".encode())
    with path.open("rb") as file:
        digest.update(file.read(_EDGE))
        file.seek(max(0, state.st_size - _EDGE), os.SEEK_SET)
        digest.update(file.read(_EDGE))
    return digest.hexdigest()
