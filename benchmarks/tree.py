"""Edges, quadtree and tokens at 4096 x 4096, against Canny alone and plain ways to cut."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks.pictures import sample
from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.ops.edges import canny, luma, smooth
from patchdrive.ops.quadtree import by_budget, by_threshold, count_edges, morton
from patchdrive.ops.tokens import pyramid, tokens
from patchdrive.types import Byte, Int, Tokens

SIDE, BUDGET, TOKEN = 4096, 16384, 16
QUICK, FEW = 512, 400
SMALLEST, LARGEST = 16, 256
THRESHOLDS = (100, 60, 140, 80, 120)


def picture(side: int) -> Byte:
    """The shipped town, mirrored at its borders to a square: real textures, no seams."""
    town = sample("town").image.pixels
    tall, wide = (max(0, side - n) for n in town.shape[:2])
    mirrored = cv2.copyMakeBorder(town, 0, tall, 0, wide, cv2.BORDER_REFLECT)
    return np.ascontiguousarray(mirrored[:side, :side])


def edges_of(pixels: Byte) -> Byte:
    """Luma, blur, Canny: what every method of this family has to pay."""
    return canny(smooth(luma(pixels)))


def cold(pixels: Byte, budget: int) -> Tokens:
    """Everything from pixels to tokens."""
    counts = count_edges(edges_of(pixels), SMALLEST, LARGEST)
    tree = by_budget(counts, budget)
    return tokens(pyramid(pixels, counts.root, TOKEN), tree, TOKEN)


def cold_by_threshold(pixels: Byte, most: int) -> Tokens:
    """The same, cut by a threshold."""
    counts = count_edges(edges_of(pixels), SMALLEST, LARGEST)
    return tokens(pyramid(pixels, counts.root, TOKEN), by_threshold(counts, most), TOKEN)


def list_and_max(edges: Byte, smallest: int, largest: int, budget: int) -> Int:
    """Cut the first of the leaves with most edge pixels, by `max()` over the list of leaves.

    A node's pixels are counted once, when it is made. Two lists in step instead of one of pairs:
    `max` and `index` then compare plain integers, which is the quickest that they can do. What
    must not be cut (the smallest, the empty) counts as -1.

    returns  boxes (N, 4) of the leaves in their order in the list, which is Morton order
    """
    height, width = edges.shape

    def count(y: int, x: int, side: int) -> int:
        if side <= smallest:
            return -1
        return int(np.count_nonzero(edges[y : y + side, x : x + side])) or -1

    ys, xs = (np.arange(-(-n // largest)) for n in edges.shape)
    order = np.argsort(morton(np.repeat(ys, len(xs)), np.tile(xs, len(ys))))
    corners = [(y, x) for y in range(0, height, largest) for x in range(0, width, largest)]
    nodes = [(*corners[n], largest) for n in order.tolist()]
    values = [count(*node) for node in nodes]
    while (best := max(values)) > 0:
        at = values.index(best)
        y, x, side = nodes[at]
        half = side // 2
        children = [
            (a, b, half) for a in (y, y + half) for b in (x, x + half) if a < height and b < width
        ]
        if len(nodes) + len(children) - 1 > budget:
            break
        nodes[at : at + 1] = children
        values[at : at + 1] = [count(*child) for child in children]
    found = np.array(nodes, np.int64)
    corner, far = found[:, :2], found[:, :2] + found[:, 2:]
    return np.concatenate([corner, np.minimum(far, edges.shape)], axis=1)


def heap(edges: Byte, smallest: int, largest: int, budget: int) -> Int:
    """The same cuts with a heap in place of `max()`: the best plain way that we know.

    Among equals the first in the list comes first, which is the first in Morton order.
    """
    height, width = edges.shape
    rows, columns = (np.arange(-(-n // smallest)) for n in edges.shape)
    codes = morton(np.repeat(rows, len(columns)), np.tile(columns, len(rows)))
    order = codes.reshape(len(rows), len(columns)).tolist()

    def node(y: int, x: int, side: int) -> tuple[int, int, int, int, int]:
        count = int(np.count_nonzero(edges[y : y + side, x : x + side])) if side > smallest else 0
        return (-count, order[y // smallest][x // smallest], y, x, side)

    roots = [(y, x) for y in range(0, height, largest) for x in range(0, width, largest)]
    waiting = [node(y, x, largest) for y, x in roots]
    heapq.heapify(waiting)
    while waiting[0][0] < 0:
        _, _, y, x, side = waiting[0]
        half = side // 2
        corners = [(a, b) for a in (y, y + half) for b in (x, x + half) if a < height and b < width]
        if len(waiting) + len(corners) - 1 > budget:
            break
        heapq.heapreplace(waiting, node(*corners[0], half))
        for corner in corners[1:]:
            heapq.heappush(waiting, node(*corner, half))
    waiting.sort(key=lambda one: one[1])
    found = np.array([one[2:] for one in waiting], np.int64)
    corner, far = found[:, :2], found[:, :2] + found[:, 2:]
    return np.concatenate([corner, np.minimum(far, edges.shape)], axis=1)


def rows(quick: bool) -> Iterator[Row]:
    """From cold, the tree alone, and a turned threshold."""
    side, budget = (QUICK, FEW) if quick else (SIDE, BUDGET)
    pixels = picture(side)
    edges = edges_of(pixels)
    ours, other = interleaved(
        (lambda: cold(pixels, budget), lambda: edges_of(pixels)), 1 if quick else 15
    )
    made = int(cold(pixels, budget).valid.sum())
    yield Row(
        f"{side}x{side} pixels to {budget} tokens, all stages from cold",
        ours, "its own luma, blur and Canny alone", other, "cost", 1.6,
        note="" if made > budget - 3 else f"only {made} leaves",
    )  # fmt: skip
    yield from _budget(edges, budget, quick)
    yield _warm(pixels, edges, quick)


def _budget(edges: Byte, budget: int, quick: bool) -> Iterator[Row]:
    def ours() -> Int:
        return by_budget(count_edges(edges, SMALLEST, LARGEST), budget).boxes

    def with_list() -> Int:
        return list_and_max(edges, SMALLEST, LARGEST, budget)

    def with_heap() -> Int:
        return heap(edges, SMALLEST, LARGEST, budget)

    boxes = ours()
    what = f"quadtree of up to {budget} leaves from edges, counting included"
    times, best, usual = interleaved((ours, with_heap, with_list), 1 if quick else (15, 5, 2), 0)
    equal = np.array_equal(boxes, with_heap())
    note = f"{len(boxes)} leaves"
    yield Row(what, times, "heap, counting with NumPy", best, target=8, equal=equal, note=note)
    equal = np.array_equal(boxes, with_list())
    yield Row(f"{what}: as published", times, "list and max()", usual, target=25, equal=equal)


def _warm(pixels: Byte, edges: Byte, quick: bool) -> Row:
    levels, counts = pyramid(pixels, LARGEST, TOKEN), count_edges(edges, SMALLEST, LARGEST)
    turns = (1, 1) if quick else (30, 5)
    first, again = (itertools.cycle(THRESHOLDS) for _ in turns)

    def warm(most: int) -> Tokens:
        return tokens(levels, by_threshold(counts, most), TOKEN)

    ours, other = interleaved(
        (lambda: warm(next(first)), lambda: cold_by_threshold(pixels, next(again))), turns
    )
    one, two = warm(THRESHOLDS[0]), cold_by_threshold(pixels, THRESHOLDS[0])
    equal = np.array_equal(one.pixels, two.pixels) and np.array_equal(one.boxes, two.boxes)
    note = f"{len(one.boxes)} leaves at {THRESHOLDS[0]}"
    what = "a turned threshold when warm: tree and tokens"
    return Row(what, ours, "all stages from cold", other, target=8, equal=equal, note=note)
