"""The steps of a result as a moving picture: where the eye goes, or how the tree grows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from PIL import Image as Pillow

from patchdrive.budget import Need, priced
from patchdrive.figures import canvas, colors, marks
from patchdrive.figures.canvas import Frame
from patchdrive.figures.layers import Landings, Layer, Leaves, Raster, magnified
from patchdrive.figures.prices import GIF_FRAMES, drawing
from patchdrive.types import Byte, Image, Int, PatchdriveError

MOST = 64  # frames: more would be megabytes that nobody watches to the end
HELD = 4  # times longer than the others the last frame stands
WIDEST = 2048  # pixels: larger ones are gigabytes while they are made
COLORS = 255  # one is left for "as before", which most of a frame is
_LIGHT, _COLOUR = 0.36, 0.5  # what is not seen yet keeps these shares

Listener = Callable[[int, int], None]


def _price(image: Image, layers: Sequence[Layer], max_side: int = 960, **_: Any) -> Need:
    side = min(max_side, WIDEST)  # more is refused
    return drawing("GIF", image, layers, side, pixel=60 + GIF_FRAMES * MOST, leaf=1300)


@priced(_price)
def steps_gif(
    image: Image,
    layers: Sequence[Layer],
    *,
    max_side: int = 960,
    ms: int = 700,
    foveated: bool = True,
    listener: Listener | None = None,
) -> bytes:
    """A GIF of the way from saccade to saccade, or of a tree from level to level; it repeats.

    The first frame shows the map by which the places were chosen, frame n + 1 the way up to the
    n-th place. Where there are more places than MOST frames, several come in one
    step, and the last frame says in how many.

    max_side  longest side in pixels
    ms        milliseconds a frame stands; the last one stands HELD times longer
    foveated  what was seen stays bright, the rest is dim
    listener  called as (done, total) before each frame and at the end; what it raises stops it
    PatchdriveError where the layers have neither saccades nor leaves
    """
    if not (1 <= max_side <= WIDEST and 20 <= ms <= 60_000):
        raise PatchdriveError(
            f"a moving picture has a longest side of 1 to {WIDEST:,} pixels and frames of 20 to "
            f"60,000 milliseconds, not {max_side:,} and {ms:,}"
        )
    frame = replace(canvas.frame(image.size, max_side), magnify=magnified(layers))
    steps = _steps(layers, foveated)
    press = _Press(canvas.pixels(image, frame), frame, steps)

    def frames() -> Iterator[Pillow.Image]:
        for done, step in enumerate(steps):
            if listener:
                listener(done, len(steps))
            yield press.print(step)

    made, out = frames(), io.BytesIO()
    times = [ms] * (len(steps) - 1) + [HELD * ms]
    next(made).save(
        out, "GIF", save_all=True, append_images=made, loop=0, optimize=False, duration=times,
        transparency=COLORS, disposal=1,
    )  # fmt: skip
    if listener:
        listener(len(steps), len(steps))
    return out.getvalue()


@dataclass(frozen=True, eq=False)
class _Step:
    """One frame.

    paint  draws upon a canvas what lies over the picture, and gives words to be written
    words  at the lower left
    seen   (N, 4) windows that stay bright, or None where nothing is dim
    flat   maps that lie over the whole picture
    """

    paint: Callable[[Byte, Frame], Iterator[marks.Word]]
    words: str
    seen: Int | None = None
    flat: Sequence[Raster] = ()
    tints: Byte | None = None


def _steps(layers: Sequence[Layer], foveated: bool) -> list[_Step]:
    maps = [layer for layer in layers if isinstance(layer, Raster) and layer.visible]
    for layer in layers:
        if isinstance(layer, Landings):
            return list(_saccades(layer, maps, foveated))
    for layer in layers:
        if isinstance(layer, Leaves):
            return list(_growth(layer))
    raise PatchdriveError("there are no steps to show: neither saccades nor leaves")


def _saccades(layer: Landings, maps: Sequence[Raster], foveated: bool) -> Iterator[_Step]:
    count = len(layer.yx)
    stops = np.unique(np.linspace(0, count, min(count + 1, MOST)).round().astype(int))
    notes = [m.note for m in maps if m.note]
    tints = colors.order(layer.colormap, max(1, count))

    def paint(stop: int, sheet: Byte, frame: Frame) -> Iterator[marks.Word]:
        yield from marks.landings(sheet, layer, frame, marks.letters_for(frame), stop)

    for stop in stops.tolist():
        several = [f"{len(stops) - 1} steps"] if stop == count and len(stops) <= count else []
        words = [f"{stop} of {count} {layer.name}", *several, *notes]
        if stop == 0:
            words = [" · ".join(m.name for m in maps) or "glance", *notes]
        seen = layer.boxes[:stop] if foveated and stop else None
        yield _Step(partial(paint, stop), " · ".join(words), seen, () if stop else maps, tints)


def _growth(layer: Leaves) -> Iterator[_Step]:
    first, last = int(layer.depth.min(initial=1 << 30)), int(layer.depth.max(initial=0))
    # As in the whole tree, whose coarsest squares may all have been cut.
    table = colors.levels(layer.colormap, np.maximum(np.arange(last + 1), min(first, last)))

    def paint(grown: Leaves, sheet: Byte, frame: Frame) -> Iterator[marks.Word]:
        canvas.leaves(sheet, grown, frame, table[grown.depth])
        return iter(())

    for depth in range(last + 1):
        grown = cut_at(layer, depth)
        words = f"{len(grown.boxes):,} {layer.name}, level {depth + 1} of {last + 1}"
        yield _Step(partial(paint, grown), words, tints=table)


def cut_at(layer: Leaves, depth: int) -> Leaves:
    """The tree as it was when no square deeper than depth was cut out: leaves for what comes below.

    A square's detail is the sum of its leaves'.
    """
    sides = (layer.boxes[:, 2:] - layer.boxes[:, :2]).max(axis=1)
    root = int((sides << layer.depth).max(initial=1))  # of one that no border cuts
    side, size = max(1, root >> depth), layer.boxes[:, 2:].max(axis=0, initial=0)
    deep = layer.depth > depth
    corners, which = np.unique(layer.boxes[deep, :2] // side, axis=0, return_inverse=True)
    detail = np.zeros(len(corners), np.int64)
    np.add.at(detail, which.ravel(), layer.detail[deep])
    boxes = np.hstack([corners * side, np.minimum((corners + 1) * side, size)])
    return replace(
        layer,
        boxes=np.vstack([layer.boxes[~deep], boxes]).astype(np.int64),
        depth=np.append(layer.depth[~deep], np.full(len(corners), depth)),
        detail=np.append(layer.detail[~deep], detail),
        counts=None,
        visible=True,
    )


class _Press:
    """Frames in one palette: what does not move keeps its dots, so that a frame costs few bytes."""

    def __init__(self, picture: Byte, frame: Frame, steps: Sequence[_Step]) -> None:
        self.frame = frame
        mapped = picture.copy()
        for layer in steps[0].flat:
            canvas.lay(mapped, layer, frame)
        grey = picture.mean(axis=2, keepdims=True, dtype=np.float32)
        dim = np.rint(_LIGHT * (_COLOUR * picture + (1 - _COLOUR) * grey)).astype(np.uint8)
        self.grounds = {"map": mapped, "bright": picture, "dim": dim}
        if all(step.seen is None for step in steps):
            del self.grounds["dim"]
        if not steps[0].flat:
            del self.grounds["map"]
        self.palette = self._palette(steps[-1].tints)
        self.before: Byte | None = None
        self.dots = {name: self._dots(ground) for name, ground in self.grounds.items()}

    def _palette(self, tints: Byte | None) -> Pillow.Image:
        """Colours of the picture in all its lights, then those of the marks."""
        small = [ground[::2, ::2].reshape(-1, 3) for ground in self.grounds.values()]
        pixels = np.concatenate(small)[None]
        own = np.array([marks.WHITE, (0, 0, 0), canvas.DARK, (128, 128, 128)], np.uint8)
        if tints is not None:
            some = np.linspace(0, len(tints) - 1, min(len(tints), 48)).round().astype(int)
            own = np.concatenate([own, tints[some]])
        found = Pillow.fromarray(pixels).quantize(COLORS - len(own), Pillow.Quantize.MEDIANCUT)
        listed = np.array(found.getpalette(), np.uint8).reshape(-1, 3)[: COLORS - len(own)]
        palette = Pillow.new("P", (1, 1))
        palette.putpalette(np.concatenate([own, listed]).tobytes())
        return palette

    def _dots(self, pixels: Byte, dither: Pillow.Dither = Pillow.Dither.FLOYDSTEINBERG) -> Byte:
        found = Pillow.fromarray(pixels).quantize(palette=self.palette, dither=dither)
        return np.asarray(found)

    def print(self, step: _Step) -> Pillow.Image:
        """One frame as an indexed picture; what is as before is left open."""
        ground, dots = self._ground(step)
        sheet = ground.copy()
        words = list(step.paint(sheet, self.frame))
        words.append(marks.Word(step.words, len(sheet) - 8, 8, "ls"))
        sheet = marks.write(sheet, words, marks.font(max(self.frame.canvas), 13))
        drawn = (sheet != ground).any(axis=2)
        if drawn.any():
            dots = dots.copy()
            dots[drawn] = self._dots(sheet[drawn][None], Pillow.Dither.NONE)[0]
        same = np.zeros(dots.shape, bool) if self.before is None else dots == self.before
        self.before = dots
        page = Pillow.fromarray(np.where(same, np.uint8(COLORS), dots))
        page.putpalette(self.palette.getpalette() or [])
        return page

    def _ground(self, step: _Step) -> tuple[Byte, Byte]:
        name = "map" if step.flat else "bright"
        if step.seen is None:
            return self.grounds[name], self.dots[name]
        seen = np.zeros(self.frame.canvas, bool)
        for y0, x0, y1, x1 in np.maximum(self.frame.edges(step.seen), 0).tolist():
            seen[y0:y1, x0:x1] = True
        bright, dim = (self.grounds[light] for light in ("bright", "dim"))
        dots = np.where(seen, self.dots["bright"], self.dots["dim"])
        return np.where(seen[..., None], bright, dim), dots
