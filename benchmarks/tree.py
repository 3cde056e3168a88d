"""Edges, quadtree and tokens at 4096 x 4096, against Canny alone and the list-and-max() way."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks.pictures import sample
from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.ops.edges import canny, luma, smooth
from patchdrive.ops.quadtree import by_budget, by_threshold, count_edges, morton
from patchdrive.ops.tokens import Pyramid, pyramid, tokens
from patchdrive.types import Byte, Int, Tokens

SIDE, BUDGET, TOKEN = 4096, 16384, 16
SMALLEST, LARGEST = 16, 256
THRESHOLDS = (100, 60, 140, 80, 120)


def picture() -> Byte:
    """The shipped town, mirrored at its borders to 4096 x 4096: real textures, no seams."""
    town = sample("town").image.pixels
    tall, wide = SIDE - town.shape[0], max(0, SIDE - town.shape[1])
    mirrored = cv2.copyMakeBorder(town, 0, tall, 0, wide, cv2.BORDER_REFLECT)
    return np.ascontiguousarray(mirrored[:SIDE, :SIDE])


def edges_of(pixels: Byte) -> Byte:
    """Luma, blur, Canny: what every method of this family has to pay."""
    return canny(smooth(luma(pixels)))


def cold(pixels: Byte) -> Tokens:
    """Everything from pixels to tokens."""
    counts = count_edges(edges_of(pixels), SMALLEST, LARGEST)
    tree = by_budget(counts, BUDGET)
    return tokens(pyramid(pixels, counts.root, TOKEN), tree, TOKEN)


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


def rows(quick: bool) -> Iterator[Row]:
    """From cold, the tree alone, and a turned threshold."""
    pixels = picture()
    edges = edges_of(pixels)
    ours, other = interleaved((lambda: cold(pixels), lambda: edges_of(pixels)), 7 if quick else 15)
    made = int(cold(pixels).valid.sum())
    yield Row(
        f"4096x4096 pixels to {BUDGET} tokens, all stages from cold",
        ours, "luma, blur, Canny alone", other, "cost", 1.5,
        note="" if made > BUDGET - 3 else f"only {made} leaves",
    )  # fmt: skip
    yield _budget(edges, quick)
    yield _warm(edges, pyramid(pixels, LARGEST, TOKEN), quick)


def _budget(edges: Byte, quick: bool) -> Row:
    tree = by_budget(count_edges(edges, SMALLEST, LARGEST), BUDGET)
    ours, other = interleaved(
        (
            lambda: by_budget(count_edges(edges, SMALLEST, LARGEST), BUDGET),
            lambda: list_and_max(edges, SMALLEST, LARGEST, BUDGET),
        ),
        (7, 1) if quick else (15, 3),
        warm=0 if quick else 1,
    )
    equal = np.array_equal(tree.boxes, list_and_max(edges, SMALLEST, LARGEST, BUDGET))
    return Row(
        f"quadtree of {len(tree)} leaves from edges, counting included",
        ours, "list and max()", other, "faster", 25, equal,
    )  # fmt: skip


def _warm(edges: Byte, levels: Pyramid, quick: bool) -> Row:
    counts = count_edges(edges, SMALLEST, LARGEST)
    turn = iter(THRESHOLDS * 100)
    run = lambda: tokens(levels, by_threshold(counts, next(turn)), TOKEN)  # noqa: E731
    (ours,) = interleaved((run,), 10 if quick else 30, warm=len(THRESHOLDS))
    leaves = len(by_threshold(counts, THRESHOLDS[0]))
    what = f"a turned threshold when warm: tree and tokens ({leaves} leaves at {THRESHOLDS[0]})"
    return Row(what, ours, bound="ms", target=15)
