"""The page about wavelet packets as a person meets it: names under the pointer, clicks, links."""

import json
import re
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

ROOT = Path(__file__).parents[2]
SLOW = 60_000  # ms; the first run imports torch and timm
SIZE = (288, 512)  # of the working copy
# What Streamlit asks below the path of a page that is not the first.
KNOWN = re.compile("the server responded with a status of 404")


@pytest.fixture
def tab(open_page, errors, serve):
    """A function: what stands in the link -> the page with its viewer drawn."""

    def make(link):
        page = open_page(viewport={"width": 1500, "height": 950})
        page.set_default_timeout(SLOW)
        page.goto(f"{serve(ROOT / 'app.py')}/wavelets?working=512&picture=desk&{link}")
        expect(page.locator(".viewer")).to_have_attribute("data-missing", "0", timeout=SLOW)
        expect(page.locator(".viewer")).to_have_attribute("data-busy", "false", timeout=SLOW)
        return page

    yield make
    errors[:] = [line for line in errors if not KNOWN.search(line)]


def at(page, x, y):
    """A point of the viewer's picture by its shares, wherever the picture lies in the canvas."""
    root = page.locator(".viewer")
    box = root.locator("canvas").first.bounding_box()
    view = json.loads(root.get_attribute("data-view"))
    scale = view["s"] / view["k"]
    return tuple(
        box[axis] + (share * length - view[axis]) * scale
        for axis, share, length in (("x", x, SIZE[1]), ("y", y, SIZE[0]))
    )


def test_a_band_is_named_under_the_pointer_and_told_when_it_is_clicked(tab):
    page = tab("levels=1")
    page.mouse.move(*at(page, 0.75, 0.25))
    expect(page.locator(".viewer .tip")).to_contain_text("v")
    page.mouse.click(*at(page, 0.25, 0.75))
    expect(page.get_by_text("Band h (change down)")).to_be_visible()


def test_a_click_into_the_picture_chooses_the_patch_and_stands_in_the_link(tab):
    page = tab("levels=4&wavelet=db2&wavelets_view=Reach of a patch&patch_row=2")
    row, column = (page.get_by_role("spinbutton", name=name) for name in ("Row", "Column"))
    expect(row).to_have_value("2")
    expect(column).to_have_value("16")
    for share, place in ((0.26, 4), (0.76, 13)):  # 18 rows and 32 columns
        page.mouse.click(*at(page, share, share))
        expect(row).to_have_value(str(place))
        expect(column).to_have_value(str(int(32 * share)))
        page.wait_for_url(re.compile(f"patch_row={place}&"))
    expect(page.get_by_text("9 of 576")).to_be_visible()


def test_the_curtain_parts_the_picture_from_what_was_rebuilt(tab):
    page = tab("wavelets_view=Rebuilt&bands=all")
    expect(page.get_by_role("slider", name="Curtain between A and B")).to_be_visible()
    expect(page.get_by_text("to the last grey level: largest difference 0.")).to_be_visible()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("64 of 64")
