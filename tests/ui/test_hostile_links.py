"""Links that ask for more than a server can give are answered in words, before anything is made."""

from pathlib import Path

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from patchdrive import budget

APP = str(Path(__file__).parents[2] / "app.py")
DRIVE, TREE = "pages/1_explore/1_Drive.py", "pages/1_explore/2_Quadtree.py"
FINEST = {"min_leaf": 2, "max_detail": 0, "canny_low": 0, "canny_high": 0}
LINKS = {
    "tokens": (TREE, {**FINEST, "token": 64}, "tokens of 64 px need about"),
    "patches": (DRIVE, {"k": 512, "radius": 0, "patch": 1024}, "patches of 1,024 px need about"),
    "backbone": (
        DRIVE,
        {"highres_backbone": "vit_giant_patch14_dinov2"},
        "million numbers, and this server builds those of fewer than 100 million",
    ),
    "no such backbone": (DRIVE, {"global_backbone": "../../etc/passwd"}, "timm has no model"),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_asks_for_too_much_is_answered_in_words(name, monkeypatch):
    page, parameters, words = LINKS[name]
    monkeypatch.setenv(budget.VARIABLE, "1")
    app = AppTest.from_file(APP, default_timeout=120)
    for key, value in parameters.items():
        app.query_params[key] = str(value)
    process = psutil.Process()
    if page == DRIVE:
        app.query_params["fuse"] = "false" if "backbone" not in name else "true"
        before = process.memory_info().rss
        app.run()
    else:
        app.query_params["fuse"] = "false"
        app.run()
        before = process.memory_info().rss
        app.switch_page(page).run()
    assert not app.exception
    assert any(words in error.value.replace("\\", "") for error in app.error), app.error
    assert process.memory_info().rss - before < 1.5e9
