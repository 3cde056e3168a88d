"""How a viewer looks as it opens, and what explains it: in pages from files, loaded once."""

import base64
import json

import numpy as np
import pytest

from patchdrive.figures import drive_layers, tree_layers
from patchdrive.figures.colors import table
from patchdrive.images import MemoryImage
from patchdrive.ops import maps
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.knobs import TreeSettings
from patchdrive.pipelines.leaf import inspect_leaf
from patchdrive.pipelines.tree import grow
from patchdrive.viewer.alone import living
from patchdrive.viewer.standalone import page as offline
from tests import scenes

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

GREEN = (30, 160, 60)
REST = (("busy", "false"), ("missing", "0"), ("pending", ""))


class Page:
    """A page from a file with a viewer that has drawn everything."""

    def __init__(self, browser, file, result, layers):
        self.result = result
        alive, screen = living(result, layers, {})
        file.write_text(offline(result.image, alive, title="", screen=screen), encoding="utf-8")
        self.page = browser.new_page(viewport={"width": 900, "height": 700})
        self.page.goto(file.as_uri())
        self.root, self.box = self.page.locator(".viewer"), self.page.locator(".box")
        self.settle()
        self.values = self.root.evaluate("(root) => ({ ...root.viewer.turns.values })")

    def settle(self):
        for name, value in (*REST, REST[0]):
            expect(self.root).to_have_attribute(f"data-{name}", value)

    def reset(self):
        """As it was when it opened."""
        self.page.set_viewport_size({"width": 900, "height": 700})
        self.box.press("Escape")
        self.box.press("Escape")
        self.turn(**self.values)
        self.box.press("0")
        self.settle()

    def turn(self, **values):
        self.root.evaluate("(root, values) => root.viewer.turns.turn(values, true)", values)
        self.settle()

    def press(self, *keys):
        for key in keys:
            self.box.press(key)
            self.settle()

    def data(self, name):
        return self.root.get_attribute(f"data-{name}")

    def pixels(self, canvas):
        """(h, w, 4) uint8 of "picture" or "marks"."""
        values, w, h = self.page.locator(f".box canvas.{canvas}").evaluate(
            """(canvas) => {
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                let text = "";
                for (let i = 0; i < data.length; i += 32768) {
                    text += String.fromCharCode(...data.subarray(i, i + 32768));
                }
                return [btoa(text), width, height];
            }"""
        )
        return np.frombuffer(base64.b64decode(values), np.uint8).reshape(h, w, 4)

    def place(self, y, x):
        """Page coordinates of a picture point."""
        view, box = json.loads(self.data("view")), self.box.bounding_box()
        scale = view["s"] / view["k"]
        return box["x"] + (x - view["x"]) * scale, box["y"] + (y - view["y"]) * scale


@pytest.fixture(scope="module")
def picture():
    """Green, with a strong spot and a weak one, and busy squares at the lower right."""
    pixels = scenes.flat(600, 900, GREEN)
    pixels[100:130, 100:130] = 250, 30, 30
    pixels[300:330, 500:530] = 60, 170, 90
    pixels[400:, 600:] = scenes.noise(200, 300, 4)
    return MemoryImage(pixels, "green")


@pytest.fixture(scope="module")
def driven(browser, picture, tmp_path_factory):
    result = drive(picture, fuse=False, k=6, patch=48, radius=60, saliency="entropy")
    shown = Page(browser, tmp_path_factory.mktemp("drive") / "a.html", result, drive_layers(result))
    yield shown
    shown.page.close()


@pytest.fixture(scope="module")
def grown(browser, picture, tmp_path_factory):
    settings = {"max_leaf": 128, "min_leaf": 8, "max_detail": 20}
    result = grow(picture, TreeSettings.of(settings))
    shown = Page(browser, tmp_path_factory.mktemp("tree") / "a.html", result, tree_layers(result))
    yield shown
    shown.page.close()


@pytest.fixture
def map_page(driven):
    driven.reset()
    return driven


@pytest.fixture
def tree_page(grown):
    grown.reset()
    return grown


def test_the_scale_stands_on_the_legend_and_its_numbers_are_those_of_the_colours(map_page):
    entry = map_page.page.locator(".legend .entry").first
    switch = map_page.page.get_by_label("Scale of saliency", exact=True)
    expect(switch).to_have_value("percentile")
    expect(entry).to_contain_text("0 %50 %100 %")
    before = map_page.pixels("picture")
    for scale, middle in (("log", "0.091"), ("linear", "0.5")):
        switch.select_option(scale)
        map_page.settle()
        expect(entry).to_contain_text(f"0{middle}1")
        assert float(middle) == pytest.approx(maps.middle(scale, 0, 1), abs=0.001)
        assert (map_page.pixels("picture") != before).any()


