"""The page of comparisons, driven without a browser: all modes, two to four panes, its numbers."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from streamlit.testing.v1 import AppTest

from patchdrive.figures import DRIVE_LOOKS
from patchdrive.figures.difference import DIFFERENCE_LOOKS
from patchdrive.ops.maps import MIDDLE
from patchdrive.ui.panes import MINUS, OVER, SIDE, shape
from patchdrive.viewer.packing import unpack

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/2_compare/1_Side_by_side.py"


def open_page(**parameters):
    """A fresh session on the page, with URL parameters."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["fuse"] = "false"
    app.run().switch_page(PAGE)  # a change of page empties the URL
    for name, value in parameters.items():
        app.query_params[name] = str(value)
    app.run()
    assert_quiet(app)
    return app


def assert_quiet(app):
    assert not app.exception, app.exception
    assert not app.error, [error.value for error in app.error]


def viewers(app):
    """(header, arrays) of each viewer, in order."""
    protos = [one.proto for one in app.get("bidi_component") if one.proto.bytes]
    return [unpack(proto.bytes) for proto in protos]


def headers(app):
    return [header for header, _ in viewers(app)]


def table(app):
    """The rows of the table as dictionaries."""
    return app.table[0].value.to_dict("records")


def names(header):
    return [layer["name"] for layer in header["layers"]]


def find(app, key):
    return next(one for one in [*app.selectbox, *app.toggle, *app.button_group] if one.key == key)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_pane_has_a_viewer_in_one_group_and_a_row_of_numbers(count):
    app = open_page(panes=count)
    shown = headers(app)
    assert [one["key"] for one in shown] == [f"compare_{letter}" for letter in "abcd"[:count]]
    assert {one["link"] for one in shown} == {"compare"}
    assert len({one["digest"] for one in shown}) == count, "each starts with another saliency"
    assert len({one["shape"] for one in shown}) == 1
    assert [row["Pane"] for row in table(app)] == list("ABCD"[:count])
    assert all(row["Places"] == "16 of 16" for row in table(app))


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        (OVER, ["a_saliency", "b_saliency", "truth", "a_saccades", "b_saccades"]),
        (MINUS, ["difference", "truth", "a_saccades", "b_saccades"]),
    ],
)
def test_the_other_modes_lay_both_drives_over_one_picture(mode, wanted):
    app = open_page(compare=mode)
    (header,) = headers(app)
    assert names(header) == wanted
    sliders = [knob["name"] for knob in header["knobs"]]
    assert sliders == [
        f"{letter}_{name}" for letter in "ab" for name in ("k", "radius", "threshold")
    ]
    landings = [layer for layer in header["layers"] if layer["kind"] == "landings"]
    assert [layer["live"]["prefix"] for layer in landings] == ["a_", "b_"]
    parted = [["a_saliency", "a_saccades"], ["b_saliency", "b_saccades"]]
    assert header["wipe"] == (parted if mode == OVER else None)


def test_a_knob_belongs_to_its_pane_and_keeps_its_plain_name_in_the_browser():
    app = open_page(a_k=5, b_radius=320, b_saliency_opacity=0.25)
    a, b = headers(app)
    assert [knob["name"] for knob in a["knobs"]] == ["k", "radius", "threshold"]
    assert (a["values"]["k"], b["values"]["k"]) == (5, 16)
    assert (a["values"]["radius"], b["values"]["radius"]) == (160, 320)
    usual = DRIVE_LOOKS["saliency_opacity"].default
    assert (a["values"]["saliency_opacity"], b["values"]["saliency_opacity"]) == (usual, 0.25)
    assert [row["Places"] for row in table(app)] == ["5 of 5", "16 of 16"]


def test_a_link_reproduces_panes_in_every_mode():
    chosen = {"a_k": 5, "a_saliency": "entropy", "b_picker": "maxima"}
    for mode in (SIDE, OVER, MINUS):
        app = open_page(compare=mode, **chosen)
        assert find(app, "a_saliency").value == "entropy"
        assert find(app, "b_picker").value == "maxima"
        if mode != MINUS:
            assert [row["Saliency"] for row in table(app)] == ["entropy", "edges"]
            assert table(app)[0]["Places"] == "5 of 5"


def test_a_pane_may_show_another_picture():
    app = open_page(b_picture="road", b_saliency="contrast", a_saliency="contrast")
    a, b = headers(app)
    assert a["source"]["url"] != b["source"]["url"]
    told = [row["Known objects found"].split(" of ")[1] for row in table(app)]
    assert told[0].split()[0] != told[1].split()[0]
    assert all(re.fullmatch(r"\d+ \(chance \d+\.\d, best \d+\)", one) for one in told)


def test_a_fixed_scale_is_shared_by_maps_of_one_method_only():
    words = {"a_saliency": "entropy", "b_saliency": "entropy", "c_saliency": "edges"}
    app = open_page(panes=3, fixed="true", b_picture="sky", **words)
    a, b, c = (one["values"]["saliency_full"] for one in headers(app))
    assert a == b > 0
    assert c > 0
    app = open_page(panes=2)
    assert [one["values"]["saliency_full"] for one in headers(app)] == [0, 0]


def test_marks_that_do_not_fit_another_picture_are_left_out():
    app = open_page(a_keep="2000.3000")
    assert "1 of 1" not in table(app)[0]["Places"]
    small = np.random.default_rng(0).integers(0, 255, (90, 160, 3)).astype(np.uint8)
    out = io.BytesIO()
    Pillow.fromarray(small).save(out, "PNG")
    app.file_uploader[0].upload("small.png", out.getvalue(), "image/png")
    app.run()
    assert_quiet(app)
    assert headers(app)[0]["source"]["size"] == [90, 160]


@pytest.mark.parametrize("mode", [SIDE, OVER, MINUS])
@pytest.mark.parametrize("shape", [(1, 1), (7, 4001), (300, 200)])
def test_pictures_of_any_shape_live_in_every_mode(mode, shape):
    app = open_page(compare=mode)
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, 3)).astype(np.uint8)
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG")
    app.file_uploader[0].upload("odd.png", out.getvalue(), "image/png")
    app.run()
    assert_quiet(app)
    assert tuple(headers(app)[0]["source"]["size"]) == shape


def test_equal_maps_have_no_difference_and_agree_in_all_numbers():
    app = open_page(compare=MINUS, a_saliency="edges", b_saliency="edges")
    ((header, arrays),) = viewers(app)
    layer = header["layers"][0]
    assert layer["diverging"]
    assert "colormap" not in layer["turns"]
    assert (arrays[f"{layer['digest']}/codes"] == MIDDLE).all()
    assert [one.value for one in app.metric] == ["1.00", "0.000", "100 %"]
    other = open_page(compare=MINUS)
    assert [one.value for one in other.metric] != [one.value for one in app.metric]


def test_an_untrained_network_is_marked_in_table_and_difference():
    app = open_page(b_saliency="network")
    assert "untrained" in table(app)[1]["Saliency"]
    ((header, _),) = viewers(open_page(compare=MINUS, b_saliency="network"))
    assert "untrained" in header["layers"][0]["note"]


def test_the_difference_has_only_its_own_colours():
    assert DIFFERENCE_LOOKS["difference_colormap"].choices == ("puor",)


def test_panes_are_as_tall_as_the_tallest_picture_needs():
    assert shape([(2160, 3840)]) == 3840 / 2160
    assert shape([(2160, 3840), (3000, 3000), (100, 400)]) == 1
