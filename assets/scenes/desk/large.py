"""Larger things that break up the clutter."""

import math

import numpy as np

from ..blender.mesh import put
from .ink import Ink
from .materials import mat_paper
from .metal import arc
from .shapes import TAU, Builder
from .sheets import print_on

DISH = (23, -3)  # where the dish stands that gathers nuts and screws


def rounded(w, h, r, n=8):
    """Outline of a rectangle with round corners."""
    x, y = w / 2 - r, h / 2 - r
    corners = ((x, -y, -90), (x, y, 0), (-x, y, 90), (-x, -y, 180))
    return [p for cx, cy, a in corners for p in arc(cx, cy, r, a, a + 90, n)]


def cutting_mat(desk, x, y, a, w=40.0, h=27.0):
    """A green cutting mat with a grid of centimetres."""
    ink = Ink(w, h, 30)
    for i in np.arange(2, w - 1.9, 1.0):
        ink.line(
            i, 2, i, h - 2, 0.05 if (i - 2) % 5 == 0 else 0.03, 1.0 if (i - 2) % 5 == 0 else 0.5
        )
    for j in np.arange(2, h - 1.9, 1.0):
        ink.line(
            2, j, w - 2, j, 0.05 if (j - 2) % 5 == 0 else 0.03, 1.0 if (j - 2) % 5 == 0 else 0.5
        )
    for _ in range(70):  # cuts
        u, v = desk.rng.uniform(3, w - 3), desk.rng.uniform(3, h - 3)
        turn, far = desk.rng.normal(0, 0.5), desk.rng.uniform(1, 9)
        end = u + far * math.cos(turn), v + far * math.sin(turn)
        ink.line(u, v, *np.clip(end, 1, (w - 1, h - 1)), 0.02, 0.3)
    lines = np.clip(ink.a, 0, 1)[..., None]
    ink.rgb[:] = np.array((0.075, 0.21, 0.16)) * (1 - lines) + lines * np.array((0.6, 0.68, 0.45))
    mat = mat_paper("mat", ink.image("mat"))
    b = Builder()
    b.extrude(rounded(w, h, 1.0), 0, 0.24, desk.M["soft"], (0.03, 0.09, 0.065))
    top = rounded(w, h, 1.0)
    uv = [(p[0] / w + 0.5, p[1] / h + 0.5) for p in top]
    b.face([(*p, 0.25) for p in top], mat, uv=uv)
    desk.place(b.mesh("mat"), x, y, a, ("r", w, h), 0.25, force=True, color=(0.72, 0.72, 0.7))


def thick_book(desk, x, y, a):
    """A dark closed book for another one to lie on."""
    b, M = Builder(), desk.M
    b.box(-8.4, 8.4, -11.8, 11.8, 0, 0.25, M["soft"], (0.16, 0.035, 0.03))
    b.box(-8.2, 8.1, -11.5, 11.5, 0.25, 2.75, M["paper"], (0.62, 0.58, 0.48))
    b.box(-8.4, 8.4, -11.8, 11.8, 2.75, 3.0, M["soft"], (0.16, 0.035, 0.03))
    b.box(-8.45, -8.1, -11.8, 11.8, 0.0, 3.0, M["soft"], (0.14, 0.03, 0.027))
    desk.place(b.mesh("thick book"), x, y, a, ("r", 16.8, 23.6), 3.0, force=True)


def phone(desk, x, y, a):
    """A telephone with its screen off."""
    b, M = Builder(), desk.M
    b.extrude(rounded(7.2, 14.8, 1.0), 0, 0.72, M["dull"], (0.13, 0.13, 0.14))
    b.extrude(rounded(7.0, 14.6, 0.95), 0.72, 0.78, M["glaze"], (0.006, 0.006, 0.008))
    b.box(-0.55, 0.55, 6.7, 6.78, 0.78, 0.783, M["black"], (0.03, 0.03, 0.03))
    desk.place(b.mesh("phone"), x, y, a, ("r", 7.2, 14.8), 0.78, force=True, keep=True)


def tin(desk, x, y, a):
    """A flat tin of peppermints."""
    b, M = Builder(), desk.M
    b.extrude(rounded(9.4, 6.4, 1.1), 0, 1.1, M["lacquer"], (0.30, 0.03, 0.025))
    b.extrude(rounded(9.6, 6.6, 1.2), 1.1, 2.1, M["lacquer"], (0.33, 0.03, 0.025))
    b.extrude(rounded(8.4, 5.4, 0.9), 2.1, 2.18, M["lacquer"], (0.62, 0.57, 0.44))
    b.extrude(rounded(8.1, 5.1, 0.8), 2.18, 2.2, M["lacquer"], (0.33, 0.03, 0.025))
    o = desk.place(b.mesh("tin"), x, y, a, ("r", 9.6, 6.6), 2.2, force=True)
    for text, size, u, v in (("PEPPERMINT", 1.1, -3.5, 0.2), ("finest  50 g", 0.6, -1.9, -1.3)):
        flat = print_on(text, size, u, v, lambda p, q: 2.195 + 0 * p, M, (0.62, 0.57, 0.44))
        put(flat, o.location, o.rotation_euler)


