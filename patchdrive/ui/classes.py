"""Class pictures: drawings of what the shipped classifiers know, in place of the open picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from patchdrive.images import open_image
from patchdrive.plaintext import markdown as plain
from patchdrive.types import Image
from patchdrive.ui.pictures import Opened

FOLDER = Path(__file__).parents[2] / "assets" / "classes"
PARAMETER, OPEN = "class_picture", "the open picture"
SMALL = 96  # CSS pixels


@cache
def classes() -> dict[str, Path]:
    """The shipped class pictures by their class in words."""
    return {file.stem.replace("_", " "): file for file in sorted(FOLDER.glob("*.png"))}


@cache
def picture(name: str) -> Image:
    """A class picture by its class in words."""
    return open_image(classes()[name])


def choose(opened: Opened) -> Image:
    """Show the menu of pictures, and return the one to ask about."""
    asked = st.query_params.get(PARAMETER, OPEN)
    chosen = st.selectbox(
        "Picture", (OPEN, *classes()), key=PARAMETER, bind="query-params",
        help="The models know 101 classes of things. The open picture is rarely one of them; "
        "the others here are drawings of one each.",
    )  # fmt: skip
    if asked not in (OPEN, *classes()):
        st.caption(f"There is no class picture called {plain(repr(asked[:40]))}; {OPEN} is asked.")
    if chosen not in classes():
        return opened.image
    small, said = st.columns([1, 2], vertical_alignment="center")
    small.image(str(classes()[chosen]), width=SMALL)
    said.caption(f"A drawing of the class **{chosen}**, made by this project: no test of accuracy.")
    return picture(chosen)
