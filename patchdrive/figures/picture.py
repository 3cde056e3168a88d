"""A picture with its layers burnt in, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image as Pillow

from patchdrive.budget import Need, priced
from patchdrive.figures import canvas, marks
from patchdrive.figures.canvas import Box, Frame
from patchdrive.figures.layers import Landings, Layer, Raster, Truth, magnified
from patchdrive.figures.legend import entries, scale_bar, strip
from patchdrive.figures.prices import drawing
from patchdrive.types import Byte, Image, Tokens


def _price(image: Image, layers: Sequence[Layer], max_side: int = 1920, **_: Any) -> Need:
    return drawing("PNG", image, layers, max_side, pixel=18, leaf=700)


@priced(_price)
def png(
    image: Image,
    layers: Sequence[Layer],
    *,
    max_side: int = 1920,
    note: str = "",
    legend: bool = False,
    cut: Box | None = None,
) -> bytes:
    """The picture, shrunk so that no side exceeds max_side, with its visible layers, as PNG bytes.

    note    words at the lower left, after those that the layers themselves ask for
    legend  a strip below says what the colours mean, and how long a pixel (or a micrometre) is
    cut     [y0, x0, y1, x1): only this window of the picture
    PatchdriveError where more than canvas.LIMIT pixels would be drawn
    """
    frame = canvas.frame(image.size, max_side, cut)
    layers = [layer for layer in layers if layer.visible]
    sheet = draw(canvas.pixels(image, frame), layers, frame, note)
    if legend:
        bar = scale_bar(frame, image.microns)
        letters = marks.font(max(frame.canvas), 13)
        below = strip([*entries(layers), bar], frame.canvas[1], letters)
        wider = ((0, 0), (0, below.shape[1] - sheet.shape[1]), (0, 0))
        sheet = np.vstack([np.pad(sheet, wider, constant_values=24), below])
    out = io.BytesIO()
    Pillow.fromarray(sheet).save(out, "PNG", compress_level=4)
    return out.getvalue()


def draw(sheet: Byte, layers: Sequence[Layer], frame: Frame, note: str = "") -> Byte:
    """Pixels (h, w, 3) of a frame with layers on them; the pixels may be drawn upon."""
    frame = replace(frame, magnify=magnified(layers))
    letters = marks.letters_for(frame)
    for layer in layers:
        canvas.lay(sheet, layer, frame)
    words: list[marks.Word] = []
    for layer in layers:
        if isinstance(layer, Truth):
            words += marks.truth(sheet, layer, frame, letters)
        elif isinstance(layer, Landings):
            words += marks.landings(sheet, layer, frame, letters)
    notes = [*(layer.note for layer in layers if isinstance(layer, Raster)), note]
    if text := " · ".join(filter(None, notes)):
        words.append(marks.Word(text, len(sheet) - 10, 10, "ls"))
    return marks.write(sheet, words, letters) if words else sheet


MOSAIC = 2048  # tokens


def mosaic(tokens: Tokens, columns: int = 64) -> Byte:
    """The first tokens side by side in their order, (h, w, 3) uint8, with a dark line between."""
    shown = tokens.pixels[tokens.valid][:MOSAIC]
    rows, side = -(-len(shown) // columns), tokens.pixels.shape[1] + 1
    sheet = np.full((rows * columns, side, side, 3), 24, np.uint8)
    sheet[: len(shown), 1:, 1:] = shown
    sheet = sheet.reshape(rows, columns, side, side, 3).swapaxes(1, 2)
    return np.ascontiguousarray(sheet.reshape(rows * side, columns * side, 3))
