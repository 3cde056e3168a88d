"""What lies where: a height map lets things rest on each other."""

import math

import numpy as np

from ..blender.mesh import put
from .materials import materials
from .shapes import TAU, f32


class Desk:
    """Keeps a height map of everything put down, so that nothing cuts through another thing."""

    C, X, Y = 0.1, -98.0, -62.0

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.M = materials()
        self.h = np.zeros((1420, 1960), f32)
        self.keep = np.zeros(self.h.shape, bool)

    def cells(self, x, y, a, shape):
        """Window of the height map round a shape, which cells lie in it, and their (u, v)."""
        w, h = (shape[1], shape[1]) if shape[0] == "d" else (shape[1] / 2, shape[2] / 2)
        r = math.hypot(w, h)
        i0, i1 = int(max(0, (y - r - self.Y) / self.C)), int(max(0, (y + r - self.Y) / self.C)) + 1
        j0, j1 = int(max(0, (x - r - self.X) / self.C)), int(max(0, (x + r - self.X) / self.C)) + 1
        w_ = (slice(i0, min(i1, self.h.shape[0])), slice(j0, min(j1, self.h.shape[1])))
        row, col = np.mgrid[w_]
        dx, dy = self.X + (col + 0.5) * self.C - x, self.Y + (row + 0.5) * self.C - y
        u, v = dx * math.cos(a) + dy * math.sin(a), dy * math.cos(a) - dx * math.sin(a)
        return (
            w_,
            (np.hypot(u, v) < w if shape[0] == "d" else (np.abs(u) < w) & (np.abs(v) < h)),
            u,
            v,
        )

    def place(
        self,
        mesh,
        x,
        y,
        a,
        shape,
        height,
        up=0.0,
        tol=0.08,
        tilt=(0, 0),
        color=(1, 1, 1),
        scale=1.0,
        keep=False,
        force=False,
        zf=None,
    ):
        """Put a mesh down on what lies there; None where it is uneven or to be kept free."""
        w, m, u, v = self.cells(x, y, a, shape)
        if not m.any():
            return None
        z = self.h[w][m]
        if not force and (np.ptp(z) > tol or self.keep[w][m].any()):
            return None
        top = float(z.max())
        o = put(mesh, (x, y, top + up), (*tilt, a), scale, color)
        self.h[w] = np.where(m, top + (height if zf is None else zf(u, v)), self.h[w])
        if keep:
            self.keep[w] |= m
        return o

    def spot(self, spread=None, at=None):
        """A place of chance in view, mostly near a heap."""
        r = self.rng
        if at is not None and r.random() < 0.88:
            return at[0] + r.normal(0, spread), at[1] + r.normal(0, spread * 0.8)
        y = r.uniform(-41, 56)
        return r.uniform(-1, 1) * 66 * (1 + 0.0027 * y), y

    def scatter(
        self,
        n,
        make,
        shape,
        height,
        colors=((1, 1, 1),),
        heaps=2,
        spread=9.0,
        tol=0.08,
        tilt=None,
        up=0.0,
        scale=(1, 1),
        fixed=(),
    ):
        """n pieces, most of them in loose heaps as on a lived-in desk.

        fixed are places that gather a heap besides those of chance.
        """
        r = self.rng
        at = [*fixed, *(self.spot() for _ in range(heaps))]
        spread = 0.75 * spread
        done = 0
        for _ in range(n * 14):
            if done == n:
                break
            x, y = self.spot(spread, at[r.integers(len(at))] if at else None)
            c, k = (
                np.array(colors[r.integers(len(colors))]) * r.uniform(0.85, 1.15),
                r.uniform(*scale),
            )
            sh = (shape[0], *(q * k for q in shape[1:]))
            mesh = make[r.integers(len(make))]
            done += (
                self.place(
                    mesh,
                    x,
                    y,
                    r.uniform(0, TAU),
                    sh,
                    height * k,
                    up * k,
                    tol,
                    tilt(r) if tilt else (0, 0),
                    c,
                    k,
                )
                is not None
            )
