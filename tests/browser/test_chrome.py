"""What floats over the picture, by mouse and keys: buttons, layers, map, scale bar, close look."""

import base64
import io
import json
import re

import numpy as np
import PIL.Image
import pytest

from patchdrive.figures.layers import Landings
from patchdrive.images.memory import MemoryImage
from patchdrive.viewer.standalone import page as standalone
from tools import axe

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

H, W = 1600, 2400
SIDE = 128  # of a patch
APP = '''
"""One file, two roles: the server's routes and the page."""
import numpy as np
import streamlit as st
from pathlib import Path
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.ui.routes import routes

app = st.App(__file__, routes=routes())


def main():
    from patchdrive.figures.layers import Landings, Leaves, Raster
    from patchdrive.figures.looks import dressed, look_knobs
    from patchdrive.images.memory import MemoryImage
    from patchdrive.ui import live
    from patchdrive.ui.store import store
    from patchdrive.ui.viewer import Screen, Turning, viewer

    @st.cache_resource
    def held():
        image = MemoryImage(np.load(Path(__file__).with_name("picture.npy")))
        return store().put(image), image

    key, image = held()
    h, w = image.size
    yx = np.stack([np.full(3, 800), np.arange(3) * 500 + 200], axis=1)
    y, x = np.mgrid[0:h:200, 0:w:200].reshape(2, -1)
    boxes = np.stack([y, x, y + 200, x + 200], axis=1)
    knobs = {
        **look_knobs("saliency", Raster, opacity=0.5),
        **look_knobs("leaves", Leaves, visible=False),
        **look_knobs("saccades", Landings),
    }
    values = live.values(knobs)
    layers = [
        Raster("saliency", np.tile(np.arange(0, 240, 10, dtype=np.uint8), (16, 1)), (h, w)),
        Leaves("leaves", boxes, np.full(len(y), 3), np.arange(len(y))),
        Landings("saccades", yx, np.linspace(1, 0.5, 3), np.hstack([yx - 64, yx + 64])),
    ]
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    screen = Screen("demo", 560, details=[("Rank", "seventh")], selected=1)
    viewer(dressed(layers, values), image, key, turning=Turning(knobs, (), values), screen=screen)
    st.text(f"run {st.session_state.runs}, opacity {values['saliency_opacity']}")


if get_script_run_ctx(suppress_warning=True) is not None:
    st.set_page_config(layout="wide")
    main()
'''


@pytest.fixture(scope="session")
def picture():
    """(H, W, 3) uint8 with fine detail."""
    return np.random.default_rng(3).integers(0, 256, (H, W, 3), np.uint8)


@pytest.fixture(scope="session")
def address(serve, tmp_path_factory, picture):
    """Where the demo runs."""
    folder = tmp_path_factory.mktemp("chrome")
    np.save(folder / "picture.npy", picture)
    (folder / "app.py").write_text(APP, encoding="utf-8")
    return serve(folder / "app.py")


class Demo:
    """The demo's page with a viewer that has drawn everything."""

    def __init__(self, page, address):
        self.page = page
        page.goto(address)
        self.root = page.locator(".viewer")
        self.box = page.locator(".box")
        expect(self.root).to_have_attribute("data-updates", re.compile("[1-9]"))
        self.settle()

    def settle(self):
        """Wait until no tile is missing and nothing moves."""
        expect(self.root).to_have_attribute("data-busy", "false")
        expect(self.root).to_have_attribute("data-missing", "0")
        expect(self.root).to_have_attribute("data-busy", "false")

    @property
    def view(self):
        return json.loads(self.root.get_attribute("data-view"))

    def press(self, *keys):
        for key in keys:
            self.box.press(key)
            self.settle()

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def pixels(self, selector):
        """Pixels (h, w, 4) of a canvas."""
        return read(self.page.locator(selector))


def read(canvas):
    text = canvas.evaluate("(canvas) => canvas.toDataURL('image/png')").partition(",")[2]
    return np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA"))


