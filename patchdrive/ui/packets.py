"""The parts of the page about wavelet packets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from patchdrive.figures import packets as figures
from patchdrive.figures.layers import Layer, Overlay
from patchdrive.figures.looks import dressed
from patchdrive.figures.packets import MosaicLook
from patchdrive.images import MemoryImage
from patchdrive.ops import wavelets
from patchdrive.pipelines import packets as pipeline
from patchdrive.pipelines.clock import Chain
from patchdrive.pipelines.packets import KeepSettings, PacketResult, PacketSettings
from patchdrive.settings import Knob
from patchdrive.types import Int, Size
from patchdrive.ui import controls, live, packet_words, parts
from patchdrive.ui.memory import shelf
from patchdrive.ui.pictures import Opened
from patchdrive.ui.runs import watched
from patchdrive.ui.store import store
from patchdrive.ui.viewer import Screen, Turning, viewer

BANDS, REACH, REBUILT = "Bands", "Reach of a patch", "Rebuilt"
VIEWERS = {BANDS: "mosaic", REACH: "reach", REBUILT: "rebuilt"}  # keys
ROW, COLUMN = "patch_row", "patch_column"
GRID = "grid of patches"  # that row and column were chosen in


@dataclass(frozen=True)
class Choice:
    """What a person chose on the left.

    settings  of the transform
    look      of the mosaic
    cell      (row, column) of the patch
    keep      which bands stay
    """

    settings: PacketSettings
    look: MosaicLook
    cell: tuple[int, int]
    keep: KeepSettings


def choose(opened: Opened) -> Choice:
    """All knobs of the page."""
    with st.expander("Transform", expanded=True, icon=":material/grid_view:"):
        settings = PacketSettings.of(_turn(PacketSettings.knobs()))
    working = pipeline.working_copy(opened.image, settings.working, memory=shelf())
    pipeline.check_size(working.size, settings)
    with st.expander("Bands", expanded=True, icon=":material/apps:"):
        look = MosaicLook.of(_turn(MosaicLook.knobs()))
    with st.expander("Patch", expanded=True, icon=":material/crop_square:"):
        cell = _cell(working.size, settings.levels)
    with st.expander("Rebuilt", expanded=True, icon=":material/healing:"):
        keep = _keep()
    return Choice(settings, look, cell, keep)


def _turn(knobs: Mapping[str, Knob]) -> dict[str, object]:
    return dict(controls.turn(knobs, knobs))


def _cell(size: Size, levels: int) -> tuple[int, int]:
    """The patch: by numbers, or by a click into the viewer just now."""
    height, width = (-(-side >> levels) for side in size)
    _keep_place((height, width))
    if clicked := (st.session_state.get(VIEWERS[REACH]) or {}).get("select"):
        st.session_state[ROW] = min(clicked["y"] >> levels, height - 1)
        st.session_state[COLUMN] = min(clicked["x"] >> levels, width - 1)
    help_ = f"Of the patches of {1 << levels} px; a click into the picture under {REACH!r} sets it"
    row = _number("Row", ROW, height, help_)
    return row, _number("Column", COLUMN, width, help_)


def _keep_place(size: Size) -> None:
    """Where there are other patches than before, the one at the same place is chosen."""
    before = st.session_state.get(GRID)
    st.session_state[GRID] = size
    for key, old, new in zip((ROW, COLUMN), before or size, size, strict=True):
        if key in st.session_state and old != new:
            middle = (2 * int(st.session_state[key]) + 1) * new
            st.session_state[key] = min(middle // (2 * old), new - 1)


def _number(label: str, key: str, count: int, help_: str) -> int:
    start: dict[str, Any] = {"value": count // 2}
    if key in st.session_state:  # a click has set it: a start value beside that would be a warning
        start = {}
    return int(
        st.number_input(
            label, 0, count - 1, step=1, key=key, help=help_, bind="query-params", **start
        )
    )


def _keep() -> KeepSettings:
    """Which bands stay, with the knob that decides."""
    knobs = KeepSettings.knobs()
    values = controls.turn(("bands",), knobs)
    decides = {"strongest": ("strongest",), "low frequencies": ("cutoff",)}
    values |= controls.turn(decides.get(str(values["bands"]), ()), knobs)
    return KeepSettings.of(values)


def split(opened: Opened, choice: Choice, view: str) -> PacketResult:
    """The packets, with words about the copy that they are of; view is what shows them."""
    result = watched(
        VIEWERS[view],
        lambda memory, tell: pipeline.split(
            opened.image, choice.settings, memory=memory, listener=tell
        ),
    )
    st.caption(f":material/info: {packet_words.copy(opened.image.size, result)}")
    return result


def bands(result: PacketResult, choice: Choice) -> None:
    """All bands as one picture, and what each of them holds."""
    s, look = result.settings, choice.look
    kind: wavelets.Order = "natural" if look.order == "natural" else "frequency"
    order = wavelets.band_order(s.levels, kind)
    names = wavelets.band_names(s.levels, kind)
    chain = Chain(result.working.digest, shelf())
    pixels = result.bands.numpy()
    image = chain.stage(
        "mosaic",
        (s, look),
        lambda: MemoryImage(figures.mosaic(pixels, order, look), "bands"),
    )
    layers: list[Layer] = [figures.named(names, result.cells)]
    values = live.values(figures.LOOKS)
    turning = Turning(figures.LOOKS, (), values)
    clicked = viewer(
        dressed(layers, values),
        image,
        store().put(image, derived=True),
        turning=turning,
        screen=Screen(VIEWERS[BANDS], name=f"{result.working.name} bands"),
    ).select
    st.caption(packet_words.scale(look))
    if clicked:
        side, (height, width) = 1 << s.levels, result.cells
        band = int(order[clicked["y"] // height * side + clicked["x"] // width])
        st.markdown(f":material/ads_click: {packet_words.band(result, band)}")
    _energy(result, choice, order, names)


def _energy(result: PacketResult, choice: Choice, order: Int, names: list[str]) -> None:
    energy, levels = result.energy, result.settings.levels
    natural = wavelets.band_names(levels)
    stay = pipeline.kept(energy, levels, choice.keep)
    st.markdown(packet_words.energy(result))
    left, right = st.columns(2, gap="medium")
    left.plotly_chart(figures.energy_map(energy, order, names))
    right.plotly_chart(figures.energy_curve(energy, natural, stay))


def reach(result: PacketResult, choice: Choice) -> None:
    """Where in the bands one patch shows."""
    touched = pipeline.touched(result, choice.cell)
    image = pipeline.padded_copy(result, memory=shelf())
    layer = figures.reach_layer(touched, choice.cell, result.patch)
    values = live.values(figures.REACH_LOOKS)
    viewer(
        dressed([layer], values),
        image,
        store().put(image, derived=True),
        turning=Turning(figures.REACH_LOOKS, (), values),
        screen=Screen(VIEWERS[REACH], name=f"{result.working.name} reach"),
    )
    left, right = st.columns([2, 1], gap="medium")
    left.markdown(packet_words.reach(result, touched))
    left.caption(
        "Computed from the filters: a place counts where a change of the patch can change its "
        "coefficient in at least one band; filters that leave the picture come in at the other "
        "border. Click another patch in the picture."
    )
    right.plotly_chart(figures.reach_map(touched, choice.cell))


def rebuilt(result: PacketResult, choice: Choice) -> None:
    """The picture from the bands that stay, beside the one that was taken apart."""
    found = watched(
        VIEWERS[REBUILT],
        lambda memory, tell: pipeline.rebuild(result, choice.keep, memory=memory, listener=tell),
    )
    working = result.working
    values = live.values(figures.REBUILT_LOOKS)
    viewer(
        dressed([Overlay("rebuilt", found.image)], values),
        working,
        store().put(working, derived=True),
        turning=Turning(figures.REBUILT_LOOKS, (), values),
        screen=Screen(VIEWERS[REBUILT], name=f"{working.name} rebuilt", wipe=([], ["rebuilt"])),
    )
    parts.numbers(
        {
            "Bands": (
                f"{found.kept.sum():,} of {len(found.kept):,}",
                "Those kept; the others are zero",
            ),
            "Energy": (parts.percent(found.energy), "Kept, of the sum of all squares"),
            "PSNR": (
                packet_words.decibels(found.psnr),
                "Peak signal-to-noise ratio against the working copy",
            ),
            "Difference": (
                str(found.difference),
                "The largest over all pixels and channels, in grey levels of 255",
            ),
        }
    )
    st.caption(f":material/compare: {packet_words.rebuilt(found)}")
