"""The plan of the town."""

import math

import numpy as np

from .frame import Frame, put
from .ground import ground_object
from .outskirts import allotments, halls, masts, wilderness
from .park import park
from .places import block, church, pitch, supermarket
from .plots import row
from .site import Town
from .streets import Line, paint_rail, paint_streets
from .things import lamp_mesh
from .vehicles import train


def lay_streets(town):
    """Streets by name, and the railway."""
    ways = dict(
        main=([(-200, -15), (-130, -11), (-60, -3), (10, 0), (90, -9), (200, 2)], 5.6, "main"),
        north=([(-200, 58), (-110, 60), (-20, 66), (80, 74), (200, 76)], 3.7, "side"),
        west=([(-62, -110), (-56, -50), (-52, 8), (-46, 63)], 3.7, "side"),
        east=([(66, -110), (74, -60), (82, -7), (86, 74)], 3.7, "side"),
        south=([(-57, -62), (-10, -58), (30, -64), (72, -62)], 3.4, "side"),
    )
    streets = {name: Line(*way) for name, way in ways.items()}
    zebras = dict(main=(128, 164, 262), north=(140,), west=(98,), east=(85,), south=())
    rank = dict(main=3, north=2, west=1, east=1, south=0)  # who gives way to whom
    for name, st in streets.items():
        st.zebra, st.rank = zebras[name], rank[name]
    rail = Line([(-200, 84), (-100, 87), (0, 93), (100, 101), (200, 104)], 5, "rail")
    paint_streets(town.g, town.rng, list(streets.values()))
    paint_rail(town.g, rail)
    for st in [*streets.values(), rail]:
        side = st.half + (3 if st is rail else 2.4)
        for q in np.arange(0, st.s[-1], 1.0):
            town.g.take(st.at(q), -0.6, 0.6, -side, side)
    return streets, rail


def lay_plots(town, streets):
    """Public places first, then rows of plots along the streets."""
    supermarket(town, Frame(-95, 33, 0.03))
    pitch(town, Frame(118, -49, 0.03))
    church(town, Frame(112, 36, 0.1))
    block(town, Frame(160, 50, 0.03), 34, 12, 4)
    block(town, Frame(158, 25, -0.06), 30, 12, 3)
    park(town, (-190, -100), (-64, -20), (-126, -56, 12.5))
    main, north, west, east, south = streets.values()
    for st, side, lo, hi, deep in (
        (main, 1, 150, 285, 31),
        (main, -1, 140, 285, 24),
        (north, -1, 156, 290, 26),
        (west, -1, 78, 180, 22),
        (north, -1, 290, 400, 24),
        (main, 1, 290, 400, 24),
        (south, 1, 2, 130, 22),
        (south, -1, 2, 130, 26),
        (north, -1, 0, 60, 24),
        (main, 1, 2, 50, 24),
        (west, 1, 20, 80, 22),
        (east, -1, 60, 180, 22),
        (east, 1, 90, 180, 22),
    ):
        row(town, st, side, lo, hi, deep)


def furnish(town, streets):
    """Trees along the main street, lamps along all."""
    main, r = streets["main"], town.rng
    for q in np.arange(4, main.s[-1], 17):
        for sd in (-1, 1):
            f = main.at(q + 4 * sd, sd * (main.half + 1.2))
            if r.random() < 0.55 and -190 < f.x < 190:
                town.g.rect(f, -0.7, 0.7, -0.6, 0.6, (0.07, 0.05, 0.035))
                town.tree(f.x, f.y, "broad", 0.75, 1.05, pick=int(r.choice([3, 4, 5])))
    lamp = lamp_mesh(town.M)
    for st in streets.values():
        for i, q in enumerate(np.arange(9, st.s[-1], 31)):
            sd = 1 if i % 2 else -1
            f = st.at(q, sd * (st.half + 0.5))
            put(lamp, f.x, f.y, 0, f.a - sd * math.pi / 2)


def may_park(st, q, f, streets, room):
    """No car stands on a zebra crossing or in a junction."""
    others = (o for o in streets.values() if o is not st)
    return all(abs(q - z) > 12 for z in st.zebra) and all(
        np.hypot(*(o.p - (f.x, f.y)).T).min() > o.half + room for o in others
    )


def park_cars(town, streets):
    """Parked cars: in the bays of the main street, at one kerb of the others."""
    r = town.rng
    for st in streets.values():
        on_main = st.kind == "main"
        ends = (3, 0, 6.0) if on_main else (8, 8, 6.4)
        for q in np.arange(ends[0], st.s[-1] - ends[1], ends[2]):
            for sd in (-1, 1) if on_main else (1,):
                if on_main and not 17 < q % 74 < 62:
                    continue
                along = q + 3 if on_main else q
                f = st.at(along, sd * (st.half - (1.15 if on_main else 1.1)))
                chance = r.random() < (0.34 if on_main else 0.22)
                if chance and may_park(st, along, f, streets, 7.5):
                    town.car(f, 0, 0, 0 if sd < 0 else math.pi)


def traffic(town, streets):
    """Cars under way and people on foot."""
    cars = dict(
        main=((96, -1), (176, 1), (240, -1), (330, 1), (215, 1)),
        north=((120, -1), (250, -1)),
        east=((40, -1),),
        west=((60, -1),),
    )
    for name, where in cars.items():
        st = streets[name]
        for q, sd in where:
            f = st.at(q, sd * (1.75 if st.half > 5 else 1.5))
            town.car(f, 0, 0, 0 if sd < 0 else math.pi)
    walkers = dict(
        main=((128, 0.2), (203, 1.23), (118, -1.25), (268, -1.2)),
        north=((195, 1.35),),
        west=((120, 1.4),),
        east=((120, -1.4),),
        south=((60, 1.35),),
    )
    for name, where in walkers.items():
        st = streets[name]
        for q, sd in where:
            crossing = abs(sd) < 1
            f = st.at(q, sd * (5 if crossing else st.half))
            turn = math.pi / 2 if crossing else town.rng.choice((0, math.pi))
            town.person(f.x, f.y, f.a + turn)


def build(seed):
    """Ground, streets, houses, gardens, cars and people."""
    town = Town(seed)
    streets, rail = lay_streets(town)
    lay_plots(town, streets)
    furnish(town, streets)
    park_cars(town, streets)
    traffic(town, streets)
    train(town, rail, 150, 4)
    masts(town, rail)
    halls(town)
    allotments(town)
    wilderness(town)
    put(town.b.mesh("town"))
    ground_object(town)
