"""Marks over the cells of a map agree with exact loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.marks import MarkSettings
from patchdrive.ops import marks
from patchdrive.types import Grid, SettingError
from tests import reference

ODD = st.sampled_from([((1, 1), (1, 1)), ((7, 4001), (2, 11)), ((4001, 7), (11, 2))])


@st.composite
def grids(draw):
    """A picture of few pixels and a map of at most as many cells."""
    cells = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    return Grid((draw(st.integers(cells[0], 40)), draw(st.integers(cells[1], 40))), cells)


every = grids() | ODD.map(lambda sides: Grid(*sides))


def places_in(size, **more):
    return st.lists(st.tuples(st.integers(0, size[0] - 1), st.integers(0, size[1] - 1)), **more)


def polygons_in(size):
    corner = st.tuples(st.integers(0, size[0]), st.integers(0, size[1]))
    return st.lists(st.lists(corner, min_size=3, max_size=7), min_size=1, max_size=3)


def text(places):
    return ",".join(f"{y}.{x}" for y, x in places)


@given(every, st.data())
def test_a_cell_is_inside_where_its_middle_is_by_exact_fractions(grid, data):
    polygons = data.draw(polygons_in(grid.size))
    found = marks.inside(MarkSettings(inside=";".join(map(text, polygons))), grid)
    assert found.dtype == bool
    assert (found == reference.within(polygons, grid.cells, grid.size)).all()


@given(every, st.data())
def test_a_box_holds_exactly_its_own_pixels(grid, data):
    (y0, x0), (y1, x1) = (data.draw(places_in(grid.size, min_size=1))[0] for _ in range(2))
    y0, y1, x0, x1 = min(y0, y1), max(y0, y1) + 1, min(x0, x1), max(x0, x1) + 1
    box = MarkSettings(inside=text([(y0, x0), (y0, x1), (y1, x1), (y1, x0)]))
    ys, xs = (np.array(axis) for axis in reference.centres(grid.cells, grid.size))
    expected = ((ys >= y0) & (ys < y1))[:, None] & ((xs >= x0) & (xs < x1))
    assert (marks.inside(box, grid) == expected).all()


@given(grids(), st.data())
def test_where_an_outline_begins_and_which_way_it_runs_do_not_matter(grid, data):
    polygon = data.draw(polygons_in(grid.size))[0]
    start = data.draw(st.integers(0, len(polygon) - 1))
    turned = polygon[start:] + polygon[:start]
    one, *others = (marks.inside(MarkSettings(inside=text(corners)), grid)
                    for corners in (polygon, turned, polygon[::-1]))  # fmt: skip
    assert all((one == other).all() for other in others)


def test_two_halves_along_a_slanted_edge_share_no_cell_and_leave_none_out():
    grid = Grid((24, 24), (24, 24))
    upper = marks.inside(MarkSettings(inside="0.0,0.24,24.24"), grid)
    lower = marks.inside(MarkSettings(inside="0.0,24.24,24.0"), grid)
    assert not (upper & lower).any()
    assert (upper | lower).all()
    assert np.diag(upper).all(), "the left edge belongs to a polygon"


def test_an_outline_that_crosses_itself_is_open_where_it_covers_twice():
    square = "0.0,0.9,9.9,9.0"
    twice = marks.inside(MarkSettings(inside=f"{square},{square}"), Grid((9, 9), (9, 9)))
    assert not twice.any()
    apart = marks.inside(MarkSettings(inside=f"{square};{square}"), Grid((9, 9), (9, 9)))
    assert apart.all(), "two polygons are both open"


@given(every, st.integers(0, 50), st.data())
def test_places_silence_their_own_cell_and_what_is_within_the_radius(grid, radius, data):
    spots = data.draw(places_in(grid.size, max_size=4))
    free = np.ones(grid.cells, bool)
    marks.silence(free, np.array(spots, np.int64).reshape(-1, 2), grid, radius)
    assert (~free == reference.silenced(spots, radius, grid.cells, grid.size)).all()


def test_silence_only_ever_clears():
    free = np.zeros((3, 4), bool)
    marks.silence(free, np.array([[1, 1]]), Grid((30, 40), (3, 4)), 5)
    assert not free.any()


def test_a_place_far_from_every_middle_silences_the_cell_it_lies_in():
    free = np.ones((1, 2), bool)
    marks.silence(free, np.array([[0, 99]]), Grid((100, 100), (1, 2)), 0)
    assert free.tolist() == [[True, False]]


@given(every, st.integers(0, 50), st.data())
def test_valid_cells_are_inside_and_not_silenced(grid, radius, data):
    keep, ban = (data.draw(places_in(grid.size, max_size=3)) for _ in range(2))
    polygons = data.draw(st.just([]) | polygons_in(grid.size))
    hand = MarkSettings(text(keep), text(ban), ";".join(map(text, polygons)))
    found = marks.valid(hand, grid, radius)
    expected = ~reference.silenced(keep + ban, radius, grid.cells, grid.size)
    if polygons:
        expected &= reference.within(polygons, grid.cells, grid.size)
    assert (found is None) == (keep == ban == polygons == []), "None is for no mark at all"
    assert expected.all() if found is None else (found == expected).all()


def test_no_marks_forbid_nothing_and_make_no_mask():
    grid = Grid((40, 30), (4, 3))
    assert marks.valid(MarkSettings(), grid, 9) is None
    assert marks.inside(MarkSettings(), grid) is None
    for name in ("keep", "ban"):
        found = marks.places(MarkSettings(), name, grid.size)
        assert (found.shape, found.dtype) == ((0, 2), np.int64)


@pytest.mark.parametrize(
    ("name", "inner", "outer"),
    [
        ("keep", "29.39", "30.0"),
        ("keep", "0.39", "0.40"),
        ("ban", "29.0", "1.1,30.39"),
        ("inside", "30.40,0.40,0.0", "31.0,0.0,0.9"),
        ("inside", "0.40,30.40,30.0", "0.0,0.41,9.9"),
    ],
)
def test_a_mark_outside_the_picture_is_named_with_the_picture_s_size(name, inner, outer):
    grid = Grid((30, 40), (3, 4))
    marks.valid(MarkSettings(**{name: inner}), grid, 5)
    place = {"1.1,30.39": "30.39", "31.0,0.0,0.9": "31.0", "0.0,0.41,9.9": "0.41"}.get(outer, outer)
    words = rf"^{name}: the place {place} lies outside the picture of 30 x 40 pixels$"
    with pytest.raises(SettingError, match=words):
        marks.valid(MarkSettings(**{name: outer}), grid, 5)


@pytest.mark.parametrize("name", ["keep", "ban"])
def test_places_of_the_largest_numbers_are_outside_and_nothing_overflows(name):
    with pytest.raises(SettingError, match="outside"):
        marks.places(MarkSettings(**{name: "999999999.999999999"}), name, (10**6, 10**6))


def test_a_polygon_over_a_huge_picture_is_exact():
    side = 400_000
    grid = Grid((side, side), (40, 40))
    found = marks.inside(MarkSettings(inside=f"0.0,0.{side},{side}.{side}"), grid)
    assert (found == np.triu(np.ones((40, 40), bool))).all()
