"""Many browsers with a 4K picture each, for minutes: is memory bounded, does each see its own?

    python -m tools.soak --minutes 10 --browsers 10

Meanwhile one more browser opens links that ask for far more than there is, again and again, and
the server's pulse is felt. Prints the server's memory every ten seconds, and what is left of it
when all have gone. Ends with an error where a tile shows somebody else's picture, an answer fails,
the pulse stops for long, memory passes the bound, or does not come back.
"""

from __future__ import annotations

import argparse
import colorsys
import contextlib
import io
import os
import random
import re
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from tools.app import ARGS, app, chromium

SIZE = (2160, 3840)
BLOCK = (1100, 1900, 200)  # y, x, side of the flat square by which a picture is known; in one tile
SIDE = 512  # of a tile
EVERY_S = 10
PATIENCE_MS = 180_000
PULSE_S = 1.0  # 95 of 100 beats must be faster
KEEP_MINUTES = 1  # uploads stay so long after their session
BACK_MB = 600  # more than with one page open may stay: tiles, and what allocators keep
HOSTILE = (
    "quadtree?token=64&min_leaf=2&max_detail=0&canny_low=0&canny_high=0",
    "?k=512&radius=0&patch=1024",
    "?fuse=true&highres_backbone=vit_giant_patch14_dinov2",
    "?fuse=true&k=512&radius=0&highres_backbone=convnext_tiny",
    "quadtree?token=64&split=budget&budget=65536&min_leaf=2&canny_low=0",
)
# What the server may hold beside what it held with one page open: 2 GiB of pictures, 1 GiB of
# values between stages, 64 MiB of tiles, and what each session brings and computes at one time.
SHARED_MB, SESSION_MB = 2048 + 1024 + 64, 150
TILE = re.compile(r"/patchdrive/tile/([0-9a-f]{32})/")
PROBE = """async ([url, x, y]) => {
    const answer = await fetch(new URL(url, document.baseURI), { cache: "no-store" });
    if (!answer.ok) return [answer.status];
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.drawImage(await createImageBitmap(await answer.blob()), -x, -y);
    return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}"""


@dataclass
class Visitor:
    """One browser with its picture.

    color  of the block in it
    key    of the picture on the server
    seen   keys of all tiles that this browser fetched
    lost   addresses that were answered with an error
    """

    page: Any
    color: tuple[int, int, int]
    key: str = ""
    seen: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)

    def note(self, answer: Any) -> None:
        """Remember an answer of the server."""
        if found := TILE.search(answer.url):
            self.seen.add(found[1])
            if answer.status >= 400:
                self.lost.append(f"{answer.status} {answer.url}")


