"""The size of a pixel in the world: where a file truly says so, and nowhere else."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.images import open_image
from tests.images.pictures import attempt, noise, saved

OME = """<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">
<Pixels BigEndian="false" PhysicalSizeX="0.25" %s PhysicalSizeY="0.5" %s SizeX="8" Type="uint8"/>
</Image></OME>"""


def tiff(text=None, resolution=None, unit=None, turn=None):
    """A TIFF of 6 x 8 pixels; resolution as (y, x) pixels to a unit."""
    tags = {274: turn, 296: unit, 270: text.encode() if text else None}
    if resolution:
        tags |= {282: float(resolution[1]), 283: float(resolution[0])}
    tags = {tag: value for tag, value in tags.items() if value is not None}
    return saved(Pillow.fromarray(noise(6, 8)), "TIFF", tiffinfo=tags)


def scale(*told, **more):
    found = open_image(tiff(*told, **more)).microns
    return None if found is None else pytest.approx(found, rel=1e-5)


def imagej(unit):
    return f"ImageJ=1.53t\nunit={unit}\nloop=false\n"


@pytest.mark.parametrize(
    ("resolution", "unit", "found"),
    [
        ((40_000, 20_000), 3, (0.25, 0.5)),
        ((25_400, 25_400), 2, (1, 1)),
        ((1200, 1200), 2, (21.1667, 21.1667)),
        ((1000, 1000), 2, (25.4, 25.4)),
        ((400, 400), 3, (25, 25)),
        ((1000, 1000), None, (25.4, 25.4)),
    ],
)
def test_fine_resolution_tags_are_a_measurement(resolution, unit, found):
    assert scale(resolution=resolution, unit=unit) == found


@pytest.mark.parametrize(
    ("resolution", "unit"),
    [
        *(((dpi, dpi), 2) for dpi in (1, 72, 96, 150, 300, 600, 999)),
        ((118, 118), 3),
        ((40_000, 40_000), 1),
        ((1200, 72), 2),
        ((0, 0), 2),
        ((0, 1200), 2),
        (None, 3),
        ((1200, 1200), 77),
    ],
)
def test_what_editors_and_cameras_write_is_none(resolution, unit):
    assert scale(resolution=resolution, unit=unit) is None


@pytest.mark.parametrize(
    ("x", "y", "found"),
    [
        ("", "", (0.5, 0.25)),
        ('PhysicalSizeXUnit="µm"', 'PhysicalSizeYUnit="&#181;m"', (0.5, 0.25)),
        ('PhysicalSizeXUnit="nm"', 'PhysicalSizeYUnit="mm"', (500, 0.00025)),
        ('PhysicalSizeXUnit="cm"', 'PhysicalSizeYUnit="cm"', (5000, 2500)),
    ],
)
def test_ome_says_it_with_its_unit(x, y, found):
    assert scale(OME % (x, y), resolution=(72, 72), unit=2) == found


@pytest.mark.parametrize(
    "text",
    [
        OME % ('PhysicalSizeXUnit="pixel"', ""),
        OME.replace("PhysicalSizeY", "Physical") % ("", ""),
        OME.replace("0.25", "-1") % ("", ""),
        OME.replace("0.25", "inf") % ("", ""),
        OME.replace("0.25", "nan") % ("", ""),
        OME.replace("0.25", "wide") % ("", ""),
        "<OME></OME>",
    ],
)
def test_ome_that_does_not_say_it_is_none(text):
    assert scale(text, resolution=(40_000, 40_000), unit=3) is None


@pytest.mark.parametrize("unit", ["micron", "um", "µm", "\u03bcm", "\\u00B5m"])
def test_imagej_counts_pixels_to_its_own_unit(unit):
    assert scale(imagej(unit), resolution=(4, 2), unit=1) == (0.25, 0.5)


def test_imagej_knows_other_units():
    assert scale(imagej("nm"), resolution=(0.01, 0.01), unit=1) == (0.1, 0.1)
    assert scale(imagej("mm"), resolution=(10, 10), unit=1) == (100, 100)


@pytest.mark.parametrize(
    ("unit", "resolution"), [("inch", 72), ("cm", 118), ("pixel", 4), ("", 4), ("barn", 4)]
)
def test_imagej_repeats_what_an_editor_wrote(unit, resolution):
    assert scale(imagej(unit), resolution=(resolution, resolution), unit=2) is None


def test_aperio_names_microns_to_a_pixel():
    assert scale("Aperio Image Library v11\r\n46000x32914|AppMag = 40|MPP = 0.2520|") == (
        0.252,
        0.252,
    )


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_turned_picture_turns_its_scale(turn):
    image = open_image(tiff(resolution=(40_000, 20_000), unit=3, turn=turn))
    flipped = turn >= 5
    assert image.size == ((8, 6) if flipped else (6, 8))
    assert image.microns == pytest.approx((0.5, 0.25) if flipped else (0.25, 0.5))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP"])
def test_other_formats_say_nothing(form):
    assert open_image(saved(noise(6, 8), form, dpi=(1200, 1200))).microns is None


def test_arrays_and_pictures_say_nothing():
    assert open_image(noise(6, 8)).microns is None
    assert (
        open_image(Pillow.open(io.BytesIO(tiff(resolution=(4000, 4000), unit=3)))).microns is None
    )


def test_broken_tags_are_no_error():
    data = tiff(resolution=(40_000, 40_000), unit=3)
    rng = np.random.default_rng(0)
    for _ in range(200):
        broken = bytearray(data)
        place = int(rng.integers(150, len(data)))
        broken[place] = int(rng.integers(256))
        assert attempt(bytes(broken)), "a picture or words"
