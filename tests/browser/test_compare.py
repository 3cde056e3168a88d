"""Comparing in a browser: panes that move together, a curtain, a blink, a difference in colours."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest

from patchdrive.figures.colors import table
from patchdrive.ops import maps
from tools import axe

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

ROOT = Path(__file__).parents[2]
SLOW = 60_000  # ms; the first run imports torch and timm
PAGE = "/side-by-side?picture=road"
# On a page that is not the first, Streamlit looks for itself below the page's path first.
KNOWN = re.compile("the server responded with a status of 404")


@pytest.fixture(scope="session")
def address(serve):
    return serve(ROOT / "app.py")


class Panes:
    """The page of comparisons with as many viewers as wanted, all drawn."""

    def __init__(self, page, address, count):
        page.set_default_timeout(SLOW)
        page.goto(address)
        self.page = page
        self.roots = page.locator(".viewer")
        self.settle(count)

    def settle(self, count):
        """Wait until so many viewers rest, with no tile missing."""
        expect(self.roots).to_have_count(count, timeout=SLOW)
        for n in range(count):
            expect(self.roots.nth(n)).to_have_attribute("data-updates", re.compile(r"\d"))
            self.rest(n)

    def rest(self, n=0):
        expect(self.roots.nth(n)).to_have_attribute("data-busy", "false")
        expect(self.roots.nth(n)).to_have_attribute("data-missing", "0")
        expect(self.roots.nth(n)).to_have_attribute("data-busy", "false")

    def box(self, n=0):
        return self.page.locator(".box").nth(n)

    def data(self, name, n=0):
        return self.roots.nth(n).get_attribute(f"data-{name}")

    def middle(self, n=0):
        """Scale, and the picture point in the middle of the canvas."""
        view = json.loads(self.data("view", n))
        w, h = self.box(n).evaluate("(box) => [box.clientWidth, box.clientHeight]")
        scale = view["s"] / view["k"]
        return [scale, view["x"] + w / scale / 2, view["y"] + h / scale / 2]

    def wait_alike(self, count):
        """Wait until the others look where the first one looks."""
        self.rest()
        scale, x, y = self.middle()
        for n in range(1, count):
            self.page.wait_for_function(
                """([root, scale, x, y]) => {
                    const view = JSON.parse(root.dataset.view), box = root.querySelector(".box");
                    const s = view.s / view.k;
                    const near = (a, b) => Math.abs(a - b) < 2 / s;
                    return Math.abs(s / scale - 1) < 0.02
                        && near(view.x + box.clientWidth / s / 2, x)
                        && near(view.y + box.clientHeight / s / 2, y);
                }""",
                arg=[self.roots.nth(n).element_handle(), scale, x, y],
            )

    def wheel(self, n, notches, share=(0.7, 0.6)):
        box = self.box(n).bounding_box()
        self.page.mouse.move(
            box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]
        )
        self.page.mouse.wheel(0, notches * 120)

    def moved(self, before, n=0):
        """Wait until this viewer shows another view than before."""
        expect(self.roots.nth(n)).not_to_have_attribute("data-view", before)
        self.rest(n)

    def pixels(self):
        """Pixels (h, w, 4) of the canvas with picture and maps."""
        data, w, h = self.page.locator(".box canvas.picture").evaluate(
            """(canvas) => {
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                let text = "";
                for (let i = 0; i < data.length; i += 8192) {
                    text += String.fromCharCode(...data.subarray(i, i + 8192));
                }
                return [btoa(text), width, height];
            }"""
        )
        return np.frombuffer(base64.b64decode(data), np.uint8).reshape(h, w, 4)


@pytest.fixture
def panes(open_page, address, errors):
    """A function: the link's end, how many viewers, options of the tab -> Panes."""

    def make(link="", count=2, **options):
        page = open_page(viewport={"width": 1500, "height": 1300}, **options)
        return Panes(page, address + PAGE + link, count)

    yield make
    errors[:] = [line for line in errors if not KNOWN.search(line)]


