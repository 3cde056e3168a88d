"""Meshes from arrays and from faces: far faster than Blender's operators."""

import math

import bpy
import numpy as np

from .truth import number


def link(name, data, index=0):
    """Put data into the scene as an object; index is its number in the truth pass."""
    o = bpy.data.objects.new(name, data)
    o.pass_index = index
    bpy.context.scene.collection.objects.link(o)
    return o


def put(mesh, loc, rot=(0, 0, 0), scale=1.0, color=(1, 1, 1)):
    """Put a mesh into the scene; copies share the mesh and differ in place and colour."""
    o = link(mesh.name, mesh)
    o.location, o.rotation_euler = loc, rot
    o.scale = (scale,) * 3 if np.isscalar(scale) else scale
    o.color = (*color[:3], 1)
    return o


def array_mesh(name, co, quads, materials, slots=None, shade=True, **attributes):
    """Object from vertices and quads; attributes are floats or vectors a vertex."""
    me = bpy.data.meshes.new(name)
    me.vertices.add(len(co))
    me.vertices.foreach_set("co", np.ascontiguousarray(co, np.float32).ravel())
    me.loops.add(quads.size)
    me.loops.foreach_set("vertex_index", quads.astype(np.int32).ravel())
    me.polygons.add(len(quads))
    me.polygons.foreach_set("loop_start", np.arange(0, quads.size, 4, dtype=np.int32))
    me.polygons.foreach_set("use_smooth", np.full(len(quads), shade))
    if slots is not None:
        me.polygons.foreach_set("material_index", slots.astype(np.int32))
    for key, values in attributes.items():
        kind, field = ("FLOAT_VECTOR", "vector") if np.ndim(values) == 2 else ("FLOAT", "value")
        flat = np.ascontiguousarray(values, np.float32).ravel()
        me.attributes.new(key, kind, "POINT").data.foreach_set(field, flat)
    for m in materials:
        me.materials.append(m)
    me.update()
    me.validate()
    return link(name, me)


def grid_mesh(name, co, rows, cols, material, keep=None, **attributes):
    """Object from a rows x cols lattice of points; keep drops quads."""
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(cols - 1), indexing="ij")
    a = (r * cols + c).ravel()
    quads = np.stack([a, a + 1, a + cols + 1, a + cols], 1)
    quads = quads if keep is None else quads[keep.ravel()]
    return array_mesh(name, co, quads, [material], **attributes)


