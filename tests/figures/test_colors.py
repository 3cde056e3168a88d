"""Colour maps: the published ones, within a stated distance."""

import cv2
import numpy as np
import pytest

from patchdrive.figures.colors import NAMES, table


@pytest.mark.parametrize("name", [name for name in NAMES if name != "gray"])
def test_a_map_agrees_with_opencv_s(name):
    ramp = np.arange(256, dtype=np.uint8)[None]
    published = cv2.applyColorMap(ramp, getattr(cv2, f"COLORMAP_{name.upper()}"))[0, :, ::-1]
    difference = abs(table(name).astype(int) - published)
    assert difference.max() <= 11
    assert difference.mean() <= 1.1
    assert difference[[0, 255]].max() == 0


def test_gray_is_the_identity():
    assert (table("gray") == np.arange(256)[:, None]).all()


def test_a_table_is_shared_and_read_only():
    assert table("inferno") is table("inferno")
    assert not table("inferno").flags.writeable


def test_an_unknown_map_is_named():
    with pytest.raises(ValueError, match="no colour map 'jet'; there are inferno"):
        table("jet")


@pytest.mark.parametrize("name", NAMES)
def test_every_map_is_a_table_of_256_colours(name):
    assert table(name).shape == (256, 3)
    assert table(name).dtype == np.uint8
