"""Leaves to tokens: no pixel of a neighbour, no aliasing, and back again."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.ops.quadtree import by_budget, by_threshold, count_edges
from patchdrive.ops.tokens import painted, psnr, pyramid, shrunk_and_back, tokens
from patchdrive.settings import SplitSettings, TokenSettings
from patchdrive.types import Quadtree
from tests import reference, scenes


def grown(size, smallest, largest, *, share=0.03, seed=0, budget=None):
    """A tree with leaves of many sizes."""
    edges = scenes.edges(*size, share, seed)
    edges[: size[0] // 2] = 0
    counts = count_edges(edges, smallest, largest)
    return by_budget(counts, budget) if budget else by_threshold(counts, 2)


def of(pixels, tree, side):
    return tokens(pyramid(pixels, tree.roots, side), tree, side)


def nodes(tree):
    rows = zip(tree.boxes[:, :2].tolist(), tree.sides.tolist(), strict=True)
    return [(y, x, side, 0) for (y, x), side in rows]


def coloured(tree):
    """Every leaf in a colour of its own."""
    pixels = np.zeros((*tree.size, 3), np.uint8)
    colours = np.arange(len(tree)) * 9_999_991 % 256**3  # odd, so all are different
    colours = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], -1).astype(np.uint8)
    for (y0, x0, y1, x1), colour in zip(tree.boxes, colours, strict=True):
        pixels[y0:y1, x0:x1] = colour
    return pixels, colours


SIZES = [(1, 1), (7, 401), (401, 7), (96, 128), (130, 75)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", [4, 7, 14, 16, 32])
@pytest.mark.parametrize(("smallest", "largest"), [(4, 64), (14, 112)])
def test_a_token_holds_its_own_leaf_only(size, side, smallest, largest):
    tree = grown(size, smallest, largest)
    pixels, colours = coloured(tree)
    found = of(pixels, tree, side)
    assert (found.pixels == colours[:, None, None]).all()


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 99), st.integers(2, 40))
def test_a_token_holds_its_own_leaf_only_at_any_size(h, w, seed, side):
    tree = grown((h, w), 3, 48, share=0.1, seed=seed)
    pixels, colours = coloured(tree)
    assert (of(pixels, tree, side).pixels == colours[:, None, None]).all()


@pytest.mark.parametrize("size", SIZES)
def test_a_leaf_of_the_token_s_size_is_copied_bit_for_bit(size):
    pixels, tree = scenes.noise(*size), grown(size, 8, 64)
    found = of(pixels, tree, 8)
    assert (tree.sides == 8).any() or size == (1, 1)
    for node, token in zip(nodes(tree), found.pixels, strict=True):
        if node[2] == 8:
            assert (token == reference.token(pixels, node, 8)).all()


LEAVES = [*range(1, 36), 40, 48, 56, 64, 96, 112, 128, 160, 256]
TOKENS = [*range(1, 18), 20, 24, 28, 32, 48, 64]


def one_leaf(leaf, seed=0):
    """A picture of 2 x 2 leaves of one size, and its tree."""
    size = 2 * leaf, 2 * leaf
    counts = count_edges(np.zeros(size, np.uint8), leaf if leaf < 256 else leaf // 4, leaf)
    return scenes.noise(*size, seed), by_threshold(counts, 0)


@pytest.mark.parametrize("leaf", LEAVES)
def test_tokens_of_every_size_are_the_exact_means_or_bicubic_rounded_once(leaf):
    pixels, tree = one_leaf(leaf)
    for side in TOKENS:
        found = of(pixels, tree, side).pixels
        rows = reference.resizing(leaf, side)
        for (y0, x0, y1, x1), token in zip(tree.boxes, found, strict=True):
            exact = np.einsum(
                "ij,jkc,lk->ilc", rows, pixels[y0:y1, x0:x1].astype(float), rows, optimize=True
            )
            assert abs(token - exact.clip(0, 255)).max() <= 0.5 + 1e-3


SPLIT = SplitSettings.knobs()
MOST = max(int(side) for side in SPLIT["max_leaf"].choices)
OFFERED = {int(side) << n for side in SPLIT["min_leaf"].choices for n in range(MOST.bit_length())}


@pytest.mark.parametrize("leaf", sorted(n for n in OFFERED - set(LEAVES) if n <= MOST))
def test_the_largest_leaves_that_the_knobs_offer_are_exact_means_too(leaf):
    pixels = scenes.noise(leaf, leaf)
    tree = by_threshold(count_edges(np.zeros((leaf, leaf), np.uint8), leaf // 32, leaf), 0)
    assert len(tree) == 1
    for side in TokenSettings.knobs()["token"].choices:
        rows = reference.resizing(leaf, int(side))
        exact = np.stack([rows @ pixels[..., c].astype(float) @ rows.T for c in range(3)], -1)
        assert abs(of(pixels, tree, int(side)).pixels[0] - exact).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("ratio", [2, 3, 4, 8, 12, 16, 32])
def test_tokens_are_neither_brighter_nor_darker_than_the_picture(ratio):
    pixels, tree = one_leaf(16 * ratio)
    found = of(pixels, tree, 16).pixels.astype(float)
    assert abs(found.mean() - pixels.mean()) <= 0.03


@pytest.mark.parametrize("levels", [1, 4, 5, 8])
@pytest.mark.parametrize("value", [1, 127, 255])
def test_sums_of_the_brightest_picture_do_not_overflow_at_any_level(levels, value):
    pixels, tree = one_leaf(2 ** (levels + 1))
    pixels[:] = value
    assert len(pyramid(pixels, tree.roots, 2).levels) == levels + 1
    assert (of(pixels, tree, 2).pixels == value).all()


@pytest.mark.parametrize(("smallest", "largest", "side"), [(8, 64, 4), (14, 112, 8), (12, 48, 5)])
@pytest.mark.parametrize("size", [(112, 144), (7, 401), (130, 75)])
def test_a_tree_of_many_leaves_has_their_means(size, smallest, largest, side):
    pixels, tree = scenes.noise(*size), grown(size, smallest, largest)
    assert len(np.unique(tree.sides)) > 1
    found = of(pixels, tree, side)
    for node, token in zip(nodes(tree), found.pixels.astype(float), strict=True):
        if node[2] >= side:
            assert abs(token - reference.token(pixels, node, side)).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("side", [9, 14, 16, 28, 32])
def test_a_smaller_leaf_is_enlarged_as_opencv_s_bicubic(side):
    pixels = scenes.noise(64, 96)
    tree = grown((64, 96), 8, 8)
    found = of(pixels, tree, side)
    for (y0, x0, y1, x1), token in zip(tree.boxes, found.pixels, strict=True):
        leaf = pixels[y0:y1, x0:x1].copy()  # a view would let the border see its surroundings
        expected = cv2.resize(leaf, (side, side), interpolation=cv2.INTER_CUBIC)
        assert abs(token.astype(int) - expected).max() <= 1


def test_a_fine_pattern_does_not_alias():
    pixels = scenes.flat(64, 64, (0, 0, 0))
    pixels[:, ::2] = 255
    found = of(pixels, grown((64, 64), 64, 64), 8)
    assert abs(found.pixels.astype(int) - 128).max() <= 1


@pytest.mark.parametrize("budget", [1, 7, 50, 300])
def test_in_budget_mode_tokens_are_padded_with_invalid_zeros(budget):
    pixels = scenes.noise(60, 80) | 1
    tree = grown((60, 80), 4, 32, budget=budget)
    found = of(pixels, tree, 8)
    count = max(budget, len(tree))
    assert len(found) == len(found.pixels) == count
    assert found.valid.tolist() == [True] * len(tree) + [False] * (count - len(tree))
    assert found.pixels[: len(tree)].any(axis=(1, 2, 3)).all()
    assert not found.pixels[len(tree) :].any()
    assert not found.boxes[len(tree) :].any()
    assert (found.boxes[: len(tree)] == tree.boxes).all()


def test_in_threshold_mode_there_is_one_valid_token_a_leaf():
    tree = grown((60, 80), 4, 32)
    found = of(scenes.noise(60, 80), tree, 8)
    assert found.valid.all()
    assert (found.boxes == tree.boxes).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", [4, 8, 14])
def test_painting_leaves_of_the_token_s_size_is_the_identity(size, side):
    pixels = scenes.noise(*size)
    tree = grown(size, side, side)
    assert (painted(of(pixels, tree, side), tree) == pixels).all()


@pytest.mark.parametrize("size", SIZES)
def test_painting_keeps_leaves_of_one_colour_exactly(size):
    tree = grown(size, 4, 64)
    pixels, _ = coloured(tree)
    assert (painted(of(pixels, tree, 8), tree) == pixels).all()


def test_painting_skips_the_padding_of_a_budget():
    pixels = scenes.noise(60, 80)
    tree = grown((60, 80), 4, 32, budget=500)
    plain = Quadtree(tree.boxes, tree.depth, tree.detail, tree.size, tree.roots)
    both = painted(of(pixels, tree, 8), tree), painted(of(pixels, plain, 8), plain)
    assert (both[0] == both[1]).all()


def test_finer_leaves_remember_more():
    pixels = scenes.noise(128, 128)
    worths = [
        psnr(pixels, painted(of(pixels, tree, 8), tree))
        for tree in (grown((128, 128), side, side) for side in (64, 32, 16, 8))
    ]
    assert worths == sorted(worths)
    assert worths[-1] == np.inf


@pytest.mark.parametrize("size", SIZES)
def test_a_budget_of_all_pixels_keeps_the_picture(size):
    pixels = scenes.noise(*size)
    assert (shrunk_and_back(pixels, size[0] * size[1]) == pixels).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("budget", [1, 50, 10**9])
def test_a_flat_picture_is_kept_by_any_budget(size, budget):
    pixels = scenes.flat(*size)
    assert (shrunk_and_back(pixels, budget) == pixels).all()


def test_a_larger_uniform_budget_remembers_more():
    pixels = scenes.noise(90, 130)
    worths = [psnr(pixels, shrunk_and_back(pixels, n)) for n in (1, 100, 1000, 6000, 90 * 130)]
    assert worths == sorted(worths)


def test_psnr_is_20_log10_of_255_over_the_rms():
    one = scenes.flat(4, 4, (100,) * 3)
    assert psnr(one, one + np.uint8(5)) == pytest.approx(20 * np.log10(255 / 5))


@pytest.mark.parametrize("size", [(1, 1), (33, 65), (64, 128)])
def test_a_pyramid_holds_sums_and_repeats_the_border(size):
    pixels = scenes.noise(*size)
    levels = pyramid(pixels, 32, 8).levels
    assert len(levels) == 3
    assert (levels[0][: size[0], : size[1]] == pixels).all()
    assert (levels[0][size[0] - 1 :, : size[1]] == pixels[-1]).all()
    assert (levels[0][: size[0], size[1] - 1 :] == pixels[:, -1:]).all()
    for n, sums in enumerate(levels[1:], 1):
        (h, w), side = sums.shape[:2], 2**n
        blocks = levels[0].reshape(h, side, w, side, 3)
        assert (sums == blocks.sum(axis=(1, 3), dtype=np.int64)).all()


def test_the_pixels_stay_as_they_were():
    pixels = scenes.noise(64, 64)
    before = pixels.copy()
    of(pixels, grown((64, 64), 8, 32), 8)
    assert (pixels == before).all()
