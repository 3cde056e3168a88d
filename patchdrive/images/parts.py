"""The parts of a JPEG or PNG file, counted in one pass before a decoder sees them.

Pillow joins EXIF segments one by one, so that its time grows with their number squared, and walks
over chunks, tables and rubbish a few bytes at a time: a file made for that keeps it for minutes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, NamedTuple

from patchdrive.types import ImageError

MOST_PARTS = 10_000
"""Segments of a JPEG's header, and chunks of a PNG that are no pixels; real files have hundreds."""

MOST_EXIF = 64
MOST_PROFILES = 16
MOST_HEADER = 64 << 20
"""Bytes of a JPEG's header: maps of depth, heat and provenance are a few megabytes."""

MOST_TABLES = 1 << 20
MOST_RUBBISH = 1 << 16
"""Bytes between the segments of a JPEG that are passed over."""

FEWEST = 256
"""Mean bytes of a PNG's pixel chunks, where there are more than MOST_PARTS."""

_ALONE = {0x01, *range(0xD0, 0xD9), *range(0xF0, 0xFE)}
"""Markers without data, or whose data Pillow takes for rubbish."""

_TABLES = {*range(0xC0, 0xE0)} - _ALONE - {0xDA}
_SCAN, _END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_AGAIN = "save it anew with another program and open that"


class Part(NamedTuple):
    """A segment or chunk.

    kind    a JPEG marker's second byte, or a PNG chunk's four letters
    place   of its data in the file
    length  of its data
    start   of the part itself
    """

    kind: int | bytes
    place: int
    length: int
    start: int


def check_parts(file: IO[bytes], name: str) -> None:
    """Refuse a JPEG or PNG file that is made of so many parts that Pillow does not come to an end.

    raises  ImageError in words; a file of another kind, or one that is cut off, passes
    """
    file.seek(0)
    head = file.read(8)
    if head[:2] == b"\xff\xd8":
        _check_jpeg(file, name)
    elif head == b"\x89PNG\r\n\x1a\n":
        _check_png(file, name)
    file.seek(0)


def _check_jpeg(file: IO[bytes], name: str) -> None:
    count = exif = tables = total = rubbish = 0
    end = 2
    for part in jpeg_parts(file):
        rubbish += part.start - end
        end = part.place + part.length
        count, total = count + 1, total + part.length
        if part.kind == 0xE1:
            exif += _begins(file, part, b"Exif\0\0")
        elif part.kind in _TABLES:
            tables += part.length
        for found, most, what in (
            (count, MOST_PARTS, "segments"),
            (exif, MOST_EXIF, "EXIF segments"),
            (tables, MOST_TABLES, "bytes of tables"),
            (total, MOST_HEADER, "bytes before its first scan"),
            (rubbish, MOST_RUBBISH, "bytes that belong to nothing"),
        ):
            if found > most:
                raise ImageError(f"{name} is a JPEG with more than {most:,} {what}; {_AGAIN}")


def _begins(file: IO[bytes], part: Part, word: bytes) -> bool:
    file.seek(part.place)
    return file.read(len(word)) == word


def jpeg_parts(file: IO[bytes]) -> Iterator[Part]:
    """The segments of a JPEG's header, the first scan's included; ends where the file does.

    Where more than MOST_RUBBISH bytes hold no marker, a last Part of kind 0 begins behind them.
    """
    place = 2
    while True:
        file.seek(place)
        head = file.read(4)
        if len(head) == 4 and not _MARKER.match(head):
            file.seek(place)
            rubbish = file.read(MOST_RUBBISH + 5)
            if (found := _MARKER.search(rubbish)) is None:
                if len(rubbish) > MOST_RUBBISH:
                    yield Part(0, place + len(rubbish), 0, place + len(rubbish))
                return
            place += found.start()
            file.seek(place)
            head = file.read(4)
        kind = head[1] if len(head) > 1 else _END
        if kind == _END or (len(head) < 4 and kind not in _ALONE):
            return
        data = place + (2 if kind in _ALONE else 4)
        length = 0 if kind in _ALONE else max(0, int.from_bytes(head[2:]) - 2)
        yield Part(kind, data, length, place)
        if kind == _SCAN:
            return
        place = data + length


def _check_png(file: IO[bytes], name: str) -> None:
    parts = Counter[bytes]()
    pixels = 0
    for part in png_parts(file):
        kind = part.kind if part.kind in (b"IDAT", b"iCCP") else b""
        parts[kind] += 1
        pixels += part.length if kind == b"IDAT" else 0
        if parts[b""] > MOST_PARTS:
            what = f"more than {MOST_PARTS:,} chunks that are no pixels"
        elif parts[b"iCCP"] > MOST_PROFILES:
            what = f"more than {MOST_PROFILES} colour profiles"
        elif parts[b"IDAT"] > MOST_PARTS and pixels < FEWEST * parts[b"IDAT"]:
            what = f"more than {MOST_PARTS:,} chunks of less than {FEWEST} bytes"
        else:
            continue
        raise ImageError(f"{name} is a PNG with {what}; {_AGAIN}")


def png_parts(file: IO[bytes]) -> Iterator[Part]:
    """The chunks of a PNG, up to its end or to the second picture of an animation."""
    place, pixels = 8, False
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND" or (pixels and head[4:] == b"fcTL"):
            return
        pixels |= head[4:] == b"IDAT"
        length = int.from_bytes(head[:4])
        yield Part(head[4:], place + 8, length, place)
        place += 12 + length
