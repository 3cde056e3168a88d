"""Results to layers: what is drawn over the picture, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patchdrive.figures.layers import Landings, Layer, Leaves, Mask, Raster, Truth
from patchdrive.ops import maps
from patchdrive.types import DriveResult, Int, TreeResult


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


def drive_layers(
    result: DriveResult, look: Look | None = None, truth: Truth | None = None
) -> list[Layer]:
    """Saliency below, then what is known to be there, then where the eye landed."""
    look = look or Look()
    words = ("0", "1 (of this picture)") if not look.log else ("0", "1 (logarithmic)")
    layers: list[Layer] = [
        Raster(
            "saliency",
            maps.display(result.saliency.values, log=look.log),
            result.image.size,
            look.colormap,
            look.opacity,
            words,
            look.log,
        )
    ]
    layers += [] if truth is None else [found(truth, result.patches.boxes)]
    s = result.saccades
    return [*layers, Landings("saccades", s.yx, s.scores, result.patches.boxes)]


def tree_layers(result: TreeResult, look: Look | None = None, edges: bool = True) -> list[Layer]:
    """Edges below, leaves above."""
    look = look or Look(opacity=0.8, colormap="viridis")
    tree = result.quadtree
    leaves = Leaves("leaves", tree.boxes, tree.depth, tree.detail, look.colormap, look.opacity)
    return [Mask("edges", result.edges), leaves] if edges else [leaves]


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
