"""What a link asks for, held against what the page shows: told in one line, never swallowed.

Streamlit drops or clamps what its widgets cannot take without a word, so the address's own
parameters are kept at a page's first run and compared when it has been drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import streamlit as st

from patchdrive.figures.difference import DIFFERENCE_LOOKS
from patchdrive.figures.overlay import DRIVE_LOOKS, TREE_LOOKS
from patchdrive.pipelines.knobs import drive_knobs, tree_knobs
from patchdrive.pipelines.packets import KeepSettings, PacketSettings
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.plaintext import markdown as plain
from patchdrive.settings import Knob, settled
from patchdrive.types import SettingError
from patchdrive.ui import live

_PAGE, _ASKED, _TOLD, _CHOSEN = "link page", "link asked", "link told", "link chosen"
_NOTES = "link notes"
_PANES = ("a_", "b_", "c_", "d_")
_PICTURES = ("picture", "class_picture")  # those who open them tell what is wrong
LONGEST = 40  # letters of a value that are repeated

# Widgets of pages that are no knobs of a settings class, by their parameter.
WIDGETS = (
    "drive_tab", "tree_tab", "shuffle_tab", "position_tab", "wavelets_view", "compare", "panes",
    "fixed", "models", "position_models", "png_side", "png_legend", "patch_row", "patch_column",
    *(f"{one}picture" for one in _PANES),
)  # fmt: skip


def _tables() -> tuple[Mapping[str, Knob], ...]:
    """Knobs that may choose each other."""
    kept = KeepSettings.knobs()
    return drive_knobs(), tree_knobs(), ShuffleSettings.knobs(), kept, PacketSettings.knobs()


@cache
def known() -> dict[str, Knob]:
    """Every knob that an address may hold, by its parameter."""
    found: dict[str, Knob] = {**DRIVE_LOOKS, **TREE_LOOKS, **DIFFERENCE_LOOKS}
    for table in _tables():
        found |= table
    shown = {**drive_knobs(), **DRIVE_LOOKS}
    panes = {f"{one}{name}": knob for one in _PANES for name, knob in shown.items()}
    return {**panes, **found}


def begin(page: str) -> None:
    """At the first run of a page, before it is drawn: keep what the address asks for.

    A knob that belongs to a choice makes it, as on the command line: budget=1024 splits by budget.
    """
    if st.session_state.get(_PAGE) == page:
        return
    lists = {name: st.query_params.get_all(name) for name in st.query_params}
    asked = {name: texts[-1] for name, texts in lists.items()}
    st.session_state[_PAGE], st.session_state[_ASKED] = page, lists
    st.session_state[_NOTES] = {}
    st.session_state.pop(_TOLD, None)
    for table in _tables():
        given = {name: text for name, text in asked.items() if name in table}
        try:
            more = {n: v for n, v in settled(given, table).items() if n not in given}
        except SettingError:
            continue  # told when the page is drawn
        for name, value in more.items():
            st.session_state[name] = value
            st.session_state[_CHOSEN] = {*chosen(), name}


def chosen() -> set[str]:
    """Widgets that a link has set: a start value beside that would be a warning."""
    found: set[str] = st.session_state.get(_CHOSEN, set())
    return found


def note(name: str, line: str) -> None:
    """Say of a parameter of the link what only its part of the page can know."""
    st.session_state.setdefault(_NOTES, {})[name] = line


def tell(place: Any) -> None:
    """What of the link is not shown as it was asked for, until somebody has read it."""
    if _TOLD not in st.session_state:
        asked: dict[str, list[str]] = st.session_state.get(_ASKED, {})
        notes: dict[str, str] = st.session_state.get(_NOTES, {})
        lines = [notes.get(name) or _fault(name, texts) for name, texts in asked.items()]
        st.session_state[_TOLD] = [line for line in lines if line]
    if lines := st.session_state[_TOLD]:
        with place.container(horizontal=True, vertical_alignment="center"):
            st.warning(plain(f"The link: {'; '.join(lines)}."), icon=":material/link_off:")
            st.button("OK", key="link read", on_click=lambda: st.session_state.update({_TOLD: []}))


def _fault(name: str, texts: list[str]) -> str:
    """What is wrong with one parameter, and what is used instead; "" where nothing is."""
    if name in WIDGETS and name in st.session_state:
        return _unlike(name, texts, st.session_state[name])
    text, knob = texts[-1], known().get(name)
    if knob is None:
        close = get_close_matches(name, (*known(), *WIDGETS), 1, cutoff=0.8)
        if name in WIDGETS:
            return _elsewhere(name)
        unheard = name not in st.session_state and name not in _PICTURES
        words = f"there is no {name[:LONGEST]!r}; did you mean {close[0]!r}?" if close else ""
        return words if unheard else ""
    if name.startswith(_PANES) and f"{name[:2]}saliency" not in st.session_state:
        return _elsewhere(name)
    held = live.held()
    shown = name in held or name in st.session_state
    used = held.get(name, st.session_state.get(name, knob.default))
    try:
        wanted = knob.check(name, text)
    except SettingError as error:
        return f"{str(error).replace(text, text[:LONGEST])}; {used} is used instead"
    if not shown:
        needs = " or ".join(f"{other}={value}" for other, values in knob.needs for value in values)
        if name.startswith(_PANES):
            return f"a pane has no {name[2:]!r}; {name} is left out"
        return f"{name} acts only with {needs}; it is left out" if needs else ""
    if str(used) == str(wanted):
        return ""
    return f"{name} cannot be {str(wanted)[:LONGEST]!r} here; {used} is used instead"


def _unlike(name: str, texts: list[str], used: Any) -> str:
    """What a widget of a page could not take of the values it was asked for."""
    shown = [str(one).lower() for one in (used if isinstance(used, list | tuple) else [used])]
    wrong = [text for text in texts if text and text.lower() not in shown]
    if not wrong:
        return ""
    words = ", ".join(repr(text[:LONGEST]) for text in wrong[:3])
    instead = ", ".join(map(str, used)) if isinstance(used, list | tuple) else str(used)
    return f"{name} cannot be {words} here; {instead or 'none'} is used instead"


def _elsewhere(name: str) -> str:
    """What is said of a parameter whose pane is not shown."""
    if not name.startswith(_PANES):
        return ""  # of another page
    return f"{name} is of pane {name[0].upper()}, which is not shown; it is left out"
