"""Colour maps by name, as tables of 256 colours.

The maps are matplotlib's (inferno, viridis, plasma, cividis: perceptually uniform, safe for
colour-blind readers) and Google's turbo (more contrast, not safe), each as 18 colours with straight
lines between them; no channel is off by more than 11 of 255. puor is ColorBrewer's PuOr of 11,
for differences. Viewer, Plotly page and PNG take their colours from these tables, so that all three
agree.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from patchdrive.types import Byte, Float, Int

# What is known to be there, and whether the eye came there: blue and orange stay apart for readers
# with any colour blindness, and from the violets of the order's ramp.
HIT, MISSED, KNOWN = "#39d0ff", "#ffaa3c", "#ffffff"
EDGE = "#9aa0a6"  # grey, so that nobody takes an edge for a leaf, whose colours are its level's
SHUT = "#0b0c0e"  # what the gate keeps the eye from
# Shares of a colour map: its darkest colours are lost on dark pictures.
ORDER = (0.27, 0.98)
LEVELS = (0.30, 0.98)
# Okabe and Ito's colours, made to be told apart by everybody, for classes.
CLASSES = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")

# Every 15th colour of the published table, so that 0 and 255 are exact.
_ANCHORS = {
    "inferno": (
        "000004 0a0722 1e0c45 380962 510e6c 69166e 801f6c 982766 b0315b "
        "c63d4d d94d3d e9612b f47918 fa9407 fcb014 f8cd37 f2ea69 fcffa4"
    ),
    "viridis": (
        "440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e "
        "1f978b 21a585 2eb37c 46c06f 65cb5e 89d548 b0dd2f d8e219 fde725"
    ),
    "plasma": (
        "0d0887 2f0596 4903a0 6100a7 7801a8 8e0ca4 a21d9a b42e8d c43e7f "
        "d24f71 de6164 e97257 f3854b f99a3e fdaf31 fdc627 f8df25 f0f921"
    ),
    "cividis": (
        "00224e 002d68 163770 2e416d 3f4c6c 4e566c 5c616e 696b71 767676 "
        "838179 928c78 a09875 afa471 bfb06b cfbd62 dfca57 f0d846 fee838"
    ),
    "turbo": (
        "30123b 3f3e9c 4666dd 458cfd 2fb2f4 1ad4d0 22ebaa 52fa7a 8bff4b "
        "b7f735 dbe236 f5c53a fea130 f9751d e84b0c ce2d04 a91601 7a0403"
    ),
    "gray": "000000 ffffff",
    "puor": "7f3b08 b35806 e08214 fdb863 fee0b6 f7f7f7 d8daeb b2abd2 8073ac 542788 2d004b",
}

NAMES = tuple(_ANCHORS)
DIVERGING = ("puor",)  # for differences: the middle is nothing


@cache
def table(name: str) -> Byte:
    """The colour map as (256, 3) uint8 sRGB, read-only.

    name  one of NAMES
    """
    if name not in _ANCHORS:
        raise ValueError(f"no colour map {name!r}; there are {', '.join(NAMES)}")
    anchors = np.array([list(bytes.fromhex(color)) for color in _ANCHORS[name].split()])
    at = np.linspace(0, 255, len(anchors))
    channels = [np.interp(np.arange(256), at, channel) for channel in anchors.T]
    colors = np.stack(channels, axis=1).round().astype(np.uint8)
    colors.flags.writeable = False
    return colors


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of "#rrggbb"."""
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue


def css(color: Byte) -> str:
    """ "#rrggbb" of red, green and blue."""
    return "#" + bytes(color.tolist()).hex()


def order(name: str, count: int) -> Byte:
    """Colours (count, 3) uint8 of things that come one after another."""
    return _between(name, ORDER, np.arange(count) / max(1, count - 1))


def levels(name: str, depth: Int) -> Byte:
    """Colours (N, 3) uint8 of a tree's levels: the coarsest and the finest of depth (N,) span."""
    first, last = int(depth.min(initial=1 << 62)), int(depth.max(initial=0))
    return _between(name, LEVELS, (depth - first) / max(1, last - first))


def strengths(name: str, detail: Int) -> Byte:
    """Colours (N, 3) uint8 of scores from 0 to the highest of detail (N,), on a log scale."""
    return _between(name, (0.0, 1.0), np.log1p(detail) / np.log1p(max(1, detail.max(initial=0))))


def classes(count: int) -> Byte:
    """Colours (count, 3) uint8 of classes; after the last one they start again."""
    return np.array([rgb(CLASSES[n % len(CLASSES)]) for n in range(count)], np.uint8).reshape(-1, 3)


def _between(name: str, ends: tuple[float, float], shares: Float) -> Byte:
    # As the browser rounds: half a step goes up.
    places = 255 * np.clip(ends[0] + (ends[1] - ends[0]) * shares, 0, 1)
    return table(name)[np.floor(places + 0.5).astype(np.int64)]