def test_wheel_drag_and_keys_on_one_pane_move_all(panes):
    shown = panes("&panes=4", 4)
    before = shown.data("view")
    shown.wheel(0, -5)
    shown.moved(before)
    shown.wait_alike(4)

    before = shown.data("view")
    shown.page.mouse.down()
    shown.page.mouse.move(700, 300, steps=3)
    shown.page.mouse.up()
    shown.moved(before)
    shown.wait_alike(4)

    for key in ("+", "ArrowLeft", "0"):
        before = shown.data("view")
        shown.box(1).press(key)
        shown.moved(before)
        shown.rest(1)
        shown.wait_alike(4)


def test_resizing_a_pane_moves_no_other_one(panes):
    shown = panes()
    before = shown.data("view")
    shown.wheel(0, -5)
    shown.moved(before)
    shown.wait_alike(2)
    before, mine = shown.data("view", 1), shown.data("view", 0)
    shown.roots.nth(0).evaluate("(root) => { root.querySelector('.box').style.height = '150px'; }")
    shown.moved(mine)
    assert shown.data("view", 1) == before


def test_a_pane_that_comes_later_looks_where_the_others_look(panes):
    shown = panes()
    before = shown.data("view")
    shown.wheel(1, -6)
    shown.moved(before)
    shown.page.get_by_role("radio", name="3", exact=True).click()
    shown.settle(3)
    shown.wait_alike(3)
    assert shown.middle()[0] > 0.2, "nobody went back to the whole picture"


def test_a_pane_that_is_measured_late_looks_where_the_others_look(panes):
    """Its camera then begins with the whole picture, which is nobody's wish."""
    shown = panes()
    before = shown.data("view")
    shown.wheel(0, -6)
    shown.moved(before)
    near = shown.middle()[0]
    shown.roots.nth(1).evaluate(
        """({ viewer }) => {
            viewer.parts.find(({ follow }) => follow).late = true;
            viewer.camera.begin();
        }"""
    )
    shown.rest(1)
    assert shown.middle(0)[0] == pytest.approx(near)
    shown.wait_alike(2)


def test_pictures_of_other_sizes_show_the_same_share(panes):
    shown = panes("&b_picture=tissue")
    sizes = [root.evaluate("(root) => root.viewer.camera.size") for root in shown.roots.all()]
    before = shown.data("view", 1)
    shown.wheel(0, -5, (0.5, 0.5))
    shown.moved(before, 1)
    shown.rest()
    (_, ax, ay), (_, bx, by) = shown.middle(0), shown.middle(1)
    (ha, wa), (hb, wb) = sizes
    assert (ax / wa, ay / ha) == pytest.approx((bx / wb, by / hb), abs=0.01)


def test_the_pointer_is_shown_in_the_other_panes(panes):
    shown = panes()
    box = shown.box(0).bounding_box()
    shown.page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    crosses = shown.page.locator(".cross")
    expect(crosses.nth(1)).not_to_have_attribute("hidden", "")
    expect(crosses.nth(0)).to_have_attribute("hidden", "")
    other, cross = shown.box(1).bounding_box(), crosses.nth(1).bounding_box()
    assert cross["x"] - other["x"] == pytest.approx(0.4 * box["width"], abs=3)
    assert cross["y"] - other["y"] == pytest.approx(0.5 * box["height"], abs=3)
    shown.page.mouse.move(box["x"], box["y"] - 40)
    expect(crosses.nth(1)).to_have_attribute("hidden", "")


def test_a_knob_turned_in_one_pane_leaves_the_other_alone(panes):
    shown = panes()
    slider = shown.page.get_by_role("slider", name="Patches K").nth(0)
    slider.press("ArrowRight")
    expect(shown.roots.nth(0)).to_have_attribute("data-saccades", "17")
    shown.page.wait_for_url(re.compile("[?&]a_k=17"))
    expect(shown.roots.nth(0)).to_have_attribute("data-pending", "")
    expect(shown.roots.nth(1)).to_have_attribute("data-saccades", "16")
    expect(shown.page.get_by_text("17 of 17")).to_be_visible()


