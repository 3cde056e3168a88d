"""Editing by hand and playing: what the hand does arrives in Python as texts, and can be undone."""

import json
import re

import numpy as np
import pytest

from patchdrive.marks import MarkSettings
from patchdrive.ops import marks
from patchdrive.types import Grid

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

H, W = 800, 1200
SPOTS = [(200, 200), (200, 600), (200, 1000), (600, 1000), (600, 600), (600, 200)]
APP = '''
"""Saccades that a hand may edit, or a tree that grows (?tree=1); without knobs: ?fixed=1."""
import numpy as np
import streamlit as st
from pathlib import Path
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.ui.routes import routes

app = st.App(__file__, routes=routes())
SPOTS = np.array(PLACES)
RADIUS, SIDE = 40, 100


@st.cache_resource
def held():
    from patchdrive.images.memory import MemoryImage
    from patchdrive.ui.store import store

    image = MemoryImage(np.full((HEIGHT, WIDTH, 3), 200, np.uint8))
    return store().put(image), image


def choose(values):
    """Kept places, then the spots that nothing bans."""
    from patchdrive.marks import MarkSettings

    hand = MarkSettings.of(values)
    kept = np.array(hand.places("keep"), int).reshape(-1, 2)
    silent = np.concatenate([kept, np.array(hand.places("ban"), int).reshape(-1, 2)])
    near = abs(SPOTS[:, None] - silent[None]).max(-1) <= RADIUS
    yx = np.concatenate([kept, SPOTS[~near.any(1)]])[: values["k"]]
    return yx, np.arange(len(yx)) < len(kept)


def grown(values):
    from patchdrive.figures.layers import Leaves
    from patchdrive.ops import quadtree

    edges = np.zeros((HEIGHT, WIDTH), np.uint8)
    edges[100:700:3, 50:500:5] = 255
    counts = quadtree.count_edges(edges, 16, 256)
    tree = quadtree.by_threshold(counts, values["max_detail"])
    return Leaves("leaves", tree.boxes, tree.depth, tree.detail, counts=counts)


def knobs():
    from patchdrive.pipelines.knobs import drive_knobs, tree_knobs
    from patchdrive.marks import MarkSettings

    if "tree" in st.query_params:
        return {"max_detail": tree_knobs()["max_detail"]}
    return {"k": drive_knobs()["k"], **({} if FIXED in st.query_params else MarkSettings.knobs())}


def main():
    from patchdrive.figures.layers import Landings
    from patchdrive.ui import live, marks
    from patchdrive.ui.viewer import Screen, Turning, viewer

    key, image = held()
    values = live.values(knobs())
    turning = Turning(knobs(), (), values)
    if "tree" in st.query_params:
        layers = [grown(values)]
    else:
        yx, kept = choose({"k": 16, **values})
        boxes = np.hstack([yx - SIDE // 2, yx + SIDE // 2])
        scores = np.linspace(1, 0.5, len(yx))
        layers = [Landings("saccades", yx, scores, boxes, kept=kept, radius=RADIUS)]
    result = viewer(layers, image, key, turning=turning, screen=Screen("hand", 900))
    if "keep" in values:
        marks.told(turning)
    if result.select:
        st.session_state.selected = result.select
    st.text(f"selected {st.session_state.get('selected')}")
    st.text(f"values {values}")


FIXED = "fixed"
if get_script_run_ctx(suppress_warning=True) is not None:
    st.set_page_config(layout="wide")
    main()
'''


@pytest.fixture(scope="session")
def address(serve, tmp_path_factory):
    app = tmp_path_factory.mktemp("hand") / "app.py"
    source = APP.replace("PLACES", str(SPOTS)).replace("HEIGHT", str(H)).replace("WIDTH", str(W))
    app.write_text(source, encoding="utf-8")
    return serve(app)


