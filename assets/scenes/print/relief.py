"""The relief of the sheet: it cockles, type has bitten into it, one corner was once folded."""

import numpy as np

from ..fields import blur, noise

LAMP = (-0.50, -0.36, 0.80)  # towards the lamp: left, up, out of the page
BITE_PX = 0.34  # depth of the type's impression
COCKLE_PX = 2.1
WAVE_PX = 4.5  # of the loose upper and lower edges


def lean(height):
    """How much brighter a height field (px) is than a flat sheet under the lamp."""
    gy, gx = np.gradient(height)
    facing = LAMP[2] - LAMP[0] * gx - LAMP[1] * gy
    return (facing / LAMP[2] / np.sqrt(1 + gx * gx + gy * gy)).astype(np.float32)


def cockle(rng, shape):
    """Height (px) of paper that was damp and dried: dents all over, waves at its loose edges."""
    h, w = shape
    loose = np.abs(np.linspace(-1, 1, h, dtype=np.float32))[:, None] ** 3
    waves = noise(rng, (8, w), 330, 2)[:1] + 0.3 * noise(rng, shape, 420, 1)
    return COCKLE_PX * noise(rng, shape, 250, 3) + WAVE_PX * loose * waves


def crease(rng, shape):
    """A corner that was folded and laid flat again: its height, and where the fold is rubbed."""
    h, w = shape
    along, down = rng.uniform(0.10, 0.15) * w, rng.uniform(0.20, 0.30) * h
    gy, gx = np.ogrid[0:h, 0:w]
    # the line from (h, w - along) to (h - down, w), distance positive towards the corner
    length = np.hypot(along, down)
    d = ((gx - (w - along)) * down + (gy - h) * along) / length
    d = (d + 1.5 * noise(rng, shape, 60, 3)).astype(np.float32)
    away = np.abs(d)
    height = -0.085 * away * np.exp(-away / 45)
    worn = (0.6 + 0.5 * noise(rng, shape, 9, 2)).clip(0, 1)
    return height, np.exp(-((d / 1.4) ** 2)) * worn


def relief(rng, film, back):
    """Shade of the sheet by its relief, and the rubbing along its fold.

    film, back  ink (H, W) of this side and of the other side, which bulges through
    """
    fold, rubbed = crease(rng, film.shape)
    bite = BITE_PX * (0.7 * blur(back, 1.2) - blur(film, 0.9))
    grain = 0.035 * noise(rng, film.shape, 3.0, 2)
    return lean(cockle(rng, film.shape) + fold) * lean(bite + grain), rubbed
