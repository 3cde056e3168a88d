"""What can be opened, what it is called, and how large it may be."""

import io
import struct
import threading
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image as Pillow

from patchdrive.images import LIMIT, MemoryImage, open_image
from patchdrive.types import ImageError
from tests.images.pictures import noise, saved


@pytest.fixture
def path(tmp_path):
    where = tmp_path / "harbour.png"
    where.write_bytes(saved(noise(5, 7), "PNG"))
    return where


def test_all_kinds_of_source_give_the_same_picture(path):
    data = path.read_bytes()
    with path.open("rb") as file:
        sources = [str(path), path, data, bytearray(data), memoryview(data), io.BytesIO(data), file]
        sources += [noise(5, 7), Pillow.open(io.BytesIO(data)), Pillow.fromarray(noise(5, 7))]
        assert len({open_image(source).digest for source in sources}) == 1


def test_an_image_is_returned_as_it_is():
    image = open_image(noise(2, 2))
    assert open_image(image) is image


def test_a_file_object_is_read_from_its_start_and_left_where_it_stood(path):
    file = io.BytesIO(path.read_bytes())
    file.seek(30)
    assert open_image(file).size == (5, 7)
    assert file.tell() == 30


def test_a_stream_that_cannot_seek_is_read():
    class Pipe(io.RawIOBase):
        def __init__(self, data):
            self.rest = data

        def readable(self):
            return True

        def readinto(self, buffer):
            part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
            buffer[: len(part)] = part
            return len(part)

    pipe = io.BufferedReader(Pipe(saved(noise(5, 7), "PNG")))
    assert (open_image(pipe).pixels == noise(5, 7)).all()


def test_an_array_is_copied():
    array = noise(4, 4)
    image = open_image(array)
    before = image.pixels.copy()
    array[:] = 0
    assert (image.pixels == before).all()
    assert array.flags.writeable


def test_pixels_are_read_only_and_contiguous(path):
    for source in (path, noise(4, 4), noise(8, 8)[::2, ::-1], Pillow.fromarray(noise(4, 4))):
        pixels = open_image(source).pixels
        assert pixels.flags.c_contiguous
        with pytest.raises(ValueError):
            pixels[0, 0, 0] = 1


shapes = st.sampled_from([(1, 1), (3, 5), (3, 5, 1), (2, 4, 3), (5, 2, 4)])


@settings(deadline=None)
@given(data=st.data(), shape=shapes)
def test_the_types_of_an_array_agree(data, shape):
    small = data.draw(arrays(np.uint8, shape))
    image = open_image(small)
    if len(shape) < 3 or shape[2] == 1:
        assert (image.pixels == small.reshape(*shape[:2], 1)).all()
    for same in (
        small.astype(np.uint16) * 257,
        (small.astype(np.uint16) * 257).astype(">u2"),
        small / 255,
        (small / 255).astype(np.float32),
        np.asfortranarray(small),
    ):
        assert open_image(same).digest == image.digest


@settings(deadline=None)
@given(bits=arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=5)))
def test_a_mask_is_black_and_white(bits):
    assert (open_image(bits).pixels == bits[..., None] * 255).all()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 2), np.int64), "int64"),
        (np.zeros((2, 2), np.int8), "int8"),
        (np.zeros((2, 2), complex), "complex128"),
        (np.array([["a"]]), "<U1"),
        (np.array([[None]]), "object"),
        (np.full((2, 2), np.nan), "NaN"),
        (np.full((2, 2), 1.5), "between 0 and 1"),
        (np.full((2, 2), -0.1), "between 0 and 1"),
        (np.full((2, 2), np.inf), "between 0 and 1"),
        (np.zeros(5, np.uint8), "shape"),
        (np.zeros((), np.uint8), "shape"),
        (np.zeros((2, 2, 2), np.uint8), "shape"),
        (np.zeros((2, 2, 5), np.uint8), "shape"),
        (np.zeros((1, 2, 2, 3), np.uint8), "shape"),
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((5, 0)), "no pixels"),
    ],
)
def test_other_arrays_are_refused_in_words(array, words):
    with pytest.raises(ImageError, match=words):
        open_image(array)


@pytest.mark.parametrize("source", [None, 7, 2.5, object(), [1, 2], {"a": 1}])
def test_other_things_are_refused_in_words(source):
    with pytest.raises(ImageError, match="expected a path"):
        open_image(source)


def test_a_file_opened_as_text_is_refused_in_words(path):
    with path.open(encoding="latin-1") as file, pytest.raises(ImageError, match="binary mode"):
        open_image(file)


def test_a_file_object_that_fails_is_refused_in_words():
    class Torn:
        name = "torn.png"

        def seekable(self):
            return False

        def read(self, count=-1):
            raise RuntimeError("the wire is cut")

    with pytest.raises(ImageError, match=r"torn\.png cannot be read: the wire is cut"):
        open_image(Torn())