class Faces:
    """Collects faces of many materials in one mesh: one object instead of thousands.

    Each face has a material, a tint and texture coordinates (metres along the face when none are
    given, so that textures keep their scale).
    """

    def __init__(self):
        self.v, self.f, self.m, self.tint, self.uv, self.smooth = [], [], [], [], [], []
        self.mats = []

    def _note(self, mat, tint, uv, smooth):
        if mat not in self.mats:
            self.mats.append(mat)
        self.m.append(self.mats.index(mat))
        self.tint.append((*tint[:3], 1.0))
        self.uv += uv
        self.smooth.append(smooth)

    def face(self, pts, mat, tint=(1, 1, 1), uv=None, smooth=False):
        """One flat face."""
        pts = [np.asarray(p, float) for p in pts]
        if uv is None:
            u = pts[1] - pts[0]
            u = u / (np.linalg.norm(u) + 1e-9)
            n = np.cross(pts[1] - pts[0], pts[2] - pts[0])
            v = np.cross(n / (np.linalg.norm(n) + 1e-9), u)
            uv = [((p - pts[0]) @ u, (p - pts[0]) @ v) for p in pts]
        k = len(self.v)
        self.v += [tuple(p) for p in pts]
        self.f.append(tuple(range(k, k + len(pts))))
        self._note(mat, tint, list(uv), smooth)

    def grid(self, fn, nu, nv, mat, tint=(1, 1, 1), uvfn=None):
        """fn(u, v) -> point for u, v in 0..1; vertices are shared, so it shades smooth."""
        k = len(self.v)
        uv = [(i / nu, j / nv) for j in range(nv + 1) for i in range(nu + 1)]
        self.v += [tuple(fn(*q)) for q in uv]
        for j in range(nv):
            for i in range(nu):
                a = j * (nu + 1) + i
                q = (a, a + 1, a + nu + 2, a + nu + 1)
                self.f.append(tuple(k + c for c in q))
                self._note(mat, tint, [uvfn(*uv[c]) if uvfn else uv[c] for c in q], True)

    def lathe(self, prof, mat, tint=(1, 1, 1), n=32, at=(0, 0, 0), axis="z"):
        """Turn (radius, height) points round an axis; a repeated point makes a sharp edge."""
        # the profile is cut there: faces without area would spoil the normals
        sharp = [i + 1 for i in range(len(prof) - 1) if prof[i] == prof[i + 1]]
        cuts = [0, *sharp, len(prof)]
        for a, b in zip(cuts, cuts[1:], strict=False):
            part = prof[a:b]

            def fn(u, j, part=part):
                r, h = part[int(round(j * (len(part) - 1)))]
                c, q = r * math.cos(u * math.tau), r * math.sin(u * math.tau)
                p = (c, q, h) if axis == "z" else (h, c, q)
                return p[0] + at[0], p[1] + at[1], p[2] + at[2]

            if len(part) > 1:
                self.grid(fn, n, len(part) - 1, mat, tint)

    def tube(self, path, r, mat, tint=(1, 1, 1), n=8, closed=False, flat=1.0):
        """A wire along a path."""
        p = np.asarray(path, float)
        t = np.roll(p, -1, 0) - np.roll(p, 1, 0)
        if not closed:
            t[0], t[-1] = p[1] - p[0], p[-1] - p[-2]
        t /= np.linalg.norm(t, axis=1)[:, None] + 1e-9
        a = np.cross(t, (0, 0, 1.0))
        a /= np.linalg.norm(a, axis=1)[:, None] + 1e-9
        b = np.cross(a, t)
        m = len(p) if closed else len(p) - 1

        def fn(u, v):
            i = int(round(v * m)) % len(p)
            w = -u * math.tau
            return p[i] + r * (math.cos(w) * a[i] + flat * math.sin(w) * b[i])

        self.grid(fn, n, m, mat, tint)

    def extrude(self, outline, z0, z1, mat, tint=(1, 1, 1)):
        """An outline with walls and a top."""
        for i, p in enumerate(outline):
            q = outline[(i + 1) % len(outline)]
            self.face(((*p, z0), (*q, z0), (*q, z1), (*p, z1)), mat, tint)
        self.face([(*p, z1) for p in outline], mat, tint)

    def mesh(self, name):
        """The collected faces as a mesh that many objects may share."""
        me = bpy.data.meshes.new(name)
        me.from_pydata(self.v, [], self.f)
        for m in self.mats:
            me.materials.append(m)
        me.polygons.foreach_set("material_index", np.array(self.m, np.int32))
        me.polygons.foreach_set("use_smooth", np.array(self.smooth))
        tint = me.attributes.new("tint", "FLOAT_COLOR", "FACE")
        tint.data.foreach_set("color", np.array(self.tint, np.float32).ravel())
        uv = me.uv_layers.new(name="UVMap")
        uv.data.foreach_set("uv", np.array(self.uv, np.float32).ravel())
        me.update()
        return me


