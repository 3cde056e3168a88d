"""Parts of the pages about shuffling and position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from patchdrive.figures import shuffling as charts
from patchdrive.images import MemoryImage
from patchdrive.models import trained
from patchdrive.pipelines import answers as asking
from patchdrive.pipelines.answers import Answer, Answers
from patchdrive.pipelines.protocols import BLOCKS, ShuffleSettings, fitting
from patchdrive.plaintext import markdown as plain
from patchdrive.settings import Value
from patchdrive.types import Byte, Image
from patchdrive.ui import controls, inks, live
from patchdrive.ui.measured import NONE
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


def settings(names: tuple[str, ...]) -> tuple[ShuffleSettings, Turning]:
    """Knobs of a protocol: some as widgets, fraction and order below the picture.

    names  the models that will be asked: only blocks that fit their pictures are offered
    """
    knobs = ShuffleSettings.knobs()
    values = controls.turn(("stage",), knobs)
    if values["stage"] == "pixels":
        place = st.container()
        values |= controls.turn(("misaligned",), knobs)
        with place:
            values["block"] = _block(names, misaligned=bool(values["misaligned"]))
    mine = {name: knobs[name] for name in SLIDERS}
    turning = Turning(mine, SLIDERS, live.values(mine), eager=True)
    return ShuffleSettings.of({**values, **turning.values}), turning


def _block(names: tuple[str, ...], *, misaligned: bool) -> Value:
    """The menu of blocks of which there are at least two; words where that leaves some out."""
    knob = ShuffleSettings.knobs()["block"]
    fits: tuple[int, ...] = BLOCKS
    if names:
        config = trained.find(names[0])[0].config
        fits = fitting(config.size, config.patch, misaligned=misaligned) or BLOCKS[:1]
    # A choice that is not offered any more falls back to the first: Streamlit sees to it.
    few = len(fits) == 1
    chosen: Value = fits[0] if few else controls.widget("block", replace(knob, choices=fits))
    if left := [f"{one} x {one}" for one in BLOCKS if one not in fits]:
        how = "Misaligned, the" if misaligned else "The"
        st.caption(
            f"{how} picture holds no two blocks of {' or '.join(left)} patches to swap; the "
            f"largest that fit are {fits[-1]} x {fits[-1]}."
        )
    return chosen


def ask(image: Image, chosen: ShuffleSettings, names: tuple[str, ...]) -> Answers:
    """The answers, remembered."""
    return asking.ask(image, chosen, names, memory=shelf())


def picture(pixels: Byte, name: str, key: str, turning: Turning | None = None) -> Any:
    """Pixels (n, n, 3) in a viewer."""
    image = MemoryImage(np.ascontiguousarray(pixels), name)
    held = store().put(image, derived=True)
    return viewer([], image, held, turning=turning, screen=Screen(key, height=HEIGHT))


def table(found: Answers) -> None:
    """What each model says before and after, and how far its logits moved."""
    rows = []
    for one in found.answers:
        row = {"Model": one.title, "Before": _told(one.before), "After": NONE, "Same answer": NONE}
        row |= {"Largest change": NONE, "Cosine": NONE, "KL": NONE}
        if one.reason:
            row["After"] = "does not apply"
        else:
            row["After"] = _told(one.after)
            row["Same answer"] = "yes" if one.same else "no"
            row |= _distances(one)
        rows.append(row)
    st.table(rows)
    for reason in dict.fromkeys(one.reason for one in found.answers if one.reason):
        titles = [one.title for one in found.answers if one.reason == reason]
        st.caption(f"Does not apply to {'; '.join(titles)}: {plain(reason)}.")
    chance = 1 / len(trained.find(found.answers[0].model)[1].classes)
    st.caption(
        f"Change, cosine and KL (in nats) are of the logits, unshuffled to shuffled; chance is "
        f"{100 * chance:.2g} %."
    )


def _distances(one: Answer) -> dict[str, str]:
    assert one.largest is not None, "the protocol applies"
    assert one.kl is not None, "the protocol applies"
    if one.exact:
        return {"Largest change": "exact no-op", "Cosine": "1.00", "KL": "0"}
    return {
        "Largest change": _number(one.largest), "Cosine": f"{one.cosine:z.2f}",
        "KL": _number(one.kl),
    }  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.2f}" if value >= 0.01 else "below 0.01"


def _told(best: Sequence[tuple[str, float]]) -> str:
    name, share = best[0]
    return f"{_word(name)} ({100 * share:.0f} %)"


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
    if not lines:
        st.caption("This applies to none of the chosen models.")
        return
    floors = {"chance": 100 * next(iter(report.chance.values()))}
    words = ("share that moves, %", "probability of the first answer, %")
    around = charts.Around(*words, floors, 100 * chosen.fraction)
    st.plotly_chart(charts.curves(lines, around, inks.titled()))
    st.caption(
        "This picture; mean and range over five orders. The grey line marks the chosen share."
    )