def test_the_curtain_parts_a_from_b_and_keys_move_it(panes):
    shown = panes("&compare=Overlay", 1, reduced_motion="reduce")
    root, box = shown.roots.first, shown.box()
    parted = shown.pixels()
    box.press("b")
    expect(root).to_have_attribute("data-side", "A")
    shown.rest()
    a = shown.pixels()
    box.press("b")
    expect(root).to_have_attribute("data-side", "B")
    shown.rest()
    b = shown.pixels()
    middle = parted.shape[1] // 2
    assert (a != b).any()
    assert (parted[:, : middle - 2] == a[:, : middle - 2]).all(), "A on the left"
    assert (parted[:, middle + 2 :] == b[:, middle + 2 :]).all(), "B on the right"

    box.press("w")
    expect(root).to_have_attribute("data-wipe", "wipe")
    grip = shown.page.get_by_role("slider", name="Curtain")
    start = float(shown.data("curtain"))
    grip.press("ArrowRight")
    expect(root).not_to_have_attribute("data-curtain", f"{start:g}")
    assert float(shown.data("curtain")) > start
    grip.press("Home")
    expect(root).to_have_attribute("data-curtain", "0")
    shown.rest()
    assert (shown.pixels() == b).all(), "all is right of the curtain"
    box.press("w")
    expect(root).to_have_attribute("data-wipe", "both")


