"""Results as JSON and CSV."""

import csv
import io
import json

import numpy as np
import pytest

from patchdrive import __version__
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.export import as_dict, to_csv, to_json
from patchdrive.pipelines.knobs import drive_knobs
from patchdrive.pipelines.tree import tree
from patchdrive.settings import acting
from patchdrive.types import Fusion
from tests import scenes

SMALL = {"fuse": False, "k": 5, "patch": 32, "radius": 40}


@pytest.fixture(scope="module")
def fused(street, tiny):
    return drive(street, **tiny)


@pytest.fixture(scope="module")
def grown(street):
    return tree(street, max_leaf=64, min_leaf=8, token=8, max_detail=20)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def strict(text):
    """JSON as the standard has it: no NaN, no infinity."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("which", ["fused", "grown"])
def test_json_says_what_made_it(which, request):
    result = request.getfixturevalue(which)
    held = strict(to_json(result))
    assert held["patchdrive"] == __version__
    assert held["size"] == [300, 420]
    assert held["digest"] == result.image.digest
    assert held["settings"] == dict(result.settings)
    assert set(held["ms"]) == set(result.ms)
    assert held == as_dict(result)


def test_json_of_a_drive_has_the_types_own_field_names(fused):
    held = strict(to_json(fused))
    assert held["saccades"]["yx"] == fused.saccades.yx.tolist()
    assert np.allclose(held["saccades"]["scores"], fused.saccades.scores, atol=1e-5)
    assert held["saccades"]["size"] == [300, 420]
    assert held["saccades"]["asked"] == 4
    assert held["patches"]["boxes"] == fused.patches.boxes.tolist()
    assert held["cost"]["pixels_read"] == fused.cost.pixels_read
    assert np.allclose(held["fusion"]["weights"], fused.fusion.weights, atol=1e-5)
    assert held["device"] == "cpu"


def test_json_of_a_tree_has_the_types_own_field_names(grown):
    held, leaves = strict(to_json(grown)), grown.quadtree
    assert held["quadtree"]["boxes"] == leaves.boxes.tolist()
    assert held["quadtree"]["depth"] == leaves.depth.tolist()
    assert held["quadtree"]["detail"] == leaves.detail.tolist()
    assert held["quadtree"]["size"] == [300, 420]
    assert held["quadtree"]["asked"] is None
    assert held["tokens"]["count"] == len(leaves)
    assert held["tokens"]["uniform"] == grown.uniform
    height, width = grown.image.size
    assert held["tokens"]["equal_side"] ** 2 * len(leaves) == pytest.approx(
        height * width, rel=1e-3
    )


def test_an_untrained_network_is_marked_in_json_and_csv(fused):
    held = strict(to_json(fused))
    assert held["fusion"]["note"] == "untrained network"
    assert held["fusion"]["trained"] is False
    assert held["fusion"]["source"] == "untrained (seed 0)"
    assert "saliency_note" not in held, "no network judged the glance"
    assert "fusion_weight_untrained" in to_csv(fused).splitlines()[0]


@pytest.mark.parametrize("fuse", [False, True])
def test_scores_of_an_untrained_network_are_marked_in_json_and_csv(street, tiny, fuse):
    values = acting({**tiny, "saliency": "network", "fuse": fuse}, drive_knobs())
    result = drive(street, **values)
    assert strict(to_json(result))["saliency_note"] == "untrained network"
    assert "score_untrained" in to_csv(result).splitlines()[0].split(",")


def test_what_a_trained_network_made_bears_no_mark(street):
    result = drive(street, **SMALL)
    arrays = np.ones(8, np.float32), np.full((2, 5), 0.2, np.float32), np.ones(3, np.float32)
    trained = type(result)(
        **{**vars(result), "fusion": Fusion(*arrays, source="file.safetensors", trained=True)}
    )
    assert "untrained" not in to_json(trained)
    assert "untrained" not in to_csv(trained)
    assert strict(to_json(trained))["fusion"]["source"] == "file.safetensors"


def test_a_drive_without_networks_has_no_fusion(street):
    result = drive(street, **SMALL)
    held = strict(to_json(result))
    assert "fusion" not in held
    assert "untrained" not in to_json(result)
    assert {row["fusion_weight"] for row in rows(to_csv(result))} == {""}


def test_csv_of_a_drive_has_a_line_for_each_saccade(fused):
    found = rows(to_csv(fused))
    assert [row["saccade"] for row in found] == ["1", "2", "3", "4"]
    for n, row in enumerate(found):
        assert [int(row["y"]), int(row["x"])] == fused.saccades.yx[n].tolist()
        assert [int(row[c]) for c in ("y0", "x0", "y1", "x1")] == fused.patches.boxes[n].tolist()
        assert float(row["score"]) == pytest.approx(fused.saccades.scores[n], abs=1e-5)
        mean = fused.fusion.weights[:, n].mean()
        assert float(row["fusion_weight_untrained"]) == pytest.approx(mean)


def test_what_a_hand_kept_is_marked_in_json_and_csv(street):
    result = drive(street, **SMALL, keep="250.30,7.400")
    held = strict(to_json(result))
    assert held["saccades"]["kept"] == [True, True, False, False, False]
    assert held["saccades"]["yx"][:2] == [[250, 30], [7, 400]]
    assert held["settings"]["keep"] == "250.30,7.400"
    found = rows(to_csv(result))
    assert [row["kept"] for row in found] == ["1", "1", "0", "0", "0"]
    assert [(row["y"], row["x"]) for row in found[:2]] == [("250", "30"), ("7", "400")]


def test_without_marks_nothing_is_marked_as_kept(fused):
    assert strict(to_json(fused))["saccades"]["kept"] == [False] * 4
    assert {row["kept"] for row in rows(to_csv(fused))} == {"0"}


def test_csv_of_a_tree_has_a_line_for_each_leaf(grown):
    found, leaves = rows(to_csv(grown)), grown.quadtree
    names = ("leaf", "y0", "x0", "y1", "x1", "depth", "side", "detail")
    assert tuple(found[0]) == names
    expected = np.column_stack(
        [np.arange(len(leaves)), leaves.boxes, leaves.depth, leaves.sides, leaves.detail]
    )
    assert [[int(row[name]) for name in names] for row in found] == expected.tolist()


def test_a_drive_that_found_nothing_is_valid_too(tiny):
    result = drive(scenes.flat(60, 80), **tiny)
    held = strict(to_json(result))
    assert held["saccades"]["yx"] == []
    assert rows(to_csv(result)) == []


def test_notes_on_opening_are_kept(street):
    assert strict(to_json(drive(street, **SMALL)))["notes"] == []
