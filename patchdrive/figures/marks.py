"""What stands out over a picture: saccades with their way and windows, and what is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from patchdrive.figures import colors
from patchdrive.figures.canvas import DARK, Frame
from patchdrive.figures.layers import Landings, Truth
from patchdrive.types import Byte, Float, Int

Color = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

WHITE = (255, 255, 255)
FEW = 64  # saccades that can be told apart at a glance: more are dots without numbers
LARGE = 56  # pixels: larger windows carry the number themselves, as in the viewer
LABELLED = 28  # pixels: smaller boxes show no label
_SHIFT = 4  # bits of a pixel's fraction in OpenCV's drawing


@dataclass(frozen=True)
class Word:
    """Letters on a canvas, written when all lines are drawn.

    anchor  as in Pillow: "mm" for the middle, "ls" for the left end of the baseline
    cased   with a dark rim, so that they stay legible over anything
    """

    text: str
    y: float
    x: float
    anchor: str = "mm"
    color: Color = WHITE
    cased: bool = True


def font(longest: int, least: int = 11) -> Font:
    """Letters for a canvas whose longest side has so many pixels, at least so many pixels tall."""
    return ImageFont.load_default(max(least, round(longest / 110)))


def letters_for(frame: Frame) -> Font:
    """Letters for marks in a frame."""
    return ImageFont.load_default(round(frame.magnify * _height(font(max(frame.canvas)))))


def write(canvas: Byte, words: Iterable[Word], letters: Font) -> Byte:
    """The canvas (h, w, 3) with words on it."""
    drawing = Pillow.fromarray(canvas)
    draw = ImageDraw.Draw(drawing)
    for word in words:
        rim = max(2, round(_height(letters) / 9)) if word.cased else 0
        place, text = (word.x, word.y), one_line(word.text)
        draw.text(
            place, text, word.color, letters, word.anchor, stroke_width=rim, stroke_fill="black"
        )
    return np.array(drawing)


def one_line(text: str) -> str:
    """The text without line breaks, which cannot be placed by their baseline."""
    return " ".join(text.split())


def _height(letters: Font) -> float:
    return letters.size if isinstance(letters, ImageFont.FreeTypeFont) else 11.0


def truth(canvas: Byte, layer: Truth, frame: Frame, letters: Font) -> Iterator[Word]:
    """Draw known boxes; whole lines where they were hit, broken ones where they were missed."""
    thick, em = round(2 * frame.unit), _height(letters)
    taken: list[tuple[float, float, float]] = []  # the baselines of labels: y, from x, to x
    for n, (y0, x0, y1, x1) in enumerate(frame.edges(layer.boxes).tolist()):
        color = colors.rgb(truth_color(layer, n))
        box = y0 - thick, x0 - thick, y1 + thick, x1 + thick
        if box[2] < 0 or box[3] < 0 or box[0] >= frame.canvas[0] or box[1] >= frame.canvas[1]:
            continue
        broken = layer.hit is not None and not layer.hit[n]
        _ring(canvas, _around(box, _rim(thick)), DARK, thick + 2 * _rim(thick))
        _ring(canvas, box, color, thick, 4 * thick if broken else 0)
        y, x = max(em, y0 - 5 * frame.unit), max(2.0, x0)
        label = one_line(layer.labels[n])
        end = x + letters.getlength(label)
        clash = any(abs(y - t) < em and x < right and left < end for t, left, right in taken)
        if max(y1 - y0, x1 - x0) > LABELLED * frame.unit and not clash:
            taken.append((y, x, end))
            yield Word(label, y, x, "ls", color)


def truth_color(layer: Truth, n: int) -> str:
    """The colour of a known box: found, missed, or neither."""
    if layer.hit is None:
        return colors.KNOWN
    return colors.HIT if layer.hit[n] else colors.MISSED


def landings(
    canvas: Byte, layer: Landings, frame: Frame, letters: Font, stop: int | None = None
) -> Iterator[Word]:
    """Draw saccades in their order: way, windows, places. stop: only the first so many."""
    count, few, thick = len(layer.yx[:stop]), len(layer.yx) <= FEW, round(2 * frame.unit)
    tints = [tuple(tint) for tint in colors.order(layer.colormap, len(layer.yx)).tolist()]
    spots = frame.middles(layer.yx[:stop])
    if layer.inhibition and layer.radius:
        reach = np.hstack([layer.yx - layer.radius, layer.yx + layer.radius + 1])
        for box in frame.edges(reach[:stop]).tolist():
            _ring(canvas, box, WHITE, max(1, thick // 2), 6 * thick)
    if layer.path:
        _way(canvas, spots, tints, thick, few)
    if layer.windows:
        _windows(canvas, frame.edges(layer.boxes[:stop]), tints, thick, few)
    numbered, em = layer.numbers and few, _height(letters)
    tagged = numbered and layer.windows and _side(layer, frame) > LARGE * frame.unit
    radius = 0.78 * em if numbered and not tagged else 3.0 * frame.unit
    for n in range(count - 1, -1, -1):
        y, x = spots[n].tolist()
        _disc(canvas, y, x, radius, tints[n], frame.unit, numbered)
        if tagged:
            top, left, lower, right = frame.edges(layer.boxes[n : n + 1])[0].tolist()
            if lower > 0 and right > 0 and top < frame.canvas[0] and left < frame.canvas[1]:
                yield _tag(canvas, top, left, em, n, tints[n])
        elif numbered:
            yield Word(str(n + 1), y, x, color=_ink(tints[n]), cased=False)
        if layer.values:
            yield Word(f"{layer.scores[n]:.2f}", y, x + radius + 4 * frame.unit, "lm")


def _side(layer: Landings, frame: Frame) -> float:
    """How wide the windows are on the canvas."""
    wide = (layer.boxes[:, 3] - layer.boxes[:, 1]).max(initial=0)
    return float(wide * frame.scale[1])


def _tag(canvas: Byte, top: int, left: int, em: float, n: int, color: Color) -> Word:
    """A number on a window's upper left corner, so that what was looked at stays free."""
    tall, wide = round(1.4 * em), round((0.7 + 0.62 * len(str(n + 1))) * em)
    top, left = max(0, top), max(0, left)
    canvas[top : top + tall, left : left + wide] = color
    return Word(str(n + 1), top + tall / 2, left + wide / 2, color=_ink(color), cased=False)


