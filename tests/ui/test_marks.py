"""Marks of a hand on the Drive page: told, reset, and of one picture only."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.viewer.packing import unpack

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def drive():
    """A function: URL parameters -> the Drive page."""

    def open_page(**parameters):
        app = AppTest.from_file(APP, default_timeout=120)
        for name, value in {"fuse": "false", "picture": "town", **parameters}.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return open_page


def reset(app):
    return [button for button in app.button if button.label == "Reset marks"]


def captions(app):
    return " ".join(one.value for one in app.caption)


def viewed(app):
    """The values that the viewer was sent."""
    [payload] = [one.proto.bytes for one in app.get("bidi_component") if one.proto.bytes]
    return unpack(payload)[0]["values"]


def test_a_page_without_marks_says_nothing_of_them(drive):
    app = drive()
    assert not reset(app)
    assert "Marked by hand" not in captions(app)


def test_marks_are_counted_and_reset_by_one_button(drive):
    app = drive(keep="100.100,300.900", ban="500.500", inside="0.0,0.3000,2000.3000,2000.0")
    assert "2 kept, 1 banned, 1 outline" in captions(app)
    assert viewed(app)["keep"] == "100.100,300.900"
    reset(app)[0].click().run()
    assert not app.exception
    assert not reset(app)
    assert [viewed(app)[name] for name in ("keep", "ban", "inside")] == ["", "", ""]
    assert not {"keep", "ban", "inside"} & set(app.query_params)


@pytest.mark.parametrize("text", ["999999.5", "here"])
def test_marks_that_are_none_stop_nothing(drive, text):
    app = drive(keep=text)
    assert not app.error
    assert not reset(app)
    assert viewed(app)["keep"] == ""
    assert len(app.get("bidi_component")) > 0


def test_another_picture_starts_without_marks(drive):
    app = drive(keep="100.100")
    assert viewed(app)["keep"] == "100.100"
    next(button for button in app.button if button.key == "sample_desk").click().run()
    assert not app.exception
    assert viewed(app)["keep"] == ""
    assert not reset(app)
