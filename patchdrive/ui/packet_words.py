"""Wavelet packets in words."""

from __future__ import annotations

import math

import numpy as np

from patchdrive.figures.packets import SHOWN, MosaicLook
from patchdrive.ops import wavelets
from patchdrive.pipelines.packets import PacketResult, Rebuilt, strongest
from patchdrive.types import Bool, Size
from patchdrive.ui.parts import percent


def copy(size: Size, result: PacketResult) -> str:
    """How large the copy is, and what was added to it."""
    working, padded = _px(result.working.size), _px(result.padded)
    words = f"The whole picture, {working} px"
    if result.working.size != size:
        words = f"A copy of {working} px of the picture's {_px(size)}"
    if result.padded == result.working.size:
        return f"{words}; nothing was padded."
    return (
        f"{words}, padded from {working} to {padded} by repeating the last row and column; "
        "what is rebuilt is cropped back."
    )


def scale(look: MosaicLook) -> str:
    """What the greys of the mosaic stand for."""
    zero = "grey is zero, light is positive, dark negative"
    if look.details == "magnitude":
        zero = "black is zero, white is large"
    rule = "each band by its own range"
    if look.range == "common":
        rule = "all by the range of the strongest, as square roots so that faint ones show"
    return (
        f"The approximation as it is. Details, mean of the three channels: {zero}; {rule} "
        f"({SHOWN} % of the values fit). Point at a band for its name, click it for its energy."
    )


def band(result: PacketResult, band: int) -> str:
    """One band: its name letter by letter, and its energy."""
    name = wavelets.band_names(result.settings.levels)[band]
    means = {"a": "average", "h": "change down", "v": "change across", "d": "both"}
    letters = ", ".join(means[letter] for letter in name)
    rank = int(np.flatnonzero(strongest(result.energy) == band)[0]) + 1
    return (
        f"Band **{name}** ({letters}): {percent(float(result.energy[band]))} of the energy, "
        f"number {rank:,} of {len(result.energy):,}."
    )


def energy(result: PacketResult) -> str:
    """How much the strongest bands hold."""
    energy = result.energy
    if not energy.any():
        return "The picture is black: no band holds any energy."
    order = strongest(energy)
    total, first = np.cumsum(energy[order]), wavelets.band_names(result.settings.levels)[order[0]]
    counts = [count for count in (4, 16, 64, 256) if count < len(energy)]
    more = [f"the {count} strongest {percent(float(total[count - 1]))}" for count in counts]
    words = f"The strongest band, **{first}**, holds {percent(float(total[0]))} of the energy"
    return "; ".join([words, *more]) + f"; all {len(energy):,} together 100 %."


def reach(result: PacketResult, touched: Bool) -> str:
    """How far a patch shows in the bands, and what that says about their being global."""
    s, count, side = result.settings, int(touched.sum()), result.patch
    words = f"Changing this patch of {side} x {side} px changes **{count:,} of {touched.size:,}** "
    if count == 1:
        return words + (
            f"places of each band: its own. With {s.wavelet} at {s.levels} levels every patch is "
            "transformed by itself, so the bands at a place know nothing of the rest of the "
            "picture: **they are not global**, but one more linear look at the same patch."
        )
    across = f"{int(touched.any(1).sum())} x {int(touched.any(0).sum())}"
    if count == touched.size:
        return words + (
            "places of each band: all of them, only because this copy is no larger than the "
            f"filters of {s.wavelet} ({wavelets.footprint(s.levels, s.wavelet):,} px)."
        )
    return words + (
        f"places of each band, {across} around it: the filters of {s.wavelet} span "
        f"{wavelets.footprint(s.levels, s.wavelet):,} px at {s.levels} levels. The bands see a "
        "neighbourhood: **more than a patch, but not the whole picture**, so they are not global."
    )


def rebuilt(found: Rebuilt) -> str:
    """What lies on which side of the curtain, and how exact it is."""
    words = "A is what was taken apart, B what was put together again; drag the curtain."
    words += f" Of the details' energy, {percent(found.details)} was kept."
    if found.kept.all():
        exact = "to the last grey level" if found.difference == 0 else "nearly"
        return f"{words} All bands give the picture back {exact}: largest difference " + (
            f"{found.difference}."
        )
    if found.shifted:
        words += " The approximation is missing: B is shown around middle grey, measured without."
    return words


def decibels(value: float) -> str:
    """A ratio in dB; an infinite one is equality."""
    return f"{value:.1f} dB" if math.isfinite(value) else "exact"


def _px(size: Size) -> str:
    return f"{size[1]:,} x {size[0]:,}"
