"""Layers as bytes: what the viewer in the browser receives, in one piece.

    "PDV1" | u32 length of the header | header: JSON, UTF-8, padded with blanks | body

Numbers are little-endian; header and body begin at multiples of 8. The header's "arrays" say where
each array lies in the body:

    {"offset": 0, "bytes": 61234, "dtype": "uint16", "shape": [4, 25000], "coding": "delta"}

offset is counted in bytes from the start of the body and is a multiple of 8. coding is "raw" (the
numbers as they are) or "delta": each number less its predecessor in row-major order, modulo the
type's range, then zlib. Neighbours in a saliency map or in Morton order are close, so that this
takes a third of the bytes for a few milliseconds.

The same layers always give the same bytes: Streamlit then sends a hash in their place. This file
is the only one of the viewer where x comes before y: boxes become (4, N) columns x0, y0, x1, y1 and
centres (2, K) columns x, y, as the drawing code wants them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from patchdrive.figures.colors import table
from patchdrive.figures.layers import Landings, Layer, Leaves, Mask, Raster, Truth
from patchdrive.types import Size

Array = npt.NDArray[Any]
Header = dict[str, Any]

MAGIC = b"PDV1"
DTYPES = ("uint8", "uint16", "int32", "float32")
# Below this many bytes compression gains less than its header costs.
_WORTH_CODING = 2048


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
        else:
            flat = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))
        arrays[name] = flat.reshape(item["shape"])
    return header, arrays


def _code(array: Array) -> tuple[str, bytes]:
    """The array's coding and its bytes: "delta" where that is shorter."""
    flat = np.ascontiguousarray(array).reshape(-1)
    raw = flat.astype(flat.dtype.newbyteorder("<"), copy=False).tobytes()
    if flat.dtype.kind == "f" or len(raw) < _WORTH_CODING:
        return "raw", raw
    delta = flat.copy()
    delta[1:] -= flat[:-1]
    coded = zlib.compress(delta.astype(delta.dtype.newbyteorder("<"), copy=False).tobytes(), 1)
    return ("delta", coded) if len(coded) < len(raw) else ("raw", raw)


def compact(values: Array) -> Array:
    """Integers as uint16 where all of them fit, else as int32 (larger ones are cut off there)."""
    if values.size == 0 or (values.min() >= 0 and values.max() < 65536):
        return values.astype(np.uint16)
    limit = np.iinfo(np.int32)
    return values.clip(limit.min, limit.max).astype(np.int32)


@dataclass(frozen=True)
class Source:
    """Where the viewer finds the picture.

    url     of the tiles, without level and place, relative to the page's base
    side    of a tile in pixels
    levels  of the pyramid
    """

    url: str
    size: Size
    side: int
    levels: int


def encode(
    layers: Sequence[Layer],
    *,
    source: Source,
    masks: Mapping[str, str] | None = None,
    selected: int | None = None,
    height: int = 640,
    hidden: Collection[str] = (),
) -> bytes:
    """The payload that shows these layers over a picture.

    masks     URL of the tiles of each Mask, by the layer's name
    selected  index of the saccade to highlight
    height    of the viewer in CSS pixels
    hidden    kinds of layers that start invisible ("raster", "leaves", ...)
    """
    arrays: dict[str, Array] = {}
    shown = []
    for number, layer in enumerate(layers):
        words, columns = _ENCODERS[type(layer)](layer)
        if isinstance(layer, Mask):
            words["url"] = (masks or {}).get(layer.name, "")
        words["name"] = layer.name
        content = {name: word for name, word in words.items() if name != "opacity"}
        digest = blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8)
        for name, column in columns.items():
            digest.update(f"{name}{column.dtype}{column.shape}".encode())
            digest.update(np.ascontiguousarray(column).data)
        if "colormap" in words:
            columns["lut"] = table(words["colormap"])
        arrays |= {f"{number}.{name}": column for name, column in columns.items()}
        shown.append({**words, "digest": digest.hexdigest()})
    together = blake2b("".join(words["digest"] for words in shown).encode(), digest_size=8)
    header = {
        "source": {
            "url": source.url,
            "size": list(source.size),
            "side": source.side,
            "levels": source.levels,
        },
        "layers": shown,
        "digest": together.hexdigest(),
        "selected": selected,
        "height": height,
        "hidden": sorted(hidden),
    }
    return pack(header, arrays)


_Parts = tuple[Header, dict[str, Array]]


def _raster(layer: Raster) -> _Parts:
    words = {
        "kind": "raster",
        "colormap": layer.colormap,
        "opacity": layer.opacity,
        "legend": list(layer.legend),
        "log": layer.log,
    }
    return words, {"values": layer.values}


def _mask(layer: Mask) -> _Parts:
    return {"kind": "mask", "color": layer.color, "opacity": layer.opacity}, {}


def _leaves(layer: Leaves) -> _Parts:
    words = {"kind": "leaves", "colormap": layer.colormap, "opacity": layer.opacity}
    return words, {
        "boxes": _columns(layer.boxes),
        "depth": layer.depth.astype(np.uint8),
        "detail": compact(layer.detail),
    }


def _landings(layer: Landings) -> _Parts:
    words = {"kind": "landings", "colormap": layer.colormap}
    return words, {
        "centers": compact(layer.yx.T[::-1]),
        "boxes": _columns(layer.boxes),
        "scores": layer.scores.astype(np.float32),
    }


def _truth(layer: Truth) -> _Parts:
    columns = {"boxes": _columns(layer.boxes)}
    if layer.hit is not None:
        columns["hit"] = layer.hit.astype(np.uint8)
    return {"kind": "truth", "labels": list(layer.labels)}, columns


def _columns(boxes: Array) -> Array:
    """Boxes (N, 4) [y0, x0, y1, x1) as columns (4, N) x0, y0, x1, y1."""
    return compact(boxes.reshape(-1, 4)[:, [1, 0, 3, 2]].T)


_ENCODERS: dict[type, Callable[[Any], _Parts]] = {
    Raster: _raster,
    Mask: _mask,
    Leaves: _leaves,
    Landings: _landings,
    Truth: _truth,
}
