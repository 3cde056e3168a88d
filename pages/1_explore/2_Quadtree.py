"""Quadtree: a picture cut into squares that are small where there are edges."""

import streamlit as st

from patchdrive.figures import charts, mosaic, tree_layers
from patchdrive.ui import controls, leaf, parts, pictures, runs
from patchdrive.ui.downloads import downloads
from patchdrive.ui.frame import fragment, sides
from patchdrive.ui.viewer import viewer

opened = pictures.choose()


@fragment
def body() -> None:
    """Knobs on the left, the picture on the right, what it was cut into below."""
    left, right = sides(3.2)
    with left:
        settings, turning = controls.tree()
    with right:
        result = runs.grow(opened.image, settings, "tree")
        shown = turning.values["tokens_visible"]
        kept = runs.remembered(result, settings, "tree") if shown else None
        layers = tree_layers(result, turning.values, tokens=kept.image if kept else True)
        layers = runs.cuttable(layers, opened.image, settings)
        screen = leaf.screen("tree", result, settings)
        viewer(layers, opened.image, opened.key, turning=turning, screen=screen)
        parts.leaves(result, settings, kept)
        tab = parts.tab("tree_tab", "Tokens", "Levels", "Times", "Download")
        if tab == "Tokens":
            st.caption(parts.token_words(result))
            st.image(mosaic(result.tokens))
        elif tab == "Levels":
            st.plotly_chart(charts.levels(result.quadtree, str(turning.values["leaves_colormap"])))
            parts.threshold_curve(result, settings)
        elif tab == "Times":
            st.plotly_chart(charts.times(result.ms))
        elif tab == "Download":
            downloads(result, layers, turning)


body()
