"""GeoJSON: what RFC 7946 asks for, and the numbers of the result."""

import json

import numpy as np
import pytest

from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.geojson import to_geojson
from patchdrive.pipelines.knobs import drive_knobs
from patchdrive.pipelines.tree import tree
from patchdrive.settings import acting
from tests import scenes


@pytest.fixture(scope="module")
def fused(street, tiny):
    return drive(street, **tiny)


@pytest.fixture(scope="module")
def grown(street):
    return tree(street, max_leaf=64, min_leaf=8, token=8, max_detail=20)


def features(result, kind):
    held = json.loads(to_geojson(result))
    assert held["type"] == "FeatureCollection"
    found = held["features"]
    return [one for one in found if one["properties"]["classification"]["name"] == kind]


def box_of(feature):
    (ring,) = feature["geometry"]["coordinates"]
    assert len(ring) == 5
    assert ring[0] == ring[-1], "a ring is closed"
    x, y = np.array(ring[:-1]).T
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    assert area == (x.max() - x.min()) * (y.max() - y.min()) > 0
    return [y.min(), x.min(), y.max(), x.max()]


@pytest.mark.parametrize("which", ["fused", "grown"])
def test_the_collection_says_what_its_numbers_mean(which, request):
    result = request.getfixturevalue(which)
    held = json.loads(to_geojson(result))
    assert "pixels" in held["axes"]
    assert "y downwards" in held["axes"]
    assert (held["width"], held["height"]) == (420, 300)
    assert held["digest"] == result.image.digest
    # These words are GeoJSON's own, and not for a collection.
    assert not {"coordinates", "geometries", "geometry", "properties"} & set(held)
    for one in held["features"]:
        assert set(one) == {"type", "geometry", "properties"}


def test_a_saccade_is_the_middle_of_its_pixel(fused):
    found = features(fused, "saccade")
    assert len(found) == len(fused.saccades)
    for n, one in enumerate(found):
        y, x = fused.saccades.yx[n].tolist()
        assert one["geometry"] == {"type": "Point", "coordinates": [x + 0.5, y + 0.5]}
        held = one["properties"]
        assert (held["y"], held["x"], held["number"]) == (y, x, n + 1)
        assert held["score"] == pytest.approx(fused.saccades.scores[n], rel=1e-5)
        assert held["kept"] is False
        mean = fused.fusion.weights[:, n].mean()
        assert held["fusion_weight"] == pytest.approx(mean, rel=1e-5)
        assert held["note"] == "fusion by an untrained network"


def test_windows_bear_the_number_of_their_saccade(fused):
    found = features(fused, "window")
    assert [one["properties"]["number"] for one in found] == list(range(1, len(found) + 1))
    assert [box_of(one) for one in found] == fused.patches.boxes.tolist()


def test_a_tree_is_a_polygon_for_each_leaf(grown):
    found = features(grown, "leaf")
    assert [box_of(one) for one in found] == grown.quadtree.boxes.tolist()
    for name in ("depth", "detail"):
        listed = getattr(grown.quadtree, name).tolist()
        assert [one["properties"][name] for one in found] == listed


def test_without_networks_there_are_no_weights_and_no_notes(street):
    held = features(drive(street, fuse=False, k=2), "saccade")[0]["properties"]
    assert not {"fusion_weight", "note"} & set(held)


def test_an_untrained_map_is_marked(street, tiny):
    values = acting({**tiny, "saliency": "network", "fuse": False}, drive_knobs())
    result = drive(street, **values)
    assert (
        features(result, "saccade")[0]["properties"]["note"] == "saliency by an untrained network"
    )


def test_a_drive_that_found_nothing_is_an_empty_collection():
    assert json.loads(to_geojson(drive(scenes.flat(60, 80), fuse=False)))["features"] == []


def test_leaves_are_light_detections_for_qupath_and_saccades_are_annotations(fused, grown):
    def kinds(result):
        found = json.loads(to_geojson(result))["features"]
        return {one["properties"]["objectType"] for one in found}

    assert kinds(grown) == {"detection"}
    assert kinds(fused) == {"annotation"}
