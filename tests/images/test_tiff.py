"""TIFF of all kinds: right pixels, or words that name what is odd and what to do."""

import io
import logging
import threading

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from patchdrive.images import open_image
from patchdrive.types import ImageError
from tests.images.pictures import attempt, noise, smooth, turned

SIZE = (300, 420)
MASK, REDUCED = 4, 1
NODATA = 42113


def written(path, pages, **more):
    """A TIFF at path of pages [(array, options)]."""
    with tifffile.TiffWriter(path, **more) as file:
        for array, options in pages:
            file.write(array, metadata=None, **options)
    return path


def pyramid(path, array, steps=(1, 2, 4), masks=None, **options):
    """A tiled pyramid of an array whose sides the steps divide, by means of its blocks."""
    pages = []
    for step in steps:
        more = {"tile": (64, 64), "subfiletype": REDUCED if step > 1 else 0} | options
        pages.append((means(array, step).astype(array.dtype), more))
        if masks is not None:
            flags = MASK | more["subfiletype"]
            hole = {"tile": (64, 64), "subfiletype": flags, "photometric": "mask"}
            pages.append((masks[::step, ::step], hole))
    return written(path, pages)


def means(array, step):
    """Means of the step x step blocks of (H, W) or (H, W, bands)."""
    h, w = array.shape[0] // step, array.shape[1] // step
    return (
        array[: h * step, : w * step]
        .reshape(h, step, w, step, -1)
        .mean((1, 3))
        .reshape(h, w, *array.shape[2:])
    )


def grey(values):
    return np.repeat(np.asarray(values)[..., None], 3, axis=2)


def same_at_all_levels(image, pixels, most=1.5):
    """Each level and a preview show the pixels (H, W, 3) in small."""
    reference = open_image(pixels)
    assert image.size == reference.size
    for level in range(image.levels(32)):
        shape = [-(-side >> level) for side in image.size]
        found = image.region(0, 0, *shape, level).astype(int)
        assert np.abs(found - reference.region(0, 0, *shape, level)).mean() < most, level
        y, x = shape[0] // 3, shape[1] // 2
        part = image.region(y, x, 40, 50, level)
        assert np.abs(part - found[y : y + 40, x : x + 50]).mean() < most
    for side in (100, 33):
        found = image.preview(side).astype(int)
        assert np.abs(found - reference.preview(side)).mean() < most + 1


def spread(values, low, high):
    """The line from low (black) to high (white), for (H, W)."""
    return grey(np.clip(np.rint((values.astype(float) - low) * 255 / (high - low)), 0, 255))


def heights(dtype):
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    return np.rint(420 + 680 * (y / 299 + x / 419) / 2).astype(dtype)


def test_a_mask_in_the_file_is_no_copy_of_the_picture(tmp_path):
    pixels = smooth(*SIZE)
    shown = np.ones(SIZE, bool)
    shown[:, :64] = False
    image = open_image(pyramid(tmp_path / "a.tif", pixels, masks=shown, photometric="rgb"))
    assert "read from the file's own 3 levels" in image.notes
    assert "what the file masks is white" in image.notes
    pixels[~shown] = 255
    same_at_all_levels(image, pixels)
    assert (image.pixels == pixels).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("whole", [False, True])
def test_a_pyramid_lies_as_its_orientation_says(tmp_path, orientation, whole):
    pixels = smooth(*SIZE)
    tag = (274, 3, 1, orientation, True)
    path = pyramid(tmp_path / "a.tif", pixels, photometric="rgb", extratags=[tag])
    image = open_image(path.read_bytes() if whole else path)
    wanted = turned(pixels, orientation)
    assert (image.pixels == wanted).all()
    same_at_all_levels(image, wanted)


