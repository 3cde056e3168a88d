"""Colour maps: the published ones, within a stated distance."""

from itertools import combinations

import cv2
import numpy as np
import pytest

from patchdrive.figures import colors
from patchdrive.figures.colors import DIVERGING, NAMES, table
from tests.sight import SIGHT, lab


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"gray", *DIVERGING}])
def test_a_map_agrees_with_opencv_s(name):
    ramp = np.arange(256, dtype=np.uint8)[None]
    published = cv2.applyColorMap(ramp, getattr(cv2, f"COLORMAP_{name.upper()}"))[0, :, ::-1]
    difference = abs(table(name).astype(int) - published)
    assert difference.max() <= 11
    assert difference.mean() <= 1.1
    assert difference[[0, 255]].max() == 0


def test_gray_is_the_identity():
    assert (table("gray") == np.arange(256)[:, None]).all()


def test_a_table_is_shared_and_read_only():
    assert table("inferno") is table("inferno")
    assert not table("inferno").flags.writeable


def test_an_unknown_map_is_named():
    with pytest.raises(ValueError, match="no colour map 'jet'; there are inferno"):
        table("jet")


@pytest.mark.parametrize("name", NAMES)
def test_every_map_is_a_table_of_256_colours(name):
    assert table(name).shape == (256, 3)
    assert table(name).dtype == np.uint8


def test_the_order_s_colours_lie_on_the_map_without_its_darkest_end():
    found = colors.order("plasma", 3)
    assert (found == table("plasma")[[69, 159, 250]]).all()
    assert (colors.order("plasma", 1) == table("plasma")[69]).all()
    assert colors.order("plasma", 0).shape == (0, 3)


def test_levels_span_from_the_coarsest_to_the_finest_that_there_is():
    found = colors.levels("viridis", np.array([4, 2, 3, 2]))
    assert (found == table("viridis")[[250, 77, 163, 77]]).all()
    assert colors.levels("viridis", np.zeros(0, int)).shape == (0, 3)


def test_a_higher_score_lies_further_on_the_map():
    places = {tuple(color): n for n, color in enumerate(table("viridis").tolist())}
    found = colors.strengths("viridis", np.array([0, 1, 10, 1000]))
    listed = [places[tuple(color)] for color in found.tolist()]
    assert listed == sorted(set(listed))


def test_a_colour_s_name_is_its_numbers():
    assert colors.rgb("#39d0ff") == (57, 208, 255)
    assert colors.css(np.array([57, 208, 255], np.uint8)) == "#39d0ff"


def contrast(one, other):
    """Contrast of two colours as WCAG has it."""

    def light(color):
        parts = np.array(colors.rgb(color)) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    high, low = sorted((light(one), light(other)), reverse=True)
    return high / low


@pytest.mark.parametrize("color", [colors.HIT, colors.MISSED, colors.KNOWN])
def test_colours_of_what_is_known_stand_out_from_their_dark_casing(color):
    assert contrast(color, "#18191b") > 7


def test_what_is_hit_differs_from_what_is_missed_without_red_and_green():
    hit, missed = (np.array(colors.rgb(color)) for color in (colors.HIT, colors.MISSED))
    assert abs(int(hit[2]) - int(missed[2])) > 150, "the blue part is seen by nearly everybody"


@pytest.mark.parametrize("sight", SIGHT.values(), ids=SIGHT)
@pytest.mark.parametrize("count", range(2, 8))
def test_levels_and_edges_are_told_apart_by_their_colours_alone(sight, count):
    tints = [colors.css(tint) for tint in colors.levels("viridis", np.arange(count))]
    for one, other in combinations([*tints, colors.EDGE], 2):
        assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > 8, f"{one}, {other}"
