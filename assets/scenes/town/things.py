"""People, lamp posts and the raft."""

import math

import numpy as np

from .frame import Builder, Frame
from .trees import ball


def person_mesh(rng, M):
    """A person in mid-step."""
    b = Builder()
    st = rng.uniform(0.08, 0.3)
    skin, hair, trousers = (
        (0.45, 0.27, 0.19),
        (0.05, 0.03, 0.02),
        rng.choice([(0.02, 0.03, 0.06), (0.03, 0.03, 0.03), (0.16, 0.13, 0.09)]),
    )
    for s in (1, -1):
        b.face(
            [
                (x + dx, y, z)
                for x, y, z, dx in (
                    (-0.08, s * 0.04, 0, s * st),
                    (0.08, s * 0.04, 0, s * st),
                    (0.09, s * 0.1, 0.85, 0),
                    (-0.09, s * 0.1, 0.85, 0),
                )
            ],
            M["tint"],
            trousers,
        )
        b.box(
            Frame(s * st * 0.5, s * 0.1), -0.09, 0.09, -0.08, 0.08, 0.02, 0.86, M["tint"], trousers
        )
        b.box(Frame(-s * st * 0.6, s * 0.28), -0.06, 0.06, -0.05, 0.05, 0.75, 1.4, M["cloth"])
        b.box(Frame(-s * st * 1.0, s * 0.28), -0.05, 0.05, -0.04, 0.04, 0.66, 0.78, M["tint"], skin)
    for z0, z1, a, c in ((0.82, 1.15, 0.13, 0.19), (1.15, 1.45, 0.14, 0.24)):
        b.box(Frame(0, 0), -a, a, -c, c, z0, z1, M["cloth"])
    ball(b, np.array((0.02, 0, 1.6)), 0.13, M["tint"], skin)
    ball(b, np.array((-0.015, 0, 1.65)), 0.13, M["tint"], hair)
    return b.mesh("person")


def lamp_mesh(M):
    """A street lamp."""
    b = Builder()
    b.box(Frame(0, 0), -0.06, 0.06, -0.06, 0.06, 0, 7.5, M["metal"], (0.4, 0.4, 0.4))
    b.box(Frame(0, 0), -0.04, 1.7, -0.04, 0.04, 7.45, 7.53, M["metal"], (0.4, 0.4, 0.4))
    b.box(Frame(0, 0), 1.2, 1.9, -0.12, 0.12, 7.42, 7.52, M["metal"], (0.5, 0.5, 0.5))
    return b.mesh("lamp")


def raft_mesh(M):
    """A life raft bleached by the sun, so that a glance takes it for part of the roof."""
    b = Builder()
    for z, c in ((0.28, (0.36, 0.27, 0.21)), (0.75, (0.40, 0.31, 0.25))):
        for i in range(24):
            for j in range(8):
                q = []
                for a, e in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)):
                    a, e = a * 2 * math.pi / 24, e * 2 * math.pi / 8
                    r = 1.75 + 0.27 * math.cos(e)
                    q.append(np.array((r * math.cos(a), r * math.sin(a), z + 0.27 * math.sin(e))))
                b.face(q, M["tint"], c if i % 6 else (0.44, 0.43, 0.41))
    b.disc(Frame(0, 0), 0, 0, 0.3, 1.6, M["tint"], (0.17, 0.165, 0.155), 24)
    for k in range(5):
        b.box(
            Frame(0, 0, k * 1.25), 0.5, 1.1, -0.12, 0.12, 0.3, 0.55, M["tint"], (0.40, 0.25, 0.17)
        )
    b.disc(Frame(-0.5, 0.4), 0, 0, 0.5, 0.3, M["tint"], (0.42, 0.40, 0.22), 10, 0.3)
    return b.mesh("raft")
