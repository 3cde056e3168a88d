"""The app itself: how soon an opened picture is seen, and how large the viewer's messages are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image as Pillow

from benchmarks import gestures, scene
from benchmarks.measure import Measure

LIMIT_MS, LIMIT_KB = 1000.0, 250.0
PAGES = {"Drive": "/?picture=town", "Quadtree": "/quadtree?picture=town"}
# From the change of a file input to a viewer with other layers and no missing tile.
OPENING = """() => {
  const viewer = [...document.querySelectorAll("*")].map((element) => element.shadowRoot)
    .filter(Boolean).map((root) => root.querySelector(".viewer")).find(Boolean);
  const bench = (window.bench = { since: 0, time: null, before: viewer.dataset.digest });
  const chosen = ({ target, timeStamp }) => {
    if (target.type === "file") bench.since = timeStamp;
  };
  document.addEventListener("change", chosen, { capture: true, once: true });
  const look = () => {
    const { digest, missing } = viewer.dataset;
    if (!bench.since || bench.time !== null || digest === bench.before || missing !== "0") return;
    bench.time = performance.now() - bench.since;
  };
  new MutationObserver(look).observe(viewer, { attributes: true });
}"""


def measures(started: Any, address: str, times: int) -> Iterator[Measure]:
    """Opening pictures, and messages on load and after a change."""
    with gestures.opened(started, f"{address}/") as (page, _):
        gestures.rest(page)
        found = tuple(_opened(page, photograph(turn)) for turn in range(times + 1))
    yield Measure("first picture after opening a 4K JPEG", found[1:], LIMIT_MS, "median")
    for name, link in PAGES.items():
        with gestures.opened(started, address + link) as (page, sizes):
            gestures.rest(page)
            loaded = tuple(sizes)
            yield Measure(f"message on load, {name} page", loaded, LIMIT_KB, "longest", "kB")
            if name == "Drive":
                sizes.clear()
                for _ in range(times):
                    _turned(page)
                yield Measure("message after K is turned", tuple(sizes), LIMIT_KB, "longest", "kB")


def photograph(seed: int) -> bytes:
    """A 4K JPEG of some megabytes, another one for each seed."""
    pixels = np.roll(scene.picture("4K").pixels, 97 * (seed + 1), axis=1)
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "JPEG", quality=92)
    return file.getvalue()


def _opened(page: Any, content: bytes) -> float:
    page.evaluate(OPENING)
    file = {"name": "photograph.jpg", "mimeType": "image/jpeg", "buffer": content}
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(file)
    page.wait_for_function("() => window.bench.time !== null", timeout=gestures.PATIENCE)
    took = float(page.evaluate("() => window.bench.time"))
    gestures.rest(page)
    return took


def _turned(page: Any) -> None:
    """One key on K, and Python's answer to it."""
    viewer = page.locator(".viewer")
    before = viewer.get_attribute("data-updates")
    page.locator('input[type=range][aria-label="Patches K"]').press("ArrowRight")
    page.locator(f".viewer:not([data-updates='{before}'])").wait_for()
    gestures.rest(page)
