"""What a page needs to go on choosing and cutting where no server can be asked.

In the app a viewer fetches the few cells that a choice may fall on (`ops/candidates.py`), and
Python answers to marks. A page has nobody to ask: it carries the map itself, from which any choice
with any marks follows, and the pyramid that leaves are cut from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from patchdrive.figures.layers import Landings, Layer, Leaves
from patchdrive.marks import MarkSettings
from patchdrive.ops.quadtree import Counts, count_edges
from patchdrive.settings import SaccadeSettings, SplitSettings, Value
from patchdrive.types import DriveResult, TreeResult
from patchdrive.viewer.payload import Screen, slider

DRIVE_SLIDERS: tuple[str, ...] = ("k", "radius", "threshold", "percentile")


def tree_sliders(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What is turned below a tree: the knob by which it is split."""
    return ("budget",) if settings["split"] == "budget" else ("max_detail",)


def living(
    result: DriveResult | TreeResult, layers: Sequence[Layer], looks: Mapping[str, Value]
) -> tuple[list[Layer], Screen]:
    """Layers that can be chosen or cut anew in a page, and the sliders and values for it.

    looks  of the layers, as they stand in a viewer; others are the layers' own
    """
    if isinstance(result, DriveResult):
        found = [_alive(one, result) for one in layers]
        names, knobs = DRIVE_SLIDERS, {**SaccadeSettings.knobs(), **MarkSettings.knobs()}
        told = [*DRIVE_SLIDERS, *MarkSettings.knobs()]
    else:
        counts = _counts(result)
        found = [replace(one, counts=counts) if isinstance(one, Leaves) else one for one in layers]
        names, knobs = tree_sliders(result.settings), SplitSettings.knobs()
        told = [*names, "split"]
    values = {**looks, **{name: result.settings[name] for name in told}}
    return found, Screen(values=values, knobs=[slider(name, knobs[name]) for name in names])


def _alive(layer: Layer, result: DriveResult) -> Layer:
    """Saccades bring the map that they are chosen from."""
    if not isinstance(layer, Landings):
        return layer
    s, saliency = result.settings, result.saliency
    words = {
        "size": saliency.size,
        "side": s["patch"],
        "border": s["border"],
        "picker": s["picker"],
    }
    return replace(layer, live=words, map=saliency.values)


def _counts(result: TreeResult) -> Counts:
    s = result.settings
    return count_edges(result.edges, s["min_leaf"], s["max_leaf"])
