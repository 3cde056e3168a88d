"""Charts of what shuffling does: curves with bands, probes, gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go

from patchdrive.plaintext import plotly
from patchdrive.types import Float

# Okabe and Ito's colours, which colour-blind eyes tell apart.
COLORS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b8a800", "#8a8a8a",
)  # fmt: skip
GREY = "#8a8a8a"
Point = tuple[float, float, float, float]  # x, mean, low, high


@dataclass(frozen=True)
class Ink:
    """How a name is drawn, in every chart alike.

    dash, symbol  of lines and of points on them, as Plotly names them
    """

    color: str
    dash: str = "solid"
    symbol: str = "circle"


Inks = Mapping[str, Ink]


@dataclass(frozen=True)
class Around:
    """What stands around curves.

    x, y    titles of the axes
    floors  dotted level lines by name: chance
    at      where a person is now, on x
    """

    x: str
    y: str
    floors: Mapping[str, float] = field(default_factory=dict)
    at: float | None = None


def ink(name: str, names: Sequence[str], inks: Inks) -> Ink:
    """The ink of a name; names that have none get one each by their order."""
    return inks.get(name) or Ink(COLORS[names.index(name) % len(COLORS)])


def curves(lines: Mapping[str, Sequence[Point]], around: Around, inks: Inks) -> go.Figure:
    """Means with bands, one line a name.

    lines  (x, mean, low, high) in order of x
    """
    figure, names = go.Figure(), list(lines)
    for name, points in lines.items():  # all bands lie below all lines
        at, _, low, high = (list(one) for one in zip(*points, strict=True))
        figure.add_scatter(
            x=[*at, *at[::-1]], y=[*high, *low[::-1]], mode="lines", line={"width": 0},
            fill="toself", fillcolor=ink(name, names, inks).color, opacity=0.13,
            hoverinfo="skip", showlegend=False, legendgroup=name,
        )  # fmt: skip
    for name, points in lines.items():
        at, mean, *_ = (list(one) for one in zip(*points, strict=True))
        look = ink(name, names, inks)
        figure.add_scatter(
            x=at, y=mean, name=plotly(name), mode="lines+markers", legendgroup=name,
            line={"color": look.color, "width": 2, "dash": look.dash},
            marker={"symbol": look.symbol, "size": 7, "maxdisplayed": 12},
            hovertemplate="%{y:.1f}",
        )  # fmt: skip
    for name, level in around.floors.items():
        place = "top right" if level == min(around.floors.values()) else "bottom right"
        figure.add_hline(
            level, line={"dash": "dot", "width": 1, "color": GREY}, annotation_text=plotly(name),
            annotation_position=place, annotation_font={"size": 11, "color": GREY},
        )  # fmt: skip
    if around.at is not None:
        figure.add_vline(around.at, line={"width": 1, "color": GREY})
    figure.update_layout(hovermode="x unified", xaxis_title=around.x, yaxis_title=around.y)
    figure.update_yaxes(rangemode="tozero")
    return _framed(figure, 380)


def bars(groups: Mapping[str, Mapping[str, Sequence[float]]], inks: Inks, *, y: str) -> go.Figure:
    """Mean and range of several seeds as bars: group -> name -> one value a seed.

    A name keeps its colour; groups differ in their hatching.
    """
    figure = go.Figure()
    names = list(dict.fromkeys(name for values in groups.values() for name in values))
    for group, hatch in zip(groups, _hatches(), strict=False):
        means = [float(np.mean(seeds)) for seeds in groups[group].values()]
        pairs = list(zip(groups[group].values(), means, strict=True))
        figure.add_bar(
            x=[plotly(name) for name in groups[group]], y=means, name=plotly(group),
            showlegend=False,
            marker={"color": [ink(one, names, inks).color for one in groups[group]], **hatch},
            error_y={
                "type": "data", "symmetric": False, "color": GREY,
                "array": [max(seeds) - mean for seeds, mean in pairs],
                "arrayminus": [mean - min(seeds) for seeds, mean in pairs],
            },
            hovertemplate="%{y:.3f}", offsetgroup=group, legendgroup=group,
        )  # fmt: skip
    for group, hatch in zip(groups, _hatches(), strict=False):  # the legend, of no model's colour
        figure.add_bar(
            x=[None], y=[None], name=plotly(group), marker={"color": GREY, **hatch},
            offsetgroup=group, legendgroup=group,
        )  # fmt: skip
    figure.update_layout(barmode="group", yaxis_title=y)
    return _framed(figure, 340)


def _hatches() -> Iterator[dict[str, object]]:
    for shape in ("", "/", "x", "."):
        yield {"pattern": {"shape": shape, "fillmode": "replace", "size": 6}}


def histogram(gates: Mapping[str, Float], inks: Inks) -> go.Figure:
    """How the gates (d,) of embeddings are spread between local (0) and global (1)."""
    figure, names = go.Figure(), list(gates)
    for name, gate in gates.items():
        figure.add_histogram(
            x=gate, name=plotly(name), opacity=0.65, marker_color=ink(name, names, inks).color,
            xbins={"start": 0, "end": 1, "size": 0.02},
        )  # fmt: skip
    axis = {"range": [0, 1], "title": "share of the global path"}
    figure.update_layout(barmode="overlay", yaxis_title="channels", xaxis=axis)
    return _framed(figure, 300)


def _framed(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 40, "b": 8}, showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure
