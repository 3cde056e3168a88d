"""Where which plants grow."""

import numpy as np

from ..blender.instances import scatter
from .fields import noise2
from .terrain import HALF, bend, entrance, ground


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
