"""Truth of the road: cracks, potholes and what stands beside them."""

import numpy as np

from ..blender import truth
from .asphalt import crack_field
from .holes import ROAD, STONE, hole_shape
from .terrain import bend

SHIFT = 8000  # places are rendered as positive numbers only


def paint(g, index):
    """Channels of the truth pass: object index (+ 0.25 on open cracks), x + SHIFT, y."""
    crack = crack_field(g, g.attr("roadpos", "Vector"))
    on_road = g.math("COMPARE", index, float(ROAD), 0.5)
    intact = g.math("MULTIPLY", on_road, g.math("SUBTRACT", 1.0, g.attr("hole")))
    open_crack = g.math("GREATER_THAN", g.math("MULTIPLY", crack, intact), 0.5)
    code = g.math("ADD", index, g.math("MULTIPLY", open_crack, 0.25))
    place = g.node("SeparateXYZ", {0: g.node("NewGeometry", out="Position")}).node
    return code, g.math("ADD", place.outputs[0], float(SHIFT)), place.outputs[1]


def company(flags, r):
    """How many flags stand in the square of 2r+1 around each pixel."""
    t = np.pad(flags.astype(np.int32), ((r + 1, r), (r + 1, r))).cumsum(0).cumsum(1)
    k = 2 * r + 1
    return t[k:, k:] - t[:-k, k:] - t[k:, :-k] + t[:-k, :-k]


def judge(numbers, holes):
    """Objects that are seen, and the mask of the road's damage: 1 crack, 2 pothole.

    Hair cracks far off leave single specks that nobody can see: a crack pixel needs company.
    """
    index = truth.index_of(numbers)
    x, y = numbers[..., 1] - SHIFT, numbers[..., 2]
    mask, objects = np.zeros(index.shape, np.uint8), []

    def put(facts, where, least):
        if where.sum() >= least:
            objects.append({**facts, "box": truth.box_of(where)})

    crack = (index == ROAD) & (numbers[..., 0] - index > 0.1)
    mask[crack & (company(crack, 4) >= 10)] = 1
    floor = (index == ROAD) | (index == STONE)
    u = x - bend(y)
    for hole in holes:
        hu, hy, r, _, stretch, _ = hole
        near = np.nonzero(floor & (np.abs(u - hu) < 2 * r) & (np.abs(y - hy) < 2 * r * stretch))
        inside = hole_shape(hole, u[near], y[near]) < 1
        here = np.zeros(index.shape, bool)
        here[near[0][inside], near[1][inside]] = True
        mask[here] = 2
        put({"label": "pothole"}, here, 12)
    for n, facts in truth.KNOWN.items():
        put(facts, index == n, 6)
    return objects, mask
