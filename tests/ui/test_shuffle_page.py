"""The page about shuffling, driven without a browser, with tiny classifiers."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.images import MemoryImage, open_image
from patchdrive.models import trained
from patchdrive.ops.shuffle import STAGES
from patchdrive.pipelines.answers import ask
from patchdrive.pipelines.position import square
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.pipelines.tokens import compare_tokens, mean_cosine
from patchdrive.ui import inks, measured, shuffling
from patchdrive.ui.samples import samples
from patchdrive.ui.store import store
from tests import scenes
from tests.models.test_trained import folder, keep  # noqa: F401 - a fixture
from tests.ui.test_pages import APP, assert_quiet, ends, find, overlay, parameters, turn

PAGE = "pages/1_explore/3_Shuffle.py"
MODELS = ("vit-learned", "vit-none", "vit-lgp", "vit-summary")
TABS = ("Test set", "This picture", "Tokens")
SIDE = 64


def scored(name):
    """What a study says of a classifier."""
    curve = [[0.0, 0.5, 0.4, 0.6], [0.5, 0.25, 0.2, 0.3], [1.0, 0.125, 0.1, 0.2]]
    return {
        "title": trained.TITLES[name],
        "seeds": [0, 1],
        "clean": [0.4, 0.6],
        "top1": [0.7, 0.7],
        "curves": {"pixels 1": curve, "after 1": curve},
        "exact": ["after 1"],
        "agreement": {"pixels 1": 0.75},
        "probe": {"embed": [0.25, 0.75], "last": [0.1, 0.2]},
    }


@pytest.fixture(autouse=True)
def study(folder, monkeypatch):  # noqa: F811
    """Four tiny classifiers beside the code, and what was measured of three."""
    for name in MODELS:
        keep(folder, name, size=SIDE)
    found = {
        "models": {name: scored(name) for name in MODELS[:3]},
        "data": "Pets-3", "pictures": 1234, "classes": 3, "chance": 1 / 3,
    }  # fmt: skip
    (folder / "study.json").write_text(json.dumps(found))
    monkeypatch.setattr(measured, "_STUDY", folder / "study.json")
    measured.study.cache_clear()
    yield found
    measured.study.cache_clear()


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


DISTANCES = ("Largest change", "Cosine", "KL")


def test_the_table_says_what_the_library_says():
    app = open_shuffle(fraction=1, shuffle_seed=3, models=["vit-learned", "vit-none"])
    image = first()
    settings = ShuffleSettings(fraction=1, shuffle_seed=3)
    found = ask(image, settings, ("vit-learned", "vit-none"))
    for row, one in zip(rows(app), found.answers, strict=True):
        (name, share), (after, kept) = one.before[0], one.after[0]
        assert row["Before"] == f"{name.replace('_', ' ')} ({100 * share:.0f} %)"
        assert row["After"] == f"{after.replace('_', ' ')} ({100 * kept:.0f} %)"
        assert row["Same answer"] == ("yes" if name == after else "no")
        assert (row["Largest change"] == "exact no-op") == one.exact
        if not one.exact:
            told = [float(row[column].removeprefix("below ")) for column in DISTANCES]
            assert told == pytest.approx([one.largest, one.cosine, one.kl], abs=0.01)
    assert [one.exact for one in found.answers] == [False, True]


def test_what_does_not_apply_is_said_in_the_table():
    app = open_shuffle(stage="bands")
    told = {row["Model"]: row for row in rows(app)}
    row = told[trained.TITLES["vit-none"]]
    assert row["After"] == "does not apply"
    titles = "; ".join(trained.TITLES[name] for name in MODELS[:2])
    assert f"Does not apply to {titles}: it reads no wavelet bands." in said(app)
    assert {row[column] for column in (*DISTANCES, "Same answer")} == {"\\-"}, "no list's bullet"
    assert "does not apply" not in told[trained.TITLES["vit-lgp"]]["After"]


def drawn(app):
    """Line by title, and the level lines' words."""
    (one,) = app.get("plotly_chart")
    made = json.loads(one.proto.spec)
    words = [note["text"] for note in made["layout"].get("annotations", [])]
    return {one["name"]: one for one in made["data"] if one["mode"] == "lines+markers"}, words


def test_curves_are_those_of_the_study_in_percent():
    found, words = drawn(open_shuffle(models=["vit-lgp"]))
    line = found[trained.TITLES["vit-lgp"]]
    assert (line["x"], line["y"]) == ([0, 50, 100], [50, 25, 12.5])
    assert list(found) == [trained.TITLES[name] for name in ("vit-lgp", "vit-none")], "the floor"
    assert words == ["chance"]
    missing = open_shuffle(stage="bands", models=["vit-lgp"])
    assert "Nothing was measured for this choice." in said(missing)
    assert charts(missing) == []


