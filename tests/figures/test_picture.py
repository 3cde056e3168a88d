"""PNG pictures and the mosaic of tokens."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.figures import drive_layers, mosaic, png, tree_layers, truth_layer
from patchdrive.figures.layers import Landings, Leaves, Mask, Raster
from patchdrive.figures.picture import MOSAIC
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.types import Tokens
from tests import scenes


def drawn(image, layers=(), **more):
    data = png(image, layers, **more)
    assert data.startswith(b"\x89PNG")
    with Pillow.open(io.BytesIO(data)) as picture:
        return np.asarray(picture).astype(int)


@pytest.fixture
def plain():
    return MemoryImage(scenes.flat(120, 160, (90, 90, 90)))


def changed(image, layers, **more):
    """Which pixels the layers change, (H, W) bool."""
    return (drawn(image, layers, **more) != drawn(image, **more)).any(axis=2)


def test_without_layers_the_picture_is_itself(street):
    assert (drawn(MemoryImage(street.copy())) == street).all()


@pytest.mark.parametrize(
    ("size", "most", "shown"),
    [((300, 420), 1920, (300, 420)), ((300, 420), 210, (150, 210)), ((1, 1), 50, (1, 1)),
     ((7, 4001), 1000, (2, 1000)), ((4001, 7), 1000, (1000, 2))],
)  # fmt: skip
def test_no_side_exceeds_the_longest_allowed(size, most, shown):
    assert drawn(MemoryImage(scenes.noise(*size)), max_side=most).shape == (*shown, 3)


def test_leaves_are_drawn_on_their_borders_and_nowhere_else(plain):
    boxes = np.array([[20, 30, 60, 90]])
    layer = Leaves("leaves", boxes, np.zeros(1, int), np.zeros(1, int))
    expected = np.zeros((120, 160), bool)
    expected[20:61, 30:91] = True
    expected[21:60, 31:90] = False
    assert (changed(plain, [layer]) == expected).all()


def test_a_window_is_drawn_around_its_place(plain):
    layer = Landings("saccades", np.array([[60, 80]]), np.ones(1), np.array([[40, 50, 80, 110]]))
    where = changed(plain, [layer])
    assert where[40, 50:110].all()
    assert where[60, 80]
    assert not where[:38].any()
    assert not where[:, 113:].any()


def test_boxes_follow_the_picture_when_it_is_shrunk(plain):
    boxes = np.array([[20, 40, 60, 80]])
    layer = Leaves("leaves", boxes, np.zeros(1, int), np.zeros(1, int))
    rows, columns = np.nonzero(changed(plain, [layer], max_side=80))
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == (10, 20, 30, 40)


def test_a_map_tints_high_places_more_than_low_ones(plain):
    values = np.zeros((2, 2), np.uint8)
    values[0, 1] = 255
    picture = drawn(plain, [Raster("saliency", values, (120, 160), opacity=0.8)])
    assert abs(picture[5, 155] - 90).max() > 2 * abs(picture[115, 5] - 90).max()


def test_where_a_map_is_zero_the_picture_is_itself(plain):
    layer = Raster("saliency", np.zeros((3, 4), np.uint8), (120, 160), opacity=1)
    assert not changed(plain, [layer]).any()


def test_a_map_without_opacity_changes_nothing(plain):
    layer = Raster("saliency", np.full((3, 4), 255, np.uint8), (120, 160), opacity=0)
    assert not changed(plain, [layer]).any()


@pytest.mark.parametrize("most", [160, 40])
def test_thin_edges_survive_being_shrunk(plain, most):
    edges = np.zeros((120, 160), np.uint8)
    edges[:, 81] = 255
    where = changed(plain, [Mask("edges", edges)], max_side=most)
    assert where.any(axis=1).all()
    assert where.any(axis=0).sum() <= 2


def test_found_and_missed_objects_have_different_colours(street):
    result = drive(street, fuse=False, k=1, patch=32)
    y, x = result.saccades.yx[0]
    there = {"label": "there", "box": [y - 4, x - 4, y + 4, x + 4]}
    truth = truth_layer([there, {"label": "not", "box": [280, 10, 290, 20]}])
    picture = drawn(result.image, drive_layers(result, truth=truth)[1:2])
    assert picture[y - 6, x].tolist() == [57, 208, 255]
    assert picture[278, 15].tolist() == [255, 170, 60]


def test_a_note_stands_at_the_lower_left(plain):
    where = (drawn(plain, note="untrained network") != drawn(plain)).any(axis=2)
    rows, columns = np.nonzero(where)
    assert rows.min() > 60
    assert columns.min() < 20


@pytest.mark.parametrize("size", [(1, 1), (7, 401), (401, 7)])
def test_odd_pictures_are_drawn_with_all_layers(size):
    pixels = scenes.noise(*size)
    result, grown = drive(pixels, fuse=False, patch=16), tree(pixels)
    assert drawn(result.image, drive_layers(result)).shape == (*size, 3)
    assert drawn(grown.image, tree_layers(grown)).shape == (*size, 3)


def test_drawing_leaves_the_picture_as_it_was(street):
    result = drive(street, fuse=False, k=3)
    before = result.image.pixels.copy()
    png(result.image, drive_layers(result), note="words")
    assert (result.image.pixels == before).all()


def of(count, side=4, padding=0):
    total = count + padding
    pixels = np.arange(total, dtype=np.uint8)[:, None, None, None] + np.zeros(
        (1, side, side, 3), np.uint8
    )
    return Tokens(pixels, np.zeros((total, 4), int), np.arange(total) < count)


@pytest.mark.parametrize(("count", "columns"), [(1, 64), (5, 3), (6, 3), (100, 7)])
def test_a_mosaic_shows_the_tokens_in_their_order(count, columns):
    sheet = mosaic(of(count), columns)
    assert sheet.shape == (-(-count // columns) * 5, columns * 5, 3)
    for n in range(count):
        y, x = divmod(n, columns)
        assert (sheet[5 * y + 1 : 5 * y + 5, 5 * x + 1 : 5 * x + 5] == n).all()
        assert (sheet[5 * y, 5 * x : 5 * x + 5] == 24).all()


def test_a_mosaic_leaves_the_padding_out():
    assert (mosaic(of(5, padding=9), 3) == mosaic(of(5), 3)).all()


def test_a_mosaic_ends_somewhere():
    pixels = np.zeros((MOSAIC + 100, 2, 2, 3), np.uint8)
    many = Tokens(pixels, np.zeros((len(pixels), 4), int), np.ones(len(pixels), bool))
    assert mosaic(many, 64).shape == (MOSAIC // 64 * 3, 64 * 3, 3)


def test_a_map_by_an_untrained_network_says_so_in_the_picture_itself(plain):
    values = np.zeros((4, 4), np.uint8)
    silent = Raster("saliency", values, plain.size)
    marked = Raster("saliency", values, plain.size, note="saliency by an untrained network")
    where = (drawn(plain, [marked]) != drawn(plain, [silent])).any(axis=2)
    assert where.any(), "whoever draws it need not remember to mark it"
