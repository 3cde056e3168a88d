"""A picture far larger than memory, read from a file that brings its own pyramid.

OpenSlide reads the file: pyramidal TIFF and the formats of slide scanners that are built on it.
Nothing is decoded but what is asked for.
"""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

from patchdrive.images import limits
from patchdrive.images.memory import MemoryImage, frozen, shrunk
from patchdrive.types import Byte, Image, ImageError

_EDGE = 1 << 20
"""Bytes at either end of a file that tell it from others."""

_STRIP = 4096
"""Rows and columns that are read at once where much is read."""

_NEAR = 1.01
"""A level of the file may be so much coarser than asked: scanners round its sides."""


class SlideImage(Image):
    """A picture whose file holds smaller copies of it; safe to share between threads.

    Levels come from the file where it has them, else from the next finer copy. From its coarsest
    one on they are made from that, which is held in memory once somebody asks for it.
    """

    streamed = True

    def __init__(self, path: Path, slide: Any, name: str, limit: float) -> None:
        """Take an opened OpenSlide of a file; ImageError where its coarsest copy is too large."""
        self._slide, self._limit = slide, limit
        width, height = slide.dimensions
        self.size = (height, width)
        self.name = name
        steps = tuple(slide.level_downsamples)
        self._coarsest = int(np.log2(steps[-1] * _NEAR))  # of our levels
        limits.check_size(self._shape(self._coarsest), limit, f"the smallest copy in {name}")
        self.microns = _microns(slide.properties)
        self._to_srgb = _transform(slide)
        self._paper = _paper(slide.properties)
        self._small: MemoryImage | None = None
        self._native: Byte | None = None
        self.notes = (f"read from the file's own {len(steps)} levels",)
        self.digest = _digest(path, slide)

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
        if max_side < 1:
            raise ValueError(f"max_side must be 1 or more, not {max_side}")
        level = 0
        while level < self._coarsest and max(self._shape(level + 1)) >= max_side:
            level += 1
        if level >= self._coarsest and level:
            return self._coarse().preview(max_side)
        return frozen(shrunk(self._read(level, 0, 0, *self._shape(level)), max_side))

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
                part[:] = self._part(level, y0 + top, x0 + left, *part.shape[:2])
        return out

    def _part(self, level: int, y0: int, x0: int, h: int, w: int) -> Byte:
        at = self._slide.get_best_level_for_downsample((1 << level) * _NEAR)
        factor = (1 << level) / self._slide.level_downsamples[at]
        across, down = self._slide.level_dimensions[at]
        wide = max(1, min(round(w * factor), across - round(x0 * factor)))
        tall = max(1, min(round(h * factor), down - round(y0 * factor)))
        try:
            found = self._slide.read_region((x0 << level, y0 << level), at, (wide, tall))
        except Exception as error:  # its own kind, or Pillow's
            raise ImageError(
                f"{self.name} can no longer be read ({error}); open it again"
            ) from error
        pixels = self._flat(found)
        if pixels.shape[:2] == (h, w):
            return pixels
        return np.asarray(cv2.resize(pixels, (w, h), interpolation=cv2.INTER_AREA), np.uint8)

    def _flat(self, found: Pillow.Image) -> Byte:
        """A region (h, w, 4) over the slide's own background, in sRGB."""
        if found.getchannel("A").getextrema() != (255, 255):
            paper = Pillow.new("RGBA", found.size, (*self._paper, 255))
            found = Pillow.alpha_composite(paper, found)
        found = found.convert("RGB")
        if self._to_srgb is not None:
            found = ImageCms.applyTransform(found, self._to_srgb) or found
        return np.asarray(found)


def open_slide(path: Path, name: str, limit: float) -> SlideImage | None:
    """The picture in a file that brings its own pyramid; None where it brings none.

    limit   megapixels that may be held at once, never exceeded by what is read
    raises  ImageError where the file is broken, or its smallest copy is too large
    """
    try:
        import openslide
    except (ImportError, OSError):  # the package, or the library that it loads
        return None
    try:
        if openslide.OpenSlide.detect_format(path) is None:
            return None
        slide = openslide.OpenSlide(path)
    except openslide.OpenSlideError as error:
        raise ImageError(f"{name} is damaged: {error}") from error
    if slide.level_count < 2:
        slide.close()
        return None
    return SlideImage(path, slide, name, limit)


def _digest(path: Path, slide: Any) -> str:
    """Of the smallest copy (OpenSlide's own), of both ends of the file, and of when it was written.

    A whole slide would take minutes to read.
    """
    state = path.stat()
    words = f"slide {slide.dimensions} {state.st_size} {state.st_mtime_ns}"
    digest = hashlib.sha256(words.encode())
    digest.update(slide.properties.get("openslide.quickhash-1", "").encode())
    with path.open("rb") as file:
        digest.update(file.read(_EDGE))
        file.seek(max(0, state.st_size - _EDGE), os.SEEK_SET)
        digest.update(file.read(_EDGE))
    return digest.hexdigest()


def _microns(properties: Any) -> tuple[float, float] | None:
    try:
        sides = tuple(float(properties[f"openslide.mpp-{axis}"]) for axis in "yx")
    except (KeyError, ValueError):
        return None
    return (sides[0], sides[1]) if all(1e-6 < side < 1e9 for side in sides) else None


def _paper(properties: Any) -> tuple[int, int, int]:
    """The colour of what was not scanned; white where the file does not say."""
    text = properties.get("openslide.background-color", "")
    try:
        red, green, blue = bytes.fromhex(text)
    except ValueError:
        return 255, 255, 255
    return red, green, blue


def _transform(slide: Any) -> Any:
    """From the file's colours to sRGB, where it brings a profile that can be used."""
    try:
        profile = slide.color_profile
        if profile is None:
            return None
        return ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
