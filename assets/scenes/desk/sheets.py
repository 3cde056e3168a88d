"""Paper that lies about: sheets, notes, the notebook and the scraps with signs."""

import math

import bpy
import numpy as np

from ..blender.mesh import put
from ..blender.truth import mark
from .ink import INKS, PEN, SIGNS, Ink, words
from .materials import mat_paper
from .pages import page_chart, page_written
from .shapes import TAU, Builder, f32


def sheet_mesh(w, h, mat, rng, lift=0.5, uv=(0, 0, 1, 1), n=24, rag=0.0):
    """Paper with lazy waves, lifted corners and perhaps torn edges; also its height function."""
    ph, cl = (
        rng.uniform(0, 6, 4),
        [rng.random() * lift if rng.random() < 0.6 else 0 for _ in range(4)],
    )
    tear = [
        np.cumsum(rng.normal(0, rag, n + 1)) * 0.4 + rng.normal(0, rag * 0.7, n + 1)
        for _ in range(4)
    ]

    def z(x, y):
        k = 0.012 * lift * (np.sin(x * 0.35 + ph[0]) + np.sin(y * 0.4 + ph[1]) + 2)
        for c, (a, e) in zip(cl, ((-1, -1), (1, -1), (1, 1), (-1, 1)), strict=False):
            d = np.maximum(
                0, (x * a / w + y * e / h) * 2 - 0.98 if w > 4 else (x * a / w + y * e / h) - 0.15
            )
            k = k + c * d**2 * (4 if w > 4 else 1.6)
        return k + 0.015

    def fn(u, v):
        x, y = (u - 0.5) * w, (v - 0.5) * h
        i, j = int(round(u * n)), int(round(v * n))
        if rag:
            x += tear[0][j] * max(0, 1 - u * n / 2) + tear[1][j] * max(0, 1 - (1 - u) * n / 2)
            y += tear[2][i] * max(0, 1 - v * n / 2) + tear[3][i] * max(0, 1 - (1 - v) * n / 2)
        return x, y, float(z(x, y))

    b = Builder()
    b.grid(
        fn, n, n, mat, uvfn=lambda u, v: (uv[0] + u * (uv[2] - uv[0]), uv[1] + v * (uv[3] - uv[1]))
    )
    return b.mesh("sheet"), z


