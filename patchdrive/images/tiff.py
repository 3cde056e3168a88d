"""One door for TIFF files: each goes to whoever reads it rightly."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from tifffile import TiffPage

from patchdrive.budget import purse
from patchdrive.images import limits, scale
from patchdrive.images.arrays import turn
from patchdrive.images.bands import for_pillow, refusal
from patchdrive.images.complaints import DamagedError, unread
from patchdrive.images.copies import page_area, page_size
from patchdrive.images.directories import Contents, contents
from patchdrive.images.memory import MemoryImage
from patchdrive.images.price import OURS, afford
from patchdrive.images.pyramid import Pyramid
from patchdrive.images.raster import BAND, Loss, Raster
from patchdrive.images.scale import Microns
from patchdrive.images.scanner import open_scan
from patchdrive.images.segments import CutError, piece_size, plain
from patchdrive.images.slide import SlideImage
from patchdrive.types import Image, ImageError

_OLD_JPEG = 6
_ORIENTATION = 274
_SCALE = (270, 282, 283, 296)


def open_tiff(
    file: IO[bytes],
    name: str,
    limit: float,
    truncated: bool,
    path: Path | None = None,
    waiting: Callable[[], None] | None = None,
) -> Image | None:
    """The picture in a seekable TIFF file; None where Pillow is to read it or say what is wrong.

    limit      megapixels that may be held at once, checked before any pixel is decoded
    truncated  take what there is of a damaged file, with a note
    path       where the file lies, if it does: one with smaller copies is then read in parts
    waiting    called while others are decoded first, see `patchdrive.budget`
    raises     ImageError where it cannot be read, or is too large
    """
    try:
        found = contents(file)
    except Exception:  # tifffile raises many kinds
        return open_scan(path, name, limit) if path is not None else None
    if path is not None and _plain(found) and (scan := open_scan(path, name, limit)) is not None:
        return scan
    if for_pillow(found.page) and found.page is found.first:
        return None
    if why := refusal(found.page):
        raise ImageError(f"{name} cannot be shown: {why}")
    if path is not None and len(found.copies) > 1 and _complete(file, found):
        slide = SlideImage(
            Pyramid(path, file, found, name, _way(found), _microns(found)), name, limit
        )
        return slide
    limits.check_size(page_size(found.page), limit, name)
    room = _room(found.page)
    afford(page_size(found.page), room, name)
    with purse().hold(room, waiting):
        return _whole(file, found, name, truncated)


def _room(page: TiffPage) -> int:
    """Bytes that reading the whole page takes at its peak: its pieces, a band of rows, our own."""
    height, width = piece_size(page)
    bands, depth = page.samplesperpixel, page.dtype.itemsize if page.dtype is not None else 1
    area = page_area(page)
    piece = 0 if plain(page) else 2 * height * width * bands * depth
    rows = area if height == page.imagelength and not plain(page) else min(area, 2 * BAND)
    return 2 * OURS * area + piece + rows * (bands + 4 * OURS)


def _whole(file: IO[bytes], found: Contents, name: str, truncated: bool) -> Image | None:
    """The picture with all its pixels; None for an old kind of JPEG that only Pillow may know."""
    copy, loss, seen = found.copies[0], Loss(), set[str]()
    raster = Raster(found, file, copy)
    pixels = raster.read(file, copy, (0, 0, *copy.size), loss, seen)
    notes = (*found.notes, *raster.notes, *sorted(seen))
    if loss.error is not None:
        if found.page.compression == _OLD_JPEG and found.page is found.first:
            return None
        words = unread(name, loss.error, isinstance(loss.error, CutError), loss.share, truncated)
        if not truncated or not loss.found:
            kind = DamagedError if loss.found else ImageError
            raise kind(words) from loss.error
        notes += (words,)
    return MemoryImage(turn(pixels, _way(found)), name, notes, _microns(found))


def _plain(found: Contents) -> bool:
    """Whether OpenSlide would read the page rightly: 8 bit RGB, the right way up."""
    page = found.page
    return (
        page.bitspersample == 8
        and page.sampleformat == 1
        and page.samplesperpixel == 3
        and page.planarconfig == 1
        and _way(found) == 1
        and found.copies[0].mask is None
    )


def _complete(file: IO[bytes], found: Contents) -> bool:
    """Whether the file is as long as the pieces of its picture say."""
    size = file.seek(0, os.SEEK_END)
    return all(_end(page) <= size for page in found.copies[0].pages)


def _end(page: TiffPage) -> int:
    pairs = zip(page.dataoffsets, page.databytecounts, strict=False)
    return max((offset + count for offset, count in pairs if offset), default=0)


def _way(found: Contents) -> int:
    """The orientation 1 to 8; 1 where the file says nothing or what does not exist."""
    value = found.tag(_ORIENTATION)
    return int(value) if isinstance(value, int) and value in range(1, 9) else 1


def _microns(found: Contents) -> Microns | None:
    tags: Mapping[int, Any] = {code: _number(found.tag(code)) for code in _SCALE}
    told = {code: value for code, value in tags.items() if value is not None}
    return scale.told(told | {_ORIENTATION: _way(found)})


def _number(value: Any) -> Any:
    """A fraction as a number; anything else as it is."""
    if isinstance(value, tuple) and len(value) == 2:
        return value[0] / value[1] if value[1] else 0.0
    return int(value) if isinstance(value, int) else value
