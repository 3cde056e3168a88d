"""A sheet to draw on, four times as fine as the picture, lit from the upper left."""

import math

import cv2
import numpy as np
from scenes.fields import blur, noise, reach

SIDE, FINE, SHIFT = 256, 4, 4
LAMP = np.array([-0.45, -0.60, 0.66]) / math.sqrt(0.45**2 + 0.60**2 + 0.66**2)  # x, y, to the eye
HALF = LAMP + np.array([0, 0, 1])  # between the lamp and the eye: where a surface gleams
HALF /= np.linalg.norm(HALF)


def arc(cx, cy, rx, ry, start, end, count=60):
    """Points (count, 2) as (x, y) on an ellipse, from one angle to another in degrees."""
    t = np.radians(np.linspace(start, end, count))
    return np.stack([cx + rx * np.cos(t), cy + ry * np.sin(t)], 1)


def curve(points, closed=False, count=24):
    """A smooth line through points (Catmull and Rom), as (n, 2)."""
    p = np.asarray(points, float)
    ends = (p[-1:], p[:2]) if closed else (p[:1], p[-1:])
    p = np.concatenate([ends[0], p, ends[1]])
    t = np.linspace(0, 1, count, endpoint=False)[:, None]
    parts = [
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate(parts if closed else [*parts, p[-2:-1]])


def mix(a, b, share):
    """Between two colours (or fields of them), by a field of shares."""
    share = np.clip(share, 0, 1)[..., None]
    return np.asarray(a, np.float32) * (1 - share) + np.asarray(b, np.float32) * share


class Sheet:
    """Colours (n, n, 3) in 0..1, and where their pixels lie: x and y in pixels of the picture."""

    def __init__(self, seed):
        n = SIDE * FINE
        self.rng = np.random.default_rng(seed)
        self.y, self.x = (np.mgrid[0:n, 0:n].astype(np.float32) + 0.5) / FINE
        self.rgb = np.zeros((n, n, 3), np.float32)

    def noise(self, period, octaves=3, gain=0.5):
        """A smooth random field; period in pixels of the picture."""
        return noise(self.rng, self.y.shape, period * FINE, octaves, gain)

    def polygon(self, points):
        """The inside of a polygon, 0..1."""
        mask = np.zeros(self.y.shape, np.uint8)
        cv2.fillPoly(mask, [self._fine(points)], 255, cv2.LINE_AA, SHIFT)
        return mask.astype(np.float32) / 255

    def line(self, points, width, closed=False):
        """A line with round ends, 0..1."""
        mask = np.zeros(self.y.shape, np.uint8)
        wide = max(1, round(width * FINE))
        cv2.polylines(mask, [self._fine(points)], closed, 255, wide, cv2.LINE_AA, SHIFT)
        return mask.astype(np.float32) / 255

    def oval(self, cx, cy, rx, ry=None, turn=0.0):
        """The inside of an ellipse, 0..1; turn in degrees."""
        ry, a = rx if ry is None else ry, math.radians(turn)
        u = (self.x - cx) * math.cos(a) + (self.y - cy) * math.sin(a)
        v = (self.y - cy) * math.cos(a) - (self.x - cx) * math.sin(a)
        away = np.hypot(u / rx, v / ry)
        return np.clip((1 - away) * min(rx, ry) * FINE + 0.5, 0, 1).astype(np.float32)

    def _fine(self, points):
        at = (np.asarray(points, float) * FINE - 0.5) * 2**SHIFT
        return np.rint(at).astype(np.int32)

    def lay(self, mask, colour):
        """Paint a colour, or a field of colours, where the mask is."""
        self.rgb = mix(self.rgb, colour, mask)

    def shade(self, mask, by, soft=6.0, dark=0.5):
        """Let the mask cast a soft shadow, moved by (x, y)."""
        move = np.array([[1, 0, by[0] * FINE], [0, 1, by[1] * FINE]], np.float32)
        away = cv2.warpAffine(mask, move, mask.shape[::-1])
        self.rgb *= 1 - dark * blur(away, soft * FINE)[..., None]

    def relief(self, mask, edge, smooth=1.0):
        """A thing that is round up to `edge` pixels from its border: its light, and its gloss."""
        t = np.clip(reach(mask > 0.5, cv2.DIST_MASK_PRECISE) / (edge * FINE), 0, 1)
        return self.lit(blur(edge * np.sqrt(1 - (1 - t) ** 2), smooth * FINE))

    def lit(self, height):
        """Light (1 where it is flat) and gloss of a field of heights in pixels."""
        hy, hx = np.gradient(height * FINE)
        steep = np.sqrt(1 + hx * hx + hy * hy)
        facing = np.clip((LAMP[2] - LAMP[0] * hx - LAMP[1] * hy) / steep, 0, None)
        gloss = np.clip((HALF[2] - HALF[0] * hx - HALF[1] * hy) / steep, 0, None)
        return (0.35 + 0.65 * facing / LAMP[2]).astype(np.float32), gloss.astype(np.float32)

    def solid(self, mask, colour, edge, gloss=0.0, sharp=40):
        """Paint a round thing: its colour in the light, and its highlight."""
        light, shine = self.relief(mask, edge)
        paint = np.asarray(colour, np.float32) * light[..., None]
        self.lay(mask, paint + gloss * (shine**sharp)[..., None])

    def darken_corners(self, by=0.12):
        """What a lens does to the corners."""
        away = ((self.x - SIDE / 2) ** 2 + (self.y - SIDE / 2) ** 2) / (SIDE**2 / 2)
        self.rgb *= 1 - by * away[..., None]

    def picture(self):
        """The picture, (SIDE, SIDE, 3) uint8."""
        soft = blur(np.clip(self.rgb, 0, 1), 0.4 * FINE)
        small = cv2.resize(soft, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        return np.rint(255 * np.clip(small, 0, 1)).astype(np.uint8)
