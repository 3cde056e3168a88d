"""What a hand marked in the viewer, as the page tells it, and the way back to none."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from patchdrive.marks import MarkSettings
from patchdrive.ops.marks import valid
from patchdrive.settings import Value
from patchdrive.types import Grid, SettingError, Size
from patchdrive.ui import links, live
from patchdrive.ui.pictures import Opened
from patchdrive.ui.viewer import Turning

_PARTED = {"keep": ",", "ban": ",", "inside": ";"}  # the knobs, and what parts their marks


def own(opened: Opened) -> None:
    """Marks belong to one picture: another one starts without any.

    Those of a link that are none, or lie outside the picture, are left out and told.
    """
    digest = opened.image.digest
    if st.session_state.setdefault("marked picture", digest) != digest:
        st.session_state["marked picture"] = digest
        reset()
    knobs = MarkSettings.knobs()
    used, faults = fitting(live.values(knobs), opened.image.size)
    if faults:
        live.turn(used, knobs)
    for name, line in faults.items():
        links.note(name, line)


def fitting(
    values: Mapping[str, Value], size: Size, prefix: str = ""
) -> tuple[dict[str, str], dict[str, str]]:
    """The marks that can be used on a picture of that size, and what is said of the others.

    prefix   stands before the names in the URL
    returns  texts by knob, and one line for each knob of which something is left out
    """
    used, faults = {}, {}
    for name, by in _PARTED.items():
        used[name], line = _fitting(name, str(values[name]), by, size)
        if line:
            faults[prefix + name] = prefix + line
    return used, faults


def _fitting(name: str, text: str, by: str, size: Size) -> tuple[str, str]:
    """The marks of one knob that can be used, and what is said of the others."""
    grid = Grid(size, (1, 1))
    try:
        valid(MarkSettings(**{name: text}), grid, 0)
        return text, ""
    except SettingError as error:
        whole = str(error)
    pieces = [piece for piece in text.split(by) if piece.strip()]
    good: list[str] = []
    first = ""
    for piece in pieces:
        try:
            valid(MarkSettings(**{name: piece}), grid, 0)
        except SettingError as error:
            first = first or str(error)
            continue
        try:
            more = MarkSettings(**{name: by.join([*good, piece])})
        except SettingError:  # more than there may be: a long link must not take long
            break
        good = str(getattr(more, name)).split(by)
    kept = f"{len(good)} of its {len(pieces)} marks" if good else "no mark of it"
    return by.join(good), f"{first or whole}; {kept} {'is' if len(good) < 2 else 'are'} used"


def told(turning: Turning) -> None:
    """How many marks are set, with a button that resets them; nothing where there are none."""
    texts = [str(turning.values[name]) for name in _PARTED]
    parted = zip(texts, _PARTED.values(), strict=True)
    counts = [len(text.split(by)) if text else 0 for text, by in parted]
    if not any(counts):
        return
    kinds = ("kept", "banned", "outline" if counts[2] == 1 else "outlines")
    words = ", ".join(f"{n} {kind}" for n, kind in zip(counts, kinds, strict=True) if n)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/edit_location_alt: Marked by hand: {words}", width="content")
        st.button("Reset marks", icon=":material/restart_alt:", on_click=reset)


def reset() -> None:
    """Take all marks away; the viewer sees it with its next message, and can undo it."""
    knobs = MarkSettings.knobs()
    live.turn(dict.fromkeys(knobs, ""), knobs)
