"""A strip of words and colours below a picture: what the colours of its layers mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from patchdrive.figures import colors
from patchdrive.figures.canvas import DARK, Frame, leaf_colors
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
from patchdrive.figures.marks import Font, one_line
from patchdrive.types import Byte

NARROWEST = 24  # letters: a strip is at least so wide, even below a narrower picture


@dataclass(frozen=True)
class Ramp:
    """Colours (n, 3) uint8 that run on: one for a swatch."""

    colors: Byte
    hollow: bool = False


@dataclass(frozen=True)
class Bar:
    """A scale bar so many canvas pixels long."""

    length: int


Part = str | Ramp | Bar
Entry = list[Part]


def entries(layers: Sequence[Layer]) -> list[Entry]:
    """What is said of each layer: its name, its colours and what their ends stand for."""
    found = [entry for layer in layers for entry in _entry(layer)]
    return [
        [one_line(part) if isinstance(part, str) else part for part in entry] for entry in found
    ]


def _entry(layer: Layer) -> Iterator[Entry]:
    if isinstance(layer, Raster):
        (low, middle, high), table = layer.legend, colors.table(layer.colormap)
        yield [layer.name, low, Ramp(table[:128]), middle, Ramp(table[128:]), high]
    elif isinstance(layer, Leaves):
        yield _leaves(layer)
    elif isinstance(layer, Landings):
        count = len(layer.yx)
        ends: Entry = ["1", Ramp(colors.order(layer.colormap, max(64, count))), str(count)]
        yield [f"{count:,} {layer.name}", *(ends if count > 1 else [])]
    elif isinstance(layer, Truth):
        yield _truth(layer)
    elif isinstance(layer, Mask):
        yield [_swatch(colors.rgb(layer.color)), layer.name]
    elif isinstance(layer, Classes):
        tints, found = colors.classes(len(layer.names)), np.unique(layer.labels)
        parts = [(Ramp(tints[n][None]), layer.names[n]) for n in found if n < len(layer.names)]
        yield [layer.name, *(part for pair in parts for part in pair)]
    elif isinstance(layer, Gate):
        yield [layer.name, _swatch(colors.rgb(colors.SHUT)), "closed"]
    elif isinstance(layer, Overlay):
        yield [layer.name]


def _leaves(layer: Leaves) -> Entry:
    head = f"{len(layer.boxes):,} {layer.name}"
    if layer.by == "score":
        tints = colors.strengths(layer.colormap, np.geomspace(1, 257, 64).astype(np.int64) - 1)
        return [head, "0", Ramp(tints), f"{layer.detail.max(initial=0):,} (detail, logarithmic)"]
    tints = leaf_colors(layer)
    parts: Entry = [head]
    for level in np.unique(layer.depth):
        mine = np.flatnonzero(layer.depth == level)
        sides = layer.boxes[mine, 2:] - layer.boxes[mine, :2]
        parts += [Ramp(tints[mine[:1]]), f"{sides.max()}"]
    return [*parts, "px"] if len(parts) > 1 else parts


def _truth(layer: Truth) -> Entry:
    if layer.hit is None:
        return [layer.name, _swatch(colors.rgb(colors.KNOWN), hollow=True), "known"]
    hit = int(np.count_nonzero(layer.hit))
    return [
        layer.name,
        _swatch(colors.rgb(colors.HIT), hollow=True), f"{hit} hit",
        _swatch(colors.rgb(colors.MISSED), hollow=True), f"{len(layer.boxes) - hit} missed",
        *([layer.odds] if layer.odds else []),
    ]  # fmt: skip


def _swatch(color: tuple[int, int, int], hollow: bool = False) -> Ramp:
    return Ramp(np.array([color], np.uint8), hollow)


def scale_bar(frame: Frame, microns: tuple[float, float] | None = None) -> Entry:
    """A bar of a round length, about a fifth of the canvas wide.

    microns  micrometres to a picture pixel, down and across; without them it counts pixels
    """
    each = 1.0 if microns is None else microns[1]
    most = (frame.box[3] - frame.box[1]) * each / 4
    if microns is None and most < 1:
        return []
    power = 10.0 ** np.floor(np.log10(most))
    length = power * max(n for n in (1, 2, 5) if n * power <= most * (1 + 1e-9))
    unit, shown = ("px", length) if microns is None else ("µm", length)
    if microns is not None and length >= 1000:
        unit, shown = "mm", length / 1000
    return [Bar(max(1, round(length / each * frame.scale[1]))), f"{shown:,.6g} {unit}"]


def strip(entries: Sequence[Entry], width: int, letters: Font) -> Byte:
    """Entries on a dark strip (h, w, 3) uint8, in as many lines as they need; w >= width."""
    em = max(11, round(getattr(letters, "size", 11)))
    width = max(width, NARROWEST * em)
    lines = _flow(entries, width - 2 * em, letters, em)
    sheet = Pillow.new("RGB", (width, round((1.7 * len(lines) + 0.9) * em)), DARK)
    draw = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        x, middle = float(em), (1.7 * row + 1.3) * em
        for part, gap in line:
            _put(draw, part, x, middle, letters, em)
            x += _width(part, letters, em) + gap
    return np.asarray(sheet)


def _flow(
    entries: Sequence[Entry], room: float, letters: Font, em: int
) -> list[list[tuple[Part, float]]]:
    """Lines of parts, each with the gap behind it; an entry is broken only if it fills a line."""
    lines: list[list[tuple[Part, float]]] = [[]]
    used = 0.0
    for entry in filter(None, entries):
        whole = sum(_width(part, letters, em) + 0.5 * em for part in entry)
        if used and used + whole > room:
            lines, used = [*lines, []], 0.0
        for n, part in enumerate(entry):
            wide = _width(part, letters, em)
            if used and used + wide > room:
                lines, used = [*lines, []], 0.0
            gap = 1.6 * em if n == len(entry) - 1 else 0.5 * em
            lines[-1].append((part, gap))
            used += wide + gap
    return lines


def _width(part: Part, letters: Font, em: int) -> float:
    if isinstance(part, str):
        return float(letters.getlength(part))
    if isinstance(part, Bar):
        return part.length
    return 6.0 * em if len(part.colors) > 1 else 0.9 * em


def _put(
    draw: ImageDraw.ImageDraw, part: Part, x: float, middle: float, letters: Font, em: int
) -> None:
    width, half = _width(part, letters, em), 0.36 * em
    top, lower = round(middle - half), round(middle + half)
    thin = max(1, round(em / 11))
    if isinstance(part, str):
        draw.text((x, middle), part, (226, 227, 230), letters, "lm")
    elif isinstance(part, Bar):
        left, right, y = round(x), round(x) + part.length, round(middle)
        draw.rectangle((left, y - thin, right, y), "white")
        for end in (left, right):
            draw.rectangle((end - thin // 2, top, end + thin // 2, lower), "white")
    elif len(part.colors) == 1:
        color = tuple(part.colors[0].tolist())
        box, fill = (round(x), top, round(x + width), lower), None if part.hollow else color
        draw.rectangle(box, fill, color if part.hollow else (120, 121, 124), 2 * thin)
    else:
        for n in range(round(width)):
            color = part.colors[round(n * (len(part.colors) - 1) / max(1, round(width) - 1))]
            draw.rectangle((x + n, top, x + n, lower), tuple(color.tolist()))
