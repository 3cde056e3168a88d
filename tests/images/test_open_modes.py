"""Every pixel mode becomes the sRGB that it means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image as Pillow

from patchdrive.images import open_image
from tests.images.pictures import noise, over_white, profile, saved, smooth, srgb_encode


def grey(values):
    return np.repeat(np.asarray(values, np.uint8)[..., None], 3, axis=2)


def test_one_bit_is_black_and_white():
    bits = noise(9, 13, 0) > 127
    for form in ("PNG", "TIFF", "BMP"):
        image = open_image(saved(Pillow.fromarray(bits), form))
        assert (image.pixels == grey(bits * 255)).all()


def test_a_fax_is_black_on_white():
    bits = noise(9, 13, 0) > 127
    image = open_image(saved(Pillow.fromarray(bits), "TIFF", compression="group4"))
    assert (image.pixels == grey(bits * 255)).all()


@pytest.mark.parametrize("form", ["PNG", "TIFF", "BMP"])
def test_grey_is_tripled(form):
    values = noise(9, 13, 0)
    assert (open_image(saved(values, form)).pixels == grey(values)).all()


def test_a_palette_is_looked_up():
    picture = Pillow.fromarray(smooth(20, 20)).quantize(16)
    assert (open_image(saved(picture, "PNG")).pixels == np.asarray(picture.convert("RGB"))).all()


def test_a_transparent_palette_entry_is_white():
    picture = Pillow.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putdata([0, 1])
    for form in ("PNG", "GIF"):
        image = open_image(saved(picture, form, transparency=0))
        assert image.pixels.tolist() == [[[255, 255, 255], [0, 0, 255]]]
        assert image.notes == ("transparency laid over white",)


@settings(deadline=None)
@given(
    rgba=arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=9).map(lambda s: (*s, 4)))
)
def test_alpha_is_laid_over_white(rgba):
    truth = over_white(rgba)
    for source in (saved(rgba, "PNG"), Pillow.fromarray(rgba), rgba):
        assert np.abs(open_image(source).pixels - truth).max() <= 1


def test_grey_with_alpha_is_laid_over_white():
    la = noise(6, 5, 2)
    truth = over_white(np.dstack([la[..., 0]] * 3 + [la[..., 1]]))
    assert np.abs(open_image(saved(la, "PNG")).pixels - truth).max() <= 1


def test_premultiplied_alpha_is_laid_over_white():
    rgba = noise(6, 5, 4)
    rgba[..., 3] = 255
    assert (open_image(Pillow.fromarray(rgba).convert("RGBa")).pixels == rgba[..., :3]).all()


@pytest.mark.parametrize(("mode", "hole"), [("L", 7), ("RGB", (7, 7, 7))])
def test_a_transparent_colour_is_white(mode, hole):
    picture = Pillow.new(mode, (2, 1), hole)
    picture.putpixel((1, 0), 9 if mode == "L" else (9, 9, 9))
    image = open_image(saved(picture, "PNG", transparency=hole))
    assert image.pixels.tolist() == [[[255] * 3, [9] * 3]]


def test_opaque_alpha_needs_no_note():
    rgba = noise(6, 5, 4)
    rgba[..., 3] = 255
    image = open_image(saved(rgba, "PNG"))
    assert image.notes == ()
    assert (image.pixels == rgba[..., :3]).all()


def test_cmyk_inks_darken_white():
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 255, 0], [0, 0, 0, 255]]], np.uint8)
    picture = Pillow.fromarray(inks, "CMYK")
    colours = [[[255] * 3, [0, 255, 255], [255, 0, 0], [0] * 3]]
    for source in (picture, saved(picture, "TIFF")):
        assert open_image(source).pixels.tolist() == colours
    wide = saved(picture.resize((64, 16), Pillow.Resampling.NEAREST), "JPEG", quality=95)
    found = open_image(wide).pixels[:, 8::16].mean(0)
    assert np.abs(found - colours[0]).max() < 8


def test_ycbcr_and_hsv_keep_their_colours():
    pixels = smooth(12, 12)
    for mode in ("YCbCr", "HSV"):
        found = open_image(Pillow.fromarray(pixels).convert(mode)).pixels
        assert np.abs(found.astype(int) - pixels).max() <= 8


def test_lab_keeps_its_colours():
    # Lightness 0, 53 and 100 % without colour, and the lightness and colour of sRGB's red.
    lab = np.array([[[0, 0, 0], [136, 0, 0], [255, 0, 0], [136, 80, 67]]], np.uint8)
    picture = Pillow.frombytes("LAB", (4, 1), lab.tobytes())
    found = open_image(saved(picture, "TIFF")).pixels[0].astype(int)
    wanted = np.array([[0] * 3, [127] * 3, [255] * 3, [255, 0, 0]])
    assert np.abs(found - wanted).max() <= 12


@settings(deadline=None)
@given(values=arrays(np.uint16, array_shapes(min_dims=2, max_dims=2, max_side=6)))
def test_16_bit_grey_is_scaled_and_never_saturates(values):
    truth = values / 257
    found = open_image(saved(values, "PNG")).pixels
    assert np.abs(found - truth[..., None]).max() <= 0.5
    # Microscopes store 8, 10 or 12 bits in 16: such a TIFF file was black, and now is not.
    most = next(top for top in (255, 1023, 4095, 65535) if values.max() <= top)
    found = open_image(saved(values, "TIFF")).pixels
    assert np.abs(found - (values * (255 / most))[..., None]).max() <= 0.5001
    big = Pillow.fromarray(values).tobytes()[: values.size * 2]
    picture = Pillow.frombytes("I;16B", values.shape[::-1], np.frombuffer(big, "<u2").astype(">u2"))
    assert np.abs(open_image(picture).pixels - truth[..., None]).max() <= 0.5


def test_a_dark_16_bit_picture_says_so():
    image = open_image(saved(np.full((4, 4), 694, np.uint16), "PNG"))
    assert (image.pixels == 3).all()
    assert "largest is 694" in image.notes[0]


def test_a_16_bit_transparent_value_is_white():
    picture = Pillow.fromarray(np.array([[500, 40_000]], np.uint16))
    image = open_image(saved(picture, "PNG", transparency=500))
    assert image.pixels[0, 0].tolist() == [255] * 3
    assert image.pixels[0, 1].tolist() == [156] * 3


def tiff(array, photometric, bits):
    """A bare TIFF of one strip, for kinds that Pillow does not write."""
    import struct

    height, width = array.shape[:2]
    samples = array.shape[2] if array.ndim == 3 else 1
    data = array.tobytes() + b"\0" * (array.nbytes % 2)
    end = 8 + len(data)
    depth = (258, 3, 1, bits)
    if samples == 3:
        depth = (258, 3, 3, end)
        data += struct.pack("<4H", bits, bits, bits, 0)
        end += 8
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), depth, (259, 3, 1, 1), (262, 3, 1, photometric),
        (273, 4, 1, 8), (277, 3, 1, samples), (278, 4, 1, height), (279, 4, 1, array.nbytes),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return (
        b"II*\0" + struct.pack("<I", end) + data + struct.pack("<H", len(tags)) + table + bytes(4)
    )


def test_16_bit_colour_is_scaled():
    values = np.random.default_rng(0).integers(0, 65536, (5, 6, 3), np.uint16)
    found = open_image(tiff(values, 2, 16)).pixels
    assert np.abs(found - values / 257).max() <= 1


def test_16_bit_grey_where_zero_is_white_is_inverted():
    values = np.array([[0, 65535, 257 * 100]], np.uint16)
    assert open_image(tiff(values, 0, 16)).pixels[0, :, 0].tolist() == [255, 0, 155]


def test_12_bit_grey_fills_the_range():
    packed = np.array([[0xFF, 0xF0, 0x00]], np.uint8)  # 4095 and 0
    data = bytearray(tiff(packed, 1, 12))
    width = data.index(b"\0\1\4\0\1\0\0\0") + 8
    data[width] = 2
    assert open_image(bytes(data)).pixels[0, :, 0].tolist() == [255, 0]


@pytest.mark.parametrize(
    ("values", "wanted", "note"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255], "float values 0 to 1 spread from black to white"),
        ([0.0, 0.25], [0, 64], "float values 0 to 1 spread from black to white"),
        ([-2.0, 0.0, 2.0], [0, 128, 255], "float values -2 to 2 spread from black to white"),
        ([5.0, 5.0], [0, 0], "float values 5 to 5 spread from black to white"),
        (
            [np.nan, 2.0, 4.0, np.inf, -np.inf],
            [0, 0, 255, 255, 0],
            "float values 2 to 4 spread from black to white; NaN and infinities are black or white",
        ),
        (
            [np.nan],
            [0],
            "float values 0 to 1 spread from black to white; NaN and infinities are black or white",
        ),
    ],
)
def test_float_pictures_follow_the_stated_rule(values, wanted, note):
    picture = Pillow.fromarray(np.array([values], np.float32))
    image = open_image(saved(picture, "TIFF"))
    assert image.pixels[0, :, 0].tolist() == wanted
    assert image.notes == (note,)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([0, 100, 255], [0, 100, 255]),
        ([-100, 0, 100], [0, 128, 255]),
        ([0, 2_000_000_000], [0, 255]),
    ],
)
def test_whole_32_bit_pictures_follow_the_stated_rule(values, wanted):
    image = open_image(saved(Pillow.fromarray(np.array([values], np.int32)), "TIFF"))
    assert image.pixels[0, :, 0].tolist() == wanted


def test_a_linear_profile_is_converted_to_srgb():
    pixels = noise(8, 8)
    image = open_image(saved(pixels, "PNG", icc_profile=profile("RGB ")))
    assert np.abs(image.pixels - srgb_encode(pixels / 255)).max() <= 2
    assert image.notes == ("colours converted from the profile linear test",)


def test_a_grey_profile_is_converted_to_srgb():
    values = noise(8, 8, 0)
    image = open_image(saved(values, "PNG", icc_profile=profile("GRAY")))
    assert np.abs(image.pixels - srgb_encode(values / 255)[..., None]).max() <= 2


def test_a_profile_leaves_alpha_alone():
    rgba = noise(8, 8, 4)
    image = open_image(saved(rgba, "PNG", icc_profile=profile("RGB ")))
    truth = over_white(np.dstack([srgb_encode(rgba[..., :3] / 255), rgba[..., 3]]))
    assert np.abs(image.pixels - truth).max() <= 2.5


def test_an_srgb_profile_changes_nothing():
    from PIL import ImageCms

    pixels = noise(40, 40)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = open_image(saved(pixels, "PNG", icc_profile=srgb))
    assert (image.pixels == pixels).all()
    assert image.notes == ()


@pytest.mark.parametrize(
    ("bad", "note"),
    [
        (b"junk" * 50, "broken colour profile ignored"),
        (profile("RGB ")[:200], "broken colour profile ignored"),
        (profile("GRAY"), "colour profile ignored: it is for GRAY, the picture is RGB"),
    ],
)
def test_a_profile_that_does_not_fit_is_ignored_with_a_note(bad, note):
    pixels = noise(8, 8)
    image = open_image(saved(pixels, "PNG", icc_profile=bad))
    assert (image.pixels == pixels).all()
    assert image.notes == (note,)


def test_pictures_taller_than_a_strip_are_whole():
    rgba = noise(601, 3, 4)
    assert np.abs(open_image(Pillow.fromarray(rgba)).pixels - over_white(rgba)).max() <= 1


@settings(deadline=None)
@given(seed=st.integers(0, 9), mode=st.sampled_from(["1", "L", "P", "RGB", "CMYK", "LA", "RGBA"]))
def test_a_pil_picture_is_not_modified(seed, mode):
    picture = Pillow.fromarray(noise(5, 4, 3, seed)).convert(mode)
    picture.info["icc_profile"] = profile("RGB ")
    before = (picture.tobytes(), picture.mode, picture.size, dict(picture.info))
    open_image(picture)
    assert (picture.tobytes(), picture.mode, picture.size, dict(picture.info)) == before
