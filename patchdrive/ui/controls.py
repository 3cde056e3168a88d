"""Knobs to widgets: each bound to the URL, so that a link reproduces the page."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from patchdrive.figures.overlay import TREE_LOOKS, drive_looks
from patchdrive.marks import MarkSettings
from patchdrive.models.device import present
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings, drive_knobs, tree_knobs
from patchdrive.plaintext import markdown as plain
from patchdrive.saliency import METHODS
from patchdrive.settings import (
    EdgeSettings,
    GlanceSettings,
    Knob,
    PatchSettings,
    TokenSettings,
    Value,
    acting,
)
from patchdrive.types import SettingError
from patchdrive.ui import allowed, links, live
from patchdrive.ui.viewer import Turning
from patchdrive.viewer.alone import DRIVE_SLIDERS, tree_sliders

LONG = 4096  # a range beyond this is typed, not dragged


def turn(names: Iterable[str], knobs: Mapping[str, Knob]) -> dict[str, Value]:
    """Show a widget for each of the knobs, and return their values by name."""
    return {name: widget(name, knobs[name]) for name in names}


def widget(name: str, knob: Knob) -> Value:
    """The widget that fits a knob; its key and URL parameter are the knob's flat name."""
    unit = f" ({knob.unit})" if knob.unit else ""
    label = f"{knob.label or name}{unit}"
    common: dict[str, Any] = {"key": name, "help": knob.help, "bind": "query-params"}
    if isinstance(knob.default, bool):
        return bool(st.toggle(label, knob.default, **common))
    if knob.choices and isinstance(knob.default, str):
        return _menu(label, knob, common)
    if knob.choices:
        return st.select_slider(label, knob.choices, knob.default, **common)  # type: ignore[no-any-return]
    assert isinstance(knob.default, int | float), "other knobs have choices"
    assert knob.low is not None, "a number has a range"
    assert knob.high is not None, "a number has a range"
    kind = type(knob.default)
    ends = (kind(knob.low), kind(knob.high), knob.default)
    if knob.high > LONG:
        return st.number_input(label, *ends, step=kind(knob.step or 1), **common)
    return st.slider(label, *ends, step=kind(knob.step or 1), **common)  # type: ignore[no-any-return]


def _menu(label: str, knob: Knob, common: dict[str, Any]) -> str:
    choices = [str(choice) for choice in knob.choices]
    if not knob.open and len(choices) <= 2:
        start = None if common["key"] in links.chosen() else str(knob.default)
        picked = st.segmented_control(label, choices, default=start, required=True, **common)
        return str(picked)
    first = choices.index(str(knob.default))
    if common["key"] in links.chosen():
        first = 0
    picked = st.selectbox(label, choices, first, accept_new_options=knob.open, **common)
    return str(picked or knob.default)


T = TypeVar("T", DriveSettings, TreeSettings)


def checked(kind: type[T], values: Mapping[str, Value]) -> T:
    """The settings; where knobs contradict each other, one line in words and the last good ones."""
    kept = f"last {kind.__name__}"
    try:
        knobs = drive_knobs() if kind is DriveSettings else tree_knobs()
        settings = kind.of(acting(values, knobs))  # a page's widgets remember what waits
        if isinstance(settings, DriveSettings):
            allowed.check(settings.network)
    except SettingError as error:
        st.error(plain(str(error)))
        last: T = st.session_state.get(kept) or kind.of({})
        return last
    st.session_state[kept] = settings
    return settings


def network() -> dict[str, Value]:
    """Device and weights, in the sidebar.

    Files of weights are offered only from the folder that PATCHDRIVE_WEIGHTS names: the page's
    readers must not reach other files of the server.
    """
    knobs = dict(drive_knobs())
    folder = Path(os.environ.get("PATCHDRIVE_WEIGHTS", os.devnull))
    files = {file.name: str(file) for file in sorted(folder.glob("*.safetensors"))}
    offered = (*knobs["weights"].choices, *files)
    knobs["weights"] = replace(knobs["weights"], choices=offered, open=False)
    knobs["device"] = replace(knobs["device"], choices=("auto", *present()))
    with st.sidebar:
        st.subheader("Networks", anchor=False)
        values = turn(("device", "weights", "seed"), knobs)
    chosen = str(values["weights"])
    return {**values, "weights": files.get(chosen, chosen)}


def drive(network: Mapping[str, Value]) -> tuple[DriveSettings, Turning]:
    """Knobs of a drive: the settings, and what is turned in the viewer itself."""
    knobs = drive_knobs()
    with st.expander("Where to look", expanded=True, icon=":material/my_location:"):
        values = turn(("saliency", "picker"), knobs)
    with st.expander("How it is judged", icon=":material/visibility:"):
        prefix = f"{values['saliency']}_"
        values |= turn([name for name in knobs if name.startswith(prefix)], knobs)
        values |= turn(GlanceSettings.knobs(), knobs)
    with st.expander("Patches", icon=":material/crop:"):
        values |= turn(PatchSettings.knobs(), knobs)
    with st.expander("Networks", icon=":material/hub:"):
        values |= turn(("fuse", "global_backbone", "highres_backbone"), knobs)
    chosen = {name: knobs[name] for name in (*DRIVE_SLIDERS, *MarkSettings.knobs())}
    looks = drive_looks(METHODS[str(values["saliency"])].scale)
    turning = _turning({**chosen, **looks}, DRIVE_SLIDERS)
    values |= {name: turning.values[name] for name in chosen}
    return checked(DriveSettings, {**values, **network}), turning


def tree() -> tuple[TreeSettings, Turning]:
    """Knobs of a tree: the settings, and what is turned in the viewer itself."""
    knobs = tree_knobs()
    with st.expander("When to split", expanded=True, icon=":material/grid_view:"):
        values = turn(("split", "min_leaf", "max_leaf"), knobs)
    with st.expander("Edges", expanded=True, icon=":material/gesture:"):
        values |= turn(EdgeSettings.knobs(), knobs)
    with st.expander("Tokens", icon=":material/apps:"):
        values |= turn(TokenSettings.knobs(), knobs)
    (by,) = tree_sliders(values)
    live.hide("max_detail" if by == "budget" else "budget")
    turning = _turning({by: knobs[by], **TREE_LOOKS}, (by,))
    values[by] = turning.values[by]
    told = {**turning.values, "split": values["split"]}
    return checked(TreeSettings, values), replace(turning, values=told)


def _turning(knobs: Mapping[str, Knob], sliders: tuple[str, ...]) -> Turning:
    return Turning(knobs, sliders, live.values(knobs))
