"""Which colours a PNG or AVIF file says it has, beside an ICC profile.

PNG: cICP goes before iCCP, that before sRGB, and that before gAMA and cHRM. AVIF: a profile goes
before nclx. Chunks are read by hand: Pillow knows no cICP, and lets a text of that name pass for
a chunk.
"""

from __future__ import annotations

import struct
from typing import IO, Any

from patchdrive.images.parts import png_parts
from patchdrive.images.spaces import SRGB, Primaries, Space, by_codes

Tagged = tuple[Space | None, str]
"""What to convert from, and a note; (None, "") says that the file is sRGB whatever its profile."""

_KINDS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
_SCREEN = 2.2
_META = 1 << 20
_NEAR = 0.002


def tagged(file: IO[bytes], form: str | None) -> Tagged | None:
    """The colours that go before a profile, or stand where there is none; None for no such word.

    form  the file's format as Pillow calls it
    """
    if form == "PNG":
        return _png(file)
    return _avif(file) if form == "AVIF" else None


def by_info(info: dict[Any, Any]) -> Tagged | None:
    """As `tagged` for a PNG that Pillow has opened, as far as it tells."""
    if "icc_profile" in info or "srgb" in info:
        return None
    gamma, corners = info.get("gamma"), info.get("chromaticity")
    return _plain(
        gamma if isinstance(gamma, float) else None,
        corners if isinstance(corners, tuple) and len(corners) == 8 else None,
    )


def _png(file: IO[bytes]) -> Tagged | None:
    found: dict[bytes, bytes] = {}
    for part in png_parts(file):
        if part.kind == b"IDAT":
            break
        if isinstance(part.kind, bytes) and part.kind in _KINDS and part.kind not in found:
            file.seek(part.place)
            found[part.kind] = file.read(min(part.length, 32))
    if len(codes := found.get(b"cICP", b"")) == 4 and codes[2] == 0:
        return by_codes(codes[0], codes[1], narrow=codes[3] == 0)
    if b"iCCP" in found or b"sRGB" in found:
        return None
    gamma = corners = None
    if len(value := found.get(b"gAMA", b"")) == 4:
        gamma = int.from_bytes(value) / 1e5
    if len(value := found.get(b"cHRM", b"")) == 32:
        corners = tuple(number / 1e5 for number in struct.unpack(">8I", value))
    return _plain(gamma, corners)


def _plain(gamma: float | None, corners: tuple[float, ...] | None) -> Tagged | None:
    """The colours of gAMA and cHRM.

    gamma    code values are light to this power
    corners  x and y of white, red, green and blue
    """
    primaries = SRGB if corners is None else _primaries(corners)
    if primaries is None or (gamma is not None and not 0.01 <= gamma <= 10):
        return None, "impossible colours (gAMA or cHRM) shown as sRGB"
    if gamma is None:
        name = "the primaries of cHRM"
        return None if primaries == SRGB else (Space(primaries, name=name), "")
    if primaries == SRGB:  # for a screen of gamma 2.2: the usual 1/2.2 changes nothing
        same = abs(gamma * _SCREEN - 1) < 0.01
        space = Space(SRGB, 0, 1 / gamma, name=f"gamma {gamma:.3g}", screen=_SCREEN)
        return None if same else (space, "")
    return Space(primaries, 0, 1 / gamma, name=f"gamma {gamma:.3g} and the primaries of cHRM"), ""


def _primaries(corners: tuple[float, ...]) -> Primaries | None:
    """As Space wants them; None where they span no colours."""
    white, *rgb = zip(corners[::2], corners[1::2], strict=True)
    found = (*rgb, white)
    near = zip(found, SRGB, strict=True)
    if all(abs(x - u) < _NEAR and abs(y - v) < _NEAR for (x, y), (u, v) in near):
        return SRGB
    (xr, yr), (xg, yg), (xb, yb) = rgb
    area = (xg - xr) * (yb - yr) - (xb - xr) * (yg - yr)
    inside = all(0 <= x <= 1 and 1e-4 <= y <= 1 for x, y in found)
    return found if inside and abs(area) > 1e-4 else None


def _avif(file: IO[bytes]) -> Tagged | None:
    file.seek(0)
    head = file.read(_META)
    place = head.find(b"colrnclx")
    if place < 0 or b"colrprof" in head or b"colrrICC" in head or len(head) < place + 15:
        return None
    primaries, curve = struct.unpack_from(">HH", head, place + 8)
    return by_codes(primaries, curve)  # its decoder has widened a narrow range
