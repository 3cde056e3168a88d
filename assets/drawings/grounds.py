"""What lies behind and below things: walls, wood, sky, grass, leaves out of focus."""

import cv2
import numpy as np
from scenes.fields import blur, noise, step

from .sheet import FINE, mix


def studio(s, colour, fall=0.10):
    """An even wall and table, a little darker away from the lamp."""
    away = np.hypot(s.x - 90, s.y - 70) / 250
    s.rgb = np.asarray(colour, np.float32) * (1 + 0.03 - fall * away**1.5)[..., None]
    s.rgb *= 1 + 0.004 * s.noise(20, 2)[..., None]


def wood(s, colour, period=7.0, upright=False):
    """Boards with grain, as a field of colours."""
    h, w = s.y.shape
    fine = noise(s.rng, (h, w // 12), period * FINE, 4, 0.6)
    grain = cv2.resize(fine, (w, h), interpolation=cv2.INTER_CUBIC)
    bent = s.y + 5 * s.noise(110, 2)
    rings = np.sin(bent * 0.55 + 2.2 * grain)
    tone = 1 + 0.10 * grain + 0.07 * rings
    field = np.asarray(colour, np.float32) * tone[..., None]
    return field.transpose(1, 0, 2) if upright else field


def sky(s, top, low, horizon, clouds=0.0):
    """A clear sky that pales toward the horizon, with as many clouds as wanted."""
    s.rgb = mix(top, low, np.clip(s.y / horizon, 0, 1) ** 1.4)
    if clouds:
        heap = s.noise(85, 5, 0.55) - 0.5 * s.noise(160, 1)
        s.lay(clouds * step(0.1, 1.5, heap), (0.97, 0.97, 0.98))


def leaves(s, dark, bright, soft=5.0):
    """Leaves out of focus."""
    mass = s.noise(38, 3)
    s.rgb = mix(dark, bright, 0.42 + 0.32 * mass + 0.14 * s.noise(11, 2))
    for _ in range(26):
        cx, cy, r = s.rng.uniform(0, 256), s.rng.uniform(0, 256), s.rng.uniform(3, 9)
        s.lay(s.rng.uniform(0.1, 0.4) * s.oval(cx, cy, r), np.asarray(bright) * 1.25)
    s.rgb = blur(s.rgb, soft * FINE)


def grass(s, mask, dark, bright):
    """A lawn that is coarse near the eye and fine far away."""
    h, w = s.y.shape
    blades = noise(s.rng, (h // 3, w), 2.2 * FINE, 3, 0.6)
    blades = cv2.resize(blades, (w, h), interpolation=cv2.INTER_CUBIC)
    tone = 0.5 + 0.22 * blades + 0.18 * s.noise(40, 2)
    s.lay(mask, mix(dark, bright, tone))
