"""Maps brought to [0, 1] and to colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.ops.maps import display, unit

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