class Hand:
    """The page, and a hand over its picture."""

    def __init__(self, page, link):
        self.page, self.mouse = page, page.mouse
        page.goto(link)
        self.root, self.box = page.locator(".viewer"), page.locator(".box")
        page.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
        self.settle()
        self.press("1")  # what the mouse points at are whole pixels

    def settle(self):
        """Wait until Python has answered all and nothing moves."""
        for name, value in (("pending", ""), ("missing", "0"), ("busy", "false")):
            expect(self.root).to_have_attribute(f"data-{name}", value)

    def data(self, name):
        return self.root.get_attribute(f"data-{name}")

    def press(self, *keys):
        for key in keys:
            self.box.press(key)
            self.settle()

    def point(self, y, x):
        """Page coordinates of a picture point."""
        view, box = json.loads(self.data("view")), self.box.bounding_box()
        scale = view["s"] / view["k"]
        return box["x"] + (x - view["x"]) * scale, box["y"] + (y - view["y"]) * scale

    def click(self, y, x):
        self.mouse.click(*self.point(y + 0.5, x + 0.5))

    def twice(self, y, x):
        self.mouse.dblclick(*self.point(y + 0.5, x + 0.5))

    def take(self, y, x):
        self.mouse.move(*self.point(y + 0.5, x + 0.5))
        self.mouse.down()

    def draw(self, *corners):
        """Drag along a line of picture points (y, x)."""
        self.mouse.move(*self.point(*corners[0]))
        self.mouse.down()
        for corner in corners[1:]:
            self.mouse.move(*self.point(*corner), steps=8)
        self.mouse.up()

    def select(self, index):
        self.click(*SPOTS[index])
        expect(self.root).to_have_attribute("data-selected", str(index))
        self.settle()

    def expect(self, **texts):
        """Wait until Python has exactly these texts."""
        wanted = {"k": 16, "keep": "", "ban": "", "inside": ""} | texts
        expect(self.page.get_by_text(f"values {wanted}", exact=True)).to_be_visible()
        self.settle()

    def places(self):
        """(y, x) of the saccades that are shown."""
        found = self.root.evaluate(
            """({ viewer }) => {
                const { x, y, count } = viewer.layer("landings");
                return Array.from({ length: count }, (_, i) => [y[i], x[i]]);
            }"""
        )
        return [tuple(place) for place in found]

    def colors(self, *points, canvas="picture"):
        """RGB under picture points (y, x) of one of the canvases."""
        view = json.loads(self.data("view"))
        at = [[(x - view["x"]) * view["s"], (y - view["y"]) * view["s"]] for y, x in points]
        read = """(canvas, at) => at.map(([x, y]) =>
            Array.from(canvas.getContext("2d").getImageData(x, y, 1, 1).data).slice(0, 3))"""
        return np.array(self.page.locator(f".box canvas.{canvas}").evaluate(read, at))

    def pixels(self, canvas):
        """All pixels of one of the canvases as one text."""
        return self.page.locator(f".box canvas.{canvas}").evaluate("(one) => one.toDataURL()")


ROOM = {"width": 1900, "height": 1100}  # for the whole picture at 100 % and a panel beside it


@pytest.fixture
def page(open_page):
    """A tab with room for all."""
    return open_page(viewport=ROOM)


@pytest.fixture
def hand(page, address):
    return Hand(page, address)


def test_a_double_click_adds_a_place_that_comes_first(hand):
    hand.twice(400, 400)
    hand.expect(keep="400.400")
    assert hand.places() == [(400, 400), *SPOTS]
    assert hand.data("selected") == "0"
    assert hand.data("marks") == "1,0,0"
    hand.twice(400, 800)
    hand.expect(keep="400.400,400.800")


def test_a_double_click_on_a_saccade_only_selects_it(hand):
    hand.twice(*SPOTS[3])
    expect(hand.root).to_have_attribute("data-selected", "3")
    hand.expect()


def test_an_edit_is_shown_before_python_answers(hand):
    shown = hand.root.evaluate(
        """({ viewer }) => {
            viewer.turns.turn({ keep: "230.230,400.400", ban: "600.1000" });
            const { x, y, kept, x0, count } = viewer.layer("landings");
            return Array.from({ length: count }, (_, i) => [y[i], x[i], kept[i], x0[i]]);
        }"""
    )
    spots = [spot for spot in SPOTS if spot not in [(200, 200), (600, 1000)]]
    wanted = [(230, 230, 1), (400, 400, 1), *[(*spot, 0) for spot in spots]]
    assert shown == [[*one, one[1] - 50] for one in wanted]
    hand.expect(keep="230.230,400.400", ban="600.1000")
    assert hand.places() == [(230, 230), (400, 400), *spots]


