"""Colours that files name by numbers, against published matrices and slow arithmetic."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from patchdrive.images import open_image, spaces
from tests.images.pictures import attempt, profile, saved, srgb_encode

# Linear light to XYZ, and XYZ to linear sRGB, as CSS Color 4 prints them.
P3_XYZ = [[0.4865709486482162, 0.26566769316909306, 0.1982172852343625],
          [0.2289745640697488, 0.6917385218365064, 0.079286914093745],
          [0.0, 0.04511338185890264, 1.043944368900976]]  # fmt: skip
REC2020_XYZ = [[0.6369580483012914, 0.14461690358620832, 0.1688809751641721],
               [0.2627002120112671, 0.6779980715188708, 0.05930171646986196],
               [0.0, 0.028072693049087428, 1.060985057710791]]  # fmt: skip
XYZ_SRGB = [[3.2409699419045226, -1.537383177570094, -0.4986107602930034],
            [-0.9692436362808796, 1.8759675015077202, 0.04155505740717559],
            [0.05563007969699366, -0.20397695888897652, 1.0569715142428786]]  # fmt: skip
P3, REC2020, REC709 = 12, 9, 1
GAMMA22, GAMMA28, LINEAR, SRGB, PQ, HLG = 4, 5, 8, 13, 16, 18
STEPS = np.array([0, 1, 9, 40, 92, 128, 197, 230, 255], np.uint8)
CUBE = np.stack(np.meshgrid(STEPS, STEPS, STEPS, indexing="ij"), -1).reshape(27, 27, 3)


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, **chunks):
    """A PNG with chunks of these kinds in front of its pixels."""
    data = saved(pixels, "PNG")
    return data[:33] + b"".join(chunk(k.encode(), v) for k, v in chunks.items()) + data[33:]


def cicp(primaries, curve, matrix=0, full=1):
    return bytes((primaries, curve, matrix, full))


def gama(value):
    return struct.pack(">I", round(value * 1e5))


def chrm(primaries):
    *rgb, white = primaries
    return struct.pack(">8I", *(round(1e5 * side) for place in (white, *rgb) for side in place))


def iccp(data):
    return b"p\0\0" + zlib.compress(data)


def slow(pixels, to_xyz, light):
    """sRGB of code values, pixel by pixel, in floats; light gives linear light of a value 0..1."""
    out = np.zeros(pixels.shape)
    for y, row in enumerate(pixels):
        for x, codes in enumerate(row):
            linear = [light(code / 255) for code in codes]
            xyz = [sum(a * b for a, b in zip(line, linear, strict=True)) for line in to_xyz]
            rgb = [sum(a * b for a, b in zip(line, xyz, strict=True)) for line in XYZ_SRGB]
            out[y, x] = srgb_encode(np.clip(rgb, 0, 1))
    return out


def srgb_light(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


LIGHTS = {
    SRGB: srgb_light,
    LINEAR: lambda value: value,
    GAMMA22: lambda value: value**2.2,
    GAMMA28: lambda value: value**2.8,
    1: srgb_light,  # as browsers do
    14: srgb_light,
}


@pytest.mark.parametrize(("code", "to_xyz"), [(P3, P3_XYZ), (REC2020, REC2020_XYZ)])
@pytest.mark.parametrize("curve", LIGHTS)
def test_cicp_is_converted_by_the_published_matrices(code, to_xyz, curve):
    image = open_image(png(CUBE, cICP=cicp(code, curve)))
    assert np.abs(image.pixels - slow(CUBE, to_xyz, LIGHTS[curve])).max() <= 0.52
    name = {P3: "Display P3", REC2020: "BT.2020"}[code]
    assert image.notes[0].startswith(f"colours converted from {name}")


def test_matrices_are_those_of_css():
    for code, to_xyz in ((P3, P3_XYZ), (REC2020, REC2020_XYZ)):
        ours = spaces.matrix(spaces.PRIMARIES[code][1])
        assert np.abs(ours - np.array(XYZ_SRGB) @ to_xyz).max() < 1e-6
    for _, primaries in spaces.PRIMARIES.values():
        assert np.abs(spaces.matrix(primaries).sum(1) - 1).max() < 1e-9, "white stays white"
    assert np.abs(spaces.matrix(spaces.SRGB) - np.eye(3)).max() < 1e-12


def test_display_p3_is_shown_as_littlecms_shows_its_profile():
    """The same code values with the profile of Display P3, and with its numbers."""
    data = bytearray(profile("RGB "))
    for tag, xyz in (
        (b"rXYZ", (0.51512, 0.2412, -0.00105)),
        (b"gXYZ", (0.29198, 0.69225, 0.04189)),
        (b"bXYZ", (0.1571, 0.06657, 0.78407)),
    ):
        (place,) = struct.unpack_from(">I", data, data.index(tag) + 4)
        struct.pack_into(">3i", data, place + 8, *(round(65536 * value) for value in xyz))
    by_profile = open_image(png(CUBE, iCCP=iccp(bytes(data)))).pixels.astype(int)
    by_numbers = open_image(png(CUBE, cICP=cicp(P3, LINEAR))).pixels.astype(int)
    assert np.abs(by_profile - by_numbers).max() <= 2
    assert np.abs(by_profile - CUBE).max() > 50


SRGB_CHUNK, P3_CICP = {"sRGB": b"\0"}, {"cICP": cicp(P3, SRGB)}
P3_CHRM = {"gAMA": gama(1 / 2.2), "cHRM": chrm(spaces.PRIMARIES[P3][1])}
LINEAR_ICC = {"iCCP": iccp(profile("RGB "))}
DARK = {"gAMA": gama(1.0)}


@pytest.mark.parametrize(
    ("chunks", "counts"),
    [
        (P3_CICP | LINEAR_ICC | DARK, P3_CICP),
        (DARK | LINEAR_ICC | P3_CICP, P3_CICP),
        (P3_CICP | SRGB_CHUNK, P3_CICP),
        ({"cICP": cicp(REC709, SRGB)} | LINEAR_ICC, {}),
        (LINEAR_ICC | DARK, LINEAR_ICC),
        (SRGB_CHUNK | DARK, {}),
        (SRGB_CHUNK | P3_CHRM, {}),
        ({"cICP": cicp(P3, SRGB, matrix=1)} | DARK, DARK),  # PNG is RGB: such a chunk is void
        ({"cICP": b"\1\2"} | DARK, DARK),
        ({"gAMA": gama(1 / 2.2)}, {}),
        ({"gAMA": gama(1 / 2.2), "cHRM": chrm(spaces.SRGB)}, {}),
        ({"cHRM": chrm(spaces.SRGB)}, {}),
        ({"cHRM": P3_CHRM["cHRM"]}, P3_CICP),
        ({"tEXt": b"gamma\0001.0"}, {}),
        ({"tEXt": b"chromaticity\0x"}, {}),
        ({"iTXt": b"icc_profile\0\0\0\0\0x"}, {}),
    ],
    ids=lambda value: "+".join(value) or "nothing",
)
def test_the_word_that_goes_first_counts(chunks, counts):
    found, right = open_image(png(CUBE, **chunks)), open_image(png(CUBE, **counts))
    assert (found.pixels == right.pixels).all()
    if not counts:
        assert (found.pixels == CUBE).all()
        assert found.notes == ()


@pytest.mark.parametrize("gamma", [0.35, 0.4, 0.55, 0.7, 1.0, 1.8])
def test_one_scene_looks_the_same_whatever_gamma_it_was_saved_with(gamma):
    """PngSuite's test: a picture for a screen of 2.2, saved as light to the power of gamma."""
    scene = np.repeat(np.arange(60, 256, dtype=np.uint8)[None, :, None], 3, axis=2)
    stored = np.rint(255 * (scene / 255) ** (2.2 * gamma)).astype(np.uint8)
    for mode in ("RGB", "L"):
        picture = Pillow.fromarray(stored).convert(mode)
        shown = open_image(png(picture, gAMA=gama(gamma))).pixels.astype(int)
        step = 1 + 0.5 / np.diff(np.float64(255) * (scene[0, :, 0] / 255) ** (2.2 * gamma)).min()
        assert np.abs(shown - scene).max() <= step
        assert np.abs(shown - stored).max() > 10


