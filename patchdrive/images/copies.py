"""Which pages of a TIFF file are smaller copies of its picture, and how each lies over it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tifffile import TiffPage

from patchdrive.types import Size

REDUCED, MASK = 1, 4
"""Bits of NewSubfileType."""

Step = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Copy:
    """The picture in one size.

    pages  one page, or three that each hold one of its colours
    mask   a page of one bit that says where the picture is, or None
    size   (h, w) of what is shown of it; a copy filled up to whole tiles is larger
    step   picture pixels to one of its pixels as (y, x)
    """

    pages: tuple[TiffPage, ...]
    mask: TiffPage | None
    size: Size
    step: Step


def kind(page: TiffPage) -> int:
    """NewSubfileType; what is a mask by its colours counts as one."""
    return int(page.subfiletype) | (MASK if page.photometric == MASK else 0)


def page_size(page: TiffPage) -> Size:
    """(H, W) of a page as it is stored."""
    return page.imagelength, page.imagewidth


def copies(
    shown: TiffPage,
    related: Sequence[TiffPage],
    colours: Sequence[TiffPage],
    inner: Mapping[int, Sequence[TiffPage]],
) -> tuple[Copy, ...]:
    """The picture and its smaller copies, finest first; a mask is one of neither.

    related  pages that may be copies or masks of the one shown
    colours  three pages that are its colours, or none
    inner    the SubIFDs of pages, by the places of those
    """
    masks = {page_size(page): page for page in related if kind(page) & MASK}
    native = page_size(shown)
    found = [Copy(tuple(colours) or (shown,), masks.get(native), native, (1.0, 1.0))]
    filled = False
    for page in sorted((p for p in related if _alike(p, shown)), key=page_area, reverse=True):
        place = lies(native, page, [max(copy.step) for copy in found], filled)
        pages = _beside(page, colours, inner)
        if place is None or not pages:
            continue
        filled |= place[0] != page_size(page)
        found.append(Copy(pages, masks.get(page_size(page)), *place))
    return tuple(found)


def page_area(page: TiffPage) -> int:
    """Pixels of a page."""
    return page.imagewidth * page.imagelength


def _alike(page: TiffPage, shown: TiffPage) -> bool:
    return (
        not kind(page) & MASK
        and page.dtype == shown.dtype
        and page.bitspersample == shown.bitspersample
        and page.samplesperpixel == shown.samplesperpixel
        and (
            page.photometric == shown.photometric or {page.photometric, shown.photometric} == {2, 6}
        )
    )


def lies(
    native: Size, page: TiffPage, before: Sequence[float], filled: bool
) -> tuple[Size, Step] | None:
    """How a page lies over a picture of size native: which (h, w) of it, and its step, or None.

    A copy is the picture by a whole step, its sides rounded either way; or that, filled up to whole
    tiles at its right and lower rim; or the picture by a step that both sides share.

    before  the steps of the finer copies
    filled  finer copies were filled up, so that this one is, too, where it can be
    """
    size = page_size(page)
    if size[0] > native[0] or size[1] > native[1] or size == native:
        return None
    low = max(full / (side + 1) for full, side in zip(native, size, strict=True))
    high = min(full / max(0.5, side - 1) for full, side in zip(native, size, strict=True))
    first = max(math.floor(low), math.floor(before[-1])) + 1
    whole = range(first, math.ceil(high)) if low < high else range(0)
    power = next((1 << n for n in range(1, 32) if 1 << n in whole), None)
    ratios = (native[0] / size[0], native[1] / size[1])
    if power is not None:
        return size, ratios
    full_tiles = _filled(native, page, before)
    if whole and not (filled and full_tiles):
        return size, ratios
    if full_tiles is not None:
        return full_tiles
    return (size, ratios) if low < high and min(ratios) > before[-1] else None


def _filled(native: Size, page: TiffPage, before: Sequence[float]) -> tuple[Size, Step] | None:
    """The part of a page that is the picture halved n times, where whole tiles hold it.

    One tile may hold it halved three times or four: it then goes on as from copy to copy before.
    """
    if not page.is_tiled:
        return None
    tile = (page.tilelength, page.tilewidth)
    growth = before[-1] / before[-2] if len(before) > 1 else 2.0
    steps = [1 << n for n in range(1, 32) if 1 << n > before[-1]]
    for step in sorted(steps, key=lambda step: abs(math.log(step / (before[-1] * growth)))):
        part = (-(-native[0] // step), -(-native[1] // step))
        needed = tuple(-(-side // length) * length for side, length in zip(part, tile, strict=True))
        if needed == page_size(page):
            return part, (float(step), float(step))
    return None


def _beside(
    page: TiffPage, colours: Sequence[TiffPage], inner: Mapping[int, Sequence[TiffPage]]
) -> tuple[TiffPage, ...]:
    """The copies of all colours that belong to a copy of the first; () where one is missing."""
    if not colours:
        return (page,)
    same = [
        next((p for p in inner.get(colour.offset, ()) if p.shape == page.shape), None)
        for colour in colours
    ]
    found = tuple(page for page in same if page is not None)
    return found if len(found) == len(colours) else ()
