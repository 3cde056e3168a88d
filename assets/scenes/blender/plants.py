"""Trees, bushes, grass and corn as meshes to be instanced."""

import math

import bpy
import numpy as np

from .graph import new_material
from .mesh import array_mesh


def grained(name, dark, light, scale, stretch=(1, 1, 0.18)):
    """Bark and wood: noise stretched along the grain."""
    m, g, b = new_material(name, rough=0.9)
    p = g.vector("MULTIPLY", g.node("TexCoord", out="Object"), stretch)
    n = g.noise(p, scale, 7.0, 0.7)
    g.set(b.inputs["Base Color"], g.ramp(n, (0.36, dark), (0.62, light)))
    g.set(b.inputs["Normal"], g.node("Bump", {"Strength": 0.8, "Distance": 0.04, "Height": n}))
    return m


def foliage(name, dark, light, glow=0.35):
    """Leaf material: tint by leaf and by plant, light shining through."""
    m, g, b = new_material(name, rough=0.55)
    leaf = g.node("NewGeometry", out="Random Per Island")
    plant = g.node("ObjectInfo", out="Random")
    tone = g.math("ADD", g.math("MULTIPLY", leaf, 0.5), g.math("MULTIPLY", plant, 0.5))
    col = g.ramp(tone, (0.1, dark), (0.9, light))
    g.set(b.inputs["Base Color"], col)
    b.inputs["Specular IOR Level"].default_value = 0.25
    through = g.node("BsdfTranslucent", {"Color": g.mix(1.0, col, (1.25, 1.3, 0.55), "MULTIPLY")})
    out = next(n for n in m.node_tree.nodes if n.type == "OUTPUT_MATERIAL")
    g.set(out.inputs["Surface"], g.node("MixShader", {0: glow, 1: b.outputs[0], 2: through}))
    return m


def unit(v):
    """Vectors of length one."""
    return v / (np.linalg.norm(v, axis=-1, keepdims=True) + 1e-9)


def grow(rng, start, way, length, lift, wander):
    """Polylines of 5 points for many branches at once; each wanders, and lifts or droops."""
    pts, p, d = [start], start, unit(way)
    for _ in range(4):
        d = unit(d + rng.normal(0, wander, d.shape) + np.array([0, 0, lift]))
        p = p + d * length[:, None] / 4
        pts.append(p)
    return np.stack(pts, 1)


def sprout(rng, lines, length, radius, count, angle, ratio, t0, profile=None):
    """Children of every polyline: start, direction, length and radius arrays."""
    n = len(lines)
    t = np.sort(rng.uniform(t0, 1, (n, count)), 1)
    i = np.minimum((t * 4).astype(int), 3)
    f = (t * 4 - i)[..., None]
    a, b = (
        np.take_along_axis(lines, i[..., None], 1),
        np.take_along_axis(lines, i[..., None] + 1, 1),
    )
    side = unit(np.cross(unit(b - a), rng.normal(size=(n, count, 3))))
    tilt = rng.normal(angle, 0.16, (n, count, 1))
    way = unit(b - a) * np.cos(tilt) + side * np.sin(tilt)
    shape = 1 - 0.45 * t if profile is None else profile(t)
    ln = (length[:, None] * ratio * shape * rng.uniform(0.75, 1.2, t.shape)).ravel()
    rad = (radius[:, None] * 0.42 * (1 - 0.6 * t)).ravel()
    return (a + (b - a) * f).reshape(-1, 3), way.reshape(-1, 3), ln, rad


def tubes(lines, radius, sides):
    """Vertices and quads of tapered tubes around polylines."""
    n, k = lines.shape[:2]
    d = unit(np.gradient(lines, axis=1))
    s = unit(np.cross(d, np.array([0.31, 0.77, 0.55])))
    t = np.cross(d, s)
    a = np.linspace(0, 2 * math.pi, sides, endpoint=False)
    r = radius[:, None] * np.linspace(1, 0.35, k)
    co = lines[:, :, None] + r[..., None, None] * (
        np.cos(a)[:, None] * s[:, :, None] + np.sin(a)[:, None] * t[:, :, None]
    )
    b, j, i = np.meshgrid(np.arange(n), np.arange(k - 1), np.arange(sides), indexing="ij")

    def at(j, i):
        return (b * k + j) * sides + i % sides

    return co.reshape(-1, 3), np.stack(
        [at(j, i), at(j, i + 1), at(j + 1, i + 1), at(j + 1, i)], -1
    ).reshape(-1, 4)


