"""The app in Firefox: what the viewer does there under hand and keys, and whose pixels it shows."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest

from patchdrive import drive
from patchdrive.images import open_image

ROOT = Path(__file__).parents[2]
TOWN = ROOT / "assets" / "samples" / "town.jpg"
# On a page that is not the first, Streamlit looks for itself below the page's path first.
ITSELF = re.compile("/[a-z-]+/_stcore/(host-config|health)$")
PIXELS = """(() => {
  const canvas = deep(".box canvas.picture");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let text = "";
  for (let i = 0; i < data.length; i += 4096) {
    text += String.fromCharCode(...data.subarray(i, i + 4096));
  }
  return [btoa(text), canvas.width, canvas.height];
})()"""
KNOB = "input[type=range][aria-label='Patches K']"
INSIDE = f"deep('.viewer').getRootNode().querySelector(\"{KNOB}\")"


@pytest.fixture(scope="session")
def address(serve):
    return serve(ROOT / "app.py")


class Looking:
    """A page of the app whose viewer has drawn everything."""

    def __init__(self, tab):
        self.tab = tab
        tab.wait("deep('.viewer') && performance.getEntriesByName('patchdrive:draw').length > 0")
        self.settle()

    def data(self, name):
        return self.tab.evaluate(f"deep('.viewer').dataset['{name}']")

    def until(self, name, value):
        self.tab.wait(f"deep('.viewer').dataset['{name}'] === '{value}'")

    def settle(self):
        self.tab.wait("((d) => d.busy === 'false' && d.missing === '0')(deep('.viewer').dataset)")

    @property
    def view(self):
        return json.loads(self.data("view"))

    @property
    def box(self):
        return self.tab.evaluate("deep('.box').getBoundingClientRect().toJSON()")

    def press(self, *keys):
        """Keys for the viewer, each waited for."""
        self.tab.evaluate("deep('.box').focus()")
        for key in keys:
            self.tab.press(key)
            self.settle()

    def place(self, y, x):
        """Window coordinates (x, y) of the middle of a picture pixel."""
        view, box = self.view, self.box
        scale = view["s"] / view["k"]
        return box["x"] + (x + 0.5 - view["x"]) * scale, box["y"] + (y + 0.5 - view["y"]) * scale

    def point(self, y, x):
        """The picture's (y, x) under window coordinates."""
        view, box = self.view, self.box
        scale = view["s"] / view["k"]
        return view["y"] + (y - box["y"]) / scale, view["x"] + (x - box["x"]) / scale

    def pixels(self):
        """What the canvas of the picture holds, (h, w, 3) int64."""
        text, w, h = self.tab.evaluate(PIXELS)
        flat = np.frombuffer(base64.b64decode(text), np.uint8)
        return flat.reshape(h, w, 4)[..., :3].astype(np.int64)


@pytest.fixture
def look(firefox, address):
    """A function: a link -> the page; no page may complain."""
    tabs = []

    def at(link, width=1400, height=900):
        tabs.append(firefox.open(address + link, width, height))
        return Looking(tabs[-1])

    yield at
    for tab in tabs:
        assert tab.errors == []
        assert [url for url in tab.failed if not ITSELF.search(url)] == []
        tab.close()


@pytest.fixture
def town(look):
    return look("/?fuse=false&picture=town")


def test_the_drive_page_shows_its_saccades(town):
    assert town.data("saccades") == "16"
    assert town.data("missing") == "0"
    assert town.tab.evaluate("document.body.innerText.includes('Traceback')") is False


def test_the_quadtree_page_shows_its_leaves(look):
    sky = look("/quadtree?picture=sky")
    assert int(sky.data("leaves")) > 100
    assert sky.data("missing") == "0"


def test_at_100_percent_the_screen_shows_native_pixels(town):
    town.press("h", "1")
    view, shown = town.view, town.pixels()
    assert view["s"] == 1
    y, x = int(view["y"]), int(view["x"])
    native = open_image(TOWN).region(y, x, *shown.shape[:2]).astype(np.int64)
    assert shown.shape == native.shape, "the window lies inside the picture"
    off = abs(shown - native).mean()
    assert off < 3
    assert off < 0.3 * abs(shown - np.roll(native, 1, axis=1)).mean(), "not one pixel beside it"


CLOSER = pytest.mark.xfail(reason="in Firefox the point moves by 0.8 px on the way in: open")


@pytest.mark.parametrize("turn", [pytest.param(-600, marks=CLOSER), 300])
def test_the_wheel_keeps_the_point_under_the_cursor(town, turn):
    town.press("1")
    px, py = round(town.box["x"] + 300), round(town.box["y"] + 120)
    town.tab.move(px, py)
    before, scale = town.point(py, px), town.view["s"]
    town.tab.wheel(px, py, turn)
    town.tab.wait(f"JSON.parse(deep('.viewer').dataset.view).s !== {scale}")
    town.settle()
    assert (town.view["s"] > scale) == (turn < 0)
    assert town.point(py, px) == pytest.approx(before, abs=0.5 / min(scale, town.view["s"]))


def test_keys_zoom_and_fit(town):
    whole = town.view
    town.press("+")
    assert town.view["s"] == pytest.approx(whole["s"] * 2**0.5)
    town.press("1")
    assert town.view["s"] == 1
    town.press("0")
    assert town.view == pytest.approx(whole, abs=1e-6)


def test_a_drag_moves_the_picture_and_selects_nothing(town):
    town.press("1")
    before = town.view
    x, y = round(town.box["x"] + 300), round(town.box["y"] + 200)
    town.tab.drag((x, y), (x - 20, y + 10), (x - 60, y + 30))
    town.settle()
    # Canvas pixels are not quite CSS pixels where the viewer's width is no whole number of them.
    assert town.view["x"] == pytest.approx(before["x"] + 60, abs=1)
    assert town.view["y"] == pytest.approx(before["y"] - 30, abs=1)
    assert town.data("selected") == ""


def test_a_click_selects_the_saccade_that_python_found_there(town):
    (y, x) = drive(TOWN, fuse=False).saccades.yx[4].tolist()
    town.tab.click(*town.place(y, x))
    town.until("selected", "4")
    town.tab.wait("document.querySelector('.pd-patches figure.chosen b')?.innerText === '5'")


def test_a_knob_inside_the_viewer_is_live_while_it_is_turned(town):
    updates = town.data("updates")
    town.tab.wait(f"{INSIDE} !== null")
    town.tab.evaluate(f"{INSIDE}.focus()")
    town.tab.press("ArrowRight")
    town.until("saccades", "17")
    town.tab.wait("performance.getEntriesByName('patchdrive:live').length > 0")
    box = town.tab.evaluate(f"{INSIDE}.getBoundingClientRect().toJSON()")
    middle = round(box["y"] + box["height"] / 2)
    start, end = round(box["x"] + 4), round(box["x"] + box["width"] / 2)
    counts = "deep('.viewer').dataset.saccades"
    town.tab.evaluate(
        f"void (window.seen = new Set(), new MutationObserver(() => seen.add({counts}))"
        ".observe(deep('.viewer'), { attributes: true }))"
    )
    steps = np.linspace(start, end, 6).round().astype(int).tolist()
    town.tab.drag(*[(x, middle) for x in steps])
    town.tab.wait("window.seen.size > 1")
    assert int(updates) >= 1
