"""Roofs and what stands on them."""

import math

import numpy as np


def plane(b, f, e0, e1, r1, r0, mat, tint, thick=0.16):
    """One roof slope with its fascia; returns a function placing things on it (metres)."""
    e0, e1, r1, r0 = (f.p(*q) for q in (e0, e1, r1, r0))
    b.face((e0, e1, r1, r0) if np.linalg.norm(r1 - r0) > 0.05 else (e0, e1, r1), mat, tint)
    dz = np.array((0, 0, thick))
    for a, c in ((e0, e1), (e1, r1), (r0, e0)):
        b.face((a - dz, c - dz, c, a), b.trim, b.trimtint)
    u = (e1 - e0) / np.linalg.norm(e1 - e0)
    n = np.cross(u, r0 - e0)
    n /= np.linalg.norm(n)
    v = np.cross(n, u)
    return lambda a, c, h: e0 + u * a + v * c + n * h


def patch(b, on, u, v, w, h, off, mat, tint=(1, 1, 1)):
    """A flat thing that lies on a roof slope."""
    b.face([on(u, v, off), on(u + w, v, off), on(u + w, v + h, off), on(u, v + h, off)], mat, tint)
    for (a, c), (d, e) in (
        ((u, v), (u + w, v)),
        ((u + w, v), (u + w, v + h)),
        ((u, v + h), (u, v)),
    ):
        b.face([on(a, c, 0), on(d, e, 0), on(d, e, off), on(a, c, off)], b.trim, (0.1, 0.1, 0.1))


