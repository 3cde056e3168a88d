"""Matrices of cosines as small pictures: one scale, colours of the table, words for what lacks."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.figures import colors
from patchdrive.figures.likeness import Scale, maps, png, rows

LOW = np.array([[1, -0.5], [-0.5, 1]], np.float32)
HIGH = np.array([[1, 0.72, 1], [0.9, 1, 0.8], [1, 1, 1]], np.float32)


def pixels(data):
    return np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB"))


def shown(html):
    """The pictures by their alternative words."""
    found = re.findall(r'<img alt="(.*?)" src="data:image/png;base64,(.*?)">', html)
    return {words: pixels(base64.b64decode(data)) for words, data in found}


@pytest.mark.parametrize(
    ("matrices", "ends"),
    [
        ([HIGH], (0.7, 1, "viridis")),
        ([HIGH, LOW], (-1, 1, "puor")),
        ([np.ones((2, 2))], (0.95, 1, "viridis")),
        ([np.zeros((2, 2))], (0, 1, "viridis")),
        ([], (-1, 1, "puor")),
    ],
)
def test_one_scale_holds_all_matrices(matrices, ends):
    scale = Scale.over(matrices)
    assert (scale.low, scale.high, scale.map) == (pytest.approx(ends[0]), *ends[1:])


def test_a_pixel_is_the_colour_of_its_cosine():
    scale = Scale(-1, 1, "puor")
    values = np.array([[1, 0, -1], [0.5, -0.25, 0.2], [2, -3, 0.9]])
    found, table = pixels(png(values, scale)), colors.table("puor")
    for (y, x), value in np.ndenumerate(values):
        place = int(np.floor(255 * (min(1, max(-1, value)) + 1) / 2 + 0.5))
        assert (found[y, x] == table[place]).all()


def test_steps_run_over_the_whole_map():
    steps = Scale(-1, 1, "puor").steps()
    table = colors.table("puor")
    assert steps[0] == (0, colors.css(table[0]))
    assert steps[-1] == (1, colors.css(table[255]))


def test_every_name_has_a_row_and_all_share_the_scale():
    html = rows({"one": [("before", LOW), ("after", HIGH)], "two": [("before", HIGH)]})
    found = shown(html)
    assert list(found) == [
        "one, before: cosines of 2 tokens",
        "one, after: cosines of 3 tokens",
        "two, before: cosines of 3 tokens",
    ]
    scale = Scale.over([LOW, HIGH])
    for words, values in zip(found, (LOW, HIGH, HIGH), strict=True):
        assert (found[words] == colors.table("puor")[scale.indices(values)]).all()
    assert html.count("<figcaption>before</figcaption>") == 2
    assert "cosine -1 " in html


def test_words_stand_where_there_is_no_matrix_and_nothing_is_taken_for_markup():
    html = rows({"a<b": [("before", LOW), ("after", "no & never")]})
    assert "<em>no &amp; never</em>" in html
    assert "<b>a&lt;b</b>" in html
    assert "a<b" not in html
    assert len(shown(html)) == 1


def cells(html):
    """The cells of a map as (what they tell, colour), and the words of those that are framed."""
    found = re.findall(r"<i( class=pd-at)? style='background:(#[^']*)' title='(.*?)'>", html)
    return [(words, color) for _, color, words in found], [one[2] for one in found if one[0]]


def test_every_cell_of_a_map_has_the_colour_of_its_value_and_tells_it():
    wide = np.array([[1, 0.5, -0.25], [0.125, -1, 0]])
    html = maps({"one": wide}, (1, 2))
    found, framed = cells(html)
    table, scale = colors.table("puor"), Scale.over([wide])
    told = [
        (f"row {y}, column {x}: {value:.3f}", colors.css(table[scale.indices(wide)[y, x]]))
        for (y, x), value in np.ndenumerate(wide)
    ]
    assert found == told
    assert framed == ["row 1, column 2: 0.000"]
    assert "repeat(3, 1fr)" in html


def test_maps_share_a_scale_and_names_are_no_markup():
    html = maps({"a<b": np.array([[0.25]]), "c": np.array([[0.75]])}, (0, 0))
    table, scale = colors.table("viridis"), Scale(0.25, 1, "viridis")
    tints = [colors.css(table[scale.indices(np.array([[v]]))[0, 0]]) for v in (0.25, 0.75)]
    assert [color for _, color in cells(html)[0]] == tints
    assert "a&lt;b" in html
    assert "a<b" not in html
    assert "cosine 0.25 " in html


def test_a_value_that_rounds_to_zero_has_no_sign():
    assert "0.000'" in maps({"one": np.array([[-1e-9]])}, (0, 0))
    assert "-0.000" not in maps({"one": np.array([[-1e-9]])}, (0, 0))
