"""Which plants grow, and where."""

import numpy as np

from ..blender.instances import library, scatter
from ..blender.plants import blades, foliage, grained, plant
from .fields import noise2
from .terrain import HALF, bend, entrance, ground


def plants(rng):
    """All kinds of plants, by name."""
    bark = grained("bark", (0.045, 0.036, 0.028), (0.125, 0.104, 0.082), 9.0)
    pale = grained("birch bark", (0.05, 0.045, 0.04), (0.46, 0.44, 0.40), 4.5, (1, 1, 3.0))
    green = foliage("lime leaf", (0.034, 0.070, 0.013), (0.105, 0.155, 0.030))
    dark = foliage("oak leaf", (0.026, 0.052, 0.011), (0.075, 0.115, 0.026))
    light = foliage("birch leaf", (0.060, 0.095, 0.020), (0.150, 0.185, 0.045))
    needle = foliage("needle", (0.012, 0.026, 0.012), (0.030, 0.052, 0.022), 0.15)
    shrub = foliage("shrub leaf", (0.030, 0.060, 0.014), (0.100, 0.140, 0.034))

    def dome(t):
        return np.sqrt(np.maximum(0.03, 1 - ((t - 0.42) / 0.64) ** 2))

    def oak(k, leaf):
        return plant(
            rng,
            f"a{k}",
            bark,
            leaf,
            rng.uniform(11, 13),
            0.43,
            dome,
            (36, 11, 8),
            (1.05, 0.85, 0.9),
            24,
            0.125,
        )

    def poplar(k):
        return plant(
            rng,
            f"b{k}",
            bark,
            green,
            17,
            0.21,
            lambda t: 1.15 - 0.75 * t,
            (70, 7, 7),
            (0.42, 0.6, 0.8),
            18,
            0.12,
            lift=0.25,
        )

    def birch(k):
        return plant(
            rng,
            f"c{k}",
            pale,
            light,
            11.5,
            0.30,
            lambda t: 1.1 - 0.75 * t,
            (46, 10, 8),
            (0.85, 0.8, 0.8),
            18,
            0.095,
            lift=-0.05,
            hang=-0.5,
            fork=3,
            twig=bark,
        )

    def spruce(k):
        return plant(
            rng,
            f"d{k}",
            bark,
            needle,
            14,
            0.27,
            lambda t: 1.12 - 1.02 * t,
            (90, 10, 4),
            (1.6, 0.8, 0.7),
            9,
            0.17,
            narrow=0.09,
            lift=-0.03,
        )

    def bush(k, leaf):
        return plant(
            rng,
            f"e{k}",
            bark,
            leaf,
            2.0,
            0.62,
            lambda t: 1.15 - 0.6 * t,
            (9, 8, 6),
            (0.8, 0.8, 0.8),
            15,
            0.09,
            stems=8,
        )

    kinds = dict(
        broad=library("broad", [oak(0, green), oak(1, dark), oak(2, green)]),
        poplar=library("poplar", [poplar(0), poplar(1)]),
        birch=library("birch", [birch(0), birch(1)]),
        spruce=library("spruce", [spruce(0), spruce(1)]),
        bush=library("bush", [bush(0, shrub), bush(1, dark), bush(2, green)]),
    )
    grass = foliage("grass", (0.040, 0.075, 0.014), (0.125, 0.150, 0.040), 0.3)
    straw = foliage("straw", (0.17, 0.125, 0.050), (0.34, 0.27, 0.13), 0.2)
    ear = foliage("ear", (0.26, 0.175, 0.055), (0.44, 0.32, 0.13), 0.15)
    white = foliage("white bloom", (0.55, 0.55, 0.50), (0.75, 0.75, 0.70), 0.2)
    yellow = foliage("yellow bloom", (0.60, 0.42, 0.02), (0.75, 0.55, 0.03), 0.2)
    kinds["short"] = library(
        "short",
        [
            blades(rng, f"f{k}", grass if k < 5 else straw, 60, 0.13, 0.11, 0.0032, 0.8)
            for k in range(6)
        ],
    )
    kinds["verge"] = library(
        "verge",
        [blades(rng, f"g{k}", grass, 60, 0.10, 0.36, 0.0042, 0.55) for k in range(9)]
        + [
            blades(rng, f"h{k}", straw, 26, 0.10, 0.55, 0.0020, 0.3, (straw, 0.09, 0.006))
            for k in range(2)
        ]
        + [
            blades(rng, "i0", grass, 5, 0.12, 0.42, 0.0025, 0.3, (white, 0.022, 0.014)),
            blades(rng, "i1", grass, 6, 0.10, 0.28, 0.0025, 0.3, (yellow, 0.022, 0.014)),
        ],
    )
    kinds["corn"] = library(
        "corn",
        [
            blades(rng, f"j{k}", straw, 150, 0.38, 0.80, 0.0028, 0.16, (ear, 0.11, 0.009))
            for k in range(4)
        ],
    )
    return kinds


