"""Two saliency maps against each other: laws of the difference, its colours, and its numbers."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.figures import picture
from patchdrive.figures.canvas import frame
from patchdrive.figures.colors import table
from patchdrive.figures.difference import agreement, difference, difference_layer
from patchdrive.ops import maps
from patchdrive.types import Saccades, SaliencyMap

SIZE = (120, 160)
shapes = array_shapes(min_dims=2, max_dims=2, max_side=12)
values = arrays(np.float32, shapes, elements=st.sampled_from([0, 0.125, 0.25, 0.5, 1]))
signed = st.lists(st.floats(-1, 1, width=32), min_size=1).map(lambda v: np.array([v], np.float32))


def judged(values, **words):
    return SaliencyMap(np.array(values, np.float32), SIZE, **words)


def landed(*yx):
    places = np.array(yx, np.int64).reshape(-1, 2)
    return Saccades(places, np.ones(len(places), np.float32), SIZE, len(places))


@given(values, values)
def test_the_difference_changes_its_sign_when_the_maps_change_places(a, b):
    a, b = judged(a), judged(b)
    found = difference(a, b)
    assert (found == -difference(b, a)).all()
    assert (np.abs(found) <= 1).all()
    assert found.shape == tuple(np.maximum(a.values.shape, b.values.shape))
    codes, opposite = difference_layer(a, b).codes, difference_layer(b, a).codes
    assert (codes.astype(int) - maps.MIDDLE == maps.MIDDLE - opposite.astype(int)).all()


@given(values, st.sampled_from(["linear", "log", "percentile"]))
def test_equal_maps_differ_nowhere_and_nothing_is_drawn(a, scale):
    from dataclasses import replace

    layer = replace(difference_layer(judged(a), judged(a)), scale=scale)
    assert (difference(judged(a), judged(a)) == 0).all()
    assert (layer.strengths(layer.values) == 0).all()
    sheet = np.full((*SIZE, 3), 90, np.uint8)
    assert (picture.draw(sheet, [layer], frame(SIZE, 160)) == 90).all()


def test_maps_of_different_pictures_are_refused():
    with pytest.raises(ValueError, match="picture"):
        difference(judged([[0, 1]]), SaliencyMap(np.zeros((1, 2), np.float32), (2, 4)))


@given(signed)
def test_signed_codes_keep_sign_order_and_size(found):
    codes = maps.code_signed(found).astype(int)
    assert (codes == 254 - maps.code_signed(-found).astype(int)).all()
    assert (np.diff(codes[0][np.argsort(found[0])]) >= 0).all()
    back = np.sign(codes - maps.MIDDLE) * (100 ** (np.abs(codes - maps.MIDDLE) / 127) - 1) / 99
    assert np.abs(back - found).max() < 0.02


@pytest.mark.parametrize("scale", ["linear", "log", "percentile"])
@given(found=signed)
def test_colours_grow_with_the_size_of_the_difference_on_both_sides(scale, found):
    codes = maps.code_signed(found)
    counts = np.bincount(codes.ravel(), minlength=256)
    steps = maps.steps_signed(scale, 0.0, 1.0, counts).astype(int)
    assert steps[maps.MIDDLE] == maps.MIDDLE
    assert (np.diff(steps[:255]) >= 0).all()
    assert (steps[:255] + steps[254::-1] == 2 * maps.MIDDLE).all()
    assert maps.strengths(np.array([0, maps.MIDDLE, 254])).tolist() == [255, 0, 255]


def test_purple_is_what_the_first_gives_more_and_orange_what_the_second_does():
    layer = difference_layer(judged([[1, 0]]), judged([[0, 1]]))
    low, high = table("puor")[0], table("puor")[254]
    assert low[0] > low[2], "orange"
    assert high[2] > high[0], "purple"
    assert (table(layer.colormap)[layer.values[0]] == [high, low]).all()
    sheet = picture.draw(np.full((*SIZE, 3), 90, np.uint8), [layer], frame(SIZE, 160)).astype(int)
    assert sheet[60, 5, 2] > sheet[60, 5, 0]
    assert sheet[60, 155, 0] > sheet[60, 155, 2]
    assert np.abs(sheet[60, 80] - 90).max() <= 2, "between them nothing"


def test_a_map_by_random_weights_is_marked():
    assert "untrained" in difference_layer(judged([[1, 0]]), judged([[0, 1]], trained=False)).note
    assert difference_layer(judged([[1, 0]]), judged([[0, 1]])).note == ""


@given(values, values)
def test_correlation_is_that_of_numpy(a, b):
    a, b = judged(a), judged(np.resize(b, a.shape))
    found = agreement((a, b), (landed(), landed()), 10).correlation
    x, y = a.values.ravel(), b.values.ravel()
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert found is None
    else:
        assert found == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-6)


@given(values)
def test_a_map_agrees_with_itself(a):
    places = landed((3, 4), (50, 60))
    found = agreement((judged(a), judged(a)), (places, places), 0)
    assert found.distance == 0
    assert found.shared == 1
    assert found.correlation is None or found.correlation == pytest.approx(1)


def test_landings_are_shared_within_the_radius_counted_from_both_sides():
    flat = judged([[0, 1]]), judged([[0, 1]])
    a, b = landed((10, 10), (50, 50)), landed((10, 20), (12, 18), (110, 150))
    assert agreement(flat, (a, b), 10).shared == 3 / 5
    assert agreement(flat, (b, a), 10).shared == 3 / 5
    assert agreement(flat, (a, b), 9).shared == 2 / 5
    assert agreement(flat, (a, landed()), 10).shared == 0
    assert agreement(flat, (landed(), landed()), 10).shared is None


def test_distance_is_the_mean_absolute_difference():
    found = agreement((judged([[1, 0, 0.5, 0]]), judged([[0, 0, 0, 0]])), (landed(), landed()), 0)
    assert found.distance == 0.375
