"""The plan of the town."""

import math

import numpy as np

from .frame import Frame, put
from .ground import X0, X1, Y0, Y1, ground_object
from .houses import shed, walls
from .park import park
from .places import block, church, pitch, supermarket
from .plots import Town
from .roofs import gable
from .streets import Line, paint_rail, paint_streets
from .things import lamp_mesh
from .vehicles import train


def build(seed):
    """Build."""
    town = Town(seed)
    r, g, b, M = town.rng, town.g, town.b, town.M
    main = Line([(-200, -15), (-130, -11), (-60, -3), (10, 0), (90, -9), (200, 2)], 5.6, "main")
    north = Line([(-200, 58), (-110, 60), (-20, 66), (80, 74), (200, 76)], 3.7, "side")
    west = Line([(-62, -110), (-56, -50), (-52, 8), (-46, 63)], 3.7, "side")
    east = Line([(66, -110), (74, -60), (82, -7), (86, 74)], 3.7, "side")
    south = Line([(-57, -62), (-10, -58), (30, -64), (72, -62)], 3.4, "side")
    main.zebra, north.zebra, west.zebra, east.zebra, south.zebra = (
        (128, 164, 262),
        (140,),
        (98,),
        (85,),
        (),
    )
    streets = [main, north, west, east, south]
    for st, k in zip(streets, (3, 2, 1, 1, 0), strict=False):  # who gives way to whom
        st.rank = k
    rail = Line([(-200, 84), (-100, 87), (0, 93), (100, 101), (200, 104)], 5, "rail")
    paint_streets(g, r, streets)
    paint_rail(g, rail)
    for st in streets + [rail]:
        for q in np.arange(0, st.s[-1], 1.0):
            f = st.at(q)
            e = st.half + (2.4 if st is not rail else 3)
            g.take(f, -0.6, 0.6, -e, e)
    supermarket(town, Frame(-95, 33, 0.03))
    pitch(town, Frame(118, -49, 0.03))
    church(town, Frame(112, 36, 0.1))
    block(town, Frame(160, 50, 0.03), 34, 12, 4)
    block(town, Frame(158, 25, -0.06), 30, 12, 3)
    park(town, (-190, -100), (-64, -20), (-126, -56, 12.5))
    for st, side, lo, hi, deep in (
        (main, 1, 150, 285, 31),
        (main, -1, 140, 285, 24),
        (north, -1, 156, 290, 26),
        (west, -1, 78, 180, 22),
        (north, -1, 290, 400, 24),
        (main, 1, 290, 400, 24),
        (south, 1, 2, 130, 22),
        (south, -1, 2, 130, 26),
        (north, -1, 0, 60, 24),
        (main, 1, 2, 50, 24),
        (west, 1, 20, 80, 22),
        (east, -1, 60, 180, 22),
        (east, 1, 90, 180, 22),
    ):
        town.row(st, side, lo, hi, deep)
    for q in np.arange(4, main.s[-1], 17):  # street trees, lamps, parked cars
        for sd in (-1, 1):
            f = main.at(q + 4 * sd, sd * (main.half + 1.2))
            if r.random() < 0.55 and -190 < f.x < 190:
                town.g.rect(f, -0.7, 0.7, -0.6, 0.6, (0.07, 0.05, 0.035))
                town.tree(f.x, f.y, "broad", 0.75, 1.05, pick=int(r.choice([3, 4, 5])))
    lamp = lamp_mesh(M)
    for st in streets:
        for i, q in enumerate(np.arange(9, st.s[-1], 31)):
            sd = 1 if i % 2 else -1
            f = st.at(q, sd * (st.half + 0.5))
            put(lamp, f.x, f.y, 0, f.a - sd * math.pi / 2)
    for q in np.arange(3, main.s[-1], 6):
        for sd in (-1, 1):
            if (
                17 < q % 74 < 62
                and r.random() < 0.34
                and all(
                    math.hypot(
                        *(
                            np.array(main.p[np.argmin(np.abs(main.s - q))])
                            - st.p[
                                np.argmin(
                                    np.hypot(*(st.p - main.p[np.argmin(np.abs(main.s - q))]).T)
                                )
                            ]
                        )
                    )
                    > 13
                    for st in (west, east)
                )
            ):
                f = main.at(q + 3, sd * (main.half - 1.15))
                town.car(f, 0, 0, 0 if sd < 0 else math.pi)
    for st in (north, west, east, south):
        for q in np.arange(8, st.s[-1] - 8, 6.4):
            f = st.at(q, st.half - 1.1)
            if r.random() < 0.22 and all(
                np.hypot(*(o.p - (f.x, f.y)).T).min() > o.half + 5 for o in streets if o is not st
            ):
                town.car(f, 0, 0, math.pi)
    for st, q, sd in (
        (main, 96, -1),
        (main, 176, 1),
        (main, 240, -1),
        (main, 330, 1),
        (main, 215, 1),
        (north, 120, -1),
        (north, 250, -1),
        (east, 40, -1),
        (west, 60, -1),
    ):
        f = st.at(q, sd * (1.75 if st.half > 5 else 1.5))
        town.car(f, 0, 0, 0 if sd < 0 else math.pi)
    for st, q, sd in (
        (main, 128, 0.2),
        (main, 203, 1.23),
        (main, 118, -1.25),
        (north, 195, 1.35),
        (west, 120, 1.4),
        (east, 120, -1.4),
        (main, 268, -1.2),
        (south, 60, 1.35),
    ):
        f = st.at(q, sd * (st.half if abs(sd) > 1 else 5))
        town.person(f.x, f.y, f.a + (1.57 if abs(sd) < 1 else r.choice((0, 3.14))))
    train(town, rail, 150, 4)
    for q in np.arange(8, rail.s[-1], 44):  # masts and wires
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
    # beyond the line: halls, allotments, scrub
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
    n = 0
    for _ in range(14000):  # whatever is left over grows wild
        x, y = r.uniform(X0 + 2, X1 - 2), r.uniform(Y0 + 2, Y1 - 2)
        wild = y > 76 or x > 185
        if (
            g.free(Frame(x, y), -1.2, 1.2, -1.2, 1.2)
            and r.random() < (0.75 if wild else 0.5)
            and not (-190 < x < -64 and y < -20)
        ):
            big = r.random() < 0.5
            town.tree(
                x,
                y,
                "broad" if big else "shrub",
                0.5,
                1.1 if big else 1.6,
                None if big or r.random() < 0.12 else int(r.integers(2)),
            )
            g.take(Frame(x, y), *((-2.4, 2.4) * 2 if big else (-0.8, 0.8) * 2))
            n += 1
    put(b.mesh("town"))
    ground_object(town)
    return town
