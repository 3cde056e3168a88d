"""Layers as bytes: what the viewer in the browser receives, in one piece.

    "PDV2" | u32 length of the header | header: JSON, UTF-8, padded with blanks | body

Numbers are little-endian; header and body begin at multiples of 8. The header's "arrays" say where
each array lies in the body:

    {"offset": 0, "bytes": 61234, "dtype": "uint16", "shape": [4, 25000], "coding": "delta"}

offset is counted in bytes from the start of the body and is a multiple of 8. coding is "raw" (the
numbers as they are), "delta": each number less its predecessor in row-major order, modulo the
type's range, then zlib; or "planar": of a two-dimensional array the differences along the rows, of
these the differences down the columns, then zlib. Neighbours in a saliency map or in Morton order
are close, so that this takes a third of the bytes for a few milliseconds.

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
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

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
from patchdrive.settings import Knob, Value
from patchdrive.types import Size

Array = npt.NDArray[Any]
Header = dict[str, Any]

MAGIC = b"PDV2"
TABLES = "tables"  # the digest of the colour maps
DTYPES = ("uint8", "uint16", "int32", "float32")
# Below this many bytes compression gains less than its header costs.
_WORTH_CODING = 2048
_PLANE = 16  # narrower arrays are lists of columns, not pictures


def pack(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Header and arrays as one payload.

    header  JSON values; "arrays" is filled in here
    arrays  name -> array of one of DTYPES, any shape
    """
    body = bytearray()
    where = {}
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise TypeError(f"{name} is {array.dtype}; a payload holds {', '.join(DTYPES)}")
        coding, data = _code(array)
        where[name] = {
            "offset": len(body),
            "bytes": len(data),
            "dtype": array.dtype.name,
            "shape": list(array.shape),
            "coding": coding,
        }
        body += data + bytes(-len(data) % 8)
    text = json.dumps({**header, "arrays": where}, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 8)
    return MAGIC + len(text).to_bytes(4, "little") + text + bytes(body)


def unpack(payload: bytes) -> tuple[Header, dict[str, Array]]:
    """The header (with "arrays") and the arrays of a payload; the reverse of pack."""
    if payload[:4] != MAGIC:
        raise ValueError("these bytes are no viewer payload")
    start = 8 + int.from_bytes(payload[4:8], "little")
    header = json.loads(payload[8:start])
    arrays = {}
    for name, item in header["arrays"].items():
        data = payload[start + item["offset"] : start + item["offset"] + item["bytes"]]
        dtype = np.dtype(item["dtype"]).newbyteorder("<")
        if item["coding"] == "delta":
            flat = np.frombuffer(zlib.decompress(data), dtype)
            flat = np.cumsum(flat, dtype=dtype.newbyteorder("="))
        elif item["coding"] == "planar":
            flat = np.frombuffer(zlib.decompress(data), dtype).reshape(item["shape"])
            for axis in (0, 1):
                flat = np.cumsum(flat, axis, dtype=dtype.newbyteorder("="))
        else:
            flat = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))
        arrays[name] = flat.reshape(item["shape"])
    return header, arrays


def _code(array: Array) -> tuple[str, bytes]:
    """The array's coding and its bytes: differences where they are shorter."""
    array = np.ascontiguousarray(array)
    raw = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    if array.dtype.kind == "f" or len(raw) < _WORTH_CODING:
        return "raw", raw
    if array.ndim == 2 and min(array.shape) >= _PLANE:
        coding, delta, way = "planar", _falls(_falls(array, 1), 0), zlib.Z_RLE
    else:
        coding, delta, way = "delta", _falls(array.reshape(-1), 0), zlib.Z_DEFAULT_STRATEGY
    press = zlib.compressobj(1, zlib.DEFLATED, 15, 9, way)
    little = delta.astype(delta.dtype.newbyteorder("<"), copy=False)
    coded = press.compress(little.tobytes()) + press.flush()
    return (coding, coded) if len(coded) < len(raw) else ("raw", raw)


def _falls(array: Array, axis: int) -> Array:
    """Each number less the one before it along an axis; the first stays."""
    falls = array.copy()
    later, earlier = [slice(None)] * array.ndim, [slice(None)] * array.ndim
    later[axis], earlier[axis] = slice(1, None), slice(None, -1)
    falls[tuple(later)] -= array[tuple(earlier)]
    return falls


def compact(values: Array) -> Array:
    """Integers as uint16 where all of them fit, else as int32 (larger ones are cut off there)."""
    if values.size == 0 or (values.min() >= 0 and values.max() < 65536):
        return values.astype(np.uint16)
    limit = np.iinfo(np.int32)
    return values.clip(limit.min, limit.max).astype(np.int32)


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
    height    CSS pixels
    values    of all knobs that the viewer may turn, by name: sliders, looks, marks
    knobs     the sliders to show, in order: Slider
    turn      number of the last turn by hand that the values know of
    selected  index of the saccade to highlight
    details   rows (label, value) about it
    link      viewers with the same word move together
    wipe      names of layers left and right of a curtain, or None
    """

    key: str = "viewer"
    height: int = 640
    values: Mapping[str, Value] = field(default_factory=dict)
    knobs: Sequence[Mapping[str, Any]] = ()
    turn: int = 0
    selected: int | None = None
    details: Sequence[tuple[str, str]] = ()
    link: str = ""
    wipe: tuple[Sequence[str], Sequence[str]] | None = None


def slider(name: str, knob: Knob) -> dict[str, Any]:
    """A knob as the viewer's slider wants it."""
    words = {"label": knob.label or name, "help": knob.help, "unit": knob.unit, "log": knob.log}
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
        digest = _digest(words, columns)
        shown.append({**words, "digest": digest})
        if digest not in held:
            arrays |= {f"{digest}/{name}": column for name, column in columns.items()}
    if TABLES not in held:
        arrays |= {f"{TABLES}/{name}": table(name) for name in NAMES}
    digests = {words["digest"] for words in shown} | {TABLES}
    if picture is not None:
        arrays["picture"] = np.frombuffer(picture, np.uint8)
    # Looks of the layers that nobody can turn here stand in the values too: one place to read.
    values = {name: value for layer in layers for name, value in _looks(layer)}
    header = {
        "source": asdict(source),
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
    return {"cells": layer.labels.shape, "names": layer.names}, {"labels": layer.labels}


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
    words = {"radius": layer.radius, "live": dict(layer.live) if layer.live else None}
    return words, {
        "centers": compact(layer.yx.T[::-1]),
        "boxes": _columns(layer.boxes),
        "scores": layer.scores.astype(np.float32),
        "kept": kept.astype(np.uint8),
    }


def _truth(layer: Truth) -> _Parts:
    columns = {"boxes": _columns(layer.boxes)}
    if layer.hit is not None:
        columns["hit"] = layer.hit.astype(np.uint8)
    colors = {"known": KNOWN, "hit": HIT, "missed": MISSED}
    return {"labels": list(layer.labels), "colors": colors}, columns


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