@pytest.fixture
def demo(page, address):
    return Demo(page, address)


def test_the_eye_of_a_layer_hides_it_and_shows_it_again(demo):
    demo.button("Layers").click()
    expect(demo.root.locator(".layer")).to_have_count(3)
    names = demo.root.locator(".layer").evaluate_all("(all) => all.map((e) => e.dataset.layer)")
    assert names == ["saccades", "leaves", "saliency"], "what lies on top comes first"
    before = demo.pixels("canvas.marks")
    eye = demo.button("Show saccades")
    expect(eye).to_have_attribute("aria-pressed", "true")
    eye.click()
    expect(eye).to_have_attribute("aria-pressed", "false")
    expect(demo.root).to_have_attribute("data-hidden", "leaves,saccades")
    assert (demo.pixels("canvas.marks") != before).any()
    eye.press("Enter")
    expect(demo.root).to_have_attribute("data-hidden", "leaves")


def test_the_list_of_layers_stays_open_on_the_next_page(demo, address):
    demo.press("l")
    expect(demo.page.locator("section.layers")).to_be_visible()
    Demo(demo.page, address)
    expect(demo.page.locator("section.layers")).to_be_visible()
    demo.press("l")
    expect(demo.page.locator("section.layers")).to_be_hidden()


def test_opacity_is_live_while_it_is_dragged_and_python_hears_of_it_once(demo):
    demo.press("l")
    expect(demo.page.get_by_text("run 1, opacity 0.5")).to_be_visible()
    slider = demo.root.get_by_role("slider", name="Opacity of saliency")
    before = demo.pixels("canvas.picture")
    place = slider.bounding_box()
    y = place["y"] + place["height"] / 2
    demo.page.mouse.move(place["x"] + place["width"] / 2, y)
    demo.page.mouse.down()
    demo.page.mouse.move(place["x"] + place["width"] * 0.8, y, steps=6)
    expect(demo.root).to_have_attribute("data-pending", "saliency_opacity")
    assert (demo.pixels("canvas.picture") != before).any(), "seen before the hand lets go"
    expect(demo.page.get_by_text("run 1, opacity 0.5")).to_be_visible()
    demo.page.mouse.up()
    expect(demo.page.get_by_text(re.compile("run 2, opacity 0.[78]"))).to_be_visible()
    expect(demo.root).to_have_attribute("data-pending", "")
    assert demo.root.get_attribute("data-turn") == "1"


def test_other_colours_change_the_picture(demo):
    demo.press("l")
    demo.button("More about saliency").click()
    before = demo.pixels("canvas.picture")
    colours = demo.root.get_by_role("radiogroup", name="Colours of saliency")
    colours.get_by_role("radio", name="viridis").check()
    expect(demo.root).to_have_attribute("data-turn", "1")
    demo.settle()
    after = demo.pixels("canvas.picture").astype(int)
    assert abs(after - before).mean() > 3
    expect(colours.get_by_role("radio")).to_have_count(6)  # without that for differences


def test_parts_of_the_saccades_are_switched_off(demo):
    demo.press("l")
    demo.button("More about saccades").click()
    before = demo.pixels("canvas.marks")
    demo.root.get_by_label("Windows").uncheck()
    assert (demo.pixels("canvas.marks") != before).any()


def test_a_click_on_the_map_moves_the_view(demo):
    small = demo.page.locator(".minimap canvas")
    expect(small).to_be_hidden()
    demo.press("1")
    expect(small).to_be_visible()
    box = small.bounding_box()
    demo.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    demo.settle()
    view, area = demo.view, demo.box.bounding_box()
    middle = view["x"] + area["width"] / 2, view["y"] + area["height"] / 2
    assert middle == pytest.approx((0.75 * W, 0.25 * H), abs=25)
    demo.page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    demo.page.mouse.down()
    demo.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    demo.page.mouse.up()
    demo.settle()
    assert demo.view["x"] + area["width"] / 2 == pytest.approx(0.5 * W, abs=40)
    demo.press("m")
    expect(small).to_be_hidden()


