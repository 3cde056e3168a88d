"""A plot with its house and garden, and rows of plots along a street."""

import math
from dataclasses import dataclass

import numpy as np

from .frame import Frame
from .ground import slabs
from .houses import WALLS, house, shed
from .roofs import flat_roof

LAWN = dict(soft=1.0, grain=(0.24, 0.14, 0.2))
DRIVES = ((0.2, 0.17, 0.15), (0.1, 0.1, 0.1), (0.27, 0.25, 0.22), (0.24, 0.14, 0.1))
PARASOLS = ((0.6, 0.58, 0.5), (0.5, 0.05, 0.04), (0.06, 0.2, 0.12), (0.55, 0.3, 0.05))


@dataclass
class Plot:
    """Measures of a plot, in metres of its plan: u along the street, v into the garden.

    w, deep        the plot
    hw, hd, hu     the house: width, depth, middle
    front          depth of the front garden
    terrace        depth of the terrace behind the house
    side           1 or -1: where the drive is; du its middle
    """

    w: float
    deep: float
    hw: float
    hd: float
    front: float
    side: int
    terrace: float = 0.0

    def __post_init__(self):
        self.hu = -self.side * (self.w / 2 - self.hw / 2 - 1.2)
        self.du = self.side * (self.w / 2 - 1.9)

    @property
    def back(self):
        """Where the garden behind the terrace begins."""
        return self.front + self.hd + self.terrace + 0.5


def plot(town, f, w, deep):
    """A plot of chance; f stands in the middle of the street front."""
    r = town.rng
    hw, hd = min(w - 4.8, r.uniform(8.5, 12.5)), r.uniform(8, 10)
    p = Plot(w, deep, hw, hd, r.uniform(3.6, 6), r.choice((-1, 1)))
    paint_plot(town, f, p)
    house(town.b, town.M, f.sub(p.hu, p.front + p.hd / 2), p.hw, p.hd, r)
    garage(town, f, p)
    borders(town, f, p)
    if p.deep - p.back > 4:
        garden(town, f, p)
        feature(town, f, p)
        if r.random() < 0.6:
            u = r.choice((-1, 1)) * (w / 2 - 2.2)
            shed(town.b, town.M, f.sub(u, deep - 2.2, r.choice((0, 1.571))), 2.8, 2.2, r)
        if r.random() < 0.7:
            table(town, f, p.hu + r.uniform(-2, 2), p.front + p.hd + p.terrace * 0.55)


def paint_plot(town, f, p):
    """Lawn, drive, path, the ground round the house and the terrace."""
    r, g = town.rng, town.g
    half, hu, hw, du = p.w / 2, p.hu, p.hw, p.du
    lawn = np.array((0.062, 0.105, 0.024)) * r.uniform(0.75, 1.3)
    lawn = lawn + np.array((0.045, 0.02, 0.01)) * r.random() ** 2
    g.rect(f, -half, half, 0, p.deep, lawn, **LAWN)
    if r.random() < 0.45:
        q, v0 = r.uniform(0.5, 0.9), p.front + p.hd + 3

        def mown(u, v):
            return 0.55 * (np.mod(u / q, 2) < 1)

        g.rect(f, 1 - half, half - 1, v0, p.deep - 1, lawn * 1.22, pattern=mown, **LAWN)
    drive = DRIVES[r.integers(4)]
    paved = slabs(0.4, 0.4) if r.random() < 0.6 else None
    g.rect(f, du - 1.5, du + 1.5, -0.3, p.front + p.hd * 0.6, drive, pattern=paved)
    g.rect(f, hu - 0.6, hu + 0.6, 0, p.front, drive, pattern=slabs(0.6, 0.6))
    u0, u1, v1 = hu - hw / 2, hu + hw / 2, p.front + p.hd
    skirt = (0.2, 0.18, 0.155)
    g.rect(f, u0 - 0.5, u1 + 0.5, p.front - 0.5, v1 + 0.5, skirt, grain=(0.3, 0.1, 0.1))
    p.terrace = r.uniform(2.5, 4.2)
    u1 -= r.uniform(0, 3)
    stone = (0.3, 0.27, 0.23) if r.random() < 0.6 else (0.2, 0.13, 0.085)
    paved = slabs(0.5, 0.5) if r.random() < 0.7 else slabs(0.15, 4.0)
    g.rect(f, u0, u1, v1, v1 + p.terrace, stone, pattern=paved)


def garage(town, f, p):
    """Perhaps a garage at the end of the drive, perhaps a car before it."""
    r, b, M = town.rng, town.b, town.M
    if r.random() < 0.75:
        e = f.sub(p.du, p.front + p.hd * 0.6 + 3)
        b.box(e, -1.5, 1.5, -3, 3, 0, 2.6, M["wall"], WALLS[r.integers(len(WALLS))])
        roof = np.array((0.2, 0.2, 0.19)) * r.uniform(0.5, 1.3)
        flat_roof(b, M, e, 3.2, 6.2, 2.6, r, roof, (0.3, 0.29, 0.28), clutter=False)
        b.box(e, -1.2, 1.2, -3.06, -2.98, 0, 2.15, M["tint"], (0.55, 0.55, 0.53))
    if r.random() < 0.6:
        turn = r.choice((-1, 1)) * math.pi / 2
        town.car(f, p.du, min(3.0, p.front * 0.5 + 1), turn)


