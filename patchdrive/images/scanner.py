"""Files of slide scanners, read by OpenSlide, which knows how each of them lies.

It is asked for nothing else: of plain TIFF it takes any page for colours of 8 bit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

from patchdrive.images.slide import NEAR, SlideImage, digest_of
from patchdrive.types import Byte, ImageError

_PLAIN = "generic-tiff"


class Scan:
    """A scanner's file as a slide reads it."""

    def __init__(self, path: Path, slide: Any, name: str) -> None:
        """Take an opened OpenSlide of a file; its own error where a copy cannot be read."""
        self._slide, self._name = slide, name
        width, height = slide.dimensions
        self.size = (height, width)
        self.steps: tuple[float, ...] = tuple(slide.level_downsamples)
        self.microns = _microns(slide.properties)
        self._to_srgb = _transform(slide)
        self._paper = _paper(slide.properties)
        self.notes: tuple[str, ...] = (f"read from the file's own {len(self.steps)} levels",)
        quick = slide.properties.get("openslide.quickhash-1", "")
        self.digest = digest_of(path, slide.dimensions, quick)
        for at, (across, down) in enumerate(slide.level_dimensions):
            step = self.steps[at]
            slide.read_region((int(across // 2 * step), int(down // 2 * step)), at, (1, 1))

    def read(self, level: int, y0: int, x0: int, h: int, w: int) -> Byte:
        """Pixels of a box of a level, from the coarsest copy that is as fine."""
        at = self._slide.get_best_level_for_downsample((1 << level) * NEAR)
        factor = (1 << level) / self._slide.level_downsamples[at]
        across, down = self._slide.level_dimensions[at]
        wide = max(1, min(round(w * factor), across - round(x0 * factor)))
        tall = max(1, min(round(h * factor), down - round(y0 * factor)))
        try:
            found = self._slide.read_region((x0 << level, y0 << level), at, (wide, tall))
        except Exception as error:  # its own kind, or Pillow's
            raise ImageError(
                f"{self._name} can no longer be read ({error}); open it again"
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


def open_scan(path: Path, name: str, limit: float) -> SlideImage | None:
    """The picture in a scanner's file; None where it is none, or OpenSlide cannot read it.

    limit   megapixels that may be held at once, never exceeded by what is read
    raises  ImageError where its smallest copy is too large
    """
    try:
        import openslide
    except (ImportError, OSError):  # the package, or the library that it loads
        return None
    try:
        if openslide.OpenSlide.detect_format(path) in (None, _PLAIN):
            return None
        slide = openslide.OpenSlide(path)
    except openslide.OpenSlideError:  # whoever reads plain TIFF says what is wrong
        return None
    try:
        if slide.level_count > 1:
            return SlideImage(Scan(path, slide, name), name, limit)
    except openslide.OpenSlideError:
        pass
    slide.close()
    return None


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
