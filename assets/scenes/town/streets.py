"""Streets and railway: their course and how they are painted on the ground."""

import math

import numpy as np

from .frame import Frame, f32
from .ground import CELL


class Line:
    """A smooth path through points, cut in short straight pieces."""

    def __init__(self, pts, half, kind):
        p = np.array(pts, float)
        p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
        out = []
        for i in range(1, len(p) - 2):
            a, b, c, d = p[i - 1 : i + 3]
            for t in np.arange(0, 1, 3 / (np.linalg.norm(c - b) + 1e-6)):
                out.append(
                    0.5
                    * (
                        2 * b
                        + (c - a) * t
                        + (2 * a - 5 * b + 4 * c - d) * t * t
                        + (3 * b - a - 3 * c + d) * t**3
                    )
                )
        self.p = np.array(out + [p[-2]])
        e = np.diff(self.p, axis=0)
        self.len = np.hypot(*e.T)
        self.t = e / self.len[:, None]
        self.s = np.concatenate([[0], np.cumsum(self.len)])
        self.half, self.kind = half, kind

    def at(self, q, d=0.0):
        """A plan at length q along the line, d to its left."""
        i = int(np.clip(np.searchsorted(self.s, q) - 1, 0, len(self.t) - 1))
        x, y = self.p[i] + self.t[i] * (q - self.s[i])
        return Frame(
            x - d * self.t[i][1], y + d * self.t[i][0], math.atan2(self.t[i][1], self.t[i][0])
        )

    def fields(self, g, band):
        """Signed distance across and length along, near the line only."""
        lo, hi = self.p.min(0) - band, self.p.max(0) + band
        sl, X, Y = g.window(lo[0], hi[0], lo[1], hi[1])
        D, S = np.full((Y.size, X.size), 99.0, f32), np.zeros((Y.size, X.size), f32)
        bx, by = X[0, 0], Y[0, 0]
        for i, t in enumerate(self.t):
            a, b = self.p[i], self.p[i + 1]
            q = [
                int((v - o) / CELL)
                for v, o in (
                    (min(a[0], b[0]) - band, bx),
                    (max(a[0], b[0]) + band, bx),
                    (min(a[1], b[1]) - band, by),
                    (max(a[1], b[1]) + band, by),
                )
            ]
            w = (slice(max(0, q[2]), max(0, q[3])), slice(max(0, q[0]), max(0, q[1])))
            rx, ry = X[:, w[1]] - f32(a[0]), Y[w[0]] - f32(a[1])
            if not rx.size or not ry.size:
                continue
            al = np.clip(rx * f32(t[0]) + ry * f32(t[1]), 0, f32(self.len[i]))
            d = np.hypot(rx - al * f32(t[0]), ry - al * f32(t[1]))
            cr = np.where(f32(t[0]) * ry - f32(t[1]) * rx < 0, -1, 1)
            near = d < np.abs(D[w])
            D[w] = np.where(near, d * cr, D[w])
            S[w] = np.where(near, al + f32(self.s[i]), S[w])
        return sl, D, S


def part(sl, g, f, r):
    """The piece of a street's window around a frame: map slices and the same within the window."""
    w = g.window(f.x - r, f.x + r, f.y - r, f.y + r)[0]
    w = tuple(
        slice(max(a.start, b.start), max(a.start, b.start, min(a.stop, b.stop)))
        for a, b in zip(w, sl, strict=False)
    )
    return w, tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(w, sl, strict=False))


