"""What a TIFF file shows: which of its pages is the picture, and what goes with it.

tifffile reads the tags of a page; the chain of pages is walked here, so that a loop or a million of
them costs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from tifffile import TiffFile, TiffPage

from patchdrive.images.channels import channels, pages_in_one
from patchdrive.images.copies import MASK, REDUCED, Copy, copies, kind, page_area
from patchdrive.images.headers import MOST_FRAMES, tiff_places

MOST_PAGES = 64
"""Pages whose tags are read; more are only counted."""

_CAMERA = (32803, 34892)
"""Kinds of colours (PhotometricInterpretation) that have to be developed first."""

_SPECIAL = ("lsm", "scanimage", "ndpi", "stk")
"""Formats for which tifffile would read more of the file than the page that is asked for."""

Inner = Mapping[int, Sequence[TiffPage]]
"""The SubIFDs of pages, by the places of those in the file."""

# What matters is said in notes and errors.
logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file shows.

    copies  the picture and its smaller copies, finest first, at least one
    first   the file's first page: some tags stand only there
    notes   what is special about it, in words
    """

    copies: tuple[Copy, ...]
    first: TiffPage
    notes: tuple[str, ...]

    @property
    def page(self) -> TiffPage:
        """The page of the picture itself."""
        return self.copies[0].pages[0]

    def tag(self, code: int) -> Any:
        """A tag of the picture, else of the first page; None where neither has it."""
        own = self.page.tags.valueof(code)
        return self.first.tags.valueof(code) if own is None else own


def contents(file: IO[bytes]) -> Contents:
    """What the TIFF file shows; any exception where its directories cannot be read."""
    places = tiff_places(file)
    file.seek(0)
    flags: dict[str, Any] = {f"is_{name}": False for name in _SPECIAL}
    tiff = TiffFile(file, _multifile=False, **flags)
    chain = _parse(tiff, places)
    # Those of the first pages are enough: more pages are the colours of one picture, or frames.
    inner = {page.offset: _parse(tiff, page.subifds or ()) for page in chain[:4]}
    shown, notes = _shown(chain, inner)
    told = channels(chain[0].description)
    colours = chain[:3] if told.are_colours and shown is chain[0] and _same(chain[:3]) else []
    related = [*_behind(shown, [chain, *inner.values()]), *inner.get(shown.offset, ())]
    found = copies(shown, related, colours, inner)
    if not colours and told.note:
        notes += (told.note,)
    return Contents(found, chain[0], notes + _frames(chain, shown, len(places), bool(colours)))


def _parse(tiff: TiffFile, places: Sequence[int]) -> list[TiffPage]:
    """The pages at these places; a broken first one is an error, others are left out."""
    pages: list[TiffPage] = []
    for n, place in enumerate(places[:MOST_PAGES]):
        tiff.filehandle.seek(place)
        try:
            page = TiffPage(tiff, n)
        except Exception:  # tifffile raises many kinds
            if n:
                continue
            raise
        if page_area(page) > 0:
            pages.append(page)
    if places and not pages:
        raise ValueError("it holds no picture")
    return pages


def _shown(chain: list[TiffPage], inner: Inner) -> tuple[TiffPage, tuple[str, ...]]:
    """The page of the picture itself, which need not be the first, and a note on a preview."""
    first = chain[0]
    pages = [*chain, *(page for own in inner.values() for page in own)]
    pages = [page for page in pages if not kind(page) & MASK] or [first]
    full = max([first, *inner[first.offset]], key=_fullness)
    if kind(first) & (REDUCED | MASK) and kind(full) & (REDUCED | MASK):
        full = max(pages, key=_fullness)
    if full.photometric in _CAMERA:
        developed = [page for page in pages if page.photometric not in _CAMERA]
        if developed:
            shown = max(developed, key=page_area)
            return shown, (
                f"a preview of {shown.imagewidth} x {shown.imagelength}: the picture itself is a "
                f"camera's raw data of {full.imagewidth} x {full.imagelength}, which is not "
                "developed here; export it from a raw converter to see it",
            )
    if kind(full) & REDUCED:
        return full, ("its file calls it a preview and holds no larger picture",)
    return full, ()


def _fullness(page: TiffPage) -> tuple[bool, bool, int]:
    return not kind(page) & MASK, not kind(page) & REDUCED, page_area(page)


def _behind(page: TiffPage, rows: Sequence[Sequence[TiffPage]]) -> list[TiffPage]:
    """The smaller copies and masks that stand right behind a page in its row."""
    row = next((row for row in rows if page in row), [page])
    found: list[TiffPage] = []
    for other in row[row.index(page) + 1 :]:
        if not kind(other) & (REDUCED | MASK):
            break
        found.append(other)
    return found


def _same(pages: Sequence[TiffPage]) -> bool:
    """Whether pages can be the colours of one picture."""
    kinds = {(page.shape, page.dtype, page.photometric) for page in pages}
    return len(pages) == 3 and len(kinds) == 1 and pages[0].samplesperpixel == 1


def _frames(chain: list[TiffPage], shown: TiffPage, places: int, one: bool) -> tuple[str, ...]:
    """("first of 12 frames",) where there are several; copies and masks are none."""
    if one:
        return ()
    besides = sum(1 for page in chain if kind(page) & (REDUCED | MASK) and page is not shown)
    frames = max(places - besides, pages_in_one(chain[0].description))
    if frames < 2:
        return ()
    return (f"first of {'at least ' if places >= MOST_FRAMES else ''}{frames:,} frames",)