@pytest.mark.parametrize("steps", [(1, 2, 4, 8), (1, 4, 16), (1, 2, 8)])
@pytest.mark.parametrize("size", [(320, 448), (300, 420), (257, 700), (448, 448)])
def test_copies_filled_up_to_whole_tiles_lie_over_the_picture(tmp_path, size, steps):
    pixels = smooth(*size)
    pages = []
    for step in steps:
        rims = [(0, -side % step) for side in size]
        small = means(np.pad(pixels, [*rims, (0, 0)], "edge"), step)
        rims = [(0, -side % 64) if step > 1 else (0, 0) for side in small.shape[:2]]
        small = np.pad(small, [*rims, (0, 0)], constant_values=255).astype(np.uint8)
        flag = {"tile": (64, 64), "photometric": "rgb", "subfiletype": int(step > 1)}
        pages.append((small, flag))
    same_at_all_levels(open_image(written(tmp_path / "a.tif", pages)), pixels)


@pytest.mark.parametrize("streamed", [False, True])
def test_infrared_beside_the_colours_is_left_out_and_said(tmp_path, streamed):
    four = np.dstack([smooth(*SIZE), np.full(SIZE, 30, np.uint8)])
    path = pyramid(tmp_path / "a.tif", four, photometric="rgb", extrasamples=["unspecified"])
    image = open_image(path if streamed else path.read_bytes())
    assert image.streamed == streamed
    assert "the first 3 of 4 bands shown" in " ".join(image.notes)
    assert (image.pixels == four[..., :3]).all()
    same_at_all_levels(image, four[..., :3])


@pytest.mark.parametrize("dtype", ["i2", "i4", "u4", "f4", "f8", "i8"])
@pytest.mark.parametrize("nodata", [None, "-9999", "65000"])
def test_heights_are_spread_alike_at_all_levels_and_nodata_is_white(tmp_path, dtype, nodata):
    values = heights(dtype)
    fits = (
        nodata is not None
        and float(nodata) in (-9999, 65000)
        and (
            np.dtype(dtype).kind == "f"
            or np.iinfo(dtype).min <= float(nodata) <= np.iinfo(dtype).max
        )
    )
    empty = np.zeros(SIZE, bool)
    empty[:, :64] = fits
    if fits:
        values[empty] = np.asarray(float(nodata)).astype(dtype)
    more = {} if nodata is None else {"extratags": [(NODATA, 2, 0, nodata, True)]}
    path = pyramid(tmp_path / "a.tif", values, compression="zlib", photometric="minisblack", **more)
    kept = values[~empty].astype(float)
    wanted = spread(values, kept.min(), kept.max())
    wanted[empty] = 255
    for source in (path, path.read_bytes()):
        image = open_image(source)
        assert np.abs(image.pixels - wanted).max() <= 1
        same_at_all_levels(image, wanted.astype(np.uint8))
        assert f"values {kept.min():g} to {kept.max():g} spread" in " ".join(image.notes)
        assert (f"nodata ({nodata}) is white" in image.notes) == fits


def test_nan_as_nodata_is_white(tmp_path):
    values = heights("f4")
    values[:9] = np.nan
    tag = [(NODATA, 2, 0, "nan", True)]
    image = open_image(written(tmp_path / "a.tif", [(values, {"extratags": tag})]))
    assert (image.pixels[:9] == 255).all()
    assert "nodata (nan) is white" in image.notes
    assert (image.pixels[9] < 200).any()


def test_nodata_of_a_colour_picture_is_white_where_all_bands_have_it(tmp_path):
    pixels = np.maximum(smooth(60, 70), 1)
    pixels[:5] = 0
    pixels[5:9, :, 0] = 0
    tag = [(NODATA, 2, 0, "0", True)]
    image = open_image(
        written(tmp_path / "a.tif", [(pixels, {"extratags": tag, "photometric": "rgb"})])
    )
    assert (image.pixels[:5] == 255).all()
    assert (image.pixels[5:] == pixels[5:]).all()


def test_signed_bytes_go_from_black_to_white(tmp_path):
    values = np.arange(-128, 128, dtype=np.int8).reshape(8, 32)
    image = open_image(written(tmp_path / "a.tif", [(values, {"photometric": "minisblack"})]))
    assert (image.pixels == grey(values.astype(int) + 128)).all()


