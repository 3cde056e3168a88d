"""Colours that a file names by numbers (ITU-T H.273, PNG's gAMA and cHRM) become sRGB.

code values -> linear light (a table) -> sRGB's primaries (3 x 3) -> clipped -> sRGB's curve

As browsers do: the curves of BT.709, 601 and 2020 are taken for sRGB's, whose pictures they carry,
and light beyond a screen's is compressed rather than cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from patchdrive.images.colour import Convert, plain
from patchdrive.types import Byte

Real = npt.NDArray[np.floating[Any]]
Primaries = tuple[tuple[float, float], ...]
"""Chromaticities (x, y) of red, green, blue and white."""

D65 = (0.3127, 0.3290)
_C = (0.310, 0.316)
SRGB: Primaries = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65)
PRIMARIES: dict[int, tuple[str, Primaries]] = {
    1: ("BT.709", SRGB),
    4: ("BT.470 M", ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C)),
    5: ("BT.470 BG", ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65)),
    6: ("BT.601", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65)),
    7: ("SMPTE 240M", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65)),
    8: ("film", ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C)),
    9: ("BT.2020", ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65)),
    11: ("DCI-P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351))),
    12: ("Display P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65)),
    22: ("EBU 3213", ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65)),
}
LINEAR, SRGB_CURVE, PQ, HLG = 8, 13, 16, 18
_LIKE_SRGB = {1, 2, 6, 14, 15, SRGB_CURVE}
_POWERS = {4: 2.2, 5: 2.8, LINEAR: 1.0}
_HDR = {PQ: "PQ", HLG: "HLG"}

WHITE, PEAK = 203.0, 1000.0
"""Candela per square metre of a white page (BT.2408), and of the brightest light that is kept."""

_FINE = 1 << 16
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@dataclass(frozen=True)
class Space:
    """What code values mean.

    primaries  chromaticities of red, green, blue and white
    curve      code of H.273's transfer characteristics; 0 for a power
    power      linear light is the code value to this power, where curve is 0
    narrow     code values run from 16 to 235
    name       what to call it
    screen     0 for sRGB's curve at the end; else the power of the screen that it was made for
    """

    primaries: Primaries
    curve: int = SRGB_CURVE
    power: float = 1.0
    narrow: bool = False
    name: str = ""
    screen: float = 0.0

    @property
    def hdr(self) -> bool:
        """Whether it holds more light than a screen shows."""
        return self.curve in _HDR


def by_codes(primaries: int, curve: int, *, narrow: bool = False) -> tuple[Space | None, str]:
    """The space of two codes of H.273, None for what is sRGB or unknown; and a note where unknown.

    primaries, curve  0 and 2 say nothing, and are taken for sRGB's
    """
    name, corners = PRIMARIES.get(1 if primaries in (0, 2) else primaries, ("", ()))
    curve = SRGB_CURVE if curve in _LIKE_SRGB or curve == 0 else curve
    if not corners or not (curve in _POWERS or curve in _HDR or curve == SRGB_CURVE):
        return None, f"unknown colours (codes {primaries} and {curve}) shown as sRGB"
    if corners == SRGB and curve == SRGB_CURVE and not narrow:
        return None, ""
    words = [name]
    words += [_HDR[curve]] if curve in _HDR else []
    words += [f"gamma {_POWERS[curve]:g}"] if curve in _POWERS else []
    return Space(corners, curve, 1.0, narrow, " ".join(words)), ""


def converter(space: Space, mode: str) -> tuple[Convert, str | None]:
    """The conversion to sRGB RGB for pictures of a mode (L, RGB), and a note."""
    if mode not in ("L", "RGB"):
        return plain, None
    note = f"colours converted from {space.name}"
    if space.hdr:
        note = f"high dynamic range ({space.name}) brought to a screen's"
    if mode == "L":
        ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
        grey = np.ascontiguousarray(to_srgb_bytes(ramp, space)[0])
        return lambda picture: Pillow.fromarray(grey[np.asarray(picture)]), note
    return lambda picture: Pillow.fromarray(to_srgb_bytes(np.asarray(picture), space)), note


def to_srgb_bytes(pixels: Byte, space: Space) -> Byte:
    """Code values (h, w, 3) uint8 of a space as sRGB (h, w, 3) uint8."""
    light = _table(space.curve, space.power, space.narrow)[pixels]
    if space.hdr:
        light = _compressed(light, space)
    if space.primaries != SRGB:
        light = light @ np.asarray(matrix(space.primaries).T, np.float32)
    np.clip(light, 0, 1, out=light)
    light *= _FINE - 1
    light += 0.5
    encoded: Byte = _encoded(space.screen)[light.astype(np.uint16)]
    return encoded


@cache
def _table(curve: int, power: float, narrow: bool) -> npt.NDArray[np.float32]:
    """(256,) linear light of each code value; 1 is white, or PEAK candela."""
    values = np.arange(256) / 255
    if narrow:
        values = np.clip((np.arange(256) - 16) / 219, 0, 1)
    return np.asarray(linear(values, curve, power), np.float32)


def linear(values: Real, curve: int, power: float = 1.0) -> Real:
    """Linear light of code values 0..1; of PQ, candela by WHITE; of HLG, the scene's, 0..1."""
    if curve == PQ:
        root = np.power(values, 32 / 2523)
        low, high = np.maximum(root - 107 / 128, 0), 2413 / 128 - 2392 / 128 * root
        return np.asarray(10_000 / WHITE * np.power(low / high, 16384 / 2610))
    if curve == HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)
    if curve == SRGB_CURVE:
        low = values / 12.92
        return np.where(values <= 0.04045, low, np.power((values + 0.055) / 1.055, 2.4))
    return np.power(values, _POWERS.get(curve, power))


