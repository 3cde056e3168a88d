"""What a drawing will need: bytes to a drawn pixel and to a leaf, measured and rounded up."""

from __future__ import annotations

from collections.abc import Sequence

from patchdrive.budget import Need
from patchdrive.figures.layers import Layer, Leaves
from patchdrive.types import Image

GIF_FRAMES = 2  # to a pixel of each frame: they are held until the last one is made


def drawing(
    form: str,
    image: Image,
    layers: Sequence[Layer],
    max_side: int,
    pixel: float,
    leaf: float,
) -> Need:
    """A drawing no side of which exceeds max_side.

    pixel, leaf  bytes to a drawn pixel, and to a leaf
    """
    long, short = max(image.size), min(image.size)
    drawn = max(1, min(max_side, long)) ** 2 * short / long
    leaves = sum(len(layer.boxes) for layer in layers if isinstance(layer, Leaves))
    told = f" and {leaves:,} leaves" if leaves else ""
    return Need(
        f"{drawn / 1e6:,.1f} megapixels{told} as {form}",
        pixel * drawn + leaf * leaves,
        "choose a smaller longest side or fewer leaves",
    )
