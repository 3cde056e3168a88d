"""Cells as shapes: packing ellipses, painting nuclei with their chromatin."""

import math

import numpy as np
from numba import njit


@njit
def pack(busy, cand):
    """Accept ellipses that overlap what is there by at most their tolerance, and mark them busy.

    cand  (n, 7) float: y, x, a, b, angle, margin, tolerance
    """
    h, w = busy.shape
    ok = np.zeros(len(cand), np.bool_)
    for i in range(len(cand)):
        y, x, a, b, t, margin, tol = cand[i]
        a, b, c, s = a + margin, b + margin, math.cos(t), math.sin(t)
        r = int(a + 1)
        for mark in range(2):  # first count, then fill
            tot, hit = 0, 0
            for yy in range(max(int(y) - r, 0), min(int(y) + r + 1, h)):
                for xx in range(max(int(x) - r, 0), min(int(x) + r + 1, w)):
                    u, v = (xx - x) * c + (yy - y) * s, -(xx - x) * s + (yy - y) * c
                    if (u / a) ** 2 + (v / b) ** 2 < 1:
                        tot += 1
                        hit += busy[yy, xx]
                        if mark:
                            busy[yy, xx] = 1
            if tot == 0 or hit > tol * tot:
                break
            ok[i] = True
    return ok


@njit
def paint_nuclei(hem, cover, tab, wob, tex, spots):
    """Add each nucleus to the haematoxylin map.

    tab  (n, 12): y x a b angle density rim grain soft bend nucleoli texture
    """
    h, w = hem.shape
    m = tex.shape[1]
    for i in range(len(tab)):
        y, x, a, b, t, den, rim, grain, soft, bend, nsp, kind = tab[i]
        r, c, s = int(a * 1.5 + 4), math.cos(t), math.sin(t)
        oy, ox = int(spots[i, 8] * m), int(spots[i, 9] * m)
        wide = (2.2 + 1.8 * spots[i, 7]) * (3.0 if a > 19 else 1.0)
        for yy in range(max(int(y) - r, 0), min(int(y) + r + 1, h)):
            for xx in range(max(int(x) - r, 0), min(int(x) + r + 1, w)):
                u = ((xx - x) * c + (yy - y) * s) / a
                v = (-(xx - x) * s + (yy - y) * c) / b + bend * (u * u - 0.3)
                rho, ang, k = math.sqrt(u * u + v * v), math.atan2(v, u), 1.0
                if rho > 1.6:
                    continue
                for j in range(4):
                    k += wob[i, j] * math.cos((j + 2) * ang + wob[i, j + 4])
                rho /= k
                d = (1 - rho) * b  # px inside the membrane
                e = min(d / soft + 0.5, 1.0)
                if e <= 0:
                    continue
                e = e * e * (3 - 2 * e)
                f = 0.80 + 0.2 * math.sqrt(max(1 - rho * rho, 0))
                f += grain * tex[int(kind), (oy + yy) % m, (ox + xx) % m]
                f += rim * math.exp(-(d - 0.6) * (d - 0.6) / 2.2)
                for q in range(int(nsp)):
                    du, dv = (u - spots[i, 2 * q]) * a, (v - spots[i, 2 * q + 1]) * b
                    f += 0.75 * math.exp(-(du * du + dv * dv) / wide)
                hem[yy, xx] += den * max(f, 0.12) * e
                cover[yy, xx] = max(cover[yy, xx], e)


def draw_nuclei(rng, s, tab, ragged_by):
    """Paint a table of nuclei, each with an uneven outline and its own nucleoli."""
    n = len(tab)
    uneven = rng.normal(0, ragged_by, (n, 4)) / [1.2, 1.4, 2, 2.6]
    wob = np.concatenate([uneven, rng.uniform(0, 6.28, (n, 4))], 1)
    spots = np.concatenate([rng.uniform(-0.5, 0.5, (n, 6)), rng.random((n, 4))], 1)
    paint_nuclei(s.hem, s.cover, np.ascontiguousarray(tab, dtype=np.float64), wob, s.tex, spots)
