"""The viewer's tiles: which are fetched, kept and drawn, and what is said of lost ones."""

import base64
import io
import json
import re

import numpy as np
import PIL.Image
import pytest

from patchdrive.viewer import scripts

pytest.importorskip("playwright.sync_api")

H, W = 1300, 1700
SIZES = [(1, 1), (1, 5000), (4001, 7), (H, W), (100_000, 100_000)]
APP = '''
"""Routes over some pictures, and an empty page."""
import json
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.images.memory import MemoryImage
from patchdrive.ui.routes import routes
from patchdrive.ui.store import store
from tests.images.virtual import VirtualImage

app = st.App(__file__, routes=routes())
here = Path(__file__).parent

if get_script_run_ctx(suppress_warning=True) is None:
    picture = MemoryImage(np.load(here / "picture.npy"))
    sizes = json.loads((here / "sizes.json").read_text())
    keys = {"picture": store().put(picture)}
    keys |= {f"{size}": store().put(VirtualImage(tuple(size))) for size in sizes}
    (here / "keys.json").write_text(json.dumps(keys))
else:
    st.write("a page")
'''
OPEN = """async ([scripts, source, options, canvas]) => {
    const load = (name) => import(new URL(`${scripts}/${name}.js`, document.baseURI));
    const { Tiles } = await load("tiles");
    const { BUDGET, retryAll } = await load("tilecache");
    const { drawGrid } = await load("grid");
    const news = [];
    let wake = () => {};
    const hooks = {
        changed: () => wake(),
        lost: (status, cache) => news.push([status, cache === tiles.cache]),
    };
    if (source.bytes) {
        const bytes = Uint8Array.from(atob(source.bytes), (c) => c.charCodeAt(0));
        source.blob = new Blob([bytes]);
    }
    const tiles = new Tiles(source, options, hooks);
    const context = new OffscreenCanvas(...canvas).getContext("2d", { willReadFrequently: true });
    const frame = (view, moving) => {
        context.fillStyle = "#f0f";
        context.fillRect(0, 0, ...canvas);
        return tiles.draw(context, { w: canvas[0], h: canvas[1], k: 1, ...view }, moving);
    };
    const settle = async (view, moving) => {
        while (frame(view, moving)) await new Promise((done) => (wake = done));
    };
    const pixels = () => {
        const { data } = context.getImageData(0, 0, ...canvas);
        return btoa(Array.from(data, (v) => String.fromCharCode(v)).join(""));
    };
    const whole = { w: canvas[0], h: canvas[1], k: 1 };
    const grid = (view) => drawGrid(context, { ...whole, ...view }, source.size);
    Object.assign(window, { tiles, frame, settle, pixels, news, grid, BUDGET, retryAll });
}"""


@pytest.fixture(scope="session")
def picture():
    """(H, W, 3) uint8 in which no two neighbours are alike."""
    y, x = np.mgrid[0:H, 0:W]
    return np.stack([y * 7 + x * 3, x * 5 + y, (x + y) * 11], axis=-1).astype(np.uint8)


@pytest.fixture(scope="session")
def served(serve, tmp_path_factory, picture):
    """The address and the key of each picture."""
    folder = tmp_path_factory.mktemp("tiles")
    np.save(folder / "picture.npy", picture)
    (folder / "sizes.json").write_text(json.dumps(SIZES))
    (folder / "app.py").write_text(APP, encoding="utf-8")
    return serve(folder / "app.py"), json.loads((folder / "keys.json").read_text())


