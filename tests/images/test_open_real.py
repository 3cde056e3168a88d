"""Real and odd files, where PATCHDRIVE_DATA names a folder of them."""

import os
import resource
import time
from pathlib import Path

import numpy as np
import pytest

from patchdrive.images import open_image
from tests.images.pictures import attempt

ROOT = Path(__file__).parents[2] / os.environ.get("PATCHDRIVE_DATA", "no data")


def files(folder):
    where = ROOT / folder
    found = sorted(path for path in where.rglob("*") if path.is_file())
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in found] or [
        pytest.param(None, marks=pytest.mark.skip("PATCHDRIVE_DATA is not set"))
    ]


def peak():
    """The most memory that this process ever held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


@pytest.mark.parametrize("truncated", [False, True])
@pytest.mark.parametrize("path", files("odd"))
def test_an_odd_file_opens_or_is_explained(path, truncated):
    before, start = peak(), time.perf_counter()
    image = attempt(path, truncated=truncated)
    if isinstance(image, str):
        assert path.name in image
    else:
        assert image.pixels.shape == (*image.size, 3)
        assert image.pixels.dtype == np.uint8
        assert min(image.size) >= 1
        assert max(image.preview(64).shape) <= 64
    assert time.perf_counter() - start < 20
    assert peak() - before < 0.5


@pytest.mark.parametrize("path", files("photos"))
def test_a_photograph_opens_with_its_colours(path):
    image = open_image(path)
    assert image.size[0] * image.size[1] > 7e6
    assert image.preview(64).std() > 5
    assert image.name == path.name


@pytest.mark.parametrize("number", range(1, 9))
def test_real_photographs_of_every_orientation_look_alike(number):
    folder = ROOT / "odd" / "exif"
    if not folder.is_dir():
        pytest.skip("PATCHDRIVE_DATA is not set")
    wanted = open_image(folder / "Landscape_1.jpg").preview(60).astype(int)
    found = open_image(folder / f"Landscape_{number}.jpg").preview(60)
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).mean() < 4  # each has its number in the middle
