"""Embedded ICC profiles become sRGB."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

Convert = Callable[[Pillow.Image], Pillow.Image]

_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}
_PROBE = 9
"""Steps a channel in the little picture that shows whether a profile changes anything."""


def plain(picture: Pillow.Image) -> Pillow.Image:
    """A picture of mode L, RGB, CMYK or LAB in RGB, with no profile."""
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def to_srgb(profile: object, mode: str) -> tuple[Convert, str | None]:
    """The conversion to sRGB RGB for pictures of a mode (L, RGB, CMYK, LAB), and a note.

    profile  bytes of the embedded ICC profile; anything else, also a broken or alien one, gives
             the plain conversion
    """
    if not isinstance(profile, bytes) or not profile or mode == "LAB":
        return plain, None
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = str(embedded.profile.xcolor_space).strip()
        wanted = _SPACES.get(space)
        if wanted is None or (wanted != mode and (wanted, mode) != ("RGB", "L")):
            return plain, f"colour profile ignored: it is for {space}, the picture is {mode}"
        if wanted == "L":
            convert = _by_table(embedded)
        else:
            transform = ImageCms.buildTransform(embedded, _srgb(), wanted, "RGB")
            if wanted == "RGB" and _does_nothing(transform):
                return plain, None
            convert = _by_transform(transform, wanted)
        name = str(ImageCms.getProfileDescription(embedded)).strip()
    except Exception:  # whatever LittleCMS dislikes, the picture itself is fine
        return plain, "broken colour profile ignored"
    label = "".join(c for c in name if c.isprintable())[:40] or "unnamed"
    return convert, f"colours converted from the profile {label}"


def _by_transform(transform: ImageCms.ImageCmsTransform, mode: str) -> Convert:
    def convert(picture: Pillow.Image) -> Pillow.Image:
        return _apply(transform, picture if picture.mode == mode else picture.convert(mode))

    return convert


def _by_table(embedded: ImageCms.ImageCmsProfile) -> Convert:
    """The conversion of 256 greys: LittleCMS's short cut for grey is 10 steps off in shadows."""
    exact = ImageCms.Flags.NOOPTIMIZE
    transform = ImageCms.buildTransform(embedded, _srgb(), "L", "RGB", flags=exact)
    ramp = Pillow.fromarray(np.arange(256, dtype=np.uint8)[None])
    table = np.asarray(_apply(transform, ramp))[0]
    return lambda picture: Pillow.fromarray(table[np.asarray(picture)])


def _apply(transform: ImageCms.ImageCmsTransform, picture: Pillow.Image) -> Pillow.Image:
    done = ImageCms.applyTransform(picture, transform)
    if done is None:  # only where it works in place
        raise ValueError("the colour transform gave nothing")
    return done


def _does_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether the transform leaves all colours alone to within a step: most profiles are sRGB."""
    steps = np.linspace(0, 255, _PROBE).astype(np.uint8)
    cube: Any = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1)
    cube = cube.reshape(_PROBE, _PROBE**2, 3)
    seen = np.asarray(_apply(transform, Pillow.fromarray(cube)), np.int16)
    return bool(np.abs(seen - cube).max() <= 1)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
