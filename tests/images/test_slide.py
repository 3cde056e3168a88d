"""Files that bring their own pyramid: exact at 100 %, never decoded as a whole."""

import os
import sys
from typing import get_args

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from patchdrive.images import open_image, tile
from patchdrive.images.slide import SlideImage
from patchdrive.images.tiles import SIDE
from patchdrive.ops.borders import Border
from patchdrive.ops.crops import crop
from patchdrive.ops.regions import cut
from patchdrive.pipelines.drive import drive
from patchdrive.types import ImageError
from tests.images import pyramid_file

MIB = 1 << 20


def smooth(size, seed=0):
    """A picture (H, W, 3) without grain: its copies are alike however they are averaged."""
    y, x = np.mgrid[: size[0], : size[1]]
    waves = [127 + 60 * np.sin(y / 250 + k + seed) + 60 * np.cos(x / 220 - k) for k in range(3)]
    return np.stack(waves, -1).astype(np.uint8)


def grain(size, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)


@pytest.fixture
def slide(tmp_path):
    """A function: pixels, options -> the opened file."""

    def make(pixels, name="slide.tif", **more):
        pyramid_file.write_picture(tmp_path / name, pixels, **more)
        return open_image(tmp_path / name)

    return make


def test_native_pixels_are_the_files_own(slide):
    pixels = grain((1030, 1541))
    image = slide(pixels)
    assert isinstance(image, SlideImage)
    assert image.size == (1030, 1541)
    assert image.notes == ("read from the file's own 3 levels",)
    random = np.random.default_rng(1)
    for _ in range(40):
        y0, x0 = random.integers(-300, 1600, 2).tolist()
        h, w = random.integers(1, 700, 2).tolist()
        want = pixels[max(0, y0) : max(0, y0 + h), max(0, x0) : max(0, x0 + w)]
        got = image.region(y0, x0, h, w)
        assert got.shape[0] * got.shape[1] == want.shape[0] * want.shape[1]
        if want.size:
            assert (got == want).all()
            assert not got.flags.writeable
    assert (image.pixels == pixels).all()


