"""Cyclist, deer and things lost on the road."""

import math

import numpy as np

from ..blender.mesh import Parts
from .terrain import heading, on_ground


def cyclist(u, y, mats):
    """A cyclist seen from behind."""
    p, t = Parts(), np.array
    for wy in (-0.52, 0.52):
        p.ring((0, wy, 0.34), 0.33, 0.018, mats["tyre"])
    hub, crank, seat, head = (
        t((0, -0.52, 0.34)),
        t((0, -0.05, 0.3)),
        t((0, -0.2, 0.88)),
        t((0, 0.38, 0.92)),
    )
    for a, b in (
        (hub, crank),
        (hub, seat),
        (crank, seat),
        (crank, head),
        (seat, head),
        (head, t((0, 0.52, 0.34))),
    ):
        p.tube(a, b, 0.02, 0.02, mats["red"], 6)
    p.ball((0, -0.22, 0.95), (0.07, 0.14, 0.035), mats["black"], 6)
    p.tube((-0.22, 0.42, 1.02), (0.22, 0.42, 1.02), 0.015, 0.015, mats["black"], 6)
    hip, neck = t((0, -0.18, 1.02)), t((0, 0.12, 1.50))
    p.tube(hip, neck, 0.15, 0.18, mats["jacket"], 12)
    p.ball(hip, (0.17, 0.16, 0.14), mats["trousers"], 9)
    p.ball(neck, (0.21, 0.13, 0.12), mats["jacket"], 9)
    p.ball((0, 0.20, 1.68), (0.085, 0.10, 0.12), mats["skin"], 9)
    p.ball((0, 0.19, 1.755), (0.105, 0.14, 0.075), mats["white"], 9)
    for s, pedal in ((-1, 0.13), (1, 0.47)):
        knee, foot = t((s * 0.11, 0.18, 0.62 + pedal * 0.35)), t((s * 0.10, -0.02, pedal))
        p.tube(hip + t((s * 0.09, 0, 0)), knee, 0.085, 0.065, mats["trousers"], 8)
        p.tube(knee, foot, 0.06, 0.045, mats["skin"], 8)
        p.ball(foot + t((0, 0.05, 0)), (0.05, 0.12, 0.045), mats["black"], 6)
        elbow, hand = t((s * 0.24, 0.20, 1.2)), t((s * 0.2, 0.42, 1.04))
        p.tube(neck + t((s * 0.17, 0, -0.03)), elbow, 0.055, 0.045, mats["jacket"], 8)
        p.tube(elbow, hand, 0.045, 0.035, mats["jacket"], 8)
    p.build("cyclist", on_ground(u, y), heading(y), "cyclist")


def deer(u, y, mats):
    """A deer at the edge of the road."""
    p, fur = Parts(), mats["fur"]
    p.ball((0, 0, 0.80), (0.42, 0.17, 0.20), fur, 12)
    p.ball((0.25, 0, 0.83), (0.22, 0.16, 0.21), fur, 10)
    p.ball((-0.40, 0, 0.84), (0.08, 0.10, 0.11), mats["white"], 8)
    p.tube((0.32, 0, 0.88), (0.50, 0, 1.18), 0.12, 0.07, fur, 10)
    p.ball((0.58, 0, 1.23), (0.15, 0.065, 0.075), fur, 9)
    for s in (-1, 1):
        p.ball((0.48, s * 0.09, 1.34), (0.03, 0.035, 0.10), fur, 6)
        for lx in (-0.32, 0.28):
            p.tube((lx, s * 0.09, 0.72), (lx - 0.03, s * 0.09, 0.36), 0.075, 0.032, fur, 7)
            p.tube((lx - 0.03, s * 0.09, 0.36), (lx, s * 0.09, 0), 0.028, 0.02, fur, 7)
    p.build("deer", on_ground(u, y), math.pi + 0.25, "animal")


def debris(mats):
    """A piece of a tyre and a cardboard box."""
    tyre = Parts()
    a = np.linspace(0.1, 1.9, 14)
    rim = [(0.34 * math.cos(t), 0.03 * math.sin(5 * t), 0.11 * math.sin(t) + 0.04) for t in a]
    for q, r in zip(rim, rim[1:], strict=False):
        d = np.array(r) - q
        tyre.ball(
            (np.array(q) + r) / 2,
            (abs(d[0]) / 2 + 0.05, 0.13, abs(d[2]) / 2 + 0.045),
            mats["tyre"],
            6,
            0.6,
        )
    tyre.build("tyre", on_ground(-0.35, 89), 0.5, "debris")
    box = Parts()
    box.box((0, 0, 0.2), (0.55, 0.4, 0.4), mats["card"])
    box.box((0.30, 0.05, 0.40), (0.22, 0.38, 0.015), mats["card"])
    box.build("box", on_ground(-2.6, 132), 0.4, "debris")
