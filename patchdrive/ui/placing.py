"""Parts of the page about position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import streamlit as st

from patchdrive.figures import likeness
from patchdrive.figures import shuffling as charts
from patchdrive.models import published, trained
from patchdrive.pipelines import position
from patchdrive.pipelines.clock import Chain
from patchdrive.pipelines.position import Scene
from patchdrive.settings import Settings, knob
from patchdrive.types import Byte, Image
from patchdrive.ui import controls, inks, measured
from patchdrive.ui.memory import shelf

SCENES = {
    "picture": "The middle of the open picture, as the models see it.",
    "tiled": "One patch repeated: every patch holds the same pixels. Tokens that differ know their "
    "place from something else.",
    "constant": "One colour: nothing but the border could tell a place.",
}


@dataclass(frozen=True)
class PlaceSettings(Settings):
    """What is looked at."""

    scene: str = knob("tiled", "What the models are shown", label="Scene", choices=tuple(SCENES))
    layer: str = knob(
        "embed", "Tokens as the layers get them, or as they leave them", label="Tokens",
        choices=position.LAYERS,
    )  # fmt: skip
    row: int = knob(4, "Row of the chosen patch, from 0", label="Row", low=0, high=63)
    column: int = knob(4, "Column of the chosen patch, from 0", label="Column", low=0, high=63)


def settings() -> PlaceSettings:
    """Knobs of scene and tokens."""
    chosen = PlaceSettings.of(controls.turn(("scene", "layer"), PlaceSettings.knobs()))
    st.caption(SCENES[chosen.scene])
    return chosen


@dataclass(frozen=True, eq=False)
class Seen:
    """The scene as the models are shown it, (S, S, 3) uint8, and its patches (h, w)."""

    pixels: Byte
    grid: tuple[int, int]


def scene(image: Image, chosen: PlaceSettings, names: tuple[str, ...]) -> Seen:
    """The scene for these models, which all see the same."""
    net, _ = trained.find(names[0])
    pixels = position.seen(image, net.config.size, Chain(image.digest, shelf()))
    made = position.scene(pixels, cast(Scene, chosen.scene), net.config.patch)
    return Seen(made, net.grid)


def patch(seen: Seen, chosen: PlaceSettings) -> PlaceSettings:
    """The picture with a frame around the chosen patch, and the knobs that choose it."""
    knobs = PlaceSettings.knobs()
    ends = {"row": seen.grid[0] - 1, "column": seen.grid[1] - 1}
    mine = {
        name: replace(knobs[name], high=end, default=min(int(knobs[name].default), end))
        for name, end in ends.items()
    }
    chosen = replace(chosen, **controls.turn(ends, mine))  # type: ignore[arg-type]
    side = seen.pixels.shape[0] // seen.grid[0]
    zoom = 5
    large = seen.pixels.repeat(zoom, 0).repeat(zoom, 1)
    top, left = chosen.row * side * zoom, chosen.column * side * zoom
    for inset, value in ((0, 0), (1, 255), (2, 255)):
        frame = large[top + inset : top + side * zoom - inset]
        frame = frame[:, left + inset : left + side * zoom - inset]
        frame[[0, -1]] = value
        frame[:, [0, -1]] = value
    st.image(large, caption="What the models are shown, and the chosen patch")
    return chosen


def maps(seen: Seen, chosen: PlaceSettings, names: tuple[str, ...]) -> None:
    """How alike every token is to the chosen one, one map a model."""
    index = chosen.row * seen.grid[1] + chosen.column
    found, counts = {}, []
    for name in names:
        net, _ = trained.find(name)
        layer = cast(position.Layer, chosen.layer)
        found[trained.TITLES[name]] = position.similar_to(net, seen.pixels, index, layer)
        counts.append(position.distinct(net, seen.pixels, layer))
    total = int(np.prod(seen.grid))
    st.caption("How alike each token is to that of the chosen patch, which is framed:")
    st.html(likeness.maps(found, (chosen.row, chosen.column)))
    rows = [
        {"Model": title, "Different tokens": f"{count} of {total}",
         "Least alike": f"{values.min():.3f}"}
        for (title, values), count in zip(found.items(), counts, strict=True)
    ]  # fmt: skip
    st.table(rows)


def probes(names: tuple[str, ...]) -> None:
    """Whether a linear map reads a token's row and column off it, on real pictures."""
    known = measured.study().get("models", {})
    layers = {"embed": "as embedded", "last": "after the last layer"}
    groups = {
        words: {
            known[name]["title"]: known[name]["probe"][layer] for name in names if name in known
        }
        for layer, words in layers.items()
    }
    if not any(groups.values()):
        st.caption("Nothing was measured for these models.")
        return
    st.plotly_chart(charts.bars(groups, inks.titled(), y="R2 of row and column"))
    st.caption(
        f"Ridge regression from a token to its row and column, on pictures of the test set of "
        f"{measured.study()['data']} that it was not fitted on: 1 is exact, 0 is no better than "
        f"the middle. Mean and range over training seeds ({measured.seeds(names)})."
    )


