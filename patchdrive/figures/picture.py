"""A picture with its layers burnt in, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from patchdrive.figures.colors import table
from patchdrive.figures.layers import Landings, Layer, Leaves, Mask, Raster, Truth
from patchdrive.types import Byte, Float, Image, Int, Tokens

HIT, MISSED = (57, 208, 255), (255, 170, 60)


def png(image: Image, layers: Sequence[Layer], *, max_side: int = 1920, note: str = "") -> bytes:
    """The picture, shrunk so that no side exceeds max_side, with its layers, as PNG bytes.

    note  words at the lower left, after those that the layers themselves ask for
    """
    canvas = image.preview(max_side)
    scale = canvas.shape[1] / image.size[1]
    for layer in layers:
        if isinstance(layer, Raster):
            canvas = _raster(canvas, layer)
        elif isinstance(layer, Mask):
            canvas = _mask(canvas, layer)
        elif isinstance(layer, Leaves):
            canvas = _leaves(canvas, layer, scale)
    drawing = Pillow.fromarray(canvas)
    draw = ImageDraw.Draw(drawing)
    font = ImageFont.load_default(max(11, round(max_side / 110)))
    for layer in layers:
        if isinstance(layer, Truth):
            _truth(draw, layer, scale)
        elif isinstance(layer, Landings):
            _landings(draw, layer, scale, font)
    notes = [*(layer.note for layer in layers if isinstance(layer, Raster)), note]
    if words := " · ".join(filter(None, notes)):
        draw.text((10, canvas.shape[0] - 10), words, "white", font, "ls", stroke_width=2,
                  stroke_fill="black")  # fmt: skip
    out = io.BytesIO()
    drawing.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _blend(canvas: Byte, colors: Byte | Float, alpha: Float) -> Byte:
    mixed = canvas + (colors - canvas.astype(np.float32)) * alpha[..., None]
    return np.rint(mixed).astype(np.uint8)


def _fit(values: Byte, canvas: Byte, how: int) -> Byte:
    return np.asarray(cv2.resize(values, canvas.shape[1::-1], interpolation=how), np.uint8)


def _raster(canvas: Byte, layer: Raster) -> Byte:
    values = _fit(layer.values, canvas, cv2.INTER_LINEAR)
    alpha = layer.opacity * values / 255
    return _blend(canvas, table(layer.colormap)[values], alpha.astype(np.float32))


def _mask(canvas: Byte, layer: Mask) -> Byte:
    step = max(1, round(layer.values.shape[1] / canvas.shape[1]))
    thick = np.asarray(cv2.dilate(layer.values, np.ones((step, step), np.uint8)), np.uint8)
    alpha = _fit(thick, canvas, cv2.INTER_NEAREST).astype(np.float32) / 255 * layer.opacity
    color = np.array([int(layer.color[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    return _blend(canvas, color, alpha)


def _leaves(canvas: Byte, layer: Leaves, scale: float) -> Byte:
    lines, colors = canvas.copy(), table(layer.colormap)
    deepest = max(1, int(layer.depth.max(initial=0)))
    for box, depth in zip(_scaled(layer.boxes, scale), layer.depth.tolist(), strict=True):
        y0, x0, y1, x1 = box
        color = colors[40 + 200 * depth // deepest].tolist()
        cv2.rectangle(lines, (x0, y0), (x1, y1), color, 1)
    return np.asarray(cv2.addWeighted(lines, layer.opacity, canvas, 1 - layer.opacity, 0), np.uint8)


def _scaled(boxes: Int, scale: float) -> list[list[int]]:
    listed: list[list[int]] = np.rint(boxes * scale).astype(int).tolist()
    return listed


def _truth(draw: ImageDraw.ImageDraw, layer: Truth, scale: float) -> None:
    hit = layer.hit if layer.hit is not None else np.ones(len(layer.boxes), bool)
    for (y0, x0, y1, x1), found in zip(_scaled(layer.boxes, scale), hit, strict=True):
        draw.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), outline=HIT if found else MISSED, width=2)


def _landings(
    draw: ImageDraw.ImageDraw,
    layer: Landings,
    scale: float,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    colors = table(layer.colormap)[np.linspace(40, 240, max(1, len(layer.yx))).astype(int)]
    spots = [(x * scale, y * scale) for y, x in layer.yx.tolist()]
    for (y0, x0, y1, x1), color in zip(_scaled(layer.boxes, scale), colors, strict=False):
        draw.rectangle((x0, y0, x1, y1), outline=tuple(color.tolist()), width=2)
    if len(spots) > 1:
        draw.line(spots, fill=(255, 255, 255), width=1)
    radius = font.size / 3 if isinstance(font, ImageFont.FreeTypeFont) else 4
    for n, ((x, y), color) in enumerate(zip(spots, colors, strict=False), 1):
        spot = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(spot, fill=tuple(color.tolist()), outline="white")
        if n <= 99:
            at = (x + radius + 2, y - radius)
            draw.text(at, str(n), "white", font, "lb", stroke_width=2, stroke_fill="black")


MOSAIC = 2048  # tokens


def mosaic(tokens: Tokens, columns: int = 64) -> Byte:
    """The first tokens side by side in their order, (h, w, 3) uint8, with a dark line between."""
    shown = tokens.pixels[tokens.valid][:MOSAIC]
    rows, side = -(-len(shown) // columns), tokens.pixels.shape[1] + 1
    sheet = np.full((rows * columns, side, side, 3), 24, np.uint8)
    sheet[: len(shown), 1:, 1:] = shown
    sheet = sheet.reshape(rows, columns, side, side, 3).swapaxes(1, 2)
    return np.ascontiguousarray(sheet.reshape(rows * side, columns * side, 3))
