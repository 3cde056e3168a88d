"""patchdrive: where a vision model should look in a huge picture, and what that costs.

import patchdrive as pdv
result = pdv.drive("assets/samples/road.jpg", k=16)
result.saccades.yx                                      # (16, 2), pixels
pdv.figures.saccades(result).write_html("out.html")
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

from patchdrive.types import (
    DriveResult,
    Fusion,
    Glance,
    Grid,
    Image,
    ImageError,
    PatchdriveError,
    Patches,
    Quadtree,
    Saccades,
    SaliencyMap,
    SettingError,
    Tokens,
    TreeResult,
    WeightsError,
)
from patchdrive.version import __version__

if TYPE_CHECKING:
    from patchdrive import figures
    from patchdrive.images import open_image as open
    from patchdrive.models.patchdrivenet import PatchDriveNet
    from patchdrive.pipelines.answers import shuffle
    from patchdrive.pipelines.drive import drive
    from patchdrive.pipelines.tree import tree

# OpenCV reads this once, at its import; sizes are checked here before anything is decoded.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 40))

_LATER = {
    "open": ("patchdrive.images", "open_image"),
    "drive": ("patchdrive.pipelines.drive", "drive"),
    "tree": ("patchdrive.pipelines.tree", "tree"),
    "shuffle": ("patchdrive.pipelines.answers", "shuffle"),
    "PatchDriveNet": ("patchdrive.models.patchdrivenet", "PatchDriveNet"),
    "figures": ("patchdrive.figures", ""),
}


def __getattr__(name: str) -> Any:
    """Import what is costly (torch, OpenCV, Plotly) when it is first used."""
    if name not in _LATER:
        raise AttributeError(f"module 'patchdrive' has no attribute {name!r}")
    module, attribute = _LATER[name]
    found = importlib.import_module(module)
    value = getattr(found, attribute) if attribute else found
    globals()[name] = value
    return value


__all__ = [
    "DriveResult",
    "Fusion",
    "Glance",
    "Grid",
    "Image",
    "ImageError",
    "PatchDriveNet",
    "PatchdriveError",
    "Patches",
    "Quadtree",
    "Saccades",
    "SaliencyMap",
    "SettingError",
    "Tokens",
    "TreeResult",
    "WeightsError",
    "__version__",
    "drive",
    "figures",
    "open",
    "shuffle",
    "tree",
]
