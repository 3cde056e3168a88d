"""Overlays as vectors: an SVG in the picture's own coordinates, one group a layer."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image as Pillow

from patchdrive.budget import Need, priced
from patchdrive.figures import canvas, colors
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
    magnified,
)
from patchdrive.figures.marks import truth_color
from patchdrive.figures.prices import drawing
from patchdrive.types import Byte, Image, Int

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0
_FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def _price(image: Image, layers: Sequence[Layer], max_side: int = 1600, **_: Any) -> Need:
    return drawing("SVG", image, layers, max_side, pixel=24, leaf=1600)


@priced(_price)
def svg(
    image: Image, layers: Sequence[Layer], *, picture: bool = False, max_side: int = 1600
) -> str:
    """The visible layers as an SVG whose unit is a picture pixel, x to the right, y downwards.

    picture   with the picture below, as JPEG in the file
    max_side  longest side in pixels of what is no vector: maps, masks and the picture; lines are
              as thick and letters as tall as looks well when it is shown at this size
    """
    sheet = _Sheet(image, max_side, magnified(layers))
    alone = any(isinstance(layer, Raster) and layer.alone and layer.visible for layer in layers)
    if picture and not alone:
        group = sheet.group(sheet.root, "picture", image.name)
        sheet.embed(group, canvas.pixels(image, sheet.frame), "JPEG")
    layers = [layer for layer in layers if layer.visible]
    for layer in layers:
        _DRAWERS.get(type(layer), _flat)(sheet, sheet.group(sheet.root, layer.name), layer)
    notes = [layer.note for layer in layers if isinstance(layer, Raster) and layer.note]
    if notes:
        sheet.words(sheet.root, " · ".join(notes), image.size[0] - sheet.thick(8), sheet.thick(8))
    ET.indent(sheet.root, " ")
    return ET.tostring(sheet.root, "unicode") + "\n"


class _Sheet:
    """An SVG in the making.

    frame  what is no vector is drawn in it
    root   the svg element
    """

    def __init__(self, image: Image, max_side: int, magnify: float) -> None:
        self.frame = canvas.frame(image.size, max_side)
        height, width = image.size
        h, w = self.frame.canvas
        self.unit, self.magnify = max(height / h, width / w), magnify
        self.ids: set[str] = set()
        self.root = ET.Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg",
            "xmlns:xlink": "http://www.w3.org/1999/xlink",
            "viewBox": f"0 0 {width} {height}", "width": f"{w}", "height": f"{h}",
        })  # fmt: skip
        self.add(self.root, "title").text = _plain(image.name)

    def add(self, parent: ET.Element, tag: str, **attributes: Any) -> ET.Element:
        """A new element; stroke_width becomes stroke-width."""
        named = {key.replace("_", "-"): str(value) for key, value in attributes.items()}
        return ET.SubElement(parent, tag, named)

    def group(self, parent: ET.Element, name: str, title: str = "") -> ET.Element:
        """A group with an id of its own, and a title that shows as a tooltip."""
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "layer"
        stem = stem if stem[0].isalpha() else f"_{stem}"
        tries = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(self.ids) + 2))
        free = next(name for name in tries if name not in self.ids)
        self.ids.add(free)
        group = self.add(parent, "g", id=free)
        if title:
            self.add(group, "title").text = _plain(title)
        return group

    def thick(self, pixels: float) -> float:
        """So many pixels of the screen in the picture's, as large as marks are wanted."""
        return float(f"{pixels * self.unit * self.magnify:.4g}")

    def embed(self, parent: ET.Element, pixels: Byte, form: str) -> None:
        """A bitmap over the whole picture."""
        out = io.BytesIO()
        Pillow.fromarray(pixels).save(out, form, **({"quality": 88} if form == "JPEG" else {}))
        data = base64.b64encode(out.getvalue()).decode()
        height, width = self.frame.picture
        place = {"width": width, "height": height, "preserveAspectRatio": "none"}
        image = self.add(parent, "image", **place)
        image.set("xlink:href", f"data:image/{form.lower()};base64,{data}")

    def words(self, parent: ET.Element, text: str, y: float, x: float, **more: Any) -> None:
        """Letters that stay legible over anything."""
        rim = {"stroke": "#000", "stroke_width": self.thick(3), "paint_order": "stroke"}
        look = {"fill": "#fff", "font_size": self.thick(14), "font_family": _FONT, **rim, **more}
        self.add(parent, "text", x=f"{x:g}", y=f"{y:g}", **look).text = _plain(text)


def _plain(text: str) -> str:
    """The text without what XML cannot hold."""
    return _FORBIDDEN.sub("�", text)


def _flat(sheet: _Sheet, group: ET.Element, layer: Layer) -> None:
    """What is no vector: its colours and its alpha, as they lie over black and over white."""
    if not isinstance(layer, Raster | Gate | Classes | Mask | Overlay):
        return
    over = []
    for ground in (0, 255):
        over.append(np.full((*sheet.frame.canvas, 3), ground, np.uint8))
        canvas.lay(over[-1], layer, sheet.frame)
    black, white = (pixels.astype(np.float32) for pixels in over)
    alpha = 255 - (white - black).mean(axis=2)
    shares = np.maximum(alpha, 1)[..., None] / 255
    tint = np.where(alpha[..., None] > 0, np.minimum(255, black / shares), 0)
    title = getattr(layer, "note", "") or layer.name
    sheet.add(group, "title").text = _plain(title)
    sheet.embed(group, np.dstack([tint, alpha]).round().astype(np.uint8), "PNG")


