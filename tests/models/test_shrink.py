"""The glance as a tensor."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.models.shrink import glance_size, shrink

sides = st.integers(1, 60)


def plain_mean(line, n):
    """Area means of a line of pixels, by cutting every pixel into n equal pieces."""
    return np.repeat(line.astype(np.float64), n).reshape(n, -1).mean(1)


@given(h=sides, w=sides, longest=st.integers(1, 64), seed=st.integers(0, 9))
def test_shrinking_agrees_with_the_plain_means(h, w, longest, seed):
    image = np.random.default_rng(seed).integers(0, 256, (h, w), np.uint8)
    small = shrink(torch.tensor(image)[None, None], longest)[0, 0].numpy()
    rows, columns = glance_size((h, w), longest)
    truth = np.stack([plain_mean(column, rows) for column in image.T], 1)
    truth = np.stack([plain_mean(row, columns) for row in truth]) / 255
    assert small.shape == (rows, columns)
    np.testing.assert_allclose(small, truth, atol=2e-6)


@pytest.mark.parametrize("longest", [512, 400, 333])
def test_the_glance_of_the_network_is_the_one_of_the_page(longest):
    from patchdrive.images.memory import MemoryImage

    pixels = np.random.default_rng(0).integers(0, 256, (576, 1024, 3), np.uint8)
    page = MemoryImage(pixels.copy()).preview(longest).astype(np.float32)
    batch = torch.tensor(pixels).permute(2, 0, 1)[None]
    ours = shrink(batch, longest)[0].permute(1, 2, 0).numpy() * 255
    assert ours.shape == page.shape
    assert np.abs(ours - page).max() <= 1, "OpenCV rounds, nothing else may differ"


def test_a_picture_that_fits_is_left_as_it_is():
    image = torch.rand(1, 3, 5, 9)
    assert shrink(image, 9) is image


def test_bytes_become_fractions_of_one_and_floats_keep_their_gradient():
    image = torch.full((1, 3, 8, 8), 255, dtype=torch.uint8)
    assert torch.equal(shrink(image, 3), torch.ones(1, 3, 3, 3))
    floats = torch.rand(1, 1, 6, 6, requires_grad=True)
    shrink(floats, 4).sum().backward()
    assert floats.grad is not None
    assert torch.allclose(floats.grad, torch.full((1, 1, 6, 6), 16 / 36))
