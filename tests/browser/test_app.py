"""The app as a person meets it: pages from deep links, knobs, an upload, a reload."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

ROOT = Path(__file__).parents[2]
SLOW = 60_000  # ms; the first run imports torch and timm
# On a page that is not the first, Streamlit looks for itself below the page's path before it looks
# at the root; the browser logs that as an error without its address.
KNOWN = re.compile("the server responded with a status of 404")
ITSELF = re.compile("/[a-z-]+/_stcore/(host-config|health)$")


@pytest.fixture(scope="session")
def address(serve):
    return serve(ROOT / "app.py")


@pytest.fixture
def tab(open_page, errors):
    """A tab whose console holds no other error than the known one, for no other address."""
    page = open_page(viewport={"width": 1500, "height": 950})
    page.set_default_timeout(SLOW)
    failed = []
    page.on("response", lambda answer: answer.status >= 400 and failed.append(answer.url))
    yield page
    errors[:] = [line for line in errors if not KNOWN.search(line)]
    assert [url for url in failed if not ITSELF.search(url)] == []


def drawn(page):
    """Wait for the first overlay."""
    page.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
    return page.locator(".viewer")


def overlay(viewer):
    return viewer.get_attribute("data-digest")


def press(page, slider, key, times=1):
    """Move a slider by keys, each step waited for in the URL."""
    thumb = page.get_by_role("slider", name=slider)
    for _ in range(times):
        thumb.press(key)


@pytest.mark.parametrize(
    ("link", "attribute", "count"),
    [("/?k=7&fuse=false&picture=desk", "data-saccades", "7"), ("/quadtree?picture=sky", "", "")],
)
def test_a_deep_link_opens_its_page_with_picture_and_overlay(tab, address, link, attribute, count):
    tab.goto(address + link)
    viewer = drawn(tab)
    if attribute:
        expect(viewer).to_have_attribute(attribute, count)
    else:
        assert int(viewer.get_attribute("data-leaves")) > 100
    expect(viewer).to_have_attribute("data-missing", "0")
    expect(tab.get_by_text("Traceback")).to_have_count(0)


def test_moving_k_and_the_threshold_changes_the_overlay_and_the_link(tab, address):
    tab.goto(address + "/?fuse=false&picture=town")
    viewer = drawn(tab)
    expect(viewer).to_have_attribute("data-saccades", "16")
    press(tab, "Patches K", "ArrowRight", 4)
    expect(viewer).to_have_attribute("data-saccades", "20")
    tab.wait_for_url(re.compile("k=20"))
    expect(viewer).to_have_attribute("data-pending", "")
    before = overlay(viewer)
    press(tab, "Threshold", "End")
    expect(viewer).to_have_attribute("data-saccades", "0")
    expect(viewer).not_to_have_attribute("data-digest", before)
    expect(tab.get_by_text("No place is above the threshold")).to_be_visible()


LAYER = """(root) => {
    const { x, y, scores, x0, y0, x1, y1 } = root.viewer.layer("landings");
    return [x, y, scores, x0, y0, x1, y1].map((column) => Array.from(column));
}"""


def test_what_is_chosen_while_a_knob_is_dragged_is_what_python_chooses(tab, address):
    tab.goto(address + "/?fuse=false&picture=road")
    viewer = drawn(tab)
    tab.locator(".knobs").hover()
    expect(viewer).to_have_attribute("data-live", "true")
    random = np.random.default_rng(5)
    for _ in range(6):
        values = {
            "k": int(random.integers(1, 80)),
            "radius": int(random.integers(0, 40)) * 8,
            "threshold": round(float(random.uniform(0, 0.3)), 2),
            "percentile": float(random.integers(0, 190)) / 2,
        }
        digest = overlay(viewer)
        expect(viewer).to_have_attribute("data-live", "true")
        viewer.evaluate("(root, values) => root.viewer.turns.turn(values, false)", values)
        dragged = viewer.evaluate(LAYER)
        assert overlay(viewer) == digest, "Python knows of nothing yet"
        updates = int(viewer.get_attribute("data-updates"))
        viewer.evaluate("(root) => root.viewer.turns.release()")
        expect(viewer).to_have_attribute("data-pending", "")
        tab.wait_for_function(
            "([root, n]) => Number(root.dataset.updates) > n",
            arg=[viewer.element_handle(), updates],
        )
        assert viewer.evaluate(LAYER) == dragged
        assert len(dragged[0]) <= values["k"]


def test_leaves_that_are_cut_while_the_threshold_is_dragged_are_those_of_python(tab, address):
    tab.goto(address + "/quadtree?picture=desk&min_leaf=8")
    viewer = drawn(tab)
    for value in (0, 17, 260):
        viewer.evaluate(
            "(root, value) => root.viewer.turns.turn({ max_detail: value }, true)", value
        )
        dragged = viewer.get_attribute("data-leaves")
        expect(tab.get_by_test_id("stMetricValue").first).to_have_text(f"{int(dragged):,}")


def test_an_upload_is_shown_and_survives_a_reload(tab, address):
    tab.goto(address + "/?fuse=false")
    viewer = drawn(tab)
    before = overlay(viewer)
    y, x = np.mgrid[:2160, :3840]
    pixels = np.stack([x // 16, y // 9, (x + y) // 24], -1).astype(np.uint8)
    pixels[700:760, 3000:3060] = (255, 0, 255)
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "JPEG", quality=90)
    upload = {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    tab.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(upload)
    expect(tab.get_by_text("mine.jpg").first).to_be_visible()
    tab.wait_for_url(re.compile("picture=(~|%7E)"))
    expect(viewer).not_to_have_attribute("data-digest", before)
    press(tab, "Patches K", "ArrowLeft", 3)
    expect(viewer).to_have_attribute("data-saccades", "13")
    tab.wait_for_url(re.compile("k=13"))
    expect(viewer).to_have_attribute("data-pending", "")
    shown = overlay(viewer)
    tab.reload()
    viewer = drawn(tab)
    expect(viewer).to_have_attribute("data-digest", shown)


def test_a_bad_upload_is_one_red_line_and_the_picture_stays(tab, address):
    tab.goto(address + "/?fuse=false&picture=road")
    viewer = drawn(tab)
    before = overlay(viewer)
    upload = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"Dear Sir or Madam"}
    tab.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(upload)
    expect(tab.get_by_role("alert")).to_contain_text("letter.jpg")
    expect(viewer).to_have_attribute("data-digest", before)


def test_the_gallery_shows_native_patches_from_the_crop_route(tab, address):
    tab.goto(address + "/?fuse=false&k=3&patch=64")
    drawn(tab)
    patches = tab.locator(".pd-patches img")
    expect(patches).to_have_count(3)
    patches.first.scroll_into_view_if_needed()
    tab.wait_for_function(
        "[...document.querySelectorAll('.pd-patches img')].every((i) => i.naturalWidth === 64)"
    )


def test_a_click_on_a_saccade_marks_its_patch(tab, address):
    tab.goto(address + "/?fuse=false&k=3")
    viewer = drawn(tab)
    expect(viewer).to_have_attribute("data-missing", "0")
    tab.locator(".box").press(".")
    expect(tab.locator(".pd-patches figure.chosen b")).to_have_text("1")
    press(tab, "Patches K", "ArrowRight")
    expect(tab.locator(".pd-patches img")).to_have_count(4)
    expect(tab.locator(".pd-patches figure.chosen b")).to_have_text("1")
    press(tab, "NMS radius", "Home")
    expect(viewer).to_have_attribute("data-busy", "false")
    expect(tab.locator(".pd-patches figure.chosen b")).to_have_text("1")


def test_dark_and_light_follow_the_reader(open_page, address):
    backgrounds = set()
    for scheme in ("dark", "light"):
        page = open_page(color_scheme=scheme)
        page.goto(address + "/?fuse=false")
        drawn(page)
        expect(page.locator(".viewer")).to_have_attribute("data-missing", "0")
        backgrounds.add(
            page.locator(".stApp").evaluate(
                "(element) => getComputedStyle(element).backgroundColor"
            )
        )
    assert len(backgrounds) == 2


def test_the_first_visit_after_a_start_may_be_a_deep_link(serve, tab):
    fresh = serve(ROOT / "app.py", "--server.disconnectedSessionTTL", "61")
    tab.goto(fresh + "/quadtree?picture=sky")
    drawn(tab)
    expect(tab.get_by_text("Page not found")).to_have_count(0)
    expect(tab.get_by_role("slider", name="Split threshold")).to_be_visible()


def test_all_forms_download(tab, address):
    tab.goto(address + "/?fuse=false&k=3&picture=sky&drive_tab=Download")
    drawn(tab)
    got = {}
    for form in ("PNG", "SVG", "GIF", "HTML", "JSON", "CSV", "GeoJSON"):
        with tab.expect_download() as waiting:
            tab.get_by_role("button", name=form, exact=True).click()
        assert waiting.value.suggested_filename == f"sky_saccades.{form.lower()}"
        got[form] = Path(waiting.value.path()).read_bytes()
    with Pillow.open(io.BytesIO(got["PNG"])) as picture:
        assert picture.width == 1920
        assert picture.height > 1080, "with the legend below"
    with Pillow.open(io.BytesIO(got["GIF"])) as picture:
        assert picture.n_frames >= 3
    assert len(json.loads(got["GeoJSON"])["features"]) == 6
    assert got["SVG"].startswith((b"<svg", b"<?xml"))
    assert len(json.loads(got["JSON"])["saccades"]["yx"]) == 3
    assert got["CSV"].decode().count("\n") == 4
    assert b"sky.jpg" in got["HTML"]


def test_the_latest_turn_of_a_knob_ends_work_that_nobody_wants_any_more(tab, address):
    heavy = "/?picture=sky&k=512&radius=0&patch=512&highres_backbone=resnet50"
    tab.goto(address + heavy)
    viewer = drawn(tab)
    expect(viewer).to_have_attribute("data-saccades", "512")
    tab.get_by_text("Patch network").wait_for()
    press(tab, "Patches K", "Home")  # the old run would take minutes
    expect(viewer).to_have_attribute("data-saccades", "1", timeout=30_000)
    expect(tab.locator(".pd-patches img")).to_have_count(1, timeout=30_000)
