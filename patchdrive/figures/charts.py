"""Small charts beside the picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from patchdrive.figures import colors
from patchdrive.figures.layers import Leaves
from patchdrive.plaintext import plotly
from patchdrive.types import UNTRAINED, Fusion, Int, Quadtree, Saccades, SaliencyMap

BLUE, ORANGE = "#4c9be8", "#f0a04b"


def plain(figure: go.Figure, height: int = 260, **layout: object) -> go.Figure:
    """The figure with narrow margins and without a legend."""
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 30, "b": 8}, showlegend=False, **layout
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure


def times(ms: Mapping[str, float]) -> go.Figure:
    """Milliseconds by stage."""
    names = list(ms)[::-1]
    values = [ms[name] for name in names]
    bar = go.Bar(
        x=values,
        y=[plotly(name) for name in names],
        orientation="h",
        marker_color=BLUE,
        text=[f"{value:.1f} ms" for value in values],
        textposition="auto",
        hoverinfo="skip",
    )
    return plain(go.Figure(bar), 60 + 30 * len(names), xaxis_title="ms", title="Time by stage")


def scores(saliency: SaliencyMap, saccades: Saccades) -> go.Figure:
    """How the map's scores are spread, and which of them were picked."""
    counts, edges = np.histogram(saliency.values, bins=64, range=(0, 1))
    middle = (edges[:-1] + edges[1:]) / 2
    bars = go.Bar(x=middle, y=counts, marker_color=BLUE, name="cells", width=1 / 64)
    marks = saccades.scores.astype(np.float64)
    # One trace for all marks: a shape each costs milliseconds each.
    xs = np.stack([marks, marks, np.full_like(marks, np.nan)], axis=-1).ravel()
    ys = np.tile([0.5, max(1, counts.max()), np.nan], len(marks))
    line = {"color": ORANGE, "width": 1}
    figure = go.Figure([bars, go.Scatter(x=xs, y=ys, mode="lines", line=line, opacity=0.6)])
    return plain(
        figure,
        title="Scores of all cells; picked ones in orange",
        yaxis_type="log",
        xaxis_title="score",
        yaxis_title="cells",
    )


def weights(fusion: Fusion) -> go.Figure:
    """Attention of each head on each patch."""
    heads, count = fusion.weights.shape
    heat = go.Heatmap(
        z=fusion.weights,
        x=[str(n) for n in range(1, count + 1)],
        y=[f"head {n}" for n in range(1, heads + 1)],
        colorscale="Viridis",
        hovertemplate="patch %{x}, %{y}: %{z:.3f}<extra></extra>",
    )
    note = "" if fusion.trained else f" ({UNTRAINED})"
    title = f"Fusion weights by head and patch{note}"
    return plain(go.Figure(heat), 280, title=title, xaxis_title="patch")


def levels(tree: Quadtree, colormap: str = Leaves.colormap) -> go.Figure:
    """How many leaves there are of each size, in the colours that they have over the picture."""
    depths, counts = np.unique(tree.depth, return_counts=True)
    depths, counts = depths[::-1], counts[::-1]  # the smallest first
    bar = go.Bar(
        x=[f"{tree.roots >> depth} px" for depth in depths],
        y=counts,
        marker_color=[colors.css(tint) for tint in colors.levels(colormap, depths)],
        text=[f"{count:,}" for count in counts],
        textposition="auto",
    )
    return plain(go.Figure(bar), title="Leaves by size", yaxis_title="leaves")


def curve(counts: Int, current: int, chosen: int) -> go.Figure:
    """Leaves for every split threshold; the current one marked.

    counts   (V,) int64, leaves at threshold 0, 1, ...
    current  the threshold in force
    chosen   the leaves there are now
    """
    line = go.Scatter(x=np.arange(len(counts)), y=counts, mode="lines", line={"color": BLUE})
    figure = go.Figure(line)
    figure.add_trace(
        go.Scatter(x=[current], y=[chosen], mode="markers", marker={"size": 10, "color": ORANGE})
    )
    return plain(
        figure,
        title="Leaves for every threshold",
        xaxis_title="split threshold (edge px)",
        yaxis_title="leaves",
        yaxis_type="log",
    )
