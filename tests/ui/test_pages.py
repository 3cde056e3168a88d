"""Every page, driven without a browser: knobs, links, pictures, errors in words."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from safetensors.torch import save_file
from streamlit.testing.v1 import AppTest

from patchdrive.figures import DRIVE_LOOKS, TREE_LOOKS
from patchdrive.marks import MarkSettings
from patchdrive.models.backbone import backbone
from patchdrive.pipelines.knobs import drive_knobs, tree_knobs
from patchdrive.ui.controls import DRIVE_SLIDERS
from patchdrive.viewer.packing import unpack
from tests.images import pyramid_file

APP = str(Path(__file__).parents[2] / "app.py")
DRIVE, TREE = "pages/1_explore/1_Drive.py", "pages/1_explore/2_Quadtree.py"
SAMPLES = Path(APP).parent / "assets" / "samples"
QUICK = {"fuse": "false"}  # the networks are tested by themselves
WIDGETS = ("slider", "select_slider", "number_input", "selectbox", "toggle", "segmented_control")


def open_page(page=DRIVE, **parameters):
    """A fresh session on a page, with URL parameters."""
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in {**QUICK, **parameters}.items():
        app.query_params[name] = str(value)
    app.run()
    if page != DRIVE:
        app.switch_page(page).run()
    assert_quiet(app)
    return app


def assert_quiet(app, allowed=0):
    assert not app.exception, app.exception
    assert len(app.error) == allowed, [error.value for error in app.error]


def find(app, key):
    for kind in WIDGETS:
        for widget in app.get(kind):
            if widget.key == key:
                return widget
    raise AssertionError(f"no widget has the key {key}")


def overlay(app):
    """Header and arrays that the viewer was sent."""
    viewers = [one.proto for one in app.get("bidi_component") if one.proto.bytes]
    return unpack(viewers[0].bytes)


HELD = {}  # arrays that travelled before, as the browser holds them


def array(app, kind, name):
    """One array of the first layer of a kind."""
    header, arrays = overlay(app)
    HELD.update(arrays)
    layer = next(one for one in header["layers"] if one["kind"] == kind)
    return HELD[f"{layer['digest']}/{name}"]


def turn(app, **changes):
    """What the viewer's own knobs do: they are held by the session."""
    held = dict(app.session_state["live values"])
    app.session_state["live values"] = held | changes
    app.run()


def saccades(app):
    """(K, 2) as x, y."""
    return array(app, "landings", "centers").T


def parameters(app):
    """The URL's parameters as plain words; the harness gives lists or words."""
    pairs = app.query_params.items()
    return {name: one[0] if isinstance(one, list) else one for name, one in pairs}


def size(app):
    return tuple(overlay(app)[0]["source"]["size"])


def png(pixels):
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("page", [DRIVE, TREE])
def test_each_page_opens_on_a_shipped_picture_with_its_overlay(page):
    app = open_page(page)
    assert size(app) == (2160, 3840)
    assert overlay(app)[0]["layers"]


def ends(knob):
    if isinstance(knob.default, bool):
        return [True, False]
    if knob.choices:
        return list(dict.fromkeys([knob.choices[0], knob.choices[-1]]))
    return [type(knob.default)(knob.low), type(knob.default)(knob.high)]


SIDEBAR_OR_SLOW = {"device", "weights", "seed", "global_backbone", "highres_backbone", "fuse"}
LIVE = {name: drive_knobs()[name] for name in DRIVE_SLIDERS}
LIVE |= {name: tree_knobs()[name] for name in ("max_detail", "budget")}
MARKS = MarkSettings.knobs()
DRIVE_CASES = [
    (name, value)
    for name, knob in drive_knobs().items()
    if name not in {*SIDEBAR_OR_SLOW, *LIVE, *MARKS} and not name.startswith("network")
    for value in ends(knob)
]
TREE_CASES = [
    (name, value) for name, knob in tree_knobs().items() if name not in LIVE for value in ends(knob)
]
LIVE_CASES = [
    (page, name, value)
    for page, looks, own in ((DRIVE, DRIVE_LOOKS, drive_knobs()), (TREE, TREE_LOOKS, tree_knobs()))
    for name, knob in {**looks, **{name: LIVE[name] for name in LIVE if name in own}}.items()
    for value in ends(knob)
]


@pytest.mark.parametrize(("name", "value"), DRIVE_CASES)
def test_drive_lives_with_every_knob_at_both_ends(name, value):
    method = name.split("_")[0]
    shown = {"saliency": method} if method in drive_knobs()["saliency"].choices else {}
    app = open_page(DRIVE, **shown)
    find(app, name).set_value(value)
    app.run()
    contradiction = (name, value) in {("edges_low", 600), ("edges_high", 0)}
    assert_quiet(app, allowed=int(contradiction))
    assert overlay(app)[0]["layers"]


