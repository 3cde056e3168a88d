"""From a key on a knob to pixels of the new overlay, at 4K in Chromium.

A time runs from the key's `keydown` to the second animation frame after the viewer has drawn what
the new value gives (it then sets the mark `patchdrive:draw`), so it contains 16 to 33 ms of waiting
for the screen. Every press turns the knob to a value that it has not had before: nothing comes
from the caches of a whole result. The networks are off, and the page has come to rest before
each press. Also by itself: `python -m benchmarks.browser`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.table import Row, ratios
from benchmarks.timing import Times
from tools.app import ARGS, app, chromium

PAGE = "?picture=town&fuse=false&opacity=0.45"
LIMIT = 150  # ms, median
PATIENCE = 20_000  # ms for one change
# Opacity to its lower end in steps of 0.05, then from the upper end down to where it began.
OPACITY = ["ArrowLeft"] * 9 + ["End"] + ["ArrowLeft"] * 10

WATCH = """() => {
  const bench = (window.bench = { since: 0, time: null, marks: 0 });
  const marks = () => performance.getEntriesByName("patchdrive:draw").length;
  bench.marks = marks();
  addEventListener("keydown", (event) => { bench.since = event.timeStamp; }, { capture: true });
  const look = () => {
    const seen = marks();
    if (seen > bench.marks && bench.since && bench.time === null) {
      requestAnimationFrame(() => requestAnimationFrame(() => {
        bench.time = performance.now() - bench.since;
      }));
    }
    bench.marks = seen;
  };
  new PerformanceObserver(look).observe({ entryTypes: ["mark"] });
}"""
START = "() => { window.bench.time = null; window.bench.since = 0; }"


def rows(quick: bool) -> Iterator[Row]:
    """K, which chooses and crops anew, and opacity, which only draws."""
    what = "knob to pixels at 4K in Chromium, overlay only"
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
    count = 8 if quick else 20
    with app() as address, sync_playwright() as driver:
        tab = driver.chromium.launch(executable_path=executable, args=ARGS).new_page(
            viewport={"width": 1600, "height": 1000}
        )
        for knob, keys in (("Patches K", ["ArrowRight"] * 20), ("Opacity", OPACITY)):
            _open(tab, address, knob)
            times = Times(tuple(_turned(tab, knob, keys[:count])))
            note = f"{len(times.runs)} changes, p95 {times.p95:.0f} ms"
            yield Row(f"{what}: {knob}", times, bound="ms", target=LIMIT, note=note)


def _open(tab: Any, address: str, knob: str) -> None:
    """Show the page with the knob in sight and the viewer at rest."""
    tab.goto(f"{address}/{PAGE}", wait_until="networkidle")
    tab.wait_for_function("() => performance.getEntriesByName('patchdrive:draw').length > 0")
    slider = _slider(tab, knob)
    if not slider.is_visible():
        tab.locator("summary", has_text="Draw").click()
    slider.wait_for(state="visible")
    slider.scroll_into_view_if_needed()
    tab.evaluate(WATCH)
    _rest(tab)


def _turned(tab: Any, knob: str, keys: Sequence[str]) -> Iterator[float]:
    """Milliseconds of each press; each must have led to a new value and a new drawing."""
    slider = _slider(tab, knob)
    slider.focus()
    seen = {slider.input_value()}
    for key in keys:
        drawings = _drawings(tab)
        tab.evaluate(START)
        tab.keyboard.press(key)
        tab.wait_for_function("() => window.bench.time !== null", timeout=PATIENCE)
        yield float(tab.evaluate("() => window.bench.time"))
        _rest(tab)
        value = slider.input_value()
        if value in seen or _drawings(tab) <= drawings:
            raise RuntimeError(f"{key} on {knob} gave no new overlay: still at {value}")
        seen.add(value)


def _slider(tab: Any, knob: str) -> Any:
    return tab.locator(f'input[type=range][aria-label="{knob}"]')


def _rest(tab: Any) -> None:
    """Wait until the run has ended and no drawing has come for a third of a second."""
    tab.wait_for_function(
        "() => !document.querySelector('[data-testid=stApp][data-test-script-state=running]')",
        timeout=PATIENCE,
    )
    before = None
    while (now := _drawings(tab)) != before:
        before = now
        tab.wait_for_timeout(330)


def _drawings(tab: Any) -> int:
    """How often the viewer has shown what the app sent; it counts in an attribute."""
    return int(tab.locator(".viewer").get_attribute("data-updates"))


if __name__ == "__main__":
    print(ratios(rows(quick=False)))
