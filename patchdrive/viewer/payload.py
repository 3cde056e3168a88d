"""Layers as bytes: what the viewer in the browser receives, in one piece.

A layer's arrays are named by its digest, "<digest>/<name>", and travel once: who writes the next
payload names the digests that the browser holds, and their arrays stay out. How a layer is drawn is
no content: looks travel as values, so that a changed opacity sends a few hundred bytes. The tables
of the colour maps are the arrays of the digest "tables".

The same layers always give the same bytes: Streamlit then sends a hash in their place. This file
is the only one of Python where x comes before y: boxes become (4, N) columns x0, y0, x1, y1 and
centres (2, K) columns x, y, as the drawing code wants them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np

from patchdrive.figures.colors import HIT, KNOWN, MISSED, NAMES, table
from patchdrive.figures.layers import (
    Classes,
    Gate,
    Landings,
    Layer,
    Leaves,
    Mask,
    Overlay,
    Raster,
    Truth,
)
from patchdrive.figures.looks import properties
from patchdrive.ops.candidates import percentiles
from patchdrive.settings import Knob, Value
from patchdrive.types import Float, Size
from patchdrive.viewer.packing import Array, Header, compact, pack

TABLES = "tables"  # the digest of the colour maps


@dataclass(frozen=True)
class Source:
    """Where the viewer finds the picture.

    url      of the tiles, without level and place, relative to the page's base; "" where the
             payload itself carries the picture
    side     of a tile in pixels
    levels   of the pyramid
    microns  micrometres of a pixel as (y, x), where they are known
    """

    url: str
    size: Size
    side: int
    levels: int
    microns: tuple[float, float] | None = None


@dataclass(frozen=True)
class Screen:
    """What a viewer shows beside its layers.

    key       names it on its page
    height    CSS pixels; 0: as the shape wants at the width there is
    shape     width over height, for viewers of other pictures beside it; 0: the picture's own
    name      of the picture, for files that are saved
    values    of all knobs that the viewer may turn, by name: sliders, looks, marks
    knobs     the sliders to show, in order: Slider
    turn      number of the last turn by hand that the values know of
    selected  index of what is highlighted
    kind      of what: a saccade of "landings", or one of the "leaves"
    details   rows (label, value) about it
    token     a leaf's token, as the address of a picture that holds itself
    link      viewers with the same word move together
    wipe      names of layers left and right of a curtain, or None
    """

    key: str = "viewer"
    height: int = 0
    shape: float = 0.0
    name: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    knobs: Sequence[Mapping[str, Any]] = ()
    turn: int = 0
    selected: int | None = None
    kind: str = "landings"
    details: Sequence[tuple[str, str]] = ()
    token: str = ""
    link: str = ""
    wipe: tuple[Sequence[str], Sequence[str]] | None = None


def slider(name: str, knob: Knob, *, eager: bool = False) -> dict[str, Any]:
    """A knob as the viewer's slider wants it; eager: Python hears of it while it is dragged."""
    words = {"label": knob.label or name, "help": knob.help, "unit": knob.unit, "log": knob.log}
    words["eager"] = eager
    whole = isinstance(knob.default, int)
    step = knob.step or (1 if whole else 0.01)
    return {"name": name, "low": knob.low, "high": knob.high, "step": step, **words}


@dataclass(frozen=True)
class Encoded:
    """A payload, and the digests of the layers that whoever received it holds now."""

    payload: bytes
    digests: frozenset[str]


def encode(
    layers: Sequence[Layer],
    *,
    source: Source,
    screen: Screen | None = None,
    urls: Mapping[str, str] | None = None,
    held: Collection[str] = (),
    picture: bytes | None = None,
) -> Encoded:
    """The payload that shows these layers over a picture.

    urls     of the tiles of each Mask and Overlay, by the layer's name
    held     digests whose arrays the browser has already
    picture  a file of the whole picture, where the source has no URL
    """
    screen = screen or Screen()
    arrays: dict[str, Array] = {}
    shown = []
    for layer in layers:
        words, columns = _parts(layer, urls or {})
        named = isinstance(layer, Classes) and layer.digest
        digest = _digest(words, {} if named else columns)
        shown.append({**words, "digest": digest})
        if digest not in held:
            arrays |= {f"{digest}/{name}": column for name, column in columns.items()}
    if TABLES not in held:
        arrays |= {f"{TABLES}/{name}": table(name) for name in NAMES}
    digests = {words["digest"] for words in shown} | {TABLES}
    carried = None
    if picture is not None:
        carried = blake2b(picture, digest_size=8).hexdigest()
        digests.add(carried)
        if carried not in held:
            arrays[f"{carried}/picture"] = np.frombuffer(picture, np.uint8)
    # Looks of the layers that nobody can turn here stand in the values too: one place to read.
    values = {name: value for layer in layers for name, value in _looks(layer)}
    sizes = [one.magnify for one in layers if isinstance(one, Landings | Leaves | Truth)]
    values |= {"magnify": sizes[0]} if sizes else {}
    header = {
        "source": {**asdict(source), "picture": carried},
        "layers": shown,
        "digest": _together(shown),
        **asdict(screen),
        "values": {**values, **screen.values},
    }
    return Encoded(pack(header, arrays), frozenset(digests))


