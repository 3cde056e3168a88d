"""Links with wrong values: told on the page in one line, with what is used instead."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")
TREE = "pages/1_explore/2_Quadtree.py"


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
