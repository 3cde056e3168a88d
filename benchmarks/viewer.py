"""The viewer under the hand, in Chromium, with dense overlays (`apps/dense.py`).

Every change leads to a value that was not shown before, so nothing comes from a cache of results.

- A knob of Python: from `keydown` on Streamlit's slider to the second animation frame after the
  viewer has drawn what the new value gives (16 to 33 ms of that is waiting for the screen). Plotly
  shows the same overlays in the same run, in turns: to the second frame after `plotly_afterplot`.
- A live knob: from the `input` event of the slider in the viewer, turned by the mouse, to the end
  of the drawing: the tree is cut and its leaves are drawn. Beside it, in the same page, a bare
  canvas draws as many squares, found beforehand, and nothing else. To the next frame it is
  reported.
- Pan and wheel: the hand moves for some seconds; milliseconds from one frame with a new view to the
  next. Right before, the same hand moves a bare canvas with a 4K picture (`apps/bare.html`).
  Device pixel ratio 1. Where fewer moves reach the page than it could draw, the machine was busy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean
from typing import Any

from benchmarks import gestures, moving
from benchmarks.table import Row
from benchmarks.timing import Times

DENSE = gestures.APPS / "dense.py"
BARE_PAGE = "bench/bare.html"
LIMIT_KB = 250.0
SLOWER = 1.15  # than a bare canvas may the viewer's views follow each other
Moves = dict[str, tuple[Times, str]]


def rows(quick: bool) -> Iterator[Row]:
    """A knob of Python, live knobs, pan and wheel."""
    port = moving.free_port()
    with gestures.browser(f"--remote-debugging-port={port}") as started:
        address = gestures.served(DENSE)
        yield from by_python(started, address, "1K" if quick else "4K", 2 if quick else 40)
        for size in ("1K",) if quick else ("4K", "8K"):
            yield from by_hand(started, address, size, 5 if quick else 40)
        seconds = 0.5 if quick else 3
        for size in ("1K",) if quick else ("4K", "8K", "gigapixel"):
            bare = moved(started, port, f"{address}/{BARE_PAGE}", seconds)
            found = moved(started, port, f"{address}/?knob=live&size={size}", seconds)
            for name, (times, note) in found.items():
                against, (other, _) = f"{name} of a bare canvas", bare[name]
                what = f"{name}, {size}, all overlays"
                yield Row(what, times, against, other, "cost", SLOWER, by="mean", note=note)


def by_python(started: Any, address: str, size: str, times: int) -> Iterator[Row]:
    """Streamlit's slider to pixels, in the viewer and in Plotly, in turns."""
    with (
        gestures.opened(started, f"{address}/?in=viewer&size={size}") as (ours, sizes),
        gestures.opened(started, f"{address}/?in=plotly&size={size}") as (theirs, _),
    ):
        ours.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
        theirs.locator(".js-plotly-plot .main-svg").first.wait_for()
        theirs.evaluate(gestures.HEAR_PLOTLY)
        found: list[list[float]] = [[], []]
        for page, mark in ((ours, "patchdrive:draw"), (theirs, "plotly:draw")):
            page.evaluate(gestures.WATCH, mark)
            page.get_by_role("slider", name="Turn").focus()
        for turn in range(times + 2):
            for page, kept in ((ours, found[0]), (theirs, found[1])):
                took = gestures.pressed(page, "ArrowRight")
                if turn > 1:  # the first ones warm up
                    kept.append(took)
    mine, other = (Times(tuple(one)) for one in found)
    what = f"knob of Python to pixels, {size}, 25,000 leaves + 200 saccades + heat"
    against = "Plotly: heat and leaves as pictures, points SVG"
    yield Row(what, mine, against, other, target=1.5)
    yield Row(
        f"message of such a change, {size}",
        Times(tuple(sizes)), bound="most", target=LIMIT_KB, by="longest", unit="kB",
    )  # fmt: skip


def by_hand(started: Any, address: str, size: str, times: int) -> Iterator[Row]:
    """The tree's threshold dragged in the viewer."""
    with gestures.opened(started, f"{address}/?knob=live&size={size}") as (page, _):
        gestures.rest(page)
        drawn, framed, leaves = gestures.dragged(page, "Split threshold", times)
        squares = page.evaluate(gestures.SQUARES, [int(fmean(leaves)), len(drawn)])
    what = f"live knob, {size}: threshold of a tree"
    note = f"{min(leaves):,} to {max(leaves):,} leaves"
    ours, other = Times(drawn), Times(tuple(squares))
    against = "as many squares on a bare canvas"
    yield Row(f"{what}, to the end of the drawing", ours, against, other, "cost", 1, note=note)
    yield Row(f"{what}, to the next frame", Times(framed))


def moved(started: Any, port: int, link: str, seconds: float) -> Moves:
    """Frames while the hand pans and while it turns the wheel, and words about them."""
    found: Moves = {}
    with gestures.opened(started, link) as (page, _), moving.hand(port, page) as send:
        gestures.rest(page)
        for name, move in (("pan", moving.panned), ("wheel", moving.wheeled)):
            frames = move(page, send, seconds)
            mean = fmean(frames.gaps) if frames.gaps else math.inf
            note = f"{1000 / mean:.1f} new views and {frames.moves:.0f} moves a second"
            found[name] = Times(frames.gaps or (math.inf,)), note
    return found