def leaves(rng, lines, per, size, narrow, hang):
    """Kite-shaped leaves along twigs, so that none hangs in the air."""
    n = len(lines)
    t = rng.uniform(0.1, 1, (n, per))
    i = np.minimum((t * 4).astype(int), 3)
    a, b = (
        np.take_along_axis(lines, i[..., None], 1),
        np.take_along_axis(lines, i[..., None] + 1, 1),
    )
    p = (a + (b - a) * (t * 4 - i)[..., None]).reshape(-1, 3)
    d = unit(
        unit((b - a).reshape(-1, 3)) * 0.5 + rng.normal(0, 0.8, p.shape) + np.array([0, 0, hang])
    )
    w = unit(np.cross(d, rng.normal(0, 0.6, p.shape) + np.array([0, 0, 1.0])))
    s = size * rng.uniform(0.6, 1.25, (len(p), 1))
    co = np.stack(
        [p, p + d * s * 0.45 + w * s * narrow, p + d * s, p + d * s * 0.5 - w * s * narrow], 1
    )
    return co.reshape(-1, 3), np.arange(4 * len(p)).reshape(-1, 4)


def plant(
    rng,
    name,
    bark,
    leaf,
    height,
    crown,
    profile,
    counts,
    angles,
    per,
    size,
    narrow=0.32,
    lift=0.10,
    hang=-0.1,
    stems=1,
    fork=0.9,
    twig=None,
):
    """Trunk, three orders of branches and leaves as one mesh to be instanced."""
    start = np.concatenate(
        [rng.normal(0, 0.18 * (stems > 1), (stems, 2)), np.full((stems, 1), -0.1)], 1
    )
    way = np.concatenate(
        [rng.normal(0, 0.05 + 0.45 * (stems > 1), (stems, 2)), np.ones((stems, 1))], 1
    )
    length, radius = (
        np.full(stems, height) * rng.uniform(0.85, 1, stems),
        np.full(stems, height * 0.0145 / stems**0.5),
    )
    lines = grow(rng, start, way, length, 0.12, 0.05)
    wood = [tubes(lines, radius, 8)]
    green = []
    for order, (count, angle) in enumerate(zip(counts, angles, strict=False)):
        ratio, t0 = (crown, 0.2 if stems == 1 else 0.05) if order == 0 else (0.62, 0.10)
        s, w, length, radius = sprout(
            rng, lines, length, radius, count, angle, ratio, t0, profile if order == 0 else None
        )
        radius = np.maximum(radius, 0.004)
        lines = grow(rng, s, w, length, lift if order == 0 else lift * fork, 0.12 + 0.05 * order)
        wood.append(tubes(lines, radius, (6, 4, 3)[order]))
        if order:
            green.append(leaves(rng, lines, per if order == 2 else per // 2, size, narrow, hang))
    co, quads, slots, base = [], [], [], 0
    for k, group in enumerate((wood, green)):
        for order, (c, q) in enumerate(group):
            slot = 2 if k == 0 and order > 0 else k
            co.append(c)
            quads.append(q + base)
            slots.append(np.full(len(q), slot))
            base += len(c)
    o = array_mesh(
        name,
        np.concatenate(co),
        np.concatenate(quads),
        [bark, leaf, twig or bark],
        np.concatenate(slots),
    )
    bpy.context.scene.collection.objects.unlink(o)
    return o


def blades(rng, name, material, count, spread, height, width, lean, heads=None):
    """A tuft of grass or corn; heads (material, length, width) puts an ear or flower on stems."""
    a, r = rng.uniform(0, 6.283, count), np.abs(rng.normal(0, spread, count))
    root = np.stack([r * np.cos(a), r * np.sin(a), np.full(count, -0.03)], 1)
    d = rng.uniform(0, 6.283, count)
    h = height * rng.uniform(0.55, 1.1, count)
    way = np.stack([np.cos(d), np.sin(d), 0 * d], 1)
    side = np.stack([-np.sin(d), np.cos(d), 0 * d], 1) * width
    bow = (lean * h * rng.uniform(0.2, 1, count))[:, None]
    up = np.array([0, 0, 1.0]) * h[:, None]
    mid, tip = root + way * bow * 0.35 + up * 0.6, root + way * bow + up

    def quad(*c):
        return np.stack(c, 1).reshape(-1, 3)

    co = [
        quad(root - side, root + side, mid + side * 0.8, mid - side * 0.8),
        quad(mid - side * 0.8, mid + side * 0.8, tip + side * 0.1, tip - side * 0.1),
    ]
    slots = [np.zeros(2 * count, int)]
    if heads:
        k, wd = heads[1], side / width * heads[2]
        go = unit(tip - mid) * k
        co.append(quad(tip, tip + go * 0.4 + wd, tip + go, tip + go * 0.4 - wd))
        slots.append(np.ones(count, int))
    co = np.concatenate(co)
    o = array_mesh(
        name,
        co,
        np.arange(len(co)).reshape(-1, 4),
        [material] + ([heads[0]] if heads else []),
        np.concatenate(slots),
    )
    bpy.context.scene.collection.objects.unlink(o)
    return o
