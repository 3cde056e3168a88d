"""Drives beside each other: panes with a saliency, a picture and a viewer each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from patchdrive.figures.layers import Layer
from patchdrive.figures.overlay import DRIVE_LOOKS, drive_layers, drive_looks, hits, odds_of
from patchdrive.marks import MarkSettings
from patchdrive.pipelines.knobs import DriveSettings, drive_knobs
from patchdrive.plaintext import markdown as plain
from patchdrive.saliency import DEFAULT, METHODS
from patchdrive.settings import Knob, Value
from patchdrive.types import DriveResult, Size
from patchdrive.ui import controls, links, live, marks, parts, runs
from patchdrive.ui.pictures import Opened, shipped
from patchdrive.ui.samples import samples
from patchdrive.ui.viewer import Screen, Turning, viewer

SIDE, OVER, MINUS = MODES = ("Side by side", "Overlay", "Difference")
LETTERS = "abcd"
STARTS = (DEFAULT, "edges", "residual", "entropy")  # the saliency of each pane at first
SLIDERS = ("k", "radius", "threshold")
OPEN = "open"  # the picture that the whole page shows
LINK = "compare"


# Panes keep a width in which a picture can be looked at; where there is no room they stack.
_STYLE = f"""<style>
.st-key-{LINK}_panes [data-testid="stColumn"] {{ min-width: 320px; }}
.st-key-{LINK}_panes [data-testid="stColumn"] [data-testid="stColumn"] {{ min-width: 84px; }}
@media (max-width: 640px) {{
  .st-key-{LINK}_panes [data-testid="stColumn"] {{ min-width: 100%; }}
}}
</style>"""


@dataclass(frozen=True)
class Pane:
    """One drive: letter, picture, settings, what is turned in its viewer, and its result."""

    letter: str
    opened: Opened
    settings: DriveSettings
    turning: Turning
    seen: DriveResult

    @property
    def key(self) -> str:
        return f"{LINK}_{self.letter}"

    @property
    def layers(self) -> list[Layer]:
        known = self.opened.truth, self.opened.classes
        layers = drive_layers(self.seen, self.turning.values, *known)
        return runs.choosable(layers, self.seen, self.settings)


@dataclass(frozen=True)
class Choice:
    """How drives are compared.

    mode   one of MODES
    count  of panes
    fixed  whether maps of one method share a colour scale
    """

    mode: str
    count: int = 2
    fixed: bool = False


def choose() -> Choice:
    """The row of widgets on top of the page."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    with row:
        chosen = parts.tab("compare", *MODES)
    if chosen != SIDE:
        return Choice(chosen)
    count = row.segmented_control(
        "Panes", ("2", "3", "4"), default="2", key="panes", required=True, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    fixed = row.toggle(
        "Fixed colour scale", key="fixed", bind="query-params",
        help="Maps of one method share a scale in the method's own unit, so that the same colour "
        "means the same in each of their pictures; else each map has its own highest value on top.",
    )  # fmt: skip
    return Choice(chosen, int(str(count)), fixed)


def beside(choice: Choice, opened: Opened, network: Mapping[str, Value]) -> None:
    """Panes in rows of two, three in one; below them their numbers."""
    count = choice.count
    _hide(LETTERS[count:])
    across = 3 if count == 3 else 2
    st.html(_STYLE)
    rows = st.container(key=f"{LINK}_panes")
    places = [one for _ in range(0, count, across) for one in rows.columns(across, gap="small")]
    found = []
    for place, letter in zip(places, LETTERS[:count], strict=True):
        with place:
            found.append(pane(letter, opened, network, pictures=True))
    common = shape(one.opened.image.size for one in found)
    if choice.fixed:
        found = on_one_scale(found)
    for place, one in zip(places, found, strict=True):
        with place:
            show(one, common)
    st.table(numbers(found))


def pane(
    letter: str, opened: Opened, network: Mapping[str, Value], *, pictures: bool = False
) -> Pane:
    """The widgets of a pane, and its drive up to the patches.

    pictures  whether the pane may show another picture than the page
    """
    knobs, start = drive_knobs(), STARTS[LETTERS.index(letter)]
    menus = {
        "saliency": replace(knobs["saliency"], default=start),
        "picker": knobs["picker"],
        "picture": Knob(OPEN, "Of this pane", label="Picture", choices=(OPEN, *samples())),
    }
    menus = menus if pictures else {name: menus[name] for name in ("saliency", "picker")}
    chosen = {
        name: _menu(place, f"{letter}_{name}", f"{letter.upper()}: {knob.label}", knob)
        for place, (name, knob) in zip(st.columns(len(menus)), menus.items(), strict=True)
    }
    picture = chosen.pop("picture", OPEN)
    own = opened if picture == OPEN else shipped(picture)
    turned = {name: knobs[name] for name in (*SLIDERS, *MarkSettings.knobs())}
    knobs = {**turned, **drive_looks(METHODS[chosen["saliency"]].scale)}
    values = live.values(knobs, f"{letter}_")
    turning = Turning(knobs, SLIDERS, values, f"{letter}_")
    told = {
        **network,
        **chosen,
        **{name: values[name] for name in turned},
        **_marks(values, own.image.size, letter),
    }
    settings = controls.checked(DriveSettings, {**told, "fuse": False})
    return Pane(letter, own, settings, turning, runs.see(own.image, settings, f"{LINK}_{letter}"))


def _menu(place: Any, key: str, label: str, knob: Knob) -> str:
    choices = [str(choice) for choice in knob.choices]
    start = choices.index(str(knob.default))
    words = {"key": key, "help": knob.help, "bind": "query-params"}
    return str(place.selectbox(label, choices, start, **words))


def _marks(values: Mapping[str, Value], size: Size, letter: str) -> dict[str, str]:
    """The pane's marks that lie in its picture; of the others the page says so.

    They stay turned: the pane may show a larger picture again.
    """
    used, faults = marks.fitting(values, size, f"{letter}_")
    for name, line in faults.items():
        links.note(name, line)
        st.caption(f":material/edit_location_alt: {plain(line)}")
    return used


def _hide(letters: str) -> None:
    """What panes that are not shown hold leaves the URL, or its link would ask for it."""
    for letter in letters:
        for name in (*SLIDERS, *MarkSettings.knobs(), *DRIVE_LOOKS):
            live.hide(f"{letter}_{name}")


def on_one_scale(panes: Sequence[Pane]) -> list[Pane]:
    """The same panes; maps of one method take the highest value of all of them for their top."""
    tops: dict[str, float] = {}
    for one in panes:
        found = one.seen.saliency
        tops[found.method] = max(tops.get(found.method, 0.0), found.span[1])
    tops = {name: float(f"{top:.3g}") for name, top in tops.items()}  # to be read in a legend
    return [_on_scale(one, tops[one.seen.saliency.method]) for one in panes]


def _on_scale(one: Pane, top: float) -> Pane:
    """A rank is the map's own: where ranks would be shown, values are."""
    scale = one.turning.values["saliency_scale"]
    shown = "linear" if scale == "percentile" else scale
    return _with(one, saliency_full=top, saliency_scale=shown)


def _with(one: Pane, **values: Value) -> Pane:
    return replace(one, turning=replace(one.turning, values={**one.turning.values, **values}))


def shape(sizes: Iterable[Size]) -> float:
    """Width over height of the tallest picture: linked panes have one shape."""
    return min(w / h for h, w in sizes)


def show(one: Pane, common: float) -> None:
    """The pane's viewer."""
    chosen = parts.chosen(one.key, one.seen)
    details = parts.details(one.seen, one.settings, chosen)
    screen = Screen(one.key, shape=common, selected=chosen, details=details, link=LINK)
    picture = one.opened
    viewer(one.layers, picture.image, picture.key, turning=one.turning, screen=screen)


def numbers(panes: Sequence[Pane]) -> list[dict[str, str]]:
    """A row of numbers for each pane."""
    rows = []
    for one in panes:
        seen, truth = one.seen, one.opened.truth
        mark = "" if seen.saliency.trained else f" {parts.BADGE}"
        found = "unknown"
        if truth is not None:
            hit = int(hits(truth.boxes, seen.patches.boxes).sum())
            odds = odds_of(truth.boxes, seen)
            found = f"{hit} of {odds.count} (chance {odds.chance:.1f}, best {odds.best})"
        rows.append(
            {
                "Pane": one.letter.upper(),
                "Saliency": f"{seen.saliency.method}{mark}",
                "Places": seen.saccades.note,
                "Read at native resolution": parts.percent(seen.cost.share),
                "Known objects found": found,
                "Glance to saccades": f"{runs.spent(seen):.0f} ms",
            }
        )
    return rows
