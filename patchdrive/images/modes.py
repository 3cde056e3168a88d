"""Every pixel mode of Pillow becomes (H, W, 3) uint8 sRGB."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image as Pillow

from patchdrive.images import tones
from patchdrive.images.colour import Convert, plain, to_srgb
from patchdrive.images.headers import adobe_rgb
from patchdrive.images.spaces import converter
from patchdrive.images.tagged import Tagged
from patchdrive.images.tones import Tone
from patchdrive.types import Byte

STRIP = 256
"""Rows converted at a time: no second full-size copy, and the strip stays in the cache."""

_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}


def picture_to_pixels(
    picture: Pillow.Image, tags: Tagged | None = None
) -> tuple[Byte, tuple[str, ...]]:
    """A loaded PIL picture as (H, W, 3) uint8 sRGB, and notes on what was done to it.

    Alpha is laid over white, an embedded profile converted, wide values scaled; see tones for the
    rule. The picture is left untouched and its metadata is left behind.
    """
    scalar = _scalar(picture)
    notes = [] if scalar is None else [scalar.note]
    mode = "L" if scalar else _colour_mode(picture)
    convert, note = _colours(picture, mode, tags)
    notes += [note] if note else []
    out = np.empty((picture.height, picture.width, 3), np.uint8)
    seen_through = False
    for top, strip in _strips(picture):
        colour, alpha = _wide(strip, scalar) if scalar else _narrow(strip)
        flat, holes = _flatten(colour, alpha, convert)
        seen_through |= holes
        out[top : top + flat.height] = np.asarray(flat)
    notes += ["transparency laid over white"] if seen_through else []
    return out, tuple(note for note in notes if note)


def _colours(picture: Pillow.Image, mode: str, tags: Tagged | None) -> tuple[Convert, str | None]:
    """The conversion to sRGB for pictures of a mode, and a note: by tags, else by the profile."""
    if tags is None:
        profile = picture.info.get("icc_profile")
        if not profile and mode == "RGB" and adobe_rgb(picture.info.get("exif")):
            return plain, "colours of Adobe RGB without a profile, shown as sRGB as browsers do"
        return to_srgb(profile, mode)
    space, note = tags
    return (plain, note) if space is None else converter(space, mode)


def _strips(picture: Pillow.Image) -> Iterator[tuple[int, Pillow.Image]]:
    for top in range(0, picture.height, STRIP):
        yield top, picture.crop((0, top, picture.width, min(picture.height, top + STRIP)))


def _colour_mode(picture: Pillow.Image) -> str:
    """The mode that _narrow brings a picture to: L, RGB, CMYK or LAB."""
    if picture.mode in ("1", "L", "LA", "La"):
        return "L"
    return picture.mode if picture.mode in ("CMYK", "LAB") else "RGB"


def _narrow(strip: Pillow.Image) -> tuple[Pillow.Image, Pillow.Image | None]:
    """A strip of 8 bit samples as colours in _colour_mode, and its alpha or None."""
    mode = _colour_mode(strip)
    if strip.mode not in _ALPHA and (
        "transparency" not in strip.info or strip.mode not in ("1", "L", "P", "RGB")
    ):
        return (strip if strip.mode == mode else strip.convert(mode)), None
    strip = strip.convert("LA" if mode == "L" else "RGBA")
    alpha = strip.getchannel("A")
    strip.info.pop("transparency", None)
    return strip.convert(mode), alpha


def _wide(strip: Pillow.Image, tone: Tone) -> tuple[Pillow.Image, Pillow.Image | None]:
    """A strip of 16 or 32 bit samples as L, and its alpha or None."""
    values = np.asarray(strip)
    hole = strip.info.get("transparency")
    alpha = None
    if isinstance(hole, int):
        alpha = Pillow.fromarray(np.where(values == hole, 0, 255).astype(np.uint8))
    return Pillow.fromarray(tone(values)), alpha


def _flatten(
    colour: Pillow.Image, alpha: Pillow.Image | None, convert: Convert
) -> tuple[Pillow.Image, bool]:
    """Colours through convert and over white, and whether anything was seen through."""
    flat = convert(colour)
    if alpha is None or alpha.getextrema() == (255, 255):
        return flat, False
    return Pillow.composite(flat, Pillow.new("RGB", flat.size, "white"), alpha), True


def _scalar(picture: Pillow.Image) -> Tone | None:
    """How samples of more than 8 bit become bytes (see tones); None for other pictures."""
    wide, floating = picture.mode.startswith("I;16"), picture.mode == "F"
    if not (wide or floating or picture.mode == "I"):
        return None
    found = tones.span(np.asarray(strip) for _, strip in _strips(picture))
    invert = _white_is_zero(picture)
    if wide:  # Pillow unpacks 12 bit to 0..4095 and leaves it at that
        return tones.short(found, 4095 if _tag(picture, 258) == 12 else 65535, invert)
    return tones.wide(found, floating, invert)


def _white_is_zero(picture: Pillow.Image) -> bool:
    # Pillow inverts such TIFFs up to 8 bit only.
    return _tag(picture, 262) == 0


def _tag(picture: Pillow.Image, number: int) -> object:
    """A TIFF tag's value, or its only element; None where there is none."""
    value = getattr(picture, "tag_v2", {}).get(number)
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value
