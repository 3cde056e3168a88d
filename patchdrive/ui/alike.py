"""Which tokens are alike, before and after a shuffle, model by model."""

from __future__ import annotations

import streamlit as st

from patchdrive.figures import likeness
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.pipelines.tokens import Compared, compare_tokens, mean_cosine
from patchdrive.types import Float, Image
from patchdrive.ui.measured import NONE
from patchdrive.ui.memory import shelf

MANY = 4  # rows of pictures that are shown unasked
LAYERS = {"embed": "embedded", "last": "last layer"}
WHEN = ("before", "after")


def tokens(image: Image, chosen: ShuffleSettings, names: tuple[str, ...]) -> None:
    """A row of matrices a model, all on one scale, and the mean of each."""
    found = compare_tokens(image, chosen, names, memory=shelf())
    shown = _shown([one.title for one in found])
    pictures = {one.title: _cells(one) for one in found if one.title in shown}
    if pictures:
        st.html(likeness.rows(pictures))
        st.caption(
            "Cosine of each token with each, of a row of the matrix with a column, in the order of "
            "the sequence. Left as the layers get the tokens, right as they leave them."
        )
    st.table([_means(one) for one in found])
    st.caption("Mean cosine of different tokens: 1 where all are alike, 0 where they are apart.")


def _shown(titles: list[str]) -> list[str]:
    """Whose matrices are drawn; a menu where there are many."""
    if len(titles) <= MANY:
        return titles
    return st.pills(
        "Matrices of", titles, selection_mode="multi", default=titles[:MANY], key="token_rows"
    )


def _cells(one: Compared) -> list[tuple[str, Float | str]]:
    cells: list[tuple[str, Float | str]] = []
    for layer, words in LAYERS.items():
        for when in WHEN:
            held = getattr(one, when)
            said = "" if layer == "last" else f"no after: {one.reason}"
            cells.append((f"{words}, {when}", getattr(held, layer) if held else said))
    return cells


def _means(one: Compared) -> dict[str, str]:
    row = {"Model": one.title}
    for layer, words in LAYERS.items():
        for when in WHEN:
            held = getattr(one, when)
            value = f"{mean_cosine(getattr(held, layer)):z.3f}" if held else NONE
            row[f"{words}, {when}".capitalize()] = value
    return row