def paint_streets(g, rng, streets):
    """Asphalt, kerbs, pavements and markings from distance fields; corners round themselves off."""
    E = np.zeros((g.H, g.W), f32)
    F = []
    for st in streets:
        sl, D, S = st.fields(g, st.half + 9)
        u = np.clip(np.abs(D) - st.half, -9, 9)
        E[sl] += np.exp(-u / 1.3)
        F.append((sl, D, S, u))
    U = np.where(E > 1e-6, -1.3 * np.log(np.maximum(E, 1e-6)), 9).astype(f32)
    every = (slice(None), slice(None))

    def step(d):
        return np.clip(d / 0.08 + 0.5, 0, 1)

    g.lay(every, step(2.5 - U), (0.205, 0.197, 0.185), (0.09, 0.08, 0.08))
    for sl, D, S, u in F:
        joint = (np.mod(S, 0.9) < 0.07) | (np.mod(np.abs(D), 0.9) < 0.07)
        g.lay(sl, joint * 0.32 * (np.abs(u - 1.3) < 1.1) * (U[sl] > 0.2), (0.1, 0.1, 0.095))
    g.lay(every, step(0.17 - U) * step(U + 0.17), (0.34, 0.335, 0.32), (0.06, 0.05, 0.05))
    g.lay(every, step(-0.12 - U), (0.088, 0.088, 0.09), (0.13, 0.10, 0.12))
    g.lay(every, step(-0.12 - U) * step(U + 0.5) * 0.45, (0.05, 0.05, 0.05))  # gutter dirt
    for k, ((sl, D, S, u), st) in enumerate(zip(F, streets, strict=False)):
        other, senior = np.full(D.shape, 9.0, f32), np.full(D.shape, 9.0, f32)
        for j, (s2, _D2, _S2, u2) in enumerate(F):
            if j != k:
                a = [max(sl[i].start, s2[i].start) for i in (0, 1)]
                b = [min(sl[i].stop, s2[i].stop) for i in (0, 1)]
                if a[0] < b[0] and a[1] < b[1]:
                    w = tuple(slice(a[i] - sl[i].start, b[i] - sl[i].start) for i in (0, 1))
                    w2 = tuple(slice(a[i] - s2[i].start, b[i] - s2[i].start) for i in (0, 1))
                    other[w] = np.minimum(other[w], u2[w2])
                    if streets[j].rank > st.rank:
                        senior[w] = np.minimum(senior[w], u2[w2])
        on, clear = step(-0.15 - u), step(other - 0.6)
        lane = st.half - (2.3 if st.kind == "main" else 0)
        wear = np.exp(-(((np.abs(np.abs(D) - lane / 2) - 0.75) / 0.3) ** 2))
        g.lay(sl, on * wear * 0.35, (0.115, 0.113, 0.112), (0.1, 0.06, 0.1))
        for _ in range(int(st.s[-1] / 16)):  # repairs
            s0, d0, ls, ld = (
                rng.uniform(0, st.s[-1]),
                rng.uniform(-st.half, st.half),
                rng.uniform(1, 9),
                rng.uniform(0.5, 1.6),
            )
            e, c = st.at(s0), rng.uniform(0.055, 0.12)
            w, v = part(sl, g, e, ls + 1)
            g.lay(
                w,
                on[v] * step(ls - np.abs(S[v] - s0)) * step(ld - np.abs(D[v] - d0)) * 0.8,
                np.full(3, c),
                (0.14, 0.06, 0.05),
            )
        for _ in range(int(st.s[-1] / 22)):  # sealed cracks
            d0, s0, ph = rng.uniform(-st.half, st.half), rng.uniform(0, st.s[-1]), rng.uniform(0, 9)
            w, v = part(sl, g, st.at(s0), 14)
            path = d0 + 0.25 * np.sin(S[v] * 0.7 + ph) + 0.12 * np.sin(S[v] * 2.3 + ph)
            g.lay(
                w,
                on[v]
                * step(0.05 - np.abs(D[v] - path))
                * step(rng.uniform(3, 12) - np.abs(S[v] - s0))
                * 0.8,
                (0.028, 0.028, 0.028),
            )
        for _ in range(int(st.s[-1] / 18)):  # manholes
            f = st.at(rng.uniform(0, st.s[-1]), rng.uniform(-2, 2))
            g.disc(f.x, f.y, 0.34, (0.05, 0.048, 0.045))
        worn = np.clip(0.85 + 0.35 * g.small[sl] + 0.3 * g.mid[sl] + 0.25 * g.fine[sl], 0, 1)

        def white(m, sl=sl, on=on, worn=worn):
            g.lay(sl, m * on * worn, (0.62, 0.62, 0.6), (0.05, 0.04, 0.04))

        if st.kind == "main":
            white(clear * step(0.08 - np.abs(D)) * (np.mod(S, 9) < 3.4))
            near = np.min([np.abs(S - s0) for s0 in st.zebra], 0)
            bay = (
                clear
                * (np.abs(D) > lane)
                * step(other - 6)
                * step(near - 10)
                * (np.mod(S, 74) > 14)
                * (np.mod(S, 74) < 66)
            )
            white(
                bay
                * np.maximum(
                    step(0.07 - np.abs(np.abs(D) - lane)), step(0.07 - np.abs(np.mod(S, 6) - 3))
                )
            )
        else:
            white(
                (senior > 0.2)
                * (senior < 0.62)
                * (D * np.where(st.s[-1] / 2 > S, 1, -1) > 0.3)
                * (np.mod(D, 0.9) < 0.55)
            )  # give way
        for s0 in st.zebra:
            white(
                step(1.7 - np.abs(S - s0))
                * (np.mod(D + 0.25, 1.0) < 0.5)
                * (np.abs(D) < st.half - 0.4)
            )
    return U


def paint_rail(g, rail):
    """Ballast, sleepers and rails."""
    sl, D, S = rail.fields(g, 9)
    edge = 5.2 + 0.5 * g.mid[sl] + 0.4 * g.small[sl]
    g.lay(
        sl,
        np.clip((edge + 2 - np.abs(D)) / 0.8, 0, 1),
        (0.12, 0.115, 0.075),
        (0.25, 0.2, 0.2),
        soft=0.7,
    )
    g.lay(sl, np.clip((edge - np.abs(D)) / 0.5, 0, 1), (0.18, 0.165, 0.15), (0.38, 0.12, 0.1))
    for c in (-2.3, 2.3):
        a = np.abs(D - c)
        g.lay(sl, np.clip((1.6 - a) / 0.8, 0, 1) * 0.5, (0.11, 0.082, 0.062), (0.3, 0.1, 0.1))
        g.lay(
            sl, (a < 1.25) * (np.mod(S, 0.62) < 0.26) * 0.85, (0.27, 0.26, 0.245), (0.15, 0.1, 0.1)
        )
        g.lay(
            sl, np.clip((0.075 - np.abs(a - 0.72)) / 0.05, 0, 1), (0.36, 0.33, 0.31), (0.05, 0, 0)
        )
