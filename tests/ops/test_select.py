"""Picking cells agrees with the plain loops, ties included."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.ops.select import maxima, peaks, peaks_batched
from tests import reference

# Few distinct values, so that ties are common and tie-breaking is really tested.
LEVELS = [-3.5, -1.0, 0.0, 0.25, 0.5, 1.0]
values = st.sampled_from(LEVELS)
kinds = st.sampled_from([np.float32, np.float64])
shapes = array_shapes(min_dims=2, max_dims=2, max_side=12) | st.sampled_from([(1, 40), (40, 1)])
maps = kinds.flatmap(lambda kind: arrays(kind, shapes, elements=values))
floors = st.just(-np.inf) | values
counts = st.integers(0, 30)


@st.composite
def covering(draw):
    """A map, the size of a picture that it covers, and a radius in that picture's pixels."""
    scores = draw(maps)
    h, w = scores.shape
    size = draw(st.integers(h, 9 * h)), draw(st.integers(w, 9 * w))
    return scores, size, draw(st.integers(0, 40))


def cells(found):
    return [tuple(cell) for cell in found.tolist()]


@given(maps, counts, st.integers(0, 4), floors)
def test_peaks_agrees_with_the_plain_scan(scores, k, radius, floor):
    before = scores.copy()
    found = peaks(scores, k, radius=radius, floor=floor)
    assert cells(found) == reference.peaks(scores, k, radius, floor)
    assert (scores == before).all(), "peaks must not write into the caller's map"
    assert found.dtype == np.int64


@given(covering(), counts, floors)
def test_peaks_measures_its_radius_in_pixels_of_the_picture(case, k, floor):
    scores, size, radius = case
    found = peaks(scores, k, radius=radius, floor=floor, size=size)
    assert cells(found) == reference.peaks(scores, k, radius, floor, size)


@given(arrays(np.int16, shapes, elements=st.integers(-3, 3)), counts, st.integers(0, 3))
def test_peaks_takes_whole_numbers(scores, k, radius):
    assert cells(peaks(scores, k, radius=radius)) == reference.peaks(scores, k, radius, -np.inf)


@given(maps, counts)
@example(np.zeros((3, 3), np.float32), 9)
def test_a_radius_of_zero_is_plain_top_k(scores, k):
    order = np.argsort(-scores, axis=None, kind="stable")[:k]
    assert cells(peaks(scores, k)) == [tuple(divmod(int(n), scores.shape[1])) for n in order]


@given(maps, st.integers(0, 5))
def test_more_picks_only_go_on_where_fewer_stopped(scores, radius):
    whole = cells(peaks(scores, 50, radius=radius))
    for k in range(len(whole) + 1):
        assert cells(peaks(scores, k, radius=radius)) == whole[:k]


@given(covering())
def test_no_two_picks_lie_within_the_radius(case):
    scores, size, radius = case
    found = peaks(scores, 50, radius=radius, size=size)
    centres = (2 * found + 1) * size // (2 * np.array(scores.shape))
    apart = abs(centres[:, None] - centres).max(axis=2)
    assert (apart[~np.eye(len(found), dtype=bool)] > radius).all()


@given(maps, counts, st.integers(0, 4))
def test_logits_below_zero_are_picked_like_any_score(scores, k, radius):
    low = scores - 100
    assert cells(peaks(low, k, radius=radius)) == reference.peaks(scores, k, radius, -np.inf)


def test_all_negative_logits_give_as_many_picks_as_were_asked_for(rng):
    logits = rng.normal(-50, 1, (20, 30)).astype(np.float32)
    assert len(peaks(logits, 25, radius=2)) == 25


def test_only_scores_above_the_floor_are_picked():
    scores = np.array([[0.5, 0.25, 1.0]], np.float32)
    assert cells(peaks(scores, 3, floor=0.25)) == [(0, 2), (0, 0)]
    assert cells(peaks(scores, 3, floor=1.0)) == []


def test_ties_go_to_the_first_in_row_order():
    assert cells(peaks(np.ones((2, 3)), 4)) == [(0, 0), (0, 1), (0, 2), (1, 0)]


def test_a_pick_silences_cells_exactly_one_radius_away_but_none_beyond():
    scores = np.array([[9.0, 1, 2, 8, 3, 7]])
    assert cells(peaks(scores, 9, radius=3)) == [(0, 0), (0, 5)]
    assert cells(peaks(scores, 9, radius=2)) == [(0, 0), (0, 3)]


@pytest.mark.parametrize("pick", [peaks, maxima])
def test_cells_of_minus_infinity_are_never_picked(pick):
    scores = np.array([[-np.inf, 1.0], [-np.inf, -np.inf]])
    assert cells(pick(scores, 4)) == [(0, 1)]
    assert cells(pick(np.full((2, 2), -np.inf), 4)) == []


