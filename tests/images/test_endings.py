"""Pictures whose data end before or behind what their headers claim."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from patchdrive.images import DamagedError, endings, open_image
from tests.images.pictures import attempt, noise, saved, smooth
from tests.images.test_parts import chunk

WHOLE = "the file lacks its end marker; the picture is whole"
KINDS = {
    "baseline": {},
    "progressive": {"progressive": True},
    "no subsampling": {"subsampling": 0},
    "restarts": {"restart_marker_blocks": 3},
    "restarts by row": {"restart_marker_rows": 1, "progressive": True},
    "optimised": {"optimize": True},
}
PICTURES = {
    "smooth": smooth(70, 90),
    "noise": noise(70, 90),
    "grey": noise(70, 90, 0),
    "flat": np.full((70, 90, 3), 90, np.uint8),
    "middle": np.full((70, 90, 3), 128, np.uint8),
    "white below": np.vstack([noise(40, 90), np.full((30, 90, 3), 255, np.uint8)]),
}


def claiming(jpeg, height):
    """The same JPEG whose header claims another height."""
    data = bytearray(jpeg)
    place = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    struct.pack_into(">H", data, place + 5, height)
    return bytes(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize(
    "tail", [b"", b"\0" * 300, b"\xff", b"\xff\xff\xff", b"\xff\xd0", b"junk" * 99]
)
def test_a_jpeg_that_lacks_only_its_end_marker_opens_whole(kind, picture, tail):
    data = saved(PICTURES[picture], "JPEG", quality=80, **KINDS[kind])
    assert data.endswith(endings.END)
    image, right = open_image(data[:-2] + tail), open_image(data)
    assert (image.pixels == right.pixels).all()
    assert image.notes in ((WHOLE,), ()), "some decoders have done before they look for the end"
    assert right.notes == ()


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    picture=st.sampled_from(["smooth", "noise", "grey"]),
    share=st.floats(0.3, 0.985),
)
def test_a_jpeg_that_lacks_more_is_never_called_whole(kind, picture, share):
    data = saved(PICTURES[picture], "JPEG", quality=80, **KINDS[kind])
    start = data.index(b"\xff\xda")
    cut = data[: start + int((len(data) - start) * share)]
    right = open_image(data)
    found = attempt(cut)
    if isinstance(found, str):
        assert "is cut off" in found or "is damaged" in found
        assert open_image(cut, truncated=True).size == (70, 90)
    else:  # what was cut off said nothing
        assert (found.pixels == right.pixels).all(), "a part was called whole"


def test_a_progressive_jpeg_that_lacks_whole_scans_is_cut_off():
    data = saved(noise(70, 90), "JPEG", quality=80, progressive=True)
    scans = [n for n in range(len(data)) if data[n : n + 2] == b"\xff\xda"]
    assert len(scans) > 4
    for scan in scans[1:]:
        end = max(data.rfind(b"\xff\xc4", 0, scan), 0) or scan  # before the scan's table
        with pytest.raises(DamagedError):
            open_image(data[:end])


def test_the_picture_of_an_mpo_without_its_end_opens():
    data = saved(smooth(70, 90), "MPO", save_all=True, append_images=[Pillow.new("RGB", (9, 9))])
    assert open_image(data[:-2]).size == (70, 90)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", ["smooth", "noise", "grey"])
@pytest.mark.parametrize("claimed", [96, 140, 700])
def test_a_header_that_claims_more_rows_than_there_are_is_noted(kind, picture, claimed):
    data = claiming(saved(PICTURES[picture], "JPEG", quality=80, **KINDS[kind]), claimed)
    image = open_image(data)
    assert image.size == (claimed, 90)
    (note,) = image.notes
    assert "made up by the decoder" in note
    told = 0 if "first rows" in note else int(note.split("about ")[1].split(" %")[0])
    assert abs(told - 100 * 70 / claimed) <= 100 * 64 / claimed + 1
    assert (image.pixels[:56] == open_image(saved(PICTURES[picture], "JPEG", quality=80,
                                                  **KINDS[kind])).pixels[:56]).all()  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_whole_jpeg_has_no_note_however_flat_its_foot_is(kind, picture):
    assert open_image(saved(PICTURES[picture], "JPEG", quality=80, **KINDS[kind])).notes == ()


def test_a_photograph_is_decoded_once(monkeypatch):
    monkeypatch.setattr(endings, "_decoded", lambda data: pytest.fail("it was decoded again"))
    for name in PICTURES.keys() - {"middle"}:
        assert open_image(saved(PICTURES[name], "JPEG")).notes == ()


# PNG


def png(raw, rows, depth=8, colour=2, lines=None):
    """A PNG whose header claims `rows`, and whose data hold the rows of raw."""
    lines = raw.shape[1] if lines is None else lines
    stream = zlib.compress(b"".join(b"\0" + row.tobytes() for row in raw))
    head = struct.pack(">IIBBBBB", lines, rows, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", stream[:50])
        + chunk(b"IDAT", stream[50:]) + chunk(b"IEND")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "depth", "colour", "lines"),
    [
        (noise(40, 30), 8, 2, None),
        (noise(40, 30, 4), 8, 6, None),
        (noise(40, 30, 0), 8, 0, None),
        (noise(40, 30, 2), 8, 4, None),
        (noise(40, 5, 0), 1, 0, 37),
        (noise(40, 60, 0), 16, 0, 30),
        (noise(40, 180, 0), 16, 2, 30),
    ],
)
def test_a_png_that_claims_more_rows_than_there_are_is_noted(raw, depth, colour, lines):
    assert not any(
        "data end" in note for note in open_image(png(raw, 40, depth, colour, lines)).notes
    )
    image = open_image(png(raw, 100, depth, colour, lines))
    note = "the data end after about 40 % of its rows; what lies below is made up by the decoder"
    assert note in image.notes
    assert image.size[0] == 100


def test_a_png_that_is_black_below_has_no_note():
    raw = noise(40, 30)
    raw[20:] = 0
    for options in ({}, {"compress_level": 1}):
        assert open_image(saved(raw, "PNG", **options)).notes == ()
    assert open_image(png(raw, 40)).notes == ()
    assert open_image(saved(Pillow.new("P", (9, 9)), "PNG")).notes == ()


def test_a_png_without_its_last_chunk_opens():
    raw = noise(40, 30)
    for cut in (4, 8, 12):
        assert (open_image(io.BytesIO(saved(raw, "PNG")[:-cut])).pixels == raw).all()
