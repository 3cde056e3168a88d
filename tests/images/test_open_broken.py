"""Whatever cannot be read says what is wrong and what to do, in one kind of error."""

import resource
import struct
import time
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageFile

from patchdrive.images import open_image
from patchdrive.types import ImageError
from tests.images.pictures import attempt, noise, saved, smooth

SUPPORTED = "JPEG, PNG, WebP, TIFF, BMP, MPO, AVIF, GIF"
SMALL = {
    form: saved(smooth(24, 40), form)
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "GIF")
}
SMALL["progressive"] = saved(smooth(24, 40), "JPEG", progressive=True)
SMALL["LZW"] = saved(smooth(24, 40), "TIFF", compression="tiff_lzw")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"just some words\n", f"is a text, not a picture in one of {SUPPORTED}"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n<html>404", "web page"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "SVG"),
        (b"<svg></svg>", "SVG"),
        (b"<a/>", "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypisom", "video"),
        (b"\0\0\0\x18ftypcrx ", "raw camera"),
        (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        (b"8BPS", "Photoshop"),
        (b"P6\n1 1\n255\n\0\0\0", "Netpbm"),
        (b"\x93NUMPY", "numpy.load"),
        (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        (b"\1\2\3\4\5\0\xff" * 9, "of an unknown kind"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "begins as PNG, but its header cannot be read"),
        (b"\xff\xd8\xff", "begins as JPEG"),
        (b"GIF89a", "begins as GIF"),
        (b"II*\0\x08\0\0\0", "begins as TIFF"),
        (b"BM", "begins as BMP"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "begins as WebP"),
        (b"\0\0\0\x18ftypavif", "begins as AVIF"),
    ],
)
def test_files_that_are_no_picture_are_explained(tmp_path, data, words):
    path = tmp_path / "harbour.jpg"
    path.write_bytes(data)
    for source in (path, data):
        with pytest.raises(ImageError, match=words):
            open_image(source)
    with pytest.raises(ImageError, match=r"^harbour\.jpg "):
        open_image(path)


def test_errors_speak_neither_of_paths_nor_of_objects(tmp_path):
    path = tmp_path / "harbour.jpg"
    for data in (b"", b"words", b"\xff\xd8\xff", SMALL["PNG"][:-40]):
        path.write_bytes(data)
        with pytest.raises(ImageError) as refused:
            open_image(path)
        assert str(tmp_path) not in str(refused.value)
        assert "object at" not in str(refused.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP"])
def test_a_cut_file_says_how_far_it_reaches(form):
    pixels = np.maximum(noise(160, 160), 1)
    data = saved(pixels, form)
    with pytest.raises(ImageError) as refused:
        open_image(data[: int(len(data) * 0.63)], name="harbour.jpg")
    text = str(refused.value)
    assert text.startswith("harbour.jpg is cut off after about ")
    assert 50 <= int(text.split("about ")[1].split(" %")[0]) <= 64
    assert text.endswith("open it with truncated=True to take what there is")


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_a_cut_file_gives_what_there_is_on_request(form):
    pixels = np.maximum(noise(160, 160), 1)
    data = saved(pixels, form)
    image = open_image(data[: len(data) // 2], truncated=True)
    assert image.size == (160, 160)
    assert (image.pixels[:70] == pixels[:70]).all()
    assert (image.pixels[90:] == 0).all()
    assert image.notes[0].startswith("the file is damaged or cut off after about 4")


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.2, 0.4, 0.5, 0.6, 0.63, 0.7, 0.8, 0.9, 0.99])
def test_a_cut_jpeg_gives_what_there_is_on_request(progressive, share):
    pixels = smooth(160, 240)
    data = saved(pixels, "JPEG", quality=95, progressive=progressive)
    start = data.index(b"\xff\xda") + 40
    image = open_image(data[: start + int((len(data) - start) * share)], truncated=True)
    assert image.size == (160, 240)
    assert np.abs(image.pixels[:16].astype(int) - pixels[:16]).mean() < 12
    assert "cut off" in image.notes[0]


def test_taking_what_there_is_changes_nothing_for_a_whole_file():
    for data in SMALL.values():
        whole, lenient = open_image(data), open_image(data, truncated=True)
        assert (whole.digest, whole.notes) == (lenient.digest, lenient.notes)


def test_pillows_switch_for_all_threads_is_left_alone():
    open_image(SMALL["PNG"][:-40], truncated=True)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_cut_pil_picture_is_treated_like_a_file(tmp_path):
    path = tmp_path / "cut.png"
    data = saved(noise(99, 99), "PNG")
    path.write_bytes(data[: len(data) // 2])
    with Pillow.open(path) as picture, pytest.raises(ImageError, match=r"cut\.png is cut off"):
        open_image(picture)
    with Pillow.open(path) as picture:
        assert open_image(picture, truncated=True).size == (99, 99)


def test_a_closed_pil_picture_is_explained():
    picture = Pillow.fromarray(noise(3, 3))
    picture.close()
    with pytest.raises(ImageError):
        open_image(picture)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), form=st.sampled_from(sorted(SMALL)), truncated=st.booleans())
def test_damage_anywhere_gives_a_picture_or_the_one_error(data, form, truncated):
    file = bytearray(SMALL[form])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(file) - 1))
        file[place] = data.draw(st.integers(0, 255))
    file = file[: data.draw(st.integers(0, len(file)))]
    found = attempt(bytes(file), limit=1, truncated=truncated)
    assert found if isinstance(found, str) else found.pixels.shape == (*found.size, 3)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=60))
