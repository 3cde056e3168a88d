"""Whether the data of a JPEG or PNG reach to its last row: decoders are silent where they do not.

Of a JPEG two decodings tell: one of the data as they are, and one with noise behind them. Where
the data are whole the noise is never read; where they are not, it is seen.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import IO

from PIL import Image as Pillow

from patchdrive.images.parts import png_parts

END = b"\xff\xd9"
MOST_PIXELS = 64e6
"""Pictures of more are not decoded twice to be sure: that would double what they need."""

_NOISE = b"".join(hashlib.sha256(bytes((n,))).digest() for n in range(128)).replace(
    b"\xff", b"\x7f"
)
_NEXT = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
_SCAN = 0xDA
_STRIP = 64
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel by a PNG's colour type."""

_AT_ONCE = 1 << 20
_LAST = 8
"""Side of the last block, which is all middle grey where data are missing."""

_MIDDLE = 128


def without_end(data: bytes) -> Pillow.Image | None:
    """The loaded picture in a JPEG that lacks nothing but its end marker; None for any other."""
    data = data.rstrip(b"\xff")
    if not _all_scans(data):
        return None
    plain = _decoded(data + END)
    if plain is None:
        return None
    before = list(_digests(plain))
    del plain  # one at a time: they may be large
    noisy = _decoded(data + _noise(data) + END)
    return noisy if noisy is not None and before == list(_digests(noisy)) else None


def missing_rows(picture: Pillow.Image, file: IO[bytes]) -> float | None:
    """About which share of its rows a JPEG holds that has an end marker; None where all.

    picture  it, loaded; one of more than MOST_PIXELS is not looked at
    """
    if picture.width * picture.height > MOST_PIXELS:
        return None
    corner = (max(0, picture.width - _LAST), max(0, picture.height - _LAST))
    last = _extremes(picture.crop((*corner, *picture.size)))
    if not all(low == high and abs(low - _MIDDLE) <= 2 for low, high in last):
        return None
    file.seek(0)
    noisy = _decoded(_noisy(file.read()))
    if noisy is None or noisy.size != picture.size or noisy.mode != picture.mode:
        return None
    pairs = zip(_strips(picture), _strips(noisy), strict=True)
    for place, (mine, other) in enumerate(pairs):
        if mine.tobytes() != other.tobytes():
            return place * _STRIP / picture.height
    return None


def missing_lines(picture: Pillow.Image, file: IO[bytes]) -> float | None:
    """About which share of its rows a PNG holds whose data come to an end; None where all.

    picture  it, loaded: rows that the data do not reach are zero
    """
    foot = picture.crop((0, picture.height - 1, *picture.size))
    if foot.getbbox(alpha_only=False) is not None:
        return None
    file.seek(16)
    width, height, depth, colour, _, _, adam7 = struct.unpack(">IIBBBBB", file.read(13))
    row = 1 + -(-width * depth * _SAMPLES.get(colour, 1) // 8)
    held = _unpacked(file, height * row)
    return None if adam7 or held >= height * row else held // row / height


def _unpacked(file: IO[bytes], enough: int) -> int:
    """Bytes that a PNG's pixel chunks unfold to, counted up to enough."""
    stream, count = zlib.decompressobj(), 0
    for part in png_parts(file):
        if part.kind != b"IDAT":
            continue
        file.seek(part.place)
        data = file.read(part.length)
        while data and count < enough and not stream.eof:
            try:
                count += len(stream.decompress(data, _AT_ONCE))
            except zlib.error:
                return count
            data = stream.unconsumed_tail
    return count


def _extremes(picture: Pillow.Image) -> list[tuple[float, float]]:
    return [band.getextrema() for band in picture.split()]  # type: ignore[misc]


def _strips(picture: Pillow.Image) -> Iterator[Pillow.Image]:
    width, height = picture.size
    for top in range(0, height, _STRIP):
        yield picture.crop((0, top, width, min(height, top + _STRIP)))


def _digests(picture: Pillow.Image) -> Iterator[bytes]:
    for strip in _strips(picture):
        yield hashlib.sha256(strip.tobytes()).digest()


def _noisy(data: bytes) -> bytes:
    """A JPEG with noise behind each of its scans."""
    parts, last, scan = [], 0, False
    for kind, place, _ in _segments(data):
        start = place - (2 if kind == END[1] else 4)
        if scan:
            parts += [data[last:start], _noise(data[last:start])]
            last = start
        scan = kind == _SCAN
    return b"".join([*parts, data[last:], END])


def _noise(data: bytes) -> bytes:
    """What a decoder that still wants bits reads, with the restart markers that it then expects."""
    start = data.rfind(bytes((0xFF, _SCAN)))
    found = _RESTART.findall(data, start)
    following = found[-1][1] + 1 if found else 0
    marks = (bytes((0xFF, 0xD0 + (following + n) % 8)) for n in range(16))
    return _NOISE + b"".join(mark + _NOISE for mark in marks)


def _decoded(data: bytes) -> Pillow.Image | None:
    try:
        picture = Pillow.open(io.BytesIO(data), formats=("JPEG",))
        picture.load()
    except Exception:  # whatever it is, the file is not whole
        return None
    return picture


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, place, length) of all segments, those between and behind scans included."""
    place = 2
    while (found := _NEXT.search(data, place)) is not None:
        kind, place = data[found.start() + 1], found.end()
        length = 0
        if kind not in (0x01, 0xD8, 0xD9):
            length = max(0, int.from_bytes(data[place : place + 2]) - 2)
            place += 2
        yield kind, place, length
        if kind == END[1]:
            return
        place += length


def _all_scans(data: bytes) -> bool:
    """Whether every coefficient of every component has come to its last bit."""
    open_bits: dict[int, list[bool]] = {}
    for kind, place, length in _segments(data):
        body = data[place : place + length]
        if kind in _FRAMES and length >= 6 and not open_bits:
            open_bits = {body[at]: [True] * 64 for at in range(6, len(body) - 2, 3)}
        elif kind == _SCAN:
            count = body[0] if body else 0
            if len(body) < 4 + 2 * count:
                return False
            first, last, bits = body[1 + 2 * count : 4 + 2 * count]
            for one in body[1 : 1 + 2 * count : 2]:
                states = open_bits.get(one, [])
                for at in range(first, min(last, 63) + 1):
                    if states:
                        states[at] = bits & 15 > 0
    return bool(open_bits) and not any(map(any, open_bits.values()))
