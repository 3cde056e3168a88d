"""Plotly pages: what they draw, and that they open offline."""

import base64
import dataclasses
import io
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image as Pillow

from patchdrive.figures import leaves, saccades, truth_layer
from patchdrive.figures.overlay import tree_layers
from patchdrive.figures.page import _draw
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from tests import scenes

SMALL = {"k": 5, "patch": 32, "radius": 40}


@pytest.fixture(scope="module")
def driven(street):
    return drive(street, fuse=False, **SMALL)


@pytest.fixture(scope="module")
def grown(street):
    return tree(street, max_leaf=64, min_leaf=8, token=8, max_detail=20)


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def outlines(trace):
    """Boxes of a line trace in which each box is five points and a NaN."""
    xs, ys = (np.reshape(np.asarray(line, float), (-1, 6)) for line in (trace.x, trace.y))
    assert np.isnan(xs[:, 5]).all()
    assert np.isnan(ys[:, 5]).all()
    assert (xs[:, 0] == xs[:, 4]).all()
    assert (ys[:, 0] == ys[:, 4]).all()
    corners = [ys[:, :5].min(1), xs[:, :5].min(1), ys[:, :5].max(1), xs[:, :5].max(1)]
    return np.stack(corners, -1).astype(int)


def decoded(image):
    head, _, data = image.source.partition(",")
    assert head.startswith("data:image/")
    return np.asarray(Pillow.open(io.BytesIO(base64.b64decode(data))))


def test_leaves_are_a_line_trace_a_level_that_reproduces_the_boxes(grown):
    figure = leaves(grown)
    levels = np.unique(grown.quadtree.depth)
    assert len(figure.data) == len(levels) > 1
    for trace, level in zip(figure.data, levels, strict=True):
        assert trace.mode == "lines"
        mine = grown.quadtree.boxes[grown.quadtree.depth == level]
        assert (outlines(trace) == mine).all()


def test_saccades_are_numbered_markers_in_visiting_order(driven):
    trace = named(saccades(driven), "saccades")
    assert trace.mode == "markers+text"
    assert np.stack([trace.y, trace.x], -1).tolist() == driven.saccades.yx.tolist()
    assert list(trace.text) == ["1", "2", "3", "4", "5"]


def test_windows_and_the_path_are_lines(driven):
    figure = saccades(driven)
    assert (outlines(named(figure, "windows")) == driven.patches.boxes).all()
    assert list(named(figure, "path").y) == driven.saccades.yx[:, 0].tolist()


def test_ground_truth_is_drawn_where_it_is_known(driven):
    truth = truth_layer([{"label": "blob", "box": [140, 300, 152, 312]}])
    assert (
        outlines(named(saccades(driven, {"truth_visible": True}, truth), "ground truth"))
        == truth.boxes
    ).all()


def test_the_picture_is_a_layout_image_over_its_own_pixels(driven, street):
    picture, raster = saccades(driven).layout.images
    for image in (picture, raster):
        assert (image.x, image.y, image.sizex, image.sizey) == (0, 0, 420, 300)
        assert image.layer == "below"
    difference = abs(decoded(picture).astype(int) - street)
    assert decoded(picture).shape == street.shape
    assert difference.mean() < 6, "a JPEG is not exact"
    assert decoded(raster).shape == (*driven.saliency.values.shape, 4)


def test_y_points_down_and_pixels_are_square(driven):
    figure = saccades(driven)
    assert figure.layout.yaxis.range == (300, 0)
    assert figure.layout.xaxis.range == (0, 420)
    assert figure.layout.yaxis.scaleanchor == "x"


def test_a_large_picture_is_shown_small_but_keeps_its_coordinates():
    figure = leaves(tree(scenes.texture(30, 3300), max_leaf=256))
    image = figure.layout.images[0]
    assert decoded(image).shape[1] == 1600
    assert (image.sizex, image.sizey) == (3300, 30)


def test_titles_say_what_was_done(driven, grown):
    title = saccades(driven).layout.title.text
    assert "5 of 5 places" in title
    assert f"{100 * driven.cost.share:.1f} % of the pixels read" in title
    assert "untrained" not in title
    title = leaves(grown).layout.title.text
    assert f"{len(grown.quadtree):,} leaves" in title
    assert f"{grown.uniform:,}" in title


@pytest.mark.parametrize(
    ("knobs", "words"),
    [({"fuse": True}, "fusion by an untrained network"),
     ({"fuse": False, "saliency": "network"}, "saliency by an untrained network")],
)  # fmt: skip
def test_what_an_untrained_network_made_says_so_in_the_page(street, knobs, words):
    names = {"global_backbone": "test_resnet", "highres_backbone": "test_resnet"}
    result = drive(street, **SMALL, **names, **knobs, weights="untrained", device="cpu")
    figure = saccades(result)
    assert words in figure.layout.title.text
    html = figure.to_html(include_plotlyjs=False)
    assert "untrained network" in html


def test_a_page_needs_nothing_from_outside(grown):
    html = leaves(grown).to_html()
    assert not re.search(r"<(script|img|iframe)[^>]*\ssrc\s*=", html)
    assert not re.search(r"<link[^>]*\shref\s*=", html)
    own = leaves(grown).to_html(include_plotlyjs=False)
    addresses = set(re.findall(r"https?://[^\s\"'<>\\]+", own))
    assert all(address.startswith("https://plot.ly") for address in addresses)


def test_a_drive_that_found_nothing_is_a_page_too():
    figure = saccades(drive(scenes.flat(60, 80), fuse=False))
    assert isinstance(figure, go.Figure)
    assert "0 of 16 (map exhausted) places" in figure.layout.title.text


def test_a_mask_at_native_resolution_is_not_put_into_a_page(grown):
    with pytest.raises(ValueError, match="not by Plotly"):
        _draw(go.Figure(), tree_layers(grown, {"edges_visible": True}), (300, 420))


def test_a_name_is_shown_with_the_page(driven):
    other = dataclasses.replace(driven)
    assert other.image.name in saccades(other).layout.title.text