def test_any_bytes_give_a_picture_or_the_one_error(data):
    for head in (b"", b"\xff\xd8\xff", b"II*\0", b"GIF89a", b"BM", b"\x89PNG\r\n\x1a\n"):
        found = attempt(head + data, limit=1)
        assert found if isinstance(found, str) else found.pixels.shape == (*found.size, 3)


def chunk(kind, data):
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP", b"iTXt"])
def test_chunks_that_unfold_without_end_are_refused(kind):
    heads = {b"zTXt": b"c\0\0", b"iCCP": b"c\0\0", b"iTXt": b"c\0\1\0\0\0"}
    whole = saved(noise(4, 4), "PNG")
    swollen = chunk(kind, heads[kind] + zlib.compress(bytes(50_000_000)))
    with pytest.raises(ImageError, match="too large"):
        open_image(whole[:33] + swollen + whole[33:])


def test_a_gif_of_half_a_million_frames_is_counted_only_so_far():
    whole = saved(Pillow.new("P", (4, 4)), "GIF")
    start = 13 + (3 << ((whole[10] & 7) + 1))
    image = open_image(whole[:-1] + whole[start:-1] * 500_000 + b";")
    assert image.notes == ("first of at least 10,000 frames",)


def test_a_tiff_whose_directories_form_a_loop_ends():
    data = bytearray(saved(noise(4, 4), "TIFF"))
    (first,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    assert open_image(bytes(data)).notes == ()


def test_a_progressive_jpeg_of_thousands_of_scans_is_refused():
    data = saved(Pillow.new("L", (3000, 3000)), "JPEG", progressive=True)
    last, end = data.rfind(b"\xff\xda"), len(data) - 2
    with pytest.raises(ImageError, match="scans"):
        open_image(data[:last] + data[last:end] * 2000 + data[end:])


def test_an_animation_that_claims_a_huge_frame_opens_at_its_own_size():
    whole = saved(Pillow.new("P", (10, 10)), "GIF")
    start = 13 + (3 << ((whole[10] & 7) + 1))
    huge = whole[start : start + 5] + struct.pack("<HH", 65535, 65535) + whole[start + 9 : -1]
    data = whole[:-1] + huge + b";"
    assert open_image(data).notes == ("first of 2 frames",)
    assert open_image(data).size == (10, 10)


def test_a_gif_of_nothing_but_junk_is_refused_at_once():
    start = time.perf_counter()
    with pytest.raises(ImageError, match="holds no picture"):
        open_image(b"GIF89a" + b"\1\0\1\0\0\0\0" + b"\7" * 30_000_000)
    assert time.perf_counter() - start < 1


def test_a_huge_frame_behind_a_hidden_extension_costs_little():
    # Pillow reads one block more than the format says behind an empty extension.
    frame = struct.pack("<cHHHHB", b",", 0, 0, 60_000, 60_000, 0) + b"\2\0"
    inner = struct.pack("<cHHHHB", b",", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
    hidden = b"!\xff\0" + bytes([len(inner)]) + inner + b"\0" + b"!\xf9\4\x08\0\0\0\0" + frame
    for data in (hidden, b"!\xff\0" + frame + inner, inner + hidden):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        attempt(b"GIF89a" + b"\1\0\1\0\0\0\0" + data + b";")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB


def test_pillows_limit_is_raised_with_ours_and_never_lowered():
    open_image(SMALL["PNG"])
    assert (Pillow.MAX_IMAGE_PIXELS or 0) >= 200_000_000
    open_image(SMALL["PNG"], limit=300)
    assert (Pillow.MAX_IMAGE_PIXELS or 0) >= 300_000_000
    open_image(SMALL["PNG"], limit=1)
    assert (Pillow.MAX_IMAGE_PIXELS or 0) >= 300_000_000


def claims(side):
    """Files of a few bytes whose header claims side x side pixels, some in a costly way."""
    apng = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    apng += chunk(b"acTL", struct.pack(">II", 2, 0))
    apng += chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, side, side, 0, 0, 1, 1, 1, 0))
    apng += chunk(b"IDAT", zlib.compress(b"\0"))
    clear_first = b"!\xf9\4\x08\0\0\0\0"
    gif = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + clear_first
    gif += struct.pack("<cHHHHB", b",", 1, 1, side, side, 0) + b"\2\0;"
    edge = struct.pack("<I", side - 1)[:3]
    webp = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + edge + edge
    avif = bytearray(SMALL["AVIF"])
    struct.pack_into(">II", avif, avif.index(b"ispe") + 8, side, side)
    bmp = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0)
    return {
        "PNG": b"\x89PNG\r\n\x1a\n" + apng,
        "GIF": gif,
        "WebP": b"RIFF" + struct.pack("<I", len(webp)) + webp,
        "lossless WebP": b"RIFF\xff\0\0\0WEBPVP8L\xff\0\0\0\x2f\xff\xff\xff\xff",
        "AVIF": bytes(avif),
        "BMP": b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + bmp,
    }


@pytest.mark.parametrize("kind", claims(60_000))
def test_a_small_file_that_claims_a_huge_size_costs_nothing(kind):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with pytest.raises(ImageError, match="megapixels"):
        open_image(claims(60_000)[kind])
    assert time.perf_counter() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB
