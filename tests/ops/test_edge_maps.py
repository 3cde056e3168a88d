"""Luma, blur and Canny, with OpenCV and the standard as oracles."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from patchdrive.ops.edges import canny, kernel_for, luma, smooth
from tests import scenes


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_luma_is_that_of_rec_601(pixels):
    exact = pixels @ np.array([0.299, 0.587, 0.114])
    assert abs(luma(pixels) - exact).max() <= 0.51


@pytest.mark.parametrize("level", [0, 1, 127, 128, 254, 255])
def test_the_luma_of_a_grey_is_the_grey(level):
    assert (luma(scenes.flat(3, 4, (level,) * 3)) == level).all()


def test_red_counts_as_red():
    assert luma(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)).tolist() == [[76, 29]]


@pytest.mark.parametrize(
    ("size", "kernel"),
    [
        ((1, 1), 3), ((1024, 1024), 3), ((1025, 3), 5), ((3, 2048), 5), ((2049, 1), 7),
        ((2160, 3840), 7), ((3840, 2160), 7), ((4096, 4096), 7), ((4320, 7680), 9),
    ],
)  # fmt: skip
def test_the_kernel_follows_the_longer_side(size, kernel):
    assert kernel_for(size) == kernel


@pytest.mark.parametrize(("asked", "used"), [(0, 3), (3, 3), (9, 9)])
def test_smoothing_is_opencv_s_gaussian(asked, used):
    grey = luma(scenes.noise(40, 60))
    assert (smooth(grey, asked) == cv2.GaussianBlur(grey, (used, used), 0)).all()


def test_a_kernel_of_one_does_nothing():
    grey = luma(scenes.noise(9, 9))
    assert (smooth(grey, 1) == grey).all()


def test_an_even_kernel_is_rejected():
    with pytest.raises(ValueError, match="odd, not 4"):
        smooth(luma(scenes.noise(9, 9)), 4)


@pytest.mark.parametrize(("low", "high"), [(100, 200), (0, 0), (30, 90), (600, 600)])
def test_canny_is_opencv_s(low, high):
    grey = smooth(luma(scenes.noise(60, 90)), 5)
    assert (canny(grey, low, high) == cv2.Canny(grey, low, high)).all()


def test_canny_s_own_thresholds_are_100_and_200():
    grey = smooth(luma(scenes.noise(60, 90)), 5)
    assert (canny(grey) == cv2.Canny(grey, 100, 200)).all()
    assert (canny(grey) != canny(grey, 60, 200)).any()


def test_thresholds_in_the_wrong_order_are_rejected():
    with pytest.raises(ValueError, match=r"low threshold \(201\) .* high one \(200\)"):
        canny(np.zeros((3, 3), np.uint8), 201, 200)


@pytest.mark.parametrize("size", scenes.ODD_SIZES)
def test_edges_of_odd_pictures_are_0_or_255(size):
    found = canny(smooth(luma(scenes.noise(*size))), 50, 100)
    assert found.shape == size
    assert found.dtype == np.uint8
    assert set(np.unique(found)) <= {0, 255}


@pytest.mark.parametrize("colour", scenes.COLOURS.values(), ids=scenes.COLOURS)
def test_a_flat_picture_has_no_edges(colour):
    assert not canny(smooth(luma(scenes.flat(30, 50, colour)))).any()


def test_a_step_is_one_edge_and_the_caller_s_picture_stays_as_it_was():
    pixels = scenes.flat(40, 60, (20, 20, 20))
    pixels[:, 30:] = 220
    before = pixels.copy()
    found = canny(smooth(luma(pixels), 3))
    assert (np.count_nonzero(found, axis=1) == 1).all()
    assert abs(np.nonzero(found)[1] - 29.5).max() <= 1
    assert (pixels == before).all()
