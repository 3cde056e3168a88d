"""Chromosomes of dividing cells: bars whose edge is torn, without a membrane."""

import math

import numpy as np

from ..fields import blur, noise, step


def ragged(rng, size, parts):
    """Chromosome mass, density 0..1. parts: (y, x, half length, half width, angle, curve)."""
    g = np.mgrid[0:size, 0:size].astype(np.float32) - size / 2
    f = np.full((size, size), -9, np.float32)
    for cy, cx, ln, th, ang, curve in parts:
        u = (g[1] - cx) * math.cos(ang) + (g[0] - cy) * math.sin(ang)
        v = -(g[1] - cx) * math.sin(ang) + (g[0] - cy) * math.cos(ang) + curve * u * u / ln
        f = np.maximum(f, 1 - np.sqrt((u / ln) ** 4 + (v / th) ** 2))
    f += 0.30 * noise(rng, f.shape, 5.5, 2) + 0.12 * noise(rng, f.shape, 2.5, 1)
    return blur(step(-0.10, 0.30, f), 0.75) * (0.93 + 0.07 * noise(rng, f.shape, 4, 1))


def metaphase(rng, a):
    """One plate, seen from the side."""
    return [(0, 0, rng.uniform(10.5, 13), rng.uniform(3.2, 4.2), a, rng.normal(0, 0.15))]


def anaphase(rng, a):
    """Two plates drawing apart, bent towards their poles."""
    g, ln = rng.uniform(6.0, 8.0), rng.uniform(9, 11.5)
    parts = []
    for s in (-1, 1):
        cy, cx = s * g * math.cos(a), -s * g * math.sin(a)
        parts.append((cy, cx, ln, 3.0, a + rng.normal(0, 0.1), -s * rng.uniform(0.05, 0.25)))
    return parts


def prometaphase(rng, a):
    """A clumped, partly open ring."""
    ring = [t for t in np.linspace(0, 2 * np.pi, 8, endpoint=False) if rng.random() < 0.88]
    parts = []
    for t in ring:
        q = rng.uniform(5, 8.5)
        long, turn = rng.uniform(3.5, 6), rng.uniform(0, 3.14)
        parts.append((q * math.sin(t), q * math.cos(t), long, 2.8, turn, 0))
    return parts


def mitosis(rng, kind):
    """Density of one mitotic figure, (56, 56)."""
    draw = {"metaphase": metaphase, "anaphase": anaphase, "prometaphase": prometaphase}[kind]
    return ragged(rng, 56, draw(rng, rng.uniform(0, np.pi)))
