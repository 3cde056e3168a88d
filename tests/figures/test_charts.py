"""Charts hold the numbers that they were given."""

import numpy as np
import pytest

from patchdrive.figures import charts, colors
from patchdrive.figures.canvas import leaf_colors
from patchdrive.figures.layers import Leaves
from patchdrive.types import Fusion, Quadtree, Saccades, SaliencyMap


def test_times_are_a_bar_a_stage_in_order_from_the_top():
    bar = charts.times({"glance": 1.5, "fusion": 20.25}).data[0]
    assert list(bar.y) == ["fusion", "glance"]
    assert list(bar.x) == [20.25, 1.5]


def test_scores_count_every_cell_and_mark_the_picked_ones():
    values = np.linspace(0, 1, 200, dtype=np.float32).reshape(10, 20)
    picked = Saccades(np.array([[9, 19], [0, 0]]), np.array([1.0, 0.25]), (10, 20), 2)
    figure = charts.scores(SaliencyMap(values, (10, 20)), picked)
    assert sum(figure.data[0].y) == 200
    marks = np.reshape(figure.data[1].x, (2, 3))
    assert marks[:, :2].tolist() == [[1.0, 1.0], [0.25, 0.25]]
    assert np.isnan(marks[:, 2]).all()


@pytest.mark.parametrize("trained", [False, True])
def test_weights_are_a_row_a_head_and_an_untrained_network_is_named(trained):
    weights = np.array([[0.25, 0.75, 0], [0.5, 0.5, 0]], np.float32)
    figure = charts.weights(Fusion(np.ones(2), weights, np.ones(2), "source", trained))
    assert np.array_equal(figure.data[0].z, weights)
    assert list(figure.data[0].x) == ["1", "2", "3"]
    assert ("untrained network" in figure.layout.title.text) is not trained


def test_levels_count_the_leaves_of_each_size():
    depth = np.array([0, 2, 2, 2])
    tree = Quadtree(np.zeros((4, 4), int), depth, np.zeros(4, int), (64, 64), 64)
    bar = charts.levels(tree).data[0]
    assert (list(bar.x), list(bar.y)) == (["16 px", "64 px"], [3, 1])


def test_levels_have_the_colours_of_their_leaves():
    depth = np.array([1, 3, 2, 3])
    tree = Quadtree(np.zeros((4, 4), int), depth, np.zeros(4, int), (64, 64), 64)
    leaves = Leaves("leaves", tree.boxes, depth, tree.detail, colormap="plasma")
    drawn = {int(d): colors.css(tint) for d, tint in zip(depth, leaf_colors(leaves), strict=True)}
    shown = charts.levels(tree, "plasma").data[0].marker.color
    assert list(shown) == [drawn[3], drawn[2], drawn[1]]


def test_a_curve_marks_the_threshold_in_force():
    line, mark = charts.curve(np.array([9, 5, 1]), 1, 5).data
    assert list(line.y) == [9, 5, 1]
    assert (list(mark.x), list(mark.y)) == ([1], [5])
