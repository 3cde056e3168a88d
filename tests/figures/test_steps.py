"""Moving pictures: one frame a step, and what they show."""

import dataclasses
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.figures import drive_layers, steps_gif, tree_layers
from patchdrive.figures.layers import Landings, Leaves, Mask, Raster
from patchdrive.figures.steps import HELD, MOST, WIDEST, cut_at
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.types import PatchdriveError
from tests import scenes


def frames(data):
    """All frames (N, h, w, 3) and the milliseconds of each."""
    assert data.startswith(b"GIF89a")
    shown, times = [], []
    with Pillow.open(io.BytesIO(data)) as picture:
        assert picture.info["loop"] == 0, "it repeats"
        for n in range(picture.n_frames):
            picture.seek(n)
            times.append(picture.info["duration"])
            shown.append(np.asarray(picture.convert("RGB")).astype(int))
    return np.stack(shown), times


@pytest.fixture(scope="module")
def plain():
    return MemoryImage(scenes.flat(240, 320, (200, 200, 200)))


def landings(count, seed=0):
    yx = np.random.default_rng(seed).integers(40, 200, (count, 2))
    return Landings("saccades", yx, np.ones(count), np.hstack([yx - 16, yx + 16]))


def test_a_drive_has_a_frame_before_the_first_saccade_and_one_for_each(street):
    result = drive(street, fuse=False, k=4, patch=32, radius=20)
    shown, times = frames(steps_gif(result.image, drive_layers(result), ms=500))
    assert len(shown) == len(result.saccades) + 1
    assert times == [500] * len(result.saccades) + [HELD * 500]


def test_what_was_seen_is_bright_and_the_rest_is_dim(plain):
    yx = np.array([[60, 60], [180, 260]])
    layer = Landings("saccades", yx, np.ones(2), np.hstack([yx - 40, yx + 40]))
    first, second, third = frames(steps_gif(plain, [layer]))[0]
    for n, (y, x) in enumerate([(35, 85), (155, 285)]):  # in the windows, off their marks
        assert first[y, x].mean() > 180
        assert (second[y, x].mean() > 180) == (n == 0)
        assert third[y, x].mean() > 180
    assert third[120, 20].mean() < 90


def test_without_the_fovea_all_stays_bright(plain):
    shown, _ = frames(steps_gif(plain, [landings(2)], foveated=False))
    assert (shown[:, 120, 310] > 180).all()


def test_the_first_frame_shows_the_map(plain):
    values = np.full((2, 2), 255, np.uint8)
    raster = Raster("saliency", values, plain.size, "viridis", 1.0)
    shown, _ = frames(steps_gif(plain, [raster, landings(1)]))
    assert abs(shown[0][20, 20] - [253, 231, 37]).max() < 12
    hidden = dataclasses.replace(raster, visible=False)
    shown, _ = frames(steps_gif(plain, [hidden, landings(1)]))
    assert abs(shown[0][20, 20] - 200).max() < 12


def test_more_saccades_than_frames_come_several_in_a_step(plain):
    shown, _ = frames(steps_gif(plain, [landings(300)], max_side=120))
    assert len(shown) == MOST


def test_every_frame_but_the_first_adds_something(plain):
    shown, _ = frames(steps_gif(plain, [landings(6)]))
    assert all((a != b).any() for a, b in pairwise(shown))


def test_a_saccade_keeps_its_colour_from_frame_to_frame(plain):
    layer = dataclasses.replace(landings(5), numbers=False, path=False, windows=False)
    y, x = layer.yx[0]
    shown, _ = frames(steps_gif(plain, [layer]))
    assert (shown[1:, y, x] == shown[1, y, x]).all()


def test_a_tree_grows_level_by_level(street):
    grown = tree(street, max_leaf=64, min_leaf=8, max_detail=20)
    shown, _ = frames(steps_gif(grown.image, tree_layers(grown)))
    assert len(shown) == grown.quadtree.depth.max() + 1 == 4


def test_a_tree_whose_large_squares_were_all_cut_grows_from_them():
    grown = tree(scenes.edges(64, 96, 0.5), max_leaf=32, min_leaf=8, max_detail=0)
    assert (grown.quadtree.depth == 2).all()
    assert len(frames(steps_gif(grown.image, tree_layers(grown)))[0]) == 3


@pytest.mark.parametrize("size", [(300, 420), (7, 401), (33, 65), (1, 1), (100, 40)])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_tree_at_a_level_is_the_tree_that_was_never_cut_deeper(size, depth):
    pixels = scenes.noise(*size)
    whole = tree(pixels, max_leaf=64, min_leaf=8, max_detail=20)
    early = tree(pixels, max_leaf=64, min_leaf=64 >> depth, max_detail=20)
    found = cut_at(Leaves("leaves", *leaf_arrays(whole)), depth)
    assert as_set(found) == as_set(Leaves("leaves", *leaf_arrays(early)))


def leaf_arrays(grown):
    return grown.quadtree.boxes, grown.quadtree.depth, grown.quadtree.detail


def as_set(leaves):
    rows = np.column_stack([leaves.boxes, leaves.depth, leaves.detail])
    return sorted(map(tuple, rows.tolist()))


def test_a_listener_hears_of_each_frame_and_may_stop_the_work(plain):
    heard = []
    steps_gif(plain, [landings(3)], listener=lambda *news: heard.append(news))
    assert heard == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]

    def stop(done, total):
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        steps_gif(plain, [landings(3)], listener=stop)


def test_colours_are_close_to_the_picture_s(street):
    result = drive(street, fuse=False, k=3, patch=32, radius=20)
    shown, _ = frames(steps_gif(result.image, drive_layers(result), foveated=False))
    assert np.median(abs(shown[-1] - street)) <= 4


def test_what_stands_still_costs_no_bytes(street):
    image = MemoryImage(scenes.noise(240, 320))
    once, often = (len(steps_gif(image, [landings(n)])) for n in (1, 21))
    assert often < 2.5 * once


def test_a_longest_side_is_kept(street):
    result = drive(street, fuse=False, k=2)
    shown, _ = frames(steps_gif(result.image, drive_layers(result), max_side=210))
    assert shown.shape[1:3] == (150, 210)


@pytest.mark.parametrize("wrong", [{"max_side": WIDEST + 1}, {"max_side": 0}, {"ms": 5}])
def test_what_cannot_be_made_is_refused_in_words(plain, wrong):
    with pytest.raises(PatchdriveError, match="a moving picture has"):
        steps_gif(plain, [landings(2)], **wrong)


def test_without_steps_there_is_no_moving_picture(plain):
    with pytest.raises(PatchdriveError, match="no steps to show"):
        steps_gif(plain, [Mask("edges", np.zeros(plain.size, np.uint8))])


def test_a_drive_that_found_nothing_is_a_single_frame():
    result = drive(scenes.flat(60, 80), fuse=False)
    shown, _ = frames(steps_gif(result.image, drive_layers(result)))
    assert len(shown) == 1


@pytest.mark.parametrize("size", [(1, 1), (7, 401), (401, 7)])
def test_odd_pictures_move_too(size):
    pixels = scenes.noise(*size)
    result, grown = drive(pixels, fuse=False, patch=16), tree(pixels)
    steps_gif(result.image, drive_layers(result))
    steps_gif(grown.image, tree_layers(grown))
