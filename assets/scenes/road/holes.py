"""Potholes: where they lie, their shape, the road around them and loose stones."""

import math

import bpy
import numpy as np

from ..blender.instances import scatter
from ..blender.mesh import Parts, grid_mesh, link
from .fields import noise2, pebbles, smooth
from .terrain import HALF, bend, ground, rise

ROAD, STONE = 200, 201  # object indices of the truth pass; labelled things count from 1


def patch_reach(hole):
    """Half the sides of the dense mesh around a hole."""
    m = hole[2] * 1.45 + 0.12
    return m, m * hole[4]


def lay_potholes(rng):
    """List of (u, y, radius, depth, stretch, seed); the second one holds water."""
    holes = [(1.2, 7.0, 0.42, 0.085, 1.35, 31), (-1.15, 9.8, 0.50, 0.08, 1.15, 32)]
    tracks = (0.95, 2.6, -0.9, -2.55, 3.3, -3.35, 0.4)
    for k, y in enumerate(np.geomspace(8.2, 150, 21)):
        u = tracks[k * 3 % 7] + rng.normal(0, 0.16)
        if all(abs(u - h[0]) + 0.4 * abs(y - h[1]) > 1.1 for h in holes):
            hole = (
                u,
                y + rng.uniform(-0.3, 0.3),
                rng.uniform(0.13, 0.34) * (1 + y / 260),
                rng.uniform(0.045, 0.085),
                rng.uniform(0.9, 1.6),
                40 + k,
            )
            # dense patches must not overlap: the flat rim of one would cover the pit of the other
            (a, b), near = patch_reach(hole), [(h, *patch_reach(h)) for h in holes]
            if all(
                abs(u - h[0]) > a + c + 0.09 or abs(hole[1] - h[1]) > b + d + 0.01 * y
                for h, c, d in near
            ):
                holes.append(hole)
    return holes


def hole_shape(hole, u, y):
    """q: below 1 inside the broken edge. The warp at three sizes makes the ragged outline."""
    hu, hy, r, _, stretch, seed = hole
    dx, dy = (u - hu) / r, (y - hy) / (r * stretch)
    q = np.sqrt(dx * dx + dy * dy)
    q = q + 0.30 * noise2(dx * 1.6, dy * 1.6, seed) + 0.14 * noise2(dx * 4, dy * 4, seed + 9, 2)
    # whole lumps break off: one step per cell of 5 cm, its corners blurred by a finer warp
    wx, wy = (
        0.012 * noise2(u * 40, y * 40, seed + 5, 2),
        0.012 * noise2(u * 40, y * 40, seed + 6, 2),
    )
    q = q + 0.20 * (pebbles((u + wx) * 19, (y + wy) * 19, seed + 7, True) - 0.5)
    # no lobe may leave the dense mesh, or truth and picture would differ
    a, b = patch_reach(hole)
    return np.where(
        (np.abs(u - hu) > a - 0.03) | (np.abs(y - hy) > b - 0.03), np.maximum(q, 1.15), q
    )


def hole_depth(hole, u, y):
    """Metres below the surface: a broken wall, a ledge of the lower layer, a stony floor."""
    q = hole_shape(hole, u, y)
    depth, seed = hole[3], hole[5]
    # the lower wall follows another outline than the upper one: a shared one would flute like clay
    lower = (
        q
        + 0.10 * noise2(u * 13, y * 13, seed + 3, 3)
        + 0.16 * (pebbles(u * 26, y * 26, seed + 8, True) - 0.5)
    )
    wall = smooth(1.0, 0.92, q) * 0.45 + smooth(0.97, 0.66, lower) * 0.55
    loose = np.maximum(0, pebbles(u * 17, y * 17, seed) - 0.45) * smooth(
        -0.3, 0.5, noise2(u * 5, y * 5, seed + 4)
    )
    floor = smooth(0.95, 0.8, q) * (
        0.020 * loose
        + 0.007 * pebbles(u * 60, y * 60, seed + 2)
        + 0.018 * noise2(u * 5, y * 5, seed, 5)
    )
    crumble = 0.006 * smooth(1.12, 1.0, q) * (1 + noise2(u * 60, y * 60, seed, 2))
    return np.maximum(0, depth * wall - floor * (wall > 0.2)) + crumble, q


def break_walls(u, y, d, pu, py, seed):
    """Sideways shifts that give steep walls stones of their own.

    Depth alone is a function of the plane, so its walls are fluted from top to bottom; stones that
    stick out differ with height too.
    """
    gy, gx = np.gradient(d, py, pu)
    slope = np.hypot(gx, gy) + 1e-9
    stone = pebbles(u * 42 + d * 75, y * 42 - d * 60, seed + 13) - 0.5
    lump = noise2(u * 30 - d * 70, y * 30 + d * 85, seed + 14, 3)
    out = smooth(0.35, 1.1, slope) * (0.020 * stone + 0.011 * lump)
    return out * gx / slope, out * gy / slope


