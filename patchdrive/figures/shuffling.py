"""Charts of what shuffling does: curves with bands, similarity of tokens, probes, gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from patchdrive.types import Float

# Okabe and Ito's colours, which colour-blind eyes tell apart.
COLORS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b8a800", "#8a8a8a",
)  # fmt: skip
Point = tuple[float, float, float, float]  # x, mean, low, high


def color(name: str, names: Sequence[str]) -> str:
    """The colour of a name, the same in every chart of these names."""
    return COLORS[names.index(name) % len(COLORS)]


def curves(lines: Mapping[str, Sequence[Point]], *, x: str, y: str, floor: float = 0) -> go.Figure:
    """Means with bands, one line a name.

    lines  (x, mean, low, high) in order of x
    floor  a dotted line: chance
    """
    figure, names = go.Figure(), list(lines)
    for name, points in lines.items():
        at, mean, low, high = (list(one) for one in zip(*points, strict=True))
        tint = color(name, names)
        figure.add_scatter(
            x=[*at, *at[::-1]], y=[*high, *low[::-1]], fill="toself", fillcolor=tint, opacity=0.16,
            line={"width": 0}, hoverinfo="skip", showlegend=False, legendgroup=name,
        )  # fmt: skip
        figure.add_scatter(
            x=at, y=mean, name=name, mode="lines+markers", line={"color": tint, "width": 2},
            legendgroup=name, hovertemplate="%{y:.1f}",
        )  # fmt: skip
    if floor:
        figure.add_hline(floor, line={"dash": "dot", "width": 1, "color": "#888"})
    figure.update_layout(hovermode="x unified", xaxis_title=x, yaxis_title=y)
    return _framed(figure, 360)


def matrices(found: Mapping[str, Float], *, title: str) -> go.Figure:
    """Cosine similarities as pictures side by side, on one scale.

    found  (N, N) or (h, w) by name
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(1, len(found), subplot_titles=list(found), horizontal_spacing=0.03)
    for n, values in enumerate(found.values(), 1):
        heat = go.Heatmap(z=np.round(values, 3), coloraxis="coloraxis", hovertemplate="%{z:.2f}")
        figure.add_trace(heat, 1, n)
        axis = "" if n == 1 else str(n)
        figure.update_yaxes(autorange="reversed", scaleanchor=f"x{axis}", row=1, col=n)
    figure.update_xaxes(showticklabels=False, constrain="domain")
    figure.update_yaxes(showticklabels=False, constrain="domain")
    low = min(float(np.min(values)) for values in found.values())
    # Where all are alike, small differences are what there is to see.
    ends = {"colorscale": "RdBu_r", "cmin": -1, "cmax": 1}
    if low >= 0:
        ends = {"colorscale": "Viridis", "cmin": min(0.95, np.floor(20 * low) / 20), "cmax": 1}
    figure.update_layout(title=title, coloraxis={**ends, "colorbar": {"title": "cosine"}})
    return _framed(figure, 320, legend=False).update_layout(margin_t=76)


def bars(groups: Mapping[str, Mapping[str, Sequence[float]]], *, y: str) -> go.Figure:
    """Mean and range of several seeds as bars: group -> name -> one value a seed."""
    figure, names = go.Figure(), list(groups)
    for group, values in groups.items():
        means = [float(np.mean(seeds)) for seeds in values.values()]
        over = [max(seeds) - m for seeds, m in zip(values.values(), means, strict=True)]
        under = [m - min(seeds) for seeds, m in zip(values.values(), means, strict=True)]
        figure.add_bar(
            x=list(values), y=means, name=group, marker_color=color(group, names),
            error_y={"type": "data", "symmetric": False, "array": over, "arrayminus": under},
            hovertemplate="%{y:.3f}",
        )  # fmt: skip
    figure.update_layout(barmode="group", yaxis_title=y)
    return _framed(figure, 340)


def histogram(gates: Mapping[str, Float]) -> go.Figure:
    """How the gates (d,) of embeddings are spread between local (0) and global (1)."""
    figure, names = go.Figure(), list(gates)
    for name, gate in gates.items():
        figure.add_histogram(
            x=gate, name=name, opacity=0.65, marker_color=color(name, names),
            xbins={"start": 0, "end": 1, "size": 0.02},
        )  # fmt: skip
    axis = {"range": [0, 1], "title": "share of the global path"}
    figure.update_layout(barmode="overlay", yaxis_title="channels", xaxis=axis)
    return _framed(figure, 300)


def _framed(figure: go.Figure, height: int, *, legend: bool = True) -> go.Figure:
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 40, "b": 8}, showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure
