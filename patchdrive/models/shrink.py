"""The glance of a batch of pictures: area-averaged on the device, with gradients.

Each output pixel is the mean over exactly the area that it covers, pixels on its rim counted by the
part that lies inside. Rows are gathered tap by tap, so a whole 4K picture never becomes floats.
"""

from __future__ import annotations

import numpy as np
import torch

from patchdrive.types import Size


def glance_size(size: Size, longest: int) -> Size:
    """(h, w) of a picture (H, W) brought down so that no side exceeds `longest`; never enlarged.

    Halves are rounded up, as an Image's preview does.
    """
    side = max(size)
    if side <= longest:
        return size
    h, w = (max(1, (2 * length * longest + side) // (2 * side)) for length in size)
    return h, w


def shrink(images: torch.Tensor, longest: int) -> torch.Tensor:
    """Bring pictures down to `longest`.

    images   (B, C, H, W) uint8, or float of any range
    returns  (B, C, h, w) float32 in [0, 1] for uint8, else float in the range of the input
    """
    height, width = images.shape[-2:]
    h, w = glance_size((height, width), longest)
    small = _average(_average(images, h, -2), w, -1)
    return small.float() / 255 if images.dtype == torch.uint8 else small


def _average(images: torch.Tensor, n: int, axis: int) -> torch.Tensor:
    """Area mean along one axis, `length` pixels to n; whole numbers until the last division."""
    length = images.shape[axis]
    if n == length:
        return images
    low = np.arange(n, dtype=np.int64) * length  # in 1/n of a pixel, as are all ends below
    out: torch.Tensor | None = None
    for tap in range(-(-length // n) + 1):
        at = np.minimum(low // n + tap, length - 1)
        start = (low // n + tap) * n
        share = np.minimum(low + length, start + n) - np.maximum(low, start)
        weight = torch.from_numpy(np.maximum(0, share) / length).to(images.device, torch.float32)
        line = images.index_select(axis, torch.from_numpy(at).to(images.device))
        part = line * (weight[:, None] if axis == -2 else weight)
        out = part if out is None else out + part
    assert out is not None
    return out