def _leaves(sheet: _Sheet, group: ET.Element, layer: Leaves) -> None:
    """All leaves of a colour as one path."""
    tints, which = np.unique(canvas.leaf_colors(layer), axis=0, return_inverse=True)
    fill, strengths = layer.style == "fill", canvas.leaf_strengths(layer, 1 / sheet.unit)
    group.set("opacity", f"{layer.opacity:g}")
    for n, tint in enumerate(tints):
        mine = np.flatnonzero(which.ravel() == n)
        color = colors.css(tint)
        look = {"fill": color} if fill else {"fill": "none", "stroke": color}
        thick = {} if fill else {"stroke_width": sheet.thick(1)}
        shown = round(float(strengths[mine].max()), 3)
        path = sheet.add(
            group, "path", opacity=shown, **look, **thick, d="".join(_squares(layer.boxes[mine]))
        )
        noun = "leaf" if len(mine) == 1 else "leaves"
        sides = (layer.boxes[mine, 2:] - layer.boxes[mine, :2]).max(axis=1)
        what = f"of {sides.max()} px" if layer.by == "level" else _range(layer.detail[mine])
        sheet.add(path, "title").text = f"{len(mine):,} {noun} {what}"


def _range(detail: Int) -> str:
    low, high = int(detail.min()), int(detail.max())
    return f"of detail {low}" if low == high else f"of detail {low} to {high}"


def _squares(boxes: Int) -> Iterator[str]:
    for y0, x0, y1, x1 in boxes.tolist():
        yield f"M{x0} {y0}h{x1 - x0}v{y1 - y0}h{x0 - x1}z"


def _box(box: Sequence[int], grow: int = 0) -> dict[str, int]:
    y0, x0, y1, x1 = box
    return {"x": x0 - grow, "y": y0 - grow, "width": x1 - x0 + 2 * grow,
            "height": y1 - y0 + 2 * grow}  # fmt: skip


def _truth(sheet: _Sheet, group: ET.Element, layer: Truth) -> None:
    group.set("fill", "none")
    for n, box in enumerate(layer.boxes.tolist()):
        state = "" if layer.hit is None else ", hit" if layer.hit[n] else ", missed"
        # Missed ones in shorter dashes: their form tells them apart as well.
        dash = sheet.thick(3 if state == ", missed" else 6)
        line = {"stroke_width": sheet.thick(1.5), "stroke_dasharray": f"{dash} {sheet.thick(3)}"}
        rect = sheet.add(group, "rect", stroke=truth_color(layer, n), **_box(box), **line)
        sheet.add(rect, "title").text = _plain(f"{layer.labels[n]}{state}")


def _landings(sheet: _Sheet, group: ET.Element, layer: Landings) -> None:
    """The way below, then each saccade with its window and number, the first one on top."""
    tints = [colors.css(tint) for tint in colors.order(layer.colormap, len(layer.yx))]
    spots = [(x + 0.5, y + 0.5) for y, x in layer.yx.tolist()]
    stem = group.get("id", "")
    if layer.path and len(spots) > 1:
        way = sheet.group(group, f"{stem}-path", "path")
        way.set("fill", "none")
        way.set("stroke-width", f"{sheet.thick(2)}")
        for (x0, y0), (x1, y1), tint in zip(spots, spots[1:], tints[1:], strict=False):
            sheet.add(way, "path", stroke=tint, d=f"M{x0:g} {y0:g}L{x1:g} {y1:g}")
    for n in range(len(spots) - 1, -1, -1):
        y, x = layer.yx[n].tolist()
        title = f"saccade {n + 1} of {len(spots)}: y {y}, x {x}, score {layer.scores[n]:.3g}"
        title += ", kept" if layer.kept is not None and layer.kept[n] else ""
        _landing(sheet, sheet.group(group, f"{stem}-{n + 1}", title), layer, n, tints[n])


def _landing(sheet: _Sheet, one: ET.Element, layer: Landings, n: int, tint: str) -> None:
    y, x = layer.yx[n].tolist()
    line = {"fill": "none", "stroke": tint, "stroke_width": sheet.thick(2)}
    if layer.inhibition and layer.radius:
        reach, dash = (y, x, y + 1, x + 1), sheet.thick(6)
        line_ = {"fill": "none", "stroke": "#fff", "stroke_width": sheet.thick(0.75)}
        sheet.add(one, "rect", **_box(reach, layer.radius), **line_, stroke_dasharray=dash)
    if layer.windows and n < len(layer.boxes):
        sheet.add(one, "rect", **_box(layer.boxes[n].tolist()), **line)
    place = {"cx": f"{x + 0.5:g}", "cy": f"{y + 0.5:g}", "r": sheet.thick(3.5)}
    sheet.add(one, "circle", **place, fill=tint, stroke="#fff", stroke_width=sheet.thick(1))
    right = x + 0.5 + sheet.thick(6)
    words = [str(n + 1)] if layer.numbers else []
    words += [f"{layer.scores[n]:.2f}"] if layer.values else []
    if words:
        sheet.words(one, " · ".join(words), y + 0.5 - sheet.thick(4), right)


_DRAWERS: dict[type, Callable[[_Sheet, ET.Element, Any], None]] = {
    Leaves: _leaves,
    Truth: _truth,
    Landings: _landings,
}
