"""Windows that leave the picture: no place is favoured by chance."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.ops.colour import blur
from patchdrive.ops.windows import density, excess
from tests import reference

SIGMA = 3.0


def profile(measure, count=40, shape=(48, 300)):
    """Values (rows, n) over many pictures of noise, the corners left out."""
    rng = np.random.default_rng(0)
    found = [measure(rng, shape)[:, 50:-50] for _ in range(count)]
    return np.stack(found, 1).reshape(shape[0], -1)


@pytest.mark.parametrize("unseen", [0, 2])
@pytest.mark.parametrize("sigma", [1.0, 2.5])
@given(values=arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=14),
                     elements=st.sampled_from([0, 0.25, 1])))  # fmt: skip
def test_a_density_is_the_plain_sum_over_what_is_seen(values, sigma, unseen):
    expected = reference.density(values, sigma, unseen)
    assert density(values, sigma, unseen) == pytest.approx(expected, abs=2e-3)


def test_a_density_far_inside_is_the_plain_blur(rng):
    values = rng.random((90, 120)).astype(np.float32)
    inside = slice(15, -15)
    both = density(values, SIGMA)[inside, inside], blur(values, SIGMA)[inside, inside]
    assert np.allclose(*both, atol=1e-5)


@pytest.mark.parametrize("sigma", [0.5, 6.0, 64.0])
@pytest.mark.parametrize("unseen", [0, 2])
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 200), (40, 60)])
def test_everywhere_the_same_is_the_same_density(size, unseen, sigma):
    assert np.allclose(density(np.full(size, 0.3, np.float32), sigma, unseen), 0.3, atol=1e-5)


def test_where_nothing_is_there_is_no_density():
    values = np.zeros((60, 90), np.float32)
    values[30, 45] = 1
    found = density(values, SIGMA)
    assert not found[:10].any()
    assert not found[:, :20].any()


def test_unseen_lines_do_not_count():
    values = np.zeros((40, 60), np.float32)
    values[:2] = values[-2:] = values[:, :2] = values[:, -2:] = 1
    assert not density(values, SIGMA, 2).any()
    assert density(values, SIGMA, 1).any()


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_a_density_exceeds_a_height_by_chance_as_often_at_the_border(share):
    noise = profile(lambda rng, shape: density((rng.random(shape) < share) * np.float32(1), SIGMA))
    inside = noise[20:28].ravel()
    for surprise in (0.9, 0.99):
        height = np.quantile(inside, surprise)
        often = (noise[:3] > height).mean()
        assert often == pytest.approx(1 - surprise, rel=0.4)


def test_a_plain_blur_would_exceed_it_far_more_often():
    noise = profile(lambda rng, shape: blur(rng.random(shape, np.float32), SIGMA))
    assert (noise[:3] > np.quantile(noise[20:28], 0.99)).mean() > 0.025


@pytest.mark.parametrize(("centre", "surround"), [(1.5, 6.0), (3.0, 4.5)])
def test_a_difference_of_gaussians_divided_by_its_excess_varies_alike_everywhere(centre, surround):
    def energy(rng, shape):
        values = rng.standard_normal(shape).astype(np.float32)
        return (blur(values, centre) - blur(values, surround)) ** 2

    measured = profile(energy, 60, (64, 300)).mean(1)
    expected = excess((64, 300), centre, surround)[:, 150]
    assert measured[:4].max() > 1.5 * measured[30:34].mean(), "there is something to divide by"
    assert measured / expected == pytest.approx(measured[28:36].mean(), rel=0.15)


def test_the_excess_is_one_inside_and_four_in_a_corner_of_a_small_window():
    found = excess((80, 90), 1.0, 8.0)
    assert found[40, 45] == pytest.approx(1, abs=1e-3)
    one = excess((80, 10_000), 1.0, 1e6)
    assert one[0, 5000] == pytest.approx(1 + np.exp(-1 / 4), abs=1e-3)
    assert one[0, 0] == pytest.approx((1 + np.exp(-1 / 4)) ** 2, abs=1e-3)
    assert cv2.minMaxLoc(found)[0] > 0
