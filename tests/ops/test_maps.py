"""Maps brought to [0, 1] and to colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.ops.maps import (
    MIDDLE,
    SCALES,
    bounds,
    code,
    code_signed,
    display,
    middle,
    span,
    steps,
    unit,
)

shapes = array_shapes(min_dims=2, max_dims=2, max_side=8)
anything = arrays(np.float32, shapes, elements=st.floats(width=32))
bounded = arrays(np.float64, shapes, elements=st.floats(-1e6, 1e6))


@given(anything)
def test_a_unit_map_is_finite_and_within_0_and_1(values):
    before = values.copy()
    found = unit(values)
    assert found.dtype == np.float32
    assert found.shape == values.shape
    assert ((found >= 0) & (found <= 1)).all()
    assert np.array_equal(values, before, equal_nan=True)


@given(bounded)
def test_a_unit_map_reaches_both_ends_or_is_zero(values):
    found = unit(values)
    assert (found.min(), found.max()) in ((0, 1), (0, 0))


@given(bounded, st.floats(0.1, 1000), st.floats(-1000, 1000))
def test_scale_and_shift_of_scores_do_not_matter(values, scale, shift):
    values = np.rint(values * 8) / 8  # far above the size of rounding noise
    span = np.ptp(values)
    if span >= 1 and abs(values).max() < 1000:
        assert np.allclose(unit(values), unit(scale * values + shift), atol=1e-4)


@given(bounded)
def test_a_unit_map_keeps_the_order(values):
    order = np.argsort(values, axis=None, kind="stable")
    assert (np.diff(unit(values).ravel()[order]) >= 0).all()


@pytest.mark.parametrize("value", [0, 1, -7.5, 1e30, 255, np.nan, np.inf, -np.inf])
def test_a_flat_map_becomes_zeros(value):
    assert (unit(np.full((3, 4), value)) == 0).all()


@pytest.mark.parametrize("level", [0, 1.0, 1000.0])
def test_rounding_noise_of_a_flat_map_is_not_blown_up(level):
    values = level + 1e-7 * max(1, level) * np.random.default_rng(0).random((5, 5))
    assert (unit(values) == 0).all()


def test_what_is_not_finite_counts_as_the_lowest():
    found = unit(np.array([[np.nan, np.inf, -np.inf, 1, 2, 3]]))
    assert found.tolist() == [[0, 0, 0, 0, 0.5, 1]]


def test_an_empty_map_stays_empty():
    assert unit(np.zeros((0, 5))).shape == (0, 5)


def test_whole_numbers_and_truth_values_are_maps_too():
    assert unit(np.array([[0, 5, 10]])).tolist() == [[0, 0.5, 1]]
    assert unit(np.array([[False, True]])).tolist() == [[0, 1]]


@given(arrays(np.float32, shapes, elements=st.floats(-10, 10, width=32)), st.booleans())
def test_colours_keep_the_order_of_scores(values, log):
    found = display(values, log=log)
    assert found.dtype == np.uint8
    order = np.argsort(values, axis=None)
    assert (np.diff(found.ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("log", [False, True])
def test_colours_go_from_the_first_to_the_last(log):
    assert display(np.array([[-np.inf, -1, 0, 1, 2, np.inf]]), log=log).tolist() == [
        [0, 0, 0, 255, 255, 255]
    ]


def test_the_linear_scale_is_linear_between_its_ends():
    assert display(np.array([[2.0, 3, 4]]), low=2, high=4).tolist() == [[0, 128, 255]]
    assert display(np.linspace(0, 1, 256)[None]).tolist() == [list(range(256))]


def test_the_logarithmic_scale_gives_each_of_two_decades_its_half():
    found = display(np.array([[0.01, 0.1, 1]]), log=True)[0]
    assert np.allclose(found, [38, 132, 255], atol=1)


def test_a_scale_without_extent_is_no_division_by_zero():
    assert display(np.array([[0.0, 5.0]]), low=5, high=5).tolist() == [[0, 0]]


shares = arrays(np.float64, shapes, elements=st.floats(0, 1))
decoded = (100 ** (np.arange(256) / 255) - 1) / 99  # what each code stands for
ends = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)
tallies = arrays(np.int64, 256, elements=st.sampled_from([0, 0, 0, 1, 2, 500]))


def test_a_code_is_the_nearest_one_on_the_logarithmic_scale():
    assert code(decoded[None]).tolist() == [list(range(256))]
    assert code(np.array([[-1.0, 0, 1, 2]])).tolist() == [[0, 0, 255, 255]]


@given(arrays(np.float64, shapes, elements=st.floats(0.1, 1)))
def test_a_code_is_within_1_percent_of_any_value_above_a_tenth(values):
    assert (abs(decoded[code(values)] - values) <= 0.01 * values).all()


@given(shares)
def test_codes_keep_the_order(values):
    order = np.argsort(values, axis=None)
    assert (np.diff(code(values).ravel()[order].astype(int)) >= 0).all()


@given(st.sampled_from(SCALES), ends)
def test_the_middle_of_the_colours_stands_for_what_it_says(scale, between):
    if scale == "percentile":
        assert middle(scale, *between) == 0.5
        return
    low, high = between
    if high - low < 0.05:
        return
    value = middle(scale, low, high)
    (index,) = display(np.array([value]), log=scale == "log", low=low, high=high)
    assert index in (127, 128)


def test_the_logarithmic_scale_over_all_is_the_codes_themselves():
    assert steps("log", 0.0, 1.0).tolist() == list(range(256))


@given(st.sampled_from(["linear", "log"]), ends)
def test_steps_ascend_from_the_first_colour_to_the_last(scale, between):
    found = steps(scale, *between)
    assert (found.dtype, found.shape) == (np.uint8, (256,))
    assert (np.diff(found.astype(int)) >= 0).all()
    low, high = between
    assert (found[decoded <= low] == 0).all()
    if high - low > 1e-6:
        assert (found[decoded >= high] == 255).all()


@given(arrays(np.float64, shapes, elements=st.floats(0.1, 1)), ends, st.booleans())
def test_colours_from_codes_are_those_from_values_within_what_a_code_can_tell(values, between, log):
    low, high = between
    if high - low < 0.05:
        return
    found = steps("log" if log else "linear", low, high)[code(values)].astype(float)
    # The colours of values 1 % off, the most that a code is, enclose it; one for the rounding.
    least, most = (display(values * by, log=log, low=low, high=high) for by in (0.99, 1.01))
    assert (found >= least - 1.0).all()
    assert (found <= most + 1.0).all()


@given(tallies)
def test_the_colour_of_a_rank_is_the_share_of_cells_below(counts):
    found = steps("percentile", 0.0, 1.0, counts)
    assert found.dtype == np.uint8
    assert (np.diff(found.astype(int)) >= 0).all()
    there = np.flatnonzero(counts)
    if len(there):
        assert found[there[0]] == 0
        highest = sum(counts[: there[-1]])
        for at in there.tolist():
            assert abs(found[at] - 255 * sum(counts[:at]) / max(1, highest)) <= 0.5
    if len(there) > 1:
        assert found[there[-1]] == 255


def test_ranks_of_a_map_without_cells_are_no_division_by_zero():
    assert not steps("percentile", 0, 1, np.zeros(256, np.int64)).any()


def test_ranks_want_counts_and_a_scale_has_a_name():
    with pytest.raises(ValueError, match="percentiles need to know"):
        steps("percentile", 0, 1)
    with pytest.raises(ValueError, match="not 'cubic'"):
        steps("cubic", 0, 1)


@given(ends)
def test_without_a_full_scale_low_and_high_are_the_map_s_own(between):
    assert bounds(*between, 0.0, (3.0, 9.0)) == tuple(between)


@given(ends, st.floats(0.1, 1000), st.floats(-100, 100), st.floats(0.1, 1000))
def test_on_a_full_scale_low_and_high_are_shares_of_it_in_the_method_s_unit(
    between, full, first, width
):
    found = bounds(*between, full, (first, first + width))
    for share, value in zip(between, found, strict=True):
        assert first + value * width == pytest.approx(share * full, abs=1e-6 * (full + 200))


def test_one_value_has_one_colour_on_the_same_full_scale_whatever_else_a_map_holds():
    colours = []
    for other in (8.0, 40.0):
        raw = np.array([[0.0, 4.0, other]])
        scale = steps("linear", *bounds(0.0, 1.0, 10.0, span(raw)))
        colours.append(int(scale[code(unit(raw))][0, 1]))
    assert abs(colours[0] - colours[1]) <= 3
    assert abs(colours[0] - 102) <= 3


def test_a_full_scale_of_a_flat_map_is_finite():
    assert np.isfinite(bounds(0.0, 1.0, 5.0, (2.0, 2.0))).all()


@given(anything)
def test_the_span_is_that_of_the_finite_values(values):
    low, high = span(values)
    finite = [float(value) for value in values.ravel() if np.isfinite(value)]
    assert (low, high) == ((min(finite), max(finite)) if finite else (0.0, 1.0))


@given(arrays(np.float64, shapes, elements=st.floats(-1, 1)))
def test_opposite_differences_have_opposite_codes(values):
    one, other = (code_signed(sign * values).astype(int) for sign in (1, -1))
    assert (one - MIDDLE == MIDDLE - other).all()
    assert (one[values == 0] == MIDDLE).all()
