"""The nouns: frames, notes, and what cannot be changed once it is made."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.types import (
    Cost,
    Fusion,
    Grid,
    ImageError,
    PatchdriveError,
    Patches,
    Quadtree,
    Saccades,
    SaliencyMap,
    SettingError,
    Tokens,
    WeightsError,
)


@st.composite
def axes(draw):
    """Pixels and cells of one axis, cells <= pixels; all sizes up to gigapixel slides."""
    pixels = draw(st.integers(1, 200_000) | st.integers(1, 50))
    return pixels, draw(st.integers(1, min(pixels, 3000)) | st.just(min(pixels, 3000)))


@given(axes(), axes())
def test_cells_to_pixels_to_cells_is_the_identity(rows, columns):
    (big_h, h), (big_w, w) = rows, columns
    grid = Grid((big_h, big_w), (h, w))
    n = max(h, w)
    cells = np.stack([np.arange(n) % h, np.arange(n) % w], -1)
    pixels = grid.to_pixels(cells)
    assert ((pixels >= 0) & (pixels < grid.size)).all()
    assert (grid.to_cells(pixels) == cells).all()


@given(axes(), st.data())
def test_every_pixel_lies_in_a_cell_and_cells_keep_the_order(axis, data):
    pixels, cells = axis
    grid = Grid((pixels, pixels), (cells, cells))
    asked = np.array(sorted(data.draw(st.lists(st.integers(0, pixels - 1), max_size=30))), np.int64)
    found = grid.to_cells(np.stack([asked, asked], -1))[:, 0]
    assert ((found >= 0) & (found < cells)).all()
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize("size", range(1, 30))
def test_the_round_trip_holds_for_every_small_size(size):
    for cells in range(1, size + 1):
        grid = Grid((size, size), (cells, cells))
        both = np.stack([np.arange(cells)] * 2, -1)
        assert (grid.to_cells(grid.to_pixels(both)) == both).all()


@pytest.mark.parametrize(("cells", "pixels"), [(0, [540, 960]), (1, [1620, 2880])])
def test_a_cell_stands_for_its_middle_pixel(cells, pixels):
    grid = Grid((2160, 3840), (2, 2))
    assert grid.to_pixels(np.array([cells, cells])).tolist() == pixels


def test_frames_keep_leading_axes_and_whole_numbers():
    cells = np.zeros((4, 5, 2), np.int64)
    pixels = Grid((100, 90), (10, 9)).to_pixels(cells)
    assert pixels.shape == (4, 5, 2)
    assert pixels.dtype == np.int64


@pytest.mark.parametrize("cells", [(0, 1), (1, 0), (8, 1), (1, 6), (-1, 1)])
def test_a_grid_with_more_cells_than_pixels_or_none_is_rejected(cells):
    with pytest.raises(ValueError, match=r"does not fit a picture of \(7, 5\) pixels"):
        Grid((7, 5), cells)


@pytest.mark.parametrize(
    ("found", "asked", "note"),
    [
        (16, 16, "16 of 16"),
        (63, 273, "63 of 273 (map exhausted)"),
        (0, 4, "0 of 4 (map exhausted)"),
        (0, 0, "0 of 0"),
    ],
)
def test_saccades_say_how_many_of_those_asked_for_were_found(found, asked, note):
    saccades = Saccades(np.zeros((found, 2), np.int64), np.zeros(found), (1, 1), asked)
    assert saccades.note == note
    assert len(saccades) == found


@pytest.mark.parametrize("yx", [(-1, 0), (0, -1), (7, 0), (0, 9)])
def test_a_saccade_outside_the_picture_is_rejected(yx):
    with pytest.raises(ValueError, match=r"outside the \(7, 9\) picture"):
        Saccades(np.array([yx]), np.ones(1), (7, 9), 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_saliency_map_must_be_finite(bad):
    with pytest.raises(ValueError, match="finite"):
        SaliencyMap(np.array([[0.5, bad]], np.float32), (1, 2))


def test_a_saliency_map_knows_its_grid():
    assert SaliencyMap(np.zeros((3, 4), np.float32), (30, 44)).grid == Grid((30, 44), (3, 4))


MADE = {
    "SaliencyMap": lambda: SaliencyMap(np.zeros((2, 2)), (4, 4)),
    "Saccades": lambda: Saccades(np.zeros((1, 2), int), np.zeros(1), (4, 4), 1),
    "Patches": lambda: Patches(np.zeros((1, 2, 2, 3), np.uint8), np.zeros((1, 4), int)),
    "Quadtree": lambda: Quadtree(
        np.zeros((1, 4), int), np.zeros(1, int), np.zeros(1, int), (4, 4), 4
    ),
    "Tokens": lambda: Tokens(
        np.zeros((1, 2, 2, 3), np.uint8), np.zeros((1, 4), int), np.ones(1, bool)
    ),
    "Fusion": lambda: Fusion(np.zeros(8), np.zeros((2, 1)), np.zeros(3), "untrained", False),
}


@pytest.mark.parametrize("name", MADE)
def test_results_cannot_be_changed(name):
    made = MADE[name]()
    for item in dataclasses.fields(made):
        value = getattr(made, item.name)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, item.name, value)
        if isinstance(value, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                value[...] = 1


def test_sides_of_leaves_halve_with_each_depth():
    depth = np.array([0, 1, 4])
    tree = Quadtree(np.zeros((3, 4), int), depth, np.zeros(3, int), (512, 512), 256)
    assert tree.sides.tolist() == [256, 128, 16]


def test_cost_counts_overlaps_in_megapixels_but_not_in_the_share():
    cost = Cost(pixels_read=500, pixels_total=2000, glance_pixels=1_000_000, patch_pixels=500_000)
    assert cost.share == 0.25
    assert cost.megapixels == 1.5


@pytest.mark.parametrize("kind", [ImageError, SettingError, WeightsError])
def test_what_a_person_can_mend_is_one_family_of_errors(kind):
    assert issubclass(kind, PatchdriveError)
    assert issubclass(kind, ValueError)
