"""The page about shuffling, driven without a browser, with tiny classifiers."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.images import MemoryImage, open_image
from patchdrive.models import trained
from patchdrive.ops.shuffle import STAGES
from patchdrive.pipelines.answers import ShuffleSettings, ask
from patchdrive.pipelines.position import square
from patchdrive.ui import shuffling
from patchdrive.ui.samples import samples
from patchdrive.ui.store import store
from tests import scenes
from tests.models.test_trained import folder, keep  # noqa: F401 - a fixture
from tests.ui.test_pages import APP, assert_quiet, ends, find, overlay, parameters, turn

PAGE = "pages/1_explore/3_Shuffle.py"
MODELS = ("vit-learned", "vit-none", "vit-lgp", "vit-summary")
TABS = ("Test set", "This picture", "Tokens")
SIDE = 64


def measured(name):
    """What a study says of a classifier."""
    curve = [[0.0, 0.5, 0.4, 0.6], [0.5, 0.25, 0.2, 0.3], [1.0, 0.125, 0.1, 0.2]]
    return {
        "title": trained.TITLES[name],
        "seeds": [0, 1],
        "clean": [0.4, 0.6],
        "curves": {"pixels 1": curve, "after 1": curve},
        "probe": {"embed": [0.25, 0.75], "last": [0.1, 0.2]},
    }


@pytest.fixture(autouse=True)
def study(folder, monkeypatch):  # noqa: F811
    """Four tiny classifiers beside the code, and what was measured of three."""
    for name in MODELS:
        keep(folder, name, size=SIDE)
    found = {
        "models": {name: measured(name) for name in MODELS[:3]},
        "data": "Pets-3", "pictures": 1234, "classes": 3, "chance": 1 / 3, "draws": 2,
    }  # fmt: skip
    (folder / "study.json").write_text(json.dumps(found))
    monkeypatch.setattr(shuffling, "_STUDY", folder / "study.json")
    shuffling.study.cache_clear()
    yield found
    shuffling.study.cache_clear()


def open_at(page, allowed=0, **parameters):
    """A fresh session on a page with URL parameters."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["fuse"] = "false"
    app.run()
    app.switch_page(page)
    for name, value in parameters.items():
        app.query_params[name] = value if isinstance(value, list) else str(value)
    app.run()
    assert_quiet(app, allowed)
    return app


def open_shuffle(allowed=0, **parameters):
    return open_at(PAGE, allowed, **parameters)


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption, *app.info])


def menu(app):
    (one,) = app.multiselect
    return one


def rows(app, n=0):
    return app.table[n].value.to_dict("records")


def charts(app):
    """The traces of all charts."""
    return [json.loads(one.proto.spec)["data"] for one in app.get("plotly_chart")]


def lines(app):
    """The named lines of the chart."""
    (traces,) = charts(app)
    return [one["name"] for one in traces if one.get("mode") == "lines+markers"]


def image_of(*size):
    """A picture of a person, in the store; what stands in the link for it."""
    return "~" + store().put(MemoryImage(scenes.texture(*size), "mine"), owner="somebody")


def first():
    """The picture that the page opens on."""
    return open_image(next(iter(samples().values())).file)


def test_the_page_opens_with_all_models_and_the_test_set():
    app = open_shuffle()
    assert menu(app).value == list(MODELS)
    assert [row["Model"] for row in rows(app)] == [trained.TITLES[name] for name in MODELS]
    assert lines(app) == [trained.TITLES[name] for name in MODELS[:3]], "the last is not measured"
    assert "Pets-3, 1,234 test pictures" in said(app)
    assert tuple(overlay(app)[0]["source"]["size"]) == (512, 512)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("tab", TABS)
def test_every_stage_and_tab_opens(stage, tab):
    app = open_shuffle(stage=stage, shuffle_tab=tab)
    assert find(app, "stage").value == stage
    assert shuffling.ABOUT[stage] in said(app)
    assert len(rows(app)) == len(MODELS)
    blocks = {"block", "misaligned"} & {one.key for one in [*app.select_slider, *app.toggle]}
    assert blocks == ({"block", "misaligned"} if stage == "pixels" else set())


KNOBS = {name: ShuffleSettings.knobs()[name] for name in ("block", "misaligned")}
CASES = [(name, value) for name, knob in KNOBS.items() for value in ends(knob)]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_the_page_lives_with_every_knob_at_both_ends(name, value):
    app = open_shuffle()
    find(app, name).set_value(value)
    app.run()
    assert_quiet(app)
    assert rows(app)


@pytest.mark.parametrize("name", shuffling.SLIDERS)
def test_the_page_lives_with_every_knob_of_its_viewer_at_both_ends(name):
    app = open_shuffle()
    for value in ends(ShuffleSettings.knobs()[name]):
        turn(app, **{name: value})
        assert_quiet(app)
        assert overlay(app)[0]["values"][name] == value


