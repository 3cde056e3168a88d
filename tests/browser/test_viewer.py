"""The viewer in a browser: native pixels, overlays, hand and keys, and the way back to Python."""

import base64
import json
import re

import numpy as np
import pytest

from patchdrive.viewer import scripts
from patchdrive.viewer.packing import pack

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

H, W = 1600, 2400
LINE = 401  # the row of the mask's only line
APP = '''
"""One file, two roles: the server's routes and the page."""
import numpy as np
import streamlit as st
from pathlib import Path
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.ui.routes import routes

app = st.App(__file__, routes=routes())


def main():
    from dataclasses import replace

    from patchdrive.figures.layers import Landings, Leaves, Mask, Raster, Truth
    from patchdrive.figures.looks import dressed, look_knobs
    from patchdrive.images.memory import MemoryImage
    from patchdrive.settings import Knob
    from patchdrive.ui import live
    from patchdrive.ui.store import store
    from patchdrive.ui.viewer import Screen, Turning, viewer

    @st.cache_resource
    def held():
        image = MemoryImage(np.load(Path(__file__).with_name("picture.npy")))
        return store().put(image), image

    key, image = held()
    h, w = image.size
    more = 5 if st.button("more") else 3
    knobs = {
        "k": Knob(more, "How many", label="Patches K", low=1, high=20),
        **look_knobs("saliency", Raster, visible=False),
        **look_knobs("edges", Mask),
        **look_knobs("leaves", Leaves),
        **look_knobs("truth", Truth),
        **look_knobs("saccades", Landings),
    }
    values = live.values(knobs)
    k = values["k"]
    yx = np.stack([np.full(k, 800), np.arange(k) * 500 + 200], axis=1).clip(0, w - 1)
    y, x = np.mgrid[0:h:200, 0:w:200].reshape(2, -1)
    boxes = np.stack([y, x, y + 200, x + 200], axis=1)
    truth = np.array([[100, 1900, 300, 2100], [1300, 300, 1500, 500]])
    edges = np.zeros((h, w), np.uint8)
    edges[LINE] = 255
    layers = [
        Raster("saliency", np.tile(np.arange(0, 240, 10, dtype=np.uint8), (16, 1)), (h, w)),
        Mask("edges", edges, color="#00ff00", opacity=1.0),
        Leaves("leaves", boxes, np.full(len(y), 3), np.arange(len(y))),
        Truth("truth", truth, ("<b>gull</b>", "crab"), np.array([1, 0], np.uint8)),
        Landings("saccades", yx, np.linspace(1, 0.5, k), np.hstack([yx - 64, yx + 64])),
    ]
    if not st.checkbox("viewer", True):
        return
    screen = Screen(height=560)
    turning = Turning(knobs, ("k",), values)
    result = viewer(dressed(layers, values), image, key, turning=turning, screen=screen)
    st.text(f"selected {result.select}")
    st.text(f"run with {k}, opacity {values['saliency_opacity']}")


if get_script_run_ctx(suppress_warning=True) is not None:
    st.set_page_config(layout="wide")
    main()
'''


@pytest.fixture(scope="session")
def picture():
    """(H, W, 3) uint8 that JPEG keeps well."""
    y, x = np.mgrid[0:H, 0:W]
    waves = [128 + 100 * np.sin(y / 90 + i) * np.cos(x / 70) for i in range(3)]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.fixture(scope="session")