def borders(town, f, p):
    """Hedges, fences and walls around the plot, shrubs before the house."""
    r, half, deep, hu, du = town.rng, p.w / 2, p.deep, p.hu, p.du
    for u in (-half, half):
        if r.random() < 0.5:
            town.hedge(f, u, p.front + 3, u, deep - 0.5, r.uniform(0.9, 1.3))
        else:
            town.fence(f, u, p.front + 3, u, deep - 0.5)
    if r.random() < 0.6:
        town.hedge(f, 0.4 - half, deep - 0.5, half - 0.4, deep - 0.5, r.uniform(1.0, 1.6))
    else:
        town.fence(f, -half, deep - 0.4, half, deep - 0.4)
    if r.random() < 0.65:
        lo, hi = (-half, du - 2.0) if p.side > 0 else (du + 2.0, half)
        for u0, u1 in ((lo, hu - 0.8), (hu + 0.8, hi)):
            if u1 - u0 <= 1:
                continue
            if r.random() < 0.6:
                town.hedge(f, u0, 0.35, u1, 0.35, 0.6)
            else:
                town.b.box(f, u0, u1, 0.2, 0.45, 0, 0.8, town.M["wall"], (0.4, 0.36, 0.3))
    town.shrubs(f, hu - p.hw / 2, hu + p.hw / 2, 0.9, p.front - 0.8, r.integers(3, 9))


def garden(town, f, p):
    """Trees, and flower beds along both sides."""
    r, half, v0 = town.rng, p.w / 2, p.back
    for _ in range(r.integers(2, 6)):
        place = f.to(r.uniform(1.5 - half, half - 1.5), r.uniform(v0 + 2, p.deep - 1))
        town.tree(*place, "broad" if r.random() < 0.83 else "fir", 0.5, 0.95)
    for q in (-1, 1):
        u0, u1 = sorted((q * (half - 0.3), q * (half - 1.2)))
        soil = (0.085, 0.06, 0.04)
        town.g.rect(f, u0, u1, v0, p.deep - 1, soil, grain=(0.35, 0.2, 0.2))
        u0, u1 = sorted((q * (half - 0.5), q * (half - 1.1)))
        town.shrubs(f, u0, u1, v0, p.deep - 1.2, r.integers(3, 9))


def feature(town, f, p):
    """Trampoline, pond, pool, vegetable beds, glasshouse, or none of them."""
    r, g, b, M = town.rng, town.g, town.b, town.M
    u = r.uniform(3 - p.w / 2, p.w / 2 - 3)
    v, k = r.uniform(p.back + 1.5, p.deep - 2.5), r.random()
    if k < 0.14:
        b.disc(f, u, v, 0.75, 1.9, M["gloss"], (0.05, 0.16, 0.4), 20, 0.5)
        b.disc(f, u, v, 0.77, 1.55, M["tint"], (0.015, 0.015, 0.017), 20)
    elif k < 0.26:
        stone = (0.36, 0.34, 0.3)
        g.rect(f, u - 2.8, u + 2.8, v - 1.8, v + 1.8, stone, pattern=slabs(0.5, 0.5))
        b.box(f, u - 2, u + 2, v - 1.1, v + 1.1, 0, 0.05, M["gloss"], (0.04, 0.3, 0.42))
    elif k < 0.34:
        b.disc(f, u, v, 0.95, 2.0, M["gloss"], (0.1, 0.25, 0.45), 22, 0)
        b.disc(f, u, v, 0.96, 1.85, M["gloss"], (0.05, 0.36, 0.5), 22)
    elif k < 0.55:
        for i in range(3):
            v0, soil = v + i * 1.2 - 1.8, (0.06, 0.042, 0.028)
            g.rect(f, u - 1.6, u + 1.6, v0, v0 + 0.8, soil, grain=(0.4, 0.2, 0.2))
            for j in np.arange(-1.4, 1.5, 0.35):
                town.tree(*f.to(u + j, v0 + 0.4), "shrub", 0.16, 0.3)
    elif k < 0.62:
        b.box(f, u - 1.4, u + 1.4, v - 1.0, v + 1.0, 0, 2.0, M["glass"], (1, 1, 1))
        for j in np.arange(-1.4, 1.41, 0.7):
            bar = (u + j - 0.04, u + j + 0.04, v - 1.02, v + 1.02)
            b.box(f, *bar, 0, 2.04, M["metal"], (0.6, 0.6, 0.6))


def table(town, f, u, v):
    """A table with four chairs, perhaps under a parasol."""
    r, b, M = town.rng, town.b, town.M
    b.disc(f, u, v, 0.72, 0.6, M["wood"], (0.3, 0.2, 0.12), 14)
    for t in np.arange(4) * 1.571 + 0.4:
        chair = f.sub(u + math.cos(t), v + math.sin(t), t)
        b.box(chair, -0.22, 0.22, -0.22, 0.22, 0.35, 0.45, M["wood"], (0.5, 0.5, 0.48))
    if r.random() >= 0.5:
        return
    colour, wide = np.array(PARASOLS[r.integers(4)]), 1.45
    edge = [(u + wide * math.cos(t), v + wide * math.sin(t)) for t in np.arange(9) * math.pi / 4]
    for i in range(8):
        cloth = [f.p(u, v, 2.5), f.p(*edge[i], 2.1), f.p(*edge[i + 1], 2.1)]
        b.face(cloth, M["tint"], colour * (1 if i % 2 else 0.85))


def row(town, st, side, lo, hi, deep):
    """Plots along one side of a street, each as deep as the ground allows."""
    q = lo
    while q < hi:
        w = town.rng.uniform(14, 17.5)
        f = st.at(q + w / 2, side * (st.half + 2.6))
        f = Frame(f.x, f.y, f.a + (0 if side > 0 else math.pi))
        for d in (deep, deep - 3, deep - 5, deep - 7):
            if town.g.free(f, -w / 2, w / 2, 0.3, d):
                town.g.take(f, -w / 2, w / 2, 0, d)
                plot(town, f, w, d)
                q += w - 0.5
                break
        q += 0.5
