"""Pipelines on a page: remembered by the shelf, with progress that can be stopped."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from patchdrive.images import MemoryImage
from patchdrive.pipelines import drive as driving
from patchdrive.pipelines import tree as growing
from patchdrive.pipelines.clock import Chain
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.types import DriveResult, Image, TreeResult
from patchdrive.ui.memory import shelf

SLOW = ("network", "waiting")  # stages whose progress is worth a line


class Progress:
    """A listener that shows a bar in its place; each call lets Streamlit stop the run there."""

    def __init__(self, place: DeltaGenerator) -> None:
        self.place = place

    def __call__(self, text: str, done: int, total: int) -> None:
        if any(word in text for word in SLOW):
            self.place.progress(done / max(1, total), f"{text.capitalize()} ...")


def see(image: Image, settings: DriveSettings) -> DriveResult:
    """Glance to patches, with a bar where it takes long."""
    place = st.empty()
    result = driving.see(image, settings, memory=shelf(), listener=Progress(place))
    place.empty()
    return result


def fuse(seen: DriveResult, settings: DriveSettings) -> DriveResult:
    """The networks' share, with a bar."""
    place = st.empty()
    result = driving.fuse(seen, settings, memory=shelf(), listener=Progress(place))
    place.empty()
    return result


def grow(image: Image, settings: TreeSettings) -> TreeResult:
    """Edges to tokens."""
    return growing.grow(image, settings, memory=shelf())


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
