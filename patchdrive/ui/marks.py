"""What a hand marked in the viewer, as the page tells it, and the way back to none."""

from __future__ import annotations

import streamlit as st

from patchdrive.marks import MarkSettings
from patchdrive.ui import live
from patchdrive.ui.pictures import Opened
from patchdrive.ui.viewer import Turning

_PARTED = {"keep": ",", "ban": ",", "inside": ";"}  # the knobs, and what parts their marks


def own(opened: Opened) -> None:
    """Marks belong to one picture: another one starts without any."""
    digest = opened.image.digest
    if st.session_state.setdefault("marked picture", digest) != digest:
        st.session_state["marked picture"] = digest
        reset()


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
