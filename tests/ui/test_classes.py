"""The menu of class pictures, driven without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.ui import classes

NAMES = tuple(classes.classes())


def page():
    """A page that shows the menu and says which picture it got."""
    import streamlit as st

    from patchdrive.ui import classes, pictures

    image = classes.choose(pictures.shipped("town"))
    st.text(f"{image.name} {image.size}")


def open_page(**parameters):
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def said(app):
    return " ".join(one.value for one in app.caption)


def test_the_open_picture_is_asked_about_first():
    app = open_page()
    (menu,) = app.selectbox
    assert menu.value == classes.OPEN
    assert menu.options == [classes.OPEN, *NAMES]
    assert app.text[0].value.startswith("town.jpg")
    assert said(app) == ""


def test_there_are_several_and_they_are_shown_in_words():
    assert len(NAMES) >= 8
    assert "yin yang" in NAMES
    assert not any("_" in name for name in NAMES)


def test_a_class_picture_takes_the_place_of_the_open_one_and_gives_it_back():
    app = open_page()
    app.selectbox[0].set_value("yin yang").run()
    assert not app.exception
    assert app.text[0].value == "yin_yang.png (256, 256)"
    assert "**yin yang**" in said(app)
    app.selectbox[0].set_value(classes.OPEN).run()
    assert app.text[0].value.startswith("town.jpg")


def test_a_link_opens_a_class_picture():
    app = open_page(class_picture="stop sign")
    assert app.selectbox[0].value == "stop sign"
    assert app.text[0].value.startswith("stop_sign.png")


@pytest.mark.parametrize("value", ["unicorn", "", "../town", "`x` <b>", "x" * 500])
def test_an_unknown_class_in_a_link_is_said_and_the_open_picture_stays(value):
    app = open_page(class_picture=value)
    assert app.selectbox[0].value == classes.OPEN
    assert app.text[0].value.startswith("town.jpg")
    assert "There is no class picture called" in said(app)
    assert len(said(app)) < 150


def test_a_class_picture_is_opened_once():
    assert classes.picture("pizza") is classes.picture("pizza")
