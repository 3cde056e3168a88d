"""Results as things to look at: layers, pages, pictures, charts."""

from patchdrive.figures.overlay import (
    DRIVE_LOOKS,
    TREE_LOOKS,
    drive_layers,
    tree_layers,
    truth_layer,
)
from patchdrive.figures.page import leaves, saccades
from patchdrive.figures.picture import mosaic, png
from patchdrive.figures.steps import steps_gif
from patchdrive.figures.svg import svg

__all__ = [
    "DRIVE_LOOKS",
    "TREE_LOOKS",
    "drive_layers",
    "leaves",
    "mosaic",
    "png",
    "saccades",
    "steps_gif",
    "svg",
    "tree_layers",
    "truth_layer",
]
