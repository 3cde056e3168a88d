"""Bands of a bootstrap agree with plain loops, and cover what they say."""

import numpy as np
import pytest

from patchdrive.ops.bootstrap import Spread, bootstrap, difference


def test_a_bootstrap_is_the_same_in_every_call_and_holds_its_mean(rng):
    values = rng.integers(-1, 2, 300)
    band = bootstrap(values, rounds=500)
    assert band == bootstrap(values, rounds=500)
    assert band != bootstrap(values, rounds=500, seed=1)
    assert band.mean == values.mean()
    assert band.low < band.mean < band.high


def test_a_bootstrap_agrees_with_the_plain_loop(rng):
    values = rng.normal(size=40)
    draws = np.random.default_rng(5)
    means = sorted(values[draws.integers(40, size=(1, 40))].mean() for _ in range(300))
    band = bootstrap(values, rounds=300, seed=5)
    assert (band.low, band.high) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])))


def test_a_bootstrap_of_many_pictures_goes_in_steps(rng):
    values = rng.normal(size=2**19)
    band = bootstrap(values, rounds=5)
    assert abs(band.high - band.low) < 0.02


def test_bands_of_models_on_the_same_pictures_are_paired(rng):
    """The band of a difference that is the same for every picture has no width."""
    one = rng.integers(-1, 2, 200) + 0.0
    assert bootstrap(one + 0.25 - one) == Spread(0.25, 0.25, 0.25)
    a, b = bootstrap(one), bootstrap(one + 0.25)
    assert b.low - a.low == pytest.approx(0.25)
    assert b.high - a.high == pytest.approx(0.25)


def test_the_band_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    bands = [bootstrap(rng.random(120) < 0.3, rounds=200, seed=n) for n in range(200)]
    covered = np.mean([band.low <= 0.3 <= band.high for band in bands])
    assert 0.89 <= covered <= 0.99


@pytest.mark.parametrize(("values", "rounds"), [([], 10), ([1.0], 0)])
def test_a_bootstrap_of_nothing_is_refused(values, rounds):
    with pytest.raises(ValueError, match="needs pictures and rounds"):
        bootstrap(np.array(values), rounds=rounds)


def slow_difference(one, other, rounds):
    """Round by round, picture by picture; with another order of draws."""
    rng = np.random.default_rng(99)
    found = []
    for _ in range(rounds):
        pictures = rng.integers(one.shape[1], size=one.shape[1])
        means = [
            np.mean(
                [values[t, pictures].mean() for t in rng.integers(len(values), size=len(values))]
            )
            for values in (one, other)
        ]
        found.append(means[0] - means[1])
    return np.percentile(found, [2.5, 97.5])


def test_a_difference_agrees_with_the_plain_loop(rng):
    one = (rng.random((3, 400)) < np.array([[0.6], [0.5], [0.55]])) + 0.0
    other = (rng.random((2, 400)) < 0.4) + 0.0
    band = difference(one, other, rounds=4000)
    assert band.mean == pytest.approx(one.mean() - other.mean())
    assert (band.low, band.high) == pytest.approx(slow_difference(one, other, 4000), abs=0.01)
    assert band == difference(one, other, rounds=4000)


def test_with_one_training_each_only_pictures_are_drawn_and_they_are_paired(rng):
    one = (rng.random((1, 300)) < 0.5) + 0.0
    same = difference(one, one + 0.25)
    assert (same.mean, same.low, same.high) == pytest.approx((-0.25, -0.25, -0.25))
    other = one.copy()
    other[0, :30] = 1 - other[0, :30]
    band, plain = difference(one, other, rounds=4000), bootstrap((one - other)[0], rounds=4000)
    assert (band.low, band.high) == pytest.approx((plain.low, plain.high), abs=0.01)


def test_trainings_that_differ_widen_the_band(rng):
    steady = np.tile(rng.random(500) < 0.5, (3, 1)) + 0.0
    far = steady + np.array([[-0.2], [0.0], [0.2]])
    narrow, wide = (difference(values, steady) for values in (steady, far))
    assert (narrow.low, narrow.high) == pytest.approx((0, 0))
    assert wide.low < -0.1
    assert wide.high > 0.1


@pytest.mark.parametrize("shapes", [((2, 5), (2, 6)), ((5,), (2, 5)), ((0, 5), (2, 5))])
def test_values_of_other_pictures_are_refused(shapes):
    with pytest.raises(ValueError, match="are of no same pictures"):
        difference(*(np.zeros(shape) for shape in shapes))
