"""Colour and blur for saliency."""

import cv2
import numpy as np
import pytest

from patchdrive.ops.colour import EMPTY, MIRRORED, blur, lab, plain
from tests import scenes


def exact(values, sigma, border):
    return cv2.GaussianBlur(values, (0, 0), sigma, borderType=border)


def pictures(shape):
    """Noise, dots, a step, a bright border and stripes that the blocks of a wide blur cut."""
    rng, rows = np.random.default_rng(0), np.arange(shape[0])
    lines = [rows > shape[0] // 2, rows < 1, rows // 40 % 2, rows >= shape[0] - 3]
    flat = [np.broadcast_to(one.reshape(-1, *[1] * (len(shape) - 1)), shape) for one in lines]
    found = [rng.random(shape), rng.random(shape) > 0.99, *flat]
    return [np.ascontiguousarray(one, np.float32) for one in found]


@pytest.mark.parametrize("sigma", [0.5, 1, 3, 6, 7.5, 11.9, 12, 24, 31, 64])
@pytest.mark.parametrize("shape", [(300, 401), (257, 300, 3), (256, 384)])
@pytest.mark.parametrize("border", [MIRRORED, EMPTY])
def test_a_blur_is_the_gaussian_within_one_percent_of_the_range(shape, sigma, border):
    for values in pictures(shape):
        error = np.abs(blur(values, sigma, border) - exact(values, sigma, border))
        assert error.max() <= 0.01


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("place", [(0, 0), (37, 61), (89, 119)])
def test_a_picture_is_plain_up_to_one_grey_level(step, place):
    pixels = scenes.flat(90, 120)
    pixels[place][1] += step
    assert plain(pixels)
    pixels[place][1] += 2
    assert not plain(pixels)


@pytest.mark.parametrize("sigma", [1, 6, 24, 64])
def test_a_blurred_dot_stays_in_place_and_keeps_its_weight(sigma):
    dot = np.zeros((512, 512), np.float32)
    dot[250, 261] = 1
    found = blur(dot, sigma)
    y, x = np.mgrid[:512, :512]
    assert found.sum() == pytest.approx(1, abs=0.02)
    assert (found * y).sum() == pytest.approx(250, abs=0.3 * sigma + 1)
    assert (found * x).sum() == pytest.approx(261, abs=0.3 * sigma + 1)


@pytest.mark.parametrize("shape", [(1, 1), (7, 401), (3, 5, 3), (64, 1)])
@pytest.mark.parametrize("sigma", [0.5, 6, 64])
def test_a_flat_map_stays_flat_at_any_size(shape, sigma):
    values = np.full(shape, 0.25, np.float32)
    assert np.allclose(blur(values, sigma), 0.25, atol=1e-5)
    assert blur(values, sigma).shape == shape


def test_lab_has_lightness_to_100_and_no_colour_in_grey():
    grey = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    values = lab(grey)[0]
    assert values[0, 0] == pytest.approx(0, abs=0.01)
    assert values[255, 0] == pytest.approx(100, abs=0.01)
    assert np.abs(values[:, 1:]).max() < 0.2, "less than half of VISIBLE"
    assert (np.diff(values[:, 0]) > 0).all()
