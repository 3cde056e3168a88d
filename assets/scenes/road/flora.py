"""The kinds of plants along the road."""

import numpy as np

from ..blender.instances import library
from ..blender.plants import blades, foliage, grained, plant


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
