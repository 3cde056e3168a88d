"""The slide scanner: dye densities become colour by absorption, then focus, lamp and noise."""

import numpy as np

from ..fields import blur, eight_bit, noise, step

HAEMATOXYLIN = (0.620, 0.715, 0.320)  # optical density per unit of dye in R, G, B
EOSIN = (0.170, 0.850, 0.440)
RED_CELL = (0.150, 0.760, 0.560)  # eosin bound to haemoglobin looks more orange
GLASS = (0.952, 0.948, 0.950)  # empty slide under the lamp


def photograph(rng, hae, eos, red):
    """Dyes to camera: section thickness, absorption, focus, lamp, noise."""
    shape, (h, w) = hae.shape, hae.shape
    thick = 1 + 0.07 * noise(rng, shape, 700, 3) + 0.02 * noise(rng, (h, 8), 23, 2)[:, :1]
    hae, eos, red = hae * thick, eos * thick * (1 + 0.08 * noise(rng, shape, 900, 2)), red * thick
    focus = 0.8 * step(-0.6, 1.8, noise(rng, shape, 800, 2))
    gy, gx = np.ogrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    img = np.empty((h, w, 3), np.float32)
    for c in range(3):
        density = HAEMATOXYLIN[c] * hae + EOSIN[c] * eos + RED_CELL[c] * red
        t = np.power(10, -density, dtype=np.float32)
        sharp = blur(t, 0.62 + 0.06 * c)
        t = sharp + focus * (blur(t, 1.5) - sharp)
        t += 0.35 * (t - blur(t, 1.6))  # the scanner's own sharpening
        lamp = 1.0 - 0.035 * ((gx - 0.15 + 0.05 * c) ** 2 + (gy + 0.1) ** 2)
        t *= GLASS[c] * lamp.astype(np.float32)
        grain = rng.standard_normal(shape, dtype=np.float32)
        img[..., c] = t + np.sqrt(np.clip(t, 0.01, 1)) * 0.011 * grain
    return eight_bit(rng, np.clip(img, 0, 1) ** (1 / 1.06))
