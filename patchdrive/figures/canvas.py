"""Pixels of a picture's window, and the layers that lie flat on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from patchdrive.figures import colors
from patchdrive.figures.layers import Classes, Gate, Layer, Leaves, Mask, Overlay, Raster
from patchdrive.types import Byte, Float, Image, Int, PatchdriveError, Size

LIMIT = 120e6
"""Pixels that are drawn at once: they take about 1.5 GB and half a minute as a PNG."""

Box = tuple[int, int, int, int]

DARK = colors.rgb("#18191b")
_STRIP = 256  # rows that are blended at once: floats of a whole large picture need gigabytes
_NATIVE = 64e6  # pixels of a window that are read at native resolution to be shrunk


@dataclass(frozen=True)
class Frame:
    """A window of a picture as it is drawn.

    box      [y0, x0, y1, x1) in picture pixels
    canvas   (h, w) in pixels of the drawing
    picture  (H, W)
    magnify  how many times thicker than usual lines are wanted
    """

    box: Box
    canvas: Size
    picture: Size
    magnify: float = 1.0

    @property
    def scale(self) -> tuple[float, float]:
        """Canvas pixels to a picture pixel, down and across."""
        y0, x0, y1, x1 = self.box
        return self.canvas[0] / (y1 - y0), self.canvas[1] / (x1 - x0)

    @property
    def unit(self) -> float:
        """How many times thicker than usual lines are here: usually 1 up to 1920 pixels."""
        return self.magnify * max(1.0, max(self.canvas) / 1920)

    def edges(self, boxes: Int) -> Int:
        """Boxes (N, 4) on the canvas, cut off a little outside it."""
        scale, (h, w) = self.scale, self.canvas
        moved = np.rint((boxes - np.tile(self.box[:2], 2)) * np.tile(scale, 2))
        return np.clip(moved, -64, (h + 64, w + 64) * 2).astype(np.int64)

    def middles(self, yx: Int) -> Float:
        """Where the middles of pixels (N, 2) lie, counted from the middle of the first pixel."""
        return (yx + 0.5 - self.box[:2]) * self.scale - 0.5

    def cells(self, shape: Size) -> tuple[Float, Float]:
        """Where the canvas's rows and columns lie on a map that covers the whole picture."""
        at = []
        for axis in (0, 1):
            places = (np.arange(self.canvas[axis]) + 0.5) / self.scale[axis] + self.box[axis]
            at.append(places * (shape[axis] / self.picture[axis]) - 0.5)
        return at[0], at[1]


def frame(size: Size, max_side: int, cut: Box | None = None) -> Frame:
    """The frame in which no side of the picture (or of the cut) exceeds max_side.

    Never enlarged. PatchdriveError where it has more than LIMIT pixels, or the cut none.
    """
    if max_side < 1:
        raise PatchdriveError(f"the longest side must be 1 pixel or more, not {max_side}")
    y0, x0, y1, x1 = cut or (0, 0, *size)
    box = max(0, y0), max(0, x0), min(size[0], y1), min(size[1], x1)
    sides = box[2] - box[0], box[3] - box[1]
    if min(sides) < 1:
        raise PatchdriveError(f"the window {(y0, x0, y1, x1)} holds no pixel of the picture")
    longest = max(sides)
    if longest > max_side:
        sides = _share(sides[0], max_side, longest), _share(sides[1], max_side, longest)
    if math.prod(sides) > LIMIT:
        enough = int(max(sides) * math.sqrt(LIMIT / math.prod(sides)))
        raise PatchdriveError(
            f"a drawing of {sides[1]:,} x {sides[0]:,} pixels is larger than the limit of "
            f"{LIMIT / 1e6:g} megapixels: choose at most {enough:,} pixels for the longest side, "
            "or a smaller window"
        )
    return Frame(box, sides, size)