class Bench:
    """A canvas with tiles on it, in a page of the app."""

    def __init__(self, page, served):
        self.page = page
        self.address, self.keys = served
        self.asked = []  # since the view settled last
        self.ever = []
        page.on("request", lambda request: self.note(request.url))
        page.goto(self.address)

    def note(self, url):
        if found := re.search(r"/tile/\w+/(.*)", url):
            self.asked.append(found[1])
            self.ever.append(found[1])

    def open(self, source, options=None, canvas=(300, 200)):
        self.canvas = canvas
        where = f"patchdrive/scripts/{scripts.version()}"
        self.page.evaluate(OPEN, [where, source, options or {}, list(canvas)])
        return self

    def route(self, name="picture", size=(H, W), **options):
        levels = ((max(size) - 1) // 512).bit_length() + 1
        url = f"patchdrive/tile/{self.keys[name]}"
        canvas = options.pop("canvas", (300, 200))
        source = {"url": url, "size": list(size), "side": 512, "levels": levels}
        return self.open(source, {"lossless": True, **options}, canvas)

    def settle(self, moving=False, **view):
        self.asked.clear()
        self.page.evaluate("([view, moving]) => settle(view, moving)", [view, moving])
        return self.pixels()

    def frame(self, moving=False, **view):
        return self.page.evaluate("([view, moving]) => frame(view, moving)", [view, moving])

    def pixels(self):
        data = base64.b64decode(self.page.evaluate("pixels()"))
        w, h = self.canvas
        return np.frombuffer(data, np.uint8).reshape(h, w, 4)[..., :3]


@pytest.fixture
def bench(page, served):
    return Bench(page, served)


def part(picture, y, x, h=200, w=300):
    return picture[y : y + h, x : x + w]


def test_jpeg_comes_while_the_view_moves_and_exact_pixels_once_it_rests(bench, picture):
    bench.route()
    view = {"x": 600, "y": 100, "s": 1}
    moving = bench.settle(moving=True, **view)
    assert not any("png" in url for url in bench.asked)
    native = part(picture, 100, 600)
    assert (moving != native).any()
    assert bench.frame(**view) > 0, "at rest the exact tile is missing"
    assert (bench.pixels() == moving).all(), "and the other stands in for it"
    assert "0/1/0?q=png" in bench.asked
    resting = bench.settle(**view)
    assert (resting == native).all()
    assert (bench.settle(moving=True, **view) == native).all(), "what is here is not made worse"


def test_below_100_percent_no_lossless_tile_is_asked_for(bench):
    bench.route().settle(x=0, y=0, s=0.7)
    assert bench.asked
    assert not any("png" in url for url in bench.asked)


def test_each_pixel_is_an_exact_square_from_afar_and_from_near(bench, picture):
    shown = bench.route().settle(x=510, y=509, s=10)
    rows, columns = np.arange(200) // 10 + 509, np.arange(300) // 10 + 510
    assert (shown == picture[rows][:, columns]).all()


def test_the_coarsest_tile_stands_in_at_once_and_nothing_is_ever_blank(bench):
    size = (100_000, 100_000)
    bench.route(f"{list(size)}", size)
    bench.settle(x=0, y=0, s=0.002)
    bench.page.evaluate("BUDGET.bytes = 1")  # nothing more than what is in sight
    for x, y, s in [(0, 0, 1), (90_000, 99_000, 1), (50_000, 9000, 3), (9, 70_000, 0.06)]:
        assert bench.frame(x=x, y=y, s=s) > 0
        assert (bench.pixels() != (255, 0, 255)).any(axis=-1).all(), "the background shows through"
        bench.settle(x=x, y=y, s=s)
    assert "8/0/0" in bench.page.evaluate("[...tiles.cache.held.keys()]")
    assert bench.ever.count("8/0/0") == 1


def test_the_cache_is_bounded_by_bytes_but_holds_what_is_in_sight(bench):
    bench.route(canvas=(1200, 1200))
    tile = 4 * 512 * 512
    bench.page.evaluate(f"BUDGET.bytes = {5 * tile}")
    for x in (0, 400, 500):
        bench.settle(x=x, y=0, s=0.9)  # nine tiles in sight, those at the border are smaller
        assert bench.page.evaluate("tiles.cache.bytes") > 5 * tile
        assert bench.frame(x=x, y=0, s=0.9) == 0, "what is in sight stays"
    bench.settle(x=0, y=0, s=0.25)
    bench.settle(x=0, y=0, s=0.5)
    assert bench.page.evaluate("tiles.cache.bytes") <= 5 * tile


def test_what_a_hidden_layer_holds_makes_room_for_what_is_drawn(bench):
    bench.route(query="n=1").settle(x=0, y=0, s=0.6)
    before = bench.page.evaluate("(window.hidden = tiles).cache.held.size")
    assert before > 1
    bench.route().settle(x=0, y=0, s=0.6)
    bench.page.evaluate("BUDGET.bytes = 1")
    bench.settle(x=0, y=0, s=0.2)
    bench.settle(x=0, y=0, s=1)
    assert bench.page.evaluate("hidden.cache.held.size") == before, "it was in sight just now"
    bench.page.evaluate("{ const now = performance.now(); performance.now = () => now + 60_000; }")
    bench.settle(x=600, y=600, s=1)
    assert bench.page.evaluate("[...hidden.cache.held.keys()]") == ["2/0/0?n=1"]


def test_a_value_is_told_from_exact_pixels_or_said_not_to_be(bench, picture):
    bench.route()
    assert bench.page.evaluate("tiles.value(700, 300)") is None
    bench.settle(moving=True, x=600, y=250, s=1)
    close = bench.page.evaluate("tiles.value(700.9, 300.2)")
    assert close["exact"] is False
    bench.settle(x=600, y=250, s=1)
    exact = bench.page.evaluate("tiles.value(700.9, 300.2)")
    assert exact == {"rgb": picture[300, 700].tolist(), "exact": True}
    for x, y in [(-1, 5), (5, -0.5), (W, 5), (5, H)]:
        assert bench.page.evaluate(f"tiles.value({x}, {y})") is None


def test_a_server_that_is_away_is_told_from_a_picture_that_is_gone(bench, errors):
    bench.route()
    page = bench.page
    page.route("**/patchdrive/tile/**", lambda route: route.abort())
    bench.frame(x=0, y=0, s=0.2)
    page.wait_for_function("news.some(([status, own]) => status === 0 && own)")
    page.unroute("**/patchdrive/tile/**")
    asked = len(bench.asked)
    for _ in range(5):
        assert bench.frame(x=0, y=0, s=0.2) == 1
    assert len(bench.asked) == asked, "nothing is asked for until the wait is over"
    page.evaluate("retryAll()")
    bench.settle(x=0, y=0, s=0.2)
    assert page.evaluate("news.at(-1)") == [None, True]
    errors.clear()  # the browser itself reports each failure


@pytest.mark.parametrize("status", [404, 410, 500])
def test_the_status_of_a_lost_tile_is_passed_on(bench, errors, status):
    bench.route()
    bench.page.route("**/patchdrive/tile/**", lambda route: route.fulfill(status=status, body="-"))
    bench.frame(x=0, y=0, s=0.2)
    bench.page.wait_for_function(f"news.some(([status]) => status === {status})")
    bench.page.unroute("**/patchdrive/tile/**")
    bench.settle(x=0, y=0, s=0.2)  # it is asked for again by itself
    errors.clear()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_any_size_is_shown_at_every_scale(bench, size):
    bench.route(f"{list(size)}", size)
    for s in [0.4 * min(300 / size[1], 200 / size[0]), 0.03, 1, 7]:
        for y, x in [(0, 0), (size[0] - 1, size[1] - 1)]:
            view = {"x": x - 100 / s, "y": y - 100 / s, "s": s}
            inside = (bench.settle(**view) != (255, 0, 255)).any(axis=-1)
            top, left = round(max(0, 100 - y * s)), round(max(0, 100 - x * s))
            lower, right = round(100 + (size[0] - y) * s), round(100 + (size[1] - x) * s)
            # What is thinner than a pixel of the canvas is drawn as one.
            thin = size[0] * s < 1, size[1] * s < 1
            if not any(thin):
                assert inside[top:lower, left:right].all()
            assert inside.any()
            lower, right = lower + thin[0], right + thin[1]
            inside[max(0, top - thin[0]) : lower, max(0, left - thin[1]) : right] = False
            assert not inside.any(), "nothing is drawn beside the picture"
    if size != (H, W):
        y, x = (side - 1 for side in size)
        blue = (y // 256 * 7 + x // 256) % 256
        corner = bench.page.evaluate(f"tiles.value({x}, {y})")
        assert corner == {"rgb": [y % 256, x % 256, blue], "exact": True}


def inline(picture, form):
    file = io.BytesIO()
    PIL.Image.fromarray(picture).save(file, form)
    return {
        "url": "",
        "size": [H, W],
        "side": 512,
        "levels": 3,
        "bytes": base64.b64encode(file.getvalue()).decode(),
    }


def test_a_picture_in_the_message_needs_no_route(bench, picture):
    bench.open(inline(picture, "PNG"))
    shown = bench.settle(x=600, y=100, s=1)
    assert (shown == part(picture, 100, 600)).all()
    value = bench.page.evaluate("tiles.value(601.5, 100)")
    assert value == {"rgb": picture[100, 601].tolist(), "exact": True}
    assert bench.asked == []
    rows, columns = np.arange(200) // 8 + 20, np.arange(300) // 8 + 30
    assert (bench.settle(x=30, y=20, s=8) == picture[rows][:, columns]).all()
    assert bench.page.evaluate("tiles.overview().width") < W


def test_a_smaller_picture_in_the_message_is_shown_at_full_size(bench):
    y, x = np.mgrid[0:H:2, 0:W:2]
    small = np.stack([x // 8, y // 8, 0 * x], -1).astype(np.uint8)
    bench.open(inline(small, "JPEG"))
    for s in (0.1, 0.5, 2):
        shown = bench.settle(x=400, y=200, s=s).astype(int)
        y, x = 200 + 20 / s, 400 + 20 / s
        assert abs(shown[20, 20] - [x / 8, y / 8, 0]).max() < 6
    assert bench.page.evaluate("tiles.value(900, 600).exact") is False


def test_bytes_that_are_no_picture_are_told(bench):
    source = inline(np.zeros((2, 2, 3), np.uint8), "PNG") | {
        "bytes": base64.b64encode(b"x").decode()
    }
    bench.open(source).frame(x=0, y=0, s=1)
    bench.page.wait_for_function("news.length > 0")
    assert bench.page.evaluate("news") == [[200, True]]


@pytest.mark.parametrize(("k", "s"), [(1, 16), (2, 32), (1, 40)])
def test_the_grid_lies_between_pixels_from_1600_percent_on(bench, k, s):
    plain = bench.route().settle(x=512, y=511, s=s).astype(int)
    assert bench.page.evaluate(f"grid({{x: 512, y: 511, s: {16 * k - 0.5}, k: {k}}})") is False
    assert (bench.pixels() == plain).all()
    assert bench.page.evaluate(f"grid({{x: 512, y: 511, s: {s}, k: {k}}})") is True
    change = abs(bench.pixels() - plain).sum(axis=-1) > 0
    lined = np.zeros_like(change)
    for offset in range(k):
        lined[offset::s] = lined[:, offset::s] = True
    assert not change[~lined].any(), "pixels keep their colour"
    assert change[lined].mean() > 0.9


def test_the_grid_ends_with_the_picture(bench):
    bench.route().settle(x=-4, y=-3, s=20)
    before = bench.pixels().astype(int)
    bench.page.evaluate("grid({x: -4, y: -3, s: 20})")
    change = abs(bench.pixels() - before).sum(axis=-1) > 0
    assert change.any()
    assert not change[:60].any()
    assert not change[:, :80].any()