def test_a_floor_that_the_protocol_does_not_reach_is_a_level_line(study, folder):  # noqa: F811
    del study["models"]["vit-none"]["curves"]["pixels 1"]
    (folder / "study.json").write_text(json.dumps(study))
    measured.study.cache_clear()
    found, words = drawn(open_shuffle(models=["vit-lgp"]))
    assert list(found) == [trained.TITLES["vit-lgp"]]
    assert words == ["chance", "no positions, unshuffled"]


@pytest.mark.parametrize("names", [["vit-lgp"], ["vit-none", "vit-lgp"], list(MODELS)])
@pytest.mark.parametrize("tab", TABS[:2])
def test_a_model_has_its_own_colour_whichever_others_are_chosen(names, tab):
    found, _ = drawn(open_shuffle(models=names, shuffle_tab=tab))
    for name in ("vit-lgp", "vit-none"):
        if trained.TITLES[name] in found:
            line = found[trained.TITLES[name]]
            look = inks.ink(name)
            assert (line["line"]["color"], line["line"]["dash"]) == (look.color, look.dash)
            assert line["marker"]["symbol"] == look.symbol
    assert trained.TITLES["vit-lgp"] in found


def test_the_setting_has_its_own_numbers_with_chance_and_the_floor():
    app = open_shuffle(models=["vit-lgp", "vit-summary"], fraction=1)
    lgp, unknown, floor, chance = rows(app, 1)
    assert lgp == {
        "Model": trained.TITLES["vit-lgp"],
        "Accuracy, unshuffled": "50.0 % (40.0 to 60.0)",
        "Accuracy, 100 % moved": "12.5 % (10.0 to 20.0)",
        "Points lost": "37.5",
        "Answers kept": "75.0 %",
        "Trainings": "2",
    }
    assert floor == lgp | {"Model": f"{trained.TITLES['vit-none']} (the floor)"}
    assert unknown["Model"] == trained.TITLES["vit-summary"]
    assert set(unknown.values()) == {unknown["Model"], "\\-"}
    assert [chance[name] for name in list(chance)[:3]] == ["Chance", "33.3 %", "33.3 %"]
    assert "a share of 100 %. " in said(app)


@pytest.mark.parametrize(
    ("fraction", "at"), [(0.0, 0), (0.25, 0), (0.3, 50), (0.5, 50), (0.75, 50), (0.8, 100)]
)
def test_the_numbers_are_those_of_the_nearest_measured_share(fraction, at):
    app = open_shuffle(models=["vit-lgp"], fraction=fraction)
    row = rows(app, 1)[0]
    assert f"Accuracy, {at} % moved" in row
    assert (f"nearest to {100 * fraction:g} %" in said(app)) == (100 * fraction != at)
    assert row["Answers kept"] == {0: "100.0 %", 50: "\\-", 100: "75.0 %"}[at]


def test_a_no_op_keeps_all_answers():
    for row in rows(open_shuffle(models=["vit-lgp"], stage="after", fraction=0.5), 1)[:2]:
        assert row["Answers kept"] == "100.0 %"


def test_a_study_with_nothing_but_curves_will_do(folder):  # noqa: F811
    curve = [[0.0, 0.5, 0.5, 0.5], [1.0, 0.25, 0.25, 0.25]]
    found = {"models": {"vit-lgp": {"curves": {"pixels 1": curve}}}}
    (folder / "study.json").write_text(json.dumps(found))
    measured.study.cache_clear()
    (row, floor) = rows(open_shuffle(models=["vit-lgp"], fraction=1), 1)
    assert row["Accuracy, 100 % moved"] == "25.0 %"
    assert floor["Accuracy, unshuffled"] == "\\-"


def test_a_page_without_a_study_says_so(study, folder):  # noqa: F811
    (folder / "study.json").unlink()
    measured.study.cache_clear()
    app = open_shuffle()
    assert "Nothing was measured for this choice." in said(app)


def test_this_picture_is_drawn_over_all_fractions():
    app = open_shuffle(
        shuffle_tab="This picture", stage="before", models=["vit-learned", "vit-none"]
    )
    assert lines(app) == [trained.TITLES["vit-learned"]]
    assert "ViT, no positions: this classifier adds no positions" in said(app).replace("\\", "")
    assert "five orders" in said(app)
    none = open_shuffle(shuffle_tab="This picture", stage="bands", models=["vit-none"])
    assert "applies to none of the chosen models" in said(none)
    assert charts(none) == []


