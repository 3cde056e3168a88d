"""Signs, posts, guard rail and power line."""

import math

import numpy as np

from ..blender.mesh import Parts, grid_mesh
from .terrain import bend, heading, on_ground


def sign(u, y, kind, mats, back=False):
    """A sign on its pole; any other kind is the name of a place."""
    p, pole, top = Parts(), Parts(), 2.35
    turn = heading(y) + (math.pi if back else 0)
    # the pole is an object of its own: the box of the truth shall hold the plate alone
    pole.tube((0, 0, -0.3), (0, 0, top + 0.3), 0.032, 0.032, mats["steel"], 12)
    pole.build("pole", on_ground(u, y), turn)

    def f(depth):
        return -0.04 - depth

    def plate(r, mat, depth, n=40, turn=0.0):
        ring = [
            (
                r * math.sin(2 * math.pi * i / n + turn),
                f(depth),
                top + r * math.cos(2 * math.pi * i / n + turn),
            )
            for i in range(n)
        ]
        p.add(ring, [tuple(range(n))], mat)

    if kind == "limit":
        p.tube((0, f(0), top), (0, f(-0.012), top), 0.33, 0.33, mats["grey"], 40)
        for r, paint, depth in (
            (0.33, "white", 0.002),
            (0.325, "red", 0.004),
            (0.252, "white", 0.006),
        ):
            plate(r, mats[paint], depth)
        p.text("80", (0, f(0.008), top), 0.34, mats["black"], 0.82)
    elif kind == "warning":
        p.tube((0, f(0), top), (0, f(-0.012), top), 0.52, 0.52, mats["grey"], 3)
        for r, paint, depth in (
            (0.53, "white", 0.002),
            (0.52, "red", 0.004),
            (0.36, "white", 0.006),
        ):
            plate(r, mats[paint], depth, 3)
        for k in range(7):
            p.box(
                (0.05 * math.sin(k * 0.7 - 0.5), f(0.009), top - 0.15 + 0.05 * k),
                (0.05, 0.004, 0.055),
                mats["black"],
            )
    else:
        p.box((0, f(0.0), top), (1.1, 0.02, 0.55), mats["yellow"])
        p.text(kind, (0, f(0.014), top + 0.02), 0.26, mats["black"], 0.8)
    p.build("sign", on_ground(u, y), turn, "sign")


def furniture(rng, mats):
    """Everything that stands beside the road."""
    for u, y, kind, back in (
        (4.75, 31, "limit", False),
        (4.7, 104, "warning", False),
        (-4.8, 66, "limit", True),
        (4.9, 143, "limit", False),
        (5.1, 186, "Aldorf", False),
    ):
        sign(u, y, kind, mats, back)
    post = Parts()
    post.tube((0, 0, -0.2), (0, 0, 0.98), 0.062, 0.055, mats["white"], 12)
    post.tube((0, 0, 0.68), (0, 0, 0.86), 0.0605, 0.0595, mats["black"], 12)
    post.co[-24:] = [(x, y, z + 1.1 * x) for x, y, z in post.co[-24:]]
    post.box((0, -0.061, 0.77), (0.045, 0.006, 0.13), mats["amber"])
    for y in list(range(12, 60, 24)) + list(range(60, 420, 30)):
        for s in (-1, 1):
            if s > 0 and 44 < y < 100:
                continue
            o = post.build("post", on_ground(s * (4.35 + 0.05 * math.sin(y)), y), heading(y))
            o.rotation_euler[0], o.rotation_euler[1] = rng.normal(0, 0.02), rng.normal(0, 0.025)
    # guard rail on the outside of the bend: a W profile swept along the edge
    profile = [
        (0, 0.45),
        (-0.05, 0.49),
        (-0.05, 0.54),
        (0, 0.58),
        (0, 0.62),
        (-0.05, 0.66),
        (-0.05, 0.71),
        (0, 0.75),
    ]
    ys = np.arange(48, 98.1, 2.0)

    def sink(y):
        return 0.8 * max(0.0, (64 - y) / 16, (y - 86) / 12)  # both ends run into the ground

    co = np.array(
        [
            [4.55 + a + float(bend(y)), y, on_ground(4.55, y)[2] + b - sink(y)]
            for y in ys
            for a, b in profile
        ]
    )
    grid_mesh("rail", co, len(ys), len(profile), mats["zinc"])
    p = Parts()
    for y in ys[::2]:
        x, _, z = on_ground(4.63, y)
        p.box((x, y, z + 0.33 - sink(y)), (0.06, 0.10, 0.85), mats["zinc"])
    # power line on the left
    tops = []
    for y in np.arange(18, 420, 42.0):
        x, _, z = on_ground(-8.4, y)
        p.tube((x, y, z - 0.3), (x, y, z + 8.4), 0.14, 0.10, mats["wood"], 12)
        p.box((x, y, z + 7.9), (1.7, 0.10, 0.12), mats["wood"])
        for k in (-0.75, 0, 0.75):
            p.tube((x + k, y, z + 7.95), (x + k, y, z + 8.15), 0.04, 0.03, mats["white"], 6)
        tops.append(np.array([x, y, z + 8.15]))
    for a, b in zip(tops, tops[1:], strict=False):
        for k in (-0.75, 0, 0.75):
            sag = [a + (b - a) * t + (k, 0, -0.9 * 4 * t * (1 - t)) for t in np.linspace(0, 1, 13)]
            for q, r in zip(sag, sag[1:], strict=False):
                p.tube(q, r, 0.009, 0.009, mats["black"], 4)
    p.build("line")
