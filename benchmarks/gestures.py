"""What hands do to a page, and how long the page takes: by Chromium's own input events."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tools.app import ARGS, ROOT, app, chromium

PATIENCE = 30_000  # ms for one change
WINDOW = {"width": 1600, "height": 1000}
PAYLOAD = b"PDV2"  # how a viewer's payload begins
APPS = Path(__file__).with_name("apps")
# What .streamlit/config.toml says, which is not read for a script in another folder.
LIKE_THE_APP = ("--runner.postScriptGC", "false")

# The time from a key's keydown to the second frame after the next mark of a name.
WATCH = """(name) => {
  const bench = (window.bench = { since: 0, time: null });
  addEventListener("keydown", (event) => { bench.since = event.timeStamp; }, { capture: true });
  new PerformanceObserver((list) => {
    const mine = list.getEntriesByName(name).filter(({ startTime }) => startTime > bench.since);
    if (!mine.length || !bench.since || bench.time !== null) return;
    const { since } = bench;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      bench.time = performance.now() - since;
    }));
  }).observe({ entryTypes: ["mark"] });
}"""
START = "() => { window.bench.time = null; window.bench.since = 0; }"

# Sets a mark whenever Plotly has drawn; Streamlit may put a new figure in place of the old one.
HEAR_PLOTLY = """() => {
  const hear = () => {
    for (const figure of document.querySelectorAll(".js-plotly-plot")) {
      if (!figure.on || figure.heard) continue;
      figure.heard = true;
      figure.on("plotly_afterplot", () => performance.mark("plotly:draw"));
    }
  };
  new MutationObserver(hear).observe(document, { childList: true, subtree: true });
  hear();
}"""

# Marks a bare page's own doings: a key as it comes, and a text that Python has changed.
HEAR_BARE = """() => {
  addEventListener("keydown", () => performance.mark("bare:key"), { capture: true });
  let last = null;
  const look = () => {
    const text = document.querySelector("[data-testid=stText]")?.textContent;
    if (text !== last) performance.mark("bare:draw");
    last = text;
  };
  const all = { childList: true, characterData: true, subtree: true };
  new MutationObserver(look).observe(document, all);
  look();
}"""

# Times of each turn of a slider in the viewer.
LIVE = """(name) => {
  const slider = [...document.querySelectorAll("*")].map((element) => element.shadowRoot)
    .filter(Boolean).map((root) => root.querySelector(`input[type=range][aria-label="${name}"]`))
    .find(Boolean);
  const viewer = slider.getRootNode().querySelector(".viewer");
  const bench = (window.bench = { drawn: [], framed: [], leaves: [], last: slider.value });
  slider.addEventListener("input", ({ timeStamp }) => {
    // The viewer's own listener came first, so what it draws at once is drawn by now.
    const [mark] = performance.getEntriesByName("patchdrive:live").slice(-1);
    if (slider.value === bench.last || !mark || mark.startTime < timeStamp) return;
    bench.last = slider.value;
    bench.drawn.push(mark.startTime - timeStamp);
    bench.leaves.push(Number(viewer.dataset.leaves));
    requestAnimationFrame(() => bench.framed.push(performance.now() - timeStamp));
  });
}"""


_running = ExitStack()
atexit.register(_running.close)


@cache
def served(script: Path | None = None) -> str:
    """The address of the app, or of one in APPS; each is started once, and ends with the run."""
    if script is None:
        return _running.enter_context(app(ROOT / "app.py"))
    return _running.enter_context(app(script, *LIKE_THE_APP))


class MissingError(Exception):
    """What these measurements need is not on this machine; the text says what to do."""


@contextmanager
def browser(*args: str) -> Iterator[Any]:
    """Chromium, started with further arguments; raises MissingError where there is none."""
    executable = chromium()
    if executable is None:
        raise MissingError("no Chromium or Chrome found, set PATCHDRIVE_CHROMIUM")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingError("Playwright is not installed") from error
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=[*ARGS, *args])
        try:
            yield started
        finally:
            started.close()


# Milliseconds of drawing so many squares side by side on a canvas of its own, so many times.
SQUARES = """async ([count, times]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1500, 840];
  document.body.append(canvas);
  const pen = canvas.getContext("2d");
  pen.strokeStyle = "#0ff";
  const side = Math.sqrt((canvas.width * canvas.height) / count);
  const squares = [];
  for (let y = 0; y < canvas.height; y += side) {
    for (let x = 0; x < canvas.width && squares.length < count; x += side) squares.push([x, y]);
  }
  const found = [];
  for (let turn = 0; turn < times; turn += 1) {
    const start = performance.now();
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.beginPath();
    for (const [x, y] of squares) pen.rect(x, y, side, side);
    pen.stroke();
    found.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  canvas.remove();
  return found;
}"""


@contextmanager
def opened(started: Any, link: str) -> Iterator[tuple[Any, list[float]]]:
    """A page of its own at device pixel ratio 1, and kilobytes of each viewer's message it gets."""
    page = started.new_page(viewport=WINDOW, device_scale_factor=1)
    page.set_default_timeout(60_000)
    sizes: list[float] = []

    def received(frame: str | bytes) -> None:
        if isinstance(frame, bytes) and PAYLOAD in frame:
            sizes.append(len(frame) / 1000)

    page.on("websocket", lambda line: line.on("framereceived", received))
    page.goto(link, wait_until="networkidle")
    yield page, sizes
    page.close()


def rest(page: Any) -> None:
    """Wait until the app's run has ended and the viewer shows everything and moves no more."""
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stApp][data-test-script-state=running]')"
    )
    page.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
    page.locator(".viewer[data-missing='0'][data-busy='false']").wait_for()


def pressed(page: Any, key: str) -> float:
    """Milliseconds of one press, as WATCH takes them; the page then comes to rest."""
    page.evaluate(START)
    page.keyboard.press(key)
    page.wait_for_function("() => window.bench.time !== null", timeout=PATIENCE)
    took = float(page.evaluate("() => window.bench.time"))
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stApp][data-test-script-state=running]')"
    )
    page.wait_for_timeout(200)  # what React and the collector put off must not fall on the next
    return took


Turned = tuple[tuple[float, ...], tuple[float, ...], tuple[int, ...]]


def dragged(page: Any, name: str, times: int) -> Turned:
    """Drag a slider in the viewer through so many values.

    returns  milliseconds to the end of the drawing, milliseconds to the next frame, and the leaves
             that there were
    """
    slider = page.locator(f'input[type=range][aria-label="{name}"]')
    slider.scroll_into_view_if_needed()
    page.evaluate(LIVE, name)
    box = slider.bounding_box()
    left, y = box["x"] + 8, box["y"] + box["height"] / 2
    page.mouse.move(left, y)
    page.mouse.down()
    for step in range(1, 4 * times):
        if page.evaluate("() => window.bench.framed.length") >= times:
            break
        page.mouse.move(left + step * (box["width"] - 16) / (4 * times), y)
    page.mouse.up()
    bench = page.evaluate("() => window.bench")
    if len(bench["framed"]) < min(times, 5):
        raise RuntimeError(f"{name} was dragged, and the viewer drew {len(bench['framed'])} times")
    return tuple(bench["drawn"]), tuple(bench["framed"]), tuple(bench["leaves"])
