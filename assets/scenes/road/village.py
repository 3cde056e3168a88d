"""A village and wind turbines far off."""

import math

import numpy as np

from ..blender.graph import plain
from ..blender.mesh import Parts
from .terrain import ground


def village(rng, mats):
    """Houses, a church and wind turbines."""
    p = Parts()

    def z_of(x, y):
        return float(ground(np.array(x), np.array(y)))

    def house(x, y, w, long, h, turn, roof, wall):
        c, s, z = math.cos(turn), math.sin(turn), z_of(x, y) - 0.5

        def at(a, b, k):
            return (x + a * c - b * s, y + a * s + b * c, z + k)

        base = [
            at(a, b, k) for k in (0, h) for a, b in ((-w, -long), (w, -long), (w, long), (-w, long))
        ]
        p.add(base, [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)], wall)
        ridge, o = h + w * rng.uniform(0.75, 1.05), 0.5
        r = [
            at(a, b, h - 0.3)
            for a, b in (
                (-w - o, -long - o),
                (w + o, -long - o),
                (w + o, long + o),
                (-w - o, long + o),
            )
        ]
        r += [at(0, -long - o, ridge), at(0, long + o, ridge)]
        p.add(r, [(1, 2, 5, 4), (3, 0, 4, 5)], roof)
        p.add(r[:2] + [r[4]] + r[2:4] + [r[5]], [(0, 1, 2), (3, 4, 5)], wall)
        for b in np.linspace(-long * 0.7, long * 0.7, 4):
            for a in (-w - 0.03, w + 0.03):
                q = [
                    at(a, b + d, k)
                    for d, k in (
                        (-0.5, h * 0.35),
                        (0.5, h * 0.35),
                        (0.5, h * 0.65),
                        (-0.5, h * 0.65),
                    )
                ]
                p.add(q, [(0, 1, 2, 3)], mats["glass"])
        for a in (-w * 0.5, w * 0.5):
            q = [
                at(a + d, -long - 0.03, k)
                for d, k in ((-0.5, h * 0.35), (0.5, h * 0.35), (0.5, h * 0.65), (-0.5, h * 0.65))
            ]
            p.add(q, [(0, 1, 2, 3)], mats["glass"])

    walls = [
        plain(f"wall{k}", c, 0.9)
        for k, c in enumerate(
            ((0.62, 0.58, 0.50), (0.55, 0.50, 0.40), (0.66, 0.64, 0.60), (0.45, 0.30, 0.22))
        )
    ]
    roofs = [
        plain(f"roof{k}", c, 0.85)
        for k, c in enumerate(
            ((0.26, 0.075, 0.045), (0.20, 0.065, 0.045), (0.12, 0.085, 0.07), (0.07, 0.07, 0.075))
        )
    ]
    for _ in range(46):
        x, y = rng.normal(-165, 75), rng.normal(640, 55)
        house(
            x,
            y,
            rng.uniform(3.5, 5.5),
            rng.uniform(5, 9),
            rng.uniform(3.5, 6.5),
            rng.uniform(0, math.pi),
            roofs[rng.integers(0, 4)],
            walls[rng.integers(0, 4)],
        )
    house(-150, 655, 5.5, 13, 9, 1.3, roofs[3], walls[2])
    house(-166, 650, 3.2, 3.2, 21, 1.3, roofs[3], walls[2])
    z = z_of(-166, 650)
    p.tube((-166, 650, z + 22), (-166, 650, z + 38), 3.4, 0.05, roofs[3], 8)
    for x, y in ((-200, 2600), (-60, 2350), (-420, 2750), (330, 2300), (520, 2500)):
        z, hub = z_of(x, y), z_of(x, y) + 95
        p.tube((x, y, z), (x, y, hub), 2.2, 1.2, mats["white"], 12)
        p.ball((x, y - 1, hub), (2, 4, 2), mats["white"], 8)
        a0 = rng.uniform(0, 2.1)
        for k in range(3):
            a = a0 + k * 2.094
            d = np.array([math.sin(a), 0, math.cos(a)])
            base, tip = np.array([x, y - 5, hub]), np.array([x, y - 5, hub]) + d * 52
            w = np.array([d[2], 0, -d[0]])
            p.add(
                [base + w * 0.5, base + d * 10 + w * 2, tip, base + d * 10 - w * 0.8],
                [(0, 1, 2, 3)],
                mats["white"],
            )
    p.build("village")