@cache
def _encoded(screen: float) -> Byte:
    """(65536,) bytes of linear light, by sRGB's curve or a screen's power."""
    light = np.arange(_FINE) / (_FINE - 1)
    if screen:
        shown = np.power(light, 1 / screen)
    else:
        curved = 1.055 * np.power(light, 1 / 2.4) - 0.055
        shown = np.where(light <= 0.0031308, 12.92 * light, curved)
    return np.asarray(np.rint(255 * shown), np.uint8)


def _compressed(light: Real, space: Space) -> Real:
    """Light of a bright scene within 0..1, by its brightest channel, so that hues stay.

    Reinhard's curve: dark stays as it is, PEAK becomes white, and a white page is half of it.
    """
    if space.curve == HLG:  # its system curve, for a screen of 1000 candela
        weights = np.asarray(_to_xyz(space.primaries)[1], np.float32)
        scene = light @ weights
        light = light * (PEAK / WHITE * np.power(scene, 0.2))[..., None]
    brightest = light.max(axis=-1, keepdims=True)
    factor = (1 + brightest * (WHITE / PEAK) ** 2) / (1 + brightest)
    return np.asarray(light * factor, np.float32)


@cache
def matrix(primaries: Primaries) -> npt.NDArray[np.float64]:
    """(3, 3) from linear light of these primaries to sRGB's, whites adapted by Bradford's cones."""
    own, target = _to_xyz(primaries), _to_xyz(SRGB)
    cones = _BRADFORD @ own.sum(1), _BRADFORD @ target.sum(1)
    adapt = np.linalg.inv(_BRADFORD) @ np.diag(cones[1] / cones[0]) @ _BRADFORD
    return np.asarray(np.linalg.inv(target) @ adapt @ own)


def _to_xyz(primaries: Primaries) -> npt.NDArray[np.float64]:
    """(3, 3) from linear RGB to XYZ, in which white has Y = 1."""
    xyz = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    corners, white = xyz[:, :3], xyz[:, 3]
    return np.asarray(corners * np.linalg.solve(corners, white))
