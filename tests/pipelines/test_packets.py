"""Packets from end to end: what a knob does again, which bands stay, and the picture back."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.images import MemoryImage
from patchdrive.ops import wavelets
from patchdrive.pipelines.packets import (
    KeepSettings,
    PacketSettings,
    frequencies,
    kept,
    padded_copy,
    rebuild,
    split,
    touched,
)
from patchdrive.types import SettingError
from tests import scenes

ODD = scenes.texture(47, 70)  # no side fits any number of levels
STAGES = ["packets", "energy", "rebuilt"]
RERUN = {
    "wavelet": ("db2", STAGES),
    "levels": (3, STAGES),
    "working": (256, ["working copy", *STAGES]),
    "bands": ("approximation", ["rebuilt"]),
    "strongest": (2, ["rebuilt"]),
    "cutoff": (50, ["rebuilt"]),  # it chooses the low frequencies
}


def parts(**values):
    start = {"working": 512, "levels": 2}
    return PacketSettings.of({**start, **values}), KeepSettings.of(values)


@pytest.mark.parametrize("knob", RERUN)
def test_turning_a_knob_does_again_only_what_depends_on_it(knob, street, memory):
    value, stages = RERUN[knob]
    image = MemoryImage(street.copy())
    for values in ({}, {knob: value}):
        memory.since()
        settings, keep = parts(**values)
        rebuild(split(image, settings, memory=memory), keep, memory=memory)
    assert sorted(memory.since()) == sorted(stages)


def test_every_knob_is_in_the_table():
    assert set(RERUN) == set(PacketSettings.knobs()) | set(KeepSettings.knobs())


@pytest.mark.parametrize("wavelet", wavelets.wavelets())
@pytest.mark.parametrize("levels", [1, 3, 5])
def test_all_bands_give_the_picture_back_to_the_last_grey_level(wavelet, levels):
    result = split(MemoryImage(ODD.copy()), PacketSettings(levels=levels, wavelet=wavelet))
    back = rebuild(result, KeepSettings(bands="all"))
    assert (back.image.pixels == ODD).all()
    assert (back.difference, back.energy, back.details) == (0, pytest.approx(1), pytest.approx(1))
    assert back.psnr == np.inf
    assert not back.shifted


def test_a_picture_that_fits_is_not_copied_and_a_larger_one_is_shrunk():
    image = MemoryImage(scenes.texture(300, 600))
    assert split(image, PacketSettings(working=1024)).working is image
    small = split(image, PacketSettings(working=256))
    assert small.working.size == (128, 256)
    assert (small.working.pixels == image.preview(256)).all()


def test_sides_that_do_not_fit_are_padded_with_their_last_pixels():
    result = split(MemoryImage(ODD.copy()), PacketSettings(levels=4))
    assert (result.padded, result.cells, result.patch) == ((48, 80), (3, 5), 16)
    grown = padded_copy(result).pixels
    assert (grown == np.pad(ODD, ((0, 1), (0, 10), (0, 0)), mode="edge")).all()
    assert padded_copy(split(MemoryImage(grown.copy()), PacketSettings(levels=4))).size == (48, 80)


def test_a_picture_smaller_than_a_patch_is_refused_in_words():
    image = MemoryImage(scenes.texture(31, 300))
    with pytest.raises(SettingError, match=r"5 levels need 32 px .* has 300 x 31"):
        split(image, PacketSettings(levels=5))
    assert split(image, PacketSettings(levels=4)).cells == (2, 19)


def test_energy_sums_to_one_and_the_first_band_of_a_flat_picture_has_all_of_it():
    flat = MemoryImage(np.full((32, 32, 3), 90, np.uint8))
    found = split(flat, PacketSettings(levels=2)).energy
    assert found[0] == pytest.approx(1)
    assert split(MemoryImage(ODD.copy()), PacketSettings()).energy.sum() == pytest.approx(1)


def test_a_black_picture_is_rebuilt_from_any_bands():
    black = split(MemoryImage(np.zeros((32, 32, 3), np.uint8)), PacketSettings(levels=2))
    back = rebuild(black, KeepSettings(bands="approximation"))
    assert (back.difference, back.energy, back.details) == (0, 1.0, 1.0)


def test_the_strongest_bands_are_those_with_the_most_energy():
    energy = np.array([0.4, 0.1, 0.3, 0.2])
    assert kept(energy, 1, KeepSettings(strongest=2)).tolist() == [True, False, True, False]
    assert kept(energy, 1, KeepSettings(strongest=4096)).all()


def test_low_frequencies_are_a_square_of_the_frequency_order():
    stay = kept(np.ones(16) / 16, 2, KeepSettings(bands="low frequencies", cutoff=50))
    names = np.array(wavelets.band_names(2))
    assert set(names[stay]) == {"aa", "av", "ah", "ad"}


@given(levels=st.integers(1, 6), cutoff=st.integers(1, 100))
def test_a_cutoff_keeps_at_least_one_frequency_and_at_100_percent_all(levels, cutoff):
    count = frequencies(levels, cutoff)
    assert 1 <= count <= 2**levels
    assert count * 100 <= max(100, cutoff * 2**levels)
    assert frequencies(levels, 100) == 2**levels


def test_the_approximation_of_haar_is_the_mean_of_each_patch(street):
    result = split(MemoryImage(street[:296, :416].copy()), PacketSettings(levels=3))
    back = rebuild(result, KeepSettings(bands="approximation")).image.pixels
    means = street[:296, :416].reshape(37, 8, 52, 8, 3).mean((1, 3))
    assert np.abs(back[::8, ::8] - means).max() <= 0.501
    assert (back.reshape(37, 8, 52, 8, 3) == back[::8, None, ::8, None]).all()


def test_details_are_shown_around_middle_grey_and_measured_without(street):
    result = split(MemoryImage(street.copy()), PacketSettings(levels=2))
    back = rebuild(result, KeepSettings(bands="details"))
    assert back.shifted
    assert abs(back.image.pixels.mean() - 128) < 4
    assert back.details == pytest.approx(1)
    assert back.energy == pytest.approx(1 - result.energy[0], rel=1e-3)
    assert back.difference > 100


def test_more_bands_never_make_an_orthogonal_picture_worse(street):
    result = split(MemoryImage(street.copy()), PacketSettings(levels=3, wavelet="db2"))
    found = [rebuild(result, KeepSettings(strongest=k)) for k in (1, 8, 32, 64)]
    assert [one.energy for one in found] == sorted(one.energy for one in found)
    assert [one.psnr for one in found] == sorted(one.psnr for one in found)


@pytest.mark.parametrize(
    ("wavelet", "places"), [("haar", 1), ("db2", 9), ("sym4", 49), ("db4", 49)]
)
def test_the_touched_places_are_those_that_a_changed_patch_changes(wavelet, places, rng):
    pixels, cell = scenes.texture(256, 256), (6, 9)
    settings = PacketSettings(levels=4, wavelet=wavelet)
    before = split(MemoryImage(pixels.copy()), settings)
    changed = pixels.copy()
    changed[96:112, 144:160] = rng.integers(0, 256, (16, 16, 3))
    after = split(MemoryImage(changed), settings)
    moved = (after.bands - before.bands).abs().amax((0, 1)).numpy() > 1e-2
    found = touched(before, cell)
    assert int(found.sum()) == places
    assert (moved <= found).all(), "nothing else changes"
    assert moved.sum() >= 0.9 * places


def test_the_number_of_threads_is_afterwards_as_it_was(street):
    before = torch.get_num_threads()
    rebuild(split(MemoryImage(street.copy()), PacketSettings(wavelet="db2")), KeepSettings())
    assert torch.get_num_threads() == before
    with pytest.raises(SettingError):
        split(MemoryImage(street[:4].copy()), PacketSettings())
    assert torch.get_num_threads() == before