def test_gamma_and_primaries_together_are_exact():
    found = open_image(png(CUBE, **(P3_CHRM | {"gAMA": gama(1.0)}))).pixels
    assert np.abs(found - slow(CUBE, P3_XYZ, LIGHTS[LINEAR])).max() <= 0.52


@pytest.mark.parametrize(
    "chunks",
    [
        {"gAMA": gama(0)},
        {"gAMA": b"\xff\xff\xff\xff"},
        {"cHRM": bytes(32)},
        {"cHRM": b"\xff" * 32},
        {"cHRM": chrm(((0.3, 0.3),) * 4)},
    ],
)
def test_impossible_colours_are_shown_as_srgb_with_a_note(chunks):
    image = open_image(png(CUBE, **chunks))
    assert (image.pixels == CUBE).all()
    assert "impossible colours" in image.notes[0]


@pytest.mark.parametrize("codes", [(77, 13), (12, 99), (10, 13)])
def test_unknown_codes_are_shown_as_srgb_with_a_note(codes):
    image = open_image(png(CUBE, cICP=cicp(*codes)))
    assert (image.pixels == CUBE).all()
    assert image.notes == (f"unknown colours (codes {codes[0]} and {codes[1]}) shown as sRGB",)


def test_a_narrow_range_is_widened():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    image = open_image(png(ramp, cICP=cicp(REC709, SRGB, full=0)))
    right = np.rint(np.clip((np.arange(256) - 16) * 255 / 219, 0, 255))
    assert np.abs(image.pixels[0, :, 0] - right).max() <= 1
    assert image.notes


