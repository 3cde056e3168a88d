"""The colour of each classifier, the same in every chart of every page, whichever are chosen.

What a model reads decides the hue, and a variant of it (its padding, what it lacks) has a darker or
lighter shade of that hue and dashed lines; a Vim's points are diamonds, those of the model without
positions squares. Most hues are Okabe and Ito's, which colour-blind eyes tell apart.
"""

from __future__ import annotations

from patchdrive.figures import colors
from patchdrive.figures.shuffling import COLORS, Ink, Inks
from patchdrive.models.trained import TITLES

HUES = {
    "vit-learned": "#0072b2",
    "vit-sinus": "#56b4e9",
    "vit-none": "#6e6e6e",
    "vit-lgp": "#e69f00",
    "vit-summary": "#009e73",
    "vim-learned": "#cc79a7",
    "vim-lgp": "#b5179e",
}
# Shares of black (below 0) or white in a variant's colour, and its dashes.
VARIANTS = {"circular": (-0.36, "dash"), "local": (0.35, "dot"), "wide": (-0.36, "dot")}
OTHER = (-0.65, "dashdot")
SYMBOLS = {"vim": "diamond", "vit-none": "square"}


def ink(name: str) -> Ink:
    """How a classifier is drawn, from its name alone."""
    symbol = next((one for start, one in SYMBOLS.items() if name.startswith(start)), "circle")
    family = next((one for one in HUES if name == one or name.startswith(f"{one}-")), None)
    if family is None:  # one that has no hue yet
        return Ink(COLORS[sum(name.encode()) % len(COLORS)], "longdash", symbol)
    if name == family:
        return Ink(HUES[family], "solid", symbol)
    share, dash = VARIANTS.get(name.removeprefix(f"{family}-"), OTHER)
    return Ink(_mixed(HUES[family], share), dash, symbol)


def titled() -> Inks:
    """The inks by the classifiers' titles, which charts show."""
    return {title: ink(name) for name, title in TITLES.items()}


def _mixed(color: str, share: float) -> str:
    end = 255 if share > 0 else 0
    mixed = [round(one + (end - one) * abs(share)) for one in colors.rgb(color)]
    return "#" + bytes(mixed).hex()
