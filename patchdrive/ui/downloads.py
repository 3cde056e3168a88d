"""What a page gives away: pictures with their overlays, numbers, and a page that opens offline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from patchdrive import figures
from patchdrive.figures.layers import Layer
from patchdrive.pipelines import export
from patchdrive.pipelines.geojson import to_geojson
from patchdrive.types import UNTRAINED, DriveResult, TreeResult
from patchdrive.ui.viewer import Turning
from patchdrive.viewer.alone import living
from patchdrive.viewer.standalone import page

SIDES = (960, 1920, 3840, 7680)  # px


def downloads(result: DriveResult | TreeResult, layers: Sequence[Layer], turning: Turning) -> None:
    """A button for each form; a file is made when somebody asks for it.

    layers   as the viewer shows them
    turning  what can be turned in the viewer: the offline page keeps it
    """
    left, right, _ = st.columns([2, 1, 2], vertical_alignment="bottom")
    side = left.select_slider(
        "Longest side of PNG and GIF (px)", SIDES, SIDES[1], key="png_side", bind="query-params",
        help="The PNG is never enlarged; the GIF has at most 1,920 px",
    )  # fmt: skip
    legend = right.toggle("Legend", True, key="png_legend", bind="query-params")
    what = "saccades" if isinstance(result, DriveResult) else "leaves"
    stem = result.image.name.rsplit(".", 1)[0]
    image, note = result.image, _note(result)
    made: dict[str, tuple[str, Callable[[], str | bytes]]] = {
        "PNG": (
            "image/png",
            lambda: figures.png(image, layers, max_side=side, note=note, legend=legend),
        ),
        "SVG": ("image/svg+xml", lambda: figures.svg(image, layers, picture=True)),
        "GIF": ("image/gif", lambda: figures.steps_gif(image, layers, max_side=min(side, 1920))),
        "HTML": ("text/html", lambda: _page(result, layers, turning)),
        "JSON": ("application/json", lambda: export.to_json(result)),
        "CSV": ("text/csv", lambda: export.to_csv(result)),
        "GeoJSON": ("application/geo+json", lambda: to_geojson(result)),
    }
    for column, (form, (mime, make)) in zip(st.columns(len(made)), made.items(), strict=True):
        column.download_button(
            form,
            make,
            f"{stem}_{what}.{form.lower()}",
            mime,
            key=f"download_{what}_{form}",
            help=HELP[form],
            on_click="ignore",
            width="stretch",
        )


HELP = {
    "PNG": "The whole picture with its overlays",
    "SVG": "The overlays as vectors over a preview of the picture",
    "GIF": "The steps: saccade after saccade, or level after level",
    "HTML": "The viewer with the picture inside: one file that opens offline by a double click",
    "JSON": "Settings, places, scores and times",
    "CSV": "A line for each saccade or leaf",
    "GeoJSON": "Places and windows in pixels, as QuPath and maps read them",
}


def _note(result: DriveResult | TreeResult) -> str:
    if isinstance(result, DriveResult) and result.fusion is not None and not result.fusion.trained:
        return f"fusion by an {UNTRAINED}"
    return ""


def _page(result: DriveResult | TreeResult, layers: Sequence[Layer], turning: Turning) -> str:
    """The offline page, in which sliders and hand go on working."""
    alive, screen = living(result, layers, turning.values)
    return page(result.image, alive, title=result.image.name, note=_note(result), screen=screen)
