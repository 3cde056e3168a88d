"""Cars and the train."""

import math

import numpy as np

from .frame import Builder, Frame


def car_mesh(M, L, W, cab, H, van=False):
    """A lofted body: rings of a rounded outline that shrink upwards, then a glass cabin."""
    b = Builder()
    f = Frame(0, 0)
    h0 = 0.92 if van else 0.8

    def ring(k, z, drop=0.0):
        pts = []
        for t in np.linspace(0, 2 * math.pi, 28, endpoint=False):
            c, s = math.cos(t), math.sin(t)
            x, y = (
                L / 2 * k * abs(c) ** 0.34 * np.sign(c),
                W / 2 * (k * 0.5 + 0.5) * k * abs(s) ** 0.3 * np.sign(s),
            )
            pts.append(np.array((x, y, z - drop * max(0, x / L * 2) ** 2)))
        return pts

    rings = [
        ring(0.97, 0.2),
        ring(1.0, 0.42),
        ring(1.0, 0.6, 0.04),
        ring(0.975, 0.74, 0.1),
        ring(0.92, h0, 0.14),
    ]
    for a, c in zip(rings, rings[1:], strict=False):
        for i in range(28):
            j = (i + 1) % 28
            b.face((a[i], a[j], c[j], c[i]), M["car"])
    b.face(rings[-1], M["car"])
    x0, x1, x2, x3 = (v * L for v in cab)  # rear foot, rear top, front top, front foot
    w0, w1, hi = W * 0.45, W * 0.36, H
    lo = [f.p(x, s * w0, h0 - 0.05) for s in (1, -1) for x in (x0, x3)]
    up = [f.p(x, s * w1, hi) for s in (1, -1) for x in (x1, x2)]
    mid = [f.p(x, 0, hi + 0.05) for x in (x1, x2)]
    b.face((lo[1], lo[3], up[3], up[1])[::-1], M["glass"])  # windscreen
    b.face((lo[0], lo[2], up[2], up[0]), M["glass"])
    for s in (0, 2):
        sgn = 1 if s == 0 else -1
        b.face((lo[s], lo[s + 1], up[s + 1], up[s]), M["car"])

        def side(u, v, s=s, sgn=sgn):
            q = (lo[s] * (1 - u) + lo[s + 1] * u) * (1 - v) + (up[s] * (1 - u) + up[s + 1] * u) * v
            return q + np.array((0, sgn * 0.012, 0.008))

        for u0, u1 in ((0.1, 0.48), (0.53, 0.88)):
            b.face([side(*q) for q in ((u0, 0.12), (u1, 0.12), (u1, 0.86), (u0, 0.86))], M["glass"])
    b.face((up[0], up[1], mid[1], mid[0]), M["car"])
    b.face((up[2], up[3], mid[1], mid[0]), M["car"])
    for s in (1, -1):
        b.box(
            f,
            x3 - 0.3,
            x3 - 0.12,
            s * W * 0.5 - 0.02,
            s * W * 0.5 + s * 0.2,
            h0,
            h0 + 0.14,
            M["car"],
        )
        b.box(
            f,
            L * 0.452,
            L * 0.482,
            s * W * 0.36 - 0.17,
            s * W * 0.36 + 0.17,
            0.56,
            0.7,
            M["gloss"],
            (0.8, 0.8, 0.78),
        )
        b.box(
            f,
            -L * 0.492,
            -L * 0.47,
            s * W * 0.38 - 0.13,
            s * W * 0.38 + 0.13,
            0.6,
            0.8,
            M["gloss"],
            (0.4, 0.01, 0.01),
        )
        for x in (-0.3, 0.31):
            for i in range(12):
                a, c = i * math.pi / 6, (i + 1) * math.pi / 6
                q = [(x * L + 0.33 * math.cos(t), 0.33 + 0.33 * math.sin(t)) for t in (a, c)]
                y0, y1 = s * (W / 2 - 0.2), s * (W / 2 + 0.015)
                b.face(
                    [
                        np.array((q[0][0], y0, q[0][1])),
                        np.array((q[1][0], y0, q[1][1])),
                        np.array((q[1][0], y1, q[1][1])),
                        np.array((q[0][0], y1, q[0][1])),
                    ],
                    M["tint"],
                    (0.012, 0.012, 0.013),
                )
                b.face(
                    [
                        np.array((x * L, y1, 0.33)),
                        np.array((q[0][0], y1, q[0][1])),
                        np.array((q[1][0], y1, q[1][1])),
                    ],
                    M["tint"],
                    (0.06, 0.06, 0.06),
                )
    b.box(f, L * 0.47, L * 0.497, -W * 0.25, W * 0.25, 0.38, 0.55, M["tint"], (0.015, 0.015, 0.016))
    b.box(f, x1 + 0.1, x1 + 0.16, -0.02, 0.02, hi, hi + 0.22, M["tint"], (0.02, 0.02, 0.02))
    return b.mesh("car")


PAINTS = [
    (0.62, 0.62, 0.61),
    (0.62, 0.62, 0.61),
    (0.3, 0.31, 0.32),
    (0.3, 0.31, 0.32),
    (0.05, 0.052, 0.055),
    (0.02, 0.02, 0.021),
    (0.02, 0.02, 0.021),
    (0.12, 0.125, 0.13),
    (0.35, 0.015, 0.015),
    (0.025, 0.055, 0.15),
    (0.02, 0.04, 0.1),
    (0.34, 0.055, 0.015),
    (0.06, 0.12, 0.07),
    (0.4, 0.36, 0.28),
    (0.15, 0.21, 0.26),
    (0.42, 0.33, 0.07),
    (0.2, 0.02, 0.03),
]


def train(town, rail, q, n):
    """A train of n cars."""
    b, M = town.b, town.M
    for i in range(n):
        f = rail.at(q + i * 25.6, -2.3)
        L = 12.3
        b.box(f, -L, L, -1.42, 1.42, 0.9, 1.9, M["gloss"], (0.5, 0.02, 0.025))
        b.box(f, -L, L, -1.43, 1.43, 1.9, 2.8, M["glass"])
        b.box(f, -L, L, -1.42, 1.42, 2.8, 3.3, M["gloss"], (0.62, 0.62, 0.6))
        prof = [(-1.42, 3.3), (-1.1, 3.75), (-0.4, 3.95), (0.4, 3.95), (1.1, 3.75), (1.42, 3.3)]
        for (v0, z0), (v1, z1) in zip(prof, prof[1:], strict=False):
            b.face(
                [f.p(-L, v0, z0), f.p(L, v0, z0), f.p(L, v1, z1), f.p(-L, v1, z1)],
                M["gloss"],
                (0.36, 0.365, 0.37),
            )
        for u in (-8, -2.5, 5, 8.5):
            b.box(f, u - 1.3, u + 1.3, -0.75, 0.75, 3.9, 4.15, M["metal"], (0.3, 0.3, 0.31))
        b.box(f, -L - 0.6, L + 0.6, -0.6, 0.6, 0.5, 0.9, M["tint"], (0.02, 0.02, 0.02))
