"""Pictures and slow truths for the tests of patchdrive.images."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image as Pillow

from patchdrive.images import open_image
from patchdrive.types import ImageError


def noise(height, width, channels=3, seed=0):
    """Random (H, W, channels) uint8, or (H, W) for no channels."""
    shape = (height, width, channels) if channels else (height, width)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def smooth(height, width):
    """A gentle (H, W, 3) uint8 picture that lossy formats keep well."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [40 + 160 * y / height, 200 - 150 * x / width, 60 + 100 * (x + y) / (height + width)]
    return np.rint(np.stack(planes, -1)).astype(np.uint8)


def saved(picture, form, **options):
    """A PIL picture or array as a file's bytes."""
    if isinstance(picture, np.ndarray):
        picture = Pillow.fromarray(picture)
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def turned(stored, orientation):
    """A stored picture as EXIF wants it shown, pixel by pixel."""
    h, w = stored.shape[:2]
    where = {
        1: lambda y, x: (y, x),
        2: lambda y, x: (y, w - 1 - x),
        3: lambda y, x: (h - 1 - y, w - 1 - x),
        4: lambda y, x: (h - 1 - y, x),
        5: lambda y, x: (x, y),
        6: lambda y, x: (h - 1 - x, y),
        7: lambda y, x: (h - 1 - x, w - 1 - y),
        8: lambda y, x: (x, w - 1 - y),
    }[orientation]
    size = (w, h) if orientation >= 5 else (h, w)
    return np.array([[stored[where(y, x)] for x in range(size[1])] for y in range(size[0])])


def over_white(rgba):
    """(H, W, 4) uint8 over white, in floats."""
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + 255 * (1 - alpha)


def halved(pixels):
    """Means of the 2 x 2 blocks, block by block, halves rounded up."""
    h, w = pixels.shape[:2]
    out = np.zeros(((h + 1) // 2, (w + 1) // 2, 3), np.uint8)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            block = pixels[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].astype(int)
            count = block.shape[0] * block.shape[1]
            out[y, x] = (block.sum((0, 1)) + count // 2) // count
    return out


def area_mean(pixels, size):
    """Area-weighted means of a picture on a grid of size (h, w), in floats."""

    def overlaps(length, count):
        edges = np.arange(count + 1) * length / count
        cells = np.arange(length)
        low = np.maximum(edges[:-1, None], cells)
        high = np.minimum(edges[1:, None], cells + 1)
        return np.maximum(0, high - low) * count / length

    rows, columns = overlaps(pixels.shape[0], size[0]), overlaps(pixels.shape[1], size[1])
    return np.einsum("ay,bx,yxc->abc", rows, columns, pixels.astype(float))


def srgb_encode(linear):
    """Linear light 0..1 as sRGB 0..255, in floats."""
    low = 12.92 * linear
    return 255 * np.where(linear <= 0.0031308, low, 1.055 * np.power(linear, 1 / 2.4) - 0.055)


def profile(space):
    """An ICC profile of linear light: "GRAY", or "RGB " with the primaries of sRGB."""

    def fixed(*values):
        return struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + fixed(*values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, 256) + b"\0\0"  # an exponent of 1.0
    name = b"linear test\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 79 + b"\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }
    if space == "GRAY":
        tags[b"kTRC"] = curve
    else:
        tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
        tags[b"rXYZ"] = xyz(0.43607, 0.22249, 0.01392)
        tags[b"gXYZ"] = xyz(0.38515, 0.71687, 0.09708)
        tags[b"bXYZ"] = xyz(0.14307, 0.06061, 0.71410)
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += tag + struct.pack(">II", start + len(data), len(value))
        data += value
    body = struct.pack(">I", len(tags)) + table + data
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"lcms", 0x02400000, b"mntr", space.encode(),
                       b"XYZ ")  # fmt: skip
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + body


def attempt(source, **options):
    """The opened Image, or the text of the ImageError; any other exception passes through."""
    try:
        return open_image(source, **options)
    except ImageError as error:
        return str(error)
