"""Bands as a picture, and charts that hold the numbers that they were given."""

import numpy as np
import pytest

from patchdrive.figures import packets
from patchdrive.figures.packets import MosaicLook


def bands(*fills, cells=(2, 3)):
    """Flat bands (N, 3, h, w) of these values."""
    return np.stack([np.full((3, *cells), fill, np.float32) for fill in fills])


NATURAL = np.arange(4)


def test_the_approximation_is_shown_as_it_is_at_its_place():
    sheet = packets.mosaic(bands(200, 0, 0, 0), NATURAL, MosaicLook())
    assert sheet.shape == (4, 6, 3)
    assert (sheet[:2, :3] == 100).all(), "2^n times the mean of its pixels"
    moved = packets.mosaic(bands(200, 0, 0, 0), NATURAL[::-1], MosaicLook())
    assert (moved[2:, 3:] == 100).all()


def test_a_band_without_anything_is_black_as_a_magnitude_and_grey_with_a_sign():
    for details, zero in (("magnitude", 0), ("signed", 128)):
        sheet = packets.mosaic(bands(200, 0, 0, 0), NATURAL, MosaicLook(details=details))
        assert (sheet[:2, 3:] == zero).all()


def test_signs_are_light_and_dark_and_magnitudes_are_both_light():
    values = bands(0, 8, -8, 8)
    signed = packets.mosaic(values, NATURAL, MosaicLook(details="signed"))
    assert (signed[0, 3], signed[2, 0]) == (pytest.approx([255] * 3), pytest.approx([1] * 3))
    sizes = packets.mosaic(values, NATURAL, MosaicLook())
    assert (sizes[2:, :] == 255).all()


def test_bands_of_their_own_range_are_all_bright_and_of_a_common_one_compare():
    values = bands(0, 100, 25, 1)
    own = packets.mosaic(values, NATURAL, MosaicLook())
    common = packets.mosaic(values, NATURAL, MosaicLook(range="common"))
    corners = [(0, 3), (2, 0), (2, 3)]
    assert [own[at][0] for at in corners] == [255, 255, 255]
    assert [common[at][0] for at in corners] == [255, 128, 26], "square roots of the shares"


def test_a_single_outlier_does_not_dim_its_band():
    values = bands(0, 10, 10, 10, cells=(20, 20))
    values[1, :, 0, 0] = 10_000
    sheet = packets.mosaic(values, NATURAL, MosaicLook())
    assert (sheet[:20, 20:] == 255).all()


def test_names_lie_over_their_bands_row_after_row():
    layer = packets.named(["a", "h", "v", "d"], (2, 3))
    assert layer.labels == ("a", "h", "v", "d")
    assert layer.boxes.tolist() == [[0, 0, 2, 3], [0, 3, 2, 6], [2, 0, 4, 3], [2, 3, 4, 6]]
    assert layer.hover


def test_the_reach_tells_the_patch_from_what_changes_with_it():
    touched = np.zeros((3, 4), bool)
    touched[:2, :2] = True
    layer = packets.reach_layer(touched, (0, 1), 16)
    assert layer.labels[:2, :2].tolist() == [[1, 0], [1, 1]]
    assert (layer.labels[2] == 255).all()
    assert layer.size == (48, 64)
    assert packets.reach_map(touched, (0, 1)).data[0].z.sum() == 2 + 3


def test_the_map_of_energy_has_each_share_at_its_place():
    energy = np.array([0.9, 0.09, 0.01, 0.0])
    heat = packets.energy_map(energy, np.array([0, 2, 1, 3]), ["a", "v", "h", "d"]).data[0]
    assert np.round(10**heat.z, 6).tolist() == [[0.9, 0.01], [0.09, 0.0]]
    assert heat.text.tolist() == [["a", "v"], ["h", "d"]]


def test_the_curve_goes_from_the_strongest_band_down_and_marks_what_is_kept():
    energy, names = np.array([0.7, 0.0, 0.2, 0.1]), ["a", "h", "v", "d"]
    figure = packets.energy_curve(energy, names, np.array([True, False, False, True]))
    dropped, kept = figure.data
    assert (list(kept.x), list(kept.customdata)) == ([1, 3], ["a", "d"])
    assert list(dropped.customdata) == ["v", "h"]
    assert dropped.y[0] == pytest.approx(20)
    assert dropped.y[1] > 0, "a logarithm needs more than nothing"


def test_charts_live_with_a_black_picture():
    energy = np.zeros(4)
    packets.energy_map(energy, NATURAL, ["a", "h", "v", "d"])
    packets.energy_curve(energy, ["a", "h", "v", "d"], np.ones(4, bool))