@pytest.mark.parametrize("factors", [(1, 2, 4), (1, 4, 16), (1, 8)])
@pytest.mark.parametrize("size", [(1024, 2048), (1030, 1541), (999, 700)])
def test_every_level_is_the_picture_in_small(slide, factors, size):
    pixels = smooth(size)
    image = slide(pixels, factors=factors)
    reference = open_image(pixels)
    assert image.levels(SIDE) == reference.levels(SIDE)
    for level in range(image.levels(64)):
        shape = [-(-side >> level) for side in size]
        whole = image.region(0, 0, *shape, level)
        assert list(whole.shape[:2]) == shape
        wanted = reference.region(0, 0, *shape, level).astype(int)
        apart = np.abs(whole.astype(int) - wanted)
        assert apart.mean() < 1.5, level
        assert np.percentile(apart, 99) <= 5, level
        y, x = (side // 3 for side in shape)
        part = image.region(y, x, 40, 50, level)
        same = whole[y : y + 40, x : x + 50].astype(int)
        assert part.shape == same.shape
        assert np.abs(part - same).max(initial=0) <= 6


def test_a_preview_is_as_large_as_the_same_picture_in_memory_gives(slide):
    pixels = smooth((1030, 1541))
    image, reference = slide(pixels), open_image(pixels)
    for side in (1, 7, 64, 300, 385, 386, 1000, 1541, 5000):
        found, wanted = image.preview(side), reference.preview(side)
        assert found.shape == wanted.shape
        assert np.abs(found.astype(int) - wanted).mean() < 1.5


def giant(path, size=(100_000, 100_000)):
    """Ten gigapixels of eight different tiles, in levels down to a quarter of a megapixel."""
    tiles = [smooth((pyramid_file.SIDE, pyramid_file.SIDE), n) for n in range(8)]
    data, levels = [one.tobytes() for one in tiles], []
    while True:
        levels.append((size, lambda row, column: data[(row + column) % 8]))
        if max(size) <= 512:
            break
        size = tuple(max(1, side // 2) for side in size)
    pyramid_file.write_pyramid(path, levels)
    return tiles


def test_ten_gigapixels_are_looked_at_in_little_memory(tmp_path):
    tiles = giant(tmp_path / "giant.tif")
    assert (tmp_path / "giant.tif").stat().st_size < 16 * MIB
    image = open_image(tmp_path / "giant.tif")
    assert image.size == (100_000, 100_000)
    for level in range(image.levels(SIDE)):
        last = (-(-100_000 >> level) - 1) // SIDE
        for x, y in {(0, 0), (last, last), (last // 2, last // 3)}:
            assert tile(image, level, x, y) is not None
    assert (image.region(512 * 100, 512 * 90, 256, 256) == tiles[(200 + 180) % 8]).all()
    assert image.preview(1024).shape == (1024, 1024, 3)
    assert image.nbytes < 4 * MIB
    with pytest.raises(ImageError, match=r"10,000\.0 megapixels"):
        _ = image.pixels


def test_drive_runs_on_what_no_memory_holds(tmp_path):
    giant(tmp_path / "giant.tif", (40_000, 60_000))
    image = open_image(tmp_path / "giant.tif")
    result = drive(image, k=5)
    assert len(result.saccades) == 5
    for box, patch in zip(result.patches.boxes, result.patches.pixels, strict=True):
        y0, x0, y1, x1 = box.tolist()
        assert (image.region(y0, x0, y1 - y0, x1 - x0) == patch).all()


def test_patches_at_the_border_are_those_of_the_picture_in_memory(slide):
    pixels = grain((300, 400))
    image = slide(pixels, factors=(1, 2))
    yx = np.array([[0, 0], [299, 399], [150, 3], [140, 200]])
    for border in get_args(Border):
        for side in (1, 64, 129, 500):
            for found, wanted in zip(
                cut(image, yx, side, border), crop(pixels, yx, side, border), strict=True
            ):
                assert (found == wanted).all()


def test_a_scanners_micrometres_and_colours_are_kept(slide):
    aperio = "Aperio Image Library v1\r\n|AppMag = 40|MPP = 0.2500"
    image = slide(smooth((600, 600)), text=aperio)
    assert image.microns == (0.25, 0.25)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = smooth((600, 600))
    assert np.abs(slide(pixels, profile=srgb).pixels.astype(int) - pixels).max() <= 1


def test_the_digest_tells_files_apart(slide, tmp_path):
    one = slide(smooth((600, 600)))
    assert open_image(tmp_path / "slide.tif").digest == one.digest
    other = slide(smooth((600, 600), 1), "other.tif")
    assert other.digest != one.digest
    os.utime(tmp_path / "slide.tif", ns=(1, 1))
    assert open_image(tmp_path / "slide.tif").digest != one.digest, "it may have been written anew"


def test_a_file_that_goes_away_says_so(tmp_path):
    giant(tmp_path / "giant.tif", (4_000, 6_000))
    image = open_image(tmp_path / "giant.tif")
    with (tmp_path / "giant.tif").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(ImageError, match=r"giant.tif can no longer be read .* open it again"):
        image.region(0, 0, 4_000, 6_000)


def test_a_pyramid_without_a_small_copy_is_refused_in_words(slide, tmp_path):
    slide(smooth((2000, 3000)), factors=(1, 2))
    with pytest.raises(ImageError, match=r"smallest copy in slide.tif has 1.5 megapixels"):
        open_image(tmp_path / "slide.tif", limit=1)


@pytest.mark.parametrize("text", ["", "Aperio Image Library v1"])
def test_a_pyramid_needs_no_openslide(slide, monkeypatch, tmp_path, text):
    pixels = grain((600, 700))
    slide(pixels, text=text)
    monkeypatch.setitem(sys.modules, "openslide", None)
    image = open_image(tmp_path / "slide.tif")
    assert image.streamed
    assert image.notes == ("read from the file's own 3 levels",)
    assert (image.pixels == pixels).all()


def test_an_uploaded_pyramid_is_its_finest_copy(slide, tmp_path):
    pixels = grain((600, 700))
    slide(pixels)
    image = open_image((tmp_path / "slide.tif").read_bytes())
    assert not image.streamed
    assert image.notes == ()
    assert (image.pixels == pixels).all()


def test_a_plain_tiff_stays_in_memory(tmp_path):
    Pillow.fromarray(grain((60, 70))).save(tmp_path / "plain.tif")
    assert not open_image(tmp_path / "plain.tif").streamed
