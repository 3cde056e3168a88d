"""Windows of a picture that is not held in memory: each is read by itself."""

from __future__ import annotations

import numpy as np

from patchdrive.ops.borders import Border, sources, windows
from patchdrive.ops.crops import crop
from patchdrive.types import Byte, Image, Int


def window(image: Image, y0: int, x0: int, h: int, w: int, border: Border = "replicate") -> Byte:
    """Pixels (h, w, 3) uint8 of a window that may lie partly or wholly outside the picture."""
    rows, inside_y = sources(y0, h, image.size[0], border)
    columns, inside_x = sources(x0, w, image.size[1], border)
    top, left = int(rows.min()), int(columns.min())
    region = image.region(top, left, int(rows.max()) - top + 1, int(columns.max()) - left + 1)
    if region.shape[:2] == (h, w) and inside_y.all() and inside_x.all() and _runs(rows, columns):
        return region
    filled: Byte = region[rows - top][:, columns - left]
    filled[~(inside_y[:, None] & inside_x)] = 0
    return filled


def cut(image: Image, yx: Int, side: int, border: Border = "slide") -> tuple[Byte, Int]:
    """Native patches around centres yx (K, 2): the same as `crops.crop`, of any picture.

    returns  patches (K, p, p, 3) uint8, and their boxes (K, 4)
    """
    if not image.streamed:
        return crop(image.pixels, yx, side, border)
    boxes = windows(yx, side, image.size, border)
    out = np.empty((len(boxes), side, side, 3), np.uint8)
    for k, (y0, x0, _, _) in enumerate(boxes.tolist()):
        out[k] = window(image, y0, x0, side, side, border)
    return out, boxes


def _runs(rows: Int, columns: Int) -> bool:
    """Whether both run upwards one by one: then the region is the window."""
    return bool((np.diff(rows) == 1).all() and (np.diff(columns) == 1).all())
