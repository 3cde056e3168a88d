"""The page about position, driven without a browser, with tiny classifiers."""

import json

import numpy as np
import pytest

from patchdrive.models import published, trained
from patchdrive.models.published import HOLDS
from patchdrive.ui import inks, measured, placing
from tests.models.test_trained import folder, keep  # noqa: F401 - a fixture
from tests.ui.test_pages import assert_quiet, find, parameters
from tests.ui.test_shuffle_page import SIDE, charts, image_of, menu, open_at, rows, said, study  # noqa: F401

PAGE = "pages/1_explore/5_Position.py"
MODELS = ("vit-learned", "vit-none", "vit-lgp", "vit-lgp-circular", "vit-summary-circular")
TABS = ("Probe", "Gate", "Accuracy", "Claims")
COUNT = 64  # patches


@pytest.fixture(autouse=True)
def circular(study, folder):  # noqa: F811
    """The classifiers that this page starts with."""
    for name in MODELS[3:]:
        keep(folder, name, size=SIDE)


def open_position(allowed=0, **parameters):
    return open_at(PAGE, allowed, **parameters)


def maps_of(app):
    """The maps' HTML."""
    (found,) = [one.proto.body for one in app.get("html") if "pd-maps'" in one.proto.body]
    return found


def different(app):
    """How many different tokens each model has."""
    return {row["Model"]: row["Different tokens"] for row in rows(app)}


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("scene", placing.SCENES)
def test_every_scene_and_tab_opens(scene, tab):
    app = open_position(scene=scene, position_tab=tab)
    assert find(app, "scene").value == scene
    assert placing.SCENES[scene] in said(app)
    assert menu(app).value == list(MODELS)
    assert [row["Model"] for row in rows(app)] == [trained.TITLES[name] for name in MODELS]


@pytest.mark.parametrize("layer", ["embed", "last"])
def test_a_tiled_scene_tells_who_knows_places(layer):
    told = different(open_position(layer=layer))
    assert told[trained.TITLES["vit-none"]] == f"1 of {COUNT}"
    assert told[trained.TITLES["vit-lgp-circular"]] == f"1 of {COUNT}"
    assert told[trained.TITLES["vit-learned"]] == f"{COUNT} of {COUNT}"
    assert told[trained.TITLES["vit-summary-circular"]] == f"{COUNT} of {COUNT}"


def test_maps_are_one_a_model_and_follow_the_patch():
    app = open_position(row=1, column=3, position_models=["vit-learned", "vit-none"])
    assert (find(app, "row").value, find(app, "column").value) == (1, 3)
    before = maps_of(app)
    assert before.count("<figure>") == 2
    assert before.count("class=pd-at") == 2
    assert "class=pd-at style='background:" in before
    assert before.count("row 1, column 3: 1.000") == 2, "each is like itself"
    find(app, "column").set_value(0)
    app.run()
    assert_quiet(app)
    assert maps_of(app).count("row 1, column 0: 1.000") == 2


@pytest.mark.parametrize("name", ["row", "column"])
def test_the_patch_can_be_at_every_border(name):
    app = open_position(scene="picture")
    for value in (0, 7):
        find(app, name).set_value(value)
        app.run()
        assert_quiet(app)
    assert (find(app, name).min, find(app, name).max) == (0, 7)


def test_a_link_is_taken_over():
    wanted = {"scene": "constant", "layer": "last", "row": 2, "column": 1, "position_tab": "Gate"}
    app = open_position(**wanted, position_models=["vit-lgp"])
    for name, value in wanted.items():
        assert find(app, name).value == value
        assert parameters(app)[name] == str(value)
    assert menu(app).value == ["vit-lgp"]


def test_a_link_that_makes_no_sense_opens_the_page_all_the_same():
    app = open_position(scene="sea", row=63, column=-1, position_models=["resnet"])
    assert find(app, "scene").value == "tiled"


def test_one_model_will_do_and_none_is_asked_for():
    app = open_position(position_models=["vit-none"])
    assert list(different(app)) == [trained.TITLES["vit-none"]]
    menu(app).set_value([])
    app.run()
    assert_quiet(app)
    assert "Choose a model" in said(app)
    menu(app).set_value(["vit-learned"])
    app.run()
    assert_quiet(app)
    assert list(different(app)) == [trained.TITLES["vit-learned"]]


def test_probes_are_those_of_the_study():
    app = open_position(position_models=["vit-none", "vit-summary-circular"])
    embedded, last, *legend = charts(app)[0]
    assert (embedded["x"], embedded["y"]) == ([trained.TITLES["vit-none"]], [0.5])
    assert embedded["marker"]["color"] == last["marker"]["color"] == [inks.ink("vit-none").color]
    assert [one["name"] for one in legend] == ["as embedded", "after the last layer"]
    assert last["y"] == pytest.approx([0.15])
    assert "Pets-3" in said(app)
    unmeasured = open_position(position_models=["vit-summary-circular"])
    assert "Nothing was measured for these models." in said(unmeasured)


