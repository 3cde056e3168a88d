"""Results to layers: what is drawn over the picture, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from patchdrive.figures.colors import EDGE
from patchdrive.figures.layers import (
    Classes,
    Gate,
    Landings,
    Layer,
    Leaves,
    Mask,
    Overlay,
    Raster,
    Truth,
)
from patchdrive.figures.looks import MAGNIFY, dressed, look_knobs
from patchdrive.marks import MarkSettings
from patchdrive.ops import maps, marks
from patchdrive.ops.borders import Border
from patchdrive.ops.odds import Odds, odds
from patchdrive.settings import EdgeSettings, Knob
from patchdrive.types import UNTRAINED, Byte, DriveResult, Image, Int, TreeResult

DRIVE_LOOKS = {
    **look_knobs("saliency", Raster, opacity=0.8),
    **look_knobs("gate", Gate),
    **look_knobs("classes", Classes, visible=False),
    **look_knobs("truth", Truth, visible=False),
    **look_knobs("saccades", Landings),
    "magnify": MAGNIFY,
}
TREE_LOOKS = {
    **look_knobs("tokens", Overlay, visible=False),
    **look_knobs("edges", Mask, visible=False),
    **look_knobs("leaves", Leaves),
    "magnify": MAGNIFY,
}
Looks = Mapping[str, Any]


def drive_looks(scale: str) -> dict[str, Knob]:
    """DRIVE_LOOKS for a map that is read on this scale, where nobody chose another."""
    knob = replace(DRIVE_LOOKS["saliency_scale"], default=scale)
    return {**DRIVE_LOOKS, "saliency_scale": knob}


def drive_layers(
    result: DriveResult,
    looks: Looks | None = None,
    truth: Truth | None = None,
    classes: Classes | None = None,
) -> list[Layer]:
    """Saliency below, then what is known to be there, then where the eye landed.

    looks    values of DRIVE_LOOKS, where they are not the defaults; the map's scale is its method's
    truth    boxes that are known, here told apart by whether a patch found them
    classes  what is known of each pixel, called "classes"
    """
    s, p = result.saccades, result.patches
    note = "" if result.saliency.trained else f"saliency by an {UNTRAINED}"
    size = result.image.size
    codes = maps.code(result.saliency.values)
    layers: list[Layer] = [
        Raster("saliency", codes, size, note=note, span=result.saliency.span),
        Gate("gate", gate(result), size),
    ]
    layers += [] if classes is None else [classes]
    layers += [] if truth is None else [weighed(truth, result)]
    radius = int(result.settings.get("radius", 0))
    layers.append(Landings("saccades", s.yx, s.scores, p.boxes, kept=s.kept, radius=radius))
    return dressed(layers, _defaults(drive_looks(result.saliency.scale)) | dict(looks or {}))


def gate(result: DriveResult) -> Byte:
    """Cells (h, w) uint8, 255 where the picker might land: above the floor, where marks allow."""
    s, saliency = result.settings, result.saliency
    floor = maps.floor(saliency.values, s.get("threshold", 0.0), s.get("percentile", 0.0))
    free = saliency.values > floor
    hand = MarkSettings(ban=s.get("ban", ""), inside=s.get("inside", ""))
    allowed = marks.valid(hand, saliency.grid, int(s.get("radius", 0)))
    return np.where(free if allowed is None else free & allowed, 255, 0).astype(np.uint8)


def tree_layers(
    result: TreeResult,
    looks: Looks | None = None,
    *,
    edges: bool = True,
    tokens: Image | bool = False,
) -> list[Layer]:
    """What the tokens keep of the picture, edges, and leaves on top.

    looks   values of TREE_LOOKS, where they are not the defaults
    tokens  the picture rebuilt from its tokens; True: it can be had, but is not made yet
    """
    tree = result.quadtree
    layers: list[Layer] = [Leaves("leaves", tree.boxes, tree.depth, tree.detail)]
    if edges:
        made_by = (result.image.digest, *(result.settings[k] for k in EdgeSettings.knobs()))
        layers.insert(0, Mask("edges", result.edges, EDGE, digest=repr(made_by)))
    if tokens is not False:
        layers.insert(0, Overlay("tokens", None if tokens is True else tokens))
    return dressed(layers, _defaults(TREE_LOOKS) | dict(looks or {}))


def _defaults(knobs: Mapping[str, Knob]) -> dict[str, Any]:
    return {name: knob.default for name, knob in knobs.items()}


def truth_layer(objects: Sequence[dict[str, object]]) -> Truth:
    """Ground truth as a layer, from objects with a label and a box."""
    boxes = np.array([item["box"] for item in objects], np.int64).reshape(-1, 4)
    return Truth("truth", boxes, tuple(str(item["label"]) for item in objects))


def classes_layer(labels: Byte, names: Mapping[int, str], digest: str = "") -> Classes:
    """Ground truth of each pixel as a layer.

    labels  (H, W) uint8
    names   what the labels mean; those without a name are nothing
    digest  see Classes
    """
    order = np.full(256, 255, np.uint8)
    order[list(names)] = np.arange(len(names), dtype=np.uint8)
    size = (labels.shape[0], labels.shape[1])
    return Classes("classes", order[labels], size, tuple(names.values()), digest)


def weighed(truth: Truth, result: DriveResult) -> Truth:
    """The same with what the drive's patches hit, and what chance and knowledge would."""
    words = odds_of(truth.boxes, result).told(len(result.patches))
    return replace(found(truth, result.patches.boxes), odds=words)


def odds_of(boxes: Int, result: DriveResult) -> Odds:
    """Odds of finding boxes (N, 4) by as many patches of the size that the drive cut."""
    s, k = result.settings, len(result.patches)
    return odds(boxes, result.image.size, k, int(s["patch"]), cast(Border, s["border"]))


def found(truth: Truth, windows: Int) -> Truth:
    """The same with what was hit: the centre of the box lies in one of the windows (K, 4)."""
    return Truth(truth.name, truth.boxes, truth.labels, hits(truth.boxes, windows))


def hits(boxes: Int, windows: Int) -> np.ndarray:
    """(N,) bool: which boxes (N, 4) have their centre in at least one window (K, 4)."""
    centres = (boxes[:, :2] + boxes[:, 2:])[:, None]  # doubled, so that halves stay whole
    above, below = centres >= 2 * windows[:, :2], centres < 2 * windows[:, 2:]
    inside: np.ndarray = np.all(above & below, axis=2)
    return np.any(inside, axis=1)
