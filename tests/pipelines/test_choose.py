"""Choosing where to look: what a hand kept comes first, what it banned never."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.marks import MarkSettings
from patchdrive.ops.candidates import candidates
from patchdrive.pipelines.drive import choose
from patchdrive.settings import SaccadeSettings
from patchdrive.types import Saccades, SaliencyMap, SettingError
from tests import reference

# Few distinct values, so that ties are common.
levels = st.sampled_from([0, 0.25, 0.5, 1])
maps = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=levels)
PICKERS = {"greedy": reference.peaks, "maxima": reference.maxima}


def text(places):
    return ",".join(f"{y}.{x}" for y, x in places)


@st.composite
def cases(draw):
    values = draw(maps)
    size = tuple(draw(st.integers(n, 12 * n)) for n in values.shape)
    settings = SaccadeSettings(
        k=draw(st.integers(1, 9)),
        radius=draw(st.integers(0, 40)),
        threshold=draw(st.sampled_from([0.0, 0.25, 0.3])),
        percentile=draw(st.sampled_from([0.0, 50.0])),
        picker=draw(st.sampled_from(list(PICKERS))),
    )
    return SaliencyMap(values, size), settings


def places_of(saliency, **more):
    return st.lists(st.tuples(*[st.integers(0, n - 1) for n in saliency.size]), unique=True, **more)


@st.composite
def marked(draw):
    saliency, settings = draw(cases())
    keep, ban = draw(places_of(saliency, max_size=4)), draw(places_of(saliency, max_size=3))
    corner = st.tuples(*[st.integers(0, n) for n in saliency.size])
    polygons = draw(st.lists(st.lists(corner, min_size=3, max_size=5), max_size=2))
    return saliency, settings, keep, ban, polygons


def hand(keep, ban, polygons):
    return MarkSettings(text(keep), text(ban), ";".join(map(text, polygons)))


@given(marked())
def test_choosing_agrees_with_the_plain_scan(case):
    saliency, s, keep, ban, polygons = case
    values, size = saliency.values, saliency.size
    valid = ~reference.silenced(keep + ban, s.radius, values.shape, size)
    if polygons:
        valid &= reference.within(polygons, values.shape, size)
    floor = max(s.threshold, np.percentile(values, s.percentile) if s.percentile else 0)
    floor = floor if np.ptp(values) else np.inf  # a flat map has no places
    left = max(0, s.k - len(keep))
    cells = PICKERS[s.picker](values, left, s.radius, floor, size, valid)
    ys, xs = reference.centres(values.shape, size)
    found = choose(saliency, s, hand(keep, ban, polygons))
    assert found.yx.tolist() == [list(p) for p in keep] + [[ys[y], xs[x]] for y, x in cells]
    assert found.kept.tolist() == [True] * len(keep) + [False] * len(cells)
    own = saliency.grid.to_cells(found.yx)
    assert (found.scores == values[own[:, 0], own[:, 1]]).all()


@given(marked())
def test_kept_places_come_first_in_order_and_count_toward_k(case):
    saliency, s, keep, *rest = case
    found = choose(saliency, s, hand(keep, *rest))
    assert [tuple(yx) for yx in found.yx[: len(keep)].tolist()] == keep
    assert found.kept.sum() == len(keep)
    assert found.kept[: len(keep)].all()
    assert len(found) <= max(s.k, len(keep)) == found.asked


@given(marked())
def test_nothing_is_chosen_near_what_was_kept_or_banned(case):
    saliency, s, keep, ban, polygons = case
    found = choose(saliency, s, hand(keep, ban, polygons))
    chosen = found.yx[~found.kept]
    for place in keep + ban:
        assert (abs(chosen - place).max(axis=1) > s.radius).all()
        assert (saliency.grid.to_cells(chosen) != saliency.grid.to_cells(place)).any(axis=1).all()


@given(marked())
def test_what_is_kept_may_be_banned_outside_and_of_no_score(case):
    saliency, s, keep, _, polygons = case
    found = choose(saliency, s, hand(keep, keep, polygons))
    assert [tuple(yx) for yx in found.yx[found.kept].tolist()] == keep


@given(cases())
def test_empty_marks_are_no_marks(case):
    saliency, s = case
    one, other = choose(saliency, s), choose(saliency, s, MarkSettings("", " ", ""))
    assert (one.yx == other.yx).all()
    assert (one.scores == other.scores).all()
    assert not one.kept.any()
    assert one.asked == other.asked == s.k


@pytest.mark.parametrize("picker", PICKERS)
@pytest.mark.parametrize("height", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("percentile", [0.0, 50.0])
@pytest.mark.parametrize("rounding", [0.0, 1e-7])
def test_a_map_that_varies_by_rounding_only_has_no_places(
    picker, height, percentile, rounding, rng
):
    values = np.abs(height - rounding * rng.random((9, 16))).astype(np.float32)
    s = SaccadeSettings(k=4, radius=0, picker=picker, percentile=percentile)
    saliency = SaliencyMap(values, (90, 160))
    assert not len(choose(saliency, s))
    assert not len(candidates(saliency.values, picker, [0, 8], saliency.size))
    kept = choose(saliency, s, MarkSettings(keep="5.5"))
    assert kept.yx.tolist() == [[5, 5]]


def test_more_kept_places_than_k_are_all_visited(rng):
    saliency = SaliencyMap(rng.random((9, 9), np.float32), (90, 90))
    keep = [(n, 80 - n) for n in range(0, 60, 10)]
    found = choose(saliency, SaccadeSettings(k=2, radius=0), MarkSettings(keep=text(keep)))
    assert [tuple(yx) for yx in found.yx.tolist()] == keep
    assert found.kept.all()
    assert found.note == "6 of 6"


def test_kept_places_may_lie_within_the_radius_of_each_other():
    saliency = SaliencyMap(np.ones((9, 9), np.float32), (90, 90))
    found = choose(saliency, SaccadeSettings(k=5, radius=1024), MarkSettings(keep="5.5,6.6,5.6"))
    assert found.yx.tolist() == [[5, 5], [6, 6], [5, 6]]


@pytest.mark.parametrize("marks", [{"keep": "90.0"}, {"ban": "0.90"}, {"inside": "0.0,91.0,9.9"}])
def test_a_mark_outside_the_picture_is_a_setting_error(marks):
    saliency = SaliencyMap(np.ones((9, 9), np.float32), (90, 90))
    with pytest.raises(SettingError, match="outside the picture of 90 x 90 pixels"):
        choose(saliency, SaccadeSettings(), MarkSettings(**marks))


def test_saccades_know_that_nobody_kept_them_and_are_frozen():
    found = Saccades(np.array([[1, 2], [3, 4]]), np.ones(2), (9, 9), 2)
    assert found.kept.tolist() == [False, False]
    for array in (found.yx, found.scores, found.kept):
        assert not array.flags.writeable


@pytest.mark.parametrize("place", [(-1, 0), (9, 0), (0, 9)])
def test_saccades_never_land_outside(place):
    with pytest.raises(ValueError, match="outside the"):
        Saccades(np.array([place]), np.ones(1), (9, 9), 1)
