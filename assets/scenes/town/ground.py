"""The painted map of the ground and what ground is taken."""

import bpy
import numpy as np

from ..blender.graph import Shader
from .frame import Builder, f32, put

CELL = 0.06  # metres per ground-map pixel, a little finer than the photo's


X0, X1, Y0, Y1 = -192.0, 192.0, -104.0, 130.0  # what the ground map covers


def cloth(rng, h, w, cell):
    """Smooth random field in -1..1 with bumps about `cell` pixels wide."""
    g = rng.uniform(-1, 1, (int(h / cell) + 3, int(w / cell) + 3)).astype(f32)

    def along(a, n):
        i = np.arange(n, dtype=f32) / cell
        k = i.astype(int)
        t = i - k
        t = (t * t * (3 - 2 * t)).astype(f32)[:, None]
        return a[k] * (1 - t) + a[k + 1] * t

    return along(along(g, h).T, w).T


class Ground:
    """Colours of the ground, how grassy it is, and which ground is taken."""

    def __init__(self, rng):
        self.W, self.H = int((X1 - X0) / CELL), int((Y1 - Y0) / CELL)
        self.fine, self.small, self.mid, self.big = (
            cloth(rng, self.H, self.W, c) for c in (2.1, 9, 60, 420)
        )
        t = np.clip(0.45 + 0.35 * self.big + 0.3 * self.mid + 0.15 * self.small, 0, 1)[..., None]
        self.rgb = (
            (1 - t) * np.array((0.052, 0.088, 0.02), f32) + t * np.array((0.135, 0.135, 0.05), f32)
        ) * (
            1
            + 0.3 * self.fine
            + 0.2 * self.small
            + 0.16 * np.roll(self.mid, 900, 1) * (self.big > -0.2)
        )[..., None]
        self.soft = np.ones((self.H, self.W), f32)  # 1 = grass: the shader gives it blades
        self.busy = np.zeros(
            (int(self.H * CELL * 2) + 2, int(self.W * CELL * 2) + 2), bool
        )  # taken ground, 0.5 m cells

    def window(self, x0, x1, y0, y1):
        """Slices of the map around a rectangle, and the places of their pixels."""
        a, b = max(0, int((x0 - X0) / CELL)), max(0, min(self.W, int((x1 - X0) / CELL) + 1))
        c, d = max(0, int((y0 - Y0) / CELL)), max(0, min(self.H, int((y1 - Y0) / CELL) + 1))
        X = (X0 + (np.arange(a, b) + 0.5) * CELL).astype(f32)[None]
        Y = (Y0 + (np.arange(c, d) + 0.5) * CELL).astype(f32)[:, None]
        return (slice(c, d), slice(a, b)), X, Y

    def lay(self, sl, mask, rgb, grain=(0.1, 0.06, 0.08), soft=0.0):
        """Paint through a mask, with grain."""
        tex = 1 + grain[0] * self.fine[sl] + grain[1] * self.small[sl] + grain[2] * self.mid[sl]
        m = np.clip(mask, 0, 1).astype(f32)
        self.rgb[sl] += m[..., None] * (np.asarray(rgb, f32) * tex[..., None] - self.rgb[sl])
        self.soft[sl] += m * (soft - self.soft[sl])

    def rect(self, f, u0, u1, v0, v1, rgb, pattern=None, edge=0.06, **k):
        """Paint a rectangle of a plan."""
        q = np.array([f.to(u, v) for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1))])
        sl, X, Y = self.window(
            q[:, 0].min() - 0.3, q[:, 0].max() + 0.3, q[:, 1].min() - 0.3, q[:, 1].max() + 0.3
        )
        if not self.rgb[sl].size:
            return
        u, v = f.back(X, Y)
        inside = np.minimum(np.minimum(u - u0, u1 - u), np.minimum(v - v0, v1 - v))
        m = np.clip(inside / edge + 0.5, 0, 1)
        if pattern is not None:
            m = m * pattern(u, v)
        self.lay(sl, m, rgb, **k)

    def disc(self, x, y, r, rgb, ring=0.0, alpha=1.0, rag=0.0, **k):
        """Paint a disc or a ring; rag tears its edge."""
        sl, X, Y = self.window(x - r * 1.5 - 1, x + r * 1.5 + 1, y - r * 1.5 - 1, y + r * 1.5 + 1)
        if not self.rgb[sl].size:
            return
        d = np.hypot(X - x, Y - y) + rag * r * (self.mid[sl] + 0.5 * self.small[sl])
        m = (
            np.clip((ring / 2 - np.abs(d - r)) / 0.06 + 0.5, 0, 1)
            if ring
            else np.clip((r - d) / (0.08 + rag * r * 0.3) + 0.5, 0, 1)
        )
        self.lay(sl, m * alpha, rgb, **k)

    def cells(self, f, u0, u1, v0, v1, step=0.45):
        """Cells of the coarse map under a rectangle of a plan."""
        u, v = np.meshgrid(np.arange(u0, u1 + 0.01, step), np.arange(v0, v1 + 0.01, step))
        x, y = f.to(u, v)
        return (
            np.clip((y - Y0) * 2, 0, self.busy.shape[0] - 1).astype(int),
            np.clip((x - X0) * 2, 0, self.busy.shape[1] - 1).astype(int),
        )

    def free(self, f, *r):
        """Whether no one has taken the ground."""
        return self.busy[self.cells(f, *r)].mean() < 0.004

    def take(self, f, *r):
        """Take the ground."""
        self.busy[self.cells(f, *r)] = True


