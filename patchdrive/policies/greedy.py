"""Greedy top-K with non-maximum suppression."""

from patchdrive.ops.select import peaks
from patchdrive.policies import register
from patchdrive.settings import Settings
from patchdrive.types import Bool, Float, Int, Size


@register("greedy", "Greedy top-K with NMS", Settings)
def greedy(
    scores: Float, k: int, *, radius: int, floor: float, size: Size, valid: Bool | None = None
) -> Int:
    """Best cell, silence its surroundings, repeat."""
    return peaks(scores, k, radius=radius, floor=floor, size=size, valid=valid)
