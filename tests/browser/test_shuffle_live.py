"""The page about shuffling, in a browser: it answers while the slider is still held."""

import re
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

ROOT = Path(__file__).parents[2]
SLOW = 60_000  # ms; the first run imports torch and timm
# On a page that is not the first, Streamlit looks for itself below the page's path first.
KNOWN = re.compile("the server responded with a status of 404")


@pytest.fixture(scope="session")
def address(serve):
    return serve(ROOT / "app.py")


@pytest.fixture
def shuffle(open_page, address, errors):
    """The page with its viewer at rest."""
    page = open_page(viewport={"width": 1400, "height": 1100})
    page.set_default_timeout(SLOW)
    page.goto(f"{address}/shuffle?picture=desk&stage=after&models=vit-learned")
    expect(page.locator(".viewer")).to_have_attribute("data-missing", "0", timeout=SLOW)
    yield page
    errors[:] = [line for line in errors if not KNOWN.search(line)]


def test_the_picture_follows_the_slider_while_it_is_held(shuffle):
    viewer = shuffle.locator(".viewer")
    before = viewer.evaluate("(root) => root.viewer.header.source.url")
    box = shuffle.locator('input[type=range][aria-label="Fraction"]').bounding_box()
    y = box["y"] + box["height"] / 2
    shuffle.mouse.move(box["x"] + box["width"] / 2, y)
    shuffle.mouse.down()
    shuffle.mouse.move(box["x"] + box["width"] * 0.8, y, steps=3)
    shuffle.wait_for_function(
        """(before) => [...document.querySelectorAll("*")].map((one) => one.shadowRoot)
            .filter(Boolean).map((root) => root.querySelector(".viewer")).filter(Boolean)
            .some((root) => root.viewer.header.source.url !== before)""",
        arg=before,
    )
    shuffle.mouse.up()
    expect(viewer).to_have_attribute("data-missing", "0")
    expect(viewer).to_have_attribute("data-pending", "")
    shuffle.wait_for_url(re.compile("fraction=0.[78]"))
    expect(shuffle.get_by_text("exact no-op").first).to_be_attached()