def slabs(su, sv, gap=0.06):
    """Pattern of paving stones."""
    return lambda u, v: 1 - 0.35 * ((np.mod(u, su) < gap) | (np.mod(v + 99, sv) < gap))


def ground_object(town):
    """The painted map as one textured plane; grass gets blades in the bump, asphalt its grit."""
    g = town.g
    px = np.ones((g.H, g.W, 4), f32)
    lin = np.clip(g.rgb, 0, 1)
    px[..., :3] = np.where(
        lin < 0.0031308, lin * 12.92, 1.055 * np.maximum(lin, 1e-5) ** (1 / 2.4) - 0.055
    )
    px[..., 3] = 0.25 + 0.75 * np.clip(g.soft, 0, 1)
    im = bpy.data.images.new("ground", g.W, g.H, alpha=True)
    im.alpha_mode = "CHANNEL_PACKED"
    im.pixels.foreach_set(px.ravel())
    im.update()
    b = Builder()
    q = Shader("ground")
    tx = q.add("TexImage", image=im, interpolation="Linear", extension="EXTEND")
    uv = q.add("VectorMath", operation="MULTIPLY_ADD")
    q.wire(q.add("NewGeometry").outputs["Position"], uv.inputs[0])
    uv.inputs[1].default_value, uv.inputs[2].default_value = (
        (1 / (X1 - X0), 1 / (Y1 - Y0), 0),
        (-X0 / (X1 - X0), -Y0 / (Y1 - Y0), 0),
    )
    q.wire(uv.outputs[0], tx.inputs["Vector"])
    soft = q.math("MULTIPLY_ADD", tx.outputs["Alpha"], 1.333, -0.333, clamp=True)
    h = q.math(
        "ADD", q.math("MULTIPLY", q.grain(5.5, 5), soft), q.math("MULTIPLY", q.grain(16, 3), 0.12)
    )
    mat = q.done(tx.outputs["Color"], 0.9, bump=h, dist=0.22, spec=0.25)
    b.face(
        [(X0 * 3, Y0 * 3, 0), (X1 * 3, Y0 * 3, 0), (X1 * 3, Y1 * 3, 0), (X0 * 3, Y1 * 3, 0)], mat
    )
    put(b.mesh("ground"))