def _windows(canvas: Byte, boxes: Int, tints: Sequence[Color], thick: int, few: bool) -> None:
    # The first ones last, so that they lie on top.
    for (y0, x0, y1, x1), tint in list(zip(boxes.tolist(), tints, strict=False))[::-1]:
        if few:
            _ring(canvas, _around((y0, x0, y1, x1), _rim(thick)), DARK, thick + 2 * _rim(thick))
        _ring(canvas, (y0, x0, y1, x1), tint, thick if few else thick // 2)


def _rim(thick: int) -> int:
    """How far a dark casing looks out beside a line."""
    return max(1, thick // 2)


def _around(box: tuple[int, int, int, int], by: int) -> tuple[int, int, int, int]:
    y0, x0, y1, x1 = box
    return y0 - by, x0 - by, y1 + by, x1 + by


def _way(canvas: Byte, spots: Float, tints: Sequence[Color], thick: int, few: bool) -> None:
    if not few:  # thin and faint, or nothing else would be seen
        faint = canvas.copy()
        for n in range(1, len(spots)):
            _line(faint, spots[n - 1], spots[n], tints[n], thick // 2)
        cv2.addWeighted(faint, 0.4, canvas, 0.6, 0, canvas)
        return
    for n in range(1, len(spots)):
        _line(canvas, spots[n - 1], spots[n], DARK, thick + 2 * _rim(thick))
    for n in range(1, len(spots)):
        _line(canvas, spots[n - 1], spots[n], tints[n], thick)
        down, across = spots[n] - spots[n - 1]
        if math.hypot(down, across) < 24 * thick:
            continue
        tip = spots[n - 1] + 0.55 * np.array([down, across])
        _arrowhead(canvas, tip, math.atan2(down, across), thick, tints[n])


def _arrowhead(canvas: Byte, tip: Float, angle: float, thick: int, color: Color) -> None:
    for size, tint in ((7 * thick, DARK), (5.5 * thick, color)):
        ways = np.array(
            [[math.sin(angle + turn), math.cos(angle + turn)] for turn in (0, 2.6, -2.6)]
        )
        cv2.fillPoly(canvas, [_fixed(tip + size * ways)], tint, cv2.LINE_AA, _SHIFT)


def _fixed(places: Float) -> npt.NDArray[np.int32]:
    """(y, x) as OpenCV wants it: (x, y) in sixteenths; far places stay within its range."""
    return np.rint(places[..., ::-1] * (1 << _SHIFT)).clip(-(1 << 26), 1 << 26).astype(np.int32)


def _line(canvas: Byte, start: Float, end: Float, color: Color, thick: int) -> None:
    cv2.line(
        canvas, _fixed(start).tolist(), _fixed(end).tolist(), color, thick, cv2.LINE_AA, _SHIFT
    )


def _disc(
    canvas: Byte, y: float, x: float, radius: float, color: Color, unit: float, ringed: bool
) -> None:
    rims = ((radius + 1.5 * unit, DARK), (radius + 0.5 * unit, WHITE if ringed else DARK))
    for reach, tint in (*rims, (radius - 0.75 * unit, color)):
        at = _fixed(np.array([y, x])).tolist()
        cv2.circle(canvas, at, round(reach * (1 << _SHIFT)), tint, -1, cv2.LINE_AA, _SHIFT)


def _ink(color: Color) -> Color:
    """Black or white, whichever reads better on the colour."""
    light = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
    return (16, 17, 20) if light > 140 else WHITE


def _ring(
    canvas: Byte, box: tuple[int, int, int, int], color: Color, thick: int, dash: int = 0
) -> None:
    """The outline of a box, last row and column included; dash is a dash's length, 0 for none."""
    y0, x0, y1, x1 = box
    y1, x1 = y1 + 1, x1 + 1
    sides = ((y0, y0 + thick, x0, x1), (y1 - thick, y1, x0, x1),
             (y0, y1, x0, x0 + thick), (y0, y1, x1 - thick, x1))  # fmt: skip
    for top, lower, left, right in sides:
        flat = right - left > lower - top
        start, stop = (left, right) if flat else (top, lower)
        step = dash or max(1, stop - start)
        for at in range(start, stop, 2 * step if dash else step):
            end = min(stop, at + step)
            rows, columns = (slice(max(0, top), max(0, lower)), slice(max(0, at), max(0, end)))
            if not flat:
                rows, columns = columns, slice(max(0, left), max(0, right))
            canvas[rows, columns] = color
