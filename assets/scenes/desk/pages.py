"""Sheets as ink pictures: letters, a chart, a photograph, the relief of a coin."""

import math

import numpy as np

from .ink import INKS, PEN, Ink, pen_path, words
from .shapes import TAU


def page_written(rng, w, h, lines, ruled=True, margin=True, fill=0.8, k=34):
    """A page of handwriting with corrections and a scribble."""
    ink = Ink(w, h, k)
    step = h / (lines + 2.5)
    if ruled:
        for i in range(lines + 1):
            ink.line(0, h - (i + 2) * step, w, h - (i + 2) * step, 0.022, 0.8)
        ink.flush((0.5, 0.62, 0.8))
    if margin:
        ink.line(1.6, 0, 1.6, h, 0.025, 0.8)
        ink.flush((0.85, 0.45, 0.45))
    c = INKS[rng.integers(len(INKS))]
    for i in range(lines):
        if rng.random() < fill:
            ink.write(
                rng,
                words(rng, int(rng.uniform(0.5, 1.05) * (w - 2.5) / 0.3)),
                1.9 + (rng.random() < 0.1) * 1.0,
                h - (i + 2) * step + 0.06,
                step * 0.62,
                0.04,
            )
    for _ in range(3):  # corrections and sketches
        x, y = rng.uniform(2.5, w - 4), h - (rng.integers(3, lines) + 2) * step + 0.2
        q = np.linspace(0, rng.uniform(1, 2.2), 200)
        ink.draw(np.stack([x + q, y + 0.12 * np.sin(q * 28) + 0.02 * q], 1), 0.05)
    t = np.linspace(0, 9 * TAU, 1600)
    x, y, r = w * rng.uniform(0.6, 0.8), h * rng.uniform(0.06, 0.14) + 1, rng.uniform(0.5, 0.9)
    ink.draw(
        np.stack(
            [
                x + (r + 0.25 * np.sin(t * 0.31)) * np.cos(t),
                y + 0.7 * (r + 0.2 * np.cos(t * 0.23)) * np.sin(t),
            ],
            1,
        ),
        0.035,
    )
    ink.flush(c)
    return ink


def page_chart(rng, w, h, k=34):
    """Millimetre paper with a measured curve."""
    ink = Ink(w, h, k)
    for i in np.arange(1, w - 0.9, 0.5):
        ink.line(i, 1, i, h - 1, 0.018, 0.7 if abs(i % 2.5 - 1) > 0.1 else 1)
    for j in np.arange(1, h - 0.9, 0.5):
        ink.line(1, j, w - 1, j, 0.018, 0.7 if abs(j % 2.5 - 1) > 0.1 else 1)
    ink.flush((0.93, 0.7, 0.55))
    x = np.linspace(2, w - 2, 3000)
    y = h * 0.4 + h * 0.22 * np.sin(x * 0.42 + 1) + 1.2 * np.sin(x * 1.3) + (x - w / 2) * 0.2
    ink.draw(np.stack([x, y], 1), 0.05)
    for i in range(0, 3000, 130):
        for a in (-0.13, 0.13):
            ink.line(x[i] - 0.13, y[i] - a, x[i] + 0.13, y[i] + a, 0.035)
    ink.line(1.5, 1.5, w - 1.2, 1.5, 0.05)
    ink.line(1.5, 1.5, 1.5, h - 1.2, 0.05)
    ink.write(rng, "light in the morning", 3, h - 2.2, 0.8, 0.06)
    ink.write(rng, "hours", w - 4, 1.8, 0.5, 0.05)
    ink.flush((0.03, 0.03, 0.08))
    return ink


def coin_relief(rng, value, k=120):
    """Height picture of a coin."""
    ink = Ink(2.4, 2.4, k)
    ink.sign(rng, PEN[value], 0.72, 0.75, 1.05, 0.14, 0, 0.05)
    for i in range(26):
        a = TAU * i / 26
        c, q = math.cos(a), math.sin(a)
        for p in pen_path(list(PEN.values())[rng.integers(26)], rng, 0.05):
            x, y = (p[:, 0] - 3) * 0.026, (p[:, 1] - 4) * 0.026
            ink.draw(
                np.stack([1.2 + q * (0.86 + y) + c * x, 1.2 + c * (0.86 + y) - q * x], 1), 0.03
            )
    ink.flush((0, 0, 0))
    ink.rgb = 1 - ink.rgb
    return ink.image("coin", False)


def snapshot(rng, w, h, k=30):
    """A small landscape photograph with a white border."""
    ink = Ink(w, h, k)
    H, W = ink.a.shape
    y, x = np.mgrid[0 : 1 : H * 1j, 0 : 1 : W * 1j]
    t = np.clip((y - 0.35) / 0.65, 0, 1)[..., None]
    img = (1 - t) * np.array(
        ((0.85, 0.6, 0.42), (0.75, 0.8, 0.85))[rng.integers(2)]
    ) + t * np.array((0.16, 0.32, 0.6))
    for i in range(4):
        base, col = (
            0.5 - 0.13 * i,
            np.array((0.28, 0.36, 0.42)) * (1 - i / 4) + np.array((0.05, 0.09, 0.03)) * (i / 4),
        )
        line = base + sum(
            0.07 / q * np.sin(x * q * rng.uniform(4, 8) + rng.uniform(0, 6)) for q in (1, 2, 4, 9)
        )
        img = np.where(
            (y < line)[..., None], col * (1 + 0.25 * rng.normal(0, 1, (H, W, 1)) * (i / 4)), img
        )
    edge = (np.minimum(x, 1 - x) * w < 0.45) | (np.minimum(y, 1 - y) * h < 0.45)
    ink.rgb[:] = np.where(edge[..., None], 1.0, np.clip(img, 0.01, 1))
    return ink
