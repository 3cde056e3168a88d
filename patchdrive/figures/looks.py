"""Looks: how layers are drawn. They change no number, and each is a knob as any other.

A look's name is its layer's and its property's: `saliency_opacity`, `leaves_style`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from patchdrive.figures.colors import DIVERGING, NAMES
from patchdrive.figures.layers import (
    MAGNIFIED,
    Classes,
    Gate,
    Landings,
    Layer,
    Leaves,
    Mask,
    Overlay,
    Raster,
    Truth,
)
from patchdrive.settings import Knob, Value

_MAPS = tuple(name for name in NAMES if name not in DIVERGING)
_VISIBLE = Knob(True, "Whether the layer is drawn", label="Visible")
_OPACITY = Knob(1.0, "How strongly it is drawn", label="Opacity", low=0.0, high=1.0, step=0.01)
_COLORMAP = Knob("inferno", "Its colours", label="Colours", choices=_MAPS)


def _part(label: str, help_: str) -> Knob:
    return Knob(True, help_, label=label)


_PROPERTIES: dict[type, dict[str, Knob]] = {
    Raster: {
        "visible": _VISIBLE,
        "opacity": _OPACITY,
        "colormap": _COLORMAP,
        "alone": Knob(
            False, "The map in place of the picture, and nothing else over it", label="Alone"
        ),
        "scale": Knob(
            "log",
            "log shows what is faint, linear what is strong, percentile gives all colours a share",
            label="Scale", choices=("log", "linear", "percentile"),
        ),
        "low": Knob(
            0.0, "What the first colour stands for", label="From", low=0.0, high=1.0, step=0.01
        ),
        "high": Knob(
            1.0, "What the last colour stands for", label="To", low=0.0, high=1.0, step=0.01
        ),
        "full": Knob(
            0.0,
            "What 1 stands for in the method's own unit, so that two pictures compare; 0: this "
            "picture's own highest value",
            label="Fixed scale", low=0.0, high=1e6, step=0.001,
        ),
    },
    Gate: {"visible": _VISIBLE, "opacity": _OPACITY},
    Classes: {"visible": _VISIBLE, "opacity": _OPACITY},
    Mask: {"visible": _VISIBLE, "opacity": _OPACITY},
    Overlay: {"visible": _VISIBLE, "opacity": _OPACITY},
    Leaves: {
        "visible": _VISIBLE,
        "opacity": _OPACITY,
        "colormap": _COLORMAP,
        "style": Knob("outline", "Lines or areas", label="Style", choices=("outline", "fill")),
        "by": Knob("level", "What the colour shows", label="Colour by", choices=("level", "score")),
    },
    Landings: {
        "visible": _VISIBLE,
        "colormap": _COLORMAP,
        "path": _part("Path", "The way from landing to landing"),
        "windows": _part("Windows", "The patches' borders"),
        "numbers": _part("Numbers", "The visiting order in figures"),
        "values": _part("Scores", "The value that won each landing"),
        "inhibition": _part("Silenced", "Where each landing silences others (the NMS radius)"),
    },
    Truth: {"visible": _VISIBLE},
}  # fmt: skip


MAGNIFY = Knob(
    "normal",
    "How large numbers and how thick lines are in a window; large: for a projector",
    label="Numbers and lines", choices=tuple(MAGNIFIED),
)  # fmt: skip
"""One for all layers of a viewer: the look `magnify`."""


def look_knobs(name: str, kind: type, **defaults: Value) -> dict[str, Knob]:
    """The knobs of one layer by full name; defaults by property, else those of its class."""
    return {
        f"{name}_{prop}": replace(knob, default=defaults.get(prop, getattr(kind, prop)))
        for prop, knob in _PROPERTIES[kind].items()
    }


def properties(layer: Layer) -> tuple[str, ...]:
    """What can be turned about the layer."""
    return tuple(_PROPERTIES[type(layer)])


def dressed(layers: Sequence[Layer], looks: Mapping[str, Any]) -> list[Layer]:
    """The same layers as these looks want them; other names are ignored."""
    if "magnify" in looks:
        sized = {"magnify": looks["magnify"]}
        layers = [replace(one, **sized) if hasattr(one, "magnify") else one for one in layers]
    return [
        replace(
            layer,
            **{
                prop: looks[f"{layer.name}_{prop}"]
                for prop in properties(layer)
                if f"{layer.name}_{prop}" in looks
            },
        )
        for layer in layers
    ]
