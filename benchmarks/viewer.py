"""The viewer under the hand, in Chromium: `python -m benchmarks.viewer`.

Every change leads to a value that was not shown before, so nothing comes from a cache of results.

- A knob of Python: from `keydown` on Streamlit's slider to the second animation frame after the
  viewer has drawn what the new value gives (16 to 33 ms of that is waiting for the screen). Plotly
  shows the same overlays in the same run, in turns: to the second frame after `plotly_afterplot`.
- A live knob: from the `input` event of the slider in the viewer, turned by the mouse, to the end
  of the drawing; that is held to the limit. To the next animation frame it is reported.
- Pan and wheel: the hand moves for some seconds; milliseconds from one frame with a new view to the
  next, of which the mean is held to 55 a second. Device pixel ratio 1. Where fewer moves reach the
  page than it could draw, the machine was busy.
- First picture: from the `change` of the uploader to a viewer that shows the new picture's layers
  and misses no tile.
- Messages: bytes of the WebSocket frames that hold a viewer's payload.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import gestures, machine, moving, opening
from benchmarks.measure import HEAD, Measure
from benchmarks.table import markdown
from tools.app import ARGS, app, chromium

# What .streamlit/config.toml says, which is not read for a script in another folder.
LIKE_THE_APP = ("--runner.postScriptGC", "false")
DENSE = Path(__file__).with_name("apps") / "dense.py"
FRAME = 1000 / 55  # ms: 55 frames a second
TITLE = "## The viewer\n\n" + "\n".join((__doc__ or "").splitlines()[2:]).strip()


def table(quick: bool) -> str:
    """The viewer's measures as Markdown."""
    rows = []
    for measure in measures(quick):
        rows.append(measure.cells())
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    return markdown(HEAD, rows)


def measures(quick: bool) -> Iterator[Measure]:
    """All of them; one that says why where there is no browser."""
    executable = chromium()
    if executable is None:
        yield Measure("the viewer", note="skipped: no Chromium found, set PATCHDRIVE_CHROMIUM")
        return
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield Measure("the viewer", note="skipped: Playwright is not installed")
        return
    with sync_playwright() as driver:
        port = moving.free_port()
        args = [*ARGS, f"--remote-debugging-port={port}"]
        started = driver.chromium.launch(executable_path=executable, args=args)
        with app(DENSE, *LIKE_THE_APP) as address:
            yield from by_python(started, address, 5 if quick else 40)
            for size, limit in (("4K", 20.0), ("8K", 50.0)):
                yield from by_hand(started, address, size, limit, 5 if quick else 40)
            for size in ("4K", "8K", "gigapixel"):
                yield from moved(
                    started, port, f"{address}/?knob=live&size={size}", 1 if quick else 3
                )
        with app() as address:
            yield from opening.measures(started, address, 2 if quick else 10)
        started.close()


def by_python(started: Any, address: str, times: int) -> Iterator[Measure]:
    """Streamlit's slider to pixels, in the viewer and in Plotly, in turns."""
    what = "knob of Python to pixels, 4K, 25,000 leaves + 200 saccades + heat"
    with (
        gestures.opened(started, f"{address}/?in=viewer") as (ours, sizes),
        gestures.opened(started, f"{address}/?in=plotly") as (theirs, _),
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
    yield Measure(f"{what}: viewer", tuple(found[0]), 100)
    yield Measure(
        f"{what}: Plotly", tuple(found[1]), note="heat and leaves as pictures, points SVG"
    )
    yield Measure("message of such a change", tuple(sizes), 250, "longest", "kB")


def by_hand(started: Any, address: str, size: str, limit: float, times: int) -> Iterator[Measure]:
    """The tree's threshold dragged in the viewer."""
    with gestures.opened(started, f"{address}/?knob=live&size={size}") as (page, _):
        gestures.rest(page)
        drawn, framed, leaves = gestures.dragged(page, "Split threshold", times)
    what = f"live knob, {size}: threshold of a tree"
    note = f"{min(leaves):,} to {max(leaves):,} leaves"
    yield Measure(f"{what}, to the end of the drawing", drawn, limit, note=note)
    yield Measure(f"{what}, to the next frame", framed, note=note)


def moved(started: Any, port: int, link: str, seconds: float) -> Iterator[Measure]:
    """Frames while the hand pans and while it turns the wheel, all overlays shown."""
    size = link.rpartition("=")[2]
    with gestures.opened(started, link) as (page, _), moving.hand(port, page) as send:
        gestures.rest(page)
        for name, move in (("pan", moving.panned), ("wheel", moving.wheeled)):
            frames = move(page, send, seconds)
            mean = sum(frames.gaps) / len(frames.gaps) if frames.gaps else math.inf
            note = f"{1000 / mean:.1f} new views and {frames.moves:.0f} moves a second"
            yield Measure(f"{name}, {size}", frames.gaps, FRAME, "mean", note=note)


if __name__ == "__main__":
    asked = "--quick" in sys.argv[1:]
    print(f"{TITLE}\n\n{table(asked)}\n\nMeasured on {machine.describe()}.")