def test_plus_infinity_is_a_score_like_others():
    assert cells(peaks(np.array([[1.0, np.inf, np.inf]]), 3, radius=1)) == [(0, 1)]


@pytest.mark.parametrize("pick", [peaks, maxima])
@pytest.mark.parametrize("k", [0, 1, 9])
def test_a_number_that_is_none_is_rejected(pick, k):
    scores = np.zeros((3, 4), np.float32)
    scores[2, 3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        pick(scores, k)


@pytest.mark.parametrize("pick", [peaks, maxima])
@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_an_empty_map_has_no_peaks(pick, shape):
    assert pick(np.zeros(shape, np.float32), 3, radius=2).shape == (0, 2)


@pytest.mark.parametrize("pick", [peaks, maxima])
@pytest.mark.parametrize("shape", [(1, 1), (7, 4001), (4001, 7)])
def test_nothing_asked_for_is_nothing_found(pick, shape):
    assert pick(np.zeros(shape, np.float32), 0).shape == (0, 2)


@pytest.mark.parametrize("pick", [peaks, maxima])
@pytest.mark.parametrize(
    ("shape", "k", "radius", "word"),
    [
        ((3,), 1, 0, "h, w"),
        ((1, 3, 3), 1, 0, "h, w"),
        ((3, 3), -1, 0, "neg"),
        ((3, 3), 1, -1, "neg"),
    ],
)
def test_what_makes_no_sense_is_rejected(pick, shape, k, radius, word):
    with pytest.raises(ValueError, match=word):
        pick(np.zeros(shape), k, radius=radius)


@pytest.mark.parametrize("pick", [peaks, maxima])
def test_a_map_finer_than_its_picture_is_rejected(pick):
    with pytest.raises(ValueError, match="does not fit"):
        pick(np.zeros((4, 4)), 1, size=(3, 4))


@pytest.mark.parametrize("pick", [peaks, maxima])
def test_read_only_maps_and_views_are_fine(pick, rng):
    scores = rng.random((40, 60), np.float32)
    view = scores[::2, ::-3]
    view.flags.writeable = False
    assert cells(pick(view, 5, radius=3)) == cells(pick(view.copy(), 5, radius=3))


@pytest.mark.parametrize("shape", [(90, 160), (160, 90), (7, 400), (1, 300)])
def test_peaks_agrees_with_the_plain_scan_on_large_maps(shape, rng):
    scores = rng.integers(0, 40, shape).astype(np.float32) / 40
    size = 24 * shape[0], 24 * shape[1]
    found = peaks(scores, 40, radius=160, size=size)
    assert cells(found) == reference.peaks(scores, 40, 160, -np.inf, size)


@given(maps, counts, st.integers(0, 4), floors)
def test_maxima_agrees_with_the_plain_scan(scores, k, radius, floor):
    before = scores.copy()
    found = maxima(scores, k, radius=radius, floor=floor)
    assert cells(found) == reference.maxima(scores, k, radius, floor)
    assert (scores == before).all()


@given(covering(), counts)
def test_maxima_measures_its_radius_in_pixels_of_the_picture(case, k):
    scores, size, radius = case
    found = maxima(scores, k, radius=radius, size=size)
    assert cells(found) == reference.maxima(scores, k, radius, -np.inf, size)


def test_maxima_stop_where_peaks_go_on_down_the_slope():
    slope = np.arange(12.0)[None]
    assert len(peaks(slope, 9, radius=2)) == 4
    assert cells(maxima(slope, 9, radius=2)) == [(0, 11)]


def test_a_plateau_is_thinned_to_one_in_each_radius():
    assert cells(maxima(np.ones((1, 7)), 9, radius=2)) == [(0, 0), (0, 3), (0, 6)]


@st.composite
def masked(draw):
    """As covering, with a mask."""
    scores, size, radius = draw(covering())
    few = st.lists(st.integers(0, scores.size - 1), max_size=5)
    if draw(st.booleans()):
        valid = draw(arrays(bool, scores.shape))
    else:  # nearly all or nearly nothing
        valid = np.full(scores.shape, draw(st.booleans()))
        for n in draw(few):
            valid.flat[n] ^= True
    return scores, size, radius, valid


TRUTHS = {peaks: reference.peaks, maxima: reference.maxima}


@pytest.mark.parametrize("pick", TRUTHS)
@given(case=masked(), k=counts, floor=floors)
def test_a_mask_leaves_the_plain_scan_of_what_it_allows(pick, case, k, floor):
    scores, size, radius, valid = case
    before, allowed = scores.copy(), valid.copy()
    found = pick(scores, k, radius=radius, floor=floor, size=size, valid=valid)
    assert cells(found) == TRUTHS[pick](scores, k, radius, floor, size, valid)
    assert (scores == before).all(), "picking must not write into the caller's map"
    assert (valid == allowed).all(), "nor into the mask"


@given(masked(), counts)
def test_a_mask_makes_no_summit_that_the_whole_map_does_not_have(case, k):
    scores, size, radius, valid = case
    found = maxima(scores, k, radius=radius, size=size, valid=valid)
    summits = reference.maxima(scores, scores.size, 0, -np.inf, size)
    assert set(cells(found)) <= set(summits)
    ys, xs = reference.centres(scores.shape, size)
    for y, x in found.tolist():
        near = (abs(np.array(ys) - ys[y]) <= radius)[:, None] & (
            abs(np.array(xs) - xs[x]) <= radius
        )
        assert scores[y, x] == scores[near].max()


def test_a_slope_that_a_mask_cuts_off_has_no_summit_at_the_cut():
    slope, valid = np.arange(6.0)[None], np.array([[True] * 3 + [False] * 3])
    assert cells(maxima(slope, 9, radius=1, valid=valid)) == []
    assert cells(peaks(slope, 9, radius=1, valid=valid)) == [(0, 2), (0, 0)]


@pytest.mark.parametrize("pick", [peaks, maxima])
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int16])
def test_an_empty_mask_leaves_nothing_and_a_full_one_everything(pick, kind):
    scores = np.arange(12).reshape(3, 4).astype(kind)
    assert pick(scores, 5, valid=np.zeros((3, 4), bool)).shape == (0, 2)
    assert cells(pick(scores, 5, valid=np.ones((3, 4), bool))) == cells(pick(scores, 5))


