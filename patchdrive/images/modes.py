"""Every pixel mode of Pillow becomes (H, W, 3) uint8 sRGB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from patchdrive.images.arrays import wide_to_byte
from patchdrive.images.colour import Convert, plain, to_srgb
from patchdrive.images.spaces import converter
from patchdrive.images.tagged import Tagged
from patchdrive.types import Byte

Values = npt.NDArray[Any]
ToByte = Callable[[Values], Byte]

STRIP = 256
"""Rows converted at a time: no second full-size copy, and the strip stays in the cache."""

_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}


def picture_to_pixels(
    picture: Pillow.Image, tags: Tagged | None = None
) -> tuple[Byte, tuple[str, ...]]:
    """A loaded PIL picture as (H, W, 3) uint8 sRGB, and notes on what was done to it.

    Alpha is laid over white, an embedded profile converted, wide values scaled; see _scalar for
    the rule. The picture is left untouched and its metadata is left behind.
    """
    scalar = _scalar(picture)
    notes = [] if scalar is None else [scalar[1]]
    mode = "L" if scalar else _colour_mode(picture)
    convert, note = _colours(picture, mode, tags)
    notes += [note] if note else []
    out = np.empty((picture.height, picture.width, 3), np.uint8)
    seen_through = False
    for top, strip in _strips(picture):
        colour, alpha = _wide(strip, scalar[0]) if scalar else _narrow(strip)
        flat, holes = _flatten(colour, alpha, convert)
        seen_through |= holes
        out[top : top + flat.height] = np.asarray(flat)
    notes += ["transparency laid over white"] if seen_through else []
    return out, tuple(note for note in notes if note)


def _colours(picture: Pillow.Image, mode: str, tags: Tagged | None) -> tuple[Convert, str | None]:
    """The conversion to sRGB for pictures of a mode, and a note: by tags, else by the profile."""
    if tags is None:
        return to_srgb(picture.info.get("icc_profile"), mode)
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


def _wide(strip: Pillow.Image, to_byte: ToByte) -> tuple[Pillow.Image, Pillow.Image | None]:
    """A strip of 16 or 32 bit samples as L, and its alpha or None."""
    values = np.asarray(strip)
    hole = strip.info.get("transparency")
    alpha = None
    if isinstance(hole, int):
        alpha = Pillow.fromarray(np.where(values == hole, 0, 255).astype(np.uint8))
    return Pillow.fromarray(to_byte(values)), alpha


def _flatten(
    colour: Pillow.Image, alpha: Pillow.Image | None, convert: Convert
) -> tuple[Pillow.Image, bool]:
    """Colours through convert and over white, and whether anything was seen through."""
    flat = convert(colour)
    if alpha is None or alpha.getextrema() == (255, 255):
        return flat, False
    return Pillow.composite(flat, Pillow.new("RGB", flat.size, "white"), alpha), True


def _scalar(picture: Pillow.Image) -> tuple[ToByte, str] | None:
    """How samples of more than 8 bit become bytes, and a note; None for other pictures.

    16 bit (unsigned)  0..65535 (0..4095 where the file says 12 bit) to 0..255
    32 bit integers    0..255 as they are where all lie there, else least..greatest to 0..255
    float              0..1 to 0..255 where all lie there, else least..greatest; NaN is black
    """
    if picture.mode.startswith("I;16"):
        return _short(picture)
    if picture.mode not in ("I", "F"):
        return None
    low, high, odd = _span(picture)
    kind = "whole" if picture.mode == "I" else "float"
    if picture.mode == "I" and low >= 0 and high <= 255:
        low, high, note = 0.0, 255.0, ""
    elif picture.mode == "F" and low >= 0 and high <= 1:
        low, high, note = 0.0, 1.0, "float values 0 to 1 spread from black to white"
    else:
        note = f"{kind} values {low:g} to {high:g} spread from black to white"
    note += "; NaN and infinities are black or white" if odd else ""
    return _stretch(low, high, _white_is_zero(picture)), note


def _short(picture: Pillow.Image) -> tuple[ToByte, str]:
    # Pillow unpacks 12 bit to 0..4095 and leaves it at that.
    top = 4095 if _tag(picture, 258) == 12 else 65535
    invert = _white_is_zero(picture)
    most = _span(picture)[1]
    note = f"values 0 to {top} spread from black to white"
    if most < top / 16 and not invert:
        note += f"; the largest is {most:g}, so the picture is dark"

    def to_byte(values: Values) -> Byte:
        small = wide_to_byte(values, top)
        return ~small if invert else small

    return to_byte, note


def _span(picture: Pillow.Image) -> tuple[float, float, bool]:
    """Least and greatest finite value (0 and 0 where there is none), and whether others occur."""
    low, high, odd = np.inf, -np.inf, False
    for _, strip in _strips(picture):
        values = np.asarray(strip)
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            odd |= not finite.all()
            values = values[finite]
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    return (low, high, odd) if low <= high else (0.0, 0.0, odd)


def _stretch(low: float, high: float, invert: bool) -> ToByte:
    width = high - low if high > low else np.inf

    def to_byte(values: Values) -> Byte:
        wide = values.astype(np.float64)
        wide = np.nan_to_num(wide, nan=low, posinf=high, neginf=low)
        small = np.rint((wide - low) * 255 / width).astype(np.uint8)
        return ~small if invert else small

    return to_byte


def _white_is_zero(picture: Pillow.Image) -> bool:
    # Pillow inverts such TIFFs up to 8 bit only.
    return _tag(picture, 262) == 0


def _tag(picture: Pillow.Image, number: int) -> object:
    """A TIFF tag's value, or its only element; None where there is none."""
    value = getattr(picture, "tag_v2", {}).get(number)
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value
