"""Wavelet packets as things to look at: all bands as one picture, their energy, a patch's reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from patchdrive.figures.charts import BLUE, ORANGE, plain
from patchdrive.figures.layers import Classes, Overlay, Truth
from patchdrive.figures.looks import look_knobs
from patchdrive.settings import Settings, knob
from patchdrive.types import Bool, Byte, Float, Int, Size

SHOWN = 99  # percentile of a band's sizes that is shown in full: single outliers would dim it
REACH = ("the patch", "changes with it")
FAINTEST = 1e-12  # of the energy: what is less is rounding

LOOKS = look_knobs("bands", Truth)
REACH_LOOKS = look_knobs("reach", Classes, opacity=0.6)
REBUILT_LOOKS = look_knobs("rebuilt", Overlay)


@dataclass(frozen=True)
class MosaicLook(Settings):
    """How bands are drawn; changes no number."""

    order: str = knob(
        "frequency",
        "frequency: low ones top left, higher ones to the right and down. natural: row after row "
        "as a network's channels come, the first letter most significant",
        label="Order", choices=("frequency", "natural"),
    )  # fmt: skip
    range: str = knob(
        "own",
        "own: each band is scaled by itself, so that faint ones show. common: all details by the "
        "strongest, so that bands compare",
        label="Range", choices=("own", "common"),
    )  # fmt: skip
    details: str = knob(
        "magnitude",
        "magnitude: black is zero, white a large size. signed: grey is zero, light above, dark "
        "below; seen from afar, both cancel",
        label="Details", choices=("magnitude", "signed"),
    )  # fmt: skip


def mosaic(bands: Float, order: Int, look: MosaicLook) -> Byte:
    """All bands side by side, (2^n h, 2^n w, 3) uint8.

    bands  (4^n, 3, h, w) float in natural order, the first the approximation, of pixels 0 to 255
    order  (4^n,) the band that stands at each place, row after row
    """
    count, channels, height, width = bands.shape
    side = round(count**0.5)
    sheet = np.empty((count, height, width, channels), np.uint8)
    sheet[0] = _bytes(bands[0] / side).transpose(1, 2, 0)
    details = _sizes(bands[1:], look)
    reach = np.percentile(np.abs(details), SHOWN, axis=(1, 2), keepdims=True)
    if look.range == "common":
        reach[:] = reach.max(initial=0)
    shares = np.clip(np.divide(details, reach, where=reach > 0, out=np.zeros_like(details)), -1, 1)
    if look.range == "common":  # faint bands stay in sight beside strong ones
        shares = np.sign(shares) * np.sqrt(np.abs(shares))
    scale = (128, 127) if look.details == "signed" else (0, 255)
    sheet[1:] = _bytes(scale[0] + scale[1] * shares)[..., None]
    placed = sheet[order].reshape(side, side, height, width, channels).swapaxes(1, 2)
    return np.ascontiguousarray(placed).reshape(side * height, side * width, channels)


def _sizes(details: Float, look: MosaicLook) -> Float:
    """The mean over the channels: of the values, or of their sizes."""
    return (details if look.details == "signed" else np.abs(details)).mean(axis=1)


def _bytes(values: Float) -> Byte:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def named(names: Sequence[str], cells: Size) -> Truth:
    """The bands of a mosaic as boxes with names; names row after row, cells (h, w) of a band."""
    side, (height, width) = round(len(names) ** 0.5), cells
    row, column = np.divmod(np.arange(len(names)), side)
    top, left = row * height, column * width
    boxes = np.stack([top, left, top + height, left + width], axis=1).astype(np.int64)
    return Truth("bands", boxes, tuple(names), hover=True)


def reach_layer(touched: Bool, cell: tuple[int, int], patch: int) -> Classes:
    """The patch, and the other places whose bands change with it, over the padded picture."""
    height, width = touched.shape
    labels = np.where(touched, np.uint8(1), np.uint8(255))
    labels[cell] = 0
    return Classes("reach", labels, (height * patch, width * patch), REACH, opacity=0.55)


def energy_map(energy: Float, order: Int, names: Sequence[str]) -> go.Figure:
    """Each band's share at its place in the mosaic, in powers of ten.

    energy  (4^n,) shares in natural order
    order   (4^n,) the band at each place; names are in that order
    """
    side = round(len(energy) ** 0.5)
    shares = energy[order].reshape(side, side)
    powers = np.log10(np.maximum(shares, FAINTEST))
    marks = np.arange(np.ceil(powers.min()), 0.5)
    heat = go.Heatmap(
        z=powers,
        text=np.array(names).reshape(side, side),
        customdata=100 * shares,
        colorscale="Viridis",
        zmax=0,
        zmin=powers.min(),
        colorbar={"tickvals": marks, "ticktext": [_percent(10**mark) for mark in marks]},
        hovertemplate="%{text}: %{customdata:.3g} %<extra></extra>",
    )
    figure = plain(go.Figure(heat), 320, title="Energy at each place")
    figure.update_yaxes(autorange="reversed", visible=False)
    figure.update_xaxes(visible=False)
    return figure


def energy_curve(energy: Float, names: Sequence[str], kept: Bool) -> go.Figure:
    """Shares of the energy from the strongest band down, on a log scale; kept ones in orange.

    energy, names, kept  of the bands in natural order
    """
    by = np.argsort(-energy, kind="stable")
    shares = 100 * np.maximum(energy[by], FAINTEST)
    rank, words = np.arange(1, len(by) + 1), [names[band] for band in by]
    hover = "%{customdata}, number %{x}: %{y:.3g} %<extra></extra>"
    traces = []
    for mask, color in ((~kept[by], BLUE), (kept[by], ORANGE)):
        traces.append(
            go.Bar(
                x=rank[mask], y=shares[mask], customdata=np.array(words)[mask], width=1,
                marker={"color": color, "line": {"width": 0}}, hovertemplate=hover,
            )
        )  # fmt: skip
    figure = plain(
        go.Figure(traces),
        320,
        title="By energy; kept: orange",
        xaxis_title="band, the strongest first",
        yaxis_title="% of the energy",
        yaxis_type="log",
        barmode="overlay",
    )
    return figure.update_yaxes(dtick=1)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def reach_map(touched: Bool, cell: tuple[int, int]) -> go.Figure:
    """The places of a band that change with one patch: it in orange, the others in blue."""
    kinds = touched.astype(np.int64)
    kinds[cell] = 2
    words = np.array(["does not change", REACH[1], REACH[0]])
    gap = 1 if max(touched.shape) <= 40 else 0  # lines would hide smaller cells
    heat = go.Heatmap(
        z=kinds, zmin=0, zmax=2, xgap=gap, ygap=gap, showscale=False, text=words[kinds],
        colorscale=[(0, "rgba(128, 128, 128, 0.18)"), (0.5, BLUE), (1, ORANGE)],
        hovertemplate="row %{y}, column %{x}: %{text}<extra></extra>",
    )  # fmt: skip
    figure = plain(go.Figure(heat), 320, title="Places of a band")
    figure.update_xaxes(constrain="domain", showgrid=False)
    figure.update_yaxes(
        autorange="reversed",
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
        showgrid=False,
    )
    return figure
