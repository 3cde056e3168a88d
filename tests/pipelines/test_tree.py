"""The tree from end to end, and what is done again when a knob is turned."""

import cv2
import numpy as np
import pytest

import patchdrive as pdv
from patchdrive.images import open_image
from patchdrive.pipelines.knobs import TreeSettings, tree_knobs
from patchdrive.pipelines.tree import fidelity, leaf_counts, rebuild, tree
from patchdrive.settings import SplitSettings
from patchdrive.types import ImageError, SettingError
from tests import reference, scenes

SMALL = {"max_leaf": 64, "min_leaf": 8, "token": 8, "max_detail": 20}
BUDGETED = {name: value for name, value in SMALL.items() if name != "max_detail"}
EDGES = ["edges", "counts", "quadtree", "tokens"]
RERUN = {
    "blur": (5, EDGES),
    "canny_low": (50, EDGES),
    "canny_high": (300, EDGES),
    "max_detail": (5, ["quadtree", "tokens"]),
    "budget": (100, ["quadtree", "tokens"]),  # it chooses to split by it
    "split": ("budget", ["quadtree", "tokens"]),
    "min_leaf": (16, ["counts", "quadtree", "tokens"]),
    "max_leaf": (128, ["counts", "quadtree", "pyramid", "tokens"]),
    "token": (16, ["pyramid", "tokens"]),
}


def same(one, other):
    assert (one.edges == other.edges).all()
    assert (one.quadtree.boxes == other.quadtree.boxes).all()
    assert (one.tokens.pixels == other.tokens.pixels).all()
    assert (one.tokens.valid == other.tokens.valid).all()


@pytest.mark.parametrize("knob", RERUN)
def test_turning_a_knob_does_again_only_what_depends_on_it(knob, street, memory):
    value, stages = RERUN[knob]
    tree(street, memory=memory, **SMALL)
    memory.since()
    values = {**(BUDGETED if knob in ("budget", "split") else SMALL), knob: value}
    turned = tree(street, memory=memory, **values)
    assert sorted(memory.since()) == sorted(stages)
    same(turned, tree(street, **values))


def test_every_knob_of_a_tree_is_in_the_table():
    assert set(RERUN) == set(tree_knobs())


def test_every_stage_of_a_first_tree_is_made_once_and_timed(street, memory):
    result = tree(street, memory=memory, **SMALL)
    assert sorted(memory.since()) == sorted([*EDGES, "pyramid"])
    assert set(result.ms) == {*EDGES, "pyramid"}


def test_settings_of_a_result_reproduce_it(street):
    one = tree(street, **BUDGETED, split="budget", budget=77, canny_low=40)
    same(one, tree(street, **one.settings))
    assert TreeSettings.of(one.settings).flat() == one.settings


def test_edges_are_canny_on_the_blurred_luma(street):
    found = tree(street, **SMALL, blur=5, canny_low=60, canny_high=120).edges
    grey = cv2.cvtColor(street, cv2.COLOR_RGB2GRAY)
    assert (found == cv2.Canny(cv2.GaussianBlur(grey, (5, 5), 0), 60, 120)).all()


@pytest.mark.parametrize("knobs", [{"max_detail": 20}, {"split": "budget", "budget": 200}])
def test_the_tree_is_that_of_the_slow_truth(street, knobs):
    result = tree(street, **{**BUDGETED, **knobs})
    limit = {"budget": 200} if "budget" in knobs else {"threshold": 20}
    expected = reference.quadtree(result.edges, 8, 64, **limit)
    corners = [tuple(box) for box in result.quadtree.boxes[:, :2].tolist()]
    assert corners == [node[:2] for node in expected]


def test_a_budget_is_filled_with_tokens_that_are_not_valid(street):
    result = tree(street, **BUDGETED, split="budget", budget=5000)
    assert len(result.tokens) == 5000
    assert result.tokens.valid.sum() == len(result.quadtree) < 5000


def test_the_reduction_is_against_a_uniform_grid_of_the_smallest_leaf(street):
    result = tree(street, **SMALL)
    assert result.uniform == -(-300 // 8) * -(-420 // 8)
    assert result.reduction == result.uniform / len(result.quadtree) > 1


@pytest.mark.parametrize("size", [(1, 1), (7, 4001), (4001, 7), (90, 60), (33, 65)])
@pytest.mark.parametrize("make", [scenes.flat, scenes.noise, scenes.grey])
def test_pictures_of_odd_sizes_grow_trees_that_tile_them(size, make):
    result = tree(make(*size), **SMALL)
    boxes = result.quadtree.boxes
    area = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum()
    assert area == size[0] * size[1]
    assert result.quadtree.detail.sum() == np.count_nonzero(result.edges)
    assert rebuild(result).shape == (*size, 3)


def test_a_flat_picture_is_remembered_exactly_by_its_roots():
    result = tree(scenes.flat(100, 130), **SMALL)
    assert not result.quadtree.depth.any()
    assert fidelity(result, rebuild(result)) == (np.inf, np.inf)


def test_smaller_leaves_remember_a_picture_better(street):
    results = [tree(street, **{**SMALL, "max_detail": n}) for n in (2000, 0)]
    coarse, fine = (fidelity(result, rebuild(result))[0] for result in results)
    assert fine > coarse + 1


def test_a_tree_remembers_a_few_details_better_than_an_equal_uniform_budget():
    pixels = scenes.flat(256, 256)
    pixels[64:128, 64:128] = scenes.noise(64, 64)
    result = tree(pixels, **SMALL)
    own, uniform = fidelity(result, rebuild(result))
    assert own > uniform + 3


def test_leaf_counts_tell_what_each_threshold_would_give(street):
    settings = SplitSettings(min_leaf=8, max_leaf=64)
    counts = leaf_counts(tree(street, **SMALL), settings)
    for threshold in (0, 1, 20, 77):
        again = tree(street, **{**SMALL, "max_detail": threshold})
        assert counts[threshold] == len(again.quadtree)


def test_a_tree_takes_any_picture_and_leaves_it_as_it_was(street):
    before = street.copy()
    one, other = tree(street, **SMALL), tree(open_image(street), **SMALL)
    same(one, other)
    assert (street == before).all()
    assert pdv.tree is tree


def test_results_cannot_be_changed(street):
    result = tree(street, **SMALL)
    for array in (result.edges, result.quadtree.boxes, result.tokens.pixels):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_wrong_knobs_and_pictures_are_said():
    with pytest.raises(SettingError, match="min_leaf"):
        tree(scenes.flat(9, 9), min_leaf=64, max_leaf=32)
    with pytest.raises(ImageError):
        tree(b"no picture")


def test_tokens_and_their_memory_are_told_part_by_part_and_can_be_stopped(monkeypatch):
    from patchdrive.ops import tokens as token_ops

    monkeypatch.setattr(token_ops, "PART", 64 * 16**2)
    pixels = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    told = []
    result = tree(pixels, max_detail=0, listener=lambda *at: told.append(at))
    mine = [at[1:] for at in told if at[0] == "tokens" and at[1]]
    assert mine[-1] == (len(result.quadtree),) * 2
    assert len(mine) >= len(result.quadtree) / 64
    told.clear()
    whole = rebuild(result, lambda *at: told.append(at))
    assert len(told) >= len(result.quadtree) / 64
    monkeypatch.undo()
    assert (whole == rebuild(result)).all()

    def stop(text, done, total):
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        tree(pixels, max_detail=0, listener=stop)
    with pytest.raises(InterruptedError):
        rebuild(result, stop)
