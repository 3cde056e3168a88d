"""Pipelines on a page: remembered by the shelf, with progress that can be stopped."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from patchdrive.images import MemoryImage
from patchdrive.pipelines import drive as driving
from patchdrive.pipelines import tree as growing
from patchdrive.pipelines.clock import Chain, Memory
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.types import DriveResult, Image, TreeResult
from patchdrive.ui.frame import give_way
from patchdrive.ui.memory import shelf

SLOW = ("network", "waiting")  # stages whose progress is worth a line


class Progress:
    """A listener that shows a bar in its place; each call lets the run be stopped there."""

    def __init__(self, place: DeltaGenerator) -> None:
        self.place = place

    def __call__(self, text: str, done: int, total: int) -> None:
        give_way()
        if any(word in text for word in SLOW):
            self.place.progress(done / max(1, total), f"{text.capitalize()} ...")


def _shelf(progress: Progress) -> Memory:
    """The shelf, whose waiting for another session's work is shown and can be stopped."""

    def waiting() -> None:
        progress("waiting for another session", 0, 1)

    return lambda key, make: shelf()(key, make, waiting)


def see(image: Image, settings: DriveSettings) -> DriveResult:
    """Glance to patches, with a bar where it takes long."""
    place = st.empty()
    tell = Progress(place)
    result = driving.see(image, settings, memory=_shelf(tell), listener=tell)
    place.empty()
    return result


def fuse(seen: DriveResult, settings: DriveSettings) -> DriveResult:
    """The networks' share, with a bar."""
    place = st.empty()
    tell = Progress(place)
    result = driving.fuse(seen, settings, memory=_shelf(tell), listener=tell)
    place.empty()
    return result


def grow(image: Image, settings: TreeSettings) -> TreeResult:
    """Edges to tokens."""
    place = st.empty()
    tell = Progress(place)
    result = growing.grow(image, settings, memory=_shelf(tell), listener=tell)
    place.empty()
    return result


@dataclass(frozen=True)
class Remembered:
    """What tokens keep of a picture.

    image             the picture rebuilt from them
    psnr, uniform_db  its fidelity in dB, and that of a uniform grid with as many pixels
    """

    image: MemoryImage
    psnr: float
    uniform_db: float


def remembered(result: TreeResult, settings: TreeSettings) -> Remembered:
    """The picture as its tokens remember it."""

    def make() -> Remembered:
        pixels = growing.rebuild(result)
        image = MemoryImage(pixels, f"{result.image.name} from tokens")
        return Remembered(image, *growing.fidelity(result, pixels))

    return Chain(result.image.digest, shelf()).stage("rebuilt", (settings,), make)