def plant_all(rng, kinds):
    """Verge, fields, hedges, single trees and woods."""

    def put(kind, u, y, size, sink=0.0, tilt=0.06):
        x = u + bend(y)
        ok = entrance(u, y) < 0.05 if kind != "short" else entrance(u, y) < 0.6
        pts = np.stack([x, y, ground(x, y) - sink], 1)
        scatter(kind, kinds[kind], pts[ok], np.asarray(size)[ok], rng, tilt)

    def strip(kind, n, near, reach, power, place, size, tilt=0.06):
        """n plants whose distance is a power of chance: dense near the camera, thin far off."""
        y = near + rng.random(n) ** power * reach
        put(kind, place(n, y), y, size(n, y), tilt=tilt)

    def side(n):
        return rng.choice([-1.0, 1.0], n)

    def even(a, b):
        return lambda n, y: rng.uniform(a, b, n)

    # mown edge, tall verge, meadow on the right, corn on the left
    strip(
        "short",
        26000,
        1.8,
        75,
        2.1,
        lambda n, y: side(n) * (HALF + 0.30 + rng.gamma(1.6, 0.42, n)),
        even(0.5, 1.5),
        0.2,
    )
    strip(
        "verge",
        34000,
        2,
        130,
        1.9,
        lambda n, y: side(n) * (4.75 + rng.gamma(1.8, 0.95, n)),
        even(0.6, 1.35),
        0.15,
    )
    strip(
        "verge",
        15000,
        3,
        260,
        1.4,
        lambda n, y: 7 + rng.random(n) * (14 + y * 0.22),
        lambda n, y: rng.uniform(1.0, 2.2, n) * (1 + y / 250),
        0.15,
    )
    strip(
        "corn",
        13000,
        4,
        240,
        1.25,
        lambda n, y: -9.3 - rng.random(n) ** 1.3 * 54,
        lambda n, y: rng.uniform(0.9, 1.15, n) * (1 + y / 900),
        0.05,
    )
    # single trees by hand near the road, then rows, hedges, woods
    put(
        "broad",
        np.array([-11.5, 15.0, 19.0, -13, 13.5]),
        np.array([31.0, 47, 88, 112, 140]),
        [0.85, 1.0, 1.1, 1.05, 1.0],
    )
    put(
        "birch",
        np.array([13.5, 16.0, -11.5, 12.0, 15]),
        np.array([29.0, 64, 74, 118, 36]),
        [0.9, 1.05, 1.0, 1.1, 0.8],
    )
    put(
        "poplar", -72 + rng.normal(0, 0.8, 26), 60 + np.arange(26) * 7.5, rng.uniform(0.8, 1.15, 26)
    )
    strip(
        "bush",
        420,
        22,
        260,
        1,
        lambda n, y: 24 + 4 * noise2(y / 30, y * 0, 9) + rng.normal(0, 1.0, n),
        even(0.7, 1.7),
    )
    strip("broad", 60, 65, 260, 1, lambda n, y: 26 + rng.normal(0, 3, n), even(0.5, 0.95))
    strip("bush", 110, 130, 260, 1, lambda n, y: -66 + rng.normal(0, 1.6, n), even(0.9, 2.0))
    feet_u, feet_y = np.array([15, 15, 19, 13.5, -13]), np.array([31.0, 47, 88, 36, 112])
    u = feet_u[rng.integers(0, 5, 70)] + rng.normal(0, 1.6, 70)
    y = feet_y[rng.integers(0, 5, 70)] + rng.normal(0, 3, 70)
    put("bush", u, y, rng.uniform(0.35, 0.9, 70), tilt=0.1)
    strip(
        "broad",
        46,
        170,
        330,
        1,
        lambda n, y: side(n) * (9.5 + rng.gamma(1.5, 2, n)),
        even(0.5, 1.05),
    )
    strip(
        "bush", 90, 150, 330, 1, lambda n, y: side(n) * (8.5 + rng.gamma(1.5, 2, n)), even(0.6, 1.5)
    )

    def wood(n, y0, y1, cut, scale, kinds_):
        """Trees where slow noise is high: clumps and strips instead of an even sprinkling."""
        y = y0 + (y1 - y0) * rng.random(n) ** 1.2
        x = (rng.random(n) * 2 - 1) * y * 0.82
        village_view = (y < 780) & (np.abs(x / y + 0.235) < 0.10)
        ok = (
            (noise2(x / scale, y / scale * 1.6, 21, 2) > cut)
            & (np.abs(x - bend(y)) > 30)
            & ~village_view
        )
        for k, kind in enumerate(kinds_):
            pick = ok & (rng.integers(0, len(kinds_), n) == k) if k < len(kinds_) - 1 else ok
            ok = ok & ~pick
            put(kind, (x - bend(y))[pick], y[pick], rng.uniform(0.7, 1.2, pick.sum()), 0.4)

    wood(5200, 330, 900, 0.42, 120, ("spruce", "broad", "birch", "broad"))
    wood(9000, 900, 2400, 0.30, 260, ("spruce", "broad", "broad"))
    wood(9000, 2200, 4800, 0.22, 420, ("spruce", "broad"))
