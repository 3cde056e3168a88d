"""Rebuild the README's pictures from the running app, in a real browser."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from typing import Any

from PIL import Image as Pillow

from tools.serve import ROOT, free_port

DOCS = ROOT / "docs"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SIZE = {"width": 1440, "height": 900}
FRAME = (1080, 675)


def main() -> None:
    """Start the app, take docs/drive.webp and docs/quadtree.jpg, and stop it."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("PATCHDRIVE_CHROMIUM")
    chromium = named or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit("patchdrive: no Chromium found; install one or set PATCHDRIVE_CHROMIUM")
    port = free_port()
    options = ["--server.headless", "true", "--server.fileWatcherType", "none"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://localhost:{port}/_stcore/health")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=ARGS)
            page = browser.new_page(viewport=SIZE, color_scheme="dark")
            page.set_default_timeout(120_000)
            drive(page, f"http://localhost:{port}")
            quadtree(page, f"http://localhost:{port}")
            browser.close()
    finally:
        server.terminate()


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.25)
    raise SystemExit("patchdrive: the app did not start")


def _settled(page: Any) -> None:
    """Wait until the viewer has drawn everything and the networks have answered."""
    page.wait_for_selector('.viewer[data-busy="false"][data-missing="0"]')
    page.wait_for_selector(".pd-patches img, [data-testid='stImage'] img")
    page.wait_for_function("!document.querySelector('[data-testid=\"stStatusWidget\"]')")
    page.wait_for_timeout(300)


def drive(page: Any, address: str) -> None:
    """A moving picture: K grows, then the eye steps to the first saccades."""
    page.goto(f"{address}/?picture=town&k=1")
    _settled(page)
    shots = [page.screenshot()]
    thumb = page.get_by_role("slider", name="Patches K")
    for k in range(2, 17):
        thumb.press("ArrowRight")
        page.wait_for_selector(f'.viewer[data-saccades="{k}"]')
        if k % 3 == 1:
            _settled(page)
            shots.append(page.screenshot())
    _settled(page)
    for _ in range(3):
        page.locator(".box").press(".")
        _settled(page)
        shots.append(page.screenshot())
    first, *rest = (_small(shot) for shot in shots)
    first.save(
        DOCS / "drive.webp", save_all=True, append_images=rest, duration=900, quality=82, method=5
    )


def quadtree(page: Any, address: str) -> None:
    """One picture of the other page."""
    page.goto(f"{address}/quadtree?picture=road")
    _settled(page)
    _small(page.screenshot()).save(DOCS / "quadtree.jpg", quality=90)


def _small(shot: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(shot)).convert("RGB").resize(FRAME, Pillow.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
