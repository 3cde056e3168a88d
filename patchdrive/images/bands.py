"""Which bands of a TIFF page are shown, as which colours, and what stands for nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from tifffile import TiffPage

from patchdrive.images.directories import Contents
from patchdrive.images.segments import CODECS, JPEG

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB, ICC_LAB = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    9,
)
_SHOWN = (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB, ICC_LAB)
_ASSOCIATED, _STRAIGHT = 1, 2
_NODATA = 42113
_SAVE = "save it as 8 bit RGB without compression, or as PNG, and open that"


@dataclass(frozen=True, eq=False)
class Look:
    """How a page's bands are shown.

    mode     L, RGB, CMYK, LAB as Pillow calls them, or P
    bands    numbers of the bands that are its channels
    alpha    number of the band that is transparency, or None
    premultiplied  whether colours were multiplied by it
    invert   whether 0 is white
    nodata   the value that stands for nothing in all bands, or None
    palette  (n, 3) uint8 colours of P
    notes    what is left out, in words
    """

    mode: str
    bands: tuple[int, ...]
    alpha: int | None = None
    premultiplied: bool = False
    invert: bool = False
    nodata: float | None = None
    palette: Any = None
    notes: tuple[str, ...] = ()


def refusal(page: TiffPage) -> str:
    """Why a page cannot be shown, with what to do; "" where it can."""
    if page.compression not in CODECS:
        name = getattr(page.compression, "name", f"number {int(page.compression)}")
        return f"{name} compression inside TIFF is not supported; {_SAVE}"
    odd = _oddity(page)
    return f"it holds {describe(page)}{odd}, which is not supported; {_SAVE}" if odd else ""


def _oddity(page: TiffPage) -> str:
    if page.photometric not in _SHOWN:
        name = getattr(page.photometric, "name", f"number {int(page.photometric)}")
        return f" as {name} colours"
    if not isinstance(page.bitspersample, int):
        return " of different depths"
    if page.dtype is None or page.dtype.kind not in "biuf" or page.imagedepth > 1:
        return " of a rare type" if page.imagedepth == 1 else " as a solid"
    if page.photometric in (LAB, ICC_LAB) and page.bitspersample != 8:
        return " as Lab colours"
    if page.photometric in (RGB, YCBCR, LAB, ICC_LAB) and page.samplesperpixel < 3:
        return " as colours of three"
    if page.photometric == CMYK and page.samplesperpixel < 4:
        return " as inks of four"
    if page.photometric == PALETTE and (page.bitspersample > 16 or page.samplesperpixel > 1):
        return " as numbers of colours"
    return ""


def describe(page: TiffPage) -> str:
    """A page's numbers in words: "5 bands of 16 bit unsigned numbers"."""
    kinds = {1: "unsigned", 2: "signed", 3: "float", 5: "complex", 6: "complex"}
    kind = kinds.get(int(page.sampleformat) if isinstance(page.sampleformat, int) else 0, "odd")
    bits = page.bitspersample
    depth = "/".join(map(str, bits)) if isinstance(bits, tuple) else str(bits)
    count = page.samplesperpixel
    return f"{count} band{'s' * (count > 1)} of {depth} bit {kind} numbers"


def for_pillow(page: TiffPage) -> bool:
    """Whether Pillow is to read the page: luminance and colour in blocks, without JPEG."""
    return page.photometric == YCBCR and page.compression not in (*JPEG, 50001)


def look(contents: Contents) -> Look:
    """How the file's picture is shown; its pages can be (see refusal)."""
    page = contents.page
    count, kind = page.samplesperpixel, int(page.photometric)
    nodata = _nodata(contents.tag(_NODATA), page.dtype)
    if len(contents.copies[0].pages) == 3:
        return Look("RGB", (0, 1, 2), nodata=nodata)
    if kind == PALETTE:
        return Look("P", (0,), nodata=nodata, palette=_palette(contents.tag(320)))
    colours = {RGB: 3, YCBCR: 3, CMYK: 4, LAB: 3, ICC_LAB: 3}.get(kind, 1)
    extra = [int(value) for value in page.extrasamples][: count - colours]
    grey = kind in (WHITE_IS_ZERO, BLACK_IS_ZERO, MASK)
    if grey and count >= 3 and not (count == 3 and _STRAIGHT in extra):
        colours, extra = 3, extra[2:]
    mode = {CMYK: "CMYK", LAB: "LAB", ICC_LAB: "LAB"}.get(kind, "RGB" if colours == 3 else "L")
    alpha = next((colours + n for n, e in enumerate(extra) if e in (_ASSOCIATED, _STRAIGHT)), None)
    return Look(
        mode,
        tuple(range(colours)),
        alpha,
        alpha is not None and extra[alpha - colours] == _ASSOCIATED,
        kind == WHITE_IS_ZERO,
        nodata,
        notes=_left_out(count, colours, alpha, grey),
    )


def _left_out(count: int, colours: int, alpha: int | None, grey: bool) -> tuple[str, ...]:
    if count == colours + (alpha is not None) and not (grey and colours == 3):
        return ()
    if grey and colours == 3:
        return (f"bands 1, 2 and 3 of {count} shown as red, green and blue",)
    shown = "band 1" if colours == 1 else f"the first {colours}"
    return (f"{shown} of {count} bands shown; what the others hold (infrared?) is left out",)


def _nodata(text: object, dtype: np.dtype[Any] | None) -> float | None:
    """GDAL's value for nothing, as the type of the band has it; None where it has no such value."""
    if not isinstance(text, str) or dtype is None:
        return None
    try:
        value = float(text.strip().rstrip("\0").replace(",", "."))
    except ValueError:
        return None
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return float(np.asarray(value).astype(dtype))
    if dtype.kind == "b" or not math.isfinite(value) or value != int(value):
        return None
    limits = np.iinfo(dtype)
    return value if limits.min <= value <= limits.max else None


def _palette(values: object) -> Any:
    """Colours (n, 3) uint8 of a colour map, which counts to 65535, or to 255 where a tool erred."""
    table = np.asarray(values).reshape(3, -1).T.astype(np.int64)
    return (table if table.max(initial=0) < 256 else table >> 8).astype(np.uint8)