def print_on(text, size, x, y, zf, M, color=(0.03, 0.03, 0.035), spacing=1.0):
    """Printed words as a mesh that follows the sheet."""
    cu = bpy.data.curves.new("text", "FONT")
    cu.body, cu.size, cu.space_line, cu.resolution_u = text, size, spacing, 2
    o = bpy.data.objects.new("text", cu)
    bpy.context.scene.collection.objects.link(o)
    bpy.context.view_layer.update()
    me = bpy.data.meshes.new_from_object(o.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    bpy.data.objects.remove(o)
    co = np.empty(len(me.vertices) * 3, f32)
    me.vertices.foreach_get("co", co)
    co = co.reshape(-1, 3)
    co[:, 0] += x
    co[:, 1] += y
    co[:, 2] = zf(co[:, 0], co[:, 1]) + 0.014
    me.vertices.foreach_set("co", co.ravel())
    me.attributes.new("tint", "FLOAT_COLOR", "FACE").data.foreach_set(
        "color", np.tile(np.array((*color, 1), f32), len(me.polygons))
    )
    me.materials.clear()
    me.materials.append(M["ink"])
    me.update()
    return me


def papers(desk):
    """Chart, letter, prints and notes."""
    r, M = desk.rng, desk.M
    white = [(0.78, 0.77, 0.74), (0.8, 0.79, 0.77), (0.76, 0.73, 0.66), (0.74, 0.76, 0.78)]

    def lay(ink, name, w, h, x, y, a, color, lift=0.3):
        me, z = sheet_mesh(w, h, mat_paper(name, ink.image(name)) if ink else M["paper"], r, lift)
        o = desk.place(me, x, y, a, ("r", w, h), 0, color=color, force=True, zf=z)
        return o, z

    lay(page_chart(r, 21, 29.7), "chart", 21, 29.7, -52, 33, 0.22, white[2])
    lay(page_written(r, 21, 29.7, 26), "letter", 21, 29.7, 12, 36, -0.17, white[1])
    for x, y, a, c in ((42, -8, 0.12, white[0]), (50, 1, -0.26, white[3])):
        o, z = lay(None, "print", 21, 29.7, x, y, a, c, 0.08)
        title = print_on(words(r, 24).capitalize(), 0.75, -8.6, 11.9, z, M)
        put(title, o.location, o.rotation_euler)
        body = "\n".join(words(r, 64) if i % 9 != 8 else "" for i in range(42))
        put(print_on(body, 0.4, -8.6, 10.4, z, M, spacing=1.25), o.location, o.rotation_euler)
    lay(
        page_written(r, 10, 15, 12, True, False),
        "card",
        10,
        15,
        -8,
        -28,
        1.25,
        (0.72, 0.7, 0.6),
        0.3,
    )
    for x, y, a, c in (
        (-34, 43, -0.1, (0.85, 0.72, 0.2)),
        (27, 17, 0.3, (0.85, 0.45, 0.5)),
        (61, -27, -0.15, (0.35, 0.62, 0.72)),
        (-66, 8, 0.5, (0.6, 0.78, 0.3)),
        (3, -8, -0.35, (0.85, 0.74, 0.22)),
        (-38, -30, 0.18, (0.85, 0.5, 0.2)),
    ):
        ink = Ink(7.6, 7.6, 34)
        for i in range(r.integers(2, 5)):
            ink.write(r, words(r, r.integers(6, 15)), 0.6, 5.9 - i * 1.35, 0.85, 0.06)
        ink.flush(INKS[r.integers(3)])
        lay(ink, "note", 7.6, 7.6, x, y, a, c, 0.9)


def notebook(desk, x, y, a):
    """An open notebook."""
    r, M = desk.rng, desk.M
    W, H = 14.8, 21.0

    def rise(u):
        return 0.85 * (1 - np.exp(-np.abs(u) * 1.5)) * (1 - 0.2 * (np.abs(u) / W) ** 2) + 0.12

    b = Builder()
    b.box(-W - 0.35, W + 0.35, -H / 2 - 0.3, H / 2 + 0.3, 0, 0.12, M["soft"], (0.12, 0.02, 0.025))
    for sg, name in ((-1, "left"), (1, "right")):
        ink = page_written(r, W, H, 24, fill=0.95 if sg < 0 else 0.6)
        m = mat_paper(name, ink.image(name))
        b.grid(
            lambda u, v, sg=sg: (
                (u if sg > 0 else u - 1) * W,
                (v - 0.5) * H,
                float(rise((u if sg > 0 else 1 - u) * W)) + 0.01 * math.sin(v * 9),
            ),
            40,
            6,
            m,
            (0.79, 0.77, 0.71),
        )
        for k in range(9):  # the edges of the leaves
            t = (0.62, 0.6, 0.55) if k % 2 else (0.38, 0.36, 0.32)
            z0, z1 = 0.12 + (rise(W) - 0.12) * k / 9, 0.12 + (rise(W) - 0.12) * (k + 1) / 9
            e = sg * (W - 0.02 + 0.03 * r.random())
            b.face(
                [(e, -H / 2, z0), (e, H / 2, z0), (e, H / 2, z1), (e, -H / 2, z1)], M["paper"], t
            )
            for i in range(24):
                u0, u1 = sg * W * i / 24, sg * W * (i + 1) / 24

                def f(u, q):
                    return 0.12 + (float(rise(u)) - 0.12) * q / 9

                b.face(
                    [
                        (u0, -H / 2, f(u0, k)),
                        (u1, -H / 2, f(u1, k)),
                        (u1, -H / 2, f(u1, k + 1)),
                        (u0, -H / 2, f(u0, k + 1)),
                    ],
                    M["paper"],
                    t,
                )
    desk.place(
        b.mesh("notebook"),
        x,
        y,
        a,
        ("r", 2 * W + 0.6, H + 0.6),
        0,
        force=True,
        zf=lambda u, v: rise(u),
    )


def scraps(desk):
    """Five scraps bear digits, four dozen others look the same and bear other signs."""
    r = desk.rng
    digits, n = r.permutation(10)[:5], 50
    zones = [(-56, -27), (-30, 24), (4, -22), (26, 40), (56, 12)]
    signs = list(SIGNS)
    cols, rows, K = 8, 7, 132
    atlas = np.ones((rows * K, cols * K, 3), f32)
    todo = []
    for i in range(n):
        ink = Ink(2, 2, 64)
        if r.random() < 0.3:
            for q in np.arange(0.2, 2, 0.42):
                ink.line(0, q, 2, q, 0.02, 0.8)
            ink.flush((0.6, 0.7, 0.85))
        val = str(digits[i]) if i < 5 else signs[r.integers(len(signs))]
        size = r.uniform(0.95, 1.15)
        ink.sign(
            r,
            PEN[val] if i < 5 else SIGNS[val],
            1 - size * 0.5,
            1 - size * 0.5,
            size,
            r.uniform(0.07, 0.1),
            r.uniform(-0.05, 0.15),
            0.17,
        )
        ink.flush(INKS[r.integers(4)])
        y, x = i // cols * K, i % cols * K
        atlas[y : y + K, x : x + K] = ink.rgb[:K, :K]
        todo.append(
            (val, (x / (cols * K), y / (rows * K), (x + K) / (cols * K), (y + K) / (rows * K)))
        )
    sheet = Ink(1, 1, 4)
    sheet.rgb, sheet.a = atlas, atlas[..., 0]
    mat = mat_paper("scrap", sheet.image("scraps"))
    papers_ = [
        (0.8, 0.79, 0.76),
        (0.76, 0.72, 0.62),
        (0.8, 0.76, 0.55),
        (0.72, 0.74, 0.76),
        (0.62, 0.48, 0.32),
        (0.8, 0.68, 0.66),
    ]
    for i, (val, uv) in enumerate(todo):
        me, _ = sheet_mesh(
            r.uniform(1.75, 2.1),
            r.uniform(1.75, 2.1),
            mat,
            r,
            0.55,
            uv,
            12,
            r.choice([0.0, 0.012, 0.03]),
        )
        c = papers_[r.integers(6)]
        for k in range(400):
            if i < 5:
                y = np.clip(zones[i][1] + r.normal(0, 6), -33, 46)
                x = np.clip(
                    zones[i][0] + r.normal(0, 7), -58 - 0.15 * y, 58 + 0.15 * y
                )  # well inside the picture
                a = r.uniform(-0.5, 0.5)
            else:
                (x, y), a = (
                    desk.spot(),
                    r.uniform(0, TAU) if r.random() < 0.5 else r.uniform(-0.6, 0.6),
                )
            o = desk.place(
                me,
                x,
                y,
                a,
                ("r", 2.05, 2.05),
                0.05,
                0.01,
                0.2 if k < 300 else 0.6,
                color=c,
                keep=True,
            )
            if o:
                break
        if i < 5 and o:
            mark(o, "digit", value=val)
