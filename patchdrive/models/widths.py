"""The only file with widths: how big the parts of the networks are."""

from typing import NamedTuple


class Widths(NamedTuple):
    """How wide the parts of a PatchDriveNet are.

    saliency  channels that the saliency head judges
    vector    length of the vectors of glance, patch and picture
    heads     of the fusion's attention
    classes   of the answer
    """

    saliency: int = 256
    vector: int = 512
    heads: int = 8
    classes: int = 1000


WIDTHS = Widths()
