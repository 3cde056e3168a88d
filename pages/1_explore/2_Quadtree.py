"""Quadtree: a picture cut into squares that are small where there are edges."""

import streamlit as st

from patchdrive.figures import charts, mosaic, tree_layers
from patchdrive.ui import controls, parts, pictures, runs
from patchdrive.ui.frame import fragment
from patchdrive.ui.store import store
from patchdrive.ui.viewer import viewer

opened = pictures.choose()


@fragment
def body() -> None:
    """Knobs on the left, the picture on the right, what it was cut into below."""
    left, right = st.columns([1, 3.2], gap="medium")
    with left:
        settings, look, edges, as_tokens = controls.tree()
    with right:
        result = runs.grow(opened.image, settings)
        layers = tree_layers(result, look, edges)
        kept = runs.remembered(result, settings) if as_tokens else None
        shown = store().put(kept.image, derived=True) if kept else opened.key
        size = opened.image.size
        viewer(layers, image_key=shown, size=size, key="tree", height=parts.height(size))
        parts.leaves(result, settings, kept)
        tab = parts.tab("tree_tab", "Tokens", "Levels", "Times", "Download")
        if tab == "Tokens":
            st.caption(parts.token_words(result))
            st.image(mosaic(result.tokens))
        elif tab == "Levels":
            st.plotly_chart(charts.levels(result.quadtree))
            parts.threshold_curve(result, settings)
        elif tab == "Times":
            st.plotly_chart(charts.times(result.ms))
        elif tab == "Download":
            parts.downloads(result, layers, look)


body()