def folder(tmp_path_factory, picture):
    """Where the demo's app and picture lie."""
    folder = tmp_path_factory.mktemp("demo")
    np.save(folder / "picture.npy", picture)
    (folder / "app.py").write_text(APP.replace("LINE", str(LINE)), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def address(serve, folder):
    return serve(folder / "app.py")


class Demo:
    """The demo's page with a viewer that has drawn everything."""

    def __init__(self, page, address):
        self.page = page
        page.goto(address)
        self.root = page.locator(".viewer")
        self.box = page.locator(".box")
        page.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
        self.settle()

    def settle(self):
        """Wait until no tile is missing and nothing moves."""
        expect(self.root).to_have_attribute("data-busy", "false")
        expect(self.root).to_have_attribute("data-missing", "0")
        expect(self.root).to_have_attribute("data-busy", "false")

    def data(self, name):
        return self.root.get_attribute(f"data-{name}")

    @property
    def view(self):
        return json.loads(self.data("view"))

    def press(self, *keys):
        for key in keys:
            self.box.press(key)
            self.settle()

    def place(self, y, x):
        """Page coordinates of the middle of a picture pixel."""
        view, box = self.view, self.box.bounding_box()
        scale = view["s"] / view["k"]
        return box["x"] + (x + 0.5 - view["x"]) * scale, box["y"] + (y + 0.5 - view["y"]) * scale

    def point(self, y, x):
        """The picture's (y, x) under page coordinates."""
        view, box = self.view, self.box.bounding_box()
        scale = view["s"] / view["k"]
        return view["y"] + (y - box["y"]) / scale, view["x"] + (x - box["x"]) / scale

    def pixels(self, canvas, x=0, y=0, w=None, h=None):
        """Pixels (h, w, 4) of one of the canvases."""
        values, w, h = self.page.locator(f".box canvas.{canvas}").evaluate(
            """(canvas, [x, y, w, h]) => {
                [w, h] = [w ?? canvas.width, h ?? canvas.height];
                const { data } = canvas.getContext("2d").getImageData(x, y, w, h);
                return [btoa(Array.from(data, (v) => String.fromCharCode(v)).join("")), w, h];
            }""",
            [x, y, w, h],
        )
        return np.frombuffer(base64.b64decode(values), np.uint8).reshape(h, w, 4)


@pytest.fixture
def demo(page, address):
    return Demo(page, address)


def test_the_first_picture_comes_with_all_its_layers(demo):
    assert (demo.data("saccades"), demo.data("leaves")) == ("3", "96")
    assert demo.data("updates") == "1"
    assert re.fullmatch("[0-9a-f]{16}", demo.data("digest"))
    expect(demo.page.locator(".legend")).to_contain_text("3 saccades")
    for canvas in ("picture", "marks"):
        assert demo.pixels(canvas).any(), f"{canvas} is empty"


def test_at_100_percent_the_screen_shows_native_pixels(demo, picture):
    demo.press("e", "1")
    view = demo.view
    assert view["s"] == 1
    shown = demo.pixels("picture")[..., :3].astype(int)
    y, x = int(view["y"]), int(view["x"])
    native = picture[y : y + shown.shape[0], x : x + shown.shape[1]]
    assert shown.shape == native.shape, "the window lies inside the picture"
    assert abs(shown - native).mean() < 2
    assert abs(shown - native).max() < 24


def test_at_400_percent_each_pixel_is_an_exact_square(demo, picture):
    demo.press("e", "1", "+", "+", "+", "+")
    view = demo.view
    assert view["s"] == 4
    shown = demo.pixels("picture", 0, 0, 400, 400)[..., :3]
    first = [round(view[axis] * 4) for axis in ("y", "x")]
    rows, columns = ((np.arange(400) + start) // 4 for start in first)
    assert (shown == picture[rows][:, columns]).all()


def test_a_screen_of_double_density_gets_its_own_pixels(open_page, address):
    demo = Demo(open_page(device_scale_factor=2), address)
    assert demo.view["k"] == 2
    width = demo.box.bounding_box()["width"]
    assert demo.pixels("marks").shape[1] == pytest.approx(2 * width, abs=2)


@pytest.mark.parametrize("turn", [-600, 300])
def test_the_wheel_keeps_the_point_under_the_cursor(demo, turn):
    demo.press("1")
    px, py = demo.box.bounding_box()["x"] + 300, demo.box.bounding_box()["y"] + 120
    demo.page.mouse.move(px, py)
    before, scale, at_rest = demo.point(py, px), demo.view["s"], demo.data("view")
    demo.page.mouse.wheel(0, turn)
    expect(demo.root).not_to_have_attribute("data-view", at_rest)
    demo.settle()
    assert demo.view["s"] != scale
    assert demo.point(py, px) == pytest.approx(before, abs=0.5 / min(scale, demo.view["s"]))


def test_a_drag_moves_the_picture_and_selects_nothing(demo):
    demo.press("1")
    box, before = demo.box.bounding_box(), demo.view
    demo.page.mouse.move(box["x"] + 300, box["y"] + 200)
    demo.page.mouse.down()
    demo.page.mouse.move(box["x"] + 240, box["y"] + 230, steps=4)
    demo.page.mouse.up()
    demo.settle()
    assert demo.view["x"] == before["x"] + 60
    assert demo.view["y"] == before["y"] - 30
    expect(demo.page.get_by_text("selected None")).to_be_visible()


def test_a_double_click_goes_closer(demo):
    before, at_rest = demo.view["s"], demo.data("view")
    demo.page.mouse.dblclick(*demo.place(500, 500))
    expect(demo.root).not_to_have_attribute("data-view", at_rest)
    demo.settle()
    assert demo.view["s"] == pytest.approx(2.5 * before)


def test_keys_zoom_move_and_fit(demo):
    whole = demo.view
    demo.press("+")
    assert demo.view["s"] == pytest.approx(whole["s"] * 2**0.5)
    left = demo.view["x"]
    demo.press("ArrowRight")
    assert demo.view["x"] > left
    demo.press("-", "0")
    assert demo.view == pytest.approx(whole)


@pytest.mark.parametrize(
    ("key", "name"),
    [("q", "leaves"), ("e", "edges"), ("s", "saccades"), ("t", "truth")],
)
def test_a_key_hides_a_layer_and_shows_it_again(demo, key, name):
    assert demo.data("hidden") == "saliency", "the page asked for that"
    before = [demo.pixels(canvas) for canvas in ("picture", "marks")]
    demo.press(key)
    assert name in demo.data("hidden").split(",")
    without = [demo.pixels(canvas) for canvas in ("picture", "marks")]
    assert any((a != b).any() for a, b in zip(before, without, strict=True))
    demo.press(key)
    again = [demo.pixels(canvas) for canvas in ("picture", "marks")]
    assert all((a == b).all() for a, b in zip(before, again, strict=True))


def test_the_saliency_map_colours_the_picture_where_it_is_high(demo):
    demo.press("e")
    before = demo.pixels("picture")[..., :3].astype(int)
    demo.press("h")
    change = abs(demo.pixels("picture")[..., :3] - before).sum(axis=-1)
    middle = change[change.shape[0] // 2]
    inside = np.flatnonzero(middle)
    assert demo.data("hidden") == "edges"
    assert (
        middle[inside[-1] - 60 : inside[-1]].mean() > 5 * middle[inside[0] : inside[0] + 60].mean()
    )


def test_a_line_of_one_pixel_is_seen_from_afar(demo):
    with_line = demo.pixels("picture")[..., 1].astype(int)
    demo.press("e")
    change = (with_line - demo.pixels("picture")[..., 1]).max(axis=1)
    row = round((LINE - demo.view["y"]) * demo.view["s"])
    assert demo.view["s"] < 0.5
    assert change[row - 2 : row + 3].max() > 20
    assert not change[: row - 4].any()


def test_the_tip_names_what_lies_under_the_pointer(demo):
    tip = demo.page.locator(".tip")
    demo.press("h")
    demo.page.mouse.move(*demo.place(800, 700))
    expect(tip).to_contain_text("saccade 2 of 3 · score 0.750")
    expect(tip).to_contain_text("leaf 200 px · detail 51")
    expect(tip).to_contain_text("saliency 0.026")
    expect(tip).to_contain_text("x 700  y 800")
    demo.page.mouse.move(*demo.place(200, 2000))
    expect(tip).to_contain_text("<b>gull</b> · hit")
    assert tip.locator("b").count() == 0, "labels are text, never markup"
    demo.page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_a_click_selects_and_python_hears_of_it(demo):
    demo.page.mouse.click(*demo.place(800, 1200))
    expect(demo.page.get_by_text(re.compile("selected .*'saccade': 2"))).to_be_visible()
    expect(demo.page.get_by_text(re.compile("'leaf': 54"))).to_be_visible()
    assert demo.data("selected") == "2"
    demo.page.mouse.click(*demo.place(1000, 990))
    expect(demo.page.get_by_text(re.compile("'saccade': None"))).to_be_visible()
    assert demo.data("selected") == ""


def test_the_step_keys_walk_from_saccade_to_saccade(demo):
    demo.press(".", ".")
    expect(demo.root).to_have_attribute("data-selected", "1")
    expect(demo.page.get_by_text(re.compile("'x': 700, 'y': 800, 'saccade': 1"))).to_be_visible()
    demo.press(",", ",")
    expect(demo.root).to_have_attribute("data-selected", "2")
    demo.press("Escape")
    expect(demo.root).to_have_attribute("data-selected", "")


def test_new_layers_are_drawn_and_the_view_stays(demo):
    demo.press("1")
    before, view, marks = demo.data("digest"), demo.view, demo.pixels("marks")
    demo.page.get_by_role("button", name="more").click()
    expect(demo.root).to_have_attribute("data-saccades", "5")
    demo.settle()
    assert demo.data("digest") != before
    assert demo.view == view
    assert (demo.pixels("marks") != marks).any()


def test_the_viewer_fills_the_screen(demo):
    demo.press("f")
    demo.page.wait_for_function("document.fullscreenElement !== null")
    demo.settle()
    expect(demo.root).to_have_js_property("clientHeight", demo.page.evaluate("innerHeight"))


def test_a_viewer_may_leave_the_page_and_come_back(demo):
    demo.page.get_by_text("viewer", exact=True).click()
    expect(demo.root).to_have_count(0)
    demo.page.get_by_text("viewer", exact=True).click()
    demo.settle()
    assert demo.data("updates") == "1"


def test_the_viewer_works_below_a_base_path(page, serve, folder):
    address = serve(folder / "app.py", "--server.baseUrlPath", "lab")
    demo = Demo(page, f"{address}/lab/")
    assert demo.data("saccades") == "3"


def test_javascript_reads_what_python_wrote(page, address):
    random = np.random.default_rng(0)
    content = {
        "bytes": random.integers(0, 256, (3, 5), np.uint8),
        "long": np.cumsum(random.integers(0, 9, 4000)).astype(np.uint16),
        "signed": random.integers(-(2**31), 2**31, 2000).astype(np.int32),
        "steps": np.arange(-3000, 3000, dtype=np.int32),
        "plane": (np.arange(40)[:, None] * np.arange(60)).astype(np.uint8),
        "floats": random.normal(size=7).astype(np.float32),
        "none": np.zeros((0, 4), np.uint16),
    }
    page.goto(address)
    found = page.evaluate(
        """async ([url, text]) => {
            const { open } = await import(url);
            // One byte too early, as windows on a larger buffer may lie.
            const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).subarray(1);
            const { header, read } = open(bytes);
            const names = Object.keys(header.arrays);
            const arrays = await Promise.all(names.map(read));
            return [header.word, arrays.map((a) => [a.constructor.name, Array.from(a)])];
        }""",
        [
            f"{address}/patchdrive/scripts/{scripts.version()}/payload.js",
            base64.b64encode(b"x" + pack({"word": "né"}, content)).decode(),
        ],
    )
    word, arrays = found
    assert word == "né"
    for (name, array), (kind, values) in zip(content.items(), arrays, strict=True):
        assert kind.lower() == f"{array.dtype.name}array", name
        assert (np.array(values, array.dtype) == array.ravel()).all(), name


def test_a_lost_picture_is_told_and_comes_back(page, address, errors):
    page.route("**/patchdrive/tile/**", lambda route: route.fulfill(status=404, body="gone"))
    page.goto(address)
    message = page.locator(".message")
    expect(message).to_have_text("This picture is no longer held by the server: open it again.")
    page.unroute("**/patchdrive/tile/**")
    expect(message).to_be_hidden(timeout=15_000)
    expect(page.locator(".viewer")).to_have_attribute("data-missing", "0", timeout=15_000)
    errors.clear()  # the browser itself reports each 404


def test_an_answer_that_is_no_picture_is_asked_for_again(page, address):
    wrong = []

    def once(route):
        if wrong:
            route.continue_()
        else:
            wrong.append(route.request.url)
            route.fulfill(status=200, content_type="text/html", body="<p>the app's own page")

    page.route("**/patchdrive/tile/**", once)
    page.goto(address)
    expect(page.locator(".viewer")).to_have_attribute("data-missing", "0", timeout=15_000)
    assert wrong
    expect(page.locator(".message")).to_be_hidden()


def received(page):
    """Sizes of the messages from now on, as they come."""
    sizes = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: sizes.append(data)))
    return sizes


def total(frames):
    return sum(len(frame) for frame in frames)


def test_what_the_browser_holds_is_not_sent_again(page, address):
    frames = received(page)
    demo = Demo(page, address)
    first = total(frames)
    frames.clear()
    page.get_by_label("Patches K", exact=True).press("ArrowRight")
    expect(demo.root).to_have_attribute("data-saccades", "4")
    expect(demo.root).to_have_attribute("data-pending", "")
    expect(page.get_by_text("run with 4")).to_be_visible()
    more_saccades = total(frames)
    frames.clear()
    demo.press("h")
    page.wait_for_url(re.compile("saliency_visible=true"))
    expect(demo.root).to_have_attribute("data-pending", "")
    another_look = total(frames)
    print(f"first {first}, one saccade more {more_saccades}, another look {another_look} bytes")
    assert first > 6_000, "the colour maps alone are as much"
    assert more_saccades < first / 2
    assert another_look < first / 2
    assert another_look < 12_000, "mostly Streamlit's own account of its elements"


def test_a_browser_that_lacks_what_it_should_hold_asks_for_it(page, address):
    demo = Demo(page, address)
    held = f"{address}/patchdrive/scripts/{scripts.version()}/held.js"
    demo.root.evaluate(
        """async (root, held) => {
            (await import(held)).forget();
            root.viewer.layers = []; // nor are they in use
        }""",
        held,
    )
    page.get_by_label("Patches K", exact=True).press("ArrowRight")
    expect(demo.root).to_have_attribute("data-saccades", "4")
    expect(demo.root).to_have_attribute("data-leaves", "96")
    expect(demo.root).to_have_attribute("data-pending", "")


def test_without_a_route_scripts_and_picture_come_with_the_message(page, address, errors, picture):
    page.route("**/patchdrive/**", lambda route: route.abort())
    demo = Demo(page, address)
    assert demo.data("saccades") == "3"
    demo.press("e", "1")
    view = demo.view
    shown = demo.pixels("picture")[..., :3].astype(int)
    y, x = int(view["y"]), int(view["x"])
    native = picture[y : y + shown.shape[0], x : x + shown.shape[1]]
    assert abs(shown - native).mean() < 2
    page.get_by_label("Patches K", exact=True).press("ArrowRight")
    expect(demo.root).to_have_attribute("data-saccades", "4")
    errors.clear()  # the browser reports each lost address


def test_a_link_brings_back_the_view_and_the_looks(open_page, address):
    demo = Demo(open_page(), address)
    demo.press("1", "+", "ArrowRight", "q")
    demo.page.wait_for_url(re.compile("leaves_visible=false"))
    link = demo.root.evaluate(
        "async (root, address) => (await import(address)).address(root.viewer)",
        f"{address}/patchdrive/scripts/{scripts.version()}/share.js",
    )
    again = Demo(open_page(), link)
    assert again.view == pytest.approx(demo.view, rel=1e-6)
    assert again.data("hidden") == demo.data("hidden")
    for canvas in ("picture", "marks"):
        assert (again.pixels(canvas) == demo.pixels(canvas)).all()


def test_two_fingers_bring_the_picture_closer_about_their_middle(open_page, address):
    demo = Demo(open_page(has_touch=True), address)
    demo.press("1")
    box, scale, at_rest = demo.box.bounding_box(), demo.view["s"], demo.data("view")
    x, y = box["x"] + 300, box["y"] + 200
    before = demo.point(y, x)
    touch = demo.page.context.new_cdp_session(demo.page)

    def fingers(kind, *places):
        points = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (x - 40, y), (x + 40, y))
    for apart in range(45, 125, 5):
        fingers("touchMove", (x - apart, y), (x + apart, y))
    fingers("touchEnd")
    expect(demo.root).not_to_have_attribute("data-view", at_rest)
    demo.settle()
    assert demo.view["s"] == pytest.approx(3 * scale, rel=0.06)
    assert demo.point(y, x) == pytest.approx(before, abs=8)