def test_a_low_place_shows_the_picture_and_a_high_one_the_map(map_page):
    map_page.turn(saccades_visible=False, saliency_scale="linear")
    shown = map_page.pixels("picture")[..., :3].astype(int)
    values = map_page.result.saliency
    high = values.grid.to_pixels(np.argwhere(values.values > 0.99)[:1])[0]
    low = values.grid.to_pixels(np.argwhere(values.values < 0.02)[:1])[0]
    places = {}
    box = map_page.box.bounding_box()
    for name, (y, x) in (("high", high), ("low", low)):
        px, py = map_page.place(y + 0.5, x + 0.5)
        places[name] = shown[round(py - box["y"]), round(px - box["x"])]
    assert abs(places["low"] - GREEN).max() < 12
    assert abs(places["high"] - table("inferno")[255]).max() < 90


@pytest.mark.parametrize("by", ["button", "key"])
def test_the_map_alone_is_one_press_away_and_so_is_the_way_back(map_page, by):
    button = map_page.page.get_by_role("button", name="saliency alone")

    def press():
        if by == "button":
            button.click()
        else:
            map_page.box.press("a")
        map_page.settle()

    before = [map_page.pixels(name) for name in ("picture", "marks")]
    press()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert "saccades" in map_page.data("hidden")
    assert "saliency" not in map_page.data("hidden")
    assert not map_page.pixels("marks").any()
    box = map_page.box.bounding_box()
    ends = (map_page.place(5, 5), map_page.place(595, 895))
    (left, top), (right, lower) = ((round(x - box["x"]), round(y - box["y"])) for x, y in ends)
    inside = map_page.pixels("picture")[top:lower, left:right, :3].reshape(-1, 3)
    colors = np.unique(inside, axis=0).astype(int)
    greener = (table("inferno").astype(int) @ [-1, 1, 0]).max()
    assert len(colors) > 10
    assert (colors @ [-1, 1, 0]).max() <= greener + 4, "nothing green shines through"
    press()
    expect(button).to_have_attribute("aria-pressed", "false")
    again = [map_page.pixels(name) for name in ("picture", "marks")]
    assert all((a == b).all() for a, b in zip(before, again, strict=True))


def spread(page):
    """How many pixels the numbers alone take up, per pixel of the screen's density."""
    page.turn(saccades_path=False, saccades_windows=False, k=1)
    return int((page.pixels("marks")[..., 3] > 0).sum())


def test_numbers_keep_their_size_whatever_the_zoom_and_grow_with_the_window(map_page):
    usual = spread(map_page)
    assert usual > 100
    map_page.press("-", "-")
    assert spread(map_page) == pytest.approx(usual, rel=0.1)
    map_page.reset()
    map_page.page.set_viewport_size({"width": 1800, "height": 1400})
    map_page.settle()
    large = spread(map_page)
    assert 2.5 < large / usual < 6.5, "about four times the area in a window of four times the area"


def test_a_projector_gets_larger_numbers(map_page):
    usual = spread(map_page)
    map_page.press("n")
    assert spread(map_page) > 2 * usual
    assert map_page.root.evaluate("(root) => root.viewer.turns.values.magnify") == "large"
    map_page.press("n")
    assert spread(map_page) < 0.8 * usual
    map_page.press("n")
    assert spread(map_page) == usual
    map_page.press("l")
    map_page.page.get_by_label("Numbers and lines").select_option("large")
    map_page.settle()
    assert spread(map_page) > 2 * usual
    map_page.press("l")


def test_edges_are_off_and_leaves_have_the_colours_of_the_legend(tree_page):
    assert tree_page.data("hidden") == "edges"
    levels = len(np.unique(tree_page.result.quadtree.depth))
    expect(tree_page.page.locator(".legend .swatch")).to_have_count(levels)


