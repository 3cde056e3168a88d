"""Small pictures made in the test, (H, W, 3) uint8."""

import numpy as np

COLOURS = {"black": (0, 0, 0), "white": (255,) * 3, "grey": (127,) * 3, "teal": (20, 140, 131)}
ODD_SIZES = [(1, 1), (1, 2), (7, 4001), (4001, 7), (300, 200), (33, 65), (216, 384)]


def flat(h, w, colour=(127, 127, 127)):
    """One colour everywhere."""
    return np.full((h, w, 3), colour, np.uint8)


def noise(h, w, seed=0):
    """Every value is as likely as any other."""
    return np.random.default_rng(seed).integers(0, 256, (h, w, 3), np.uint8)


def texture(h, w, seed=0):
    """Weak grey grain about a middle grey: nothing in it stands out."""
    grain = np.random.default_rng(seed).integers(-6, 7, (h, w, 1))
    return np.repeat((128 + grain).astype(np.uint8), 3, axis=2)


def with_blob(background, y, x, side=12, colour=(230, 40, 20)):
    """The background with a small square of another colour whose centre is (y, x)."""
    pixels = background.copy()
    half = side // 2
    pixels[max(0, y - half) : y + half, max(0, x - half) : x + half] = colour
    return pixels


def grey(h, w, seed=0):
    """Noise without colour."""
    return np.repeat(noise(h, w, seed)[..., :1], 3, axis=2)


def edges(h, w, share, seed=0):
    """An edge map (h, w) uint8 of 0 and 255 in which that share of the pixels is an edge."""
    return ((np.random.default_rng(seed).random((h, w)) < share) * 255).astype(np.uint8)
