"""Choosing among the candidates is choosing on the whole map, bit for bit."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.marks import MarkSettings
from patchdrive.ops import candidates as candidate_ops
from patchdrive.ops.candidates import MOST, candidates, offered, percentiles
from patchdrive.ops.select import Reach, largest_within
from patchdrive.ops.summits import Summits
from patchdrive.pipelines.drive import choose
from patchdrive.settings import SaccadeSettings
from patchdrive.types import Grid, SaliencyMap, SettingError
from tests import reference

PICKERS = SaccadeSettings.knobs()["picker"].choices
# Few distinct values, so that ties are common; 0 is never looked at.
levels = st.sampled_from([0, 0.25, 0.5, 0.75, 1])
shapes = array_shapes(min_dims=2, max_dims=2, max_side=9)
maps = arrays(np.float32, shapes, elements=levels, fill=st.nothing())


def text(places):
    return ",".join(f"{y}.{x}" for y, x in places)


@st.composite
def marked(draw, size):
    place = st.tuples(st.integers(0, size[0] - 1), st.integers(0, size[1] - 1))
    corner = st.tuples(st.integers(0, size[0]), st.integers(0, size[1]))
    keep, ban = draw(st.lists(place, max_size=1)), draw(st.lists(place, max_size=3))
    inside = draw(st.lists(st.lists(corner, min_size=3, max_size=4), max_size=1))
    return MarkSettings(text(keep), text(ban), ";".join(map(text, inside)))


@st.composite
def cases(draw):
    """A map over a picture so large that radii matter, the radii, and all that can be turned."""
    values = draw(maps)
    size = tuple(draw(st.integers(n, 60 * n)) for n in values.shape)
    one = draw(st.sampled_from(offered(13)[:30]))
    # All that are offered together make nearly every cell of so small a map a candidate.
    radii = draw(st.sampled_from([(one,), (one, 8), (0, one, 1024), offered(one)]))
    turned = SaccadeSettings(
        k=draw(st.integers(1, 4)),
        radius=one,
        threshold=draw(st.sampled_from([0.0, 0.0, 0.25, 0.3, 0.999, 1.0])),
        percentile=draw(st.sampled_from([0.0, 0.0, 0.5, 50.0, 99.5, 100.0])),
        picker=draw(st.sampled_from(PICKERS)),
    )
    return values, size, radii, turned, draw(st.just(MarkSettings()) | marked(size))


def chosen_from_candidates(values, size, radii, s, hand):
    """What a browser does: it has the candidates, the percentiles and the marks, not the map."""
    found = candidates(values, s.picker, radii, size, marks=hand)
    grid = Grid(size, values.shape)
    cells = [tuple(cell) for cell in grid.to_cells(found.yx).tolist()]
    keep, ban = hand.places("keep"), hand.places("ban")
    kept = [(y, x, values[tuple(grid.to_cells(np.array([y, x])))]) for y, x in keep]
    floor = max(s.threshold, percentiles(values)[round(2 * s.percentile)] if s.percentile else 0)
    rows = [
        (*yx, score, reach)
        for yx, score, reach in zip(found.yx.tolist(), found.scores, found.reach, strict=True)
    ]
    silent = reference.silenced([*keep, *ban], s.radius, values.shape, size)
    left = max(0, s.k - len(kept))
    return kept + reference.choose_from(rows, cells, left, s.radius, floor, silent)


@given(cases(), st.sampled_from([0, 0, 1, MOST]))
@settings(max_examples=300)
def test_choosing_among_the_candidates_is_choosing_on_the_map(case, more):
    values, size, _, s, hand = case
    whole = choose(SaliencyMap(values.copy(), size), s, hand)
    # With MOST as large as it is, every cell of so small a map would be a candidate.
    with mock.patch.object(candidate_ops, "MOST", s.k + more):
        few = chosen_from_candidates(*case)
    assert [(y, x) for y, x, _ in few] == [tuple(yx) for yx in whole.yx.tolist()]
    assert [score for *_, score in few] == whole.scores.tolist()


@pytest.mark.parametrize("picker", PICKERS)
@pytest.mark.parametrize("steps", [12, 2**20], ids=["ties", "no ties"])
@pytest.mark.parametrize("radius", [0, 8, 40, 72])
def test_the_most_places_are_found_on_a_map_with_more(picker, steps, radius, rng):
    values = (rng.integers(0, steps, (60, 83)) / steps).astype(np.float32)
    size, s = (601, 830), SaccadeSettings(k=MOST, radius=radius, picker=picker)
    few = candidates(values, picker, [0, 8, 40, 72], size)
    whole = choose(SaliencyMap(values, size), s)
    pick = few.reach >= radius
    yx, scores = few.yx[pick], few.scores[pick]
    free, found = np.ones(len(yx), bool), []
    while len(found) < MOST and free.any():
        found.append(int(free.argmax()))
        free &= abs(yx - yx[found[-1]]).max(axis=1) > radius
    assert yx[found].tolist() == whole.yx.tolist()
    assert (scores[found] == whole.scores).all()
    assert len(few) < values.size


@given(cases())
def test_candidates_come_best_first_and_ties_in_row_order(case):
    values, size, radii, s, hand = case
    before = values.copy()
    found = candidates(values, s.picker, radii, size, marks=hand)
    cells = Grid(size, values.shape).to_cells(found.yx)
    assert (values[cells[:, 0], cells[:, 1]] == found.scores).all()
    assert (found.scores > 0).all()
    order = [(-score, y, x) for score, (y, x) in zip(found.scores, cells.tolist(), strict=True)]
    assert order == sorted(set(order))
    assert set(found.reach.tolist()) <= set(radii)
    assert (values == before).all()
    for array in (found.yx, found.scores, found.reach):
        assert not array.flags.writeable


@given(maps, st.integers(1, 20), st.sampled_from([(0, 8, 16, 40), (8,), (0, 1024)]))
def test_the_reach_of_a_maximum_is_the_largest_radius_at_which_it_is_a_summit(values, scale, radii):
    size = tuple(scale * n for n in values.shape)
    found = candidates(values, "maxima", radii, size)
    cells = Grid(size, values.shape).to_cells(found.yx)
    for (y, x), reach in zip(cells.tolist(), found.reach.tolist(), strict=True):
        at = [
            r
            for r in radii
            if largest_within(values, Reach(values.shape, size, r))[y, x] == values[y, x]
        ]
        assert reach == max(at)


@given(maps, st.integers(1, 9), st.lists(st.integers(0, 90), min_size=1, max_size=5))
def test_summits_are_the_cells_that_the_plain_window_does_not_exceed(values, scale, radii):
    size = values.shape[0] * scale, values.shape[1] * scale + scale // 2
    few = Summits(values, np.arange(values.size))
    few.cells = few.cells[:: 1 + values.size // 40]  # of few cells, and of all
    every = Summits(values, np.arange(values.size))
    for summits in (few, every):
        asked = summits.cells
        for radius in sorted(radii):
            reach = Reach(values.shape, size, radius)
            top = largest_within(values, reach) == values
            asked = asked[top.ravel()[asked]]
            assert summits.within(reach).tolist() == asked.tolist()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (67, 129)])
def test_summits_of_few_cells_on_a_large_map(shape, rng):
    values = rng.random(shape, np.float32)
    size = tuple(3 * n for n in shape)
    summits = Summits(values, np.arange(values.size))
    for radius in range(0, 420, 7):
        reach = Reach(shape, size, radius)
        top = np.flatnonzero(largest_within(values, reach) == values)
        assert summits.within(reach).tolist() == top.tolist()


@pytest.mark.parametrize("marks", [{"ban": "5.5"}, {"keep": "5.5"}, {"inside": "0.20,10.20,10.40"}])
def test_what_a_mark_opens_up_is_a_candidate(marks):
    values = np.float32([[0, 1, 0.5, 0]])
    with mock.patch.object(candidate_ops, "MOST", 1):
        plain = candidates(values, "greedy", [16], (10, 40))
        found = candidates(values, "greedy", [16], (10, 40), marks=MarkSettings(**marks))
    assert plain.yx.tolist() == [[5, 15]]
    assert found.yx.tolist() == [[5, 25]], "the mark lies on the best cell or leaves it out"


@pytest.mark.parametrize("picker", PICKERS)
def test_a_map_without_a_score_has_no_candidates(picker):
    found = candidates(np.zeros((5, 7), np.float32), picker, offered(160), (50, 70))
    assert (len(found), found.yx.shape) == (0, (0, 2))


@pytest.mark.parametrize("picker", PICKERS)
def test_where_all_is_forbidden_there_are_no_candidates(picker, rng):
    hand = MarkSettings(inside="0.0,0.0,0.0")
    assert len(candidates(rng.random((5, 7)), picker, [0, 8], (50, 70), marks=hand)) == 0


def test_a_mark_outside_the_picture_is_an_error_in_words():
    with pytest.raises(SettingError, match=r"ban: the place 99\.1 lies outside"):
        candidates(np.ones((5, 7)), "greedy", [0], (50, 70), marks=MarkSettings(ban="99.1"))


def test_an_unknown_picker_is_named():
    with pytest.raises(ValueError, match="greedy, maxima, not 'sharpest'"):
        candidates(np.ones((5, 7)), "sharpest", [0], (50, 70))


def test_offered_are_the_knob_s_steps_and_the_current_radius():
    assert offered(160) == tuple(range(0, 1025, 8))
    assert offered(163) == tuple(sorted([*range(0, 1025, 8), 163]))


shares = st.floats(0, 1, width=32) | levels


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=30), elements=shares))
@example(np.ones((1, 1), np.float32))
@example(np.float32([[0.1, 0.7]]))
def test_percentiles_are_numpy_s_one_by_one_to_the_last_bit(values):
    before = values.copy()
    found = percentiles(values)
    alone = np.array([np.percentile(values, n / 2) for n in range(201)])
    assert found.dtype == np.float32
    assert found.tobytes() == alone.astype(np.float32).tobytes()
    assert (alone == found).all(), "numpy's own are no more exact"
    assert (values == before).all()


@pytest.mark.parametrize("shape", [(101, 99), (576, 1024)])
def test_percentiles_of_large_maps_are_numpy_s_too(shape, rng):
    values = rng.random(shape, np.float32) ** 3
    found = percentiles(values)
    for n in range(0, 201, 7):
        assert found[n] == np.percentile(values, n / 2)


def test_other_percents_can_be_asked_for():
    assert percentiles(np.float32([[0, 1], [2, 4]]), [0, 50, 100]).tolist() == [0, 1.5, 4]
