"""The thousand small things."""

import math

import numpy as np

from .large import DISH
from .materials import mat_coin
from .metal import clip_mesh, hexa, pin_mesh, ring_piece, screw_mesh
from .pages import coin_relief
from .shapes import TAU, Builder
from .trinkets import (
    band_mesh,
    button_mesh,
    die_mesh,
    leaf_mesh,
    marble_mesh,
    shaving_mesh,
    stone_mesh,
)


def small_things(desk):
    """Coins, stones, screws, clips, beads, crumbs."""
    r, M, S = desk.rng, desk.M, desk.scatter
    gold, copper, silver = (0.72, 0.5, 0.2), (0.5, 0.23, 0.12), (0.6, 0.59, 0.56)
    coin_prof = [
        (0, 0.15),
        (1.02, 0.15),
        (1.02, 0.15),
        (1.05, 0.175),
        (1.05, 0.175),
        (1.14, 0.175),
        (1.14, 0.175),
        (1.17, 0.15),
        (1.17, 0.15),
        (1.17, 0.03),
        (1.14, 0),
    ]
    coins = []
    for v in "12580":
        b = Builder()
        m = mat_coin(coin_relief(r, v))
        b.lathe(coin_prof, m, n=56)
        coins.append(b.mesh("coin"))
    S(
        70,
        coins,
        ("d", 1.17),
        0.18,
        (gold, copper, copper, silver),
        4,
        6.0,
        0.25,
        scale=(0.72, 1.08),
    )
    stones = [stone_mesh(r, M) for _ in range(6)]
    S(
        40,
        stones,
        ("d", 0.9),
        1.0,
        (
            (0.5, 0.48, 0.45),
            (0.3, 0.29, 0.28),
            (0.55, 0.42, 0.3),
            (0.65, 0.63, 0.6),
            (0.25, 0.2, 0.18),
        ),
        2,
        7,
        0.15,
        scale=(0.4, 1.2),
    )
    S(
        9,
        [leaf_mesh(r, M, q) for q in (5.5, 7, 8.5, 4.5, 6.2)],
        ("d", 2.6),
        0.5,
        (
            (0.5, 0.2, 0.04),
            (0.55, 0.35, 0.05),
            (0.3, 0.08, 0.03),
            (0.2, 0.25, 0.05),
            (0.4, 0.13, 0.03),
        ),
        2,
        14,
        0.3,
    )
    S(
        14,
        [marble_mesh(r, M) for _ in range(8)],
        ("d", 0.82),
        1.6,
        ((1, 1, 1),),
        2,
        6,
        0.05,
        scale=(0.85, 1.1),
    )
    S(
        8,
        [die_mesh(M)],
        ("d", 1.05),
        1.5,
        ((0.75, 0.73, 0.68), (0.75, 0.73, 0.68), (0.5, 0.02, 0.02), (0.03, 0.1, 0.35)),
        2,
        8,
        0.05,
        scale=(0.75, 0.95),
        tilt=None,
    )
    S(
        50,
        [button_mesh(M, 2), button_mesh(M, 4), button_mesh(M, 4)],
        ("d", 0.74),
        0.24,
        (
            (0.5, 0.03, 0.03),
            (0.03, 0.1, 0.3),
            (0.7, 0.68, 0.6),
            (0.03, 0.03, 0.03),
            (0.35, 0.2, 0.1),
            (0.1, 0.35, 0.25),
            (0.75, 0.5, 0.05),
        ),
        3,
        6,
        0.1,
        scale=(0.7, 1.5),
    )
    S(
        64,
        [
            ring_piece(M, "steel", lambda a: 0.85, lambda a: 0.4, 0.13),
            ring_piece(M, "dull", lambda a: 1.05, lambda a: 0.36, 0.16),
            ring_piece(M, "steel", lambda a: 0.62, lambda a: 0.33, 0.1),
        ],
        ("d", 0.9),
        0.14,
        ((0.65, 0.65, 0.66), (0.5, 0.49, 0.47), (0.62, 0.5, 0.28)),
        3,
        6,
        0.22,
    )
    S(
        55,
        [
            ring_piece(M, "steel", hexa(0.8), lambda a: 0.42, 0.55, bevel=0.05),
            ring_piece(M, "dull", hexa(0.6), lambda a: 0.3, 0.42, bevel=0.04),
        ],
        ("d", 0.8),
        0.5,
        ((0.6, 0.6, 0.61), (0.62, 0.48, 0.24)),
        2,
        4,
        0.3,
        scale=(0.8, 1.1),
        fixed=(DISH, DISH),
    )
    for L in (1.8, 2.6, 3.4):
        me = screw_mesh(M, L)
        for v in me.vertices:
            v.co.x -= L / 2
        S(
            26,
            [me],
            ("r", L, 0.7),
            0.4,
            ((0.62, 0.62, 0.62), (0.62, 0.5, 0.25), (0.3, 0.29, 0.28)),
            3,
            6,
            0.08,
            up=0.24,
            tilt=lambda q, L=L: (q.uniform(0, 6), 0),
            fixed=(DISH,) if L < 2 else (),
        )
    S(
        84,
        [clip_mesh(M, z) for z in (0.04, 0.06)],
        ("r", 3.0, 0.85),
        0.1,
        (
            (0.7, 0.7, 0.71),
            (0.7, 0.7, 0.71),
            (0.68, 0.45, 0.2),
            (0.6, 0.1, 0.08),
            (0.08, 0.25, 0.6),
        ),
        4,
        7,
        0.14,
    )
    S(
        16,
        [band_mesh(r, M) for _ in range(7)],
        ("d", 1.6),
        0.12,
        (
            (0.55, 0.3, 0.12),
            (0.5, 0.05, 0.04),
            (0.05, 0.25, 0.35),
            (0.6, 0.45, 0.2),
            (0.1, 0.35, 0.1),
        ),
        2,
        12,
        0.5,
    )
    S(
        18,
        [pin_mesh(M)],
        ("r", 1.8, 0.8),
        0.8,
        (
            (0.65, 0.03, 0.03),
            (0.03, 0.15, 0.55),
            (0.75, 0.6, 0.03),
            (0.05, 0.4, 0.15),
            (0.75, 0.75, 0.73),
        ),
        3,
        6,
        0.08,
        up=0.4,
        tilt=lambda q: (0, 0.19),
    )
    b = Builder()
    b.box(-2.1, 2.1, -0.11, 0.11, 0, 0.21, M["bare"], (0.6, 0.44, 0.27))
    b.lathe(
        [(0, -0.12), (0.14, -0.08), (0.18, 0.1), (0.12, 0.35)],
        M["bare"],
        (0.35, 0.05, 0.04),
        12,
        (1.9, 0, 0.12),
        "x",
    )
    S(30, [b.mesh("match")], ("r", 4.3, 0.35), 0.22, ((1, 1, 1),), 2, 6, 0.1)
    b = Builder()
    b.lathe(
        [
            (0.14, 0.05),
            (0.22, 0.01),
            (0.36, 0.06),
            (0.42, 0.22),
            (0.36, 0.38),
            (0.22, 0.43),
            (0.14, 0.39),
            (0.14, 0.05),
        ],
        M["glaze"],
        n=20,
    )
    S(
        130,
        [b.mesh("bead")],
        ("d", 0.42),
        0.43,
        (
            (0.6, 0.05, 0.04),
            (0.05, 0.25, 0.55),
            (0.75, 0.55, 0.05),
            (0.1, 0.4, 0.15),
            (0.75, 0.73, 0.7),
            (0.45, 0.1, 0.35),
            (0.02, 0.02, 0.02),
        ),
        4,
        6,
        0.08,
        scale=(0.55, 1.05),
    )
    S(14, [shaving_mesh(r, M) for _ in range(5)], ("d", 0.8), 0.3, ((1, 1, 1),), 2, 4, 0.3)
    b = Builder()
    b.face(
        [(0.3 * math.cos(t), 0.3 * math.sin(t), 0.02) for t in np.arange(18) * TAU / 18], M["paper"]
    )
    S(
        60,
        [b.mesh("dot")],
        ("d", 0.3),
        0.03,
        ((0.8, 0.79, 0.76), (0.8, 0.6, 0.2), (0.3, 0.5, 0.7), (0.8, 0.4, 0.4)),
        2,
        8,
        0.2,
    )
    crumb = []
    for _ in range(5):
        q = Builder()
        p = r.normal(0, 0.05, (4, 3))
        p[:, 2] = np.abs(p[:, 2])
        for f in ((0, 1, 2), (0, 2, 3), (0, 3, 1), (1, 3, 2)):
            q.face(p[list(f)], M["bare"])
        crumb.append(q.mesh("crumb"))
    S(
        1200,
        crumb,
        ("d", 0.06),
        0.0,
        ((0.5, 0.35, 0.2), (0.7, 0.68, 0.65), (0.15, 0.1, 0.07), (0.6, 0.2, 0.17)),
        5,
        9,
        0.3,
        scale=(0.4, 1.4),
    )
