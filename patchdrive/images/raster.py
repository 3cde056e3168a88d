"""Boxes of a TIFF file's picture as (h, w, 3) uint8 sRGB, in any of its copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from tifffile import TiffPage

from patchdrive.images import tones
from patchdrive.images.arrays import over_white
from patchdrive.images.bands import ICC_LAB, Look, look
from patchdrive.images.colour import to_srgb
from patchdrive.images.copies import Copy
from patchdrive.images.directories import Contents
from patchdrive.images.segments import Piece, Values, piece_size, pieces, plain
from patchdrive.images.tones import Span, Tone
from patchdrive.types import Byte

Box = tuple[int, int, int, int]
Bool = npt.NDArray[np.bool_]

BAND = 4_000_000
"""Pixels that are decoded at a time where much is read."""

_MAXSAMPLE, _PROFILE = 281, 34675


@dataclass
class Loss:
    """What could not be read: the first reason, and samples that were read of how many."""

    error: Exception | None = None
    found: int = 0
    wanted: int = 0

    @property
    def share(self) -> float:
        """How much was read, 0 to 1."""
        return self.found / self.wanted if self.wanted else 0.0


@dataclass
class _Sheet:
    """Channels of a box while it is put together.

    flat    (h, w, channels) uint8, transparency last
    empty   (h, w) where all bands hold the value for nothing, or None
    absent  (h, w) what the file leaves out, or None
    """

    flat: Byte
    empty: Bool | None = None
    absent: Bool | None = None


class Raster:
    """How a TIFF file's picture is read; safe to share between threads.

    notes  what was done to the values and colours, complete once everything was read
    """

    def __init__(self, contents: Contents, file: IO[bytes], sample: Copy) -> None:
        """Take what a file shows.

        sample  the copy that decides how values are spread from black to white
        """
        self.look: Look = look(contents)
        for copy in contents.copies:
            for page in copy.pages:
                page.init_decode()
            if copy.mask is not None:
                copy.mask.init_decode()
        self._tone = self._decide(contents, file, sample)
        profile = contents.tag(_PROFILE)
        mode = "RGB" if self.look.mode == "P" else self.look.mode
        self._convert, note = to_srgb(bytes(profile) if profile else None, mode)
        self.notes = tuple(n for n in (*self.look.notes, self._tone.note, note) if n)
        self._from_zero = int(contents.page.photometric) == ICC_LAB

    def read(self, file: IO[bytes], copy: Copy, box: Box, loss: Loss, seen: set[str]) -> Byte:
        """Pixels (h, w, 3) of a box (y0, x0, y1, x1) inside the copy; black where it is damaged.

        loss  is told of what could not be read
        seen  is told of what is laid over white, in words
        """
        out = np.empty((box[2] - box[0], box[3] - box[1], 3), np.uint8)
        for part in _bands(copy, box):
            sheet = self._sheet(file, copy, part, loss)
            rows = out[part[0] - box[0] : part[2] - box[0]]
            rows[:] = self._colours(sheet, seen)
            if copy.mask is not None:
                hidden = _hidden(file, copy.mask, part, loss)
                if hidden.any():
                    rows[hidden] = 255
                    seen.add("what the file masks is white")
        return out

    def _decide(self, contents: Contents, file: IO[bytes], sample: Copy) -> Tone:
        page = contents.page
        assert page.dtype is not None
        bits, invert = int(page.bitspersample), self.look.invert
        if self.look.mode == "P":
            return Tone(0, 255)
        if tone := tones.fixed(page.dtype, bits, invert):
            return tone
        found = self._span(file, sample)
        if page.dtype.kind == "u" and bits <= 16:
            most = contents.tag(_MAXSAMPLE)
            most = int(np.max(most)) if most is not None else 0
            if bits < 16 or (255 <= most < 65535 and found.high <= most):
                return tones.short(found, most if 255 <= most < 2**bits else 2**bits - 1, invert)
            return tones.short(found, 65535, invert, coats=True)
        return tones.wide(found, page.dtype.kind == "f", invert)

    def _span(self, file: IO[bytes], copy: Copy) -> Span:
        """What values occur in the bands that are shown, without those that stand for nothing."""
        shown = len(self.look.bands)
        return tones.span(
            _kept(values, self.look.nodata)
            for part in _bands(copy, (0, 0, *copy.size))
            for _, channels in self._pieces(file, copy, part)
            for channel, values in channels
            if channel < shown and values is not None
        )

    def _pieces(
        self, file: IO[bytes], copy: Copy, box: Box
    ) -> Iterator[tuple[Piece, list[tuple[int, Values | None]]]]:
        """Pieces of a box, and which channels each holds, as (h, w) or None."""
        alpha = self.look.alpha
        wanted = self.look.bands if alpha is None else (*self.look.bands, alpha)
        for n, page in enumerate(copy.pages):
            apart = len(copy.pages) > 1 or (page.planarconfig == 2 and page.samplesperpixel > 1)
            for piece in pieces(page, file, box):
                yield (
                    piece,
                    [
                        (c, None if piece.values is None else piece.values[..., 0 if apart else b])
                        for c, b in enumerate(wanted)
                        if not apart or b == n + piece.plane
                    ],
                )

    def _sheet(self, file: IO[bytes], copy: Copy, box: Box, loss: Loss) -> _Sheet:
        size = (box[2] - box[0], box[3] - box[1])
        shown = len(self.look.bands)
        sheet = _Sheet(np.zeros((*size, shown + (self.look.alpha is not None)), np.uint8))
        if self.look.nodata is not None:
            sheet.empty = np.ones(size, np.bool_)
        loss.wanted += sheet.flat.size
        for piece, channels in self._pieces(file, copy, box):
            if piece.error is not None:
                loss.error = loss.error or piece.error
                continue
            place = (
                slice(piece.y, piece.y + piece.size[0]),
                slice(piece.x, piece.x + piece.size[1]),
            )
            loss.found += piece.size[0] * piece.size[1] * len(channels)
            for channel, values in channels:
                if values is None:
                    sheet.absent = (
                        np.zeros(size, np.bool_) if sheet.absent is None else sheet.absent
                    )
                    sheet.absent[place] = True
                elif channel == shown:
                    sheet.flat[(*place, channel)] = _opacity(values)
                else:
                    sheet.flat[(*place, channel)] = self._tone(values)
                    if sheet.empty is not None:
                        sheet.empty[place] &= _is(values, self.look.nodata)
        return sheet

    def _colours(self, sheet: _Sheet, seen: set[str]) -> Byte:
        """A sheet's channels as (h, w, 3) sRGB; transparency, and what is not there, over white."""
        shown = len(self.look.bands)
        colours, rest = sheet.flat[..., :shown], sheet.flat[..., shown:]
        if self.look.mode == "P":
            table = self.look.palette
            colours = table[np.minimum(colours[..., 0], len(table) - 1)]
        elif self.look.premultiplied:
            scaled = colours.astype(np.float32) * 255 / np.maximum(rest, 1)
            colours = np.minimum(np.rint(scaled), 255).astype(np.uint8)
        pixels = np.asarray(self._convert(self._picture(colours)))
        if rest.size and rest.min() < 255:
            seen.add("transparency laid over white")
            pixels = over_white(np.concatenate([pixels, rest], axis=2))
        for where, words in (
            (
                sheet.empty,
                f"nodata ({self.look.nodata:g}) is white" if sheet.empty is not None else "",
            ),
            (sheet.absent, "what the file leaves out is white"),
        ):
            if where is not None and where.any():
                pixels = np.where(where[..., None], np.uint8(255), pixels)
                seen.add(words)
        return np.asarray(pixels, np.uint8)

    def _picture(self, colours: Byte) -> Pillow.Image:
        """Channels (h, w, n) as a picture of the look's mode."""
        size = (colours.shape[1], colours.shape[0])
        if self.look.mode == "L":
            return Pillow.fromarray(np.ascontiguousarray(colours[..., 0]))
        if self.look.mode == "LAB":
            # Pillow takes the two colours of Lab as signed, ICC's kind of TIFF has them from 0 on.
            turn = np.array([0, 128, 128], np.uint8) if self._from_zero else np.uint8(0)
            return Pillow.frombytes("LAB", size, (colours ^ turn).tobytes())
        mode = "CMYK" if self.look.mode == "CMYK" else "RGB"
        return Pillow.frombytes(mode, size, np.ascontiguousarray(colours).tobytes())


