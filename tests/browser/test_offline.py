"""The page that opens by a double click: from a file, without a server, without a network."""

import json

import numpy as np
import pytest

from patchdrive.figures import drive_layers, tree_layers, truth_layer
from patchdrive.figures.overlay import gate, hits
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.viewer.alone import DRIVE_SLIDERS, living, tree_sliders
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


@pytest.fixture(scope="module")
def known():
    """Two objects of which the first drive finds one."""
    objects = [
        {"label": "white", "box": [500, 300, 540, 340]},
        {"label": "", "box": [9, 9, 20, 20]},
    ]
    return truth_layer(objects)


@pytest.fixture(scope="module", params=["greedy", "maxima"])
def alive(request, browser, image, known, tmp_path_factory):
    """A page in which knobs and hand work, and the drive that it was made from."""
    noisy = scenes.noise(*image.size, seed=3) // 4 + image.pixels // 2
    settings = {
        "fuse": False,
        "saliency": "entropy",
        "glance": 256,
        "k": 5,
        "patch": 64,
        "radius": 96,
    }
    made = drive(MemoryImage(noisy, "noise"), **settings, picker=request.param)
    looks = {"saliency_visible": False, "truth_visible": True, "gate_visible": True}
    layers, screen = living(made, drive_layers(made, looks, known), looks)
    file = tmp_path_factory.mktemp("alive") / "drive.html"
    file.write_text(offline(made.image, layers, title="", screen=screen), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.goto(file.as_uri())
    page.wait_for_selector(READY)
    yield page, made
    page.close()


CHOSEN = """(root) => {
  const { x, y, scores, kept, x0, y0 } = root.viewer.layer("landings");
  const [truth, gate] = ["truth", "gate"].map((kind) => root.viewer.layer(kind));
  const columns = [y, x, scores, kept, y0, x0, truth.hit, gate.open];
  return columns.map((column) => Array.from(column));
}"""
TURN = "(root, values) => root.viewer.turns.turn(values, true)"
MARKED = {"keep": "700.1200", "ban": "200.300,90.90", "inside": "0.0,0.1700,900.1500,1100.0"}


@pytest.mark.parametrize(
    "values",
    [
        {"k": 9},
        {"k": 30, "radius": 40},
        {"k": 12, "radius": 33, "threshold": 0.31},  # no radius of the slider
        {"k": 500, "radius": 0, "percentile": 62.5},
        {"k": 8, "radius": 256, **MARKED},
        {"k": 40, "radius": 24, "threshold": 0.1, **MARKED},
    ],
    ids=str,
)
def test_without_a_server_any_knob_and_any_mark_chooses_what_python_chooses(alive, known, values):
    page, made = alive
    root = page.locator(".viewer")
    root.evaluate(TURN, {name: made.settings[name] for name in (*DRIVE_SLIDERS, *MARKED)})
    root.evaluate(TURN, values)
    found = root.evaluate(CHOSEN)
    wanted = drive(made.image, **{**made.settings, **values})
    columns = [*wanted.saccades.yx.T, wanted.saccades.scores, wanted.saccades.kept]
    columns += [*wanted.patches.boxes.T[:2], hits(known.boxes, wanted.patches.boxes)]
    columns.append(gate(wanted).ravel() > 0)
    assert len(wanted.saccades) > 3
    for shown, right in zip(found, columns, strict=True):
        assert (np.array(shown) == right).all()


def test_a_slider_and_a_double_click_work_in_a_page_from_a_file(alive):
    page, made = alive
    root = page.locator(".viewer")
    root.evaluate(TURN, {name: made.settings[name] for name in (*DRIVE_SLIDERS, *MARKED)})
    for label, times in (("Patches K", 3), ("NMS radius", 2)):
        for _ in range(times):
            page.get_by_role("slider", name=label).press("ArrowRight")
    expect(root).to_have_attribute("data-saccades", "8")
    view, box = json.loads(viewer(page)["view"]), page.locator(".box").bounding_box()
    before = root.evaluate(CHOSEN)
    y, x = 1000, 100
    place = ((at - view[axis]) * view["s"] for axis, at in (("x", x), ("y", y)))
    page.mouse.dblclick(*(a + b for a, b in zip(place, (box["x"], box["y"]), strict=True)))
    expect(root).to_have_attribute("data-marks", "1,0,0")
    expect(root).to_have_attribute("data-pending", "")
    ys, xs, scores, kept, *_ = root.evaluate(CHOSEN)
    assert abs(np.subtract((ys[0], xs[0]), (y, x))).max() <= 2 / view["s"], "pixels of the screen"
    assert (kept[0], len(kept), sum(kept)) == (1, 8, 1)
    assert (ys, xs) != tuple(before[:2])
    wanted = drive(
        made.image, **{**made.settings, "k": 8, "radius": 112, "keep": f"{ys[0]}.{xs[0]}"}
    )
    assert [ys, xs] == wanted.saccades.yx.T.tolist()
    assert scores == wanted.saccades.scores.tolist()


@pytest.mark.parametrize(("split", "value"), [("threshold", 40), ("budget", 140)])
def test_a_tree_is_cut_anew_by_its_slider(open_page, image, tmp_path, split, value):
    grown = tree(image, max_leaf=128, min_leaf=16, split=split)
    layers, screen = living(grown, tree_layers(grown), {})
    file = tmp_path / "tree.html"
    file.write_text(offline(image, layers, title="tree", screen=screen), encoding="utf-8")
    page = open_page()
    page.goto(file.as_uri())
    page.wait_for_selector(READY)
    knob = tree_sliders(grown.settings)[0]
    page.get_by_label(", typed").fill(str(value))
    page.get_by_label(", typed").press("Enter")
    wanted = tree(image, **{**grown.settings, knob: value})
    assert len(wanted.quadtree) != len(grown.quadtree)
    expect(page.locator(".viewer")).to_have_attribute("data-leaves", str(len(wanted.quadtree)))
    expect(page.locator(".viewer")).to_have_attribute("data-pending", "")


def test_firefox_opens_it_as_well(firefox, saved, driven):
    tab = firefox.open(saved)
    tab.wait(f"document.querySelector('{READY}') !== null")
    assert tab.evaluate("document.querySelector('.viewer').dataset.saccades") == str(
        len(driven.saccades)
    )
    assert tab.errors == []
    tab.close()
