"""The page that opens by a double click: from a file, without a server, without a network."""

import json

import numpy as np
import pytest

from patchdrive.figures import drive_layers, tree_layers, truth_layer
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.viewer.standalone import page as offline
from tests import scenes

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

READY = '.viewer[data-missing="0"][data-busy="false"]'
DRAWN = """(() => {
  const canvas = document.querySelector(".box canvas.picture");
  const { data } = canvas.getContext("2d").getImageData(%d, %d, 1, 1);
  return [...data.subarray(0, 3)];
})()"""
LOCAL = ("file:", "blob:", "data:", "about:")


@pytest.fixture(scope="module")
def image():
    """1100 x 1700 pixels, more than one tile: red on the left, blue on the right."""
    pixels = scenes.texture(1100, 1700)
    pixels[:, :850] = 200, 40, 40
    pixels[:, 850:] = 40, 40, 200
    pixels[500:540, 300:340] = 255
    return MemoryImage(pixels, "red & <b>blue</b>")


@pytest.fixture(scope="module")
def driven(image):
    return drive(image, fuse=False, k=4, patch=64, radius=100)


@pytest.fixture(scope="module")
def saved(driven, tmp_path_factory):
    """The address of the page as a file."""
    objects = [{"label": "</script>", "box": [500, 300, 540, 340]}]
    layers = drive_layers(
        driven, {"saliency_visible": False, "truth_visible": True}, truth_layer(objects)
    )
    file = tmp_path_factory.mktemp("offline") / "drive.html"
    file.write_text(offline(driven.image, layers, title=driven.image.name), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def opened(open_page, saved):
    """The page in a tab that lists what it asks for."""
    page = open_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(saved)
    page.wait_for_selector(READY)
    return page


def viewer(page):
    return page.evaluate("({...document.querySelector('.viewer').dataset})")


def test_the_viewer_shows_everything_without_a_request(opened, driven):
    assert viewer(opened)["saccades"] == str(len(driven.saccades))
    assert opened.locator("h1").text_content() == "red & <b>blue</b>"
    assert [url for url in opened.asked if not url.startswith(LOCAL)] == []
    assert [url for url in opened.asked if url.startswith("file:")] == [opened.url]


def test_its_pixels_are_the_picture_s(opened):
    box = opened.locator(".box").bounding_box()
    view = json.loads(viewer(opened)["view"])
    middle = round(box["height"] / 2)
    for x, color in ((120, (200, 40, 40)), (1640, (40, 40, 200))):
        shown = opened.evaluate(DRAWN % (round((x - view["x"]) * view["s"]), middle))
        assert np.abs(np.subtract(shown, color)).max() < 12


def test_the_wheel_zooms(opened):
    before = viewer(opened)["view"]
    box = opened.locator(".box").bounding_box()
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.wheel(0, -400)
    # The page's policy allows no script that is made from a text, so that attributes are watched.
    expect(opened.locator(".viewer")).not_to_have_attribute("data-view", before)
    opened.wait_for_selector(READY)
    assert json.loads(viewer(opened)["view"])["s"] > json.loads(before)["s"]


def test_keys_step_through_the_saccades(opened):
    opened.locator(".box").focus()
    opened.keyboard.press(".")
    expect(opened.locator('.viewer[data-selected="0"]')).to_have_count(1)
    opened.wait_for_selector(READY)


def test_layers_can_be_switched_and_nobody_is_waited_for(opened):
    opened.locator(".box").focus()
    opened.keyboard.press("t")
    expect(opened.locator('.viewer[data-hidden*="truth"][data-pending=""]')).to_have_count(1)
    opened.wait_for_selector(READY)


def test_it_fills_the_window(opened):
    height = opened.locator(".viewer").bounding_box()["height"]
    assert height > 0.85 * opened.viewport_size["height"]
    wide = "document.documentElement.scrollWidth <= innerWidth"
    tall = "document.documentElement.scrollHeight <= innerHeight"
    assert opened.evaluate(f"{wide} && {tall}"), "nothing has to be scrolled"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_reader_s_colours(open_page, saved, scheme):
    page = open_page(color_scheme=scheme)
    page.goto(saved)
    page.wait_for_selector(READY)
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (color == "rgb(255, 255, 255)") is (scheme == "light")


def test_a_tree_opens_too(open_page, image, tmp_path):
    grown = tree(image, max_leaf=128, min_leaf=16)
    file = tmp_path / "tree.html"
    file.write_text(offline(image, tree_layers(grown), title="tree"), encoding="utf-8")
    page = open_page()
    page.goto(file.as_uri())
    page.wait_for_selector(READY)
    assert viewer(page)["leaves"] == str(len(grown.quadtree))


def test_firefox_opens_it_as_well(firefox, saved, driven):
    tab = firefox.open(saved)
    tab.wait(f"document.querySelector('{READY}') !== null")
    assert tab.evaluate("document.querySelector('.viewer').dataset.saccades") == str(
        len(driven.saccades)
    )
    assert tab.errors == []
    tab.close()
