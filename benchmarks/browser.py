"""From a key on K in the app's own viewer to the live drawing, and to Python's answer, at 4K.

A time runs from the key's `keydown` to the second animation frame after the viewer's mark: it sets
`patchdrive:live` when it has drawn what it chose itself, and `patchdrive:draw` when it has drawn
what Python sent. So 16 to 33 ms of it are waiting for the screen. Every press turns K to a value
that it has not had before, and the page has come to rest before each. In turns with it a bare
Streamlit page (`apps/bare.py`) is given the same key: to the second frame after the key itself, and
after Python's new text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks import gestures
from benchmarks.table import Row
from benchmarks.timing import Times

PAGE = "/?picture=town&fuse=false"
KNOB = "Patches K"
BARE = gestures.APPS / "bare.py"
# What is waited for: its mark, the bare page's, what that is, and the part of its time.
MARKS = {
    "to the live drawing": ("patchdrive:live", "bare:key", "a key and two frames", 2),
    "to Python's answer": ("patchdrive:draw", "bare:draw", "Streamlit's slider and a text", 4),
}


def rows(quick: bool) -> Iterator[Row]:
    """K, turned live and answered."""
    with gestures.browser() as started:
        ours, bare = gestures.served(), gestures.served(BARE)
        for words, (mark, other, against, target) in MARKS.items():
            with (
                gestures.opened(started, ours + PAGE) as (page, _),
                gestures.opened(started, bare) as (plain, _),
            ):
                mine, theirs = _turns(page, mark, plain, other, 2 if quick else 30)
            what = f"{KNOB} at 4K in Chromium, {words}"
            yield Row(what, mine, against, theirs, "cost", target)


def _turns(page: Any, mark: str, plain: Any, other: str, times: int) -> tuple[Times, Times]:
    """Milliseconds of each press, in turns; each must have led to a new value."""
    gestures.rest(page)
    page.evaluate(gestures.WATCH, mark)
    page.locator(f'input[type=range][aria-label="{KNOB}"]').focus()
    plain.get_by_role("slider", name="Turn").focus()
    plain.evaluate(gestures.HEAR_BARE)
    plain.evaluate(gestures.WATCH, other)
    mine, theirs = [], []
    for turn in range(times + 1):
        before = page.locator(".viewer").get_attribute("data-saccades")
        took = gestures.pressed(page, "ArrowRight")
        page.locator(f".viewer:not([data-saccades='{before}'])").wait_for()
        gestures.rest(page)
        beside = gestures.pressed(plain, "ArrowRight")
        if turn:  # before the first the viewer has not fetched what it chooses from
            mine.append(took)
            theirs.append(beside)
    return Times(tuple(mine)), Times(tuple(theirs))
