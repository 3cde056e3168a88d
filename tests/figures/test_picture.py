"""PNG pictures, their legend, and the mosaic of tokens."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.figures import canvas, drive_layers, marks, mosaic, png, tree_layers, truth_layer
from patchdrive.figures.layers import (
    Classes,
    Gate,
    Landings,
    Leaves,
    Mask,
    Overlay,
    Raster,
    Truth,
)
from patchdrive.figures.legend import entries, scale_bar, strip
from patchdrive.figures.looks import dressed
from patchdrive.figures.picture import MOSAIC
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.types import PatchdriveError, Tokens
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


def test_a_map_alone_leaves_no_pixel_of_the_picture():
    codes = np.arange(200, dtype=np.uint8).reshape(10, 20)
    size, look = (120, 160), {"alone": True, "opacity": 0.3}
    shown = [
        drawn(MemoryImage(pixels), [Raster("saliency", codes, size, **look)])
        for pixels in (scenes.noise(*size), scenes.flat(*size))
    ]
    assert (shown[0] == shown[1]).all()
    assert len(np.unique(shown[0].reshape(-1, 3), axis=0)) > 50


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
    picture = drawn(
        result.image,
        [
            layer
            for layer in drive_layers(result, {"truth_visible": True}, truth=truth)
            if isinstance(layer, Truth)
        ],
    )
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


def squares(side, h=120, w=160):
    y, x = np.mgrid[0:h:side, 0:w:side].reshape(2, -1)
    return np.stack([y, x, y + side, x + side], axis=1)


def test_a_hidden_layer_is_not_drawn(plain):
    boxes = squares(40)
    layer = Leaves("leaves", boxes, np.zeros(12, int), np.zeros(12, int), visible=False)
    assert not changed(plain, [layer]).any()


def test_what_the_gate_shuts_is_dimmed(plain):
    gate = Gate("gate", np.repeat([[0, 255]], 2, axis=0).astype(np.uint8), plain.size, visible=True)
    picture = drawn(plain, [gate])
    assert (picture[:, 130:] == 90).all()
    assert (picture[:, :30] < 60).all()


def test_classes_have_their_colours_and_nothing_where_there_is_none(plain):
    labels = np.array([[0, 1, 255, 255]], np.uint8)
    picture = drawn(plain, [Classes("parts", labels, plain.size, ("a", "b"), opacity=1.0)])
    assert (picture[:, :40] == [0xE6, 0x9F, 0x00]).all()
    assert (picture[:, 40:80] == [0x56, 0xB4, 0xE9]).all()
    assert (picture[:, 80:] == 90).all()


@pytest.mark.parametrize("most", [160, 61])
def test_another_picture_may_lie_over_the_first(plain, most):
    other = MemoryImage(scenes.noise(120, 160))
    assert (drawn(plain, [Overlay("tokens", other)], max_side=most)
            == drawn(other, max_side=most)).all()  # fmt: skip


def test_filled_leaves_leave_no_pixel_out(plain):
    leaves = Leaves("leaves", squares(8), np.zeros(300, int), np.zeros(300, int), style="fill")
    assert changed(plain, [leaves]).all()


def test_leaves_may_show_their_score(plain):
    boxes, detail = squares(80)[:2], np.array([0, 900])
    leaves = Leaves("leaves", boxes, np.zeros(2, int), detail, style="fill", by="score", opacity=1)
    picture = drawn(plain, [leaves])
    assert picture[40, 40].tolist() != picture[40, 120].tolist()


@pytest.mark.parametrize("part", ["path", "windows", "numbers", "values", "inhibition"])
def test_each_part_of_the_saccades_can_be_switched(plain, part):
    yx = np.array([[60, 40], [60, 120]])
    layer = Landings("saccades", yx, np.ones(2), np.hstack([yx - 12, yx + 12]), radius=30)
    on, off = (drawn(plain, [dataclasses.replace(layer, **{part: on})]) for on in (True, False))
    assert (on != off).any()


def test_a_saccade_outside_a_window_leaves_nothing_in_it(plain):
    yx = np.array([[30, 40]])
    layer = Landings("saccades", yx, np.ones(1), np.hstack([yx - 30, yx + 30]))
    assert not changed(plain, [layer], cut=(80, 90, 120, 160)).any()
    assert changed(plain, [layer], cut=(40, 50, 120, 160)).any()


@pytest.mark.parametrize("kind", ["saccades", "leaves", "truth"])
def test_a_projector_gets_larger_numbers_and_thicker_lines(plain, kind):
    boxes = np.array([[20, 20, 60, 60], [60, 90, 100, 130]])
    made = {
        "saccades": Landings("saccades", boxes[:, :2] + 20, np.ones(2), boxes),
        "leaves": Leaves("leaves", boxes, np.zeros(2, int), np.zeros(2, int)),
        "truth": Truth("truth", boxes, ("a", "b")),
    }
    small, usual, large = (
        changed(plain, dressed([made[kind]], {"magnify": size})).sum()
        for size in ("small", "normal", "large")
    )
    assert small <= usual < large


def test_marks_grow_with_the_picture_that_is_exported(street):
    result = drive(street, fuse=False, k=3, patch=64, radius=60)
    large = MemoryImage(np.repeat(np.repeat(street, 16, axis=0), 16, axis=1))
    scaled = dataclasses.replace(
        drive_layers(result, {"saliency_visible": False})[-1],
        yx=16 * result.saccades.yx,
        boxes=16 * result.patches.boxes,
    )
    shares = [changed(large, [scaled], max_side=side).mean() for side in (1920, 5760)]
    assert shares[1] == pytest.approx(shares[0], rel=0.25)


def test_many_saccades_are_drawn_without_numbers(plain, rng):
    yx = rng.integers(0, 120, (marks.FEW + 1, 2))
    layer = Landings("saccades", yx, np.ones(len(yx)), np.hstack([yx - 2, yx + 2]))
    numbered = dataclasses.replace(layer, numbers=False)
    assert (drawn(plain, [layer]) == drawn(plain, [numbered])).all()


def test_a_window_shows_the_same_pixels_as_the_whole(street):
    cut = (50, 100, 200, 300)
    assert (drawn(MemoryImage(street.copy()), cut=cut) == street[50:200, 100:300]).all()


def test_a_window_that_leaves_the_picture_is_cut_at_its_border(street):
    cut = (-20, 400, 40, 900)
    assert (drawn(MemoryImage(street.copy()), cut=cut) == street[:40, 400:]).all()


@pytest.mark.parametrize("cut", [(10, 10, 10, 40), (500, 0, 600, 10), (30, 30, 20, 40)])
def test_a_window_without_a_pixel_is_refused(street, cut):
    with pytest.raises(PatchdriveError, match="holds no pixel"):
        png(MemoryImage(street.copy()), [], cut=cut)


def test_layers_lie_in_a_window_where_they_lie_in_the_whole(plain):
    y, x, cut = slice(20, 100), slice(30, 140), (20, 30, 100, 140)
    values = np.linspace(0, 255, 12 * 16).reshape(12, 16).astype(np.uint8)
    edges = np.zeros((120, 160), np.uint8)
    edges[::7, ::3] = 255
    boxes = squares(20)
    layers = [
        Raster("saliency", values, (120, 160)),
        Gate("gate", values, (120, 160), visible=True),
        Classes("parts", values // 128, (120, 160), ("a", "b")),
        Mask("edges", edges),
        Overlay("tokens", MemoryImage(scenes.noise(120, 160)), opacity=0.3),
        Leaves("leaves", boxes, boxes[:, 0] // 20 % 3, boxes[:, 1]),
        Truth("truth", np.array([[40, 50, 60, 70]]), ("a",), np.array([True])),
    ]
    for layer in layers:
        whole = drawn(plain, [layer])[y, x]
        assert (drawn(plain, [layer], cut=cut) == whole).all(), layer.name


def test_a_drawing_beyond_the_limit_is_refused_with_a_side_that_is_not(monkeypatch):
    monkeypatch.setattr(canvas, "LIMIT", 10_000)
    image = MemoryImage(scenes.flat(300, 400))
    with pytest.raises(PatchdriveError, match="choose at most 115 pixels"):
        png(image, [])
    assert drawn(image, max_side=115).shape == (86, 115, 3)


def test_the_strip_below_leaves_the_picture_as_it_is(street):
    result = drive(street, fuse=False, k=3, patch=32)
    layers = drive_layers(result)
    alone, sheet = drawn(result.image, layers), drawn(result.image, layers, legend=True)
    assert (sheet[:300, :420] == alone).all()
    assert sheet.shape[0] > 300
    assert sheet[300:].std() > 10, "something is written there"


def test_the_strip_is_wide_enough_to_be_read_below_a_narrow_picture():
    sheet = drawn(MemoryImage(scenes.flat(50, 3)), legend=True)
    assert sheet.shape[1] >= 250
    assert (sheet[:50, :3] == 127).all()


def test_each_layer_is_named_with_its_colours_and_their_ends(street):
    result, grown = (
        drive(street, fuse=False, k=4, patch=32, radius=20),
        tree(street, max_leaf=64, min_leaf=8, max_detail=20),
    )
    truth = Truth("truth", squares(40)[:3], ("a", "b", "c"), np.array([True, False, False]))
    parts = Classes("parts", np.array([[0, 2]], np.uint8), (300, 420), ("sky", "sea", "sand"))
    said = [
        " ".join(part for part in entry if isinstance(part, str))
        for entry in entries([*drive_layers(result, truth=truth), *tree_layers(grown), parts])
    ]
    assert said[0] == "saliency 0 0.091 1 (logarithmic)"
    assert said[2].startswith("truth")
    assert said[3] == "4 saccades 1 4"
    assert said[4] == "edges"
    assert said[5] == f"{len(grown.quadtree):,} leaves 64 32 16 8 px"
    assert said[6] == "parts sky sand"


def test_an_untrained_map_says_so_in_the_strip(plain):
    layer = Raster("saliency", np.zeros((2, 2), np.uint8), plain.size, note="untrained network")
    assert "untrained network" in entries([layer])[0][-1]


def test_an_entry_s_colours_are_those_of_the_drawing(plain):
    truth = Truth("truth", squares(40)[:2], ("a", "b"), np.array([1, 0]))
    ((_, hit, hits, missed, misses),) = entries([truth])
    assert (hits, misses) == ("1 hit", "1 missed")
    assert hit.colors.tolist() == [[57, 208, 255]]
    assert missed.colors.tolist() == [[255, 170, 60]]


@pytest.mark.parametrize(
    ("width", "most", "microns", "length", "words"),
    [(4000, 2000, None, 500, "1,000 px"), (1000, 1000, None, 200, "200 px"),
     (4000, 2000, (0.25, 0.25), 400, "200 µm"), (40_000, 1000, (0.5, 0.5), 250, "5 mm"),
     (4, 4, None, 1, "1 px"), (100, 100, (0.01, 0.01), 20, "0.2 µm")],
)  # fmt: skip
def test_a_scale_bar_has_a_round_length(width, most, microns, length, words):
    bar, said = scale_bar(canvas.frame((100, width), most), microns)
    assert (bar.length, said) == (length, words)


def test_a_picture_of_a_pixel_has_no_scale_bar():
    assert scale_bar(canvas.frame((1, 1), 100)) == []


def test_entries_that_do_not_fit_go_on_in_the_next_line():
    letters, many = marks.font(500), [[f"layer {n}", "of many"] for n in range(20)]
    one, wide, narrow = (
        strip(e, w, letters) for e, w in ((many[:1], 900), (many, 900), (many, 300))
    )
    assert one.shape[0] < wide.shape[0] < narrow.shape[0]
    assert wide.shape[1] == 900


def test_words_of_several_lines_are_written_in_one(plain):
    truth = Truth("truth", np.array([[40, 50, 90, 110]]), ("two\nlines",))
    assert changed(plain, [truth]).any()
    assert drawn(plain, [truth], legend=True, note="a\nb").shape[0] > 120


def test_what_was_hit_stands_beside_what_chance_and_knowledge_would_hit(plain):
    words = "16 random patches: 1.2 on average; at best about 2"
    truth = Truth("truth", squares(40)[:2], ("a", "b"), np.array([1, 0]), words)
    assert entries([truth])[0][-1] == words