@pytest.mark.parametrize(("name", "value"), TREE_CASES)
def test_quadtree_lives_with_every_knob_at_both_ends(name, value):
    app = open_page(TREE, **({"split": "budget"} if name == "budget" else {}))
    find(app, name).set_value(value)
    app.run()
    contradiction = (name, value) in {("canny_low", 600), ("canny_high", 0)}
    assert_quiet(app, allowed=int(contradiction))
    assert overlay(app)[0]["layers"]


@pytest.mark.parametrize(("page", "name", "value"), LIVE_CASES)
def test_a_page_lives_with_every_knob_of_its_viewer_at_both_ends(page, name, value):
    app = open_page(page, **({"split": "budget"} if name == "budget" else {}))
    turn(app, **{name: value})
    assert_quiet(app)
    assert overlay(app)[0]["values"][name] == value


def test_marks_of_a_hand_are_part_of_a_link():
    app = open_page(k=3, keep="1200.800", ban="10.20", inside="0.0,0.3840,2160.3840,2160.0")
    assert saccades(app)[0].tolist() == [800, 1200]
    assert array(app, "landings", "kept").tolist() == [1, 0, 0]


def test_the_networks_run_and_say_that_they_are_untrained():
    app = open_page(fuse="true", k=2, patch=64, glance=256)
    assert any("untrained network" in one.value for one in app.markdown)
    assert any("weight 0." in one.proto.body for one in app.get("html"))


NETWORK_CASES = [
    *[(name, end) for name in ("device", "weights", "seed") for end in ("first", "last")],
    *[(name, end) for name in ("global_backbone", "highres_backbone") for end in ("first", "last")],
    ("fuse", "first"),
    ("fuse", "last"),
    ("network_temperature", "first"),
    ("network_temperature", "last"),
]


@pytest.mark.parametrize(("name", "end"), NETWORK_CASES)
def test_drive_lives_with_every_knob_of_the_networks_at_both_ends(name, end):
    shown = {"saliency": "network"} if name.startswith("network") else {}
    app = open_page(fuse="true", k=2, patch=32, glance=64, radius=8, **shown)
    widget = find(app, name)
    choices = getattr(widget, "options", None) or ends(drive_knobs()[name])
    widget.set_value(choices[0 if end == "first" else -1])
    app.run()
    assert_quiet(app)
    assert overlay(app)[0]["layers"]


def test_a_link_reproduces_the_settings_and_leaves_out_defaults():
    app = open_page(k=5, saliency="edges", edges_spread="12.0")
    assert len(saccades(app)) == 5
    assert find(app, "edges_spread").value == 12.0
    again = open_page(**parameters(app))
    assert (saccades(again) == saccades(app)).all()


def test_a_senseless_link_falls_back_to_defaults_in_words():
    app = AppTest.from_file(APP, default_timeout=120)
    senseless = {"k": "many", "saliency_opacity": "9", "saliency": "psychic", "fuse": "false"}
    for name, value in senseless.items():
        app.query_params[name] = value
    app.run()
    assert_quiet(app)
    (told,) = (one.value for one in app.warning)
    opacity = DRIVE_LOOKS["saliency_opacity"].default
    for words in (
        "'many'; 16 is used",
        f"not 9.0; {opacity} is used",
        "'psychic'; contrast is used",
    ):
        assert words in told
    assert len(saccades(app)) == 16
    lost = AppTest.from_file(APP, default_timeout=60)
    lost.query_params["picture"], lost.query_params["fuse"] = "~0123", "false"
    lost.run()
    assert not lost.exception
    assert ["no longer held" in error.value for error in lost.error] == [True]
    assert overlay(lost)[0]["layers"]


def test_moving_k_changes_the_saccades_and_nothing_else():
    app = open_page()
    before = saccades(app)
    turn(app, k=30)
    assert_quiet(app)
    assert len(saccades(app)) == 30
    assert (saccades(app)[:16] == before).all()


def test_the_road_comes_with_a_mask_of_what_is_broken():
    app = open_page(picture="road")
    header, arrays = overlay(app)
    (classes,) = [layer for layer in header["layers"] if layer["kind"] == "classes"]
    assert classes["names"] == ["crack", "pothole"]
    labels = arrays[f"{classes['digest']}/labels"]
    with Pillow.open(SAMPLES / "road_mask.png") as mask:
        assert (labels == np.asarray(mask) - np.uint8(1)).all(), "0 becomes 255: nothing"
    assert "classes_visible" in header["values"]
    sent = next(one.proto for one in app.get("bidi_component") if one.proto.bytes)
    assert len(sent.bytes) <= 250_000
    kinds = [layer["kind"] for layer in overlay(open_page(picture="desk"))[0]["layers"]]
    assert "classes" not in kinds