def test_the_table_says_what_the_library_says():
    app = open_shuffle(fraction=1, shuffle_seed=3, models=["vit-learned", "vit-none"])
    image = first()
    settings = ShuffleSettings(fraction=1, shuffle_seed=3)
    found = ask(image, settings, ("vit-learned", "vit-none"))
    for row, one in zip(rows(app), found.answers, strict=True):
        (name, share), (after, kept) = one.before[0], one.after[0]
        assert row["Before"] == f"{name.replace('_', ' ')} ({100 * share:.0f} %)"
        assert row["After"] == f"{after.replace('_', ' ')} ({100 * kept:.0f} %)"
        assert (row["Change"] == "exact no-op") == one.exact
    assert [one.exact for one in found.answers] == [False, True]


def test_what_does_not_apply_is_said_in_the_table():
    told = {row["Model"]: row for row in rows(open_shuffle(stage="bands"))}
    assert told[trained.TITLES["vit-none"]]["After"] == "\\-", "no bullet of a list"
    change = told[trained.TITLES["vit-none"]]["Change"]
    assert change == "does not apply: it reads no wavelet bands"
    assert "does not apply" not in told[trained.TITLES["vit-lgp"]]["Change"]


def test_curves_are_those_of_the_study_in_percent():
    app = open_shuffle(models=["vit-lgp"])
    (traces,) = charts(app)
    (line,) = [one for one in traces if one.get("mode") == "lines+markers"]
    assert (line["x"], line["y"]) == ([0, 50, 100], [50, 25, 12.5])
    missing = open_shuffle(stage="bands", models=["vit-lgp"])
    assert "Nothing was measured for this choice." in said(missing)
    assert charts(missing) == []


def test_a_page_without_a_study_says_so(study, folder):  # noqa: F811
    (folder / "study.json").unlink()
    shuffling.study.cache_clear()
    app = open_shuffle()
    assert "Nothing was measured for this choice." in said(app)


def test_this_picture_is_drawn_over_all_fractions():
    app = open_shuffle(
        shuffle_tab="This picture", stage="before", models=["vit-learned", "vit-none"]
    )
    assert lines(app) == [trained.TITLES["vit-learned"]]
    assert "ViT, no positions: this classifier adds no positions" in said(app).replace("\\", "")
    assert "five orders" in said(app)


def test_tokens_are_those_of_the_first_model():
    (traces,) = charts(open_shuffle(shuffle_tab="Tokens", models=["vit-none"]))
    assert [one["type"] for one in traces] == ["heatmap", "heatmap"]


def test_one_model_will_do_and_none_is_asked_for():
    app = open_shuffle(models=["vit-summary"])
    assert [row["Model"] for row in rows(app)] == [trained.TITLES["vit-summary"]]
    menu(app).set_value([])
    app.run()
    assert_quiet(app)
    assert "Choose a model" in said(app)
    assert not app.table
    menu(app).set_value(["vit-lgp"])
    app.run()
    assert_quiet(app)
    assert len(rows(app)) == 1


def test_a_link_is_taken_over():
    wanted = {"stage": "pixels", "block": 2, "misaligned": "true", "shuffle_tab": "Tokens"}
    app = open_shuffle(**wanted, fraction=0.8, shuffle_seed=12, models=["vit-lgp", "vit-none"])
    assert find(app, "block").value == 2
    assert find(app, "misaligned").value is True
    assert find(app, "shuffle_tab").value == "Tokens"
    assert menu(app).value == ["vit-lgp", "vit-none"]
    values = overlay(app)[0]["values"]
    assert (values["fraction"], values["shuffle_seed"]) == (0.8, 12)
    held = parameters(app)
    assert {name: held[name] for name in ("block", "misaligned", "fraction", "shuffle_seed")} == {
        "block": "2", "misaligned": "true", "fraction": "0.8", "shuffle_seed": "12",
    }  # fmt: skip


def test_a_link_that_makes_no_sense_opens_the_page_all_the_same():
    app = open_shuffle(stage="sea", block=7, models=["resnet"])
    assert find(app, "stage").value == "pixels"
    assert find(app, "block").value == 1
    assert set(menu(app).value) <= set(MODELS)


def test_too_small_a_picture_is_one_line_in_words():
    app = open_shuffle(1, picture=image_of(SIDE - 1, 300))
    assert f"mine is 300 x {SIDE - 1} px; a classifier of {SIDE} px" in app.error[0].value
    exact = open_shuffle(picture=image_of(SIDE, SIDE))
    assert tuple(overlay(exact)[0]["source"]["size"]) == (SIDE, SIDE)


def test_a_single_block_is_one_line_in_words_and_the_knobs_stay():
    app = open_shuffle(1, block=4, misaligned="true")
    assert "nothing to shuffle" in app.error[0].value
    find(app, "misaligned").set_value(False)
    app.run()
    assert_quiet(app)
    assert rows(app)


def test_without_any_classifiers_the_page_says_so(folder):  # noqa: F811
    for file in folder.iterdir():
        file.unlink()
    shuffling.study.cache_clear()
    app = open_shuffle()
    assert "no trained classifiers" in said(app)
    assert not app.table


def test_what_is_shown_unshuffled_is_the_middle_of_the_picture():
    found = shuffling.ask(first(), ShuffleSettings(fraction=0.0), ("vit-none",))
    assert (found.shown == square(first(), 512)).all()
    assert (found.seen == square(first(), SIDE)).all()
