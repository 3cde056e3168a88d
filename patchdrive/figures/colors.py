"""Colour maps by name, as tables of 256 colours.

The maps are matplotlib's (inferno, viridis, plasma, cividis: perceptually uniform, safe for
colour-blind readers) and Google's turbo (more contrast, not safe), each as 18 colours with straight
lines between them; no channel is off by more than 11 of 255. Viewer, Plotly page and PNG take
their colours from these tables, so that all three agree.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from patchdrive.types import Byte

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
}

NAMES = tuple(_ANCHORS)


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
