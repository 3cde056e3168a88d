"""Values of any box of a TIFF page, from the tiles or strips that it touches and no others.

tifffile and imagecodecs decode one piece after another. What a piece claims is looked at before it
is decoded: a small file must not take the memory or the minutes of a large one.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from tifffile import TiffPage

from patchdrive import budget
from patchdrive.images.headers import claimed_size
from patchdrive.types import Size

Values = npt.NDArray[Any]

CODECS = {
    1: "no", 2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "deflate",
    32946: "deflate", 32773: "PackBits", 34887: "LERC", 34925: "LZMA", 50000: "Zstandard",
    50001: "WebP", 34712: "JPEG 2000", 33005: "JPEG 2000",
}  # fmt: skip
"""Compressions that are read."""

JPEG = (6, 7)
_BLOCK = 4 << 20
"""Bytes of rows without compression that are read at once."""

_MOST_SCANS = 20
_MOST_PIECES = 1 << 18


class CutError(Exception):
    """The file ends before the piece does."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Part of a box.

    y, x    where it lies in the box
    size    (h, w)
    plane   which band, where bands are stored one by one, else 0
    values  (h, w, bands), or None where the file leaves the piece out, or it cannot be read
    error   why it cannot: CutError where the file is too short, MemoryError where the piece is too
            large, or whatever a codec raises
    """

    y: int
    x: int
    size: Size
    plane: int
    values: Values | None
    error: Exception | None = None


def plain(page: TiffPage) -> bool:
    """Whether the page's rows lie in the file as numbers that can be taken as they are."""
    return (
        page.compression == 1
        and page.predictor == 1
        and page.fillorder == 1
        and not page.is_tiled
        and page.dtype is not None
        and page.bitspersample == page.dtype.itemsize * 8
        and page.dtype.kind in "uif"
    )


def piece_size(page: TiffPage) -> Size:
    """(h, w) of a tile or strip of the page."""
    if page.is_tiled:
        return page.tilelength, page.tilewidth
    return max(1, min(page.rowsperstrip, page.imagelength)), page.imagewidth


