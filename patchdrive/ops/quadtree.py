"""Quadtree on edge density: a forest of roots, cut by a threshold or by a budget.

Edge counts never grow from a node to its child. So the nodes that a best-first search cuts are the
first in the order (count descending, Morton preorder), and a budget is a threshold read off a
histogram, plus a few ties. Both modes walk only the frontier of a pyramid of counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patchdrive.types import Byte, Int, Quadtree, Size


@dataclass(frozen=True, eq=False)
class Counts:
    """Edge pixels of every square of every level.

    levels  arrays (rows, columns) of unsigned counts, roots first, smallest squares last; each
            has twice the rows and columns of the one before and reaches past the picture
    size    (H, W) of the picture
    root    side of the largest squares in pixels
    """

    levels: tuple[np.ndarray, ...]
    size: Size
    root: int

    def side(self, depth: int) -> int:
        """Side in pixels of the squares of a level."""
        return self.root >> depth

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(level.nbytes for level in self.levels)


def count_edges(edges: Byte, smallest: int, largest: int) -> Counts:
    """Count the edge pixels of all squares from the smallest to the largest side.

    edges     (H, W) uint8, 0 or 255
    smallest  side of the smallest square; the others double it
    largest   no square is larger
    """
    if not 1 <= smallest <= min(largest, 255):
        raise ValueError(f"the smallest square must be 1 to {min(largest, 255)} px, not {smallest}")
    depth = (largest // smallest).bit_length() - 1
    level = _count_cells(edges, smallest)
    rows, columns = (-(-n >> depth) << depth for n in level.shape)
    level = np.pad(level, ((0, rows - level.shape[0]), (0, columns - level.shape[1])))
    levels = [level]
    for up in range(1, depth + 1):
        # The sum of two neighbours of a level may not fit the level's own type.
        kind = _unsigned((smallest << up) ** 2)
        wide = level[0::2].astype(kind) + level[1::2]
        level = wide[:, 0::2] + wide[:, 1::2]
        levels.append(level)
    for one in levels:
        one.flags.writeable = False
    return Counts(tuple(levels[::-1]), edges.shape, smallest << depth)


def _unsigned(most: int) -> type[np.unsignedinteger]:
    return np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.uint32


def _count_cells(edges: Byte, side: int) -> np.ndarray:
    """Edge pixels of each cell; an edge is 255, which is -1 in eight bits."""
    height, width = edges.shape
    tall, wide = -height % side, -width % side
    if tall or wide:
        edges = np.pad(edges, ((0, tall), (0, wide)))
    rows = edges[0::side].copy()
    for i in range(1, side):
        rows += edges[i::side]
    np.negative(rows, out=rows)
    cells = rows[:, 0::side].astype(_unsigned(side * side))
    for i in range(1, side):
        cells += rows[:, i::side]
    return cells


def by_threshold(counts: Counts, most: int) -> Quadtree:
    """Cut every square that holds more than `most` edge pixels, down to the smallest."""
    return _grow(counts, most, {}, None)


def by_budget(counts: Counts, leaves: int) -> Quadtree:
    """Cut the square with most edge pixels, first in Morton order among equals, while leaves allow.

    Squares at the smallest side are passed over, squares without an edge are never cut, and cutting
    stops at the first square whose children would exceed the budget: so up to 2 leaves may be left
    over, or more where the picture has no more edges. Never fewer leaves than roots.
    """
    if leaves < 1:
        raise ValueError(f"a budget is at least 1 leaf, not {leaves}")
    spare = leaves - len(_cells_inside(counts, 0))
    if spare < 0:
        return _grow(counts, np.iinfo(np.int64).max, {}, leaves)
    gain = _gain_by_count(counts)
    above = np.cumsum(gain[::-1])[::-1]  # leaves gained by cutting all squares with >= c edges
    above = np.append(above, 0)
    most = max(0, int(np.flatnonzero(above[1:] <= spare)[0]))
    extra = {} if most == 0 else _ties(counts, most, spare - int(above[most + 1]))
    return _grow(counts, most, extra, leaves)


def leaves_by_threshold(counts: Counts) -> Int:
    """How many leaves `by_threshold(counts, v)` gives, for each v = 0, 1, ..."""
    gain = _gain_by_count(counts)
    total = np.append(np.cumsum(gain[::-1])[::-1], 0)
    return len(_cells_inside(counts, 0)) + total[1:]


def place_of_cut(counts: Counts, depth: int, y: int, x: int) -> int:
    """The place, from 1, at which a best-first search cuts the square (y, x) of a level.

    Squares with most edge pixels come first, and of equals the first in Morton order.
    """
    deepest, count = len(counts.levels) - 1, counts.levels[depth][y, x]
    own, before = morton(*(np.array([n << deepest - depth]) for n in (y, x)))[0], 0
    for d, level in enumerate(counts.levels[:-1]):
        rows, columns = _inside(counts, d)
        seen = level[:rows, :columns]
        equal = np.argwhere(seen == count) << deepest - d
        keys = morton(equal[:, 0], equal[:, 1])
        before += int(
            (seen > count).sum() + (keys < own).sum() + ((keys == own) & (d < depth)).sum()
        )
    return before + 1


def _inside(counts: Counts, depth: int) -> Size:
    """Rows and columns of a level that touch the picture."""
    side = counts.side(depth)
    return -(-counts.size[0] // side), -(-counts.size[1] // side)


def _cells_inside(counts: Counts, depth: int) -> Int:
    rows, columns = _inside(counts, depth)
    return np.argwhere(np.ones((rows, columns), bool)).astype(np.int64)


def _gains(counts: Counts, depth: int) -> tuple[Int, Int]:
    """How many children, 1 or 2, the rows and the columns of a level have in the picture."""
    rows, columns = _inside(counts, depth)
    below = _inside(counts, depth + 1)
    return (
        np.minimum(2, below[0] - 2 * np.arange(rows)),
        np.minimum(2, below[1] - 2 * np.arange(columns)),
    )


def _gain_by_count(counts: Counts) -> Int:
    """Entry c: leaves gained by cutting all squares with exactly c edge pixels."""
    total = np.zeros(1, np.int64)
    for depth, level in enumerate(counts.levels[:-1]):
        down, across = _gains(counts, depth)
        seen = level[: len(down), : len(across)]
        here = 3 * np.bincount(seen.ravel())
        # All but the last row and column gain three.
        for edge, gain in (
            (seen[-1], down[-1] * across - 1),
            (seen[:-1, -1], (down * across[-1] - 1)[:-1]),
        ):
            np.add.at(here, edge, gain - 3)
        if len(here) > len(total):
            here[: len(total)] += total
            total = here
        else:
            total[: len(here)] += here
    return total


def _ties(counts: Counts, count: int, spare: int) -> dict[int, Int]:
    """Flat indices, by depth, of the squares with exactly that count that the budget still cuts."""
    found: list[Int] = []  # depth, row, column, gain
    for depth, level in enumerate(counts.levels[:-1]):
        down, across = _gains(counts, depth)
        y, x = np.nonzero(level[: len(down), : len(across)] == count)
        gain = down[y] * across[x] - 1
        found.append(np.stack([np.full(len(y), depth), y, x, gain], -1))
    nodes = np.concatenate(found) if found else np.empty((0, 4), np.int64)
    finest = len(counts.levels) - 1 - nodes[:, 0]
    order = np.lexsort((nodes[:, 0], morton(nodes[:, 1] << finest, nodes[:, 2] << finest)))
    nodes = nodes[order]
    nodes = nodes[: np.searchsorted(np.cumsum(nodes[:, 3]), spare, "right")]
    flat = {}
    for depth in np.unique(nodes[:, 0]).tolist():
        mine = nodes[nodes[:, 0] == depth]
        flat[depth] = mine[:, 1] * counts.levels[depth].shape[1] + mine[:, 2]
    return flat


def _grow(counts: Counts, most: int, extra: dict[int, Int], asked: int | None) -> Quadtree:
    """Walk down from the roots, cutting squares with more than `most` edges and the extra ones."""
    cells, deepest = _cells_inside(counts, 0), len(counts.levels) - 1
    boxes, depths, details, keys = [], [], [], []
    for depth, level in enumerate(counts.levels):
        count = level[cells[:, 0], cells[:, 1]].astype(np.int64)
        cut = count > most if depth < deepest else np.zeros(len(cells), bool)
        if depth in extra:
            cut |= np.isin(cells[:, 0] * level.shape[1] + cells[:, 1], extra[depth])
        leaves, side = cells[~cut], counts.side(depth)
        corner = leaves * side
        boxes.append(np.concatenate([corner, np.minimum(corner + side, counts.size)], axis=1))
        depths.append(np.full(len(leaves), depth, np.int64))
        details.append(count[~cut])
        up = deepest - depth
        keys.append(morton(leaves[:, 0] << up, leaves[:, 1] << up))
        cells = (2 * cells[cut][:, None] + _QUARTERS).reshape(-1, 2)
        cells = cells[(cells * (side // 2) < counts.size).all(axis=1)]
    order = np.argsort(np.concatenate(keys), kind="stable")
    return Quadtree(
        np.concatenate(boxes)[order],
        np.concatenate(depths)[order],
        np.concatenate(details)[order],
        counts.size,
        counts.root,
        asked,
    )


_QUARTERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.int64)


def morton(y: Int, x: Int) -> Int:
    """Z-order keys int64: the bits of y and x interleaved, y above x; both below 2^31."""
    return (_spread(y) << 1) | _spread(x)


def _spread(n: Int) -> Int:
    n = n.astype(np.int64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        n = (n | (n << shift)) & mask
    return n