def test_a_slide_larger_than_memory_is_driven_and_its_quadtree_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PATCHDRIVE_ROOT", str(tmp_path))
    pixels = np.random.default_rng(0).integers(0, 256, (600, 900, 3), np.uint8)
    pyramid_file.write_picture(tmp_path / "slide.tif", pixels, text="Aperio|MPP = 0.5")
    monkeypatch.setenv("PATCHDRIVE_MAX_MEGAPIXELS", "0.3")
    app = open_page()
    app.text_input(key="server_path").set_value("slide.tif").run()
    assert_quiet(app)
    header, _ = overlay(app)
    assert header["source"]["size"] == [600, 900]
    assert header["source"]["microns"] == [0.5, 0.5]
    assert len(saccades(app)) > 3
    assert any("the file's own 3 levels" in one.value for one in app.caption)
    app.switch_page(TREE).run()
    assert_quiet(app, allowed=1)
    assert "what needs all its pixels at once takes up to 0.3" in app.error[0].value


def test_an_upload_is_opened_and_becomes_part_of_the_link():
    app = open_page()
    pixels = np.full((90, 160, 3), 90, np.uint8)
    pixels[40:50, 100:110] = (250, 30, 30)
    app.file_uploader[0].upload("../<b>tiny</b>.png", png(pixels), "image/png")
    app.run()
    assert_quiet(app)
    assert size(app) == (90, 160)
    assert parameters(app)["picture"].startswith("~")
    other = open_page(picture=parameters(app)["picture"])
    assert size(other) == (90, 160), "the link shows it in another session"


def test_a_bad_upload_leaves_one_red_line_and_the_last_good_picture():
    app = open_page(picture="desk")
    source = overlay(app)[0]["source"]
    app.file_uploader[0].upload("letter.jpg", b"Dear Sir or Madam", "image/jpeg")
    app.run()
    assert_quiet(app, allowed=1)
    assert "letter.jpg" in app.error[0].value
    assert overlay(app)[0]["source"] == source
    turn(app, k=7)
    assert len(saccades(app)) == 7, "the page stays usable"


def test_contradicting_knobs_leave_one_red_line_and_the_last_good_tree():
    app = open_page(TREE, max_detail=300)
    leaves = array(app, "leaves", "counts")
    find(app, "canny_low").set_value(500)
    app.run()
    assert_quiet(app, allowed=1)
    assert "canny_low" in app.error[0].value
    assert (array(app, "leaves", "counts") == leaves).all()


def test_the_picture_stays_when_the_page_changes():
    app = open_page(picture="sky")
    app.switch_page(TREE).run()
    assert parameters(app)["picture"] == "sky"


def test_a_path_on_the_server_is_offered_only_where_it_is_allowed(monkeypatch, tmp_path):
    assert not open_page().text_input
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "one.png").write_bytes(png(np.zeros((20, 30, 3), np.uint8)))
    (tmp_path / "secret.png").write_bytes(png(np.zeros((20, 30, 3), np.uint8)))
    monkeypatch.setenv("PATCHDRIVE_ROOT", str(tmp_path / "open"))
    app = open_page()
    app.text_input[0].set_value("one.png").run()
    assert_quiet(app)
    assert size(app) == (20, 30)
    app.text_input[0].set_value("../secret.png").run()
    assert_quiet(app, allowed=1)
    assert "leads out of the folder" in app.error[0].value
    assert str(tmp_path) not in app.error[0].value


def test_an_unexpected_fault_shows_words_and_no_traceback(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("patchdrive.pipelines.drive.choose", broken)
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["fuse"], app.query_params["k"] = "false", "3"
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "secret" not in app.error[0].value


@pytest.mark.parametrize("page", [DRIVE, TREE])
@pytest.mark.parametrize("shape", [(1, 1), (7, 4001), (4001, 7), (300, 200)])
def test_pictures_of_any_shape_live_on_every_page(shape, page):
    rng = np.random.default_rng(0)
    app = open_page(page, fuse="true")
    pixels = rng.integers(0, 255, (*shape, 3)).astype(np.uint8)
    app.file_uploader[0].upload("odd.png", png(pixels), "image/png")
    app.run()
    assert_quiet(app)
    assert size(app) == shape


def test_weights_are_offered_by_name_from_the_folder_that_is_allowed(monkeypatch, tmp_path):
    weights = backbone("mobilenetv3_small_050", weights="untrained", seed=7).model.state_dict()
    save_file(weights, tmp_path / "mine.safetensors")
    monkeypatch.setenv("PATCHDRIVE_WEIGHTS", str(tmp_path))
    app = open_page(fuse="true", k=2, patch=32, glance=64, radius=8)
    widget = find(app, "weights")
    assert list(widget.options) == ["auto", "untrained", "mine.safetensors"], "no path is shown"
    small = {"k": 2, "patch": 32, "glance": 64, "radius": 8}
    app = open_page(fuse="true", weights="mine.safetensors", **small)
    notes = [one.value for one in app.markdown if "Fusion weights" in one.value]
    assert "pretrained backbones, untrained heads" in notes[0]
    assert "untrained network" in notes[0], "random heads stay marked"