class Parts:
    """Collects small solids (boxes, tubes, balls, digits) into one object."""

    def __init__(self):
        self.co, self.faces, self.slots, self.mats, self.n = [], [], [], [], 0

    def add(self, co, faces, mat):
        """Vertices and faces of one solid."""
        if mat not in self.mats:
            self.mats.append(mat)
        self.co.extend(tuple(map(float, c)) for c in co)
        self.faces.extend(tuple(self.n + i for i in f) for f in faces)
        self.slots.extend([self.mats.index(mat)] * len(faces))
        self.n += len(co)

    def box(self, c, s, mat):
        """A box by centre and size."""
        ends = [(i, j, k) for i in (-0.5, 0.5) for j in (-0.5, 0.5) for k in (-0.5, 0.5)]
        co = [tuple(c[axis] + e[axis] * s[axis] for axis in range(3)) for e in ends]
        sides = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
        self.add(co, sides, mat)

    def tube(self, p0, p1, r0, r1, mat, n=10):
        """A straight tube that may taper."""
        p0, p1 = np.asarray(p0, float), np.asarray(p1, float)
        d = (p1 - p0) / (np.linalg.norm(p1 - p0) + 1e-9)
        s = np.cross(d, (0, 0, 1) if abs(d[2]) < 0.9 else (1, 0, 0))
        s /= np.linalg.norm(s)
        t = np.cross(d, s)
        angles = [math.tau * i / n for i in range(n)]
        ring = [math.cos(a) * s + math.sin(a) * t for a in angles]
        sides = [(i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n)]
        ends = [tuple(range(n))[::-1], tuple(range(n, 2 * n))]
        self.add([p0 + r0 * v for v in ring] + [p1 + r1 * v for v in ring], sides + ends, mat)

    def ball(self, c, r, mat, n=10, power=1.0):
        """Ellipsoid; power below 1 squares it off into a rounded box."""

        def bent(v):
            return math.copysign(abs(v) ** power, v)

        co, m = [], 2 * n
        for p in np.linspace(-0.5, 0.5, n + 1) * math.pi:
            flat, up = bent(math.cos(p)), c[2] + r[2] * bent(math.sin(p))
            for q in np.arange(m) * math.pi / n:
                across = c[0] + r[0] * flat * bent(math.cos(q))
                co.append((across, c[1] + r[1] * flat * bent(math.sin(q)), up))
        rows = ((j * m, i, (i + 1) % m) for j in range(n) for i in range(m))
        self.add(co, [(a + i, a + k, a + m + k, a + m + i) for a, i, k in rows], mat)

    def ring(self, c, radius, thick, mat, n=24):
        """Bicycle wheel in the y-z plane."""
        turn = np.linspace(0, math.tau, n + 1)
        pts = [(c[0], c[1] + radius * math.cos(a), c[2] + radius * math.sin(a)) for a in turn]
        for p, q in zip(pts, pts[1:], strict=False):
            self.tube(p, q, thick, thick, mat, 5)

    def text(self, body, c, size, mat, squeeze=0.9):
        """Digits facing -y, from the built-in font."""
        cu = bpy.data.curves.new("text", "FONT")
        cu.body, cu.size, cu.offset = body, size, size * 0.018
        cu.align_x = cu.align_y = "CENTER"
        me = bpy.data.meshes.new_from_object(bpy.data.objects.new("text", cu))
        co = [(c[0] + v.co.x * squeeze, c[1], c[2] + v.co.y) for v in me.vertices]
        self.add(co, [tuple(p.vertices) for p in me.polygons], mat)

    def build(self, name, at=(0, 0, 0), turn=0.0, label=None, index=0, linked=True, shade=True):
        """The collected solids as an object; a label gives it a number in the truth."""
        me = bpy.data.meshes.new(name)
        me.from_pydata(self.co, [], self.faces)
        for m in self.mats:
            me.materials.append(m)
        me.polygons.foreach_set("material_index", np.array(self.slots, np.int32))
        if shade:
            me.polygons.foreach_set("use_smooth", np.array([len(f) == 4 for f in self.faces]))
            me.set_sharp_from_angle(angle=math.radians(40))
        o = bpy.data.objects.new(name, me)
        o.location, o.rotation_euler = at, (0, 0, turn)
        o.pass_index = index or (number(label) if label else 0)
        if linked:
            bpy.context.scene.collection.objects.link(o)
        return o