def test_help_lists_all_keys_and_escape_closes_it(demo):
    demo.press("?")
    dialog = demo.page.get_by_role("dialog", name="Keys and gestures")
    expect(dialog).to_be_visible()
    caps = set(dialog.locator("kbd").all_text_contents())
    assert {"+", "−", "0", "1", "←", "h", "s", ",", ".", "l", "m", "i", "?", "Esc"} <= caps
    expect(dialog).to_contain_text("Two fingers")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    demo.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(demo.box).to_be_focused()
    expect(demo.root).to_have_attribute("data-selected", "1"), "Escape meant the list alone"


@pytest.mark.parametrize("keys", ["", "1", "1++++++", "1++++++++++"])
def test_the_scale_bar_is_as_long_as_it_says(demo, keys):
    demo.press(*keys)
    bar = demo.page.locator(".scalebar")
    length = float(re.fullmatch(r"([\d,.]+) px", bar.inner_text().strip())[1].replace(",", ""))
    assert float(f"{length:e}".partition("e")[0]) in (1, 2, 5), "a round number"
    width = bar.locator(".length").bounding_box()["width"]
    assert width == pytest.approx(length * demo.view["s"] / demo.view["k"], abs=1)
    assert 20 <= width <= 120


@pytest.mark.parametrize(
    ("step", "microns", "words", "width"),
    [
        (1, [0.25, 0.25], "20 µm", 80),
        (0.01, [0.5, 0.5], "5 mm", 100),
        (64, [0.25, 0.25], "200 nm", 51.2),
        (0.0001, [10, 10], "10 m", 100),
    ],
)
def test_the_scale_bar_speaks_of_micrometres_where_they_are_known(
    demo, step, microns, words, width
):
    found = demo.page.evaluate(
        """async ([step, microns]) => {
            const url = performance.getEntriesByType("resource")
                .map(({ name }) => name).find((name) => name.endsWith("/scalebar.js"));
            return (await import(url)).round(step, microns, 120);
        }""",
        [step, microns],
    )
    assert found == {"words": words, "width": pytest.approx(width)}


def test_a_saved_view_shows_what_the_screen_shows(demo):
    with demo.page.expect_download() as waiting:
        demo.button("Save as PNG").click()
    assert waiting.value.suggested_filename.endswith(".png")
    with PIL.Image.open(waiting.value.path()) as file:
        saved = np.asarray(file.convert("RGB")).astype(int)
    shown = demo.pixels("canvas.picture")
    h, w = shown.shape[:2]
    assert saved.shape[1] == w
    assert h + 20 < saved.shape[0] < h + 120, "the legend lies below"
    bare = demo.pixels("canvas.marks")[..., 3] == 0
    assert (saved[:h][bare] == shown[..., :3][bare]).all()
    assert (saved[:h][~bare] != shown[..., :3][~bare]).any()
    assert saved[h:].std() > 5, "there are words"


def test_a_close_look_shows_the_true_pixels_of_the_patch(demo, picture):
    look = demo.page.locator(".inspector")
    expect(look).to_have_attribute("data-patch", "1")
    expect(look).to_contain_text("Saccade 2 of 3")
    expect(look).to_contain_text("seventh")
    shown = demo.pixels(".inspector .patch canvas")[..., :3]
    assert (shown == picture[800 - 64 : 800 + 64, 700 - 64 : 700 + 64]).all()
    whole = look.locator(".patch canvas").bounding_box()
    assert (whole["width"], whole["height"]) == (SIDE, SIDE), "at 1:1"
    close = look.locator(".centre canvas")
    part, place = read(close)[..., :3], close.bounding_box()
    assert place["width"] == 4 * part.shape[1]
    top, left = 800 - part.shape[0] // 2, 700 - part.shape[1] // 2
    assert (part == picture[top : top + part.shape[0], left : left + part.shape[1]]).all()


