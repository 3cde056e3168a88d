"""The frame of the picture: as wide as it is told, whatever the picture's shape and the window are.

What lies where is a pure function, held here to a slow search. Pages are loaded once for each
browser and density: one viewer is shown all shapes, in windows of all widths.
"""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from patchdrive.figures.layers import Landings
from patchdrive.images.memory import MemoryImage
from patchdrive.images.tiles import SIDE, levels
from patchdrive.viewer import bundle
from patchdrive.viewer.payload import Screen, Source, encode
from patchdrive.viewer.standalone import page as standalone

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

# (H, W): screens, portraits, panoramas, strips, a dot
SHAPES = [
    (2160, 3840), (2400, 1800), (600, 2400), (400, 3200), (40, 4000), (4000, 40), (1, 8000),
    (8000, 1), (1, 1),
]  # fmt: skip
WINDOWS = [(390, 844), (768, 1024), (1000, 800), (1400, 900), (1500, 1000), (1920, 1080)]
AIR = 8  # CSS pixels between picture and bars


def cases():
    """Sizes, canvases and bars as they occur, and as they do not."""
    random = np.random.default_rng(5)
    for size in SHAPES:
        for w, h, k in ((361, 373, 2), (515, 430, 1), (860, 584, 1), (860, 320, 1), (1180, 765, 3)):
            foot = [h - 8 - 36, h - 8]
            corners = [
                [8, 8, 294, 40],
                [8, foot[0], 144, foot[1]],
                [w - 132, foot[0], w - 8, foot[1]],
            ]
            middle = [w / 2 - 61, foot[0], w / 2 + 61, foot[1]]
            for bars in ([], corners[:1], corners[:2], [*corners, middle]):
                bars = [[k * side for side in bar] for bar in bars]
                yield {"size": size, "view": {"w": w * k, "h": h * k, "k": k, "bars": bars}}
    for _ in range(60):
        size = random.integers(1, 3000, 2).tolist()
        w, h = random.integers(120, 900, 2).tolist()
        lower = random.integers(0, 2, 3).tolist()
        left = random.integers(0, w - 60, 3)
        bars = [[x, 8 + low * (h - 46), x + 50, 38 + low * (h - 46)]
                for x, low in zip(left.tolist(), lower, strict=True)]  # fmt: skip
        yield {"size": size, "view": {"w": w, "h": h, "k": 1, "bars": bars}}


def touched(place, bars, air):
    left, top, right, bottom = place
    return any(
        left < x1 + air - 0.01 and right > x0 - air + 0.01
        and top < y1 + air - 0.01 and bottom > y0 - air + 0.01
        for x0, y0, x1, y1 in bars
    )  # fmt: skip


def slowly(size, view, steps=197):
    """The largest scale at which some place in the middle column is clear, tried one by one."""
    (tall, wide), w, h, k = size, view["w"], view["h"], view["k"]
    largest = min(w / wide, h / tall, 64 * k)
    for s in largest * np.linspace(1, 0.02, steps):
        left = (w - wide * s) / 2
        for top in np.linspace(0, h - tall * s, 141):
            if not touched((left, top, left + wide * s, top + tall * s), view["bars"], AIR * k):
                return s
    return None


def test_the_whole_picture_is_as_large_as_the_bars_allow(browser):
    page = browser.new_page()
    every = list(cases())
    found = page.evaluate(
        f"""async (cases) => {{
            const {{ fit }} = await {bundle.loader("view.js")};
            return cases.map(({{ size, view }}) => fit(size, view));
        }}""",
        every,
    )
    page.close()
    for case, seen in zip(every, found, strict=True):
        (tall, wide), view = case["size"], case["view"]
        w, h, s = view["w"], view["h"], seen["s"]
        left, top = -seen["x"] * s, -seen["y"] * s
        place = left, top, left + wide * s, top + tall * s
        assert min(left, top, w - place[2], h - place[3]) > -1e-6, "all of it is on the canvas"
        assert left + place[2] == pytest.approx(w), "in the middle from left to right"
        best = slowly(case["size"], view)
        if best is None:
            continue  # bars that fill the canvas
        assert not touched(place, view["bars"], AIR * view["k"]), case
        assert s >= best * (1 - 1e-6), case
        centred = left, (h - tall * s) / 2, place[2], (h + tall * s) / 2
        if not touched(centred, view["bars"], AIR * view["k"]):
            assert top == pytest.approx(centred[1]), "in the middle from top to bottom"


