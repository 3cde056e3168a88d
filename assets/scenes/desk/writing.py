"""Pencils, pens and the ruler."""

import numpy as np

from ..blender.mesh import put
from .shapes import Builder
from .sheets import print_on


def pencil_mesh(rng, M, L, color):
    """A pencil of length L."""
    b = Builder()
    n, r = 6, 0.37
    b.lathe([(r, 2.3), (r, 2.3), (r, L - 1.6), (r, L - 1.6)], M["lacquer"], color, n, axis="x")
    b.lathe([(0.37, 2.32), (0.12, 0.55)], M["bare"], (0.55, 0.36, 0.2), 24, axis="x")
    b.lathe([(0.12, 0.56), (0.02, 0.0)], M["steel"], (0.1, 0.1, 0.1), 12, axis="x")
    b.lathe(
        [
            (0.385, L - 1.6),
            (0.4, L - 1.5),
            (0.37, L - 1.35),
            (0.4, L - 1.2),
            (0.37, L - 1.05),
            (0.4, L - 0.9),
            (0.385, L - 0.7),
        ],
        M["steel"],
        (0.8, 0.65, 0.3),
        24,
        axis="x",
    )
    b.lathe(
        [(0.36, L - 0.72), (0.36, L - 0.15), (0.3, L), (0, L + 0.03)],
        M["soft"],
        (0.6, 0.2, 0.17),
        24,
        axis="x",
    )
    me = b.mesh("pencil")
    sm = np.ones(len(me.polygons), bool)
    sm[:6] = False  # the six flats stay flat
    me.polygons.foreach_set("use_smooth", sm)
    return me


def pen_mesh(M, color):
    """A ballpoint pen."""
    b = Builder()
    b.lathe([(0.04, 0), (0.09, 0.25), (0.2, 1.1), (0.33, 1.7)], M["steel"], n=24, axis="x")
    b.lathe([(0.38, 1.7), (0.42, 2.2), (0.42, 7.2), (0.4, 7.2)], M["plastic"], color, 24, axis="x")
    b.lathe([(0.43, 7.2), (0.43, 7.6), (0.43, 7.6)], M["steel"], (0.8, 0.8, 0.8), 24, axis="x")
    b.lathe(
        [(0.42, 7.6), (0.42, 13), (0.36, 13.4), (0.18, 13.45), (0.16, 14.1), (0, 14.1)],
        M["plastic"],
        color,
        24,
        axis="x",
    )
    b.box(9, 13.2, -0.13, 0.13, 0.44, 0.54, M["steel"], (0.8, 0.8, 0.8))
    return b.mesh("pen")


def ruler(desk, x, y, a):
    """A wooden ruler."""
    M, b = desk.M, Builder()
    b.box(-15.6, 15.6, -1.5, 1.5, 0, 0.22, M["lacquer"], (0.62, 0.42, 0.16))
    b.box(-15.6, 15.6, 1.38, 1.5, 0.2, 0.24, M["steel"])
    for i in range(301):
        n = 1.0 if i % 10 == 0 else 0.75 if i % 5 == 0 else 0.5
        b.box(
            -15 + i * 0.1 - 0.011,
            -15 + i * 0.1 + 0.011,
            1.36 - n * 0.8,
            1.36,
            0.21,
            0.224,
            M["ink"],
            (0.02, 0.02, 0.02),
        )
    o = desk.place(b.mesh("ruler"), x, y, a, ("r", 31.2, 3), 0.22, tol=9, force=True)
    for i in range(31):
        put(
            print_on(
                str(i),
                0.48,
                -15.18 + i - (0.13 if i > 9 else 0),
                -0.02,
                lambda p, q: 0.212 + 0 * p,
                M,
            ),
            o.location,
            o.rotation_euler,
        )
    put(
        print_on("OAK  30 cm", 0.55, -3, -1.1, lambda p, q: 0.212 + 0 * p, M, (0.1, 0.05, 0.03)),
        o.location,
        o.rotation_euler,
    )
