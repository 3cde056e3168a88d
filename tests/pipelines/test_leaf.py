"""A leaf looked at closely: its place in the tree, and what its token keeps, by the plain way."""

import numpy as np
import pytest

from patchdrive.images import MemoryImage
from patchdrive.ops import tokens as token_ops
from patchdrive.pipelines.knobs import TreeSettings
from patchdrive.pipelines.leaf import inspect_leaf
from patchdrive.pipelines.tree import grow, rebuild
from patchdrive.settings import SplitSettings
from patchdrive.ui.leaf import details
from tests import reference, scenes


@pytest.fixture(scope="module", params=["threshold", "budget"])
def grown(request, street):
    """A tree whose leaves have several sizes, some cut by the border."""
    by = {"max_detail": 12} if request.param == "threshold" else {"budget": 300}
    settings = TreeSettings.of(
        {"split": request.param, **by, "min_leaf": 8, "max_leaf": 64, "token": 16}
    )
    return grow(MemoryImage(street.copy()), settings), settings


def some(tree):
    """Indices of leaves: two of each level, and those at the lower right."""
    levels = [np.flatnonzero(tree.depth == depth)[[0, -1]] for depth in np.unique(tree.depth)]
    return {*np.concatenate(levels).tolist(), len(tree) - 1}


def test_a_leaf_and_its_parent_hold_the_edges_that_are_counted(grown):
    result, settings = grown
    tree, edges = result.quadtree, result.edges > 0
    assert len(np.unique(tree.depth)) > 2
    for index in some(tree):
        found = inspect_leaf(result, settings, index)
        y0, x0, y1, x1 = found.box
        assert list(found.box) == tree.boxes[index].tolist()
        assert found.detail == edges[y0:y1, x0:x1].sum()
        assert found.side == 64 >> found.level
        assert found.smallest == (found.side == 8)
        if found.level == 0:
            assert found.parent is found.cut is None
            continue
        wide = 2 * found.side
        top, left = y0 // wide * wide, x0 // wide * wide
        assert found.parent == edges[top : top + wide, left : left + wide].sum()


def test_cuts_come_in_the_order_of_a_best_first_search(grown):
    result, settings = grown
    order = reference.cuts(result.edges, 8, 64)
    places = {node: place for place, node in enumerate(order, 1)}
    for index in some(result.quadtree):
        found = inspect_leaf(result, settings, index)
        y, x = found.box[:2]
        wide = 2 * found.side
        parent = y // wide * wide, x // wide * wide, wide, found.level - 1
        assert found.cut == places.get(parent)
        assert found.next == places.get((y, x, found.side, found.level))
        if settings.split.split == "budget":
            assert found.cut is None or found.cut <= found.cuts
            assert found.next is None or found.next > found.cuts


def test_the_number_of_cuts_is_what_the_leaves_add_up_to(grown):
    result, settings = grown
    tree = result.quadtree
    able = reference.cuts(result.edges, 8, 64)
    held = {
        (*box[:2].tolist(), int(side)) for box, side in zip(tree.boxes, tree.sides, strict=True)
    }
    inside = [
        (y, x, side) for y, x, side, _ in able if any(
            y <= ly < y + side and x <= lx < x + side and ls < side for ly, lx, ls in held
        )
    ]  # fmt: skip
    assert inspect_leaf(result, settings, 0).cuts == len(inside)


def test_the_error_is_that_of_the_rebuilt_picture_in_the_leaf(grown):
    result, settings = grown
    back, pixels = rebuild(result), result.image.pixels
    for index in some(result.quadtree):
        found = inspect_leaf(result, settings, index)
        y0, x0, y1, x1 = found.box
        one, other = (whole[y0:y1, x0:x1] for whole in (pixels, back))
        assert found.rms == pytest.approx(np.sqrt(np.mean((one.astype(float) - other) ** 2)))
        assert found.psnr == pytest.approx(token_ops.psnr(one, other))
        assert (found.token == result.tokens.pixels[index]).all()


def test_a_flat_leaf_loses_nothing_and_a_leaf_that_is_none_is_refused():
    result = grow(MemoryImage(scenes.flat(64, 64)), settings := TreeSettings.of({"max_leaf": 64}))
    found = inspect_leaf(result, settings, 0)
    assert (found.rms, found.psnr, found.next, found.cuts) == (0, float("inf"), None, 0)
    rows = dict(details(found, 0, 1, SplitSettings()))
    assert rows["It keeps"] == "nothing lost"
    with pytest.raises(IndexError, match="there are 1 leaves, not 2"):
        inspect_leaf(result, settings, 1)


def test_rows_say_why_a_leaf_was_cut_out_and_not_cut_further(grown):
    result, settings = grown
    seen = set()
    for index in some(result.quadtree):
        found = inspect_leaf(result, settings, index)
        rows = dict(details(found, index, len(result.quadtree), settings.split))
        seen.add(rows["Not cut, for"])
        if found.parent is None:
            assert "one of the largest" in rows["Parent"]
        elif settings.split.split == "threshold":
            assert rows["Parent"] == f"{found.parent:,} edge px, more than 12: cut"
            assert found.parent > 12
        else:
            assert f"cut as number {found.cut:,} of {found.cuts:,}" in rows["Parent"]
    assert len(seen) > 1