def _bands(copy: Copy, box: Box) -> Iterator[Box]:
    """A box in bands of rows that end with a row of pieces, so that each is decoded once."""
    page = copy.pages[0]
    rows = 1 if plain(page) else piece_size(page)[0]
    step = rows * max(1, BAND // max(1, rows * (box[3] - box[1])))
    top = box[0]
    while top < box[2]:
        bottom = min(box[2], (top // rows) * rows + step)
        yield top, box[1], bottom, box[3]
        top = bottom


def _hidden(file: IO[bytes], mask: TiffPage, box: Box, loss: Loss) -> Bool:
    """Where a mask says that there is no picture, (h, w) of a box."""
    out = np.zeros((box[2] - box[0], box[3] - box[1]), np.bool_)
    for piece in pieces(mask, file, box):
        if piece.error is not None:
            loss.error = loss.error or piece.error
            continue
        place = (slice(piece.y, piece.y + piece.size[0]), slice(piece.x, piece.x + piece.size[1]))
        out[place] = True if piece.values is None else piece.values[..., 0] == 0
    return out


def _opacity(values: Values) -> Byte:
    """A band of transparency as bytes: all that its type can hold is opaque."""
    if values.dtype.kind == "f":
        return Tone(0, 1)(values)
    return Tone(0, 1 if values.dtype.kind == "b" else np.iinfo(values.dtype).max)(values)


def _is(values: Values, nodata: float | None) -> Bool:
    if nodata is not None and np.isnan(nodata):
        return np.isnan(values)
    return np.asarray(values == nodata)


def _kept(values: Values, nodata: float | None) -> Values:
    return values if nodata is None else values[~_is(values, nodata)]