def test_the_close_look_steps_from_saccade_to_saccade_and_closes(demo, picture):
    look = demo.page.locator(".inspector")
    demo.button("The next saccade").click()
    expect(look).to_have_attribute("data-patch", "2")
    expect(look).to_contain_text("Saccade 3 of 3")
    expect(look).to_contain_text("0.500")
    shown = demo.pixels(".inspector .patch canvas")[..., :3]
    assert (shown == picture[800 - 64 : 800 + 64, 1200 - 64 : 1200 + 64]).all()
    look.get_by_role("button", name="Close").click()
    expect(look).to_be_hidden()
    demo.press("i")
    expect(look).to_be_visible()


def test_keys_work_while_a_button_has_the_focus(demo):
    before = demo.view["s"]
    demo.button("Zoom in").click()
    demo.settle()
    assert demo.view["s"] == pytest.approx(before * 2**0.5)
    demo.page.keyboard.press("+")
    demo.settle()
    assert demo.view["s"] == pytest.approx(2 * before)
    demo.page.keyboard.press("0")
    demo.settle()
    assert demo.view["s"] == pytest.approx(before)


def test_the_bar_tells_place_and_colour_of_the_pixel_under_the_pointer(demo, picture):
    demo.press("1", "+", "+")
    view, box = demo.view, demo.box.bounding_box()
    demo.page.mouse.move(box["x"] + 350.5, box["y"] + 300.5)
    x, y = (int(view[axis] + at / view["s"]) for axis, at in (("x", 350.5), ("y", 300.5)))
    colour = " ".join(str(value) for value in picture[y, x])
    expect(demo.page.locator(".place")).to_have_text(f"x {x}  y {y}  rgb {colour}")


def test_a_narrow_viewer_keeps_its_picture_in_sight(open_page, address):
    demo = Demo(open_page(viewport={"width": 400, "height": 800}), address)
    expect(demo.button("Layers")).to_be_visible()
    expect(demo.button("Copy link")).to_be_hidden()
    demo.button("More").click()
    expect(demo.button("Copy link")).to_be_visible()
    demo.button("More").click()
    sheet = demo.page.locator(".inspector")
    expect(sheet).to_be_visible()
    assert sheet.bounding_box()["height"] < 0.6 * demo.box.bounding_box()["height"]
    demo.press("1")
    expect(demo.page.locator(".minimap")).to_be_hidden()
    wide = demo.root.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert wide, "nothing is cut off"


def test_a_page_opened_from_a_file_has_a_close_look_and_no_link(page, tmp_path, picture):
    small = picture[:400, :600]
    yx = np.array([[200, 300], [120, 150]])
    layer = Landings("saccades", yx, np.array([1, 0.5]), np.hstack([yx - 48, yx + 48]))
    path = tmp_path / "view.html"
    path.write_text(standalone(MemoryImage(small), [layer], title="View"), encoding="utf-8")
    demo = Demo(page, path.as_uri())
    demo.press(".", ".")
    expect(page.locator(".inspector")).to_have_attribute("data-patch", "1")
    shown = demo.pixels(".inspector .patch canvas")[..., :3]
    assert (shown == small[120 - 48 : 120 + 48, 150 - 48 : 150 + 48]).all()
    expect(demo.button("Copy link")).to_be_hidden()
    with page.expect_download() as waiting:
        demo.press("Control+s")
    with PIL.Image.open(waiting.value.path()) as saved:
        assert saved.width == demo.pixels("canvas.marks").shape[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1000])
def test_nothing_serious_is_found_with_everything_open(open_page, address, lacking, width, scheme):
    if not axe.SCRIPT.exists():
        lacking("axe-core is not installed: npm ci --prefix tools")
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    demo = Demo(page, address)
    found = axe.audit(page)
    demo.press("1", "l")
    for name in ("saliency", "leaves", "saccades"):
        demo.button(f"More about {name}").click()
    found += axe.audit(page)
    assert not [str(one) for one in found if one.inside and one.grave]
