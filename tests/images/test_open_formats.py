"""Every format opens, turned as EXIF asks, and its metadata stays behind."""

import io
import struct

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.images import open_image
from tests.images.pictures import noise, saved, smooth, turned

EXACT = [
    ("PNG", {}),
    ("BMP", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("TIFF", {"compression": "tiff_deflate"}),
    ("TIFF", {"compression": "packbits"}),
    ("TIFF", {"big_tiff": True}),
    ("WEBP", {"lossless": True}),
]
LOSSY = [
    ("JPEG", {"quality": 95}),
    ("JPEG", {"quality": 95, "progressive": True}),
    ("JPEG", {"quality": 95, "subsampling": 0}),
    ("WEBP", {"quality": 95}),
    ("AVIF", {"quality": 95}),
    ("TIFF", {"compression": "jpeg"}),
    ("MPO", {"quality": 95}),
]


@pytest.mark.parametrize(("form", "options"), EXACT)
@pytest.mark.parametrize("size", [(1, 1), (7, 401), (33, 20)])
def test_lossless_formats_give_back_every_pixel(form, options, size):
    pixels = noise(*size)
    assert (open_image(saved(pixels, form, **options)).pixels == pixels).all()


@pytest.mark.parametrize(("form", "options"), LOSSY)
def test_lossy_formats_stay_close(form, options):
    pixels = smooth(61, 47)
    image = open_image(saved(pixels, form, **options))
    assert image.size == (61, 47)
    assert np.abs(image.pixels.astype(int) - pixels).mean() < 4


def test_gif_gives_back_its_palette():
    pixels = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 8, 7]]], np.uint8)
    assert (open_image(saved(pixels, "GIF")).pixels == pixels).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_every_exif_orientation_is_applied(form, options, orientation):
    pixels = noise(5, 8)
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    image = open_image(saved(pixels, form, exif=exif.tobytes(), **options))
    assert (image.pixels == turned(pixels, orientation)).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "AVIF"])
def test_lossy_formats_are_turned_too(form, orientation):
    pixels = smooth(40, 64)
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    image = open_image(saved(pixels, form, exif=exif, quality=95))
    wanted = turned(pixels, orientation)
    assert image.size == wanted.shape[:2]
    assert np.abs(image.pixels.astype(int) - wanted).mean() < 4


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", [0, 9, 255])
def test_an_orientation_that_does_not_exist_turns_nothing(order, value):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    exif = mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, value, 0, 0)
    pixels = noise(3, 4)
    assert (open_image(saved(pixels, "PNG", exif=exif)).pixels == pixels).all()


@pytest.mark.parametrize("exif", [b"", b"II", b"Exif\0\0junk", b"II*\0\xff\xff\xff\xff", b"MM\0*"])
def test_broken_exif_does_not_keep_a_picture_from_opening(exif):
    pixels = noise(3, 4)
    assert (open_image(saved(pixels, "PNG", exif=exif)).pixels == pixels).all()


def test_location_data_is_not_kept():
    exif = Pillow.Exif()
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.5)
    exif[0x010F] = "SECRETCAMERA"
    image = open_image(saved(smooth(16, 16), "JPEG", exif=exif, comment=b"SECRETPLACE"))
    kept = " ".join(f"{k}={v!r}" for k, v in vars(image).items())
    assert "SECRET" not in kept
    assert "29.5" not in kept


@pytest.mark.parametrize(
    ("form", "options"),
    [("GIF", {}), ("PNG", {}), ("WEBP", {"lossless": True}), ("AVIF", {}), ("TIFF", {})],
)
def test_only_the_first_frame_is_taken_and_the_note_counts_them(form, options):
    frames = [Pillow.new("RGB", (20, 10), (60 * i, 100, 0)) for i in range(4)]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], **options)
    image = open_image(data)
    assert image.notes == ("first of 4 frames",)
    assert np.abs(image.pixels.astype(int) - np.asarray(frames[0])).max() <= 3


def test_the_second_picture_of_an_mpo_is_noted():
    first, second = Pillow.fromarray(smooth(32, 48)), Pillow.new("RGB", (48, 32))
    image = open_image(saved(first, "MPO", save_all=True, append_images=[second], quality=95))
    assert image.notes == ("first of 2 frames",)
    assert np.abs(image.pixels.astype(int) - np.asarray(first)).mean() < 4


def test_a_single_frame_needs_no_note():
    assert open_image(saved(noise(3, 4), "PNG")).notes == ()
    assert open_image(saved(noise(3, 4), "TIFF")).notes == ()
    assert open_image(saved(noise(3, 4), "GIF")).notes == ()


def test_frames_of_a_gif_with_large_blocks_are_counted():
    frames = [Pillow.fromarray(noise(64, 64, 0, seed)) for seed in range(3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"x" * 700)
    assert open_image(data).notes == ("first of 3 frames",)


def test_pictures_behind_a_wrong_suffix_open(tmp_path):
    path = tmp_path / "really_png.jpg"
    path.write_bytes(saved(noise(3, 4), "PNG"))
    assert (open_image(path).pixels == noise(3, 4)).all()


def test_every_supported_format_is_named():
    from patchdrive.images import FORMATS

    assert set(FORMATS) == {"JPEG", "PNG", "WebP", "TIFF", "BMP", "MPO", "AVIF", "GIF"}


def test_opening_the_same_file_twice_gives_the_same_identity():
    data = saved(noise(9, 9), "PNG")
    assert open_image(data).digest == open_image(io.BytesIO(data)).digest
