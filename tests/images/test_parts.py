"""Files made of endless parts are refused after little work; what real programs write passes."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from patchdrive.images import headers, open_image, parts
from patchdrive.types import ImageError
from tests.images.pictures import attempt, noise, profile, saved, smooth

JPEG = saved(smooth(40, 60), "JPEG")
PROGRESSIVE = saved(smooth(40, 60), "JPEG", progressive=True)
PNG = saved(smooth(40, 60), "PNG")
MPO = saved(smooth(40, 60), "MPO", save_all=True, append_images=[Pillow.new("RGB", (9, 9))])


def segment(marker, data):
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_segments(more, jpeg=JPEG):
    """A JPEG with more segments behind its first bytes."""
    return jpeg[:2] + more + jpeg[2:]


def with_chunks(chunks, png=PNG):
    """A PNG with more chunks behind its header."""
    return png[:33] + chunks + png[33:]


class Counted(io.BytesIO):
    """A file that counts how often it is read and how much, and stops a reader that reads on."""

    MOST_READS, MOST_BYTES = 60_000, 700 << 20

    def __init__(self, data):
        super().__init__(data)
        self.reads = self.bytes = 0

    def read(self, size=-1):
        found = super().read(size)
        self.reads += 1
        self.bytes += len(found)
        assert self.reads <= self.MOST_READS, "far too many reads"
        assert self.bytes <= self.MOST_BYTES, "far too many bytes"
        return found


BOMBS = {
    "EXIF segments": with_segments(segment(0xE1, b"Exif\0\0" + bytes(60_000)) * 2000),
    "small EXIF segments": with_segments(segment(0xE1, b"Exif\0\0") * 5_000_000),
    "MPO": with_segments(segment(0xE1, b"Exif\0\0" + bytes(60_000)) * 500, MPO),
    "progressive": with_segments(segment(0xE1, b"Exif\0\0" + bytes(60_000)) * 500, PROGRESSIVE),
    "comments": with_segments(segment(0xFE, b"") * 5_000_000),
    "pieces of a profile": with_segments(segment(0xE2, b"ICC_PROFILE\0\1\1") * 1_000_000),
    "tables": with_segments(segment(0xDB, (b"\0" + bytes(64)) * 1000) * 200),
    "frames": with_segments(segment(0xC0, bytes(6) + bytes(60_000)) * 200),
    "photoshop": with_segments(segment(0xED, b"Photoshop 3.0\0" + b"8BIM" * 15_000) * 1500),
    "rubbish": with_segments(segment(0xFE, b"") + bytes(20_000_000)),
    "fill bytes": with_segments(b"\xff" * 20_000_000),
    "restarts": with_segments(b"\xff\xd0" * 20_000_000),
    "escaped": with_segments(b"\xff\x00" * 20_000_000),
    "unknown markers": with_segments(segment(0xF1, bytes(200)) * 100_000),
    "empty chunks": with_chunks(chunk(b"prVt") * 5_000_000),
    "empty texts": with_chunks(chunk(b"iTXt", b"k\0\0\0\0\0") * 2_000_000),
    "packed texts": with_chunks(chunk(b"zTXt", b"k\0\0" + zlib.compress(b"")) * 2_000_000),
    "profiles": with_chunks(chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(10**6))) * 10_000),
    "empty pixel chunks": with_chunks(chunk(b"IDAT") * 5_000_000),
    "chunks at the end": PNG[:-12] + chunk(b"prVt") * 5_000_000 + PNG[-12:],
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_file_of_endless_parts_is_refused_after_little_work(kind):
    file = Counted(BOMBS[kind])
    with pytest.raises(ImageError, match=r"more than [\d,]+ .*; save it anew"):
        parts.check_parts(file, "x")
    with pytest.raises(ImageError, match=r"^x is a (JPEG|PNG) with more than"):
        open_image(BOMBS[kind], name="x")


def gif(blocks, frames=b""):
    whole = saved(Pillow.new("P", (4, 4)), "GIF")
    start = 13 + (3 << ((whole[10] & 7) + 1))
    return whole[:start] + blocks + whole[start:-1] + frames + b";"


@pytest.mark.parametrize(
    "blocks",
    [
        b"!\xfe" + b"\1a" * 5_000_000 + b"\0",
        b"!\xfe\1a\0" * 3_000_000,
        b"!\xff\x0bXMP DataXMP" + b"\1a" * 5_000_000 + b"\0",
    ],
    ids=["one long comment", "many comments", "metadata"],
)
def test_a_gif_that_never_comes_to_its_picture_is_refused(blocks):
    with pytest.raises(ImageError, match=f"more than {headers.MOST_BLOCKS:,} blocks"):
        open_image(gif(blocks), name="x")


def test_frames_of_a_gif_are_counted_only_so_far():
    whole = gif(b"")
    start = 13 + (3 << ((whole[10] & 7) + 1))
    slow = whole[start:-1].rstrip(b"\0") + b"\1a" * (headers.MOST_BLOCKS + 9) + b"\0"
    assert open_image(gif(b"", slow)).notes == ("first of at least 2 frames",)
    assert open_image(gif(b"", whole[start:-1])).notes == ("first of 2 frames",)


def test_a_webp_and_an_avif_of_endless_parts_open():
    """Their libraries walk over chunks in C, each once."""
    webp = saved(noise(9, 9), "WEBP", lossless=True, exif=Pillow.Exif().tobytes() + b"x")
    more = b"junk\0\0\0\0" * 2_000_000
    webp = b"RIFF" + struct.pack("<I", len(webp) - 8 + len(more)) + webp[8:] + more
    avif = saved(smooth(20, 20), "AVIF")
    avif += b"\0\0\0\x08free" * 2_000_000
    for data in (webp, avif):
        assert open_image(data).size in ((9, 9), (20, 20))


@pytest.mark.parametrize(
    "data",
    [
        with_segments(segment(0xE1, b"Exif\0\0" + bytes(65_000)) * 3),  # EXIF of three segments
        with_segments(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(60_000)) * 300),
        with_segments(segment(0xEB, b"JP" + bytes(60_000)) * 500),  # provenance
        with_segments(segment(0xE1, b"FLIR\0\1" + bytes(60_000)) * 100),  # heat
        with_segments(b"\xff" * 1000),
        with_segments(segment(0xFE, b"") + bytes(1000)),
        saved(smooth(40, 60), "JPEG", icc_profile=profile("RGB ").ljust(3_000_000, b"\0")),
        saved(smooth(40, 60), "JPEG", comment=b"c" * 60_000, restart_marker_rows=1),
        MPO,
        with_chunks(chunk(b"tEXt", b"k\0v") * 2000),
        with_chunks(chunk(b"mkBT", bytes(100)) * 5000),  # Fireworks
    ],
)
def test_what_real_programs_write_opens(data):
    assert open_image(data).size == (40, 60)


def test_a_png_of_many_large_pixel_chunks_opens():
    raw = noise(1400, 2000)
    stream = zlib.compress(b"".join(b"\0" + row.tobytes() for row in raw), 0)
    head = struct.pack(">IIBBBBB", 2000, 1400, 8, 2, 0, 0, 0)
    chunks = [chunk(b"IDAT", stream[n : n + 512]) for n in range(0, len(stream), 512)]
    assert len(chunks) > parts.MOST_PARTS
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND")
    assert (open_image(data).pixels == raw).all()


def test_parts_are_those_that_the_file_was_made_of():
    made = [(0xFE, b"one"), (0xE1, b"Exif\0\0two"), (0xE5, b"")]
    data = with_segments(b"".join(segment(kind, words) for kind, words in made))
    found = list(parts.jpeg_parts(io.BytesIO(data)))
    told = [(part.kind, data[part.place : part.place + part.length]) for part in found]
    assert told[:3] == made
    assert told[-1][0] == 0xDA
    assert {0xC0, 0xC4, 0xDB} <= {kind for kind, _ in told}
    chunks = list(parts.png_parts(io.BytesIO(PNG)))
    assert [part.kind for part in chunks] == [b"IHDR", b"IDAT"]
    assert zlib.decompress(PNG[chunks[1].place : chunks[1].place + chunks[1].length])


@settings(max_examples=80, deadline=None)
@given(data=st.data(), whole=st.sampled_from([JPEG, PNG, MPO]))
def test_parts_of_any_damaged_file_end(data, whole):
    file = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 6))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    file = Counted(bytes(file[: data.draw(st.integers(0, len(file)))]))
    for walk in (parts.jpeg_parts, parts.png_parts):
        for part in walk(file):
            assert 0 <= part.start <= part.place
            assert part.length >= 0
    found = attempt(file.getvalue(), limit=1)
    assert found if isinstance(found, str) else found.size


def test_a_photograph_costs_a_handful_of_reads():
    file = Counted(saved(np.repeat(noise(500, 500), 4, axis=1), "JPEG", quality=95))
    parts.check_parts(file, "x")
    assert file.reads < 40
    assert file.bytes < 4000
    assert file.tell() == 0
