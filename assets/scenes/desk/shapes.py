"""Faces for small things; one unit is a centimetre."""

import math

import numpy as np

from ..blender import mesh

f32 = np.float32
TAU = math.tau


class Builder(mesh.Faces):
    """Faces with boxes along the axes."""

    def box(self, x0, x1, y0, y1, z0, z1, mat, tint=(1, 1, 1)):
        """Walls and a top."""
        self.extrude([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], z0, z1, mat, tint)
