"""Drive: a glance at the whole picture decides where to look closely."""

import streamlit as st

from patchdrive.figures import charts, drive_layers
from patchdrive.ui import controls, marks, parts, pictures, runs
from patchdrive.ui.downloads import downloads
from patchdrive.ui.frame import fragment, sides
from patchdrive.ui.viewer import Screen, viewer

opened = pictures.choose()
network = controls.network()


@fragment
def body() -> None:
    """Knobs on the left, the picture on the right, what was seen below."""
    marks.own(opened)
    left, right = sides(3.2)
    with left:
        settings, turning = controls.drive(network)
    above = right.container()
    with right:
        marks.told(turning)  # first, so that marks which stop the drive can be reset
    with above:
        seen = runs.see(opened.image, settings, "drive")
        layers = drive_layers(seen, turning.values, opened.truth, opened.classes)
        layers = runs.choosable(layers, seen, settings)
        chosen = parts.chosen("drive", seen)
        details = parts.details(seen, settings, chosen)
        screen = Screen("drive", selected=chosen, details=details)
        viewer(layers, opened.image, opened.key, turning=turning, screen=screen)
    with right:
        parts.cost(seen)
        parts.found(seen, opened)
        result = runs.fuse(seen, settings, "drive")
        parts.weigh(details, result)
        tab = parts.tab("drive_tab", "Patches", "Times", "Scores", "Fusion", "Download")
        if tab in ("Patches", "Fusion"):
            parts.fusion_note(result.fusion)
        if tab == "Patches":
            parts.gallery(result, opened, chosen)
        elif tab == "Times":
            st.plotly_chart(charts.times(result.ms))
        elif tab == "Scores":
            st.plotly_chart(charts.scores(result.saliency, result.saccades))
        elif tab == "Fusion" and result.fusion is not None and len(result.patches):
            st.plotly_chart(charts.weights(result.fusion))
        elif tab == "Download":
            downloads(result, layers, turning)


body()