@pytest.mark.parametrize(
    ("box", "density"),
    [
        ((860.3, 584), 1), ((860.3, 584), 3), ((1920, 1080), 3), ((3840, 2160), 2),
        ((7680, 4320), 3), ((20_000, 300), 1), ((2_880_000, 360), 1), ((0.2, 0.2), 1),
    ],
)  # fmt: skip
def test_no_canvas_is_larger_than_browsers_show(page, box, density):
    w, h = page.evaluate(
        f"async (all) => (await {bundle.loader('frame.js')}).pixels(...all)", [*box, density]
    )
    wanted = np.multiply(box, density)
    assert 1 <= w <= 16_384
    assert 1 <= h <= 16_384
    assert w * h <= 16_777_216
    if max(wanted) <= 16_384 and np.prod(wanted) <= 16_777_216:
        assert [w, h] == [max(1, round(side)) for side in wanted], "none is given away"
    else:
        assert max(w / 16_384, h / 16_384, w * h / 16_777_216) > 0.98, "as dense as it may be"


def test_from_where_the_whole_is_seen_no_way_leads_past_it(page):
    steps = page.evaluate(f"""async () => {{
        const {{ fit, zoomAt, pan }} = await {bundle.loader("view.js")};
        const found = [];
        for (const size of {json.dumps(SHAPES)}) {{
            const bars = [[8, 8, 294, 40], [369, 540, 491, 576]];
            const canvas = {{ w: 860, h: 584, k: 1, bars }};
            let view = fit(size, canvas);
            for (const [px, py] of [[0, 0], [859, 3], [430, 583]]) {{
                for (let i = 0; i < 30; i++) view = zoomAt(size, view, px, py, 1.3);
                view = pan(size, view, 5000, -5000);
                for (let i = 0; i < 60; i++) view = zoomAt(size, view, px, py, 0.8);
                found.push([size, view, fit(size, canvas)]);
            }}
        }}
        return found;
    }}""")
    for (tall, wide), view, whole in steps:
        assert view["s"] == pytest.approx(whole["s"] / 2)
        left, top = -view["x"] * view["s"], -view["y"] * view["s"]
        assert left > -1e-6
        assert top > -1e-6
        assert left + wide * view["s"] < view["w"] + 1e-6
        assert top + tall * view["s"] < view["h"] + 1e-6


