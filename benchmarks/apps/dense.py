"""A page with dense overlays and one knob: the viewer (`?in=viewer`) or Plotly (`?in=plotly`).

    size   a name of scene.SIZES
    knob   python: Streamlit's own slider, each value with other leaves, saccades and heat;
           live: a slider in the viewer cuts the tree anew

One file, two roles: the server's routes and the page.
"""

from __future__ import annotations

import base64
import gc
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import plotly.graph_objects as go
import streamlit as st
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from streamlit.runtime.scriptrunner import get_script_run_ctx

from benchmarks import scene
from patchdrive.figures.layers import Landings, Leaves, Raster
from patchdrive.images import encode
from patchdrive.settings import SplitSettings
from patchdrive.ui import live
from patchdrive.ui.routes import routes
from patchdrive.ui.store import store
from patchdrive.ui.viewer import Turning, viewer

LEAVES = 25_000
TURNS = 64  # values of the knob of Python
REACH = 20  # thresholds to either side that the live knob offers
PICTURE = "bench/picture.jpg"
Layers = tuple[Raster, Leaves, Landings]


def served(_: object) -> Response:
    """The 4K picture as one JPEG, for Plotly and for the bare canvas."""
    pixels = scene.picture("4K").pixels
    return Response(
        encode(pixels), headers={"Cache-Control": "max-age=999"}, media_type="image/jpeg"
    )


def bare(_: object) -> Response:
    """The page with one canvas."""
    return FileResponse(Path(__file__).with_name("bare.html"))


OWN = [Route(f"/{PICTURE}", served), Route("/bench/bare.html", bare)]
app = st.App(__file__, routes=[*routes(), *OWN])


@st.cache_resource
def layers(size: str, value: int) -> Layers:
    """Overlays for a value of the knob of Python; all of them differ from value to value."""
    leaves = scene.tree(size, LEAVES).leaves(value - TURNS // 2)
    shape = scene.SIZES[size]
    return scene.heat(value, shape), leaves, scene.landings(value, shape)


@st.cache_resource
def ready(size: str) -> str:
    """Compute what the knob of Python will show, and hold the picture; its key."""
    for value in range(TURNS):
        layers(size, value)
    gc.collect()
    gc.freeze()  # as the app itself does once its libraries are there
    return store().put(scene.picture(size))


@st.fragment
def by_python(size: str, shown_in: str) -> None:
    """Streamlit's slider, and what it changes."""
    key = ready(size)
    value = st.slider("Turn", 0, TURNS - 1, 0)
    if shown_in == "plotly":
        st.plotly_chart(figure(layers(size, value), scene.SIZES[size]), key="chart")
    else:
        viewer(layers(size, value), scene.picture(size), key)


@st.fragment
def by_hand(size: str) -> None:
    """The tree's threshold as a slider in the viewer."""
    tree = scene.tree(size, scene.TARGETS[size])
    low, high = max(0, tree.threshold - REACH), tree.threshold + REACH
    knob = replace(SplitSettings.knobs()["max_detail"], default=tree.threshold, low=low, high=high)
    knobs = {"max_detail": knob}
    values = live.values(knobs)
    shape = scene.SIZES[size]
    over = [scene.heat(0, shape), tree.leaves(live=True), scene.landings(0, shape)]
    turning = Turning(knobs, ["max_detail"], values)
    image = scene.picture(size)
    viewer(over, image, store().put(image), turning=turning)


def figure(over: Layers, size: scene.Size) -> go.Figure:
    """Plotly at its best: the picture by URL, heat and leaves as pictures, points as SVG."""
    heat, leaves, marks = over
    height, width = size
    shown = go.Figure()
    pictures = ((PICTURE, 1.0), (tinted(heat), heat.opacity), (outlined(leaves, size), 1.0))
    for number, (source, opacity) in enumerate(pictures):
        # Plotly takes pictures at exactly the same place for one.
        shown.add_layout_image(
            source=source, x=-number / 1000, y=0, sizex=width, sizey=height, xref="x", yref="y",
            sizing="stretch", layer="below", opacity=opacity,
        )  # fmt: skip
    marker = {"color": np.arange(len(marks.yx)), "colorscale": marks.colormap, "size": 9}
    shown.add_scatter(x=marks.yx[:, 1], y=marks.yx[:, 0], mode="lines+markers", marker=marker)
    shown.update_xaxes(range=[0, width], showgrid=False)
    shown.update_yaxes(range=[height, 0], scaleanchor="x", showgrid=False)
    return shown.update_layout(height=640, uirevision="same", dragmode="pan")


def tinted(heat: Raster) -> str:
    """The map's colours as a picture in the page."""
    return _inline(cv2.applyColorMap(heat.values, cv2.COLORMAP_INFERNO))


def outlined(leaves: Leaves, size: scene.Size) -> str:
    """The leaves' borders as a picture of half the size, one bit deep."""
    lines = np.zeros((size[0] // 2, size[1] // 2), np.uint8)
    for y0, x0, y1, x1 in (leaves.boxes // 2).tolist():
        lines[y0, x0:x1] = 255
        lines[y0:y1, x0] = 255
    empty = np.zeros_like(lines)
    return _inline(cv2.merge([empty, lines, lines, lines]))


def _inline(pixels: np.ndarray) -> str:
    done, data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    return f"data:image/png;base64,{base64.b64encode(data.tobytes()).decode()}"


if get_script_run_ctx(suppress_warning=True) is not None:
    st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
    asked = st.query_params
    if asked.get("knob") == "live":
        by_hand(asked.get("size", "4K"))
    else:
        by_python(asked.get("size", "4K"), asked.get("in", "viewer"))