@pytest.mark.parametrize("picture", ["grey", "palette", "alpha", "one row", "16 bit grey"])
def test_every_kind_of_png_is_converted(picture):
    grey = np.arange(256, dtype=np.uint8)[None].repeat(3, 0)
    made = {
        "grey": Pillow.fromarray(grey),
        "palette": Pillow.fromarray(CUBE).quantize(64),
        "alpha": Pillow.fromarray(np.dstack([CUBE, np.full((27, 27), 255, np.uint8)])),
        "one row": Pillow.fromarray(CUBE[:1]),
        "16 bit grey": Pillow.fromarray(grey.astype(np.uint16) * 257),
    }[picture]
    flat = np.asarray((made if made.mode != "I;16" else Pillow.fromarray(grey)).convert("RGB"))
    image = open_image(png(made, cICP=cicp(P3, LINEAR)))
    assert np.abs(image.pixels - slow(flat, P3_XYZ, LIGHTS[LINEAR])).max() <= 0.52
    assert any("Display P3" in note for note in image.notes)


def test_a_pil_picture_is_shown_as_its_file_is():
    for chunks in (DARK, P3_CHRM, SRGB_CHUNK | DARK, LINEAR_ICC | DARK):
        data = png(CUBE, **chunks)
        by_pil = open_image(Pillow.open(io.BytesIO(data)))
        assert (by_pil.pixels == open_image(data).pixels).all()


# EXIF


def camera(form, space=0xFFFF, index="R03", order="<", **options):
    """A file as cameras write it, with the colours that EXIF names."""
    exif = Pillow.Exif()
    exif.endian = order
    exif.get_ifd(0x8769)[0xA001] = space
    exif.get_ifd(0x8769)[0xA005] = {1: index}
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [Pillow.fromarray(CUBE)]} if form == "MPO" else {}
    Pillow.fromarray(CUBE).save(out, form, exif=exif.tobytes(), quality=95, **more, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "MPO", "WEBP", "PNG"])
@pytest.mark.parametrize("order", "<>")
def test_adobe_rgb_in_exif_alone_is_shown_as_srgb_and_says_so(form, order):
    words = "colours of Adobe RGB without a profile, shown as sRGB as browsers do"
    if form == "PNG":
        out = io.BytesIO(camera("JPEG", order=order))
        exif = Pillow.open(out).info["exif"]
        out = io.BytesIO()
        Pillow.fromarray(CUBE).save(out, "PNG", exif=exif)
        image = open_image(out.getvalue())
        assert (image.pixels == CUBE).all()
    else:
        data = camera(form, order=order)
        image = open_image(data)
        with Pillow.open(io.BytesIO(data)) as shown:
            assert (image.pixels == np.asarray(shown.convert("RGB"))).all()
    assert words in image.notes
    for space, index in ((1, "R98"), (1, "R03"), (0xFFFF, "R98")):
        assert words not in open_image(camera("JPEG", space, index, order)).notes
    profile_first = open_image(camera("JPEG", icc_profile=profile("RGB ")))
    assert words not in profile_first.notes


# AVIF


