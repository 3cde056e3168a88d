"""Trees, shrubs and hedges seen from above."""

import math

import numpy as np

from .frame import Builder, Frame


def cards(b, rng, centre, radius, n, size, mat, flat=0.0, up=0.25):
    """Leaf-sized rhombs on the skin of a blob; the blob's brightness varies as real crowns do."""
    base = rng.uniform(0.72, 1.2)
    for _ in range(n):
        v = rng.normal(size=3)
        v[2] += up
        v /= np.linalg.norm(v)
        p = centre + v * radius * rng.uniform(0.72, 1.07)
        nrm = v + rng.normal(0, 0.55, 3)
        u = np.cross(nrm, rng.normal(size=3))
        u /= np.linalg.norm(u) + 1e-9
        q = np.cross(nrm, u)
        q /= np.linalg.norm(q) + 1e-9
        z = size * rng.uniform(0.6, 1.25)
        k = base * rng.uniform(0.8, 1.2) * (0.8 + 0.25 * v[2])
        b.face(
            (p - u * z, p + q * z * 0.6, p + u * z, p - q * z * 0.6),
            mat,
            (k, k * rng.uniform(0.94, 1.06), k * 0.95),
        )


def ball(b, c, r, mat, tint):
    """A coarse inner ball, so that no sky shines through a crown."""
    for i in range(6):
        a0, a1 = i * math.pi / 3, (i + 1) * math.pi / 3
        for t0, t1 in ((-1.57, -0.5), (-0.5, 0.5), (0.5, 1.57)):
            q = [
                c
                + r * np.array((math.cos(t) * math.cos(a), math.cos(t) * math.sin(a), math.sin(t)))
                for a, t in ((a0, t0), (a1, t0), (a1, t1), (a0, t1))
            ]
            b.face(q, mat, tint)


def broad_tree(rng, M, h, r, leaf):
    """A tree of leafy blobs."""
    b = Builder()
    f = Frame(0, 0)
    b.box(f, -0.2, 0.2, -0.2, 0.2, 0, h * 0.55, M["bark"], (0.09, 0.07, 0.05))
    lean = rng.normal(0, 0.12 * r, 2)
    for _k in range(34):
        d = rng.normal(size=3)
        d /= np.linalg.norm(d)
        d[2] = abs(d[2]) * 1.3 - 0.62  # crowns reach down, or their shadows would stand off
        c = (
            np.array((*lean, h * 0.47))
            + d * np.array((r * 0.74, r * 0.74, h * 0.40)) * rng.uniform(0.55, 1.0) ** 0.6
        )
        q = r * rng.uniform(0.22, 0.4)
        cards(b, rng, c, q, int(70 + 190 * (q / 1.15) ** 2), leaf, M["leaf"])
        ball(b, c, q * 0.6, M["leaf"], (0.4, 0.45, 0.4))
    return b.mesh("tree")


def fir_tree(rng, M, h, r):
    """A fir."""
    b = Builder()
    for z in np.linspace(0.08, 1, 17):
        q = r * (1 - z) ** 0.8 + 0.12
        n = int(5 + 9 * q / r)
        for a in np.arange(n) * 6.283 / n + rng.uniform(0, 6):
            for t in np.linspace(0.15, 1, 6):
                c = np.array((math.cos(a) * q * t, math.sin(a) * q * t, h * z - q * t * 0.45))
                cards(b, rng, c, 0.16 + 0.1 * (1 - t), 6, 0.2, M["fir"])
    return b.mesh("fir")


def shrub(rng, M, mat, r, h, flowers=None):
    """A shrub, perhaps in flower."""
    b = Builder()
    for _ in range(5):
        c = np.array((*rng.normal(0, r * 0.35, 2), h * rng.uniform(0.35, 0.65)))
        cards(b, rng, c, r * 0.6, 60, 0.13, M[mat])
        ball(b, c, r * 0.42, M[mat], (0.35, 0.4, 0.35))
    for _ in range(26 if flowers else 0):
        a, q = rng.uniform(0, 6.28), r * math.sqrt(rng.uniform(0, 1)) * 0.9
        b.disc(
            Frame(q * math.cos(a), q * math.sin(a)),
            0,
            0,
            h * rng.uniform(0.8, 1.15),
            0.07,
            M["tint"],
            flowers,
            5,
        )
    return b.mesh("shrub")


def hedge_piece(rng, M):
    """A piece of clipped hedge."""
    b = Builder()
    b.box(Frame(0, 0), -0.75, 0.75, -0.32, 0.32, 0, 1.35, M["hedge"], (0.4, 0.45, 0.4))
    for _ in range(620):
        top = rng.random() < 0.5
        p = np.array(
            (
                rng.uniform(-0.78, 0.78),
                rng.uniform(-0.38, 0.38) if top else rng.choice((-0.36, 0.36)),
                1.4 + rng.normal(0, 0.04) if top else rng.uniform(0.1, 1.4),
            )
        )
        cards(b, rng, p, 0.05, 1, 0.1, M["hedge"], up=1.2)
    return b.mesh("hedge")


def plants(rng, M):
    """All kinds of plants, by name."""
    P = dict(
        broad=[
            broad_tree(rng, M, h, r, 0.17)
            for h, r in ((9.5, 4.4), (8, 3.6), (11, 5.2), (6.5, 2.7), (9, 3.2), (5.5, 2.2))
        ],
        fir=[fir_tree(rng, M, h, r) for h, r in ((13, 2.6), (9, 2.0), (16, 3.1))],
        shrub=[
            shrub(rng, M, "flower", r, h, c)
            for r, h, c in (
                (0.8, 1.1, None),
                (1.2, 1.5, None),
                (0.6, 0.8, (0.6, 0.1, 0.2)),
                (0.7, 0.8, (0.75, 0.7, 0.6)),
                (1.0, 1.2, (0.6, 0.4, 0.05)),
                (0.9, 1.0, (0.35, 0.15, 0.5)),
            )
        ],
        hedge=[hedge_piece(rng, M) for _ in range(3)],
    )
    return P
