"""How large a pixel is in the world, where a file truly says so.

Most resolution tags say nothing: 72, 96, 150 or 300 dots per inch are what editors and cameras
write for printers. So a bare tag counts from 1000 dots per inch on, which only film scanners and
microscopes reach; OME-XML, ImageJ and Aperio name the length of a pixel itself.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping

from PIL import Image as Pillow

Microns = tuple[float, float]

INCH = 25_400.0
COARSEST = INCH / 1000
"""Micrometres to a pixel beyond which a bare resolution tag is taken for a printer's."""

_PLAUSIBLE = (1e-6, 1e9)  # from below an atom to a kilometre
_UNITS = {
    "pm": 1e-6, "å": 1e-4, "nm": 1e-3, "nanometer": 1e-3, "µm": 1.0, "um": 1.0, "micron": 1.0,
    "microns": 1.0, "micrometer": 1.0, "mm": 1e3, "millimeter": 1e3, "m": 1e6, "meter": 1e6,
}  # fmt: skip
_PRINTERS = {"cm": 1e4, "centimeter": 1e4, "in": INCH, "inch": INCH, "inches": INCH}
"""Units in which editors state dots per length: ImageJ repeats them without a measurement."""

_TEXT, _X, _Y, _UNIT, _TURN = 270, 282, 283, 296, 274
_MOST_TEXT = 1 << 20


def microns(picture: Pillow.Image) -> Microns | None:
    """Micrometres to a pixel as (y, x) of the picture as it is shown; None where nobody says so.

    picture  a TIFF file that Pillow has opened and not yet loaded (loading forgets how it lies);
             any other format gives None
    """
    tags = getattr(picture, "tag_v2", None)
    return None if tags is None else told(tags)


def told(tags: Mapping[int, object]) -> Microns | None:
    """Micrometres to a pixel as (y, x) of the picture as it is shown, from a TIFF file's tags."""
    try:
        found = _said(_text(tags.get(_TEXT)), _resolution(tags), tags.get(_UNIT, 2))
        turned = tags.get(_TURN, 1) in (5, 6, 7, 8)
    except (TypeError, ValueError, ArithmeticError):  # tags may hold anything
        return None
    if found is None or not all(_PLAUSIBLE[0] <= side <= _PLAUSIBLE[1] for side in found):
        return None
    return (found[1], found[0]) if turned else found


def _said(text: str, per_unit: Microns | None, unit: object) -> Microns | None:
    """From the description if it is one that tells, else from the resolution tags."""
    if "<OME" in text or "<ome" in text:
        return _ome(text)
    if text.startswith("Aperio"):
        return _aperio(text)
    if per_unit is None:
        return None
    if text.startswith("ImageJ="):
        return _imagej(text, per_unit)
    return _printed(per_unit, {2: INCH, 3: 1e4}.get(unit if isinstance(unit, int) else 0))


def _text(value: object) -> str:
    """The description; Pillow reads its bytes as Latin-1, writers mean UTF-8."""
    text = value[:_MOST_TEXT] if isinstance(value, str) else ""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _resolution(tags: Mapping[int, object]) -> Microns | None:
    """Pixels to a unit as (y, x)."""
    values = [float(tags.get(tag) or math.nan) for tag in (_Y, _X)]  # type: ignore[arg-type]
    if not all(math.isfinite(value) and value > 0 for value in values):
        return None
    return values[0], values[1]


def _ome(text: str) -> Microns | None:
    """OME-XML, by two attributes of its first Pixels element: a whole parser invites bombs."""
    element = re.search(r"<(?:\w+:)?Pixels\b([^<>]*)", text)
    words = dict(re.findall(r"\b(\w+)\s*=\s*[\"']([^\"']*)", element[1])) if element else {}
    sides = []
    for name in ("PhysicalSizeY", "PhysicalSizeX"):
        unit = _unit(words.get(f"{name}Unit", "µm"), _UNITS | _PRINTERS)
        if unit is None or name not in words:
            return None
        sides.append(float(words[name]) * unit)
    return sides[0], sides[1]


def _imagej(text: str, per_unit: Microns) -> Microns | None:
    named = re.search(r"^unit=(.*)$", text, re.MULTILINE)
    if named is None:
        return None
    if unit := _unit(named[1], _UNITS):
        return unit / per_unit[0], unit / per_unit[1]
    return _printed(per_unit, _unit(named[1], _PRINTERS))


def _aperio(text: str) -> Microns | None:
    found = re.search(r"\bMPP\s*=\s*([0-9.]+)", text)
    return (float(found[1]), float(found[1])) if found else None


def _printed(per_unit: Microns, unit: float | None) -> Microns | None:
    """Pixels to an inch or centimetre, where they are too fine for any printer."""
    if unit is None:
        return None
    y, x = unit / per_unit[0], unit / per_unit[1]
    return (y, x) if max(y, x) <= COARSEST * (1 + 1e-9) else None


def _unit(text: str, units: dict[str, float]) -> float | None:
    """Micrometres in a unit, however it spells the micro sign."""
    word = html.unescape(text).strip().replace("\\u00B5", "µ").replace("\u03bc", "µ")
    return units.get(word.replace("\u212b", "å").lower())
