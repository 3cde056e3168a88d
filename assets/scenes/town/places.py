"""Supermarket, football pitch, church and blocks of flats."""

import math

import numpy as np

from ..blender.truth import mark
from .frame import put
from .ground import slabs
from .houses import WALLS, walls
from .roofs import flat_roof, gable
from .things import raft_mesh


def supermarket(town, f):
    """Supermarket with its car park; the odd thing lies on the roof."""
    r, g, b, M = town.rng, town.g, town.b, town.M
    g.rect(f, -31, 34, -31, 21, (0.092, 0.092, 0.094), grain=(0.13, 0.1, 0.14))
    g.take(f, -33, 36, -33, 22)
    for _ in range(26):
        g.disc(
            *f.to(r.uniform(-30, 33), r.uniform(-30, -6)),
            r.uniform(0.15, 0.5),
            (0.045, 0.044, 0.043),
            alpha=0.7,
            rag=0.5,
        )
    for _ in range(7):
        u, v, c = r.uniform(-30, 28), r.uniform(-29, -8), r.uniform(0.06, 0.12)
        g.rect(
            f, u, u + r.uniform(1, 7), v, v + r.uniform(0.8, 2.5), (c, c, c), grain=(0.15, 0.1, 0.1)
        )
    for v in (-8.6, -15.2, -20.4, -26):
        g.rect(f, -31, 34, v, v + 0.08, (0.05, 0.05, 0.05), grain=(0.2, 0.2, 0.3))
    b.box(f, -28, 28, -4, 19, 0, 6.5, M["wall"], (0.62, 0.61, 0.58))
    flat_roof(b, M, f.sub(0, 7.5), 56, 23, 6.5, r, (0.33, 0.32, 0.3), (0.6, 0.59, 0.57))
    for i in range(14):
        for j in range(3):
            b.face(
                [
                    f.p(-24 + i * 1.9 + a, 9.5 + j * 2.6 + c, 6.7 + c * 0.3)
                    for a, c in ((0, 0), (1.7, 0), (1.7, 1.1), (0, 1.1))
                ],
                M["solar"],
            )
    b.box(f, -12, 12, -6.5, -4, 3.6, 4.2, M["gloss"], (0.5, 0.02, 0.025))
    for u in np.arange(-26, 27, 2.1):
        b.face(
            [
                f.p(u, -4.04, 0.4),
                f.p(u + 1.8, -4.04, 0.4),
                f.p(u + 1.8, -4.04, 3.2),
                f.p(u, -4.04, 3.2),
            ],
            M["glass"],
        )
    line = dict(grain=(0.1, 0.12, 0.15))
    for v0, n, _up in ((-12.5, 22, 1), (-23.5, 22, -1), (-28.6, 22, 1)):
        for i in range(n + 1):
            u = -28 + i * 2.6
            g.rect(f, u - 0.06, u + 0.06, v0 - 2.5, v0 + 2.5, (0.55, 0.55, 0.53), **line)
            if i < n and r.random() < (0.62 if v0 > -20 else 0.3) and i not in (7, 15):
                town.car(f, u + 1.3, v0, r.choice((-1, 1)) * math.pi / 2)
    for i in (7, 15):
        for v0 in (-12.5, -23.5, -28.6):
            g.rect(
                f,
                -28 + i * 2.6 + 0.1,
                -28 + i * 2.6 + 2.5,
                v0 - 2.4,
                v0 + 2.4,
                (0.07, 0.1, 0.03),
                soft=1.0,
            )
            town.tree(*f.to(-28 + i * 2.6 + 1.3, v0), "broad", 0.5, 0.65)
    for u in (-20, 0, 20):
        for d, sg in ((-18.2, 1), (-9.0, -1)):  # painted arrows
            g.rect(f, u - 1.2, u + 1.2, d - 0.1, d + 0.1, (0.5, 0.5, 0.48))
            g.rect(
                f,
                u + sg * 1.2 - 0.5,
                u + sg * 1.2 + 0.5,
                d - 0.5,
                d + 0.5,
                (0.5, 0.5, 0.48),
                pattern=lambda a, c, d=d, sg=sg, u=u: (
                    np.abs(c - d) < (0.5 - sg * (a - u - sg * 1.2)) * 0.5
                ),
            )
    for i in range(9):
        g.rect(f, -3 + i * 0.9, -2.6 + i * 0.9, -9.5, -6.8, (0.58, 0.58, 0.56), **line)
    raft = put(raft_mesh(M), *f.to(14.5, 5.5), 6.55, 0.4, 0.72)
    mark(raft, "odd")
    town.person(*f.to(-5, -8.4))
    town.person(*f.to(8.5, -15.6))