_Parts = tuple[Header, dict[str, Array]]


def _parts(layer: Layer, urls: Mapping[str, str]) -> _Parts:
    kind, encoder = _ENCODERS[type(layer)]
    words, columns = encoder(layer)
    words = {"kind": kind, "name": layer.name, "turns": list(properties(layer)), **words}
    if isinstance(layer, Mask | Overlay):
        words["url"] = urls.get(layer.name, "")
    return words, columns


def _looks(layer: Layer) -> Iterator[tuple[str, Value]]:
    for prop in properties(layer):
        yield f"{layer.name}_{prop}", getattr(layer, prop)


def _digest(words: Header, columns: Mapping[str, Array]) -> str:
    digest = blake2b(json.dumps(words, sort_keys=True).encode(), digest_size=8)
    for name, column in columns.items():
        digest.update(f"{name}{column.dtype}{column.shape}".encode())
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


def _together(shown: Sequence[Header]) -> str:
    return blake2b("".join(words["digest"] for words in shown).encode(), digest_size=8).hexdigest()


def _raster(layer: Raster) -> _Parts:
    words: Header = {"cells": layer.codes.shape, "span": layer.span, "note": layer.note}
    words["diverging"] = layer.diverging
    if layer.diverging:  # it has but one colour map and no unit
        words["turns"] = [name for name in properties(layer) if name not in ("colormap", "full")]
    return words, {"codes": layer.codes}


def _gate(layer: Gate) -> _Parts:
    return {"cells": layer.open.shape}, {"open": layer.open}


def _classes(layer: Classes) -> _Parts:
    words = {"cells": layer.labels.shape, "names": layer.names, "of": layer.digest}
    return words, {"labels": layer.labels}


def _mask(layer: Mask) -> _Parts:
    return {"color": layer.color}, {}


def _overlay(layer: Overlay) -> _Parts:
    return {}, {}


def _leaves(layer: Leaves) -> _Parts:
    """The leaves, or where the viewer may cut anew only what they are cut from."""
    if layer.counts is not None:
        levels = [level.shape for level in layer.counts.levels]
        words = {"root": layer.counts.root, "levels": levels}
        flat = np.concatenate([compact(level).ravel() for level in layer.counts.levels])
        return words, {"counts": flat}
    return {}, {
        "boxes": _columns(layer.boxes),
        "depth": layer.depth.astype(np.uint8),
        "detail": compact(layer.detail),
    }


def _landings(layer: Landings) -> _Parts:
    kept = np.zeros(len(layer.yx), bool) if layer.kept is None else layer.kept
    words: Header = {"radius": layer.radius, "live": dict(layer.live) if layer.live else None}
    columns = {} if layer.map is None else _map(layer.map, words["live"])
    return words, columns | {
        "centers": compact(layer.yx.T[::-1]),
        "boxes": _columns(layer.boxes),
        "scores": layer.scores.astype(np.float32),
        "kept": kept.astype(np.uint8),
    }


def _map(values: Float, live: Header) -> dict[str, Array]:
    """A map as judged.js takes it: its floats' bits, which are coded well as whole numbers."""
    bits = np.maximum(np.ascontiguousarray(values, np.float32), 0).view(np.int32)  # no -0
    url = f"map:{blake2b(bits.data, digest_size=8).hexdigest()}"
    live |= {"url": url, "cells": values.shape}
    return {"map": bits, "percentiles": percentiles(values).astype(np.float32)}


def _truth(layer: Truth) -> _Parts:
    columns = {"boxes": _columns(layer.boxes)}
    if layer.hit is not None:
        columns["hit"] = layer.hit.astype(np.uint8)
    colors = {"known": KNOWN, "hit": HIT, "missed": MISSED}
    return {"labels": list(layer.labels), "colors": colors, "hover": layer.hover}, columns


def _columns(boxes: Array) -> Array:
    """Boxes (N, 4) [y0, x0, y1, x1) as columns (4, N) x0, y0, x1, y1."""
    return compact(boxes.reshape(-1, 4)[:, [1, 0, 3, 2]].T)


_ENCODERS: dict[type, tuple[str, Callable[[Any], _Parts]]] = {
    Raster: ("raster", _raster),
    Gate: ("gate", _gate),
    Classes: ("classes", _classes),
    Mask: ("mask", _mask),
    Overlay: ("overlay", _overlay),
    Leaves: ("leaves", _leaves),
    Landings: ("landings", _landings),
    Truth: ("truth", _truth),
}
