"""What a file's header tells, read by hand where Pillow would take too long or read too much."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from patchdrive.types import Size

MOST_FRAMES = 10_000
"""Frames are counted up to here: a small file can claim millions."""

MOST_BLOCKS = 1 << 20
"""Blocks of a GIF that are passed over: they hold up to 255 bytes each, but may hold one."""

MOST_JUNK = 1 << 16
"""Bytes between the frames of a GIF that are passed over."""


@dataclass(frozen=True)
class Frames:
    """How many pictures a file holds, and whether there may be more."""

    count: int
    more: bool = False


def orientation(exif: object) -> int:
    """The EXIF orientation 1..8 in the bytes of an EXIF block; 1 where there is none or it lies."""
    value = exif_tag(exif, 0x0112)
    return value if value in range(1, 9) else 1


def adobe_rgb(exif: object) -> bool:
    """Whether the bytes of an EXIF block name Adobe RGB, as cameras do: the option file of DCF."""
    if exif_tag(exif, 0xA001, 0x8769) not in (2, 0xFFFF):  # its colours: not sRGB
        return False
    index = exif_tag(exif, 1, 0x8769, 0xA005)
    return index.to_bytes(4) == b"R03\0"


def exif_tag(exif: object, tag: int, *folders: int) -> int:
    """One tag's number in the bytes of an EXIF block; 0 where there is none or the block is broken.

    Only that is read: broken EXIF is common, holds places and names, and is none of ours.

    folders  the tags that lead to its directory, from the first one
    returns  a number; four letters are one, first letter highest
    """
    if not isinstance(exif, bytes):
        return 0
    data = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        for folder in folders:
            start = _entry(data, order, start, folder)
        return _entry(data, order, start, tag)
    except struct.error:  # cut off
        return 0


def _entry(data: bytes, order: str, start: int, wanted: int) -> int:
    """The number in an entry of the directory at start; struct.error where it leaves the block."""
    if not start:  # there is no such directory
        return 0
    (count,) = struct.unpack_from(order + "H", data, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag == wanted:
            form = {1: "B", 2: ">I", 4: "I"}.get(kind, "H")
            form = form if form[0] == ">" else order + form
            return int(struct.unpack_from(form, data, entry + 8)[0])
    return 0


def claimed_size(file: IO[bytes]) -> Size | None:
    """The (H, W) that a PNG, GIF, WebP or AVIF file claims, None for others.

    For these Pillow or its libraries reserve memory as soon as the file is opened. ValueError for
    a GIF without a picture.
    """
    file.seek(0)
    head = file.read(4096)
    try:
        if head[:4] == b"\x89PNG":
            width, height = struct.unpack_from(">II", head, 16)
        elif head[:4] == b"GIF8":
            width, height = struct.unpack_from("<HH", head, 6)
            # Pillow widens the picture to hold its first frame, and takes minutes to find none.
            frame = next(_gif_corners(file), None)
            if frame is None:
                raise ValueError("it holds no picture")
            height, width = max(height, frame[0]), max(width, frame[1])
        elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return _webp_size(head)
        elif head[4:8] == b"ftyp":
            return _avif_size(head)
        else:
            return None
    except struct.error:  # cut off
        return None
    return height, width


def heavy_form(file: IO[bytes]) -> str:
    """ "WEBP" or "AVIF" where a file begins so, else nothing; their decoders take much memory."""
    file.seek(0)
    head = file.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return "WEBP"
    return "AVIF" if head[4:] in (b"ftypavif", b"ftypavis") else ""


def _avif_size(head: bytes) -> Size | None:
    """The largest of its items: a picture of tiles names those first."""
    places = [found.start() + 8 for found in re.finditer(b"ispe", head)]
    sizes = [struct.unpack_from(">II", head, place) for place in places if place + 8 <= len(head)]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    return (height, width) if sizes else None


def _webp_size(head: bytes) -> Size:
    if head[12:16] == b"VP8X":
        low_w, high_w, low_h, high_h = struct.unpack_from("<HBHB", head, 24)
        return low_h + (high_h << 16) + 1, low_w + (high_w << 16) + 1
    if head[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", head, 26)
    return height & 0x3FFF, width & 0x3FFF


def gif_frames(file: IO[bytes]) -> Frames:
    """Pictures in a GIF file, at most MOST_FRAMES."""
    count = 0
    try:
        for _ in islice(_gif_corners(file), MOST_FRAMES):
            count += 1
    except ValueError:
        return Frames(count, True)
    return Frames(count, count == MOST_FRAMES)


def _gif_corners(file: IO[bytes]) -> Iterator[Size]:
    """The lower right corner (y, x) of each picture in a GIF file; ValueError at MOST_BLOCKS."""
    file.seek(10)
    flags = file.read(3)[:1] or b"\0"
    file.seek(13 + _palette(flags[0]))
    junk = blocks = 0
    while junk < MOST_JUNK and (block := file.read(1)):
        if block == b"!":
            file.seek(1, 1)
        elif block == b",":
            if len(place := file.read(9)) < 9:
                return
            left, top, width, height, flag = struct.unpack("<4HB", place)
            yield top + height, left + width
            file.seek(_palette(flag) + 1, 1)  # and the size of the first code
        elif block == b";":
            return
        else:
            junk += 1
            continue
        while (length := file.read(1)) > b"\0":
            file.seek(length[0], 1)
            blocks += 1
            if blocks > MOST_BLOCKS:
                raise ValueError(f"more than {MOST_BLOCKS:,} blocks")


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def is_tiff(file: IO[bytes]) -> bool:
    """Whether a seekable file begins as TIFF and BigTIFF files do; it then stands at its start."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return head in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def tiff_places(file: IO[bytes]) -> list[int]:
    """Where the pages of a TIFF or BigTIFF file begin, at most MOST_FRAMES; a loop ends it."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    count_form, entry, offset_form = ("Q", 20, "Q") if big else ("H", 12, "I")
    seen: dict[int, None] = {}
    try:
        (place,) = struct.unpack_from(order + offset_form, head, 8 if big else 4)
        while place and place not in seen and len(seen) < MOST_FRAMES:
            seen[place] = None
            file.seek(place)
            (count,) = _unpack(file, order + count_form)
            file.seek(count * entry, 1)
            (place,) = _unpack(file, order + offset_form)
    except (struct.error, OverflowError, ValueError, OSError):  # the chain leaves the file
        pass
    return list(seen)


def tiff_frames(file: IO[bytes]) -> Frames:
    """Pages of a TIFF or BigTIFF file, at most MOST_FRAMES."""
    found = len(tiff_places(file))
    return Frames(found, found == MOST_FRAMES)


def _unpack(file: IO[bytes], form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def jpeg_scans(file: IO[bytes]) -> int:
    """Passes over the picture in a JPEG file: each costs the decoder time for every pixel."""
    file.seek(0)
    scans, last = 0, b""
    while chunk := file.read(1 << 20):
        scans += (last + chunk).count(b"\xff\xda")
        last = chunk[-1:]
    return scans