def test_a_dragged_saccade_moves_live_and_is_kept_where_it_lands(hand):
    hand.take(*SPOTS[4])
    hand.mouse.move(*hand.point(500.5, 700.5), steps=5)
    expect(hand.root).to_have_attribute("data-busy", "false")
    moved = [*SPOTS[:4], (500, 700), SPOTS[5]]
    assert hand.places() == moved, "the others stay while the hand holds one"
    assert "keep" not in hand.page.url
    hand.mouse.up()
    hand.expect(keep="500.700", ban="600.600")
    assert hand.places() == [(500, 700), *SPOTS[:4], SPOTS[5]]
    expect(hand.root).to_have_attribute("data-selected", "0")
    hand.take(500, 700)
    hand.mouse.move(*hand.point(-500, 720.5), steps=5)
    hand.mouse.up()
    hand.expect(keep="0.720", ban="600.600")


def test_a_saccade_put_back_changes_nothing(hand):
    hand.take(*SPOTS[0])
    hand.mouse.move(*hand.point(300, 300), steps=4)
    hand.mouse.move(*hand.point(SPOTS[0][0] + 0.5, SPOTS[0][1] + 0.5), steps=4)
    hand.mouse.up()
    hand.expect()
    assert hand.places() == SPOTS


def test_delete_bans_what_was_chosen_and_drops_what_was_kept(hand):
    hand.select(2)
    hand.press("Delete")
    hand.expect(ban="200.1000")
    assert hand.places() == [spot for spot in SPOTS if spot != (200, 1000)]
    hand.twice(400, 400)
    hand.expect(keep="400.400", ban="200.1000")
    hand.press("Backspace")
    hand.expect(ban="200.1000")
    assert hand.data("marks") == "0,1,0"


def test_a_banned_place_is_drawn_named_selected_and_removed(hand):
    plain = hand.colors((200.5, 1000.5), canvas="marks")
    hand.select(2)
    hand.press("Delete")
    hand.mouse.move(*hand.point(200.5, 1000.5))
    expect(hand.page.locator(".tip")).to_contain_text("banned")
    cross = hand.colors((200.5, 1000.5), canvas="marks")
    assert (cross != plain).any()
    hand.click(200, 1000)
    hand.settle()
    assert (hand.colors((200.5, 1000.5), canvas="marks") != cross).any()
    hand.press("Delete")
    hand.expect()
    assert hand.places() == SPOTS


def test_a_pin_keeps_a_saccade_and_lets_it_go(hand):
    hand.select(3)
    hand.press("p")
    hand.expect(keep="600.1000")
    assert hand.places()[0] == (600, 1000)
    expect(hand.root).to_have_attribute("data-selected", "0")
    hand.press("p")
    hand.expect()
    assert hand.places() == SPOTS
    expect(hand.root).to_have_attribute("data-selected", "3")
    hand.press("Escape")
    hand.twice(400, 400)
    hand.press("Delete", "Control+z", "Control+z")
    hand.expect()
    assert hand.data("selected") == "", "what was let go is not selected again"


def test_undo_and_redo_walk_through_the_edits_and_a_new_one_cuts_the_rest(hand):
    hand.twice(400, 400)
    hand.expect(keep="400.400")
    hand.twice(400, 800)
    hand.expect(keep="400.400,400.800")
    hand.click(*SPOTS[0])
    hand.press("Delete")
    hand.expect(keep="400.400,400.800", ban="200.200")
    hand.press("Control+z")
    hand.expect(keep="400.400,400.800")
    hand.press("Control+z", "Control+z", "Control+z")
    hand.expect()
    assert hand.places() == SPOTS
    hand.press("Control+Shift+Z")
    hand.expect(keep="400.400")
    hand.press("Control+y")
    hand.expect(keep="400.400,400.800")
    hand.press("Control+z")
    hand.twice(700, 400)
    hand.expect(keep="400.400,700.400")
    hand.press("Control+y")
    hand.expect(keep="400.400,700.400")
    hand.page.get_by_role("button", name="Undo").click()
    hand.expect(keep="400.400")
    hand.page.get_by_role("button", name="Redo").click()
    hand.expect(keep="400.400,700.400")


