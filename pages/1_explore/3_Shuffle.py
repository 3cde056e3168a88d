"""Shuffle: what a classifier still knows when the order of its patches is lost."""

import streamlit as st

from patchdrive.ui import parts, pictures, shuffling
from patchdrive.ui.frame import fragment

opened = pictures.choose()
MODELS = ("vit-learned", "vit-none", "vit-lgp", "vit-summary")


@fragment
def body() -> None:
    """The protocol on the left, the shuffled picture on the right, answers below."""
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        settings, turning = shuffling.settings()
        names = shuffling.models("models", MODELS)
        st.caption(shuffling.ABOUT[settings.stage])
    if not names:
        shuffling.none_chosen()
        return
    with right:
        found = shuffling.ask(opened.image, settings, names)
        shuffling.picture(found.shown, opened.image.name, "shuffle", turning)
    shuffling.table(found)
    tab = parts.tab("shuffle_tab", "Test set", "This picture", "Tokens")
    if tab == "Test set":
        shuffling.tested(settings, names)
    elif tab == "This picture":
        shuffling.curve(opened.image, settings, names)
    else:
        shuffling.tokens(found, names[0])


body()
