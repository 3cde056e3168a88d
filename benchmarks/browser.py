"""From a key on K in the app's own viewer to the live drawing, and to Python's answer, at 4K.

A time runs from the key's `keydown` to the second animation frame after the viewer's mark: it sets
`patchdrive:live` when it has drawn what it chose itself, and `patchdrive:draw` when it has drawn
what Python sent. So 16 to 33 ms of it are waiting for the screen. Every press turns K to a value
that it has not had before, and the page has come to rest before each. Also by itself:
`python -m benchmarks.browser`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks import gestures
from benchmarks.table import Row, ratios
from benchmarks.timing import Times
from tools.app import ARGS, app, chromium

PAGE = "/?picture=town&fuse=false"
KNOB = "Patches K"
MARKS = {  # what is waited for: its mark, and the limit of the median in ms
    "to the live drawing": ("patchdrive:live", 60),
    "to Python's answer": ("patchdrive:draw", 150),
}


def rows(quick: bool) -> Iterator[Row]:
    """K, turned live and answered."""
    what = f"{KNOB} at 4K in Chromium"
    executable = chromium()
    if executable is None:
        note = "skipped: no Chromium or Chrome found, set PATCHDRIVE_CHROMIUM"
        yield Row(what, note=note)
        return
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield Row(what, note="skipped: Playwright is not installed")
        return
    with app() as address, sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=ARGS)
        for words, (mark, limit) in MARKS.items():
            with gestures.opened(started, address + PAGE) as (page, _):
                times = Times(tuple(_turned(page, mark, 8 if quick else 30)))
            note = f"{len(times.runs)} changes, p95 {times.p95:.0f} ms"
            yield Row(f"{what}, {words}", times, bound="ms", target=limit, note=note)


def _turned(page: Any, mark: str, times: int) -> Iterator[float]:
    """Milliseconds of each press; each must have led to a new value."""
    gestures.rest(page)
    page.evaluate(gestures.WATCH, mark)
    slider = page.locator(f'input[type=range][aria-label="{KNOB}"]')
    slider.focus()
    for turn in range(times + 1):
        before = page.locator(".viewer").get_attribute("data-saccades")
        took = gestures.pressed(page, "ArrowRight")
        page.locator(f".viewer:not([data-saccades='{before}'])").wait_for()
        gestures.rest(page)
        if turn:  # before the first the viewer has not fetched what it chooses from
            yield took


if __name__ == "__main__":
    print(ratios(rows(quick=False)))