ROOT = Path(__file__).parents[2]
MAGENTA = 255, 0, 255
DEEP = """
const deep = (selector, root = document) => [...root.querySelectorAll("*")].flatMap((element) => [
  ...(element.matches(selector) ? [element] : []),
  ...(element.shadowRoot ? deep(selector, element.shadowRoot) : []),
]);
const rest = async (viewer) => {
  let last = 0; // a sidebar takes its time to go
  for (let calm = 0; calm < 3; ) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const [{ busy, missing }, width] = [viewer.dataset, viewer.getBoundingClientRect().width];
    calm = busy === "false" && missing === "0" && width === last ? calm + 1 : 0;
    last = width;
  }
};
"""
# Where everything lies in each viewer, in CSS pixels of the window.
LOOK = (
    f"async () => {{{DEEP}"
    + """
  const place = (node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const drawn = (canvas) => {
    const { width: w, height: h } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, w, h);
    let [x0, y0, x1, y1] = [w, h, 0, 0];
    for (let i = 0; i < w * h; i++) {
      if (data[4 * i] < 150 || data[4 * i + 1] > 100 || data[4 * i + 2] < 150) continue;
      const [x, y] = [i % w, Math.floor(i / w)];
      [x0, y0] = [Math.min(x0, x), Math.min(y0, y)];
      [x1, y1] = [Math.max(x1, x + 1), Math.max(y1, y + 1)];
    }
    return x1 ? [x0, y0, x1, y1] : null;
  };
  const all = [];
  for (const root of deep(".viewer")) {
    await rest(root);
    const [box, canvas] = [deep(".box", root)[0], deep("canvas.picture", root)[0]];
    const bars = [".toolbar", ".scalebar", ".transport", ".edits"];
    const { size } = root.viewer.camera;
    all.push({
      frame: root.clientWidth, box: place(box), css: place(canvas), drawn: drawn(canvas), size,
      canvas: [canvas.width, canvas.height], view: JSON.parse(root.dataset.view),
      bars: bars.flatMap((name) => deep(name, root)).filter(seen).map(place),
      targets: deep("button, input[type=range]", root).filter(seen)
        .map((node) => [node.ariaLabel || node.textContent, ...place(node)]),
    });
  }
  const pages = [document.scrollingElement, ...deep("[data-testid=stMain]")];
  return { all, sideways: pages.some((page) => page.scrollWidth > page.clientWidth),
    density: devicePixelRatio, width: innerWidth };
}"""
)


# The same of one viewer that shows other pictures, which come with messages.
EACH = (
    f"async (all) => {{{DEEP} const look = {LOOK};"
    + """
  const [viewer] = deep(".viewer");
  const found = [];
  for (const data of all) {
    await viewer.viewer.update({ data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)) });
    found.push(await look());
  }
  return found;
}"""
)


