"""Rotated plans, and faces placed in them."""

import math

import numpy as np

from ..blender import mesh

f32 = np.float32


class Frame:
    """A rotated, shifted plan: u along, v across."""

    def __init__(self, x, y, a=0.0):
        self.x, self.y, self.a, self.c, self.s = x, y, a, math.cos(a), math.sin(a)

    def to(self, u, v):
        """Plan to town."""
        return self.x + u * self.c - v * self.s, self.y + u * self.s + v * self.c

    def back(self, x, y):
        """Town to plan."""
        x, y = x - self.x, y - self.y
        return x * self.c + y * self.s, y * self.c - x * self.s

    def sub(self, u, v, a=0.0):
        """A plan within the plan."""
        return Frame(*self.to(u, v), self.a + a)

    def p(self, u, v, z):
        """A point of the plan in space."""
        return np.array((*self.to(u, v), z))


class Builder(mesh.Faces):
    """Faces placed by plans."""

    def box(self, f, u0, u1, v0, v1, z0, z1, mat, tint=(1, 1, 1), top=None, toptint=None):
        """Walls and a top."""
        plan = ((u0, v0), (u1, v0), (u1, v1), (u0, v1))
        a, b = [f.p(u, v, z0) for u, v in plan], [f.p(u, v, z1) for u, v in plan]
        for i in range(4):
            self.face((a[i], a[(i + 1) % 4], b[(i + 1) % 4], b[i]), mat, tint)
        self.face(b, top or mat, tint if toptint is None else toptint)

    def disc(self, f, u, v, z, r, mat, tint=(1, 1, 1), n=16, z0=None):
        """A round plate; a drum when z0 is its foot."""
        turn = np.arange(n) * math.tau / n
        ring = [(u + r * math.cos(t), v + r * math.sin(t)) for t in turn]
        self.face([f.p(*q, z) for q in ring], mat, tint)
        for i in range(n if z0 is not None else 0):
            q, w = ring[i], ring[(i + 1) % n]
            self.face((f.p(*q, z0), f.p(*w, z0), f.p(*w, z), f.p(*q, z)), mat, tint)


def put(me, x=0, y=0, z=0, rot=0.0, scale=1.0, color=(1, 1, 1)):
    """Stand a mesh on the ground of the town, turned by rot."""
    return mesh.put(me, (x, y, z), (0, 0, rot), scale, color)
