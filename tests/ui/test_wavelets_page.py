"""The page about wavelet packets, driven without a browser."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.figures.packets import MosaicLook
from patchdrive.images import MemoryImage
from patchdrive.pipelines.packets import KeepSettings, PacketSettings, rebuild, split, touched
from patchdrive.ui import packet_words as words
from patchdrive.ui.store import store
from tests import scenes
from tests.ui.test_pages import APP, assert_quiet, ends, find, overlay, parameters

PAGE = "pages/1_explore/4_Wavelets.py"
BANDS, REACH, REBUILT = "Bands", "Reach of a patch", "Rebuilt"
SMALL = {"working": 256, "fuse": "false"}


def open_wavelets(allowed=0, **parameters):
    """A fresh session on the page with URL parameters."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["fuse"] = "false"
    app.run()
    app.switch_page(PAGE)
    for name, value in {**SMALL, **parameters}.items():
        app.query_params[name] = str(value)
    app.run()
    assert_quiet(app, allowed)
    return app


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption])


def metrics(app):
    return {one.label: one.value for one in app.metric}


def image_of(size):
    """A picture of a person, in the store; what stands in the link for it."""
    return "~" + store().put(MemoryImage(scenes.texture(*size), "mine"), owner="somebody")


KNOBS = {**PacketSettings.knobs(), **MosaicLook.knobs(), "bands": KeepSettings.knobs()["bands"]}
CASES = [(name, value) for name, knob in KNOBS.items() for value in ends(knob) if value != 4096]


@pytest.mark.parametrize(("name", "value"), CASES)
@pytest.mark.parametrize("view", [BANDS, REACH, REBUILT])
def test_the_page_lives_with_every_knob_at_both_ends(view, name, value):
    app = open_wavelets(wavelets_view=view)
    find(app, name).set_value(value)
    app.run()
    assert_quiet(app)
    assert overlay(app)[0]["layers"]


@pytest.mark.parametrize(
    ("bands", "name"), [("strongest", "strongest"), ("low frequencies", "cutoff")]
)
def test_the_knob_that_decides_what_stays_is_the_one_that_is_shown(bands, name):
    app = open_wavelets(wavelets_view=REBUILT, bands=bands)
    for value in ends(KeepSettings.knobs()[name]):
        find(app, name).set_value(value)
        app.run()
        assert_quiet(app)
    assert find(app, name).value == value


def test_the_bands_have_their_names_and_the_strongest_is_the_average():
    app = open_wavelets(levels=2)
    (layer,) = overlay(app)[0]["layers"]
    assert layer["labels"][:4] == ["aa", "av", "vv", "va"]
    assert "The strongest band, **aa**, holds 9" in said(app)
    natural = open_wavelets(levels=2, order="natural")
    assert overlay(natural)[0]["layers"][0]["labels"][:4] == ["aa", "ah", "av", "ad"]


@pytest.mark.parametrize(
    ("wavelet", "count", "shape"),
    [("haar", "1 of 144", "its own"), ("db2", "9 of 144", "3 x 3"), ("sym4", "49 of 144", "7 x 7")],
)
def test_the_reach_of_a_patch_is_told_for_each_wavelet(wavelet, count, shape):
    app = open_wavelets(wavelets_view=REACH, levels=4, wavelet=wavelet)
    assert f"**{count}**" in said(app)
    assert shape in said(app)
    assert "not global" in said(app)


def test_a_patch_is_chosen_by_numbers_and_stays_at_its_place_when_levels_change():
    app = open_wavelets(wavelets_view=REACH, levels=3, patch_row=4, patch_column=30)
    assert (find(app, "patch_row").value, find(app, "patch_column").value) == (4, 30)
    find(app, "levels").set_value(4)
    app.run()
    assert (find(app, "patch_row").value, find(app, "patch_column").value) == (2, 15)
    assert_quiet(app)


def test_all_bands_give_the_picture_back_and_the_page_says_so():
    app = open_wavelets(wavelets_view=REBUILT, bands="all")
    assert "to the last grey level: largest difference 0." in said(app)
    assert metrics(app)["Bands"] == "64 of 64"
    assert metrics(app)["PSNR"] == "exact"
    assert overlay(app)[0]["wipe"] == [[], ["rebuilt"]]


def test_a_link_reproduces_the_page():
    app = open_wavelets(
        wavelets_view=REBUILT, wavelet="db4", levels=2, strongest=3, order="natural"
    )
    again = open_wavelets(**parameters(app))
    for name in ("wavelet", "levels", "strongest", "order", "working"):
        assert find(again, name).value == find(app, name).value
    assert metrics(again) == metrics(app)


def test_padding_is_told():
    app = open_wavelets(picture=image_of((77, 103)), levels=3)
    assert "padded from 103 x 77 to 104 x 80" in said(app)
    assert "nothing was padded" in said(open_wavelets())


def test_a_picture_smaller_than_a_patch_is_one_line_in_words():
    app = open_wavelets(1, picture=image_of((40, 90)), levels=6)
    assert "6 levels need 64 px on both sides" in app.error[0].value
    find(app, "levels").set_value(5)
    app.run()
    assert_quiet(app)
    assert overlay(app)[0]["layers"]


def result_of(pixels, **values):
    return split(MemoryImage(pixels), PacketSettings(**values))


def test_words_for_a_black_picture_and_for_a_reach_over_all():
    black = result_of(np.zeros((32, 32, 3), np.uint8), levels=2)
    assert "black" in words.energy(black)
    tiny = result_of(scenes.texture(32, 32), levels=4, wavelet="db4")
    assert "all of them" in words.reach(tiny, touched(tiny, (0, 0)))
    single = result_of(scenes.texture(16, 16), levels=4)
    assert "its own" in words.reach(single, touched(single, (0, 0)))


def test_words_for_bands_that_lack_the_average(street):
    result = result_of(street.copy(), levels=2)
    assert "middle grey" in words.rebuilt(rebuild(result, KeepSettings(bands="details")))
    assert "**hd** (change down, both)" in words.band(result, 7)


def test_a_ratio_is_in_decibels_and_equality_is_exact():
    assert words.decibels(float("inf")) == "exact"
    assert words.decibels(23.456) == "23.5 dB"