def test_the_page_says_what_is_set_and_resets_it_and_that_can_be_undone(hand):
    button = hand.page.get_by_role("button", name="Reset marks")
    expect(button).to_have_count(0)
    hand.twice(400, 400)
    hand.twice(400, 800)
    hand.click(*SPOTS[0])
    hand.press("Delete")
    expect(hand.page.get_by_text("2 kept, 1 banned")).to_be_visible()
    button.click()
    hand.expect()
    expect(hand.root).to_have_attribute("data-marks", "0,0,0")
    assert hand.places() == SPOTS
    expect(button).to_have_count(0)
    hand.press("Control+z")
    hand.expect(keep="400.400,400.800", ban="200.200")


def test_a_box_selects_several_and_keys_act_on_all_of_them(hand):
    hand.page.keyboard.down("Shift")
    hand.draw((101.5, 101.5), (300.5, 700.5))
    hand.page.keyboard.up("Shift")
    told = hand.page.get_by_text(re.compile("selected .*'saccades': \\[0, 1\\]"))
    expect(told).to_be_visible()
    words = told.inner_text().removeprefix("selected ").replace("'", '"').replace("None", "null")
    box = json.loads(words)["box"]
    assert box == pytest.approx([101, 101, 301, 701], abs=3)
    hand.press("p")
    hand.expect(keep="200.200,200.600")
    hand.press("Delete")
    hand.expect()
    hand.page.keyboard.down("Shift")
    hand.draw((500.5, 100.5), (700.5, 1100.5))
    hand.page.keyboard.up("Shift")
    hand.press("Delete")
    hand.expect(ban="600.1000,600.600,600.200")
    assert hand.places() == SPOTS[:3]


def outline(hand):
    """The outlines that the viewer shows, once Python has them too."""
    text = hand.root.evaluate("({ viewer }) => viewer.turns.values.inside")
    hand.expect(inside=text)
    return MarkSettings(inside=text)


