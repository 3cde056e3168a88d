"""Rebuild the README's pictures from the running app, in a real browser."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image as Pillow

from patchdrive.writing import writing
from tools.app import ARGS, ROOT, app, chromium

DOCS = ROOT / "docs"
SIZE = {"width": 1440, "height": 900}
WIDTH = 1080


def main() -> None:
    """Start the app, take all pictures, and stop it."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        raise SystemExit("patchdrive: no Chromium found; install one or set PATCHDRIVE_CHROMIUM")
    with app() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=ARGS)
        page = browser.new_page(viewport=SIZE, color_scheme="dark")
        page.set_default_timeout(120_000)
        drive(page, address)
        quadtree(page, address)
        shuffle(page, address)
        position(page, address)
        browser.close()


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
    _keep_moving("drive.webp", first, rest)


def quadtree(page: Any, address: str) -> None:
    """One picture of the other page."""
    page.goto(f"{address}/quadtree?picture=road")
    _settled(page)
    _keep("quadtree.jpg", page.screenshot())


def shuffle(page: Any, address: str) -> None:
    """A moving picture: more and more of a stop sign moves."""
    page.set_viewport_size({"width": 1440, "height": 1020})
    page.goto(f"{address}/shuffle?class_picture=stop+sign&fraction=0")
    thumb = page.get_by_role("slider", name="Fraction")
    shots = []
    for step in range(0, 21, 2):
        page.wait_for_selector('.viewer[data-busy="false"][data-missing="0"]')
        page.wait_for_selector(f"text=The table is for a share of {_measured(5 * step)} %")
        page.wait_for_timeout(900)
        shots.append(page.screenshot())
        for _ in range(2):
            thumb.press("ArrowRight")
    first, *rest = (_small(shot) for shot in shots)
    _keep_moving("shuffle.webp", first, rest)
    page.set_viewport_size(SIZE)


def _measured(percent: int) -> int:
    """The nearest share that was measured; of two, the lower."""
    return min((0, 10, 25, 50, 75, 100), key=lambda one: abs(one - percent))


def position(page: Any, address: str) -> None:
    """Who tells the patches of a tiled picture apart."""
    page.goto(f"{address}/position?position_tab=Probe")
    page.wait_for_selector(".pd-maps")
    page.wait_for_function("!document.querySelector('[data-testid=\"stStatusWidget\"]')")
    page.wait_for_timeout(1500)
    _keep("position.jpg", page.screenshot())


def _keep(name: str, shot: bytes) -> None:
    with writing(DOCS / name) as out:
        _small(shot).save(out, "JPEG", quality=90)


def _keep_moving(name: str, first: Pillow.Image, rest: list[Pillow.Image]) -> None:
    with writing(DOCS / name) as out:
        first.save(
            out, "WEBP", save_all=True, append_images=rest, duration=900, quality=82, method=5
        )


def _small(shot: bytes) -> Pillow.Image:
    picture = Pillow.open(io.BytesIO(shot)).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    return picture.resize((WIDTH, height), Pillow.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
