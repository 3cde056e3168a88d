"""Maps: bringing scores to [0, 1], and preparing them for the eye."""

from __future__ import annotations

import numpy as np

from patchdrive.types import Byte, Float, Int


def span(values: Float) -> tuple[float, float]:
    """Least and greatest finite value of a map; 0 and 1 where there is none."""
    values = np.asarray(values)
    if values.size and np.isfinite(ends := (float(values.min()), float(values.max()))).all():
        return ends
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def flat(values: Float) -> bool:
    """Whether a map varies by no more than rounding: it has no places, whatever its height.

    What is not finite is not counted; a map without a finite value is flat.
    """
    low, high = span(values)
    return not np.isfinite(values).any() or high - low <= 1e-6 * max(1.0, abs(high), abs(low))


def unit(values: Float) -> Float:
    """Shift and scale to [0, 1] as float32; a flat map becomes zeros.

    values  (h, w) float; what is not finite is taken for the lowest finite value
    """
    if flat(values):  # rounding noise of a flat picture must not be blown up to a full map
        return np.zeros(np.shape(values), np.float32)
    values = np.asarray(values, np.float64)
    finite, (low, high) = np.isfinite(values), span(values)
    return ((np.where(finite, values, low) - low) / (high - low)).astype(np.float32)


def display(values: Float, *, log: bool = False, low: float = 0.0, high: float = 1.0) -> Byte:
    """Index into a colour map, (h, w) uint8: linear, or logarithmic over two decades."""
    scaled = np.clip((np.asarray(values, np.float32) - low) / max(high - low, 1e-9), 0, 1)
    if log:
        scaled = np.log1p(99 * scaled) / np.float32(np.log(100))
    return np.rint(255 * scaled).astype(np.uint8)


def floor(values: Float, threshold: float, percentile: float) -> float:
    """What a cell's score must exceed: the higher one of threshold and percentile of the map.

    On a flat map no cell exceeds it.
    """
    if flat(values):
        return float("inf")
    if percentile <= 0:
        return float(threshold)
    return max(float(threshold), float(np.percentile(values, percentile)))


def code(values: Float) -> Byte:
    """A map in [0, 1] as (h, w) uint8 codes: code c stands for (100^(c/255) - 1) / 99.

    So a code is within 1 % of any value above 0.1, and fine enough for the eye below.
    """
    return display(values, log=True)


MIDDLE = 127  # the code of no difference, and its index into a diverging colour map


def code_signed(values: Float) -> Byte:
    """A map of differences in [-1, 1] as (h, w) uint8 codes 0 to 254: 0 is MIDDLE.

    The distance from the middle is the size of the difference on the scale of `code`, so that
    opposite maps have opposite codes.
    """
    values = np.asarray(values, np.float32)
    size = np.rint(MIDDLE * np.log1p(99 * np.abs(values).clip(0, 1)) / np.float32(np.log(100)))
    return (MIDDLE + np.copysign(size, values)).astype(np.uint8)


def steps_signed(scale: str, low: float, high: float, counts: Int | None = None) -> Byte:
    """As `steps`, for codes of `code_signed`; (256,) uint8, indices 0 to 254 about MIDDLE.

    low, high  sizes of a difference, whatever its sign, that take the palest and the full colours
    """
    distance = np.arange(256) - MIDDLE
    folded = np.rint(np.abs(distance).clip(0, MIDDLE) * (255 / MIDDLE)).astype(np.int64)
    if counts is not None:
        counts = np.bincount(folded, weights=counts, minlength=256).astype(np.int64)
    strength = np.rint(steps(scale, low, high, counts)[folded] * (MIDDLE / 255))
    return (MIDDLE + np.sign(distance) * strength).astype(np.uint8)


CLEAR, FULL = 0.4, 0.85  # shares of the colours: below nothing is drawn, above all of it


def cover(indices: Byte | Float) -> Float:
    """How strongly, 0 to 255, each index into a colour map covers the picture.

    What is low lets the picture through, and what is high is seen at once.
    """
    share = (np.asarray(indices, np.float64) / 255 - CLEAR) / (FULL - CLEAR)
    share = np.clip(share, 0, 1)
    found: Float = np.rint(255 * share * share * (3 - 2 * share))
    return found


def strengths(indices: Byte | Float) -> Float:
    """How strongly, 0 to 255, each index into a diverging colour map is drawn: 0 in the middle."""
    distance = np.abs(np.asarray(indices, np.float64) - MIDDLE)
    found: Float = np.minimum(255, distance * (255 / MIDDLE))
    return found


def steps(scale: str, low: float, high: float, counts: Int | None = None) -> Byte:
    """For each of the 256 codes its index into a colour map, (256,) uint8.

    scale      "linear" or "log" between low and high, or "percentile"
    low, high  values of a map in [0, 1] that take the first and the last colour; what lies outside
               takes the nearer one
    counts     (256,) how many cells have each code; a percentile's colour is their share below
    """
    if scale == "percentile":
        if counts is None:
            raise ValueError("percentiles need to know how many cells have each code")
        below = np.cumsum(counts) - counts
        highest = int(below[np.flatnonzero(counts).max(initial=0)])
        return np.rint(255 * np.minimum(1.0, below / max(1, highest))).astype(np.uint8)
    if scale not in ("linear", "log"):
        raise ValueError(f"scale must be linear, log or percentile, not {scale!r}")
    if scale == "log" and (low, high) == (0, 1):
        return np.arange(256, dtype=np.uint8)  # what the codes are
    values = (100 ** (np.arange(256) / 255) - 1) / 99
    t = np.clip((values - low) / max(high - low, 1e-9), 0, 1)
    if scale == "log":
        t = np.log1p(99 * t) / np.log(100)
    return np.rint(255 * t).astype(np.uint8)


SCALES = ("log", "linear", "percentile")


def middle(scale: str, low: float, high: float) -> float:
    """What the colour in the middle of a colour map stands for, between low and high."""
    if scale == "percentile":
        return 0.5
    return low + (high - low) * (0.5 if scale == "linear" else (np.sqrt(100) - 1) / 99)


def bounds(low: float, high: float, full: float, span: tuple[float, float]) -> tuple[float, float]:
    """Low and high in the map's own [0, 1].

    full  0: they are that already. Above: they are shares of it, in the unit of the span
    span  what 0 and 1 of the map are in the method's own unit
    """
    if full <= 0:
        return low, high
    width = max(span[1] - span[0], 1e-12)
    return (low * full - span[0]) / width, (high * full - span[0]) / width