def test_large_unsigned_numbers_do_not_wrap(tmp_path):
    values = np.array([[0, 2**31, 2**32 - 1]], np.uint32)
    image = open_image(written(tmp_path / "a.tif", [(values, {})]))
    assert image.pixels[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
@pytest.mark.parametrize("tile", [None, (32, 48)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_colours_are_exact_however_they_are_stored(
    tmp_path, planar, compression, tile, order
):
    pixels = noise(80, 112)
    wide = pixels.astype(np.uint16) * 257
    if planar == "separate":
        wide = np.moveaxis(wide, 2, 0)
    options = {"planarconfig": planar, "compression": compression, "tile": tile}
    path = written(
        tmp_path / "a.tif",
        [(np.ascontiguousarray(wide), options | {"photometric": "rgb"})],
        byteorder=order,
    )
    assert (open_image(path).pixels == pixels).all()


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("colours", [1, 3])
def test_fewer_bits_in_a_coat_of_16_are_as_bright_as_they_were(tmp_path, bits, colours):
    values = smooth(60, 70)[..., :colours].squeeze().astype(np.uint16) << (bits - 8)
    kind = "rgb" if colours == 3 else "minisblack"
    image = open_image(written(tmp_path / "a.tif", [(values, {"photometric": kind})]))
    wanted = values * (255 / (2**bits - 1))
    assert np.abs(image.pixels - (wanted if colours == 3 else grey(wanted))).max() <= 0.51
    assert f"values 0 to {2**bits - 1} spread from black to white" in image.notes[0]
    assert f"the largest is {values.max()}" in image.notes[0]


def test_the_greatest_value_that_a_file_names_is_white(tmp_path):
    values = np.array([[0, 8000, 16000]], np.uint16)
    tag = [(281, 3, 1, 16000, True)]
    image = open_image(written(tmp_path / "a.tif", [(values, {"extratags": tag})]))
    assert image.pixels[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_bands_without_colours_are_shown_in_their_order_and_counted(tmp_path, planar, count):
    bands = [smooth(40, 50)[..., n % 3].astype(np.uint16) * 257 for n in range(count)]
    array = np.stack(bands, -1 if planar == "contig" else 0)
    options = {"photometric": "minisblack", "planarconfig": planar}
    image = open_image(written(tmp_path / "a.tif", [(array, options)]))
    wanted = smooth(40, 50) if count > 2 else grey(smooth(40, 50)[..., 0])
    assert (image.pixels == wanted).all()
    assert f"of {count}" in image.notes[0]


@pytest.mark.parametrize("compression", ["jpeg", "webp", "jpeg2000", "lerc", "zstd", "lzma"])
@pytest.mark.parametrize("streamed", [False, True])
def test_rare_compressions_open(tmp_path, compression, streamed):
    pixels = smooth(*SIZE)
    path = pyramid(tmp_path / "a.tif", pixels, photometric="rgb", compression=compression)
    image = open_image(path if streamed else path.read_bytes())
    assert np.abs(image.pixels.astype(int) - pixels).mean() < 3
    same_at_all_levels(image, pixels, 4)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_preview_that_comes_first_is_not_the_picture(tmp_path, streamed):
    pixels = smooth(*SIZE)
    path = tmp_path / "a.tif"
    small = means(pixels, 10).astype(np.uint8)
    rgb = {"photometric": "rgb"}
    with tifffile.TiffWriter(path) as file:
        file.write(small, subifds=1, subfiletype=REDUCED, metadata=None, **rgb)
        file.write(pixels, subfiletype=0, metadata=None, **rgb)
    image = open_image(path if streamed else path.read_bytes())
    assert (image.pixels == pixels).all()
    assert image.notes == ()
    pages = [(small, rgb | {"subfiletype": REDUCED}), (pixels, rgb)]
    assert (open_image(written(path, pages)).pixels == pixels).all()
    alone = open_image(written(path, pages[:1]))
    assert alone.notes == ("its file calls it a preview and holds no larger picture",)


def test_of_a_raw_cameras_file_the_preview_is_shown_and_said(tmp_path):
    path = tmp_path / "a.dng"
    with tifffile.TiffWriter(path) as file:
        thumb = smooth(20, 30)
        file.write(thumb, subifds=2, subfiletype=REDUCED, photometric="rgb", metadata=None)
        file.write(noise(*SIZE, 0).astype(np.uint16), photometric="cfa", metadata=None)
        file.write(smooth(100, 140), photometric="rgb", subfiletype=REDUCED, metadata=None)
    image = open_image(path)
    assert (image.pixels == smooth(100, 140)).all()
    assert image.notes[0].startswith("a preview of 140 x 100: the picture itself is a camera's raw")
    with tifffile.TiffWriter(path) as file:
        file.write(noise(*SIZE, 0).astype(np.uint16), photometric="cfa", metadata=None)
    with pytest.raises(ImageError, match=r"1 band of 16 bit unsigned numbers as CFA colours"):
        open_image(path)


def test_a_pyramid_in_sub_directories_is_read_in_parts(tmp_path):
    pixels = smooth(*SIZE)
    path = tmp_path / "a.tif"
    more = {"photometric": "rgb", "tile": (64, 64), "metadata": None}
    with tifffile.TiffWriter(path) as file:
        file.write(pixels, subifds=2, **more)
        for step in (2, 4):
            file.write(means(pixels, step).astype(np.uint8), subfiletype=REDUCED, **more)
    image = open_image(path)
    assert image.notes == ("read from the file's own 3 levels",)
    same_at_all_levels(image, pixels)


@pytest.mark.parametrize("names", [["R", "G", "B"], ["red", "Green", "blue"]])
@pytest.mark.parametrize("levels", [0, 2])
def test_colours_on_three_pages_become_one_picture(tmp_path, names, levels):
    pixels = smooth(*SIZE)
    path = tmp_path / "a.ome.tif"
    more = {"photometric": "minisblack", "tile": (64, 64)}
    with tifffile.TiffWriter(path, ome=True) as file:
        words = {"axes": "CYX", "Channel": {"Name": names}}
        planes = np.ascontiguousarray(np.moveaxis(pixels, 2, 0))
        file.write(planes, subifds=levels, metadata=words, **more)
        for step in (2, 4)[:levels]:
            small = np.moveaxis(means(pixels, step), 2, 0).astype(np.uint8)
            file.write(np.ascontiguousarray(small), subfiletype=REDUCED, metadata=None, **more)
    image = open_image(path)
    assert image.streamed == bool(levels)
    assert (image.pixels == pixels).all()
    same_at_all_levels(image, pixels)
    assert not [note for note in image.notes if "frames" in note or "channel" in note]


def test_a_channel_of_several_is_named(tmp_path):
    path = tmp_path / "a.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as file:
        words = {"axes": "CYX", "Channel": {"Name": ["DAPI", "GFP", "Cy5"]}}
        file.write(
            np.moveaxis(noise(40, 50), 2, 0).copy(), metadata=words, photometric="minisblack"
        )
    assert open_image(path).notes == ("channel 1 of 3 (DAPI)", "first of 3 frames")
    path = tmp_path / "b.tif"
    tifffile.imwrite(
        path, noise(40, 50, 0)[None].repeat(6, 0), imagej=True, metadata={"axes": "CYX"}
    )
    assert open_image(path).notes == ("channel 1 of 6", "first of 6 frames")


def test_what_cannot_be_shown_is_named_with_what_to_do(tmp_path):
    numbers = noise(9, 9, 0).astype(np.complex64)
    with pytest.raises(ImageError, match="1 band of 64 bit complex numbers") as refused:
        open_image(written(tmp_path / "a.tif", [(numbers, {})]))
    assert "save it as 8 bit RGB" in str(refused.value)
    assert "damaged" not in str(refused.value)
    data = bytearray(written(tmp_path / "a.tif", [(noise(9, 9), {})]).read_bytes())
    place = data.index(b"\x03\x01\x03\x00\x01\x00\x00\x00\x01\x00")
    data[place + 8 : place + 10] = (32909).to_bytes(2, "little")
    with pytest.raises(ImageError, match=r"PIXARLOG compression .* is not supported; save it as"):
        open_image(bytes(data))


@pytest.mark.parametrize("dtype", ["u1", "i2", "f4"])
def test_a_copy_that_cannot_be_read_is_left_out(tmp_path, dtype):
    pixels = noise(*SIZE, 0).astype(dtype)
    path = pyramid(tmp_path / "a.tif", pixels, compression="zlib", photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        places = file.pages[2].dataoffsets
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            file.write(b"\xff" * 20)
    image = open_image(path)
    assert "read from the file's own 2 levels" in image.notes
    assert image.preview(64).shape[1] == 64
    for level in range(5):
        image.region(0, 0, 64, 64, level)


def test_a_pyramid_that_is_cut_off_is_refused_with_how_far_it_reaches(tmp_path):
    path = written(
        tmp_path / "a.tif",
        [
            (noise(256, 256), {"tile": (64, 64), "photometric": "rgb"}),
            (noise(128, 128), {"tile": (64, 64), "photometric": "rgb", "subfiletype": REDUCED}),
        ],
    )
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        place = file.pages[0].tags[324].valueoffset
    data[place + 32 : place + 64] = (len(data) + 10).to_bytes(4, "little") * 8
    path.write_bytes(bytes(data))
    with pytest.raises(ImageError, match=r"cut off after about 50 % of its rows"):
        open_image(path)
    image = open_image(path, truncated=True)
    assert (image.pixels[:128] == noise(256, 256)[:128]).all()
    assert "the rest is missing" in image.notes[-1]


def test_a_file_written_anew_under_an_open_picture_says_so(tmp_path):
    path = pyramid(tmp_path / "a.tif", smooth(*SIZE), photometric="rgb")
    image = open_image(path)
    image.region(0, 0, 9, 9)
    pyramid(path, smooth(*SIZE)[::-1].copy(), photometric="rgb", compression="zlib")
    with pytest.raises(ImageError, match=r"can no longer be read .*open it again"):
        image.region(0, 0, 9, 9)


def test_threads_read_one_pyramid_at_once(tmp_path):
    pixels = smooth(*SIZE)
    image = open_image(pyramid(tmp_path / "a.tif", pixels, photometric="rgb", compression="zlib"))
    wrong = []

    def look(seed):
        random = np.random.default_rng(seed)
        for _ in range(60):
            y, x = random.integers(0, 250, 2).tolist()
            if not (image.region(y, x, 50, 50) == pixels[y : y + 50, x : x + 50]).all():
                wrong.append((y, x))

    threads = [threading.Thread(target=look, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_small_piece_that_claims_a_huge_picture_is_refused(tmp_path):
    file = io.BytesIO()
    Pillow.new("RGB", (6000, 6000)).save(file, "JPEG")
    data = file.getvalue()
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, noise(64, 64), photometric="rgb", compression="jpeg", tile=(64, 64))
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages[0]
        count, start = page.tags[325].valueoffset, page.tags[324].valueoffset
    whole = bytearray(path.read_bytes())
    whole[start : start + 4] = len(whole).to_bytes(4, "little")
    whole[count : count + 4] = len(data).to_bytes(4, "little")
    with pytest.raises(ImageError, match=r"claims 6,000 x 6,000 pixels"):
        open_image(bytes(whole) + data)


def test_the_reader_says_nothing_beside_errors_and_notes(tmp_path, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    data = written(tmp_path / "a.tif", [(noise(40, 50), {"compression": "zlib"})]).read_bytes()
    random = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(data)
        for place in random.integers(4, len(data), 3).tolist():
            broken[place] = int(random.integers(256))
        attempt(bytes(broken), limit=1)
    assert not [record for record in caplog.records if record.name.startswith("tifffile")]


KINDS = [
    {"compression": "zlib", "predictor": True},
    {"compression": "lzw"},
    {"compression": "jpeg", "tile": (32, 32)},
    {"compression": "webp", "tile": (32, 32)},
    {"compression": "lerc"},
    {"planarconfig": "contig", "tile": (16, 16)},
]


@settings(max_examples=80, deadline=None)
@given(data=st.data(), kind=st.sampled_from(KINDS), truncated=st.booleans())
def test_damage_anywhere_gives_a_picture_or_the_one_error(data, kind, truncated):
    stream = io.BytesIO()
    tifffile.imwrite(stream, smooth(40, 50), photometric="rgb", metadata=None, **kind)
    file = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    found = attempt(bytes(file), limit=1, truncated=truncated)
    assert found if isinstance(found, str) else found.pixels.shape == (*found.size, 3)
