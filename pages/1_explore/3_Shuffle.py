"""Shuffle: what a classifier still knows when the order of its patches is lost."""

import streamlit as st

from patchdrive.ui import alike, classes, measured, parts, pictures, shuffling
from patchdrive.ui.frame import fragment, sides

opened = pictures.choose()
MODELS = ("vit-learned", "vit-none", "vit-lgp", "vit-summary")


@fragment
def body() -> None:
    """The protocol on the left, the shuffled picture on the right, answers below."""
    left, right = sides(2.2)
    with left:
        image = classes.choose(opened)
        knobs = st.container()
        names = shuffling.models("models", MODELS)
        with knobs:
            settings, turning = shuffling.settings(names)
        st.caption(shuffling.ABOUT[settings.stage])
    if not names:
        shuffling.none_chosen()
        return
    with right:
        found = shuffling.ask(image, settings, names)
        shuffling.picture(found.shown, image.name, "shuffle", turning)
    shuffling.table(found)
    tab = parts.tab("shuffle_tab", "Test set", "This picture", "Tokens")
    if tab == "Test set":
        measured.tested(settings, names)
    elif tab == "This picture":
        shuffling.curve(image, settings, names)
    else:
        alike.tokens(image, settings, names)


body()