def test_paths_that_lead_nowhere_are_explained(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.png")
    for source, words in [
        (tmp_path / "none.jpg", "there is no file none.jpg"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.png", "is not a regular file"),
        ("https://example.org/a.jpg", "download"),
        ("a\0b.png", "there is no file ab"),
        ("x" * 5000, "cannot be read"),
    ]:
        with pytest.raises(ImageError, match=words):
            open_image(source)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../x<img onerror>", "x<img onerror>"),
        ("C:\\Users\\me\\a.jpg", "a.jpg"),
        ("/etc/passwd.png", "passwd.png"),
        ("a\nb\x00\x1b[31mc.png", "ab[31mc.png"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("bad\udcff.png", "bad.png"),
        ("", "picture"),
        ("..", "picture"),
        ("///", "picture"),
        ("Straße 東京.jpg", "Straße 東京.jpg"),
    ],
)
def test_a_name_is_never_a_path(given_name, shown):
    assert open_image(noise(1, 1), name=given_name).name == shown
    upload = io.BytesIO(saved(noise(1, 1), "PNG"))
    upload.name = given_name
    assert open_image(upload).name == shown


def test_a_long_name_is_cut_and_keeps_its_suffix():
    name = open_image(noise(1, 1), name="x" * 500 + ".jpeg").name
    assert len(name) == 120
    assert name.endswith("….jpeg")


def test_the_name_comes_from_the_path(path):
    assert open_image(path).name == "harbour.png"
    assert open_image(str(path)).name == "harbour.png"
    assert open_image(path, name="port").name == "port"
    with path.open("rb") as file:
        assert open_image(file).name == "harbour.png"
    with Pillow.open(path) as picture:
        assert open_image(picture).name == "harbour.png"
    assert open_image(noise(1, 1)).name == "picture"


def test_the_name_is_no_part_of_the_identity(path):
    assert open_image(path, name="a").digest == open_image(path, name="b").digest


def bomb(width, height):
    """A PNG of a few bytes that claims a size."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_a_size_beyond_the_limit_is_refused_before_decoding():
    tracemalloc.start()
    with pytest.raises(ImageError) as refused:
        open_image(bomb(100_000, 100_000), name="bomb.png")
    assert tracemalloc.get_traced_memory()[1] < 5e6
    tracemalloc.stop()
    assert str(refused.value).startswith(
        "bomb.png has 10,000.0 megapixels (100,000 x 100,000), more than the limit of 200; pass "
        "limit=10000 or set PATCHDRIVE_MAX_MEGAPIXELS=10000 to open it"
    )


@pytest.mark.parametrize(
    "source",
    [saved(noise(20, 50), "PNG"), noise(20, 50), Pillow.fromarray(noise(20, 50))],
    ids=["file", "array", "picture"],
)
def test_the_limit_holds_for_every_source(source):
    assert open_image(source, limit=0.001).size == (20, 50)
    with pytest.raises(ImageError, match=r"limit=1 or set"):
        open_image(source, limit=0.000999)


def test_the_environment_sets_the_limit_and_the_argument_wins(monkeypatch):
    array = noise(20, 50)
    monkeypatch.setenv("PATCHDRIVE_MAX_MEGAPIXELS", "0.0009")
    with pytest.raises(ImageError, match=r"more than the limit of 0\.0009"):
        open_image(array)
    assert open_image(array, limit=LIMIT).size == (20, 50)
    monkeypatch.setenv("PATCHDRIVE_MAX_MEGAPIXELS", "")
    assert open_image(array).size == (20, 50)


@pytest.mark.parametrize("value", ["many", "-3", "0", "nan"])
def test_a_limit_that_is_none_is_explained(monkeypatch, value):
    monkeypatch.setenv("PATCHDRIVE_MAX_MEGAPIXELS", value)
    with pytest.raises(ImageError, match="PATCHDRIVE_MAX_MEGAPIXELS must be"):
        open_image(noise(1, 1))


def test_pillow_neither_warns_nor_refuses_below_the_limit():
    # 190 megapixels: beyond both of Pillow's own limits, and nothing in the file once decoded.
    with pytest.raises(ImageError, match=r"damaged|cut off"):
        open_image(bomb(19_000, 10_000))
    picture = Pillow.new("1", (10_000, 9_500))
    image = open_image(saved(picture, "TIFF", compression="group4"))
    assert image.size == (9_500, 10_000)


def test_pictures_open_in_many_threads_at_once(tmp_path: Path):
    whole = saved(noise(200, 300), "PNG")
    cut = whole[: len(whole) // 2]
    wanted = {False: open_image(whole).digest, True: open_image(cut, truncated=True).digest}
    wrong = []

    def work(number):
        for turn in range(20):
            damaged = (number + turn) % 2 == 0
            found = open_image(cut if damaged else whole, truncated=damaged)
            if found.digest != wanted[damaged]:
                wrong.append(number)
            try:
                open_image(cut)
                wrong.append(-1)
            except ImageError:
                pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []


def test_an_image_is_described_without_its_pixels():
    assert repr(open_image(noise(2, 3), name="a.png")).startswith("<MemoryImage 'a.png' 3 x 2 ")
    assert isinstance(open_image(noise(2, 3)), MemoryImage)
