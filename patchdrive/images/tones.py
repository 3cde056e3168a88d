"""How samples of any number type become bytes: one rule for pages, bands and levels alike.

yes or no          black and white
up to 15 bit       nothing to all bits set
8 bit signed       -128 to 127
16 bit             0 to 65535, or to what the file calls its greatest; TIFF files whose values
                   all fit 12 bits or fewer are taken for 8, 10 or 12 bit in a 16 bit coat
other integers     0 to 255 as they are where all lie there, else least to greatest
float              0 to 1 where all lie there, else least to greatest
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from patchdrive.types import Byte

Values = npt.NDArray[Any]

_COATS = (255, 1023, 4095)
"""Greatest values of cameras and microscopes that are commonly stored in 16 bits."""


@dataclass(frozen=True)
class Span:
    """What values occur: the least and greatest finite one, and whether others do."""

    low: float = 0.0
    high: float = 0.0
    odd: bool = False


@dataclass(frozen=True, eq=False)
class Tone:
    """A straight line from values to bytes: low becomes black, high white, or turned round.

    note  what was done, in words; empty where values are shown as they are
    """

    low: float
    high: float
    invert: bool = False
    note: str = ""

    def __call__(self, values: Values) -> Byte:
        """Values of any real type as uint8 of the same shape; NaN is low, what is outside is cut.

        The result may be the values themselves.
        """
        if values.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            small = np.asarray(values, np.uint8)
            return ~small if self.invert else small
        if values.dtype == np.bool_:
            return values.astype(np.uint8) * np.uint8(255) ^ np.uint8(255 * self.invert)
        if values.dtype.kind in "iu" and values.dtype.itemsize <= 2:
            native = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
            unsigned = native.view(np.uint16 if native.dtype.itemsize == 2 else np.uint8)
            return np.asarray(self._tables[native.dtype.char][unsigned], np.uint8)
        return self._line(values)

    def _line(self, values: Values) -> Byte:
        width = self.high - self.low if self.high > self.low else np.inf
        wide = values.astype(np.float64)
        wide = np.nan_to_num(wide, nan=self.low, posinf=self.high, neginf=self.low)
        np.clip(wide, self.low, self.high, out=wide)
        small = np.rint((wide - self.low) * 255 / width).astype(np.uint8)
        return ~small if self.invert else small

    @cached_property
    def _tables(self) -> dict[str, Byte]:
        """The line at each value of 8 and 16 bits, by the type's letter and its unsigned twin."""
        kinds = (np.dtype(kind) for kind in ("u1", "i1", "u2", "i2"))
        return {
            kind.char: self._line(
                np.arange(256**kind.itemsize).astype(f"u{kind.itemsize}").view(kind)
            )
            for kind in kinds
        }


def span(parts: Iterable[Values]) -> Span:
    """Least and greatest finite value of all parts, 0 and 0 where there is none."""
    low, high, odd = np.inf, -np.inf, False
    for values in parts:
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            if not finite.all():
                odd = True
                values = values[finite]
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    return Span(low, high, odd) if low <= high else Span(0.0, 0.0, odd)


def fixed(dtype: np.dtype[Any], bits: int, invert: bool = False) -> Tone | None:
    """The tone of values whose type alone decides; None where it depends on what occurs."""
    if dtype.kind == "b":
        return Tone(0, 1, invert)
    if dtype.kind == "u" and bits <= 8:
        return Tone(0, 2**bits - 1, invert)
    if dtype.kind == "i" and bits == 8:
        return Tone(-128, 127, invert, "signed values -128 to 127 spread from black to white")
    return None


def short(found: Span, top: int, invert: bool = False, coats: bool = False) -> Tone:
    """The tone of 9 to 16 bits without sign.

    top    the greatest value there can be
    coats  look whether the values are of fewer bits than their type has
    """
    if coats and found.high < top / 16:
        top = next(coat for coat in (*_COATS, top) if found.high <= coat)
        note = f"values 0 to {top} spread from black to white; the largest is {found.high:g}"
        return Tone(0, top, invert, note)
    note = f"values 0 to {top} spread from black to white"
    if found.high < top / 16 and not invert:
        note += f"; the largest is {found.high:g}, so the picture is dark"
    return Tone(0, top, invert, note)


def wide(found: Span, floating: bool, invert: bool = False) -> Tone:
    """The tone of all other integers and of float values."""
    low, high = found.low, found.high
    if not floating and low >= 0 and high <= 255:
        return Tone(0, 255, invert)
    if floating and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    kind = "float" if floating else "whole"
    note = f"{kind} values {low:g} to {high:g} spread from black to white"
    if found.odd:
        note += "; NaN and infinities are black or white"
    return Tone(low, high, invert, note)