def test_the_keyboard_alone_reaches_everything(demo):
    page = demo.page
    demo.box.focus()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                let at = document.activeElement;
                while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                return at?.closest(".viewer") ? at.ariaLabel || at.title || at.textContent : "";
            }"""
        )
        reached.add(name)
    wanted = {"Zoom in", "Zoom out", "Layers", "Full screen", "Patches K"}
    assert {word for word in wanted if not any(word in name for name in reached)} == set()


def test_work_in_python_is_told_and_what_is_stale_is_dimmed(demo, address):
    tell = f"{address}/patchdrive/scripts/{scripts.version()}/progress.js"
    line = demo.page.locator(".progress")

    def strength():
        style = "(root) => getComputedStyle(root.querySelector('canvas.marks')).filter"
        return demo.root.evaluate(style)

    def news(stale):
        demo.root.evaluate(
            """async (root, [address, stale]) => {
                const { tell } = await import(address);
                const news = { viewer: "viewer", text: "Waiting for the cpu ...", share: 0.3 };
                tell(root, { ...news, stale });
            }""",
            [tell, stale],
        )

    assert line.is_hidden()
    news(True)
    expect(line).to_have_text("Waiting for the cpu ...")
    assert strength() == "opacity(0.45)"
    news(False)
    expect(line).to_be_visible()
    assert strength() == "none", "what is shown holds: only more is to come"
    demo.root.evaluate("async (root, address) => (await import(address)).end(root)", tell)
    expect(line).to_be_hidden()
