"""Writes pyramidal TIFF files: tiled, uncompressed, as small as their different tiles."""

import struct

import cv2
import numpy as np

SIDE = 256
FIXED = {258: (8, 8, 8), 259: 1, 262: 2, 277: 3, 284: 1, 322: SIDE, 323: SIDE}
SHORT, LONG, LONG8, ASCII, UNDEFINED = 3, 4, 16, 2, 7
CODES = {SHORT: "H", LONG: "I", LONG8: "Q", ASCII: "s", UNDEFINED: "s"}


def write_pyramid(path, levels, *, text="", profile=b""):
    """A BigTIFF of levels [(size, tile)]: tile(row, column) gives (SIDE, SIDE, 3) uint8, or bytes.

    Tiles with the same bytes are written once, so a gigapixel file may take a few megabytes.
    """
    with path.open("wb") as file:
        file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0))
        link = 8
        for n, (size, tile) in enumerate(levels):
            entries = {tag: _entry(SHORT, value) for tag, value in FIXED.items()}
            entries |= {256: _entry(LONG, size[1]), 257: _entry(LONG, size[0])}
            entries |= {254: _entry(LONG, int(n > 0))}
            if text and n == 0:
                data = text.encode() + b"\0"
                entries[270] = (ASCII, len(data), data)
            if profile:
                entries[34675] = (UNDEFINED, len(profile), profile)
            places, lengths = _tiles(file, size, tile)
            entries |= {324: _entry(LONG8, places), 325: _entry(LONG, lengths)}
            link = _directory(file, entries, link)


def write_picture(path, pixels, factors=(1, 2, 4), **more):
    """A pyramid of a picture (H, W, 3), whose copies show all of it at sides rounded down."""
    write_pyramid(path, [_level(_shrunk(pixels, factor)) for factor in factors], **more)


def _shrunk(pixels, factor):
    height, width = (side // factor for side in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def _level(pixels):
    padded = np.pad(pixels, [(0, -side % SIDE) for side in pixels.shape[:2]] + [(0, 0)], "edge")
    return pixels.shape[:2], lambda row, column: padded[
        row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE
    ]


def _tiles(file, size, tile):
    places, lengths, known = [], [], {}
    for row in range(-(-size[0] // SIDE)):
        for column in range(-(-size[1] // SIDE)):
            made = tile(row, column)
            data = made if isinstance(made, bytes) else made.tobytes()  # bytes know their hash
            if data not in known:
                file.seek(0, 2)
                known[data] = file.tell()
                file.write(data)
            places.append(known[data])
            lengths.append(len(data))
    return places, lengths


def _entry(kind, values):
    values = np.atleast_1d(values).tolist()
    return kind, len(values), struct.pack(f"<{len(values)}{CODES[kind]}", *values)


def _directory(file, entries, link):
    """Write a directory at the end, and its place at the link; where the next link belongs."""
    file.seek(0, 2)
    rows = []
    for tag, (kind, count, data) in sorted(entries.items()):
        if len(data) > 8:
            place = file.tell()
            file.write(data)
            data = struct.pack("<Q", place)
        rows.append(struct.pack("<HHQ8s", tag, kind, count, data.ljust(8, b"\0")))
    start = file.tell()
    file.write(struct.pack("<Q", len(rows)) + b"".join(rows) + bytes(8))
    file.seek(link)
    file.write(struct.pack("<Q", start))
    return start + 8 + 20 * len(rows)