def main() -> None:
    """Run with the command line's arguments."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--browsers", type=int, default=10)
    parser.add_argument("--bound", type=int, help="MB of memory that the server may reach")
    told = parser.parse_args()
    complaints = soak(told.minutes, told.browsers, told.bound)
    raise SystemExit("\n".join(complaints) or None)


def soak(minutes: float, browsers: int, bound: int | None = None) -> list[str]:
    """Start server and browsers, print the curve, and say what was wrong."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        raise SystemExit("patchdrive: no Chromium found; install one or set PATCHDRIVE_CHROMIUM")
    os.environ["PATCHDRIVE_KEEP_MINUTES"] = str(KEEP_MINUTES)
    with app() as address, sync_playwright() as driver, Pulse(address) as pulse:
        server = process(address)
        browser = driver.chromium.launch(executable_path=executable, args=ARGS)
        visitors = [enter(browser, address, 0, browsers)]
        base = memory_mb(server)
        limit = bound or base + SHARED_MB + SESSION_MB * browsers
        print(f"{browsers} browsers, {minutes:g} min; {base} MB with one, bound {limit} MB")
        visitors += [enter(browser, address, n, browsers) for n in range(1, browsers)]
        hostile = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        curve, complaints = wander(
            visitors, server, 60 * minutes, partial(attack, hostile, address)
        )
        complaints += pulse.told()
        browser.close()
        time.sleep(60 * KEEP_MINUTES + 60)
        left = memory_mb(server)
        print(f"{left} MB when all have gone for {KEEP_MINUTES + 1} minutes")
        if left > base + BACK_MB:
            complaints.append(f"{left - base} MB did not come back")
    half = [mb for _, mb in curve[len(curve) // 2 :]]
    print(f"highest {max(mb for _, mb in curve)} MB, second half {min(half)} to {max(half)} MB")
    if max(mb for _, mb in curve) > limit:
        complaints.append(f"memory passed its bound of {limit} MB")
    return complaints


class Pulse:
    """Asks a server again and again whether it is well, in a thread, while the block runs."""

    def __init__(self, address: str) -> None:
        self._url, self._over = f"{address}/_stcore/health", threading.Event()
        self._beats: list[float] = []
        self._thread = threading.Thread(target=self._feel)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _feel(self) -> None:
        while not self._over.wait(0.2):
            start = time.monotonic()
            with contextlib.suppress(OSError), urllib.request.urlopen(self._url, timeout=60):
                pass
            self._beats.append(time.monotonic() - start)

    def told(self) -> list[str]:
        """Print how fast it was, and complain where it was slow."""
        late, longest = float(np.quantile(self._beats, 0.95)), max(self._beats)
        print(f"pulse: p95 {1000 * late:.0f} ms, longest {1000 * longest:.0f} ms")
        return [f"the pulse took {late:.1f} s (p95)"] if late > PULSE_S else []


def attack(page: Any, address: str, n: int) -> None:
    """Open one of the links that ask for too much, and do not wait for it."""
    with contextlib.suppress(Exception):
        page.goto(f"{address}/{HOSTILE[n % len(HOSTILE)]}", wait_until="commit", timeout=5000)


def enter(browser: Any, address: str, n: int, browsers: int) -> Visitor:
    """A new browser context that has uploaded its picture."""
    color = tuple(round(255 * c) for c in colorsys.hsv_to_rgb(n / browsers, 0.9, 0.9))
    page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
    visitor = Visitor(page, color)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_MS)
    page.on("response", visitor.note)
    page.goto(f"{address}/?fuse=false&k=8")
    page.wait_for_selector('.viewer[data-missing="0"]')
    upload = {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture(n, visitor.color)}
    page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(upload)
    page.wait_for_url(re.compile("picture=(~|%7E)"))
    visitor.key = re.search(r"picture=(?:~|%7E)(\w+)", page.url)[1]  # type: ignore[index]
    while visitor.key not in visitor.seen:
        page.wait_for_timeout(50)  # lets events come in
    return visitor


def wander(
    visitors: list[Visitor], server: int, seconds: float, attack: Callable[[int], None]
) -> tuple[list[tuple[float, int]], list[str]]:
    """Pan and zoom in turn; the curve [(s, MB), ...] and what was wrong."""
    chance, start = random.Random(0), time.monotonic()
    curve, complaints, rounds, checks = [(0.0, memory_mb(server))], [], 0, 0
    print(f"{'s':>6} {'MB':>6} {'rounds':>7} {'checks':>7}")
    while (now := time.monotonic() - start) < seconds:
        for visitor in visitors:
            move(visitor.page, chance)
        visitor = visitors[rounds % len(visitors)]
        complaints += check(visitor, visitors)
        checks, rounds = checks + 1, rounds + 1
        if now - curve[-1][0] >= EVERY_S:
            attack(len(curve))
            curve.append((now, memory_mb(server)))
            print(f"{now:6.0f} {curve[-1][1]:6} {rounds:7} {checks:7}", flush=True)
    curve.append((now, memory_mb(server)))
    for visitor in visitors:
        complaints += check(visitor, visitors)
    print(f"{now:6.0f} {curve[-1][1]:6} {rounds:7} {checks + len(visitors):7}")
    return curve, complaints


def move(page: Any, chance: random.Random) -> None:
    """One gesture: the wheel, a drag, or a key."""
    box = page.locator(".box").bounding_box()
    x = box["x"] + chance.uniform(0.2, 0.8) * box["width"]
    y = box["y"] + chance.uniform(0.2, 0.8) * box["height"]
    page.mouse.move(x, y)
    kind = chance.random()
    if kind < 0.5:
        page.mouse.wheel(0, chance.choice([-400, -200, 200, 400]))
    elif kind < 0.9:
        page.mouse.down()
        page.mouse.move(x + chance.uniform(-200, 200), y + chance.uniform(-150, 150), steps=3)
        page.mouse.up()
    else:
        page.locator(".box").press(chance.choice("01"))


def check(visitor: Visitor, visitors: list[Visitor]) -> list[str]:
    """What is wrong with what one browser sees."""
    wrong = [f"lost: {line}" for line in visitor.lost]
    visitor.lost.clear()
    strangers = {other.key for other in visitors if other is not visitor} & visitor.seen
    if strangers:
        wrong.append(f"{visitor.key} fetched tiles of {', '.join(sorted(strangers))}")
    y, x = BLOCK[0] + BLOCK[2] // 2, BLOCK[1] + BLOCK[2] // 2
    url = f"patchdrive/tile/{visitor.key}/0/{x // SIDE}/{y // SIDE}"
    found = visitor.page.evaluate(PROBE, [url, x % SIDE, y % SIDE])
    if len(found) != 3 or abs(np.subtract(found, visitor.color)).max() > 8:
        wrong.append(f"{visitor.key} sees {found} instead of {visitor.color}")
    return wrong


def picture(seed: int, color: tuple[int, int, int]) -> bytes:
    """A 4K JPEG of its own, with a flat block by which it is known."""
    random_ = np.random.default_rng(seed)
    coarse = random_.integers(0, 256, (135, 240, 3)).astype(np.uint8)
    pixels = np.asarray(Pillow.fromarray(coarse).resize(SIZE[::-1], Pillow.Resampling.BICUBIC))
    pixels = pixels.copy()
    y, x, side = BLOCK
    pixels[y : y + side, x : x + side] = color
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def process(address: str) -> int:
    """The id of the server that listens at an address, by its command line."""
    port = address.rpartition(":")[2].encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # ended meanwhile
            continue
        if b"streamlit" in words and port in words:
            return int(folder.name)
    raise SystemExit("patchdrive: the soak needs /proc, as Linux has it")


def memory_mb(process: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) // 1024  # type: ignore[index]


if __name__ == "__main__":
    main()