def pitch(town, f, L=64.0, W=44.0):
    """A worn football pitch with players."""
    _r, g, b, M = town.rng, town.g, town.b, town.M
    g.take(f, -L / 2 - 6, L / 2 + 6, -W / 2 - 5, W / 2 + 5)
    grass = np.array((0.062, 0.108, 0.03))
    g.rect(
        f, -L / 2 - 5, L / 2 + 5, -W / 2 - 4, W / 2 + 4, grass, soft=1.0, grain=(0.2, 0.12, 0.16)
    )
    g.rect(
        f,
        -L / 2 - 5,
        L / 2 + 5,
        -W / 2 - 4,
        W / 2 + 4,
        grass * 1.2,
        pattern=lambda u, v: 0.8 * (np.mod(u / 5.4, 2) < 1),
        edge=0.3,
        soft=1.0,
        grain=(0.2, 0.12, 0.16),
    )
    for u, v, q in (
        (-L / 2 + 2.5, 0, 4),
        (L / 2 - 2.5, 0, 4),
        (-L / 2 + 11, 0, 2.2),
        (L / 2 - 11, 0, 2.2),
        (0, 0, 2.6),
    ):
        g.disc(
            *f.to(u, v),
            q,
            (0.16, 0.125, 0.075),
            alpha=0.75,
            rag=0.5,
            soft=0.5,
            grain=(0.3, 0.2, 0.2),
        )
    c, h = (0.62, 0.64, 0.6), 0.07
    for u0, u1, v0, v1 in (
        (-L / 2, L / 2, -W / 2, W / 2),
        (-L / 2, -L / 2 + 12, -15, 15),
        (L / 2 - 12, L / 2, -15, 15),
        (-L / 2, -L / 2 + 4.5, -7, 7),
        (L / 2 - 4.5, L / 2, -7, 7),
        (-L / 2, 0, -W / 2, W / 2),
    ):
        for q in (
            (u0 - h, u1 + h, v0 - h, v0 + h),
            (u0 - h, u1 + h, v1 - h, v1 + h),
            (u0 - h, u0 + h, v0, v1),
            (u1 - h, u1 + h, v0, v1),
        ):
            g.rect(f, *q, c, grain=(0.15, 0.15, 0.2), soft=0.6)
    g.disc(f.x, f.y, 7, c, ring=0.15, soft=0.6)
    for e in (-1, 1):
        for v in (-3.66, 3.66):
            b.box(
                f,
                e * L / 2 - 0.06,
                e * L / 2 + 0.06,
                v - 0.06,
                v + 0.06,
                0,
                2.44,
                M["gloss"],
                (0.8, 0.8, 0.8),
            )
        b.box(
            f, e * L / 2 - 0.06, e * L / 2 + 0.06, -3.7, 3.7, 2.38, 2.5, M["gloss"], (0.8, 0.8, 0.8)
        )
        for v in np.arange(-3.6, 3.7, 0.6):
            b.face(
                [
                    f.p(e * L / 2, v, 2.42),
                    f.p(e * L / 2, v + 0.05, 2.42),
                    f.p(e * (L / 2 + 1.8), v + 0.05, 0),
                    f.p(e * (L / 2 + 1.8), v, 0),
                ],
                M["tint"],
                (0.6, 0.6, 0.6),
            )
    for u, v in ((-11, 6), (4, -9), (17, 12)):
        town.person(*f.to(u, v))
    g.disc(*f.to(5.2, -8), 0.14, (0.8, 0.8, 0.8))
    for u in np.arange(-L / 2 - 4, L / 2 + 4, 4):  # rail round the pitch
        for v in (-W / 2 - 3, W / 2 + 3):
            b.box(f, u, u + 4, v - 0.04, v + 0.04, 1.0, 1.08, M["metal"], (0.55, 0.55, 0.55))
            b.box(f, u - 0.04, u + 0.04, v - 0.04, v + 0.04, 0, 1.0, M["metal"], (0.55, 0.55, 0.55))
    for u in (-14, 14):
        b.box(f, u - 2.5, u + 2.5, W / 2 + 1.6, W / 2 + 2.8, 1.9, 2.0, M["gloss"], (0.1, 0.2, 0.45))