def build_road(holes, asphalt, water):
    """The asphalt: a coarse sheet with a dense patch around each hole."""
    us = np.linspace(-HALF, HALF, 190)
    ys = np.geomspace(1.2, 760, 2200)
    keep = np.ones((len(ys) - 1, len(us) - 1), bool)

    def surface(U, Y):
        return rise(Y) - 0.02 * np.sqrt(U**2 + 0.2)

    for n, hole in enumerate(holes):
        hu, hy, r, _depth, stretch, seed = hole
        # the patch takes whole cells out of the coarse road, so both meshes share a border
        a, b = patch_reach(hole)
        i0, i1 = np.searchsorted(us, [hu - a, hu + a])
        j0, j1 = np.searchsorted(ys, [hy - b, hy + b])
        i0, i1, j0 = max(i0 - 1, 0), min(i1, len(us) - 1), j0 - 1
        keep[j0:j1, i0:i1] = False
        step = max(0.0028, 0.00042 * hy)
        pu = np.linspace(us[i0], us[i1], int((us[i1] - us[i0]) / step) + 2)
        py = np.linspace(ys[j0], ys[j1], int((ys[j1] - ys[j0]) / step / 1.4) + 2)
        U, Y = np.meshgrid(pu, py)
        d, q = hole_depth(hole, U, Y)
        border = np.minimum(np.minimum(U - pu[0], pu[-1] - U), np.minimum(Y - py[0], py[-1] - Y))
        d = d * smooth(0, 0.05, border)
        du, dy = break_walls(U, Y, d, pu, py, seed)
        co = np.stack([U + du + bend(Y), Y + dy, surface(U, Y) - d], -1).reshape(-1, 3)
        rp = np.stack([U, Y, U * 0], -1).reshape(-1, 3)
        fade = smooth(0, 0.1, border)
        inside = (smooth(1.02, 0.93, q) * fade).ravel()
        dust = (smooth(1.6, 0.95, q + 0.25 * noise2(U * 5, Y * 5, seed)) * fade).ravel()
        wet = (smooth(1.25, 1.05, q) * fade).ravel() if n == 1 else dust * 0
        o = grid_mesh(
            f"hole{n}", co, len(py), len(pu), asphalt, roadpos=rp, hole=inside, dust=dust, wet=wet
        )
        o.pass_index = ROAD
        if n == 1:
            lip = surface(np.array([hu - r, hu + r]), np.array([hy, hy])).min() - 0.014
            a = np.linspace(0, 2 * math.pi, 60, endpoint=False)
            w = bpy.data.meshes.new("water")
            w.from_pydata(
                [
                    (hu + 1.25 * r * math.cos(t), hy + 1.25 * r * stretch * math.sin(t), lip)
                    for t in a
                ],
                [],
                [tuple(range(60))],
            )
            w.materials.append(water)
            link("water", w, ROAD)
    U, Y = np.meshgrid(us, ys)
    co = np.stack([U + bend(Y), Y, surface(U, Y)], -1).reshape(-1, 3)
    rp = np.stack([U, Y, U * 0], -1).reshape(-1, 3)
    zero = np.zeros(len(co))
    grid_mesh(
        "road", co, len(ys), len(us), asphalt, keep, roadpos=rp, hole=zero, dust=zero, wet=zero
    ).pass_index = ROAD


def gravel(rng, holes, material):
    """Loose stones in and around the near holes and along the crumbling road edge."""
    lib = bpy.data.collections.new("stones")
    for k in range(6):
        p = Parts()
        p.ball((0, 0, 0), (1, rng.uniform(0.7, 0.95), rng.uniform(0.5, 0.8)), material, 6, 0.75)
        o = p.build(f"stone{k}", index=STONE, linked=False, shade=False)
        for v in o.data.vertices:
            v.co *= rng.uniform(0.8, 1.15)
        lib.objects.link(o)
    pts, size = [], []
    for hole in holes:
        hu, hy, r, _depth, stretch, _seed = hole
        n = int(420 * r / 0.3 * min(1, 14 / hy))
        # most lie inside, three in ten are flung out
        rad = np.sqrt(rng.random(n)) * 0.95 + np.where(
            rng.random(n) < 0.3, np.abs(rng.normal(0, 0.5, n)), 0
        )
        a = rng.uniform(0, 2 * math.pi, n)
        u, y = hu + r * rad * np.cos(a), hy + r * stretch * rad * np.sin(a)
        d, _q = hole_depth(hole, u, y)
        pts.append(np.stack([u + bend(y), y, rise(y) - 0.02 * np.sqrt(u * u + 0.2) - d + 0.002], 1))
        # at a low angle the pit is hidden: stones of full size would read as a heap
        size.append((rng.gamma(1.6, 0.0046, n) + 0.0022) * np.clip(13 / hy, 0.45, 1))
    n = 9000
    y = 2.5 + rng.random(n) ** 2 * 60
    s = rng.choice([-1, 1], n)
    u = s * (HALF + rng.normal(0.12, 0.16, n))
    pts.append(np.stack([u + bend(y), y, ground(u + bend(y), y) + 0.004], 1))
    size.append(rng.gamma(2.0, 0.003, n) + 0.003)
    pts, size = np.concatenate(pts), np.concatenate(size)
    scatter("gravel", lib, pts, size, rng, tilt=math.pi)
