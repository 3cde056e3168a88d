"""The app itself: how soon an opened picture is seen, and how large the viewer's messages are.

The time runs from the `change` of the uploader to a viewer that shows the new picture's layers and
misses no tile; in turns with it, on a bare Streamlit page, to the decoded picture in `st.image`.
Messages are the WebSocket frames that hold a viewer's payload.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image as Pillow

from benchmarks import gestures, scene
from benchmarks.table import Row
from benchmarks.timing import Times

LIMIT_KB = 250.0
TIMES_BARE = 4.0
PAGES = {"Drive": "/?picture=town", "Quadtree": "/quadtree?picture=town"}
BARE = gestures.APPS / "bare.py"
CHOSEN = """const bench = (window.bench = { since: 0, time: null });
  const chosen = ({ target, timeStamp }) => {
    if (target.type === "file") bench.since = timeStamp;
  };
  document.addEventListener("change", chosen, { capture: true, once: true });"""
# From the change of a file input to a viewer with other layers and no missing tile.
OPENING = f"""() => {{
  {CHOSEN}
  const viewer = [...document.querySelectorAll("*")].map((element) => element.shadowRoot)
    .filter(Boolean).map((root) => root.querySelector(".viewer")).find(Boolean);
  const before = viewer.dataset.digest;
  const look = () => {{
    const {{ digest, missing }} = viewer.dataset;
    if (!bench.since || bench.time !== null || digest === before || missing !== "0") return;
    bench.time = performance.now() - bench.since;
  }};
  new MutationObserver(look).observe(viewer, {{ attributes: true }});
}}"""
# From the same to another picture of `st.image`, decoded.
OPENING_BARE = f"""() => {{
  {CHOSEN}
  const shown = () => document.querySelector("[data-testid=stImage] img, .stImage img");
  const before = shown()?.src;
  const look = async () => {{
    const picture = shown();
    if (!bench.since || !picture || picture.src === before || !picture.complete) {{
      requestAnimationFrame(look);
      return;
    }}
    await picture.decode();
    bench.time = performance.now() - bench.since;
  }};
  look();
}}"""


def rows(quick: bool) -> Iterator[Row]:
    """Opening pictures, and messages on load and after a change."""
    times, size = (1, "1K") if quick else (10, "4K")
    with gestures.browser() as started:
        address = gestures.served()
        yield _openings(started, address, times, size)
        for name, link in PAGES.items():
            with gestures.opened(started, address + link) as (page, sizes):
                gestures.rest(page)
                yield _message(f"message on load, {name} page", sizes)
                if name == "Drive":
                    sizes.clear()
                    for _ in range(times):
                        _turned(page)
                    yield _message("message after K is turned", sizes)


def _message(what: str, sizes: list[float]) -> Row:
    return Row(
        what, Times(tuple(sizes)), bound="most", target=LIMIT_KB, by="longest", unit="kB"
    )  # fmt: skip


def _openings(started: Any, address: str, times: int, size: str) -> Row:
    found: list[list[float]] = [[], []]
    with (
        gestures.opened(started, f"{address}/") as (ours, _),
        gestures.opened(started, f"{gestures.served(BARE)}/?show=opening") as (theirs, _),
    ):
        gestures.rest(ours)
        for turn in range(times + 1):
            content = photograph(size, turn)
            for page, script, kept in (
                (ours, OPENING, found[0]), (theirs, OPENING_BARE, found[1])
            ):  # fmt: skip
                took = _opened(page, script, content)
                if turn:  # the first ones warm up
                    kept.append(took)
            gestures.rest(ours)
    mine, other = (Times(tuple(one)) for one in found)
    what = f"first picture after opening a {size} JPEG"
    return Row(what, mine, "st.image of the same", other, "cost", TIMES_BARE)


def photograph(size: str, seed: int) -> bytes:
    """A JPEG, of some megabytes where it is 4K, another one for each seed."""
    pixels = np.roll(scene.picture(size).pixels, 97 * (seed + 1), axis=1)
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "JPEG", quality=92)
    return file.getvalue()


def _opened(page: Any, script: str, content: bytes) -> float:
    page.evaluate(script)
    file = {"name": "photograph.jpg", "mimeType": "image/jpeg", "buffer": content}
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(file)
    page.wait_for_function("() => window.bench.time !== null", timeout=gestures.PATIENCE)
    return float(page.evaluate("() => window.bench.time"))


def _turned(page: Any) -> None:
    """One key on K, and Python's answer to it."""
    viewer = page.locator(".viewer")
    before = viewer.get_attribute("data-updates")
    page.locator('input[type=range][aria-label="Patches K"]').press("ArrowRight")
    page.locator(f".viewer:not([data-updates='{before}'])").wait_for()
    gestures.rest(page)