def test_the_curtain_stays_in_the_picture_and_is_dragged(panes):
    shown = panes("&compare=Overlay", 1)
    start = shown.data("curtain")
    before = shown.data("view")
    shown.wheel(0, -3)
    shown.moved(before)
    assert shown.data("curtain") == start
    view = shown.data("view")
    grip = shown.page.locator(".grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + 0.75 * grip["height"]
    shown.page.mouse.move(x, y)
    shown.page.mouse.down()
    shown.page.mouse.move(x - 100, y, steps=3)
    shown.page.mouse.up()
    shown.rest()
    scale = shown.middle()[0]
    assert float(shown.data("curtain")) == pytest.approx(float(start) - 100 / scale, abs=2 / scale)
    assert shown.data("view") == view, "the picture did not move"


def test_a_blink_takes_turns_by_itself_until_the_next_press(panes):
    shown = panes("&compare=Overlay", 1)
    root = shown.roots.first
    shown.box().press("b")
    for side in "ABA":
        expect(root).to_have_attribute("data-side", side)
    shown.box().press("b")
    expect(root).to_have_attribute("data-wipe", "wipe")


def test_both_overlays_stay_live_with_knobs_of_their_own(panes):
    shown = panes("&compare=Overlay", 1)
    slider = shown.page.get_by_role("slider", name="B: Patches K").first
    slider.press("ArrowRight")
    shown.page.wait_for_url(re.compile("[?&]b_k=17"))
    expect(shown.page.get_by_text("17 saccades B")).to_be_visible()
    expect(shown.page.get_by_text("16 saccades A")).to_be_visible()


COLORS = """(root) => {
    const layer = root.viewer.layer("raster");
    const { width, height } = layer.canvas;
    const { data } = layer.canvas.getContext("2d").getImageData(0, 0, width, height);
    return [Array.from(layer.codes), Array.from(data)];
}"""


def test_the_colours_of_a_difference_have_its_sign(panes):
    shown = panes("&compare=Difference", 1)
    codes, pixels = shown.roots.first.evaluate(COLORS)
    codes, pixels = np.array(codes), np.array(pixels).reshape(-1, 4)
    strong = np.abs(codes - maps.MIDDLE) > 100
    more = codes[strong] > maps.MIDDLE
    red, _, blue, _ = pixels[strong].T
    assert more.any()
    assert (~more).any()
    assert (blue[more] > red[more]).all(), "purple where A gives more"
    assert (red[~more] > blue[~more]).all(), "orange where B does"
    assert (pixels[codes == maps.MIDDLE, 3] == 0).all(), "nothing where they agree"


@pytest.mark.parametrize("scale", ["linear", "log", "percentile"])
def test_the_browser_colours_a_difference_as_python_does(panes, scale):
    shown = panes("&compare=Difference", 1)
    counts = np.random.default_rng(2).integers(0, 9, 256)
    counts[255] = 0
    look = {"scale": scale, "low": 0.1, "high": 0.7, "full": 0}
    found = shown.page.evaluate(
        """async ([look, counts]) => {
            const files = performance.getEntriesByType("resource").map(({ name }) => name);
            const module = files.find((name) => name.endsWith("/scale.js"));
            const { stepsSigned, strength } = await import(module);
            const steps = stepsSigned(look, [0, 1], Uint32Array.from(counts));
            return [Array.from(steps), Array.from(steps, strength)];
        }""",
        [look, counts.tolist()],
    )
    wanted = maps.steps_signed(scale, 0.1, 0.7, counts)
    assert found[0] == wanted.tolist()
    assert np.abs(np.array(found[1]) - maps.strengths(wanted)).max() <= 0.5
    assert len(table("puor")) > wanted.max()


@pytest.mark.parametrize("mode", ["Side by side", "Overlay", "Difference"])
def test_nothing_serious_is_found_in_the_viewers(panes, lacking, mode):
    if not axe.SCRIPT.exists():
        lacking("axe-core is not installed: npm ci --prefix tools")
    shown = panes(f"&compare={mode}", 2 if mode == "Side by side" else 1)
    found = [str(one) for one in axe.audit(shown.page) if one.inside and one.grave]
    assert not found, "\n".join(found)


# In Firefox: each viewer lies in a shadow root of its own.
ALL = """(() => {
    const walk = (root) => [...root.querySelectorAll("*")].flatMap((node) => [
        ...(node.matches(".viewer") ? [node] : []),
        ...(node.shadowRoot ? walk(node.shadowRoot) : []),
    ]);
    return walk(document);
})()"""
REST = f"{ALL}.every(({{ dataset: d }}) => d.busy === 'false' && d.missing === '0')"


def test_firefox_links_panes_and_parts_overlays_too(firefox, address):
    tab = firefox.open(f"{address}{PAGE}", 1500, 1300)
    tab.wait(f"{ALL}.length === 2 && {REST}")
    before = tab.evaluate(f"{ALL}.map((viewer) => viewer.dataset.view)")
    box = tab.evaluate("deep('.box').getBoundingClientRect().toJSON()")
    tab.wheel(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], -600)
    tab.wait(f"{ALL}.every((v, n) => v.dataset.view !== {json.dumps(before)}[n]) && {REST}")
    a, b = (json.loads(view) for view in tab.evaluate(f"{ALL}.map((v) => v.dataset.view)"))
    assert a == pytest.approx(b, rel=0.02, abs=4 / a["s"])

    tab.goto(f"{address}{PAGE}&compare=Overlay")
    tab.wait(f"deep('.viewer')?.dataset.wipe === 'wipe' && {REST}")
    start = tab.evaluate("Number(deep('.viewer').dataset.curtain)")
    grip = tab.evaluate("deep('.grip').getBoundingClientRect().toJSON()")
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + 0.75 * grip["height"]
    tab.drag((x, y), (x - 60, y), (x - 120, y))
    tab.wait(f"Number(deep('.viewer').dataset.curtain) < {start} && {REST}")
    tab.press("b")
    for side in "ABA":
        tab.wait(f"deep('.viewer').dataset.side === '{side}'")
    assert tab.errors == []
    tab.close()