def message(size, height):
    """What shows a picture of this size, all magenta, with two saccades that may be edited."""
    out = io.BytesIO()
    PIL.Image.new("RGB", (16, 16), MAGENTA).save(out, "PNG")
    yx = np.array([[size[0] // 2, size[1] // 2], [0, 0]])
    layer = Landings("saccades", yx, np.array([1, 0.5]), np.hstack([yx, yx + 1]))
    screen = Screen("shapes", height, values={"keep": "", "ban": "", "inside": ""})
    source = Source("", size, SIDE, levels(size))
    payload = encode([layer], source=source, screen=screen, picture=out.getvalue()).payload
    return base64.b64encode(payload).decode()


FREE = [message(size, 0) for size in SHAPES]  # as tall as they like
FIXED = [message(size, 640) for size in SHAPES]


def overlap(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.01 and min(a[3], b[3]) - max(a[1], b[1]) > 0.01


def check(seen, *, fitted=True, touch=False):
    """The canvas fills its frame, nothing overlaps, the whole picture is clear."""
    assert not seen["sideways"], "the page scrolls sideways"
    for one in seen["all"]:
        box, bars, density = one["box"], one["bars"], seen["density"]
        width, height = box[2] - box[0], box[3] - box[1]
        assert width == pytest.approx(one["frame"], abs=1)
        assert one["css"] == pytest.approx(box, abs=0.1)
        assert one["canvas"] == pytest.approx([width * density, height * density], abs=2)
        for n, bar in enumerate(bars):
            assert box[0] <= bar[0], "inside"
            assert bar[2] <= box[2]
            assert not any(overlap(bar, other) for other in bars[:n])
        least = 30 if touch else 20  # sliders are 20 px high, and as wide as there is room
        for name, left, top, right, bottom in one["targets"]:
            assert bottom - top >= least, name
            assert right - left >= 24, name
        if fitted:
            whole(one, width, height)


def whole(one, width, height):
    (tall, wide), view = one["size"], one["view"]
    s = view["s"] / view["k"]
    x0, y0 = one["box"][0] - view["x"] * s, one["box"][1] - view["y"] * s
    place = x0, y0, x0 + wide * s, y0 + tall * s
    x, y = (one["box"][0] + one["box"][2]) / 2, (one["box"][1] + one["box"][3]) / 2
    assert (place[0] + place[2]) / 2 == pytest.approx(x, abs=1)
    assert not touched(place, one["bars"], AIR - 0.6)
    assert place[1] > one["box"][1] - 0.6
    assert place[3] < one["box"][3] + 0.6
    if not touched((place[0], y - tall * s / 2, place[2], y + tall * s / 2), one["bars"], AIR):
        assert (place[1] + place[3]) / 2 == pytest.approx(y, abs=1)
    left, top = one["box"][:2]
    bars = [[x0 - left, y0 - top, x1 - left, y1 - top] for x0, y0, x1, y1 in one["bars"]]
    best = slowly(one["size"], {"w": width, "h": height, "k": 1, "bars": bars}, 50)
    assert s > 0.985 * best, "as large as it can be"
    if one["drawn"] is not None:
        drawn = np.add(np.divide(one["drawn"], view["k"]), [left, top, left, top])
        assert drawn == pytest.approx(np.array(place), abs=1.6), "it is there"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The address of a page that opens from a file."""
    yx = np.array([[20, 30], [50, 60]])
    layer = Landings("saccades", yx, np.array([1, 0.5]), np.hstack([yx - 8, yx + 8]))
    file = tmp_path_factory.mktemp("frame") / "view.html"
    pixels = np.full((90, 160, 3), MAGENTA, np.uint8)
    file.write_text(standalone(MemoryImage(pixels), [layer], title="View"), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def address(serve):
    return serve(ROOT / "app.py")


def opened(page, where):
    page.goto(where)
    for viewer in (page.locator(".viewer").first, page.locator(".viewer").last):
        expect(viewer).to_have_attribute("data-updates", re.compile("[1-9]"), timeout=60_000)
    return page


@pytest.mark.parametrize("touch", [False, True])
def test_a_canvas_is_as_wide_as_its_frame_whatever_it_shows_and_where(open_page, address, touch):
    page = opened(open_page(has_touch=touch, is_mobile=touch), address)
    for width, height in WINDOWS[:2] if touch else WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        for seen in page.evaluate(EACH, FREE):
            assert (seen["width"], len(seen["all"])) == (width, 1)
            assert len(seen["all"][0]["bars"]) == 4
            assert seen["all"][0]["drawn"] is not None, "something is drawn"
            check(seen, touch=touch)


@pytest.mark.parametrize("density", [1, 2, 3])
def test_a_page_from_a_file_keeps_its_frame_too(open_page, saved, density):
    page = opened(open_page(device_scale_factor=density), saved)
    for width, height in WINDOWS[:: 6 - density]:
        page.set_viewport_size({"width": width, "height": height})
        for seen in page.evaluate(EACH, FIXED):
            check(seen)


def test_firefox_keeps_the_frame_too(firefox, saved):
    tab = firefox.open(saved, 390, 844)
    tab.wait("deep('.viewer')?.dataset.updates > 0")
    for width, height in (WINDOWS[0], WINDOWS[3]):
        view = {"width": width, "height": height}
        firefox.call("browsingContext.setViewport", context=tab.name, viewport=view)
        for seen in tab.evaluate(f"({EACH})({json.dumps(FIXED)})"):
            check(seen)
    assert tab.errors == []
    tab.close()


def test_the_frame_is_kept_when_it_changes_under_the_viewer(open_page, address):
    page = opened(open_page(viewport={"width": 1300, "height": 900}), address)
    (before,) = page.evaluate(EACH, FREE[:1])
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").click()
    page.wait_for_function("document.querySelector('.stMain').clientWidth === 1300")
    wide = page.evaluate(LOOK)
    check(wide)
    assert wide["all"][0]["frame"] > before["all"][0]["frame"] + 200
    # Hidden as in a closed tab, while the window changes.
    page.evaluate("document.querySelector('.stMain').style.display = 'none'")
    page.set_viewport_size({"width": 1100, "height": 800})
    page.evaluate("document.querySelector('.stMain').style.display = ''")
    check(page.evaluate(LOOK))
    page.locator(".box").press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    full = page.evaluate(LOOK)
    check(full)
    assert full["all"][0]["frame"] == 1100
    page.locator(".box").press("f")
    page.wait_for_function("document.fullscreenElement === null")
    check(page.evaluate(LOOK))


def test_the_whole_picture_is_one_key_away_and_a_link_leads_to_the_same_place(open_page, address):
    page = opened(open_page(viewport={"width": 1200, "height": 900}), address)
    page.locator(".box").press("1")
    page.evaluate(LOOK)
    for _ in range(3):
        page.locator(".box").press("ArrowLeft")
    (before,) = page.evaluate(LOOK)["all"]
    link = page.locator(".viewer").evaluate("(root) => root.viewer.link()")
    page.locator(".box").press("0")
    check(page.evaluate(LOOK))
    (after,) = opened(page, link).evaluate(LOOK)["all"]
    assert after["view"] == pytest.approx(before["view"], abs=0.01)
    page.get_by_role("button", name="Whole picture").click()
    check(page.evaluate(LOOK))


PAGES = ["quadtree", "shuffle", "wavelets", "position", "side-by-side?panes=3",
         "side-by-side?compare=Overlay"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_and_nothing_in_its_viewers_overlaps(
    open_page, address, errors, path
):
    page = open_page(viewport={"width": 1500, "height": 1000})
    page.goto(f"{address}/{path}")
    expect(page.get_by_text("Source of this page")).to_be_visible(timeout=60_000)
    many = {"position": 0, "side-by-side?panes=3": 3}.get(path, 1)
    expect(page.locator(".viewer[data-updates]")).to_have_count(many, timeout=60_000)
    for width, height in (WINDOWS[4], WINDOWS[2], WINDOWS[1], WINDOWS[0]):
        page.set_viewport_size({"width": width, "height": height})
        seen = page.evaluate(LOOK)
        assert len(seen["all"]) == many
        check(seen)
    errors[:] = [line for line in errors if "404" not in line]  # Streamlit looks for itself


def test_link_copied_is_said_below_the_button_and_on_top_of_all(open_page, address):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    opened(page, address)
    page.locator(".box").press("l")
    page.get_by_role("button", name="Copy link").click()
    told = page.locator(".told")
    expect(told).to_have_text("Link copied")
    place, button = told.bounding_box(), page.locator(".toolbar").bounding_box()
    assert 0 < place["y"] - button["y"] - button["height"] < 20
    middle = [place["x"] + place["width"] / 2, place["y"] + place["height"] / 2]
    assert told.evaluate(
        """(told, [x, y]) => {
            const top = told.getRootNode().elementFromPoint(x, y);
            return told.contains(top);
        }""",
        middle,
    ), "nothing lies over it"
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_where_nothing_can_be_copied_the_link_is_there_to_be_taken(open_page, address):
    page = open_page(viewport={"width": 390, "height": 844})
    page.add_init_script("delete Navigator.prototype.clipboard")  # as on a page that came by http
    opened(page, address)
    page.locator(".box").press("y")
    field = page.get_by_role("textbox", name="Link")
    expect(field).to_be_focused()
    expect(field).to_have_value(page.url)
    assert field.evaluate("(f) => f.selectionEnd - f.selectionStart") == len(page.url)
    place, box = page.locator(".told").bounding_box(), page.locator(".box").bounding_box()
    assert place["x"] >= box["x"]
    assert place["x"] + place["width"] <= box["x"] + box["width"]
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(page.locator(".box")).to_be_focused()
