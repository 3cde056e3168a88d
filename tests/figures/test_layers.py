"""Results to layers: shapes, order, and what was hit."""

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.figures import DRIVE_LOOKS, drive_layers, tree_layers, truth_layer
from patchdrive.figures.layers import Gate, Landings, Leaves, Mask, Raster
from patchdrive.figures.overlay import classes_layer, drive_looks, found, hits
from patchdrive.ops import maps
from patchdrive.ops.maps import code
from patchdrive.ops.odds import odds
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.saliency import METHODS
from tests import scenes

OBJECTS = [{"label": "blob", "box": [140, 300, 152, 312]}, {"label": "no", "box": [0, 0, 2, 2]}]


@pytest.fixture(scope="module")
def driven(street):
    return drive(street, fuse=False, k=5, patch=32, radius=40)


@pytest.fixture(scope="module")
def grown(street):
    return tree(street, max_leaf=64, min_leaf=8, token=8, max_detail=20)


def test_a_drive_is_a_map_below_and_landings_above(driven):
    raster, gate, landings = drive_layers(driven)
    assert isinstance(raster, Raster)
    assert isinstance(gate, Gate)
    assert isinstance(landings, Landings)
    assert raster.values.shape == driven.saliency.values.shape
    assert raster.values.dtype == np.uint8
    assert (raster.values.min(), raster.values.max()) == (0, 255)
    assert raster.size == (300, 420)
    assert (landings.yx == driven.saccades.yx).all()
    assert (landings.boxes == driven.patches.boxes).all()
    assert (landings.scores == driven.saccades.scores).all()


def test_a_look_changes_only_how_a_map_is_drawn(driven):
    plain = drive_layers(driven, {"saliency_scale": "linear"})[0]
    looks = {"saliency_opacity": 0.2, "saliency_colormap": "turbo", "saliency_scale": "log"}
    other = drive_layers(driven, looks)[0]
    assert (other.opacity, other.colormap) == (0.2, "turbo")
    assert (other.codes == plain.codes).all()
    assert (other.values >= plain.values).all()
    assert (other.values > plain.values).any()
    assert other.legend != plain.legend


@pytest.mark.parametrize("name", [name for name in DRIVE_LOOKS if name.endswith("_visible")])
def test_every_layer_of_a_drive_can_be_hidden_and_shown(driven, name):
    for visible in (False, True):
        labels = np.zeros(driven.image.size, np.uint8)
        known = truth_layer(OBJECTS), classes_layer(labels, {0: "land"})
        layers = drive_layers(driven, {name: visible}, *known)
        found = {f"{layer.name}_visible": layer.visible for layer in layers}
        assert found[name] is visible


def test_what_is_known_to_be_there_lies_between_and_says_what_was_hit(driven):
    truth = truth_layer(OBJECTS)
    layers = {layer.name: layer for layer in drive_layers(driven, truth=truth)}
    assert list(layers) == ["saliency", "gate", "truth", "saccades"]
    drawn = layers["truth"]
    assert drawn.labels == ("blob", "no")
    assert drawn.hit.tolist() == hits(truth.boxes, driven.patches.boxes).tolist()
    assert truth.hit is None, "the truth itself stays as it was"
    k = len(driven.patches)
    expected = odds(truth.boxes, driven.image.size, k, int(driven.settings["patch"]))
    assert drawn.odds == expected.told(k)


def test_a_tree_is_edges_below_and_leaves_above(grown):
    mask, leaves = tree_layers(grown)
    assert isinstance(mask, Mask)
    assert isinstance(leaves, Leaves)
    assert (mask.values == grown.edges).all()
    assert (leaves.boxes == grown.quadtree.boxes).all()
    assert len(leaves.depth) == len(leaves.detail) == len(leaves.boxes)
    assert [layer.name for layer in tree_layers(grown, edges=False)] == ["leaves"]


def test_layers_cannot_be_changed(driven, grown):
    layers = [*drive_layers(driven, truth=truth_layer(OBJECTS)), *tree_layers(grown)]
    for layer in layers:
        arrays = [getattr(layer, item.name) for item in dataclasses.fields(layer)]
        arrays = [array for array in arrays if isinstance(array, np.ndarray)]
        assert arrays
        assert not any(array.flags.writeable for array in arrays)


def test_no_objects_are_a_truth_without_boxes(driven):
    assert truth_layer([]).boxes.shape == (0, 4)
    assert drive_layers(driven, truth=truth_layer([]))[2].hit.shape == (0,)


def test_a_drive_that_found_nothing_has_layers_too():
    layers = drive_layers(drive(scenes.flat(60, 80), fuse=False))
    assert not layers[0].values.any()
    assert layers[-1].yx.shape == (0, 2)


places = st.tuples(*[st.integers(0, 20)] * 2, *[st.integers(1, 12)] * 2)
rectangles = st.lists(places, max_size=6).map(
    lambda drawn: np.array([[y, x, y + h, x + w] for y, x, h, w in drawn], np.int64).reshape(-1, 4)
)


@given(rectangles, rectangles)
def test_a_box_is_hit_where_its_centre_lies_in_a_window(boxes, windows):
    expected = [
        any(
            y0 <= (a + c) / 2 < y1 and x0 <= (b + d) / 2 < x1 for y0, x0, y1, x1 in windows.tolist()
        )
        for a, b, c, d in boxes.tolist()
    ]
    assert hits(boxes, windows).tolist() == expected