def test_the_steps_of_a_tree_work_without_play(tree_page):
    page, whole = tree_page.page, int(tree_page.data("leaves"))
    assert tree_page.data("playing") == "no"
    page.get_by_role("button", name="The one before").click()
    expect(tree_page.root).to_have_attribute("data-playing", "paused")
    before = int(tree_page.data("leaves"))
    assert before < whole
    page.get_by_role("button", name="The next one").click()
    expect(tree_page.root).to_have_attribute("data-leaves", str(whole))
    page.get_by_role("button", name="The next one").click()
    expect(tree_page.root).to_have_attribute("data-step", "1")
    tree_page.settle()
    assert int(tree_page.data("leaves")) < before
    tree_page.press("Escape")
    assert (tree_page.data("playing"), int(tree_page.data("leaves"))) == ("no", whole)
    tree_page.press(".")
    expect(tree_page.root).to_have_attribute("data-step", "1")


def test_the_steps_of_saccades_work_without_play(map_page):
    map_page.page.get_by_role("button", name="The next one").click()
    expect(map_page.root).to_have_attribute("data-selected", "0")
    map_page.page.get_by_role("button", name="The one before").click()
    count = int(map_page.data("saccades"))
    expect(map_page.root).to_have_attribute("data-selected", str(count - 1))


@pytest.mark.parametrize("more", [0, 1, 2])
def test_from_400_percent_on_pixels_have_hard_edges(tree_page, more):
    tree_page.turn(leaves_visible=False)
    tree_page.root.evaluate(
        """(root) => root.viewer.camera.zoomTo(4 * root.viewer.camera.view.k, [750, 500])"""
    )
    tree_page.settle()
    tree_page.press(*["+"] * more)
    assert json.loads(tree_page.data("view"))["s"] == pytest.approx(4 * 2 ** (more / 2))
    shown = tree_page.pixels("picture")[100:300, 100:300, :3]
    native = {tuple(color) for color in tree_page.result.image.pixels.reshape(-1, 3).tolist()}
    seen = {tuple(color) for color in shown.reshape(-1, 3).tolist()}
    assert len(seen) > 100
    assert seen <= native, "no colour is a mixture"


def test_a_clicked_leaf_is_explained_and_keys_go_on_to_the_next(tree_page):
    panel = tree_page.page.locator(".inspector")
    tree_page.page.mouse.click(*tree_page.place(403, 605))
    expect(panel).to_be_visible()
    tree = tree_page.result.quadtree
    (index,) = np.flatnonzero(
        (tree.boxes[:, :2] <= (403, 605)).all(1) & (tree.boxes[:, 2:] > (403, 605)).all(1)
    )
    found = inspect_leaf(tree_page.result, TreeSettings.of(tree_page.result.settings), int(index))
    heading, last = panel.get_by_role("heading"), f"of {len(tree):,}"
    expect(heading).to_have_text(f"Leaf {index + 1:,} {last}")
    y0, x0, y1, x1 = found.box
    expect(panel).to_contain_text(f"y {y0} to {y1}, x {x0} to {x1}")
    expect(panel).to_contain_text(f"{found.level}, side {found.side} px")
    expect(panel).to_contain_text(f"{found.detail} px")
    expect(panel).to_contain_text(f"{found.parent} edge px")
    tree_page.press(".")
    expect(heading).to_have_text(f"Leaf {index + 2:,} {last}")
    tree_page.press(",", ",")
    expect(heading).to_have_text(f"Leaf {index:,} {last}")
    tree_page.press("Escape")
    expect(panel).to_be_hidden()
    tree_page.press("i", "i")
    expect(panel).to_be_visible()


def replaced(result, **values):
    """The settings of a result with some of them changed."""
    return TreeSettings.of({**result.settings, **values})


def test_a_leaf_stays_selected_while_it_is_one_whatever_the_threshold(tree_page):
    heading = tree_page.page.locator(".inspector").get_by_role("heading")
    tree = tree_page.result.quadtree
    smallest = tree.boxes[np.flatnonzero(tree.sides == tree.sides.min())[-1]]
    tree_page.page.mouse.click(*tree_page.place(*(smallest[:2] + smallest[2:]) / 2))
    expect(heading).to_contain_text(f" of {len(tree):,}")
    tree_page.turn(max_detail=1)
    more = int(tree_page.data("leaves"))
    assert more > len(tree)
    other = grow(tree_page.result.image, replaced(tree_page.result, max_detail=1)).quadtree
    (index,) = np.flatnonzero((other.boxes == smallest).all(axis=1))
    expect(heading).to_have_text(f"Leaf {index + 1:,} of {more:,}")
    tree_page.turn(max_detail=2000)
    expect(tree_page.page.locator(".inspector")).to_be_hidden()
