"""A plot with its house and garden, and the makers of repeated things."""

import math

import numpy as np

from ..blender.truth import mark
from .frame import Builder, Frame, put
from .ground import Ground, slabs
from .houses import WALLS, house, shed
from .materials import materials
from .roofs import flat_roof
from .things import person_mesh
from .trees import plants
from .vehicles import PAINTS, car_mesh


class Town:
    """The town under construction: its chance, materials, meshes, ground and walls."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.M = materials()
        self.P = plants(self.rng, self.M)
        self.g = Ground(self.rng)
        self.b = Builder()
        self.b.trim, self.b.trimtint = self.M["tint"], (0.5, 0.5, 0.48)
        self.cars = [
            car_mesh(self.M, *a)
            for a in (
                (4.3, 1.82, (-0.46, -0.36, 0.05, 0.22), 1.45),
                (4.75, 1.86, (-0.33, -0.2, 0.06, 0.22), 1.42),
                (4.65, 1.9, (-0.48, -0.42, 0.08, 0.22), 1.68),
                (3.7, 1.7, (-0.47, -0.4, 0.1, 0.27), 1.5),
                (5.4, 2.05, (-0.49, -0.485, 0.24, 0.36), 2.1, True),
            )
        ]
        self.folk = [person_mesh(self.rng, self.M) for _ in range(6)]

    def tree(self, x, y, kind="broad", lo=0.7, hi=1.15, pick=None):
        L = self.P[kind]
        m = L[self.rng.integers(len(L)) if pick is None else pick]
        q = self.rng.uniform(lo, hi)
        return put(m, x, y, 0, self.rng.uniform(0, 6.28), (q, q, q * self.rng.uniform(0.85, 1.15)))

    def shrubs(self, f, u0, u1, v0, v1, n):
        for _ in range(n):
            self.tree(*f.to(self.rng.uniform(u0, u1), self.rng.uniform(v0, v1)), "shrub", 0.5, 1.2)

    def hedge(self, f, u0, v0, u1, v1, high=1.0):
        n = max(1, int(round(math.hypot(u1 - u0, v1 - v0) / 1.4)))
        for i in range(n):
            t = (i + 0.5) / n
            put(
                self.P["hedge"][self.rng.integers(3)],
                *f.to(u0 + (u1 - u0) * t, v0 + (v1 - v0) * t),
                0,
                f.a + math.atan2(v1 - v0, u1 - u0),
                (1, self.rng.uniform(0.9, 1.15), high * self.rng.uniform(0.93, 1.07)),
            )

    def fence(self, f, u0, v0, u1, v1, high=1.6):
        g = Frame(*f.to(u0, v0), f.a + math.atan2(v1 - v0, u1 - u0))
        t = np.array(
            [(0.22, 0.16, 0.11), (0.3, 0.28, 0.25), (0.14, 0.1, 0.07)][self.rng.integers(3)]
        )
        for k in np.arange(0, math.hypot(u1 - u0, v1 - v0) - 0.5, 1.9):
            self.b.box(
                g,
                k,
                k + 1.8,
                -0.04,
                0.04,
                0.05,
                high,
                self.M["wood"],
                t * self.rng.uniform(0.75, 1.2),
            )
            self.b.box(g, k - 0.1, k, -0.06, 0.06, 0, high + 0.1, self.M["wood"], t * 0.8)

    def car(self, f, u, v, a=0.0, jitter=0.03):
        r = self.rng
        k = int(r.choice(5, p=[0.3, 0.2, 0.22, 0.2, 0.08]))
        c = PAINTS[r.integers(len(PAINTS))] if k < 4 else PAINTS[r.choice([0, 0, 2, 9])]
        o = put(
            self.cars[k],
            *f.to(u + r.normal(0, 0.12), v + r.normal(0, 0.07)),
            0,
            f.a + a + r.normal(0, jitter),
            r.uniform(0.97, 1.03),
            c,
        )
        mark(o, "car")

    def person(self, x, y, a=None):
        c = [
            (0.55, 0.03, 0.03),
            (0.6, 0.6, 0.58),
            (0.05, 0.12, 0.35),
            (0.6, 0.42, 0.05),
            (0.1, 0.3, 0.15),
            (0.03, 0.03, 0.03),
            (0.5, 0.2, 0.3),
        ][self.rng.integers(7)]
        o = put(
            self.folk[self.rng.integers(6)],
            x,
            y,
            0,
            self.rng.uniform(0, 6.28) if a is None else a,
            self.rng.uniform(0.95, 1.08),
            c,
        )
        mark(o, "person")

    def plot(self, f, w, deep):
        """f stands in the middle of the street front, v into the garden."""
        r, g, b, M = self.rng, self.g, self.b, self.M
        hw, hd = min(w - 4.8, r.uniform(8.5, 12.5)), r.uniform(8, 10)
        set_ = r.uniform(3.6, 6)
        side = r.choice((-1, 1))
        hu = -side * (w / 2 - hw / 2 - 1.2)
        lawn = (
            np.array((0.062, 0.105, 0.024)) * r.uniform(0.75, 1.3)
            + np.array((0.045, 0.02, 0.01)) * r.random() ** 2
        )
        g.rect(f, -w / 2, w / 2, 0, deep, lawn, soft=1.0, grain=(0.24, 0.14, 0.2))
        if r.random() < 0.45:
            q = r.uniform(0.5, 0.9)
            g.rect(
                f,
                -w / 2 + 1,
                w / 2 - 1,
                set_ + hd + 3,
                deep - 1,
                lawn * 1.22,
                pattern=lambda u, v: 0.55 * (np.mod(u / q, 2) < 1),
                soft=1.0,
                grain=(0.24, 0.14, 0.2),
            )
        drive = [(0.2, 0.17, 0.15), (0.1, 0.1, 0.1), (0.27, 0.25, 0.22), (0.24, 0.14, 0.1)][
            r.integers(4)
        ]
        du = side * (w / 2 - 1.9)
        g.rect(
            f,
            du - 1.5,
            du + 1.5,
            -0.3,
            set_ + hd * 0.6,
            drive,
            pattern=slabs(0.4, 0.4) if r.random() < 0.6 else None,
        )
        g.rect(f, hu - 0.6, hu + 0.6, 0, set_, drive, pattern=slabs(0.6, 0.6))
        g.rect(
            f,
            hu - hw / 2 - 0.5,
            hu + hw / 2 + 0.5,
            set_ - 0.5,
            set_ + hd + 0.5,
            (0.2, 0.18, 0.155),
            grain=(0.3, 0.1, 0.1),
        )
        pd = r.uniform(2.5, 4.2)
        g.rect(
            f,
            hu - hw / 2,
            hu + hw / 2 - r.uniform(0, 3),
            set_ + hd,
            set_ + hd + pd,
            (0.3, 0.27, 0.23) if r.random() < 0.6 else (0.2, 0.13, 0.085),
            pattern=slabs(0.5, 0.5) if r.random() < 0.7 else slabs(0.15, 4.0),
        )
        house(b, M, f.sub(hu, set_ + hd / 2), hw, hd, r)
        if r.random() < 0.75:  # garage at the end of the drive
            e = f.sub(du, set_ + hd * 0.6 + 3)
            b.box(e, -1.5, 1.5, -3, 3, 0, 2.6, M["wall"], WALLS[r.integers(len(WALLS))])
            flat_roof(
                b,
                M,
                e,
                3.2,
                6.2,
                2.6,
                r,
                np.array((0.2, 0.2, 0.19)) * r.uniform(0.5, 1.3),
                (0.3, 0.29, 0.28),
                clutter=False,
            )
            b.box(e, -1.2, 1.2, -3.06, -2.98, 0, 2.15, M["tint"], (0.55, 0.55, 0.53))
        if r.random() < 0.6:
            self.car(f, du, min(3.0, set_ * 0.5 + 1), r.choice((-1, 1)) * math.pi / 2)
        v0 = set_ + hd + pd + 0.5
        for u in (-w / 2, w / 2):  # neighbours
            if r.random() < 0.5:
                self.hedge(f, u, set_ + 3, u, deep - 0.5, r.uniform(0.9, 1.3))
            else:
                self.fence(f, u, set_ + 3, u, deep - 0.5)
        self.hedge(
            f, -w / 2 + 0.4, deep - 0.5, w / 2 - 0.4, deep - 0.5, r.uniform(1.0, 1.6)
        ) if r.random() < 0.6 else self.fence(f, -w / 2, deep - 0.4, w / 2, deep - 0.4)
        if r.random() < 0.65:
            lo, hi = (-w / 2, du - 2.0) if side > 0 else (du + 2.0, w / 2)
            a = (lo, 0.35, hu - 0.8, 0.35), (hu + 0.8, 0.35, hi, 0.35)
            for q in a:
                if q[2] - q[0] > 1:
                    self.hedge(f, *q, 0.6) if r.random() < 0.6 else b.box(
                        f, q[0], q[2], 0.2, 0.45, 0, 0.8, M["wall"], (0.4, 0.36, 0.3)
                    )
        self.shrubs(f, hu - hw / 2, hu + hw / 2, 0.9, set_ - 0.8, r.integers(3, 9))
        if deep - v0 > 4:
            for _ in range(r.integers(2, 6)):
                self.tree(
                    *f.to(r.uniform(-w / 2 + 1.5, w / 2 - 1.5), r.uniform(v0 + 2, deep - 1)),
                    "broad" if r.random() < 0.83 else "fir",
                    0.5,
                    0.95,
                )
            for q in (-1, 1):
                g.rect(
                    f,
                    *sorted((q * (w / 2 - 0.3), q * (w / 2 - 1.2))),
                    v0,
                    deep - 1,
                    (0.085, 0.06, 0.04),
                    grain=(0.35, 0.2, 0.2),
                )
                self.shrubs(
                    f,
                    *sorted((q * (w / 2 - 0.5), q * (w / 2 - 1.1))),
                    v0,
                    deep - 1.2,
                    r.integers(3, 9),
                )
            u, v, k = r.uniform(-w / 2 + 3, w / 2 - 3), r.uniform(v0 + 1.5, deep - 2.5), r.random()
            if k < 0.14:
                b.disc(f, u, v, 0.75, 1.9, M["gloss"], (0.05, 0.16, 0.4), 20, 0.5)
                b.disc(f, u, v, 0.77, 1.55, M["tint"], (0.015, 0.015, 0.017), 20)
            elif k < 0.26:
                g.rect(
                    f,
                    u - 2.8,
                    u + 2.8,
                    v - 1.8,
                    v + 1.8,
                    (0.36, 0.34, 0.3),
                    pattern=slabs(0.5, 0.5),
                )
                b.box(f, u - 2, u + 2, v - 1.1, v + 1.1, 0, 0.05, M["gloss"], (0.04, 0.3, 0.42))
            elif k < 0.34:
                b.disc(f, u, v, 0.95, 2.0, M["gloss"], (0.1, 0.25, 0.45), 22, 0)
                b.disc(f, u, v, 0.96, 1.85, M["gloss"], (0.05, 0.36, 0.5), 22)
            elif k < 0.55:
                for i in range(3):
                    g.rect(
                        f,
                        u - 1.6,
                        u + 1.6,
                        v + i * 1.2 - 1.8,
                        v + i * 1.2 - 1.0,
                        (0.06, 0.042, 0.028),
                        grain=(0.4, 0.2, 0.2),
                    )
                    for j in np.arange(-1.4, 1.5, 0.35):
                        self.tree(*f.to(u + j, v + i * 1.2 - 1.4), "shrub", 0.16, 0.3)
            elif k < 0.62:
                b.box(f, u - 1.4, u + 1.4, v - 1.0, v + 1.0, 0, 2.0, M["glass"], (1, 1, 1))
                for j in np.arange(-1.4, 1.41, 0.7):
                    b.box(
                        f,
                        u + j - 0.04,
                        u + j + 0.04,
                        v - 1.02,
                        v + 1.02,
                        0,
                        2.04,
                        M["metal"],
                        (0.6, 0.6, 0.6),
                    )
            if r.random() < 0.6:
                shed(
                    b,
                    M,
                    f.sub(r.choice((-1, 1)) * (w / 2 - 2.2), deep - 2.2, r.choice((0, 1.571))),
                    2.8,
                    2.2,
                    r,
                )
            if r.random() < 0.7:  # table and parasol
                u, v = hu + r.uniform(-2, 2), set_ + hd + pd * 0.55
                b.disc(f, u, v, 0.72, 0.6, M["wood"], (0.3, 0.2, 0.12), 14)
                for t in np.arange(4) * 1.571 + 0.4:
                    b.box(
                        f.sub(u + math.cos(t), v + math.sin(t), t),
                        -0.22,
                        0.22,
                        -0.22,
                        0.22,
                        0.35,
                        0.45,
                        M["wood"],
                        (0.5, 0.5, 0.48),
                    )
                if r.random() < 0.5:
                    c, q = (
                        [(0.6, 0.58, 0.5), (0.5, 0.05, 0.04), (0.06, 0.2, 0.12), (0.55, 0.3, 0.05)][
                            r.integers(4)
                        ],
                        1.45,
                    )
                    for i in range(8):
                        t0, t1 = i * 0.7854, (i + 1) * 0.7854
                        b.face(
                            [
                                f.p(u, v, 2.5),
                                f.p(u + q * math.cos(t0), v + q * math.sin(t0), 2.1),
                                f.p(u + q * math.cos(t1), v + q * math.sin(t1), 2.1),
                            ],
                            M["tint"],
                            np.array(c) * (1 if i % 2 else 0.85),
                        )

    def row(self, st, side, lo, hi, deep):
        q = lo
        while q < hi:
            w = self.rng.uniform(14, 17.5)
            f = st.at(q + w / 2, side * (st.half + 2.6))
            f = Frame(f.x, f.y, f.a + (0 if side > 0 else math.pi))
            for d in (deep, deep - 3, deep - 5, deep - 7):
                if self.g.free(f, -w / 2, w / 2, 0.3, d):
                    self.g.take(f, -w / 2, w / 2, 0, d)
                    self.plot(f, w, d)
                    q += w - 0.5
                    break
            q += 0.5
