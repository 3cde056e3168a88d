"""The park with its pond."""

import math

import numpy as np

from .frame import Frame
from .streets import Line


def park(town, lo, hi, pond):
    """Grass, winding gravel paths, a pond with reeds, benches, old trees."""
    r, g, b, M = town.rng, town.g, town.b, town.M
    px, py, pr = pond
    th = np.arange(48) * 2 * math.pi / 48
    rad = pr * (1 + 0.2 * np.sin(2 * th + 0.6) + 0.1 * np.sin(3 * th + 2) + 0.04 * np.sin(7 * th))
    shore = np.stack([px + 1.45 * rad * np.cos(th), py + 0.8 * rad * np.sin(th)], 1)
    sl, X, Y = g.window(px - pr * 2.4, px + pr * 2.4, py - pr * 1.7, py + pr * 1.7)
    t = np.arctan2((Y - py) / 0.8, (X - px) / 1.45)
    k = np.hypot((X - px) / 1.45, (Y - py) / 0.8) / (
        pr * (1 + 0.2 * np.sin(2 * t + 0.6) + 0.1 * np.sin(3 * t + 2) + 0.04 * np.sin(7 * t))
    )
    g.lay(
        sl,
        np.clip((1.09 + 0.05 * g.mid[sl] - k) / 0.04, 0, 1),
        (0.075, 0.075, 0.035),
        (0.35, 0.3, 0.2),
        soft=1.0,
    )
    b.face([(x, y, 0.03) for x, y in shore], M["water"])
    for p in (
        ((-192, -34), (-160, -36), (-128, -30), (-100, -40), (-70, -30), (-58, -28)),
        ((-192, -84), (-165, -78), (-135, -86), (-105, -74), (-60, -82)),
        ((-150, -33), (-163, -52), (-158, -79)),
        ((-112, -36), (-91, -52), (-103, -75)),
    ):
        ln = Line(p, 1.2, "path")
        sl, D, _S = ln.fields(g, 4)
        g.lay(
            sl,
            np.clip((1.15 + 0.3 * g.small[sl] + 0.25 * g.mid[sl] - np.abs(D)) / 0.45, 0, 1),
            (0.28, 0.24, 0.175),
            (0.18, 0.12, 0.14),
        )
        for q in np.arange(6, ln.s[-1], 19):
            f = ln.at(q, 2.0)
            b.box(f, -0.9, 0.9, -0.05, 0.3, 0.4, 0.46, M["wood"], (0.2, 0.12, 0.06))
            b.box(f, -0.9, 0.9, 0.3, 0.36, 0.45, 0.85, M["wood"], (0.2, 0.12, 0.06))
        for q in r.uniform(5, ln.s[-1], 2):
            f = ln.at(q, r.uniform(-0.7, 0.7))
            town.person(f.x, f.y, f.a)
        for q in np.arange(0, ln.s[-1], 1.0):
            f = ln.at(q)
            g.take(f, -1, 1, -3.2, 3.2)
    for x, y in shore + r.normal(0, 0.5, shore.shape):
        if r.random() < 0.7:
            town.tree(x, y, "shrub", 0.5, 1.0, pick=int(r.integers(2)))
    for q in r.uniform(0, 6.28, 7):  # lily pads keep together
        for _ in range(30):
            b.disc(
                Frame(
                    px + 1.45 * pr * 0.74 * math.cos(q) + r.normal(0, 1.3),
                    py + 0.8 * pr * 0.74 * math.sin(q) + r.normal(0, 0.8),
                ),
                0,
                0,
                0.05,
                r.uniform(0.08, 0.24),
                M["tint"],
                np.array((0.075, 0.12, 0.035)) * r.uniform(0.6, 1.2),
                7,
            )
    b.trim = M["wood"]
    b.box(
        Frame(px - 6, py - 0.8 * pr + 1, 0.2),
        -0.9,
        0.9,
        -4,
        3,
        0.3,
        0.4,
        M["wood"],
        (0.25, 0.2, 0.15),
    )  # jetty
    f = Frame(-82, -44, 0.3)
    g.disc(f.x, f.y, 5.5, (0.42, 0.36, 0.25), rag=0.15, grain=(0.16, 0.1, 0.12))
    g.take(f, -6, 6, -6, 6)
    for u, c in ((-2.5, (0.5, 0.04, 0.03)), (2.2, (0.05, 0.15, 0.4))):
        b.box(f, u - 0.5, u + 0.5, -0.5, 0.5, 1.3, 1.45, M["wood"], (0.3, 0.2, 0.1))
        b.box(f, u - 0.55, u + 0.55, -0.55, 0.55, 2.3, 2.45, M["gloss"], c)
        b.face(
            [
                f.p(u - 0.3, 0.5, 1.4),
                f.p(u + 0.3, 0.5, 1.4),
                f.p(u + 0.3, 3.2, 0.2),
                f.p(u - 0.3, 3.2, 0.2),
            ],
            M["gloss"],
            (0.6, 0.45, 0.05),
        )
    for v in (-3, -4.5):
        b.box(f, -2.5, 2.5, v - 0.05, v + 0.05, 2.2, 2.3, M["gloss"], (0.5, 0.3, 0.03))
    town.person(*f.to(0.5, 2.2))
    n = 0
    while n < 120:
        x, y = r.uniform(lo[0], hi[0]), r.uniform(lo[1], hi[1])
        if (
            math.hypot((x - px) / 1.45, (y - py) / 0.8) < pr * 1.5
            or not g.free(Frame(x, y), -0.5, 0.5, -0.5, 0.5)
            or math.hypot(x + 128, (y + 52) * 1.1) < 9
        ):
            n += 0.05
            continue
        town.tree(x, y, "broad" if r.random() < 0.88 else "fir", 0.7, 1.25)
        g.disc(
            x,
            y,
            r.uniform(1.5, 3.5),
            (0.085, 0.075, 0.035),
            alpha=0.6,
            rag=0.5,
            soft=1.0,
            grain=(0.3, 0.2, 0.2),
        )
        g.take(Frame(x, y), -2.4, 2.4, -2.4, 2.4)
        n += 1