def avif(pixels, primaries, curve, **options):
    data = saved(pixels, "AVIF", quality=100, subsampling="4:4:4", **options)
    place = data.index(b"colrnclx") + 8
    return data[:place] + struct.pack(">HH", primaries, curve) + data[place + 4 :]


@pytest.mark.parametrize(("code", "to_xyz"), [(P3, P3_XYZ), (REC2020, REC2020_XYZ)])
def test_avif_is_shown_in_the_colours_that_its_numbers_name(code, to_xyz):
    blocks = np.kron(CUBE[::9, ::3], np.ones((8, 8, 1), np.uint8))
    image = open_image(avif(blocks, code, SRGB))
    stored = open_image(avif(blocks, REC709, SRGB))
    assert stored.notes == ()
    right = slow(stored.pixels, to_xyz, srgb_light)
    assert np.abs(image.pixels - right).max() <= 0.52
    assert np.abs(image.pixels - slow(blocks, to_xyz, srgb_light)).mean() < 4
    assert image.notes[0].startswith("colours converted from ")


def test_the_profile_of_an_avif_goes_before_its_numbers():
    data = saved(CUBE, "AVIF", quality=100, icc_profile=profile("RGB "))
    assert b"colrprof" in data
    image = open_image(data)
    assert image.notes == ("colours converted from the profile linear test",)


# high dynamic range


def pq(nits):
    """Code value 0..1 of a light (SMPTE ST 2084)."""
    y = (nits / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


@pytest.mark.parametrize(
    ("nits", "code"), [(0.1, 0.0623), (100, 0.5081), (203, 0.5807), (1000, 0.7518)]
)
def test_pq_is_light_as_its_standard_says(nits, code):
    assert pq(nits) == pytest.approx(code, abs=2e-4)
    light = spaces.linear(np.array([pq(nits)]), PQ)[0] * spaces.WHITE
    assert light == pytest.approx(nits, rel=1e-6)


def test_hlg_is_light_as_its_standard_says():
    codes = np.array([0, 0.25, 0.5, 0.75, 1])
    assert spaces.linear(codes, HLG) == pytest.approx([0, 1 / 48, 1 / 12, 0.26496, 1], abs=1e-5)
    white = 1000 * 0.26496**1.2  # BT.2408: 75 % is a white page of 203 candela
    assert white == pytest.approx(spaces.WHITE, abs=1)


@pytest.mark.parametrize("curve", [PQ, HLG])
@pytest.mark.parametrize("code", [REC2020, REC709, P3])
@pytest.mark.parametrize("form", ["PNG", "AVIF"])
def test_a_picture_of_high_dynamic_range_is_shown_within_a_screens_and_says_so(curve, code, form):
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(8, 0)
    data = png(ramp, cICP=cicp(code, curve)) if form == "PNG" else avif(ramp, code, curve)
    image = open_image(data)
    shown = image.pixels[4].astype(int)
    assert "high dynamic range" in image.notes[0]
    assert np.ptp(shown, axis=1).max() <= (0 if form == "PNG" else 3), "grey stays grey"
    grey = shown.mean(1)
    assert (np.diff(grey) >= (0 if form == "PNG" else -2)).all()
    assert grey[0] <= 2
    assert grey[-1] >= 253
    page = round(255 * (pq(spaces.WHITE) if curve == PQ else 0.75))
    assert 170 <= grey[page] <= 215, "a white page is bright, and leaves room for light"
    thing = round(255 * (pq(20) if curve == PQ else 0.38))
    assert 50 <= grey[thing] <= 110, "what is dim on a screen is dim and seen"


def test_hues_of_bright_light_stay():
    bright = np.array([[[230, 150, 150]]], np.uint8)
    found = open_image(png(bright, cICP=cicp(REC709, PQ))).pixels[0, 0].astype(int)
    assert found[0] > found[1] == found[2]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_colour_chunks_give_a_picture(data):
    chunks = {
        kind: data.draw(st.binary(max_size=36))
        for kind in data.draw(st.sets(st.sampled_from(["cICP", "gAMA", "cHRM", "sRGB", "iCCP"])))
    }
    if "cICP" in chunks and data.draw(st.booleans()):
        chunks["cICP"] = bytes(data.draw(st.lists(st.integers(0, 30), min_size=4, max_size=4)))
    found = attempt(png(CUBE, **chunks))  # Pillow refuses chunks that are too short
    assert found if isinstance(found, str) else found.pixels.shape == CUBE.shape
