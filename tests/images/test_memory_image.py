"""Regions, previews and levels against slow truths."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patchdrive.images import MemoryImage
from tests.images.pictures import area_mean, halved, noise

SIZES = [(1, 1), (1, 2), (2, 1), (7, 401), (401, 7), (64, 64), (33, 17)]
sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@settings(deadline=None)
@given(
    size=sizes,
    y0=st.integers(-50, 50),
    x0=st.integers(-50, 50),
    h=st.integers(-5, 90),
    w=st.integers(-5, 90),
    level=st.integers(0, 8),
)
def test_a_region_is_the_box_cut_at_the_border(size, y0, x0, h, w, level):
    pixels = noise(*size)
    truth = pixels
    for _ in range(level):
        truth = halved(truth)
    rows = [y for y in range(truth.shape[0]) if y0 <= y < y0 + h]
    columns = [x for x in range(truth.shape[1]) if x0 <= x < x0 + w]
    found = MemoryImage(pixels).region(y0, x0, h, w, level)
    assert (found == truth[np.ix_(rows, columns)]).all()
    assert found.shape == (len(rows), len(columns), 3)
    assert found.dtype == np.uint8


@pytest.mark.parametrize("size", [(7, 4001), (4001, 7), (255, 129)])
def test_levels_agree_with_the_slow_halving_at_odd_sizes(size):
    pixels = noise(*size)
    image = MemoryImage(pixels.copy())
    for level in range(14):
        assert (image.region(0, 0, *size, level) == pixels).all()
        pixels = halved(pixels)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_level_is_near_the_exact_means_and_an_eighth_brighter_for_each_halving(level):
    pixels, side = noise(512, 768), 2**level
    exact = pixels.reshape(512 // side, side, 768 // side, side, 3).mean((1, 3))
    found = MemoryImage(pixels).region(0, 0, 512, 768, level)
    assert np.abs(found - exact).max() <= level / 2
    assert (found - exact).mean() == pytest.approx(level / 8, abs=0.05)


@settings(deadline=None)
@given(size=sizes, factor=st.integers(2, 7))
def test_a_preview_by_a_whole_factor_is_the_exact_mean(size, factor):
    pixels = noise(size[0] * factor, size[1] * factor)
    found = MemoryImage(pixels).preview(max(size))
    truth = pixels.reshape(size[0], factor, size[1], factor, 3).mean((1, 3))
    assert found.shape == (*size, 3)
    assert np.abs(found - truth).max() <= 0.5 + 1e-4


@settings(deadline=None)
@given(size=sizes, max_side=st.integers(1, 50))
def test_a_preview_is_the_area_mean_and_fits(size, max_side):
    pixels = noise(*size)
    found = MemoryImage(pixels).preview(max_side)
    if max(size) <= max_side:
        assert (found == pixels).all()
        return
    assert max(found.shape[:2]) == max_side
    for side, length in zip(found.shape[:2], size, strict=True):
        assert abs(side - length * max_side / max(size)) <= 0.5 or side == 1
    assert np.abs(found - area_mean(pixels, found.shape[:2])).max() <= 1


@pytest.mark.parametrize("size", SIZES)
def test_regions_and_previews_are_read_only(size):
    image = MemoryImage(noise(*size))
    for found in (image.region(0, 0, 1, 1), image.region(0, 0, 1, 1, 1), image.preview(1)):
        assert not found.flags.writeable


def test_a_level_is_built_once_by_many_threads():
    image = MemoryImage(noise(500, 700))
    found, barrier = [], threading.Barrier(8)

    def work():
        barrier.wait()
        for level in (3, 1, 2, 40):
            found.append((level, image.region(0, 0, 500, 700, level)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for level in (1, 2, 3, 40):
        same = [pixels for which, pixels in found if which == level]
        assert len({pixels.__array_interface__["data"][0] for pixels in same}) == 1


def test_memory_counts_the_levels_built_so_far():
    image = MemoryImage(noise(100, 100))
    assert image.nbytes == 30_000
    image.region(0, 0, 1, 1, 2)
    assert image.nbytes == 30_000 + 7_500 + 1_875


def test_the_identity_is_of_size_and_pixels():
    import hashlib

    pixels = noise(4, 6)
    image = MemoryImage(pixels.copy())
    assert image.digest == hashlib.sha256(repr((4, 6)).encode() + pixels.tobytes()).hexdigest()
    assert image.digest != MemoryImage(pixels.reshape(6, 4, 3).copy()).digest
    other = pixels.copy()
    other[3, 5, 2] ^= 1
    assert image.digest != MemoryImage(other).digest


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((2, 2, 3), np.float32),
        np.zeros((0, 2, 3), np.uint8),
    ],
)
def test_only_rgb_bytes_are_held(pixels):
    with pytest.raises(ValueError, match="uint8"):
        MemoryImage(pixels)


def test_senseless_levels_and_sides_are_refused():
    image = MemoryImage(noise(2, 2))
    with pytest.raises(ValueError, match="level"):
        image.region(0, 0, 1, 1, -1)
    with pytest.raises(ValueError, match="max_side"):
        image.preview(0)
    assert image.region(0, 0, 9, 9, 10**9).shape == (1, 1, 3)