def test_gates_are_those_of_models_that_have_one():
    app = open_position(position_tab="Gate")
    names = [trained.TITLES[name] for name in MODELS[2:]]
    assert [one["name"] for one in charts(app)[0]] == names
    tints = [inks.ink(name).color for name in MODELS[2:]]
    assert [one["marker"]["color"] for one in charts(app)[0]] == tints
    alone = open_position(position_tab="Gate", position_models=["vit-summary-circular"])
    assert charts(alone)[0][0]["marker"]["color"] == tints[-1], "whichever others are chosen"
    plain = open_position(position_tab="Gate", position_models=["vit-none"])
    assert "None of these models has a gate" in said(plain)


def test_accuracies_show_how_the_models_learned_and_what_differs(folder, study):  # noqa: F811
    study["models"]["vit-none"]["training"] = [[1, 0.1, 0.05, 0.2], [2, 0.3, 0.25, 0.4]]
    pair = {"one": "vit-lgp", "other": "vit-none", "difference": 0.125, "low": -0.01, "high": 0.25}
    study["pairs"] = [pair | {"trainings": [3, 2]}]
    (folder / "study.json").write_text(json.dumps(study))
    measured.study.cache_clear()
    app = open_position(position_tab="Accuracy")
    _, line = charts(app)[0]
    assert (line["name"], line["x"]) == (trained.TITLES["vit-none"], [1, 2])
    assert line["y"] == pytest.approx([10, 30])
    scores = {row["Model"]: row for row in rows(app, 1)}
    assert list(scores) == [trained.TITLES[name] for name in ("vit-learned", "vit-none", "vit-lgp")]
    assert scores[trained.TITLES["vit-none"]] == {
        "Model": trained.TITLES["vit-none"], "Trainings": "2",
        "Mean class accuracy": "50.0 % (40.0 to 60.0)",
        "Accuracy over all pictures": "70.0 %",
    }  # fmt: skip
    assert rows(app, 2) == [{
        "Model": trained.TITLES["vit-lgp"], "Compared to": trained.TITLES["vit-none"],
        "Points": "+12.5 [-1.0, +25.0]", "Trainings": "3 and 2",
    }]  # fmt: skip


def test_claims_stand_beside_their_verdicts():
    app = open_position(position_tab="Claims")
    assert rows(app, 1) == published.claims(measured.study())
    assert HOLDS in {row["Verdict"] for row in rows(app, 1)}
    assert [row["Agree"] for row in rows(app, 2)] == ["yes"] * 6


def test_a_page_without_a_study_lives(folder):  # noqa: F811
    (folder / "study.json").unlink()
    measured.study.cache_clear()
    assert "Nothing was measured" in said(open_position())
    assert rows(open_position(position_tab="Claims"), 1) == published.claims({})


def test_too_small_a_picture_is_one_line_in_words():
    app = open_position(1, picture=image_of(300, SIDE - 1))
    assert f"mine is {SIDE - 1} x 300 px; a classifier of {SIDE} px" in app.error[0].value
    assert rows(open_position(picture=image_of(SIDE, SIDE)))


def test_classifiers_with_few_patches_are_shown_as_well(folder):  # noqa: F811
    keep(folder, "vit-none", size=16)
    app = open_position(position_models=["vit-none"])
    assert different(app) == {trained.TITLES["vit-none"]: "1 of 4"}
    assert find(app, "row").max == 1


def test_without_any_classifiers_the_page_says_so(folder):  # noqa: F811
    for file in folder.iterdir():
        file.unlink()
    app = open_position()
    assert "no trained classifiers" in said(app)
    assert not app.table


def test_the_frame_marks_the_chosen_patch(monkeypatch):
    shown = []
    monkeypatch.setattr(placing.st, "image", lambda pixels, **_: shown.append(pixels))
    knobs = {"row": 1, "column": 2}
    monkeypatch.setattr(placing.controls, "turn", lambda names, _: {n: knobs[n] for n in names})
    pixels = np.full((40, 40, 3), 128, np.uint8)
    seen = placing.Seen(pixels, (5, 5))
    chosen = placing.patch(seen, placing.PlaceSettings())
    assert (chosen.row, chosen.column) == (1, 2)
    (large,) = shown
    ys, xs = np.nonzero((large != 128).all(-1))
    assert (ys.min(), ys.max(), xs.min(), xs.max()) == (40, 79, 80, 119)
    assert (large[43:77, 83:117] == 128).all()
    assert (pixels == 128).all(), "the scene itself stays"