def likeness(app):
    """The rows of matrices: captions by model, and the words where one is missing."""
    (made,) = [one.proto.body for one in app.get("html") if "pd-like" in one.proto.body]
    found = {}
    for row in re.findall(r"<div><b>(.*?)</b>(.*?)</div>", made):
        found[row[0]] = (
            re.findall(r"<figcaption>(.*?)</figcaption>", row[1]),
            [words for words in re.findall("<em>(.*?)</em>", row[1]) if words],
        )
    return found


def test_every_model_has_a_row_of_matrices_and_their_means():
    app = open_shuffle(shuffle_tab="Tokens")
    captions = ["embedded, before", "embedded, after", "last layer, before", "last layer, after"]
    assert likeness(app) == {trained.TITLES[name]: (captions, []) for name in MODELS}
    found = compare_tokens(first(), ShuffleSettings(), MODELS)
    for row, one in zip(rows(app, 1), found, strict=True):
        held = (one.before.embed, one.after.embed, one.before.last, one.after.last)
        told = [one.title, *(f"{mean_cosine(matrix):z.3f}" for matrix in held)]
        assert list(row.values()) == told


def test_a_model_to_which_the_protocol_does_not_apply_shows_before_and_says_why():
    app = open_shuffle(shuffle_tab="Tokens", stage="bands", models=["vit-none", "vit-lgp"])
    found = likeness(app)
    assert found[trained.TITLES["vit-none"]] == (
        ["embedded, before", "last layer, before"], ["no after: it reads no wavelet bands"]
    )  # fmt: skip
    assert len(found[trained.TITLES["vit-lgp"]][0]) == 4
    assert rows(app, 1)[0]["Embedded, after"] == "\\-"


def test_of_many_models_a_menu_says_whose_matrices_are_drawn(folder):  # noqa: F811
    keep(folder, "vit-sinus", size=SIDE)
    names = ["vit-learned", "vit-sinus", *MODELS[1:]]
    app = open_shuffle(shuffle_tab="Tokens", models=names)
    assert list(likeness(app)) == [trained.TITLES[name] for name in names[:4]]
    assert len(rows(app, 1)) == len(names), "the means are those of all"
    (menu,) = [one for one in app.get("button_group") if one.key == "token_rows"]
    menu.set_value([trained.TITLES["vit-summary"]])
    app.run()
    assert_quiet(app)
    assert list(likeness(app)) == [trained.TITLES["vit-summary"]]


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


def test_only_blocks_that_fit_are_offered_and_words_say_which_are_left_out():
    app = open_shuffle(block=4)
    assert find(app, "block").value == 4
    assert "holds no two blocks" not in said(app)
    find(app, "misaligned").set_value(True)
    app.run()
    assert_quiet(app)
    assert list(find(app, "block").options) == ["1", "2"]
    assert find(app, "block").value == 1
    assert "Misaligned, the picture holds no two blocks of 4 x 4 patches" in said(app)
    assert not app.warning
    assert rows(app)
    find(app, "misaligned").set_value(False)
    app.run()
    assert list(find(app, "block").options) == ["1", "2", "4"]
    assert "holds no two blocks" not in said(app)


def test_a_link_to_blocks_that_do_not_fit_falls_back():
    app = open_shuffle(block=4, misaligned="true")
    assert find(app, "block").value == 1
    assert "2 x 2" in said(app)
    assert rows(app)


@pytest.mark.parametrize("misaligned", ["true", "false"])
def test_where_only_one_block_fits_there_is_nothing_to_choose(folder, misaligned):  # noqa: F811
    side = 24 if misaligned == "true" else 16
    keep(folder, "vit-none", size=side)
    app = open_shuffle(models=["vit-none"], misaligned=misaligned, block=2)
    assert "block" not in {one.key for one in app.select_slider}
    assert "1 x 1" in said(app)
    assert rows(app)


def test_without_any_classifiers_the_page_says_so(folder):  # noqa: F811
    for file in folder.iterdir():
        file.unlink()
    measured.study.cache_clear()
    app = open_shuffle()
    assert "no trained classifiers" in said(app)
    assert not app.table


def test_what_is_shown_unshuffled_is_the_middle_of_the_picture():
    found = shuffling.ask(first(), ShuffleSettings(fraction=0.0), ("vit-none",))
    assert (found.shown == square(first(), 512)).all()
    assert (found.seen == square(first(), SIDE)).all()
