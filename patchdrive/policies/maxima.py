"""Local maxima only."""

from patchdrive.ops import select
from patchdrive.policies import register
from patchdrive.settings import Settings
from patchdrive.types import Bool, Float, Int, Size


@register("maxima", "Local maxima only", Settings)
def maxima(
    scores: Float, k: int, *, radius: int, floor: float, size: Size, valid: Bool | None = None
) -> Int:
    """Cells that nothing within the radius exceeds, best first."""
    return select.maxima(scores, k, radius=radius, floor=floor, size=size, valid=valid)
