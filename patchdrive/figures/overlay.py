"""Results to layers: what is drawn over the picture, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patchdrive.figures.layers import Landings, Layer, Leaves, Mask, Raster, Truth
from patchdrive.ops import maps
from patchdrive.settings import EdgeSettings
from patchdrive.types import UNTRAINED, DriveResult, Int, TreeResult


@dataclass(frozen=True)
class Look:
    """How a result is drawn; changes no number.

    opacity   of the saliency map or the leaves, 0 to 1
    colormap  a name of figures.colors
    log       the map's colours on a logarithmic scale
    """

    opacity: float = 0.55
    colormap: str = "inferno"
    log: bool = True


TREE_LOOK = Look(opacity=0.8, colormap="viridis")


def drive_layers(
    result: DriveResult, look: Look | None = None, truth: Truth | None = None
) -> list[Layer]:
    """Saliency below, then what is known to be there, then where the eye landed."""
    look = look or Look()
    scale, note = "logarithmic" if look.log else "of this picture", ""
    if not result.saliency.trained:
        scale, note = f"{scale}, {UNTRAINED}", f"saliency by an {UNTRAINED}"
    layers: list[Layer] = [
        Raster(
            "saliency",
            maps.display(result.saliency.values, log=look.log),
            result.image.size,
            look.colormap,
            look.opacity,
            ("0", f"1 ({scale})"),
            look.log,
            note,
        )
    ]
    layers += [] if truth is None else [found(truth, result.patches.boxes)]
    s = result.saccades
    return [*layers, Landings("saccades", s.yx, s.scores, result.patches.boxes)]


def tree_layers(result: TreeResult, look: Look | None = None, edges: bool = True) -> list[Layer]:
    """Edges below, leaves above."""
    look = look or TREE_LOOK
    tree = result.quadtree
    leaves = Leaves("leaves", tree.boxes, tree.depth, tree.detail, look.colormap, look.opacity)
    if not edges:
        return [leaves]
    made_by = (result.image.digest, *(result.settings[k] for k in EdgeSettings.knobs()))
    return [Mask("edges", result.edges, digest=repr(made_by)), leaves]


def truth_layer(objects: Sequence[dict[str, object]]) -> Truth:
    """Ground truth as a layer, from objects with a label and a box."""
    boxes = np.array([item["box"] for item in objects], np.int64).reshape(-1, 4)
    return Truth("truth", boxes, tuple(str(item["label"]) for item in objects))


def found(truth: Truth, windows: Int) -> Truth:
    """The same with what was hit: the centre of the box lies in one of the windows (K, 4)."""
    return Truth(truth.name, truth.boxes, truth.labels, hits(truth.boxes, windows))


def hits(boxes: Int, windows: Int) -> np.ndarray:
    """(N,) bool: which boxes (N, 4) have their centre in at least one window (K, 4)."""
    centres = (boxes[:, :2] + boxes[:, 2:])[:, None]  # doubled, so that halves stay whole
    above, below = centres >= 2 * windows[:, :2], centres < 2 * windows[:, 2:]
    inside: np.ndarray = np.all(above & below, axis=2)
    return np.any(inside, axis=1)
