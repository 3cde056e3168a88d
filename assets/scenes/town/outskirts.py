"""Beyond the line: railway masts, halls, allotments and what grows wild."""

import numpy as np

from .frame import Frame
from .ground import X0, X1, Y0, Y1
from .houses import shed, walls
from .roofs import gable


def masts(town, rail):
    """Masts along the railway, with wires."""
    b, M = town.b, town.M
    for q in np.arange(8, rail.s[-1], 44):
        for sd in (-1, 1):
            f = rail.at(q, sd * 4.6)
            b.box(f, -0.1, 0.1, -0.1, 0.1, 0, 7.5, M["metal"], (0.3, 0.3, 0.3))
            b.box(f, -0.05, 0.05, *sorted((0, -sd * 2.6)), 6.6, 6.72, M["metal"], (0.3, 0.3, 0.3))
            e = rail.at(q + 44, sd * 2.3)
            k = rail.at(q, sd * 2.3)
            b.face(
                [
                    (k.x, k.y, 6.4),
                    (e.x, e.y, 6.4),
                    (e.x, e.y + 0.025, 6.4),
                    (k.x, k.y + 0.025, 6.4),
                ],
                M["tint"],
                (0.02, 0.02, 0.02),
            )


def halls(town):
    """Three sheet-metal halls with cars before them."""
    r, g, b, M = town.rng, town.g, town.b, town.M
    for x, w, d, t in (
        (-140, 46, 20, (0.42, 0.44, 0.45)),
        (-80, 38, 18, (0.16, 0.26, 0.2)),
        (150, 44, 16, (0.5, 0.48, 0.44)),
    ):
        f = Frame(x, 116 if x < 0 else 124, 0.05)
        g.rect(
            f,
            -w / 2 - 6,
            w / 2 + 6,
            -d / 2 - 8,
            d / 2 + 6,
            (0.16, 0.155, 0.15),
            grain=(0.15, 0.12, 0.2),
        )
        g.take(f, -w / 2 - 7, w / 2 + 7, -d / 2 - 9, d / 2 + 6)
        b.trim, b.trimtint = M["tint"], (0.4, 0.4, 0.4)
        walls(b, M, f, w, d, 6, (0.45, 0.46, 0.47), r, 1)
        gable(b, M, f, w, d, 6, 0.2, M["seam"], t, r, (0.45, 0.46, 0.47), over=0.3)
        for _ in range(5):
            town.car(f, r.uniform(-w / 2, w / 2), -d / 2 - r.uniform(3, 6), r.choice((0, 1.571)))


def allotments(town):
    """Small gardens with sheds and beds."""
    r, g, b, M = town.rng, town.g, town.b, town.M
    for i in range(9):
        for j in range(2):
            f = Frame(-36 + i * 14.5, 106 + j * 15 + i * 0.9, 0.06)
            if not g.free(f, 0, 13, 0, 13):
                continue
            g.take(f, 0, 13, 0, 13)
            shed(b, M, f.sub(r.uniform(3, 10), 10.5), 3.4, 2.6, r)
            for k in range(5):
                c = [
                    (0.06, 0.043, 0.03),
                    (0.1, 0.075, 0.05),
                    (0.06, 0.1, 0.025),
                    (0.09, 0.12, 0.03),
                ][r.integers(4)]
                g.rect(f, 0.8 + k * 2.4, 2.9 + k * 2.4, 1, 8, c, grain=(0.3, 0.2, 0.1), soft=0.8)
                if r.random() < 0.6:
                    for q in np.arange(1.4, 8, 0.7):
                        for a in (1.3, 2.3):
                            town.tree(*f.to(0.5 + k * 2.4 + a - 0.3, q), "shrub", 0.18, 0.36)
            town.hedge(f, 0, 0, 13, 0, 0.7)
            if r.random() < 0.6:
                town.tree(*f.to(r.uniform(1, 12), r.uniform(9, 12)), "broad", 0.3, 0.5)


def wilderness(town):
    """Trees and shrubs wherever the ground is still free."""
    r, g = town.rng, town.g
    for _ in range(14000):
        x, y = r.uniform(X0 + 2, X1 - 2), r.uniform(Y0 + 2, Y1 - 2)
        often = 0.75 if y > 76 or x > 185 else 0.5
        free = g.free(Frame(x, y), -1.2, 1.2, -1.2, 1.2)
        in_park = -190 < x < -64 and y < -20
        if not free or r.random() >= often or in_park:
            continue
        if r.random() < 0.5:
            town.tree(x, y, "broad", 0.5, 1.1)
            g.take(Frame(x, y), -2.4, 2.4, -2.4, 2.4)
        else:
            # flowering shrubs are rare out here
            pick = None if r.random() < 0.12 else int(r.integers(2))
            town.tree(x, y, "shrub", 0.5, 1.6, pick)
            g.take(Frame(x, y), -0.8, 0.8, -0.8, 0.8)
