"""Tiles cover every level once; encoded pixels come back."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from patchdrive.images import MemoryImage, encode, levels, tile
from tests.images.pictures import halved, noise, smooth

sizes = st.tuples(st.integers(1, 60), st.integers(1, 60))


@settings(deadline=None)
@given(size=st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), side=st.integers(1, 600))
def test_levels_end_where_one_tile_holds_the_picture(size, side):
    count, (h, w) = 1, size
    while max(h, w) > side:
        h, w, count = (h + 1) // 2, (w + 1) // 2, count + 1
    assert levels(size, side) == count


@settings(deadline=None)
@given(size=sizes, side=st.integers(1, 30))
def test_tiles_put_together_are_the_level(size, side):
    pixels = noise(*size)
    image = MemoryImage(pixels.copy())
    for level in range(levels(size, side)):
        h, w = pixels.shape[:2]
        rows = [
            np.concatenate([tile(image, level, x, y, side) for x in range(-(-w // side))], 1)
            for y in range(-(-h // side))
        ]
        assert (np.concatenate(rows) == pixels).all()
        assert tile(image, level, -(-w // side), 0, side) is None
        assert tile(image, level, 0, -(-h // side), side) is None
        pixels = halved(pixels)
    assert tile(image, levels(size, side), 0, 0, side) is None


@pytest.mark.parametrize("place", [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (1, 0, 0), (0, 10**12, 0)])
def test_there_is_no_tile_outside(place):
    assert tile(MemoryImage(noise(20, 20)), *place) is None


def test_a_4k_picture_has_four_levels_of_tiles():
    assert levels((2160, 3840)) == 4
    assert levels((1, 1)) == 1


@pytest.mark.parametrize(("size", "side"), [((0, 5), 512), ((5, 5), 0)])
def test_senseless_sizes_are_refused(size, side):
    with pytest.raises(ValueError, match="1 or more"):
        levels(size, side)


@settings(deadline=None)
@given(size=sizes)
def test_png_gives_back_every_pixel(size):
    pixels = noise(*size)
    picture = Pillow.open(io.BytesIO(encode(pixels, "png")))
    assert picture.format == "PNG"
    assert (np.asarray(picture) == pixels).all()


def test_jpeg_stays_close_and_keeps_its_colours():
    pixels = smooth(64, 48)
    picture = Pillow.open(io.BytesIO(encode(pixels)))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert np.abs(np.asarray(picture).astype(int) - pixels).mean() < 2


def test_a_tile_can_be_encoded_as_it_comes():
    image = MemoryImage(noise(40, 50))
    part = tile(image, 0, 1, 1, 16)
    assert part is not None
    assert (np.asarray(Pillow.open(io.BytesIO(encode(part, "png")))) == part).all()


@pytest.mark.parametrize(
    ("pixels", "form"),
    [
        (np.zeros((2, 2, 3), np.uint8), "webp"),
        (np.zeros((0, 2, 3), np.uint8), "png"),
        (np.zeros((2, 2), np.uint8), "png"),
        (np.zeros((2, 2, 3)), "jpeg"),
    ],
)
def test_what_cannot_be_encoded_is_refused(pixels, form):
    with pytest.raises(ValueError, match="must be"):
        encode(pixels, form)
