"""Chromatin: the seamless textures that nuclei are filled with."""

import numpy as np
from scipy.ndimage import gaussian_filter

from ..fields import unit

# Textures by name: how much dye, rim and grain a nucleus with it takes, relative to its kind.
CHROMATIN = {
    "granular": (1.0, 1.0, 1.0),
    "coarse": (1.02, 1.0, 1.1),
    "open": (0.72, 1.55, 0.9),  # pale, its chromatin drawn to the membrane
    "clumped": (0.98, 0.9, 1.15),
    "smudged": (1.16, 0.35, 0.75),
}


def textures(rng, side=512):
    """One field for each name of CHROMATIN, (5, side, side), about zero mean."""
    g = rng.standard_normal((side, side)).astype(np.float32)

    def band(a, b):
        return unit(gaussian_filter(g, a, mode="wrap") - 0.9 * gaussian_filter(g, b, mode="wrap"))

    fine = band(1.15, 3)
    coarse = 0.5 * fine + 0.6 * band(2.2, 5) + 0.6 * band(5, 12)
    beads = np.maximum(band(1.25, 3.5) - 0.7, -0.35)  # few, on empty ground
    clumps = 0.85 * np.tanh(1.6 * band(1.3, 3.2))
    smudge = 0.9 * band(3.2, 8) + 0.25 * fine
    return np.stack([fine, coarse, 1.3 * unit(beads), clumps, smudge])