def test_a_truth_knows_what_some_windows_found():
    truth = found(truth_layer(OBJECTS), np.array([[130, 290, 160, 320]]))
    assert truth.hit.tolist() == [True, False]


def test_a_map_by_an_untrained_network_is_marked_in_its_layer(driven):
    untrained = replace(driven, saliency=replace(driven.saliency, trained=False))
    marked, silent = drive_layers(untrained)[0], drive_layers(driven)[0]
    assert "untrained network" in marked.note
    assert "untrained network" in marked.legend[-1], "the viewer shows the legend"
    assert silent.note == ""
    assert "untrained" not in silent.legend[-1]


codes = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=6))


@given(codes, st.sampled_from(["linear", "log", "percentile"]))
def test_a_map_s_colours_follow_its_codes(drawn, scale):
    raster = Raster("saliency", drawn, (60, 60), scale=scale)
    assert (raster.values.dtype, raster.values.shape) == (np.uint8, drawn.shape)
    order = np.argsort(drawn, axis=None)
    assert (np.diff(raster.values.ravel()[order].astype(int)) >= 0).all()
    if scale == "log":
        assert (raster.values == drawn).all()


def test_a_percentile_is_the_rank_among_the_map_s_own_cells():
    drawn = np.array([[0, 10, 20, 30, 255]], np.uint8)
    raster = Raster("saliency", drawn, (1, 5), scale="percentile")
    assert raster.ranked
    assert raster.values.tolist() == [[0, 64, 128, 191, 255]]
    flat = Raster("saliency", np.full((3, 3), 77, np.uint8), (3, 3), scale="percentile")
    assert not flat.values.any()


def test_low_and_high_cut_a_map_off():
    drawn = code(np.array([[0.0, 0.2, 0.5, 0.8, 1.0]]))
    raster = Raster("saliency", drawn, (1, 5), scale="linear", low=0.2, high=0.8)
    assert raster.values[0, [0, 4]].tolist() == [0, 255]
    assert abs(raster.values[0, 2].astype(int) - 128) <= 3


def test_a_full_scale_is_in_the_method_s_own_unit():
    drawn = code(np.array([[0.0, 0.5, 1.0]]))
    raster = Raster("saliency", drawn, (1, 3), scale="linear", full=40.0, span=(0.0, 20.0))
    assert abs(raster.values[0].astype(int) - [0, 64, 128]).max() <= 2


@pytest.mark.parametrize(
    ("look", "words"),
    [
        ({}, ("0", "0.091", "1 (logarithmic)")),
        ({"scale": "linear", "low": 0.25, "high": 0.5}, ("0.25", "0.38", "0.5 (linear)")),
        ({"scale": "percentile", "low": 0.25}, ("0 %", "50 %", "100 % (percentile)")),
        ({"scale": "linear", "full": 40.0, "high": 0.5}, ("0", "10", "20 (linear)")),
        ({"note": "by hand"}, ("0", "0.091", "1 (logarithmic, by hand)")),
        ({"diverging": True, "high": 0.5, "scale": "linear"}, ("-0.5", "0", "0.5 (linear)")),
        ({"diverging": True, "scale": "percentile"}, ("-100 %", "0 %", "100 % (percentile)")),
    ],
)
def test_the_legend_says_what_ends_and_middle_of_the_colours_stand_for(look, words):
    assert Raster("saliency", np.zeros((2, 2), np.uint8), (4, 4), **look).legend == words


@pytest.mark.parametrize("method", [method for method in METHODS if not method.network])
def test_a_map_opens_on_its_method_s_scale_unless_a_look_says_otherwise(street, method):
    found = drive(street, fuse=False, k=2, saliency=method.name)
    assert drive_layers(found)[0].scale == found.saliency.scale == method.scale
    assert drive_layers(found, {"saliency_scale": "linear"})[0].scale == "linear"
    assert drive_looks(method.scale)["saliency_scale"].default == method.scale


def test_only_maps_that_are_sparse_are_logarithmic():
    scales = {method.name: method.scale for method in METHODS}
    assert {name for name, scale in scales.items() if scale == "log"} == {"contrast", "residual"}
    assert set(scales.values()) <= set(maps.SCALES)


def test_a_map_lets_the_picture_through_where_it_is_low_and_alone_nowhere():
    ramp = np.arange(256, dtype=np.uint8)[None]
    shown = Raster("saliency", ramp, (1, 256), opacity=0.8)
    covers = shown.strengths(shown.values)[0]
    assert not covers[:100].any()
    assert (np.diff(covers) >= 0).all()
    assert covers[-1] == 0.8
    alone = replace(shown, alone=True)
    assert (alone.strengths(alone.values) == 1).all()


def test_the_gate_is_open_where_the_picker_may_land(street):
    result = drive(
        street,
        fuse=False,
        k=3,
        radius=40,
        threshold=0.1,
        ban="100.200",
        inside="0.0,0.300,300.300,300.0",
    )  # fmt: skip
    gate = next(layer for layer in drive_layers(result) if layer.name == "gate")
    grid = result.saliency.grid
    for y, x in np.ndindex(*gate.open.shape):
        py, px = grid.to_pixels(np.array([y, x])).tolist()
        near = max(abs(py - 100), abs(px - 200)) <= 40
        free = result.saliency.values[y, x] > np.float32(0.1) and px < 300 and not near
        assert (gate.open[y, x] == 255) == free
    assert 0 < (gate.open == 255).mean() < 1
