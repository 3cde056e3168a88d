"""What was measured on the test set: curves, and the chosen setting's numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import streamlit as st

from patchdrive.figures import shuffling as charts
from patchdrive.models import trained
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.ui import inks

FLOOR = "vit-none"  # what a network knows that cannot know places
NONE = "\\-"  # a dash that is no bullet of a list
_STUDY = trained.FOLDER / "study.json"


@cache
def study() -> dict[str, Any]:
    """What was measured; empty where nobody measured."""
    if not _STUDY.exists():
        return {}
    found: dict[str, Any] = json.loads(_STUDY.read_text())
    return found


def seeds(names: Sequence[str]) -> str:
    """How many trainings there are of each of these models that was measured."""
    known = study().get("models", {})
    return ", ".join(f"{name} {len(known[name]['seeds'])}" for name in names if name in known)


def tested(chosen: ShuffleSettings, names: Sequence[str]) -> None:
    """What the chosen protocol costs on the test set: over the fraction, and at the chosen one."""
    key = chosen.protocol.key
    lines = {name: points(name, key) for name in with_floor(names)}
    if not any(lines[name] for name in names):
        st.caption("Nothing was measured for this choice.")
        return
    chance = study().get("chance")
    floors = {} if chance is None else {"chance": 100 * chance}
    if not lines[FLOOR] and (level := _mean(FLOOR, "clean")) is not None:
        floors["no positions, unshuffled"] = 100 * level
    titled = {trained.TITLES[name]: found for name, found in lines.items() if found}
    around = charts.Around(
        "share that moves, %", "mean class accuracy, %", floors, 100 * chosen.fraction
    )
    st.plotly_chart(charts.curves(titled, around, inks.titled()))
    order = (
        "one order for all, another for each training"
        if chosen.stage == "bands"
        else "each with an order of its own"
    )
    about = [study().get("data", ""), f"{study().get('pictures', 0):,} test pictures", order]
    st.caption(
        f"{', '.join(filter(None, about))}; mean and range over training seeds. "
        "The grey line marks the chosen share."
    )
    numbers(names, key, chosen.fraction)


def numbers(names: Sequence[str], key: str, fraction: float) -> None:
    """The table of the setting at the measured fraction that is nearest, and which that is."""
    at = nearest(with_floor(names), key, fraction)
    st.table(rows(names, key, at))
    words = f"The table is for a share of {100 * at:g} %"
    if abs(at - fraction) > 1e-9:
        words += f", the nearest to {100 * fraction:g} % that was measured"
    st.caption(
        f"{words}. Accuracies are means over the classes, with the range over training seeds. A "
        "dash: the protocol does not apply, or it was not measured."
    )


def with_floor(names: Sequence[str]) -> tuple[str, ...]:
    """The models, and the one without positions, which is always shown."""
    return (*names, *(name for name in (FLOOR,) if name not in names))


def points(name: str, key: str) -> list[charts.Point]:
    """A model's (fraction, mean, least, greatest) under a protocol, in percent."""
    found = study().get("models", {}).get(name, {}).get("curves", {}).get(key, [])
    return [tuple(100 * value for value in one) for one in found]


def nearest(names: Sequence[str], key: str, fraction: float) -> float:
    """The measured fraction that is nearest; of two, the lower. The asked one where none is."""
    there = {one[0] / 100 for name in names for one in points(name, key)}
    return min(sorted(there), key=lambda one: round(abs(one - fraction), 9), default=fraction)


def rows(names: Sequence[str], key: str, fraction: float) -> list[dict[str, str]]:
    """One row a model, one for chance and one for the model without positions."""
    found = [_row(name, key, fraction) for name in with_floor(names)]
    chance = study().get("chance")
    if chance is None:
        return found
    level = f"{100 * chance:.1f} %"
    row = dict.fromkeys(found[0], NONE)
    return [
        *found,
        row | {"Model": "Chance", "Accuracy, unshuffled": level, _moved(fraction): level},
    ]


def _moved(fraction: float) -> str:
    return f"Accuracy, {100 * fraction:g} % moved"


def _row(name: str, key: str, fraction: float) -> dict[str, str]:
    known = study().get("models", {}).get(name, {})
    clean = [100 * one for one in known.get("clean", [])]
    at = next((one for one in points(name, key) if abs(one[0] / 100 - fraction) < 1e-9), None)
    mean = sum(clean) / len(clean) if clean else None
    kept = _kept(known, key, fraction) if at else None
    return {
        "Model": trained.TITLES[name] + (" (the floor)" if name == FLOOR else ""),
        "Accuracy, unshuffled": spread(mean, clean),
        _moved(fraction): spread(at[1], at[2:]) if at else NONE,
        "Points lost": f"{mean - at[1]:z.1f}" if at and mean is not None else NONE,
        "Answers kept": NONE if kept is None else f"{100 * kept:.1f} %",
        "Trainings": str(len(known["seeds"])) if "seeds" in known else NONE,
    }


def _kept(known: dict[str, Any], key: str, fraction: float) -> float | None:
    """Share of pictures that keep their answer, where it is known: a no-op keeps all."""
    if fraction == 0 or key in known.get("exact", []):
        return 1.0
    kept = known.get("agreement", {}).get(key)
    return kept if fraction == 1 and isinstance(kept, float | int) else None


def spread(mean: float | None, values: Sequence[float]) -> str:
    """A mean in percent, and least and greatest where they differ; a dash for None."""
    if mean is None:
        return NONE
    low, high = min(values), max(values)
    return f"{mean:.1f} %" + (f" ({low:.1f} to {high:.1f})" if high - low > 0.05 else "")


def _mean(name: str, what: str) -> float | None:
    values = study().get("models", {}).get(name, {}).get(what, [])
    return sum(values) / len(values) if values else None
