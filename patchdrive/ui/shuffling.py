"""Parts of the pages about shuffling and position."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from patchdrive.figures import shuffling as charts
from patchdrive.images import MemoryImage
from patchdrive.models import trained
from patchdrive.pipelines import answers as asking
from patchdrive.pipelines import position
from patchdrive.pipelines.answers import Answers, ShuffleSettings
from patchdrive.types import Byte, Image
from patchdrive.ui import controls, live
from patchdrive.ui.frame import plain
from patchdrive.ui.memory import shelf
from patchdrive.ui.store import store
from patchdrive.ui.viewer import Screen, Turning, viewer

SLIDERS = ("fraction", "shuffle_seed")
HEIGHT = 460  # CSS pixels of the viewer
ABOUT = {
    "pixels": "The picture is cut into blocks that change places. For whoever embeds each patch "
    "alone, blocks on patch borders are shuffled tokens; convolutions across patches meet "
    "neighbours that they never saw.",
    "before": "Tokens change places before each place adds its position. Shown: their patches in "
    "that order. Only models that add positions have this stage.",
    "after": "Tokens change places when they already know where they are. A transformer that ends "
    "in a mean cannot notice, whatever its positions: an exact no-op. A Mamba reads them in order.",
    "bands": "The wavelet bands of the embedding change places, which its weights never saw. "
    "Shown: the picture that has these bands.",
}
_STUDY = trained.FOLDER / "study.json"


@cache
def study() -> dict[str, Any]:
    """What was measured on the test set; empty where nobody measured."""
    if not _STUDY.exists():
        return {}
    found: dict[str, Any] = json.loads(_STUDY.read_text())
    return found


def models(key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """A menu of the shipped classifiers; the choice stands in the URL."""
    there = trained.shipped()
    picked = st.multiselect(
        "Models", there, [name for name in default if name in there], key=key,
        bind="query-params",
        help="Trained from random weights on the same pictures, all ViTs alike and all Vims alike "
        "(these are smaller, for half as many epochs): "
        + "; ".join(f"{name}: {trained.TITLES[name]}" for name in there),
    )  # fmt: skip
    return tuple(picked)


def none_chosen() -> None:
    """What there is to say where no model is chosen."""
    if trained.shipped():
        st.info("Choose a model on the left.")
    else:
        st.info("There are no trained classifiers in assets/position: nothing can be asked.")


def settings() -> tuple[ShuffleSettings, Turning]:
    """Knobs of a protocol: some as widgets, fraction and order below the picture."""
    knobs = ShuffleSettings.knobs()
    values = controls.turn(("stage",), knobs)
    if values["stage"] == "pixels":
        values |= controls.turn(("block", "misaligned"), knobs)
    mine = {name: knobs[name] for name in SLIDERS}
    turning = Turning(mine, SLIDERS, live.values(mine), eager=True)
    return ShuffleSettings.of({**values, **turning.values}), turning


def ask(image: Image, chosen: ShuffleSettings, names: tuple[str, ...]) -> Answers:
    """The answers, remembered."""
    return asking.ask(image, chosen, names, memory=shelf())


def picture(pixels: Byte, name: str, key: str, turning: Turning | None = None) -> Any:
    """Pixels (n, n, 3) in a viewer."""
    image = MemoryImage(np.ascontiguousarray(pixels), name)
    held = store().put(image, derived=True)
    return viewer([], image, held, turning=turning, screen=Screen(key, height=HEIGHT))


def table(found: Answers) -> None:
    """What each model says before and after."""
    rows = []
    for one in found.answers:
        (before, sure), *_ = one.before
        row = {"Model": one.title, "Before": f"{_word(before)} ({100 * sure:.0f} %)"}
        if one.reason:
            rows.append({**row, "After": "\\-", "Change": f"does not apply: {one.reason}"})
            continue
        (after, share), *_ = one.after
        same = "exact no-op" if one.exact else f"logits {one.largest:.2g}, cosine {one.cosine:.2f}"
        rows.append({**row, "After": f"{_word(after)} ({100 * share:.0f} %)", "Change": same})
    st.table(rows)


def _word(name: str) -> str:
    return name.replace("_", " ")


def curve(image: Image, chosen: ShuffleSettings, names: tuple[str, ...]) -> None:
    """How sure each model stays of its first answer as more is shuffled."""
    report = asking.curves(image, chosen, names, memory=shelf())
    lines: dict[str, list[charts.Point]] = {}
    for row in report.rows:
        if row.remaining is not None:
            kept = row.remaining
            point = (100 * row.protocol.fraction, 100 * kept.mean, 100 * kept.low, 100 * kept.high)
            lines.setdefault(trained.TITLES[row.model], []).append(point)
    st.plotly_chart(
        charts.curves(lines, x="share that moves, %", y="probability of the first answer, %")
    )
    st.caption("This picture; mean and range over five orders.")
    for row in report.rows:
        if row.reason and row.protocol.fraction == 0.5:
            st.caption(f"{trained.TITLES[row.model]}: {plain(row.reason)}.")


def tested(chosen: ShuffleSettings, names: tuple[str, ...]) -> None:
    """What the chosen protocol costs on the test set: accuracy over the fraction."""
    key = chosen.protocol.key
    lines: dict[str, list[charts.Point]] = {}
    for name in names:
        points = study().get("models", {}).get(name, {}).get("curves", {}).get(key, [])
        if points:
            lines[trained.TITLES[name]] = [tuple(100 * value for value in one) for one in points]
    if not lines:
        st.caption("Nothing was measured for this choice.")
        return
    chance = 100 * study()["chance"]
    order = "one order for all" if chosen.stage == "bands" else "each with an order of its own"
    st.plotly_chart(
        charts.curves(lines, x="share that moves, %", y="mean class accuracy, %", floor=chance)
    )
    st.caption(
        f"{study()['data']}, {study()['pictures']:,} test pictures, {order}; "
        f"mean and range over training seeds ({seeds(names)}). Dotted: chance."
    )


def seeds(names: tuple[str, ...]) -> str:
    """How many trainings there are of each of these models that was measured."""
    known = study().get("models", {})
    return ", ".join(f"{name} {len(known[name]['seeds'])}" for name in names if name in known)


def tokens(found: Answers, name: str) -> None:
    """Which tokens are alike, before and after the layers."""
    net, _ = trained.find(name)
    layers = {"as embedded": "embed", "after the last layer": "last"}
    shown = {
        words: position.similarities(net, found.seen, layer)  # type: ignore[arg-type]
        for words, layer in layers.items()
    }
    st.plotly_chart(charts.matrices(shown, title=f"Tokens against tokens: {trained.TITLES[name]}"))
