"""What each stage that can grow will need, told from its settings and the picture's size.

Bytes to a pixel, leaf or candidate at the stage's peak, its result included. They are measured,
rounded up, and held by tests to what the stages really take.
"""

from __future__ import annotations

from dataclasses import replace

from patchdrive.budget import Need
from patchdrive.ops.tokens import PART
from patchdrive.settings import GlanceSettings
from patchdrive.types import DriveResult, Image, Size, Tokens, TreeResult

SALIENCY = 140  # to a pixel of the glance, by the hungriest method
CANDIDATE = 80  # to a cell: how far it reaches, what is left of the map, all orders
EDGES = 12  # to a pixel: grey, blurred, Canny's gradients
COUNTS = 4  # to a pixel, where the smallest leaf has 2 px
LEAF = 300  # of a quadtree
PYRAMID = 16  # to a pixel: padded, and all its halvings
TOKEN = 4  # times the tokens themselves: they, their leaves, and boxes
REBUILT = 18  # to a pixel: the tokens' memory, and the same picture shrunk and enlarged
PACKETS = 60  # to a pixel: three planes of floats, and the bands between two levels
CUT = 4  # times the patches themselves
FLOATS = 16  # times the bytes that are floats for a while


def glance(image: Image, settings: GlanceSettings) -> Need:
    """Shrinking the picture, and judging the small one."""
    long, short = max(image.size), min(image.size)
    shown = min(settings.glance, long) ** 2 * short / long
    return Need(
        f"maps of a glance of {settings.glance:,} px", SALIENCY * shown, "lower the glance's side"
    )


def candidates(cells: Size) -> Need:
    """What a viewer chooses places from, of a map of so many cells."""
    h, w = cells
    return Need(f"candidates of {h * w:,} cells", CANDIDATE * h * w, "lower the glance's side")


def patches(count: int, side: int) -> Need:
    """Cutting native patches."""
    return Need(f"{count:,} patches of {side:,} px", CUT * 3 * count * side**2, "lower k or patch")


def edges(image: Image) -> Need:
    """Edges of all pixels."""
    return _whole("edges", image, EDGES)


def counts(image: Image) -> Need:
    """The pyramid of edge counts."""
    return _whole("edge counts", image, COUNTS)


def leaves(count: int) -> Need:
    """A quadtree of so many leaves."""
    return Need(f"{count:,} leaves", LEAF * count, "raise the split threshold or the smallest leaf")


def pyramid(image: Image) -> Need:
    """Halved copies that tokens are read from."""
    return _whole("halved copies", image, PYRAMID)


def tokens(count: int, side: int) -> Need:
    """Leaves resized to tokens."""
    return Need(
        f"{count:,} tokens of {side} px",
        3 * (TOKEN * count * side**2 + FLOATS * min(count * side**2, PART)),
        "raise the split threshold or the smallest leaf, or lower the token size",
    )


def rebuilt(image: Image, tokens: Tokens) -> Need:
    """The picture as its tokens remember it, and how near it comes."""
    need = _whole("the tokens' memory and a copy to compare it with,", image, REBUILT)
    height, width = image.size
    parts = 3 * min(max(height * width, tokens.pixels.size // 3), PART)
    return replace(need, nbytes=need.nbytes + FLOATS * parts)


def rows(form: str, result: DriveResult | TreeResult, per_row: float) -> Need:
    """A table of places or leaves as text."""
    count = len(result.quadtree) if isinstance(result, TreeResult) else len(result.saccades)
    return Need(
        f"{count:,} rows of {form}",
        per_row * count,
        "raise the split threshold or the smallest leaf, or take CSV, which needs least",
    )


def packets(size: Size) -> Need:
    """Taking a copy apart into bands, or putting it together again."""
    height, width = size
    return Need(
        f"wavelet packets of {width:,} x {height:,} px",
        PACKETS * height * width,
        "choose a smaller working copy",
    )


def _whole(what: str, image: Image, per_pixel: float) -> Need:
    height, width = image.size
    return Need(
        f"{what} of all {width:,} x {height:,} pixels",
        per_pixel * height * width,
        "open a part of the picture or a smaller copy",
    )
