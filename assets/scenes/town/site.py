"""The town under construction, and the makers of repeated things."""

import math

import numpy as np

from ..blender.truth import mark
from .frame import Builder, Frame, put
from .ground import Ground
from .materials import materials
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
        """A plant of some kind, size and turn of chance."""
        L = self.P[kind]
        m = L[self.rng.integers(len(L)) if pick is None else pick]
        q = self.rng.uniform(lo, hi)
        return put(m, x, y, 0, self.rng.uniform(0, 6.28), (q, q, q * self.rng.uniform(0.85, 1.15)))

    def shrubs(self, f, u0, u1, v0, v1, n):
        """n shrubs in a rectangle."""
        for _ in range(n):
            self.tree(*f.to(self.rng.uniform(u0, u1), self.rng.uniform(v0, v1)), "shrub", 0.5, 1.2)

    def hedge(self, f, u0, v0, u1, v1, high=1.0):
        """A hedge from piece to piece."""
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
        """A board fence."""
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
        """A car of chance; jitter is how carelessly it is parked."""
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
        """A person of chance."""
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