def pieces(page: TiffPage, file: IO[bytes], box: tuple[int, int, int, int]) -> Iterator[Piece]:
    """The decoded parts of a box (y0, x0, y1, x1) that lies inside the page, in the file's order.

    raises  ValueError where there are too many of them
    """
    planes = page.samplesperpixel if page.planarconfig == 2 else 1
    height, width = piece_size(page)
    down, across = (-(-page.imagelength // height), -(-page.imagewidth // width))
    if down * across * planes > _MOST_PIECES and _touched(box, height, width) > _MOST_PIECES:
        raise ValueError(f"it is stored in {down * across * planes:,} pieces")
    for plane in range(planes):
        for row in range(box[0] // height, -(-box[2] // height)):
            for column in range(box[1] // width, -(-box[3] // width)):
                index = (plane * down + row) * across + column
                place = (row * height, column * width)
                try:
                    yield from _piece(page, file, box, index, place, plane)
                except Exception as error:  # a codec may raise anything
                    yield Piece(0, 0, (0, 0), plane, None, error)


def _touched(box: tuple[int, int, int, int], height: int, width: int) -> int:
    return math.ceil((box[2] - box[0]) / height + 1) * math.ceil((box[3] - box[1]) / width + 1)


def _piece(
    page: TiffPage,
    file: IO[bytes],
    box: tuple[int, int, int, int],
    index: int,
    place: tuple[int, int],
    plane: int,
) -> Iterator[Piece]:
    """The part in the box of one tile or strip that begins at place; plain ones in blocks."""
    height, width = piece_size(page)
    top, bottom = max(box[0], place[0]), min(box[2], place[0] + height, page.imagelength)
    left, right = max(box[1], place[1]), min(box[3], place[1] + width, page.imagewidth)
    size = (bottom - top, right - left)
    if index >= len(page.dataoffsets):
        raise CutError
    offset = page.dataoffsets[index]
    count = page.databytecounts[index] if index < len(page.databytecounts) else 0
    if not offset or (not count and not plain(page)):
        yield Piece(top - box[0], left - box[1], size, plane, None)
    elif plain(page):
        for y, values in _rows(page, file, offset, top - place[0], bottom - place[0]):
            values = values[:, left:right]
            at = place[0] + y - box[0]
            yield Piece(at, left - box[1], (len(values), size[1]), plane, values)
    else:
        values = _decoded(page, file, index, offset, count)
        values = values[top - place[0] : bottom - place[0], left - place[1] : right - place[1]]
        yield Piece(top - box[0], left - box[1], (values.shape[0], values.shape[1]), plane, values)


def _rows(
    page: TiffPage, file: IO[bytes], offset: int, start: int, stop: int
) -> Iterator[tuple[int, Values]]:
    """Rows of a plain strip, in blocks (h, W, bands); CutError where the file ends before them."""
    assert page.dtype is not None
    bands = page.samplesperpixel if page.planarconfig == 1 else 1
    kind = page.dtype.newbyteorder(page.parent.byteorder)
    length = page.imagewidth * bands * kind.itemsize
    step = max(1, _BLOCK // length)
    for y in range(start, stop, step):
        rows = min(step, stop - y)
        file.seek(offset + y * length)
        data = file.read(rows * length)
        whole = len(data) // length
        if whole:
            values = np.frombuffer(data, kind, whole * page.imagewidth * bands)
            yield y, values.reshape(whole, page.imagewidth, bands)
        if whole < rows:
            raise CutError


def _decoded(page: TiffPage, file: IO[bytes], index: int, offset: int, count: int) -> Values:
    """A compressed tile or strip (h, w, bands), checked before it is decoded."""
    height, width = piece_size(page)
    bands = page.samplesperpixel if page.planarconfig == 1 else 1
    depth = page.dtype.itemsize if page.dtype is not None else 1
    nbytes = height * width * bands * depth
    if 2 * nbytes > budget.bound():
        raise MemoryError(
            f"it is stored in pieces of {width:,} x {height:,} pixels, which need "
            f"{budget.words(2 * nbytes)} of memory"
        )
    file.seek(offset)
    # What is much longer than its pixels was made to take time: what follows is not read.
    wanted = min(count, 2 * nbytes + (1 << 20))
    data = file.read(wanted)
    if len(data) < wanted:
        raise CutError
    _check_claims(page, data, height * width)
    found = page.decode(data, index, jpegtables=page.jpegtables, jpegheader=page.jpegheader)[0]
    if found is None:
        raise ValueError("an empty piece")
    return np.asarray(found).reshape(found.shape[-3:])


def _check_claims(page: TiffPage, data: bytes, area: int) -> None:
    """Refuse a piece that is a picture file of its own and claims to be larger than it may be."""
    claimed: Size | None = None
    if page.compression in JPEG:
        if data.count(b"\xff\xda") > _MOST_SCANS:
            raise ValueError("a piece of too many scans, made to keep a decoder busy")
        claimed = _jpeg_size(data)
    elif page.compression == 50001:
        claimed = claimed_size(io.BytesIO(data))
    elif page.compression in (34712, 33005):
        claimed = _jpeg_2000_size(data)
    elif page.compression == 34887:
        claimed = _lerc_size(data)
    else:
        return
    if claimed is not None and claimed[0] * claimed[1] > 2 * area + 65536:
        raise ValueError(f"a piece of it claims {claimed[1]:,} x {claimed[0]:,} pixels")


def _jpeg_size(data: bytes) -> Size | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, place + 5)
            return height, width
        bare = marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 1
        place += 1 if marker == 0xFF else 2
        place += 0 if bare else struct.unpack_from(">H", data, place)[0]
    return None


def _jpeg_2000_size(data: bytes) -> Size | None:
    place = data.find(b"\xff\x4f\xff\x51")
    if place < 0 or place + 24 > len(data):
        return None
    right, bottom, left, top = struct.unpack_from(">IIII", data, place + 8)
    return bottom - top, right - left


def _lerc_size(data: bytes) -> Size | None:
    if data[:6] == b"Lerc2 " and len(data) > 22:
        (version,) = struct.unpack_from("<i", data, 6)
        height, width = struct.unpack_from("<ii", data, 14 if version >= 3 else 10)
        return height, width
    raise ValueError("LERC of an old or compressed kind")
