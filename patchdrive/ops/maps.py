"""Maps: bringing scores to [0, 1], and preparing them for the eye."""

from __future__ import annotations

import numpy as np

from patchdrive.types import Byte, Float


def unit(values: Float) -> Float:
    """Shift and scale to [0, 1] as float32; a flat map becomes zeros.

    values  (h, w) float; what is not finite is taken for the lowest finite value
    """
    values = np.asarray(values, np.float64)
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, np.float32)
    low, high = values[finite].min(), values[finite].max()
    # Rounding noise of a flat picture must not be blown up to a full map.
    if high - low <= 1e-6 * max(1.0, abs(high), abs(low)):
        return np.zeros(values.shape, np.float32)
    return ((np.where(finite, values, low) - low) / (high - low)).astype(np.float32)


def display(values: Float, *, log: bool = False, low: float = 0.0, high: float = 1.0) -> Byte:
    """Index into a colour map, (h, w) uint8: linear, or logarithmic over two decades."""
    scaled = np.clip((np.asarray(values, np.float32) - low) / max(high - low, 1e-9), 0, 1)
    if log:
        scaled = np.log1p(99 * scaled) / np.float32(np.log(100))
    return np.rint(255 * scaled).astype(np.uint8)