def _share(side: int, max_side: int, longest: int) -> int:
    return max(1, (2 * side * max_side + longest) // (2 * longest))


def pixels(image: Image, frame: Frame) -> Byte:
    """The picture in its frame, (h, w, 3) uint8, the caller's own."""
    y0, x0, y1, x1 = frame.box
    if frame.box == (0, 0, *image.size):
        found = image.preview(max(frame.canvas))
    else:
        level = 0
        while (y1 - y0) * (x1 - x0) >> 2 * level > _NATIVE:
            level += 1
        height, width = (max(1, (b - a) >> level) for a, b in ((y0, y1), (x0, x1)))
        found = image.region(y0 >> level, x0 >> level, height, width, level)
    if found.shape[:2] == frame.canvas:
        return found.copy()
    h, w = frame.canvas
    return np.asarray(cv2.resize(found, (w, h), interpolation=cv2.INTER_AREA), np.uint8)


def lay(canvas: Byte, layer: Layer, frame: Frame) -> None:
    """Draw a layer that lies flat over the picture into the canvas (h, w, 3)."""
    if isinstance(layer, Leaves):
        leaves(canvas, layer, frame, leaf_colors(layer))
        return
    for kind, paint in _PAINTERS.items():
        if isinstance(layer, kind):
            for rows in _strips(canvas):
                tint, alpha = paint(layer, frame, rows)
                _blend(canvas[rows], tint, alpha)


def _strips(canvas: Byte) -> Iterator[slice]:
    for start in range(0, len(canvas), _STRIP):
        yield slice(start, start + _STRIP)


def _blend(canvas: Byte, tint: Byte | Float, alpha: Float) -> None:
    mixed = canvas + (tint - canvas.astype(np.float32)) * alpha[..., None].astype(np.float32)
    canvas[:] = np.rint(mixed)


_Tint = tuple[Byte | Float, Float]


def _raster(layer: Raster, frame: Frame, rows: slice) -> _Tint:
    y, x = frame.cells(_shape(layer.values))
    values = np.rint(_between(_between(layer.values, y[rows], 0), x, 1)).astype(np.uint8)
    return colors.table(layer.colormap)[values], layer.strengths(values)


def _gate(layer: Gate, frame: Frame, rows: slice) -> _Tint:
    y, x = frame.cells(_shape(layer.open))
    shut = 1 - _between(_between(layer.open, y[rows], 0), x, 1) / 255
    return np.array(colors.rgb(colors.SHUT), np.float32), layer.opacity * shut


def _classes(layer: Classes, frame: Frame, rows: slice) -> _Tint:
    y, x = (np.rint(at).astype(np.int64) for at in frame.cells(_shape(layer.labels)))
    height, width = layer.labels.shape
    y, x = y[rows].clip(0, height - 1), x.clip(0, width - 1)
    found = layer.labels[y[:, None], x]
    return colors.classes(256)[found], layer.opacity * (found != 255)


def _mask(layer: Mask, frame: Frame, rows: slice) -> _Tint:
    """The brightest native pixel under each of the canvas: thin lines stay."""
    (y0, x0, _, _), (down, across) = frame.box, frame.scale
    first = np.arange(frame.canvas[0] + 1)[rows.start : rows.stop + 1]
    top = np.floor(first / down + 1e-9).astype(np.int64)
    left = np.floor(np.arange(frame.canvas[1] + 1) / across + 1e-9).astype(np.int64)
    seen = layer.values[y0 + top[0] : y0 + max(top[-1], top[0] + 1), x0 : x0 + left[-1]]
    seen = np.maximum.reduceat(seen, top[:-1] - top[0], axis=0)
    seen = np.maximum.reduceat(seen, left[:-1], axis=1)
    return np.array(colors.rgb(layer.color), np.float32), layer.opacity / 255 * seen


def _overlay(layer: Overlay, frame: Frame, rows: slice) -> _Tint:
    y0, x0, y1, x1 = frame.box
    start, stop = (round(n / frame.scale[0]) for n in (rows.start, rows.stop))
    part = y0 + start, x0, min(y1, y0 + max(stop, start + 1)), x1
    size = len(range(frame.canvas[0])[rows]), frame.canvas[1]
    if layer.pixels is None:
        return np.zeros(3, np.float32), np.zeros(size, np.float32)
    seen = pixels(layer.pixels, Frame(part, size, frame.picture))
    return seen, np.full(size, layer.opacity)


_PAINTERS: dict[type, Callable[..., _Tint]] = {
    Raster: _raster,
    Gate: _gate,
    Classes: _classes,
    Mask: _mask,
    Overlay: _overlay,
}


def _shape(values: Byte) -> Size:
    return values.shape[0], values.shape[1]


def _between(values: Byte | Float, at: Float, axis: int) -> Float:
    """Values between the cells of an axis; beyond the first and the last these go on."""
    last = values.shape[axis] - 1
    at = at.clip(0, last)
    below = np.floor(at).astype(np.int64)
    share = (at - below).astype(np.float32)
    share = share[:, None] if axis == 0 else share
    low = values.take(below, axis).astype(np.float32)
    return low + (values.take(np.minimum(below + 1, last), axis) - low) * share


def leaf_colors(layer: Leaves) -> Byte:
    """The colour (N, 3) uint8 of each leaf."""
    if layer.by == "score":
        return colors.strengths(layer.colormap, layer.detail)
    return colors.levels(layer.colormap, layer.depth)


def leaf_strengths(layer: Leaves, across: float) -> Float:
    """How strongly each of the leaves (N,) is drawn, 0 to 1, as the viewer does.

    across  shown pixels to a picture pixel: outlines of a few pixels fade, or they would hide all
    """
    if layer.style == "fill":
        return np.full(len(layer.depth), 0.55)
    sides = (layer.boxes[:, 2:] - layer.boxes[:, :2]).max(axis=1, initial=0)
    of_level = np.zeros(int(layer.depth.max(initial=0)) + 1)
    np.maximum.at(of_level, layer.depth, sides)  # the border cuts some
    strengths: Float = np.clip(of_level[layer.depth] * across / 14, 0.22, 0.95)
    return strengths


def leaves(canvas: Byte, layer: Leaves, frame: Frame, tints: Byte) -> None:
    """Draw squares into the canvas (h, w, 3), each in its colour of tints (N, 3)."""
    fill, thick = layer.style == "fill", max(1, round(frame.unit))
    tint, alpha = np.zeros_like(canvas), np.zeros(frame.canvas, np.uint8)
    boxes, strengths = frame.edges(layer.boxes), leaf_strengths(layer, frame.scale[1] / frame.unit)
    inside = np.all((boxes[:, :2] < frame.canvas) & (boxes[:, 2:] >= 0), axis=1)
    looks = np.column_stack([boxes, tints, np.rint(255 * strengths)])[inside].astype(int)
    for y0, x0, y1, x1, *color, strength in looks.tolist():
        corners, line = ((x0, y0), (x1 - fill, y1 - fill)), -1 if fill else thick
        cv2.rectangle(tint, *corners, color, line)
        cv2.rectangle(alpha, *corners, strength, line)
    for rows in _strips(canvas):
        _blend(canvas[rows], tint[rows], layer.opacity / 255 * alpha[rows])
