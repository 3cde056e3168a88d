"""Windows that leave the picture: what they count, without favour for the border or against it.

Chance alone must not send the eye to the border. Of a window that half leaves the picture only half
the pixels are seen, so its mean varies by more, and the highest of many such means tend to lie
there. Repeating the border's pixels makes it worse: then a few of them stand for half a window.
"""

from __future__ import annotations

import numpy as np

from patchdrive.ops.colour import EMPTY, blur
from patchdrive.types import Bool, Float, Size

LEAST = 1e-5  # weight in a float32 window below which its sums are rounding


def density(values: Float, sigma: float, unseen: int = 0) -> Float:
    """Mean (h, w) float32 of values (h, w) in a Gaussian window, as surprising at the border.

    The mean is over the part of the window that lies in the picture. What exceeds the picture's own
    mean is multiplied by how much steadier a whole window is: of uncorrelated values of variance v,
    a window with weights k has a mean of variance v * sum(k^2) / sum(k)^2, the sums over what is
    seen. So a place is as likely to exceed a score by chance at the border as elsewhere. Inside
    nothing changes, and nothing stays nothing.

    sigma   standard deviation of the window, pixels
    unseen  so many lines along the border hold no values; at least one pixel is always seen
    """
    here = _inside(values.shape, unseen)
    seen = here.astype(np.float32)
    weight = blur(seen, sigma, EMPTY)
    held = blur(np.where(here, values, 0).astype(np.float32), sigma, EMPTY)
    usual = float(values[here].mean())
    mean = np.where(weight > LEAST, held / np.maximum(weight, LEAST), usual)
    # The square of a Gaussian is one that is narrower by the root of 2.
    squares = blur(seen, sigma / 2**0.5, EMPTY)
    steadiness = np.minimum(1, weight / np.sqrt(np.maximum(squares, LEAST**2)))
    return np.asarray(np.minimum(mean, usual + (mean - usual) * steadiness), np.float32)


def _inside(shape: Size, unseen: int) -> Bool:
    y, x = (min(unseen, (n - 1) // 2) for n in shape)
    here = np.zeros(shape, bool)
    here[y : shape[0] - y, x : shape[1] - x] = True
    return here


def excess(shape: Size, centre: float, surround: float) -> Float:
    """How much more a difference of mirrored Gaussians varies at a place than far inside, (h, w).

    Uncorrelated values are meant. Mirrored at the border, a value may be counted twice: at distance
    x from the border two Gaussians a and b overlap by 1 + exp(-(2x)^2 / 2(a^2 + b^2)) along that
    axis, in units of their overlap without a border.
    """
    pairs = ((1, centre, centre), (-2, centre, surround), (1, surround, surround))
    inside = sum(sign / (a * a + b * b) for sign, a, b in pairs)
    found = sum(
        sign / (a * a + b * b) * np.outer(*(_overlap(n, a * a + b * b) for n in shape))
        for sign, a, b in pairs
    )
    return np.asarray(found / inside, np.float32)


def _overlap(n: int, variance: float) -> Float:
    before = 2 * np.arange(n) + 1.0  # twice the distance from the border
    mirrored = np.exp(-(before**2) / (2 * variance))
    overlap: Float = 1 + mirrored + mirrored[::-1]
    return overlap
