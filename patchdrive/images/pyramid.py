"""A TIFF file with smaller copies of its picture, read box by box."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

import cv2
import numpy as np

from patchdrive.images.arrays import turn
from patchdrive.images.complaints import reason
from patchdrive.images.copies import Copy, page_area
from patchdrive.images.directories import Contents
from patchdrive.images.raster import Loss, Raster
from patchdrive.images.scale import Microns
from patchdrive.images.slide import NEAR, digest_of
from patchdrive.types import Byte, ImageError, Size

_SAMPLE = 4_000_000
"""Pixels of the finest copy that may decide how values are spread from black to white."""


class Pyramid:
    """A TIFF file's copies as a slide reads them; safe to share between threads."""

    def __init__(
        self,
        path: Path,
        file: IO[bytes],
        contents: Contents,
        name: str,
        orientation: int,
        microns: Microns | None,
    ) -> None:
        """Take what an opened file shows.

        orientation  1 to 8, as EXIF counts, of how all copies lie
        raises       ImageError where a box of the picture itself cannot be read
        """
        self._path, self._name, self._way = path, name, orientation
        self._state = _state(file)
        small = [copy for copy in contents.copies if copy.size[0] * copy.size[1] <= _SAMPLE]
        sample = small[0] if small else contents.copies[-1]
        self._raster = Raster(contents, file, sample)
        self._stored = contents.copies[0].size
        self._seen: set[str] = set()
        self._copies = tuple(c for c in contents.copies if self._tried(file, c))
        if not self._copies or self._copies[0] is not contents.copies[0]:
            raise ImageError(f"{name} is damaged: its finest copy cannot be read")
        height, width = self._stored
        self.size: Size = (width, height) if orientation >= 5 else (height, width)
        self.steps = tuple(max(copy.step) for copy in self._copies)
        last = self._copies[-1]
        digest = hashlib.sha256()
        if page_area(last.pages[0]) <= _SAMPLE:
            digest.update(self._whole(file, last).tobytes())
        self.digest = digest_of(path, self._stored, orientation, digest.hexdigest())
        levels = f"read from the file's own {len(self._copies)} levels"
        self.notes = (levels, *contents.notes, *self._raster.notes, *sorted(self._seen))
        self.microns = microns

    def read(self, level: int, y0: int, x0: int, h: int, w: int) -> Byte:
        """Pixels of a box of a level, from the coarsest copy that is as fine."""
        step = 1 << level
        box = (y0 * step, x0 * step, (y0 + h) * step, (x0 + w) * step)
        stored = _untwisted(box, self._stored, self._way)
        copy = max(
            (c for c in self._copies if max(c.step) <= step * NEAR), key=lambda c: max(c.step)
        )
        size = (w, h) if self._way >= 5 else (h, w)
        try:
            with self._path.open("rb") as file:
                if _state(file) != self._state:
                    raise ValueError("it was written anew")
                pixels = self._sampled(file, copy, stored, size)
        except (OSError, ValueError, MemoryError) as error:
            raise ImageError(
                f"{self._name} can no longer be read ({reason(error)}); open it again"
            ) from error
        return turn(pixels, self._way)

    def _sampled(
        self, file: IO[bytes], copy: Copy, box: tuple[int, int, int, int], size: Size
    ) -> Byte:
        """A box in picture pixels, which may leave the picture, from one copy, in another size."""
        rows = _span(box[0], box[2], copy.step[0])
        columns = _span(box[1], box[3], copy.step[1])
        top, bottom = (min(max(0, y), copy.size[0]) for y in rows)
        left, right = (min(max(0, x), copy.size[1]) for x in columns)
        bottom, right = max(bottom, 1), max(right, 1)
        top, left = min(top, bottom - 1), min(left, right - 1)
        loss = Loss()
        pixels = self._raster.read(file, copy, (top, left, bottom, right), loss, set())
        if loss.error is not None:
            raise ValueError(reason(loss.error)) from loss.error
        rims = (top - rows[0], rows[1] - bottom, left - columns[0], columns[1] - right)
        if any(rim > 0 for rim in rims):  # the last pixel of a level stands for less than others
            up, down, before, behind = (max(0, rim) for rim in rims)
            pixels = np.pad(pixels, ((up, down), (before, behind), (0, 0)), "edge")
        if pixels.shape[:2] == size:
            return pixels
        small = cv2.resize(pixels, (size[1], size[0]), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def _tried(self, file: IO[bytes], copy: Copy) -> bool:
        """Whether a pixel in the middle and one in the corner of a copy can be read."""
        height, width = copy.size
        loss = Loss()
        for y, x in ((0, 0), (height // 2, width // 2)):
            try:
                self._raster.read(file, copy, (y, x, y + 1, x + 1), loss, self._seen)
            except (OSError, ValueError, MemoryError):
                return False
        return loss.error is None

    def _whole(self, file: IO[bytes], copy: Copy) -> Byte:
        return self._raster.read(file, copy, (0, 0, *copy.size), Loss(), self._seen)


def _state(file: IO[bytes]) -> tuple[int, int]:
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns


def _span(start: int, stop: int, step: float) -> tuple[int, int]:
    """From where to where something lies in a copy, at least one pixel."""
    first = round(start / step)
    return first, max(first + 1, round(stop / step))


def _untwisted(
    box: tuple[int, int, int, int], stored: Size, orientation: int
) -> tuple[int, int, int, int]:
    """The box (y0, x0, y1, x1) of the stored picture that is seen as box."""
    y0, x0, y1, x1 = box
    height, width = stored
    if orientation >= 5:
        y0, x0, y1, x1 = x0, y0, x1, y1
    flip_y, flip_x = _FLIPS[orientation]
    if flip_y:
        y0, y1 = height - y1, height - y0
    if flip_x:
        x0, x1 = width - x1, width - x0
    return y0, x0, y1, x1


_FLIPS = {
    1: (False, False), 2: (False, True), 3: (True, True), 4: (True, False),
    5: (False, False), 6: (True, False), 7: (True, True), 8: (False, True),
}  # fmt: skip
"""Whether an orientation turns rows and columns of the stored picture round."""
