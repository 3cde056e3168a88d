"""Side by side: one picture judged in several ways, or several pictures judged in one."""

import streamlit as st

from patchdrive.ui import controls, pairs, panes, pictures
from patchdrive.ui.frame import fragment

opened = pictures.choose()
network = controls.network()


@fragment
def body() -> None:
    """Panes whose views move together; overlays parted by a curtain; the difference of two maps."""
    choice = panes.choose()
    if choice.mode == panes.SIDE:
        panes.beside(choice, opened, network)
        st.caption(
            "The panes move together: wheel, drag and keys work on all of them, and a small cross "
            "shows where the pointer is in the others."
        )
    elif choice.mode == panes.OVER:
        pairs.over(*pairs.pair(opened, network))
        st.caption("Drag the curtain, or focus it and use the arrows; `w` lifts it, `b` blinks.")
    else:
        pairs.minus(*pairs.pair(opened, network))


body()