@pytest.mark.parametrize("pick", [peaks, maxima])
def test_an_empty_map_may_have_an_empty_mask(pick):
    assert pick(np.zeros((0, 5)), 3, valid=np.zeros((0, 5), bool)).shape == (0, 2)


@pytest.mark.parametrize("pick", [peaks, maxima])
@pytest.mark.parametrize("shape", [(4, 3), (3,), (1, 4), (3, 1), (1, 3, 4), (0, 0)])
def test_a_mask_of_another_shape_is_rejected(pick, shape):
    with pytest.raises(ValueError, match="does not fit the map"):
        pick(np.zeros((3, 4)), 1, valid=np.ones(shape, bool))


@st.composite
def batches(draw):
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 8), st.integers(1, 8)))
    scores = draw(arrays(np.float32, shape, elements=values))
    return scores, draw(st.none() | arrays(bool, shape))


@given(batches(), counts, st.integers(0, 4), floors)
def test_a_batch_is_peaks_on_each_map_where_the_mask_allows(batch, k, radius, floor):
    scores, valid = batch
    before = scores.copy()
    found, count = peaks_batched(scores, k, radius=radius, floor=floor, valid=valid)
    assert found.shape == (len(scores), k, 2)
    for b, one in enumerate(scores):
        alone = one if valid is None else np.where(valid[b], one, -np.inf)
        expected = reference.peaks(alone, k, radius, floor)
        assert count[b] == len(expected)
        assert cells(found[b, : count[b]]) == expected
        assert (found[b, count[b] :] == -1).all()
    assert (scores == before).all()


def test_a_batch_measures_its_radius_in_pixels_too(rng):
    scores = rng.random((2, 6, 8), np.float32)
    found, count = peaks_batched(scores, 5, radius=90, size=(300, 400))
    for b, one in enumerate(scores):
        assert cells(found[b, : count[b]]) == reference.peaks(one, 5, 90, -np.inf, (300, 400))


def test_a_mask_hides_nan_only_where_it_is_drawn():
    scores = np.array([[[np.nan, 1.0]]])
    found, count = peaks_batched(scores, 2, valid=np.array([[[False, True]]]))
    assert (found.tolist(), count.tolist()) == ([[[0, 1], [-1, -1]]], [1])
    with pytest.raises(ValueError, match="NaN"):
        peaks_batched(scores, 2)


def test_a_batch_of_whole_numbers_may_have_a_mask():
    scores = np.array([[[5, 3, 4]]])
    found, _ = peaks_batched(scores, 3, valid=np.array([[[False, True, True]]]))
    assert found.tolist() == [[[0, 2], [0, 1], [-1, -1]]]


def test_masks_and_batches_of_another_shape_are_rejected():
    with pytest.raises(ValueError, match=r"B, h, w"):
        peaks_batched(np.zeros((3, 3)), 1)
    with pytest.raises(ValueError, match="does not fit the maps"):
        peaks_batched(np.zeros((1, 3, 3)), 1, valid=np.ones((1, 3, 2), bool))