def dish(desk, x, y, r=5.2):
    """A shallow dish of glazed clay; its floor is free for other things."""
    b, M = Builder(), desk.M
    profile = [(r - 1.3, 0), (r - 0.5, 0.25), (r, 1.5), (r - 0.08, 1.62), (r - 0.22, 1.5)]
    profile += [(r - 0.75, 0.5), (r - 1.5, 0.3), (0, 0.28)]
    b.lathe(profile, M["glaze"], (0.40, 0.36, 0.29), 72)
    desk.place(b.mesh("dish"), x, y, 0, ("d", r), 1.62, force=True)
    w, inside, _, _ = desk.cells(x, y, 0, ("d", r - 1.3))
    desk.h[w] = np.where(inside, desk.h[w] - 1.32, desk.h[w])
    w, rim, u, v = desk.cells(x, y, 0, ("d", r + 0.3))
    desk.keep[w] |= rim & (np.hypot(u, v) > r - 1.3)


def scissors(desk, x, y, a):
    """Scissors, a little open."""
    b, M = Builder(), desk.M
    t = np.arange(40) * TAU / 40
    for side in (1, -1):
        turn = side * 0.13
        c, s = math.cos(turn), math.sin(turn)
        z = 0.25 if side > 0 else 0.08
        blade = [(-1.2, -0.35), (0.5, -0.62), (9.2, -0.06), (9.3, 0.02), (0.6, 0.42), (-1.2, 0.3)]
        shank = [(-4.4, -0.75), (-1.1, -0.38), (-1.1, 0.32), (-4.4, -0.25)]
        for outline, mat in ((blade, "steel"), (shank, "dull")):
            pts = [(u * c - side * v * s, u * s + side * v * c) for u, v in outline]
            b.extrude(pts if side > 0 else pts[::-1], z, z + 0.17, M[mat], (0.66, 0.66, 0.67))
        u, v = -6.4 * c + side * 0.75 * s, -6.4 * s - side * 0.75 * c
        ring = np.stack([u + 2.35 * np.cos(t), v + 1.5 * np.sin(t), 0 * t + 0.42], 1)
        b.tube(ring, 0.42, M["plastic"], (0.02, 0.02, 0.022), 12, closed=True)
    b.lathe([(0.34, 0.4), (0.34, 0.5), (0.25, 0.56), (0, 0.57)], M["steel"], (0.5, 0.5, 0.5), 20)
    o = desk.place(b.mesh("scissors"), x, y, a, ("r", 18.0, 2.2), 0.5, tol=9, force=True)
    w, m, _, _ = desk.cells(x - 6.4 * math.cos(a), y - 6.4 * math.sin(a), a, ("r", 6.0, 6.4))
    desk.keep[w] |= m
    return o


def glasses(desk, x, y, a):
    """Spectacles lying on their folded temples."""
    b, M = Builder(), desk.M
    t = np.arange(64) * TAU / 64
    horn = (0.05, 0.022, 0.012)

    def rim(cx, k=1.0):
        c, s = np.cos(t), np.sin(t)
        u = cx + k * 2.55 * np.sign(c) * np.abs(c) ** 0.8
        v = k * 2.05 * np.sign(s) * np.abs(s) ** 0.85
        return np.stack([u, v, 1.1 + 0.12 * v], 1)

    for side in (1, -1):
        b.tube(rim(side * 3.4), 0.19, M["lacquer"], horn, 10, closed=True)
        b.face(rim(side * 3.4, 0.97)[:, :3], M["clear"])
        hinge = (side * 5.9, 0.9, 1.15)
        bow = [hinge, (side * 6.25, 0.6, 0.8), (side * 5.2, -0.1, 0.4 + 0.2 * (side > 0))]
        ends = (-side * 3.6, -0.7 - 0.3 * side, 0.35), (-side * 5.6, -1.6 - 0.3 * side, 0.25)
        b.tube([*bow, *ends], 0.17, M["lacquer"], horn, 8)
    b.tube([(-0.95, 0.7, 1.2), (0, 1.0, 1.3), (0.95, 0.7, 1.2)], 0.19, M["lacquer"], horn, 8)
    desk.place(b.mesh("glasses"), x, y, a, ("r", 12.6, 4.6), 1.2, tol=9, force=True, keep=True)


def under_all(desk):
    """What lies below papers and books."""
    cutting_mat(desk, 11, -9, -0.05)
    thick_book(desk, -12.5, 30.5, 0.2)


def on_top(desk):
    """What is put down after them."""
    phone(desk, -33, 25, 0.16)
    tin(desk, 46, -37, 0.22)
    dish(desk, *DISH)
    scissors(desk, -52, 6, 0.75)
    glasses(desk, 13, 29, -0.35)