def roof_things(b, M, on, w, s, rng, solar):
    """Solar panels or skylights."""
    if solar is None:  # a church has no skylights
        return
    if solar and w > 5 and s > 3.6:
        nu, nv = int((w - 1.6) / 1.06), int((s - 1.0) / 1.72)
        nu -= rng.integers(0, max(1, nu // 3))
        u0 = rng.uniform(0.6, max(0.61, w - 0.6 - nu * 1.06))
        for i in range(nu):
            for j in range(nv):
                patch(b, on, u0 + i * 1.06, 0.7 + j * 1.72, 1.02, 1.67, 0.12, M["solar"])
    else:
        for _ in range(rng.integers(0, 4)):
            u, v = rng.uniform(0.8, max(0.9, w - 2)), rng.uniform(0.8, max(0.9, s - 2.2))
            patch(b, on, u - 0.08, v - 0.08, 1.1, 1.5, 0.06, M["metal"], (0.12, 0.12, 0.12))
            patch(b, on, u, v, 0.94, 1.34, 0.09, M["glass"])


def chimney(b, M, f, u, v, z):
    """A chimney with two pots."""
    b.box(f, u - 0.4, u + 0.4, v - 0.32, v + 0.32, z - 2, z + 1.1, M["wall"], (0.28, 0.12, 0.075))
    b.box(
        f, u - 0.46, u + 0.46, v - 0.38, v + 0.38, z + 1.1, z + 1.22, M["wall"], (0.3, 0.29, 0.27)
    )
    for q in (-0.18, 0.18):
        b.box(
            f,
            u + q - 0.11,
            u + q + 0.11,
            v - 0.11,
            v + 0.11,
            z + 1.22,
            z + 1.5,
            M["wall"],
            (0.3, 0.13, 0.07),
        )


def gable(b, M, f, w, d, h, pitch, mat, tint, rng, walltint, solar=False, over=0.5):
    """A gable roof; returns the height of its ridge."""
    rise, e = (d / 2 + over) * math.tan(pitch), over
    z0 = h - over * math.tan(pitch)
    zr = z0 + rise
    s = math.hypot(d / 2 + over, rise)
    for sg in (1, -1):
        g = f if sg > 0 else f.sub(0, 0, math.pi)
        on = plane(
            b,
            g,
            (-w / 2 - e, -d / 2 - over, z0),
            (w / 2 + e, -d / 2 - over, z0),
            (w / 2 + e, 0, zr),
            (-w / 2 - e, 0, zr),
            mat,
            tint,
        )
        roof_things(b, M, on, w + 2 * e, s, rng, solar and sg > 0 if solar is not None else None)
        b.face(
            [g.p(w / 2, -d / 2, h), g.p(w / 2, d / 2, h), g.p(w / 2, 0, zr - 0.1)],
            M["wall"],
            walltint,
        )
        b.box(
            g,
            -w / 2 - e,
            w / 2 + e,
            -d / 2 - over - 0.13,
            -d / 2 - over + 0.02,
            z0 - 0.16,
            z0 - 0.03,
            M["metal"],
            (0.35, 0.35, 0.36),
        )
    b.box(
        f,
        -w / 2 - e,
        w / 2 + e,
        -0.13,
        0.13,
        zr - 0.06,
        zr + 0.09,
        M["tint"],
        tuple(0.75 * np.array(tint)),
    )
    return zr


def hip(b, M, f, w, d, h, pitch, mat, tint, rng, solar=False, over=0.55):
    """A hipped roof; returns the height of its ridge."""
    W, D = w / 2 + over, d / 2 + over
    z0, t = h - over * math.tan(pitch), math.tan(pitch)
    rl, zr = max(0.02, W - D), h - over * t + D * t
    for sg in (1, -1):
        g = f if sg > 0 else f.sub(0, 0, math.pi)
        on = plane(b, g, (-W, -D, z0), (W, -D, z0), (rl, 0, zr), (-rl, 0, zr), mat, tint)
        plane(b, g, (W, -D, z0), (W, D, z0), (rl, 0, zr), (rl, 0, zr), mat, tint)
        roof_things(
            b,
            M,
            lambda a, c, q, on=on, D=D: on(a + D * 0.75, c, q),
            max(2.0, 2 * W - 1.5 * D),
            math.hypot(D, zr - z0) * 0.9,
            rng,
            solar and sg > 0,
        )
        for q in (-1, 1):  # hip caps
            a, c = g.p(q * W, -D, z0), g.p(q * rl, 0, zr)
            n = np.array((0, 0, 0.07))
            p = np.array((-(c - a)[1], (c - a)[0], 0))
            p = p / np.linalg.norm(p) * 0.13
            b.face(
                (a - p + n * 0.3, a + n, c + n, c - p + n * 0.3),
                M["tint"],
                tuple(0.8 * np.array(tint)),
            )
            b.face(
                (a + n, a + p + n * 0.3, c + p + n * 0.3, c + n),
                M["tint"],
                tuple(0.8 * np.array(tint)),
            )
    return zr


def flat_roof(b, M, f, w, d, h, rng, tint=(0.3, 0.29, 0.27), wall=(0.5, 0.49, 0.46), clutter=True):
    """A gravel roof with parapet, vents and skylights."""
    for u0, u1, v0, v1 in (
        (-w / 2, w / 2, -d / 2, -d / 2 + 0.3),
        (-w / 2, w / 2, d / 2 - 0.3, d / 2),
        (-w / 2, -w / 2 + 0.3, -d / 2, d / 2),
        (w / 2 - 0.3, w / 2, -d / 2, d / 2),
    ):
        b.box(f, u0, u1, v0, v1, h - 0.1, h + 0.4, M["wall"], wall, M["metal"], (0.4, 0.4, 0.4))
    b.face(
        [
            f.p(u, v, h + 0.03)
            for u, v in (
                (-w / 2 + 0.3, -d / 2 + 0.3),
                (w / 2 - 0.3, -d / 2 + 0.3),
                (w / 2 - 0.3, d / 2 - 0.3),
                (-w / 2 + 0.3, d / 2 - 0.3),
            )
        ],
        M["gravel"],
        tint,
    )
    for _ in range(int(w * d / 55) if clutter else 0):
        u, v = rng.uniform(-w / 2 + 2, w / 2 - 2), rng.uniform(-d / 2 + 2, d / 2 - 2)
        k = rng.random()
        if k < 0.4:
            a, c = rng.uniform(0.5, 1.6), rng.uniform(0.5, 1.2)
            b.box(
                f,
                u - a,
                u + a,
                v - c,
                v + c,
                h,
                h + rng.uniform(0.6, 1.5),
                M["metal"],
                (0.42, 0.43, 0.43),
            )
            b.disc(f, u, v, h + 1.53, min(a, c) * 0.75, M["tint"], (0.03, 0.03, 0.03), 14)
        elif k < 0.75:
            b.box(f, u - 0.8, u + 0.8, v - 0.8, v + 0.8, h, h + 0.3, M["tint"], (0.6, 0.6, 0.6))
            b.box(
                f, u - 0.65, u + 0.65, v - 0.65, v + 0.65, h + 0.3, h + 0.42, M["glass"], (1, 1, 1)
            )
        else:
            b.disc(f, u, v, h + 0.8, 0.16, M["metal"], (0.5, 0.5, 0.5), 8, h)
