"""Two drives over one picture: laid over each other with a curtain between, or subtracted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from patchdrive.figures.difference import DIFFERENCE_LOOKS, agreement, difference_layer
from patchdrive.figures.layers import Classes, Landings, Layer, Raster, Truth
from patchdrive.figures.looks import dressed, look_knobs, properties
from patchdrive.figures.overlay import DRIVE_LOOKS
from patchdrive.settings import Knob, Value
from patchdrive.ui import live, panes, parts
from patchdrive.ui.panes import Pane
from patchdrive.ui.pictures import Opened
from patchdrive.ui.viewer import Screen, Turning, viewer


def pair(opened: Opened, network: Mapping[str, Value]) -> tuple[Pane, Pane]:
    """A and B over the picture of the page."""
    left, right = st.columns(2, gap="large")
    with left:
        first = panes.pane("a", opened, network)
    with right:
        return first, panes.pane("b", opened, network)


def over(a: Pane, b: Pane) -> None:
    """The overlays of A and B over one picture, to be wiped and blinked."""
    first, second = lettered(a), lettered(b)
    looks = [(one, name) for one in (a, b) for name in DRIVE_LOOKS if name != "magnify"]
    knobs = {f"{one.letter}_{name}": one.turning.knobs[name] for one, name in looks}
    sides = [layer.name for layer in first], [layer.name for layer in second]
    one_viewer(a, b, [*first, *second], knobs, sides)
    st.table(panes.numbers((a, b)))


def minus(a: Pane, b: Pane) -> None:
    """What the map of A gives more than that of B, and how far both agree."""
    looks = {**DIFFERENCE_LOOKS}
    for one, colors in ((a, "plasma"), (b, "viridis")):
        name = f"{one.letter}_saccades"
        looks |= look_knobs(name, Landings, path=False, windows=False, colormap=colors)
    layers = [layer for one in (a, b) for layer in lettered(one) if isinstance(layer, Landings)]
    maps = a.seen.saliency, b.seen.saliency
    one_viewer(a, b, [difference_layer(*maps), *layers], looks, None)
    st.caption(
        f"**Purple**: A ({maps[0].method}) gives more. **Orange**: "
        f"B ({maps[1].method}) gives more. Each map is scaled to 0 to 1 over this picture first."
    )
    agree(a, b)


_ORDER = (Raster, Classes, Truth, Landings)  # from below


def one_viewer(
    a: Pane,
    b: Pane,
    layers: list[Layer],
    looks: Mapping[str, Knob],
    wipe: tuple[list[str], list[str]] | None,
) -> None:
    """Layers of both panes in one viewer, with the sliders of both."""
    known = [layer for layer in (a.opened.classes, a.opened.truth) if layer is not None]
    about = [f"{layer.name}_{prop}" for layer in known for prop in properties(layer)]
    about.append("magnify")
    knobs: dict[str, Knob] = {**{name: DRIVE_LOOKS[name] for name in about}, **looks}
    for one in (a, b):
        for name in panes.SLIDERS:
            knob = one.turning.knobs[name]
            label = f"{one.letter.upper()}: {knob.label}"
            knobs[f"{one.letter}_{name}"] = replace(knob, label=label)
    values = live.values(knobs)
    layers = sorted([*known, *layers], key=lambda layer: _ORDER.index(type(layer)))
    sliders = [f"{one.letter}_{name}" for one in (a, b) for name in panes.SLIDERS]
    screen = Screen(f"{panes.LINK}_both", link=panes.LINK, wipe=wipe)
    turning = Turning(knobs, sliders, values)
    layers = dressed(layers, values)
    viewer(layers, a.opened.image, a.opened.key, turning=turning, screen=screen)


def lettered(one: Pane) -> list[Layer]:
    """Map and landings of a pane, named after it: "a_saliency"; they know their knobs' prefix."""
    prefix = f"{one.letter}_"
    found: list[Layer] = []
    for layer in one.layers:
        if isinstance(layer, Landings):
            words = {**(layer.live or {}), "prefix": prefix}
            found.append(replace(layer, name=prefix + layer.name, live=words))
        elif isinstance(layer, Raster):
            found.append(replace(layer, name=prefix + layer.name))
    return found


def agree(a: Pane, b: Pane) -> None:
    """How far maps and saccades agree, in numbers."""
    radius = min(one.settings.saccades.radius for one in (a, b))
    found = agreement(
        (a.seen.saliency, b.seen.saliency), (a.seen.saccades, b.seen.saccades), radius
    )
    flat, none = "flat map", "no places"
    parts.numbers(
        {
            "Correlation": (
                flat if found.correlation is None else f"{found.correlation:.2f}",
                "Pearson's, over the cells of both maps: 1 where one is a scaled copy of the other",
            ),
            "Mean difference": (
                f"{found.distance:.3f}",
                "Mean absolute difference of the maps, each scaled to 0 to 1",
            ),
            "Places in common": (
                none if found.shared is None else f"{100 * found.shared:.0f} %",
                f"Places of either drive with one of the other within {radius} px "
                "(the smaller NMS radius of the two)",
            ),
        }
    )
