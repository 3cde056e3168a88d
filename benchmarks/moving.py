"""A hand that pans and turns the wheel at a mouse's pace, and the frames that the viewer draws."""

from __future__ import annotations

import json
import math
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from websockets.sync.client import connect

from benchmarks.gestures import rest

PACE = 1 / 125  # s between two moves, as a common mouse reports them
FRAMES = """() => {
  const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot);
  const viewer = [document, ...roots].filter(Boolean)
    .map((root) => root.querySelector(".viewer")).find(Boolean);
  const record = (window.frames_seen = { all: 0, moves: 0, changed: [], on: true });
  record.start = performance.now();
  for (const kind of ["pointermove", "wheel"]) {
    addEventListener(kind, () => { record.moves += 1; }, { capture: true });
  }
  let last = viewer.dataset.view;
  const look = (now) => {
    record.all += 1;
    if (viewer.dataset.view !== last) record.changed.push(now);
    last = viewer.dataset.view;
    if (record.on) requestAnimationFrame(look);
    else record.end = now;
  };
  requestAnimationFrame(look);
}"""


@dataclass(frozen=True)
class Frames:
    """What a screen showed while something moved.

    gaps    milliseconds from one frame with a new view to the next
    screen  animation frames a second, with a new view or without
    moves   of the hand a second, as they reached the page
    """

    gaps: tuple[float, ...]
    screen: float
    moves: float


Send = Callable[..., None]


def free_port() -> int:
    """A port for the browser's own protocol, which `hand` needs beside Playwright's pipe."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def hand(port: int, page: Any) -> Iterator[Send]:
    """A function that sends a mouse event and does not wait for the page: a hand does not either.

    Playwright waits for each move to be drawn, and so would measure its own pace.
    """
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
        targets = json.load(answer)
    address = next(one["webSocketDebuggerUrl"] for one in targets if one["url"] == page.url)
    with connect(address, max_size=None, proxy=None, max_queue=None) as line:

        def send(kind: str, x: float, y: float, **more: Any) -> None:
            params = {"type": kind, "x": x, "y": y, **more}
            line.send(json.dumps({"id": 1, "method": "Input.dispatchMouseEvent", "params": params}))

        yield send


def panned(page: Any, send: Send, seconds: float) -> Frames:
    """Drag the picture in circles at 100 %."""
    x, y = _middle(page)
    page.locator(".box").press("1")
    rest(page)
    send("mousePressed", x, y, button="left", buttons=1, clickCount=1)

    def move(t: float) -> None:
        across, down = 220 * math.sin(3 * t), 150 * math.cos(3 * t) - 150
        send("mouseMoved", x + across, y + down, button="left", buttons=1)

    frames = _recorded(page, seconds, move)
    send("mouseReleased", x, y, button="left", clickCount=1)
    rest(page)
    return frames


def wheeled(page: Any, send: Send, seconds: float) -> Frames:
    """Turn the wheel in and out, from the whole picture."""
    x, y = _middle(page)
    page.locator(".box").press("0")
    rest(page)
    now = 0.0

    def turn(t: float) -> None:
        nonlocal now
        before, now = now, 1250 * (1 - math.cos(2 * t)) / 2  # CSS pixels that the wheel has turned
        send("mouseWheel", x, y, deltaX=0, deltaY=before - now)

    frames = _recorded(page, seconds, turn)
    rest(page)
    return frames


def _middle(page: Any) -> tuple[float, float]:
    box = page.locator(".box").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _recorded(page: Any, seconds: float, move: Callable[[float], None]) -> Frames:
    page.evaluate(FRAMES)
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < seconds:
        move(now)
        time.sleep(PACE)
    seen = page.evaluate(
        """async () => {
            const record = window.frames_seen;
            record.on = false;
            while (!record.end) await new Promise(requestAnimationFrame);
            return record;
        }"""
    )
    changed = seen["changed"]
    gaps = tuple(b - a for a, b in pairwise(changed))
    took = (seen["end"] - seen["start"]) / 1000
    return Frames(gaps, seen["all"] / took, seen["moves"] / took)
