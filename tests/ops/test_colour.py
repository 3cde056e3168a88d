"""Colour and blur for saliency."""

import cv2
import numpy as np
import pytest

from patchdrive.ops.colour import blur, lab


def exact(values, sigma):
    return cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("sigma", [0.5, 1, 3, 6, 7.5, 12, 24, 31])
@pytest.mark.parametrize("shape", [(300, 401), (257, 300, 3)])
def test_a_blur_is_the_gaussian_within_one_percent_inside(shape, sigma):
    rng = np.random.default_rng(0)
    margin = int(4 * sigma)
    for values in (rng.random(shape), rng.random(shape) > 0.99):
        values = values.astype(np.float32)
        error = np.abs(blur(values, sigma) - exact(values, sigma))
        assert error[margin:-margin, margin:-margin].max() <= 0.01


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
