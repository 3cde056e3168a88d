"""Plotly pages: a picture with its layers, which opens offline. Here x comes before y."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image as Pillow

from patchdrive.figures import colors
from patchdrive.figures.layers import Landings, Layer, Leaves, Mask, Raster, Truth, magnified
from patchdrive.figures.overlay import Looks, drive_layers, tree_layers
from patchdrive.plaintext import plotly
from patchdrive.types import UNTRAINED, Byte, DriveResult, Float, Image, Int, Size, TreeResult

PREVIEW = 1600  # px; larger pictures make Plotly slow and the file heavy


def saccades(
    result: DriveResult, looks: Looks | None = None, truth: Truth | None = None
) -> go.Figure:
    """A drive as a page: preview, saliency, numbered saccades with path and windows."""
    layers = drive_layers(result, looks, truth)
    share = f"{100 * result.cost.share:.1f} % of the pixels read"
    words = [f"{result.image.name}: {result.saccades.note} places, {share}"]
    words += [layer.note for layer in layers if isinstance(layer, Raster) and layer.note]
    if result.fusion is not None and not result.fusion.trained:
        words.append(f"fusion by an {UNTRAINED}")
    return _draw(_picture(result.image, " · ".join(words)), layers, result.image.size)


def leaves(result: TreeResult, looks: Looks | None = None) -> go.Figure:
    """A tree as a page: preview and leaves coloured by level."""
    title = (
        f"{result.image.name}: {len(result.quadtree):,} leaves, "
        f"{result.reduction:.1f} times fewer than {result.uniform:,} of the smallest"
    )
    figure = _picture(result.image, title)
    return _draw(figure, tree_layers(result, looks, edges=False), result.image.size)


def _picture(image: Image, title: str) -> go.Figure:
    height, width = image.size
    figure = go.Figure()
    figure.add_layout_image(_over(image.size, _uri(image.preview(PREVIEW), "JPEG"), 1.0))
    figure.update_xaxes(range=[0, width], showgrid=False, zeroline=False, constrain="domain")
    figure.update_yaxes(
        range=[height, 0], showgrid=False, zeroline=False, scaleanchor="x", constrain="domain"
    )
    figure.update_layout(
        title=plotly(title),
        template="plotly_dark",
        margin={"l": 40, "r": 10, "t": 50, "b": 30},
        dragmode="pan",
        legend={"orientation": "h", "y": -0.05},
    )
    return figure


def _over(size: Size, uri: str, opacity: float) -> dict[str, object]:
    height, width = size
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": width, "sizey": height}
    return {**place, "sizing": "stretch", "layer": "below", "source": uri, "opacity": opacity}


def _uri(pixels: Byte, form: str) -> str:
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, form, **({"quality": 88} if form == "JPEG" else {}))
    return f"data:image/{form.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def _draw(figure: go.Figure, layers: Sequence[Layer], size: Size) -> go.Figure:
    for layer in layers:
        if not layer.visible:
            continue
        if isinstance(layer, Raster):
            figure.add_layout_image(_over(size, _uri(_tinted(layer), "PNG"), 1.0))
        elif isinstance(layer, Leaves):
            _leaves(figure, layer)
        elif isinstance(layer, Landings):
            _landings(figure, layer)
        elif isinstance(layer, Truth):
            _truth(figure, layer)
        elif isinstance(layer, Mask):
            raise ValueError("a mask at native resolution is drawn by the viewer, not by Plotly")
    return figure


def _tinted(layer: Raster) -> Byte:
    """RGBA (h, w, 4) whose alpha grows with the value."""
    tints = colors.table(layer.colormap)[layer.values]
    alpha = np.rint(255 * layer.strengths(layer.values)).astype(np.uint8)
    return np.dstack([tints, alpha])


def _css(rgb: Byte) -> str:
    return f"rgb({rgb[0]},{rgb[1]},{rgb[2]})"


def _outlines(boxes: Int) -> tuple[Float, Float]:
    """x and y of all outlines as one line, each box followed by a NaN."""
    y0, x0, y1, x1 = boxes.T.astype(np.float64)
    gap = np.full(len(boxes), np.nan)
    xs = np.stack([x0, x1, x1, x0, x0, gap], -1).ravel()
    ys = np.stack([y0, y0, y1, y1, y0, gap], -1).ravel()
    return xs, ys


def _leaves(figure: go.Figure, layer: Leaves) -> None:
    levels = np.unique(layer.depth)
    for level, color in zip(levels, colors.levels(layer.colormap, levels), strict=True):
        mine = layer.boxes[layer.depth == level]
        xs, ys = _outlines(mine)
        side = int((mine[:, 2:] - mine[:, :2]).max())
        figure.add_trace(
            go.Scattergl(
                x=xs,
                y=ys,
                mode="lines",
                line={"width": magnified([layer]), "color": _css(color)},
                opacity=layer.opacity,
                name=f"{len(mine):,} leaves of {side} px",
                hoverinfo="skip",
            )
        )


def _landings(figure: go.Figure, layer: Landings) -> None:
    ys, xs = layer.yx.T
    order = np.arange(1, len(xs) + 1)
    box_x, box_y = _outlines(layer.boxes)
    larger = magnified([layer])
    thin = {"width": larger, "color": "rgba(255,255,255,0.75)"}
    figure.add_trace(
        go.Scatter(x=box_x, y=box_y, mode="lines", line=thin, name="windows", hoverinfo="skip")
    )
    figure.add_trace(
        go.Scatter(x=xs, y=ys, mode="lines", line={**thin, "dash": "dot"}, name="path",
                   hoverinfo="skip")
    )  # fmt: skip
    hover = [
        f"saccade {n}<br>y {y}, x {x}<br>score {s:.3f}"
        for n, y, x, s in zip(order, ys, xs, layer.scores, strict=True)
    ]
    marker = {
        "size": 16 * larger,
        "color": order,
        "colorscale": layer.colormap,
        "line": {"width": 1.5, "color": "white"},
    }
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            mode="markers+text",
            marker=marker,
            text=[str(n) for n in order],
            textposition="top right",
            textfont={"color": "white", "size": 12 * larger},
            hovertext=hover,
            hoverinfo="text",
            name="saccades",
        )
    )


def _truth(figure: go.Figure, layer: Truth) -> None:
    xs, ys = _outlines(layer.boxes)
    line = {"width": 1.5, "color": "#39d0ff", "dash": "dash"}
    figure.add_trace(
        go.Scatter(x=xs, y=ys, mode="lines", line=line, name="ground truth", hoverinfo="skip")
    )
