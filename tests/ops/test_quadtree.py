"""The quadtree agrees with the list-and-max() way, leaf for leaf and in order."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patchdrive.ops.quadtree import (
    by_budget,
    by_threshold,
    count_edges,
    leaves_by_threshold,
    morton,
    place_of_cut,
)
from tests import reference, scenes


@st.composite
def forests(draw):
    """An edge map (few edges, many or all), and the smallest and the largest side."""
    h, w = draw(st.tuples(st.integers(1, 40), st.integers(1, 40)) | st.just((3, 70)))
    share = draw(st.sampled_from([0, 0.02, 0.3, 1]))
    edges = scenes.edges(h, w, share, draw(st.integers(0, 99)))
    if draw(st.booleans()):  # one busy corner, so that depths differ
        edges[h // 2 :, : w // 2] = 0
    smallest = draw(st.integers(1, 6))
    largest = draw(st.integers(smallest, 64))
    return edges, smallest, largest


def nodes(tree):
    """Leaves as the reference lists them."""
    rows = zip(tree.boxes[:, :2].tolist(), tree.sides.tolist(), tree.depth.tolist(), strict=True)
    return [(y, x, side, depth) for (y, x), side, depth in rows]


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 20), st.integers(0, 3),
       st.sampled_from([0.1, 0.9, 1]))  # fmt: skip
def test_every_count_of_every_level_is_the_brute_sum(h, w, smallest, doublings, share):
    edges = scenes.edges(h, w, share)
    before = edges.copy()
    counts = count_edges(edges, smallest, smallest << doublings)
    assert len(counts.levels) == doublings + 1
    for depth, level in enumerate(counts.levels):
        side = counts.side(depth)
        for y, x in np.ndindex(level.shape):
            box = edges[y * side : (y + 1) * side, x * side : (x + 1) * side]
            assert level[y, x] == np.count_nonzero(box)
    assert (edges == before).all()


@pytest.mark.parametrize("smallest", range(1, 21))
def test_levels_reach_past_the_picture_and_hold_every_edge(smallest):
    edges = scenes.edges(101, 67, 0.4, smallest)
    counts = count_edges(edges, smallest, 8 * smallest)
    for depth, level in enumerate(counts.levels):
        assert (np.array(level.shape) * counts.side(depth) >= edges.shape).all()
        assert level.sum() == np.count_nonzero(edges)
    for above, below in zip(counts.levels, counts.levels[1:], strict=False):
        assert below.shape == (2 * above.shape[0], 2 * above.shape[1])


@pytest.mark.parametrize("smallest", [1, 2, 15, 16, 17, 64, 128, 254, 255])
def test_counts_do_not_wrap_when_every_pixel_is_an_edge(smallest):
    edges = np.full((2 * smallest, 2 * smallest), 255, np.uint8)
    counts = count_edges(edges, smallest, 2 * smallest)
    assert counts.levels[1].tolist() == [[smallest**2] * 2] * 2
    assert counts.levels[0].tolist() == [[4 * smallest**2]]


def test_counts_of_the_largest_roots_fit():
    counts = count_edges(np.full((1030, 1030), 255, np.uint8), 2, 4096)
    assert counts.root == 4096
    assert counts.levels[0].tolist() == [[1030 * 1030]]


@pytest.mark.parametrize(
    ("smallest", "largest", "root"),
    [(16, 256, 256), (16, 255, 128), (14, 256, 224), (1, 1, 1), (5, 9, 5), (3, 12, 12)],
)
def test_the_root_is_the_largest_doubling_of_the_smallest_leaf(smallest, largest, root):
    assert count_edges(np.zeros((9, 9), np.uint8), smallest, largest).root == root


@pytest.mark.parametrize(("smallest", "largest"), [(0, 8), (9, 8), (256, 512), (-1, 4)])
def test_impossible_sides_are_rejected(smallest, largest):
    with pytest.raises(ValueError, match=f"must be 1 to {min(largest, 255)} px, not {smallest}"):
        count_edges(np.zeros((9, 9), np.uint8), smallest, largest)


@given(forests(), st.integers(0, 40))
def test_cutting_by_threshold_agrees_with_the_recursion(forest, threshold):
    edges, smallest, largest = forest
    tree = by_threshold(count_edges(edges, smallest, largest), threshold)
    assert nodes(tree) == reference.quadtree(edges, smallest, largest, threshold=threshold)


@given(forests(), st.integers(1, 160))
def test_cutting_by_budget_agrees_with_the_best_first_search(forest, budget):
    edges, smallest, largest = forest
    tree = by_budget(count_edges(edges, smallest, largest), budget)
    assert nodes(tree) == reference.quadtree(edges, smallest, largest, budget=budget)
    assert tree.asked == budget


@pytest.mark.parametrize(("h", "w"), [(16, 16), (13, 21), (1, 40), (24, 9)])
@pytest.mark.parametrize("share", [0.05, 0.5, 1])
def test_every_budget_agrees_with_the_best_first_search(h, w, share):
    edges = scenes.edges(h, w, share)
    counts = count_edges(edges, 2, 16)
    for budget in range(1, h * w // 4 + 12):
        assert nodes(by_budget(counts, budget)) == reference.quadtree(edges, 2, 16, budget=budget)


@st.composite
def trees(draw):
    """Any tree and the edges that it was grown on."""
    edges, smallest, largest = draw(forests())
    counts = count_edges(edges, smallest, largest)
    if draw(st.booleans()):
        return edges, by_threshold(counts, draw(st.integers(0, 30)))
    return edges, by_budget(counts, draw(st.integers(1, 200)))


@given(trees())
def test_leaves_tile_the_picture_exactly(case):
    edges, tree = case
    times = np.zeros(edges.shape, int)
    for y0, x0, y1, x1 in tree.boxes:
        assert y0 < y1 <= edges.shape[0]
        assert x0 < x1 <= edges.shape[1]
        times[y0:y1, x0:x1] += 1
    assert (times == 1).all()


@given(trees())
def test_leaves_are_squares_cut_off_only_at_the_border(case):
    edges, tree = case
    corners = tree.boxes[:, :2]
    assert (corners % tree.sides[:, None] == 0).all()
    full = np.minimum(corners + tree.sides[:, None], edges.shape)
    assert (tree.boxes[:, 2:] == full).all()


@given(trees())
def test_detail_of_each_leaf_is_its_edge_pixels_and_all_sum_to_the_picture_s(case):
    edges, tree = case
    for (y0, x0, y1, x1), detail in zip(tree.boxes, tree.detail, strict=True):
        assert detail == np.count_nonzero(edges[y0:y1, x0:x1])
    assert tree.detail.sum() == np.count_nonzero(edges)


@given(trees())
def test_leaves_come_in_morton_order(case):
    _, tree = case
    keys = [reference.morton(y, x) for y, x in tree.boxes[:, :2].tolist()]
    if tree.roots & (tree.roots - 1) == 0:
        assert keys == sorted(keys)
    least = tree.roots >> max(tree.depth.tolist())
    keys = [reference.morton(y // least, x // least) for y, x in tree.boxes[:, :2].tolist()]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@given(forests(), st.integers(1, 300))
def test_a_leaf_is_never_smaller_than_the_smallest(forest, budget):
    edges, smallest, largest = forest
    counts = count_edges(edges, smallest, largest)
    for tree in (by_budget(counts, budget), by_threshold(counts, 0)):
        assert (tree.sides >= smallest).all()
        assert (tree.sides <= largest).all()


def test_when_the_busiest_leaf_is_the_smallest_cutting_goes_on_elsewhere():
    edges = np.zeros((64, 64), np.uint8)
    edges[:16, :16] = 255  # by far the most detail, soon at the smallest side
    edges[40, 40] = edges[60, 3] = 255
    tree = by_budget(count_edges(edges, 8, 64), 4096)
    deepest = tree.boxes[tree.sides == 8, :2].tolist()
    assert [40, 40] in deepest
    assert [56, 0] in deepest
    assert [0, 0] in deepest


@given(forests(), st.integers(1, 300))
def test_a_budget_is_kept_unless_the_roots_alone_exceed_it(forest, budget):
    edges, smallest, largest = forest
    counts = count_edges(edges, smallest, largest)
    roots = len(reference._roots(edges, smallest, largest))
    tree = by_budget(counts, budget)
    most = len(by_threshold(counts, 0))
    assert roots <= len(tree) <= max(roots, budget)
    if roots <= budget:
        assert len(tree) >= min(most, budget - 2)


@pytest.mark.parametrize("budget", [1, 5, 11])
def test_a_budget_below_the_number_of_roots_gives_the_roots(budget):
    edges = scenes.edges(40, 50, 0.5)
    tree = by_budget(count_edges(edges, 4, 16), budget)
    assert len(tree) == 12
    assert not tree.depth.any()
    assert tree.asked == budget


def test_a_budget_of_no_leaf_is_rejected():
    with pytest.raises(ValueError, match="at least 1 leaf, not 0"):
        by_budget(count_edges(np.zeros((9, 9), np.uint8), 2, 8), 0)


@pytest.mark.parametrize("size", [(1, 1), (7, 4001), (4001, 7), (64, 64), (270, 480)])
@pytest.mark.parametrize("cut", [lambda c: by_threshold(c, 0), lambda c: by_budget(c, 65536)])
def test_a_flat_picture_is_its_roots(size, cut):
    tree = cut(count_edges(np.zeros(size, np.uint8), 16, 256))
    assert len(tree) == -(-size[0] // 256) * -(-size[1] // 256)
    assert not tree.detail.any()


@pytest.mark.parametrize("size", [(7, 401), (401, 7), (1, 1), (120, 214)])
def test_odd_pictures_agree_with_the_slow_truth(size):
    edges = scenes.edges(*size, 0.1)
    counts = count_edges(edges, 4, 64)
    for number in (1, 9, 70):
        expected = reference.quadtree(edges, 4, 64, threshold=number)
        assert nodes(by_threshold(counts, number)) == expected
        expected = reference.quadtree(edges, 4, 64, budget=number)
        assert nodes(by_budget(counts, number)) == expected


@given(forests())
def test_leaves_by_threshold_is_exact_for_every_threshold(forest):
    edges, smallest, largest = forest
    counts = count_edges(edges, smallest, largest)
    listed = leaves_by_threshold(counts)
    assert listed.tolist() == [len(by_threshold(counts, v)) for v in range(len(listed))]
    assert listed[-1] == len(by_threshold(counts, 10**6)), "the list ends where nothing is cut"


@given(forests())
def test_a_higher_threshold_never_gives_more_leaves(forest):
    assert (np.diff(leaves_by_threshold(count_edges(*forest))) <= 0).all()


def z_order(edges, y, x, side, smallest, threshold):
    """The textbook recursion on one square power-of-two picture: NW, NE, SW, SE."""
    if side <= smallest or np.count_nonzero(edges[y : y + side, x : x + side]) <= threshold:
        return [[y, x, y + side, x + side]]
    half, leaves = side // 2, []
    for dy, dx in ((0, 0), (0, half), (half, 0), (half, half)):
        leaves += z_order(edges, y + dy, x + dx, half, smallest, threshold)
    return leaves


@given(st.integers(0, 99), st.sampled_from([0.01, 0.1, 0.7]), st.integers(0, 60))
def test_a_square_power_of_two_picture_is_the_textbook_s_quadtree(seed, share, threshold):
    edges = scenes.edges(64, 64, share, seed)
    tree = by_threshold(count_edges(edges, 4, 64), threshold)
    assert tree.boxes.tolist() == z_order(edges, 0, 0, 64, 4, threshold)


numbers = st.integers(0, 2**31 - 1)


@given(st.lists(st.tuples(numbers, numbers), max_size=9))
@example([(2**31 - 1, 2**31 - 1), (2**31 - 1, 0), (0, 2**31 - 1)])
def test_morton_interleaves_the_bits(places):
    both = np.array(places, np.int64).reshape(-1, 2)
    assert morton(both[:, 0], both[:, 1]).tolist() == [reference.morton(y, x) for y, x in places]


def test_counts_are_read_only_and_say_what_they_hold():
    counts = count_edges(np.zeros((64, 64), np.uint8), 8, 32)
    assert counts.nbytes == sum(level.nbytes for level in counts.levels)
    with pytest.raises(ValueError, match="read-only"):
        counts.levels[0][0, 0] = 1


@given(forests())
def test_the_place_of_a_cut_is_that_of_a_best_first_search(drawn):
    edges, smallest, largest = drawn
    counts = count_edges(edges, smallest, largest)
    order = reference.cuts(edges, smallest, largest)
    for place, (y, x, side, depth) in enumerate(order, 1):
        assert counts.side(depth) == side
        assert place_of_cut(counts, depth, y // side, x // side) == place