def gates(names: tuple[str, ...]) -> None:
    """How much each channel takes from the global path."""
    found = {}
    for name in names:
        gate = trained.find(name)[0].gate
        if gate is not None:
            found[trained.TITLES[name]] = gate.numpy()
    if not found:
        st.caption("None of these models has a gate: choose one with LGP or with our summary.")
        return
    st.plotly_chart(charts.histogram(found, inks.titled()))
    st.caption("0.5 is where training began.")


def accuracies(names: tuple[str, ...]) -> None:
    """How the models learned, and what each part is worth: differences between two of them."""
    known = measured.study().get("models", {})
    lines: dict[str, list[charts.Point]] = {}
    for name in names:
        if points := known.get(name, {}).get("training"):
            lines[trained.TITLES[name]] = [
                (epoch, *(100 * value for value in values)) for epoch, *values in points
            ]
    if lines:
        around = charts.Around(
            "epoch", "mean class accuracy, %", {"chance": 100 * measured.study()["chance"]}
        )
        st.plotly_chart(charts.curves(lines, around, inks.titled()))
        st.caption(
            "On the test set as training went on; mean and range over trainings whose log is kept."
        )
    if scores := [_scores(name) for name in names if name in known]:
        st.table(scores)
    if not (pairs := measured.study().get("pairs")):
        st.caption("Nothing was measured for these models.")
        return
    st.table([
        {
            "Model": trained.TITLES[pair["one"]],
            "Compared to": trained.TITLES[pair["other"]],
            "Points": f"{100 * pair['difference']:+z.1f} "
            f"[{100 * pair['low']:+z.1f}, {100 * pair['high']:+z.1f}]",
            "Trainings": "{} and {}".format(*pair["trainings"]),
        }
        for pair in pairs
    ])  # fmt: skip
    st.caption(
        "Mean class accuracy on the test set; in brackets the 95 % band of a bootstrap over its "
        "pictures, the same for both, and over trainings. A band that holds 0 says that no "
        "difference is shown."
    )


def _scores(name: str) -> dict[str, str]:
    """Accuracies of a measured classifier, over its trainings."""
    known = measured.study()["models"][name]
    told = {"Mean class accuracy": known["clean"], "Accuracy over all pictures": known["top1"]}
    row = {"Model": trained.TITLES[name]}
    for words, shares in told.items():
        percent = [100 * share for share in shares]
        row[words] = measured.spread(sum(percent) / len(percent), percent)
    return {**row, "Trainings": str(len(known["seeds"]))}


def parameters() -> None:
    """What the document on LGP claims, row by row, and its counts beside those of the networks."""
    with st.spinner("Counting the published networks ..."):  # once in the server's life
        published.counts()
    st.table(published.claims(measured.study()))
    st.table(list(published.counts()))
    st.caption(
        "Counted on the networks that this project builds, for one picture of 224 px and 1,000 "
        "classes; a Mamba's scan itself multiplies few numbers and is not in the counts."
    )
