"""What chance and knowledge would find, against drawing and trying."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.figures.overlay import hits
from patchdrive.ops.borders import windows
from patchdrive.ops.odds import odds

BORDERS = ["slide", "reflect"]


@st.composite
def cases(draw):
    size = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    corners = [[draw(st.integers(0, n - 1)) for n in size] for _ in range(draw(st.integers(0, 5)))]
    boxes = [[y, x, y + draw(st.integers(1, 4)), x + draw(st.integers(1, 4))] for y, x in corners]
    boxes = np.array(boxes, np.int64).reshape(-1, 4)
    return boxes, size, draw(st.integers(1, 4)), draw(st.integers(1, 6))


def everywhere(size, side, border):
    """The window of every place of the picture."""
    places = np.stack(np.mgrid[: size[0], : size[1]], -1).reshape(-1, 2)
    return windows(places, side, size, border)


@pytest.mark.parametrize("border", BORDERS)
@given(case=cases(), k=st.integers(1, 2))
def test_chance_is_the_mean_over_all_ways_to_choose_places(border, case, k):
    boxes, size, side, _ = case
    all_windows = everywhere(size, side, border)
    each = np.array([hits(boxes, one[None]) for one in all_windows])
    mean = each.sum(1).mean() if k == 1 else (each[:, None] | each[None]).sum(-1).mean()
    assert odds(boxes, size, k, side, border).chance == pytest.approx(mean)


def test_chance_is_what_many_draws_find(rng):
    size, side, k = (216, 384), 40, 16
    at = rng.integers(0, size, (60, 2))
    boxes = np.concatenate([at, at + 1], axis=1)
    draws = [
        hits(boxes, windows(rng.integers(0, size, (k, 2)), side, size)).sum() for _ in range(3000)
    ]
    spread = np.std(draws) / np.sqrt(len(draws))
    assert abs(odds(boxes, size, k, side).chance - np.mean(draws)) < 4 * spread


@given(case=cases())
def test_the_best_is_found_by_taking_the_best_window_of_all_again_and_again(case):
    boxes, size, k, side = case
    boxes = boxes[((boxes[:, :2] + boxes[:, 2:]) < 2 * np.array(size)).all(1)]
    tried = everywhere(size, side, "reflect")
    for most_first in range(k):
        assert odds(boxes, size, most_first, side).best <= odds(boxes, size, k, side).best
    alone = max((hits(boxes, one[None]).sum() for one in tried), default=0)
    assert odds(boxes, size, 1, side).best == alone
    assert odds(boxes, size, k, side).best <= min(len(boxes), k * alone)
    assert odds(boxes, size, k, side).best >= min(len(boxes), k), "one each at least"


def test_each_patch_goes_where_most_are_left():
    at = [(10, 10), (11, 12), (13, 10), (50, 90), (52, 92), (90, 40)]
    boxes = np.array([[y, x, y + 1, x + 1] for y, x in at])
    assert [odds(boxes, (100, 120), k, 8).best for k in range(5)] == [0, 3, 5, 6, 6]


def test_without_objects_nothing_is_found():
    found = odds(np.empty((0, 4), np.int64), (20, 30), 16, 8)
    assert (found.count, found.chance, found.best) == (0, 0.0, 0)


def test_odds_are_told_in_words():
    boxes = np.array([[5, 5, 6, 6]])
    told = odds(boxes, (10, 10), 2, 10).told(2)
    assert told == "2 random patches: 1.0 on average; at best about 1"
