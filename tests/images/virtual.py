"""A picture of any size that takes no memory: its pixels follow from their places."""

import numpy as np

from patchdrive.types import Image, ImageError


class VirtualImage(Image):
    """What an Image must do to be looked at: `size`, `digest`, `region`; no `pixels`.

    Red and green tell a pixel's place within its block of 256 x 256, blue tells the block: the
    colour is a function of the place in the level and of the level.
    """

    notes = ()

    def __init__(self, size):
        self.size = size
        self.name = "virtual"
        self.digest = f"virtual {size}"

    def region(self, y0, x0, h, w, level=0):
        height, width = (max(1, -(-side >> level)) for side in self.size)
        y = np.arange(max(0, y0), min(height, y0 + h), dtype=np.int64)[:, None]
        x = np.arange(max(0, x0), min(width, x0 + w), dtype=np.int64)
        planes = [y % 256, x % 256, (y // 256 * 7 + x // 256 + 31 * level) % 256]
        shape = np.broadcast_shapes(y.shape, x.shape)
        return np.stack([np.broadcast_to(plane, shape) for plane in planes], -1).astype(np.uint8)

    def preview(self, max_side):
        level = 0
        while max(self.size) > max_side << level:
            level += 1
        height, width = (-(-side >> level) for side in self.size)
        return self.region(0, 0, height, width, level)

    @property
    def pixels(self):
        raise ImageError("this picture is larger than memory: read regions of it")

    @property
    def nbytes(self):
        return 0
