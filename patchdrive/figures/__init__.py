"""Results as things to look at: layers, Plotly pages, PNG pictures, charts."""

from patchdrive.figures.overlay import Look, drive_layers, tree_layers, truth_layer
from patchdrive.figures.page import leaves, saccades
from patchdrive.figures.picture import mosaic, png

__all__ = [
    "Look",
    "drive_layers",
    "leaves",
    "mosaic",
    "png",
    "saccades",
    "tree_layers",
    "truth_layer",
]