def church(town, f):
    """A church with a copper spire."""
    b, M, r = town.b, town.M, town.rng
    town.g.rect(f, -20, 20, -13, 13, (0.3, 0.275, 0.24), pattern=slabs(0.6, 0.6))
    town.g.take(f, -21, 21, -14, 14)
    b.trim, b.trimtint = M["tint"], (0.3, 0.28, 0.25)
    walls(b, M, f.sub(3, 0), 24, 10.5, 8, (0.5, 0.45, 0.37), r, 1)
    gable(
        b,
        M,
        f.sub(3, 0),
        24,
        10.5,
        8,
        math.radians(48),
        M["slate"],
        (0.09, 0.095, 0.1),
        r,
        (0.5, 0.45, 0.37),
        None,
        over=0.3,
    )
    walls(b, M, f.sub(7, 0, math.pi / 2), 18, 6.5, 7.4, (0.5, 0.45, 0.37), r, 1)
    gable(
        b,
        M,
        f.sub(7, 0, math.pi / 2),
        18,
        6.5,
        7.4,
        math.radians(48),
        M["slate"],
        (0.09, 0.095, 0.1),
        r,
        (0.5, 0.45, 0.37),
        None,
        over=0.3,
    )
    b.box(f, -14.5, -8.5, -3, 3, 0, 17, M["wall"], (0.5, 0.45, 0.37))
    top = f.p(-11.5, 0, 29)
    for k in range(4):
        q = [
            f.p(-11.5 + 3.3 * c * 1.414, 3.3 * d * 1.414, 17)
            for c, d in (
                (math.cos(a), math.sin(a)) for a in (k * 1.5708 + 0.7854, (k + 1) * 1.5708 + 0.7854)
            )
        ]
        b.face((q[0], q[1], top), M["seam"], (0.16, 0.3, 0.25))


def block(town, f, w, d, floors):
    """A block of flats with balconies and a gravel roof."""
    b, M, r = town.b, town.M, town.rng
    if not town.g.free(f, -w / 2 - 1, w / 2 + 1, -d / 2 - 3, d / 2 + 2):
        return
    town.g.take(f, -w / 2 - 3, w / 2 + 3, -d / 2 - 4, d / 2 + 3)
    h, t = 0.4 + 2.8 * floors, WALLS[r.integers(len(WALLS))]
    town.g.rect(
        f,
        -w / 2 - 1,
        w / 2 + 1,
        -d / 2 - 2,
        d / 2 + 1,
        (0.25, 0.235, 0.21),
        pattern=slabs(0.5, 0.5),
    )
    walls(b, M, f, w, d, h, t, r, floors)
    flat_roof(b, M, f, w, d, h, r, np.array((0.32, 0.31, 0.285)) * r.uniform(0.7, 1.1), t)
    b.box(f, -2, 2, -1.5, 2, h, h + 2.6, M["wall"], t, M["gravel"], (0.2, 0.2, 0.2))
    for fl in range(1, floors):
        for u in np.arange(-w / 2 + 3, w / 2 - 2, 6):
            b.box(
                f,
                u - 1.6,
                u + 1.6,
                -d / 2 - 1.4,
                -d / 2,
                2.8 * fl + 0.2,
                2.8 * fl + 0.35,
                M["wall"],
                (0.5, 0.5, 0.48),
            )
            b.box(
                f,
                u - 1.6,
                u + 1.6,
                -d / 2 - 1.42,
                -d / 2 - 1.36,
                2.8 * fl + 0.35,
                2.8 * fl + 1.3,
                M["gloss"],
                (0.35, 0.4, 0.42),
            )
