"""Pipelines on a page: remembered by the shelf, with progress that can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from patchdrive.figures.layers import Landings, Layer, Leaves
from patchdrive.images import MemoryImage
from patchdrive.pipelines import drive as driving
from patchdrive.pipelines import inspect as inspecting
from patchdrive.pipelines import prices
from patchdrive.pipelines import tree as growing
from patchdrive.pipelines.clock import Chain, Memory, Timed
from patchdrive.pipelines.inspect import Inspection
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.types import DriveResult, Fusion, Image, TreeResult
from patchdrive.ui.choices import offer
from patchdrive.ui.frame import give_way
from patchdrive.ui.memory import shelf
from patchdrive.ui.viewer import progress

T = TypeVar("T")
SLOW = ("network", "waiting")  # stages whose progress is worth a line


class Progress:
    """A listener that tells the viewer; each call lets the run be stopped there.

    place   where on the page it stands, unseen
    viewer  the key of the viewer that shows it
    stale   what the viewer shows is about to change: it is dimmed
    """

    def __init__(self, place: DeltaGenerator, viewer: str, *, stale: bool) -> None:
        self.place, self.viewer, self.stale = place, viewer, stale

    def __call__(self, text: str, done: int, total: int) -> None:
        give_way()
        if any(word in text for word in SLOW) or 0 < done < total:
            with self.place:
                share = done / max(1, total)
                progress(self.viewer, f"{text.capitalize()} ...", share, stale=self.stale)


def watched(viewer: str, run: Callable[[Memory, Progress], T], *, stale: bool = True) -> T:
    """Run with the shelf; the viewer shows progress, and waiting for another session."""
    place = st.empty()
    tell = Progress(place, viewer, stale=stale)

    def waiting() -> None:
        tell("waiting for another session", 0, 1)

    result = run(lambda key, make: shelf()(key, make, waiting), tell)
    place.empty()
    return result


def see(image: Image, settings: DriveSettings, viewer: str) -> DriveResult:
    """Glance to patches; progress stands in the viewer of this key."""
    return watched(
        viewer,
        lambda memory, tell: driving.see(image, settings, memory=memory, listener=tell),
    )


def fuse(seen: DriveResult, settings: DriveSettings, viewer: str) -> DriveResult:
    """The networks' share."""
    return watched(
        viewer,
        lambda memory, tell: driving.fuse(seen, settings, memory=memory, listener=tell),
        stale=False,
    )


def grow(image: Image, settings: TreeSettings, viewer: str) -> TreeResult:
    """Edges to tokens."""
    return watched(
        viewer,
        lambda memory, tell: growing.grow(image, settings, memory=memory, listener=tell),
    )


def spent(seen: DriveResult) -> float:
    """Milliseconds from glance to saccades."""
    stages = ("glance", "glance network", "saliency", "saccades")
    return sum(seen.ms.get(stage, 0.0) for stage in stages)


def inspect(seen: DriveResult, settings: DriveSettings, index: int) -> Inspection:
    """One saccade looked at closely."""
    return inspecting.inspect(seen, settings, index, memory=shelf())


def fused_before(seen: DriveResult, settings: DriveSettings) -> Fusion | None:
    """The fusion, if it was computed with these settings already; nothing is computed here."""

    class Unknown(Exception):  # noqa: N818  (nothing went wrong)
        pass

    def peek(key: tuple[str, ...], make: Callable[[], Timed]) -> Timed:
        if (kept := shelf().peek(key)) is None:
            raise Unknown
        return kept

    try:
        return driving.fuse(seen, settings, memory=peek).fusion
    except Unknown:
        return None


def choosable(layers: Sequence[Layer], seen: DriveResult, settings: DriveSettings) -> list[Layer]:
    """The same layers; where the saccades come from is told, so that a viewer can choose anew."""
    words = {
        "url": f"patchdrive/choices/{offer(seen, settings)}",
        "side": settings.patches.patch,
        "border": settings.patches.border,
        "picker": settings.saccades.picker,
    }
    return [replace(one, live=words) if isinstance(one, Landings) else one for one in layers]


def cuttable(layers: Sequence[Layer], image: Image, settings: TreeSettings) -> list[Layer]:
    """The same layers; leaves bring what they are cut from, so that a viewer can cut anew."""
    counts = growing.counted(image, settings, memory=shelf())
    return [replace(one, counts=counts) if isinstance(one, Leaves) else one for one in layers]


@dataclass(frozen=True)
class Remembered:
    """What tokens keep of a picture.

    image             the picture rebuilt from them
    psnr, uniform_db  its fidelity in dB, and that of a uniform grid with as many pixels
    """

    image: MemoryImage
    psnr: float
    uniform_db: float


def remembered(result: TreeResult, settings: TreeSettings, viewer: str) -> Remembered:
    """The picture as its tokens remember it."""

    def make(tell: Progress) -> Remembered:
        pixels = growing.rebuild(result, tell)
        image = MemoryImage(pixels, "what the tokens keep")
        return Remembered(image, *growing.fidelity(result, pixels))

    digest = result.image.digest
    return watched(
        viewer,
        lambda memory, tell: Chain(digest, memory, tell).stage(
            "rebuilt", (settings,), partial(make, tell), prices.rebuilt(result.image, result.tokens)
        ),
    )
