"""A header and arrays as bytes, and back: the form of all that the viewer receives.

    "PDV2" | u32 length of the header | header: JSON, UTF-8, padded with blanks | body

Numbers are little-endian; header and body begin at multiples of 8. The header's "arrays" say where
each array lies in the body:

    {"offset": 0, "bytes": 61234, "dtype": "uint16", "shape": [4, 25000], "coding": "delta"}

offset is counted in bytes from the start of the body and is a multiple of 8. coding is "raw" (the
numbers as they are), "delta": each number less its predecessor in row-major order, modulo the
type's range, then zlib; or "planar": of a two-dimensional array the differences along the rows, of
these the differences down the columns, then zlib. Neighbours in a saliency map or in Morton order
are close, so that this takes a third of the bytes for a few milliseconds.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Header = dict[str, Any]

MAGIC = b"PDV2"
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
