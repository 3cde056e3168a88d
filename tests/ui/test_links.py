"""Links with wrong values: told on the page in one line, with what is used instead."""

from pathlib import Path
from time import process_time

import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.marks import MOST_PLACES, MarkSettings
from patchdrive.ui.marks import fitting

APP = str(Path(__file__).parents[2] / "app.py")
TREE = "pages/1_explore/2_Quadtree.py"
SHUFFLE = "pages/1_explore/3_Shuffle.py"
POSITION = "pages/1_explore/5_Position.py"
WAVELETS = "pages/1_explore/4_Wavelets.py"
PANES = "pages/2_compare/1_Side_by_side.py"


def opened(page="", **parameters):
    app = AppTest.from_file(APP, default_timeout=120)
    if page:  # the harness changes pages only after a first run
        app.query_params["fuse"] = "false"
        app.run()
        app.switch_page(page)
        app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    assert not app.error, [one.value for one in app.error]
    return app


def told(app):
    return [one.value.replace("\\", "") for one in app.warning]


def test_wrong_values_of_a_drive_are_told_in_one_line():
    app = opened(
        fuse="false", k="abc", radius="99999", glance="5", saliency="nosuch", border="mirror",
        raduis="3", utm_source="mail", patch="64",
    )  # fmt: skip
    (line,) = told(app)
    for words in (
        "k must be a whole number, not 'abc'; 16 is used instead",
        "radius must be 0 to 1024 px, not 99999; 160 is used instead",
        "glance must be 64 to 2048 px, not 5; ",
        "saliency must be one of contrast, ",
        "not 'nosuch'; contrast is used instead",
        "border must be one of slide, reflect, replicate, zero, not 'mirror'; slide is used",
        "there is no 'raduis'; did you mean 'radius'?",
    ):
        assert words in line
    assert "utm_source" not in line
    assert "patch" not in line
    glance = next(one for one in app.slider if one.key == "glance")
    assert f"not 5; {glance.value} is used instead" in line
    app.button(key="link read").click().run()
    assert told(app) == []


@pytest.mark.parametrize("page", ["", TREE])
def test_a_right_link_is_told_nothing_about(page):
    links = {"": {"fuse": "false", "k": "3", "seed": "4", "saliency": "edges", "edges_low": "20"},
             TREE: {"split": "budget", "budget": "77", "min_leaf": "32"}}  # fmt: skip
    assert told(opened(page, **links[page])) == []


def test_a_budget_alone_splits_by_it_and_beside_a_threshold_is_told():
    app = opened(TREE, budget="77")
    assert app.session_state["split"] == "budget"
    assert app.session_state["live values"]["budget"] == 77
    assert told(app) == []
    (line,) = told(opened(TREE, budget="77", max_detail="5"))
    assert "budget acts only with split=budget; it is left out" in line


def test_a_method_s_knob_alone_chooses_the_method():
    app = opened(fuse="false", edges_low="20")
    assert (app.session_state["saliency"], app.session_state["edges_low"]) == ("edges", 20)
    assert told(app) == []
    (line,) = told(opened(fuse="false", edges_low="20", saliency="entropy"))
    assert "edges_low acts only with saliency=edges; it is left out" in line


OUT = {
    "keep": "100.200,9999.1,here,50.60",
    "ban": "9999.1",
    "inside": "0.0,0.90,90.90;0.0,0.90,99999.90;1.2,3.4",
}


def test_marks_outside_the_picture_are_left_out_and_the_rest_is_used():
    app = opened(fuse="false", k="3", **OUT)
    (line,) = told(app)
    for words in (
        "keep: the place 9999.1 lies outside the picture of ",
        "; 2 of its 4 marks are used",
        "ban: the place 9999.1 lies outside the picture of ",
        "; no mark of it is used",
        "inside: the place 99999.90 lies outside the picture of ",
        "; 1 of its 3 marks is used",
    ):
        assert words in line
    held = app.session_state["live values"]
    assert [held[name] for name in OUT] == ["100.200,50.60", "", "0.0,0.90,90.90"]
    assert app.query_params["keep"] == "100.200,50.60"
    app.button(key="link read").click().run()
    assert told(app) == []


def test_marks_of_a_pane_outside_its_picture_are_told():
    app = opened(PANES, fuse="false", a_keep="100.200,9999.1", b_ban="x")
    (line,) = told(app)
    assert "a_keep: the place 9999.1 lies outside the picture of " in line
    assert "1 of its 2 marks is used" in line
    assert "b_ban must be places y.x such as 1200.800,400.300, and 'x' is none; no mark" in line


@pytest.mark.parametrize(
    ("page", "name", "used"),
    [
        ("", "drive_tab", "Patches"),
        (TREE, "tree_tab", "Tokens"),
        (SHUFFLE, "shuffle_tab", "Test set"),
        (SHUFFLE, "models", ""),
        (POSITION, "position_tab", "Probe"),
        (POSITION, "position_models", ""),
        (WAVELETS, "wavelets_view", ""),
        (PANES, "compare", "Side by side"),
        (PANES, "panes", "2"),
        (PANES, "b_picture", "open"),
    ],
)
def test_a_wrong_tab_menu_or_model_is_told(page, name, used):
    (line,) = told(opened(page, fuse="false", **{name: "nosuch"}))
    assert f"{name} cannot be 'nosuch' here; {used}" in line
    assert line.endswith("is used instead.")


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [("", "drive_tab", "Scores"), (PANES, "panes", "3"), (PANES, "compare", "Difference"),
     (PANES, "fixed", "true"), (POSITION, "position_models", "vit-none")],
)  # fmt: skip
def test_a_right_tab_menu_or_model_is_told_nothing_about(page, name, value):
    assert told(opened(page, fuse="false", **{name: value})) == []


def test_what_is_of_a_pane_that_is_not_shown_is_told_and_leaves_the_address():
    app = opened(PANES, fuse="false", c_k="3", d_saliency="nosuch", c_picture="sky", a_k="5",
                 a_glance="512")  # fmt: skip
    (line,) = told(app)
    for name, pane in (("c_k", "C"), ("d_saliency", "D"), ("c_picture", "C")):
        assert f"{name} is of pane {pane}, which is not shown; it is left out" in line
    assert "a pane has no 'glance'; a_glance is left out" in line
    assert "a_k" not in line
    assert "c_k" not in app.query_params
    assert told(opened(PANES, fuse="false", panes="3", c_k="3")) == []


@pytest.mark.parametrize("name", ["keep", "ban"])
def test_more_marks_than_there_may_be_are_told_and_the_first_are_used(name):
    texts = [f"{n}.7" for n in range(20_000)]
    values = dict.fromkeys(MarkSettings.knobs(), "") | {name: ",".join(texts)}
    began = process_time()
    used, faults = fitting(values, (30_000, 8))
    assert process_time() - began < 5
    assert used[name].split(",") == texts[:MOST_PLACES]
    assert faults[name] == (
        f"{name} takes at most 512 places, not 20000; 512 of its 20000 marks are used"
    )