def test_an_outline_drawn_by_hand_holds_what_it_encloses(hand):
    hand.press("o")
    assert hand.data("editing") == "lasso"
    turn = np.linspace(0, 2 * np.pi, 60)
    line = np.stack([400 + 250 * np.sin(turn), 600 + 350 * np.cos(turn)], 1)
    line[20:30] = [[400, 600]] * 10  # a bite out of it
    before = hand.colors((100, 100), (500, 600))
    hand.mouse.move(*hand.point(*line[0]))
    hand.mouse.down()
    for y, x in line[1:]:
        hand.mouse.move(*hand.point(y, x))
    hand.mouse.up()
    expect(hand.root).to_have_attribute("data-marks", "0,0,1")
    hand.press("Escape")
    assert hand.data("editing") == "on"
    found = outline(hand)
    assert len(found.polygons()) == 1
    assert 10 < len(found.polygons()[0]) <= 64
    grid = Grid((H, W), (H // 4, W // 4))
    drawn = ",".join(f"{round(y)}.{round(x)}" for y, x in line)
    same = marks.inside(found, grid) == marks.inside(MarkSettings(inside=drawn), grid)
    assert same.mean() > 0.99
    after = hand.colors((100, 100), (500, 600))
    assert after[0].sum() < 0.7 * before[0].sum(), "what lies outside is dim"
    assert (after[1] == before[1]).all()


def test_outlines_are_removed_one_by_one_or_all_at_once(hand):
    hand.press("o")
    hand.draw((100, 50), (100, 300), (300, 300), (300, 50))
    expect(hand.root).to_have_attribute("data-marks", "0,0,1")
    hand.draw((500, 500), (500, 800), (750, 800), (750, 500))
    expect(hand.root).to_have_attribute("data-marks", "0,0,2")
    hand.press("Escape")
    kept = outline(hand).inside.split(";")
    hand.click(625, 800)
    hand.press("Delete")
    hand.expect(inside=kept[0])
    hand.press("Control+z")
    hand.expect(inside=";".join(kept))
    hand.press("Shift+O")
    hand.expect()


def test_a_scribble_that_encloses_nothing_is_no_outline(hand):
    hand.press("o")
    hand.draw((300, 300), (300, 700), (300, 400))
    hand.press("o")
    assert (hand.data("marks"), hand.data("editing")) == ("0,0,0", "on")
    hand.expect()


def test_marks_of_a_link_are_there_at_once(page, address):
    hand = Hand(page, f"{address}/?keep=400.400&ban=200.200")
    assert hand.data("marks") == "1,1,0"
    hand.expect(keep="400.400", ban="200.200")
    hand.page.get_by_role("button", name="Clear all marks").click()
    hand.expect()
    assert "keep" not in page.url


def test_where_nothing_can_be_edited_a_double_click_goes_closer(page, address):
    hand = Hand(page, f"{address}/?fixed=1")
    assert hand.data("editing") == "off"
    expect(page.get_by_role("toolbar", name="Edit saccades")).to_be_hidden()
    before = hand.data("view")
    hand.twice(400, 400)
    expect(hand.root).not_to_have_attribute("data-view", before)
    hand.settle()
    hand.click(*SPOTS[0])
    hand.press("Delete", "p", "o", "Control+z")
    assert hand.places() == SPOTS


CORNER = (30, 30)  # far from all windows


def test_space_plays_to_the_end_and_dims_what_the_eye_has_not_seen(hand):
    seen = (240, 240)  # in the first window
    before, at_rest = hand.colors(CORNER, seen), [hand.pixels(n) for n in ("picture", "marks")]
    hand.page.get_by_label("Speed", exact=True).evaluate(
        "(input) => { input.value = 1; input.dispatchEvent(new Event('input')); }"
    )
    hand.box.press(" ")
    expect(hand.root).to_have_attribute("data-playing", "playing")
    expect(hand.root).to_have_attribute("data-step", "3")
    during = hand.colors(CORNER, seen)
    assert during[0].sum() < 0.6 * before[0].sum()
    assert (during[1] == before[1]).all(), "what it saw stays bright"
    expect(hand.root).to_have_attribute("data-step", str(len(SPOTS)))
    expect(hand.root).to_have_attribute("data-playing", "no")
    hand.settle()
    hand.mouse.move(2, 2)
    hand.settle()
    assert [hand.pixels(n) for n in ("picture", "marks")] == at_rest, "everything is as before"


def test_play_pauses_steps_and_ends_with_escape(hand):
    hand.box.press(" ")
    expect(hand.root).to_have_attribute("data-step", "2")
    hand.box.press(" ")
    expect(hand.root).to_have_attribute("data-playing", "paused")
    hand.settle()
    step = int(hand.data("step"))
    hand.press(".")
    expect(hand.root).to_have_attribute("data-step", str(step + 1))
    hand.press(",", ",")
    expect(hand.root).to_have_attribute("data-step", str(step - 1))
    assert hand.data("selected") == "", "stepping through does not select"
    hand.press("Escape")
    assert (hand.data("playing"), hand.data("step")) == ("no", "")
    hand.press(".")
    expect(hand.root).to_have_attribute("data-selected", "0")


def test_with_the_foveated_view_the_picture_is_sharp_only_where_the_eye_looks(hand):
    hand.root.evaluate(
        """({ viewer }) => {  // stripes, where the picture is plain
            const { tiles } = viewer;
            const { draw } = tiles;
            tiles.draw = (context, view, moving) => {
                const missing = draw.call(tiles, context, view, moving);
                context.fillStyle = "#000";
                for (let x = 0; x < view.w; x += 4) context.fillRect(x, 0, 2, view.h);
                return missing;
            };
        }"""
    )
    contrast = """({ viewer }, [x, y]) => {
        const { view } = viewer.camera;
        const [px, py] = [(x - view.x) * view.s, (y - view.y) * view.s].map(Math.round);
        const { data } = viewer.stage.picture.getImageData(px, py, 16, 1);
        const reds = Array.from(data).filter((_, i) => i % 4 === 0);
        return Math.max(...reds) - Math.min(...reds);
    }"""
    near, far = [SPOTS[0][1], SPOTS[0][0]], [1000, 600]
    hand.press("v")
    expect(hand.root).to_have_attribute("data-playing", "paused")
    assert hand.root.evaluate(contrast, near) > 100
    assert hand.root.evaluate(contrast, far) < 20
    hand.press("v")
    assert hand.root.evaluate(contrast, far) > 20
    hand.press("Escape")


def test_who_wants_no_motion_gets_jumps(open_page, address):
    hand = Hand(open_page(reduced_motion="reduce", viewport=ROOM), address)
    glides = hand.root.evaluate(
        """async ({ viewer }) => {
            const { Player } = await import(PLAYER);
            const player = viewer.part(Player);
            player.toggle();
            const places = new Set();
            while (player.track && player.track.step < 3) {
                places.add(player.track.gaze.join());
                await new Promise(requestAnimationFrame);
            }
            player.stop();
            return [...places];
        }""".replace("PLAYER", json.dumps(_module(hand.page, "player")))
    )
    assert glides == ["200.5,200.5"] or set(glides) <= {f"{x}.5,{y}.5" for y, x in SPOTS}


def _module(page, name):
    """The address under which the page has loaded one of the viewer's modules."""
    return page.evaluate(
        """(name) => performance.getEntriesByType("resource")
            .map((entry) => entry.name).find((address) => address.endsWith(`/${name}.js`))""",
        name,
    )


def test_the_tree_grows_to_the_one_that_is_set(page, address):
    hand = Hand(page, f"{address}/?tree=1")
    whole, at_rest = int(hand.data("leaves")), hand.pixels("marks")
    hand.box.press(" ")
    expect(hand.root).to_have_attribute("data-playing", "playing")
    counts = hand.root.evaluate(
        """(root) => new Promise((resolve) => {
            const counts = [];
            const look = () => {
                if (root.dataset.playing === "no") return resolve(counts);
                counts.push(root.viewer.layer("leaves").count);
                return requestAnimationFrame(look);
            };
            look();
        })"""
    )
    assert counts[0] < whole
    assert counts == sorted(counts), "ever more leaves"
    assert len(set(counts)) > 5
    assert counts[-1] == whole
    hand.settle()
    assert int(hand.data("leaves")) == whole
    assert hand.pixels("marks") == at_rest


def test_another_threshold_ends_the_play_of_the_tree(page, address):
    hand = Hand(page, f"{address}/?tree=1")
    hand.box.press(" ")
    expect(hand.root).to_have_attribute("data-playing", "playing")
    hand.root.evaluate("({ viewer }) => viewer.turns.turn({ max_detail: 3000 })")
    expect(hand.root).to_have_attribute("data-playing", "no")
    hand.settle()
    assert int(hand.data("leaves")) > 0


def test_history_is_bounded_and_outlines_have_few_corners(hand):
    found = hand.page.evaluate(
        """async ([history, marks]) => {
            const { History } = await import(history);
            const { polygon } = await import(marks);
            const past = new History();
            for (let i = 0; i < 250; i++) past.done(i);
            const circle = Array.from({ length: 4000 }, (_, i) =>
                [400 + 380 * Math.sin(i / 636.6), 500 + 380 * Math.cos(i / 636.6)]);
            return [past.past.length, past.undo("now"), polygon(circle, [800, 1200], 0.5),
                polygon([[0, 0], [-50, 2000], [900, 2000], [900, -3]], [800, 1200], 0.5)];
        }""",
        [_module(hand.page, "history"), _module(hand.page, "marks")],
    )
    length, last, circle, corners = found
    assert (length, last) == (100, 249)
    assert 16 < len(circle) <= 64
    grid = Grid((H, W), (H // 4, W // 4))
    text = ",".join(f"{y}.{x}" for y, x in circle)
    area = marks.inside(MarkSettings(inside=text), grid).sum() * 16
    assert area == pytest.approx(np.pi * 380**2, rel=0.02)
    assert corners == [[0, 0], [0, 1200], [800, 1200], [800, 0]]
