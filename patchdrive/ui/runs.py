"""Pipelines on a page: remembered by the shelf, with progress that can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

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

T = TypeVar("T")
SLOW = ("network", "waiting")  # stages whose progress is worth a line


class Progress:
    """A listener that shows a bar in its place; each call lets the run be stopped there."""

    def __init__(self, place: DeltaGenerator) -> None:
        self.place = place

    def __call__(self, text: str, done: int, total: int) -> None:
        give_way()
        if any(word in text for word in SLOW):
            self.place.progress(done / max(1, total), f"{text.capitalize()} ...")


def _watched(run: Callable[[Memory, Progress], T]) -> T:
    """Run with the shelf and a bar; waiting for another session is shown, and can be stopped."""
    place = st.empty()
    tell = Progress(place)

    def waiting() -> None:
        tell("waiting for another session", 0, 1)

    result = run(lambda key, make: shelf()(key, make, waiting), tell)
    place.empty()
    return result


def see(image: Image, settings: DriveSettings) -> DriveResult:
    """Glance to patches."""
    return _watched(lambda memory, tell: driving.see(image, settings, memory=memory, listener=tell))


def fuse(seen: DriveResult, settings: DriveSettings) -> DriveResult:
    """The networks' share."""
    return _watched(lambda memory, tell: driving.fuse(seen, settings, memory=memory, listener=tell))


def grow(image: Image, settings: TreeSettings) -> TreeResult:
    """Edges to tokens."""
    return _watched(
        lambda memory, tell: growing.grow(image, settings, memory=memory, listener=tell)
    )


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

    digest = result.image.digest
    return _watched(
        lambda memory, tell: Chain(digest, memory, tell).stage("rebuilt", (settings,), make)
    )
