"""One leaf looked at closely: why it was cut out and not cut further, and what its token keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patchdrive.ops import quadtree as tree_ops
from patchdrive.ops import tokens as token_ops
from patchdrive.pipelines.clock import Memory, forget
from patchdrive.pipelines.knobs import TreeSettings
from patchdrive.pipelines.tree import counted
from patchdrive.types import Byte, Quadtree, Tokens, TreeResult


@dataclass(frozen=True, eq=False)
class LeafInspection:
    """What is known of one leaf.

    box      [y0, x0, y1, x1) in pixels
    level    0 for the largest squares; side is that of the level, before the border cuts
    side     pixels
    detail   edge pixels in it
    parent   edge pixels of the square that it was cut from, or None: it is one of the largest
    cut      the place, from 1, of that cut in best-first order, or None
    next     the place at which it would be cut itself, or None: it cannot be, for it is one of the
             smallest, or holds no edge
    cuts     how many squares were cut in the whole tree
    smallest whether no square is smaller
    token    (t, t, 3) uint8, what became of it
    rms      root mean square error of the token, enlarged to the leaf again, in grey levels
    psnr     the same in dB, inf where nothing was lost
    """

    box: tuple[int, int, int, int]
    level: int
    side: int
    detail: int
    parent: int | None
    cut: int | None
    next: int | None
    cuts: int
    smallest: bool
    token: Byte
    rms: float
    psnr: float


def inspect_leaf(
    result: TreeResult, settings: TreeSettings, index: int, *, memory: Memory = forget
) -> LeafInspection:
    """Look closely at the leaf of that index.

    result    a tree with these settings
    raises    IndexError where there is no such leaf
    """
    tree = result.quadtree
    if not 0 <= index < len(tree):
        raise IndexError(f"there are {len(tree)} leaves, not {index + 1}")
    counts = counted(result.image, settings, memory=memory)
    level, side = int(tree.depth[index]), int(tree.sides[index])
    detail, deepest = int(tree.detail[index]), len(counts.levels) - 1
    y0, x0, y1, x1 = tree.boxes[index].tolist()
    parent = cut = following = None
    if level:
        above = y0 // (2 * side), x0 // (2 * side)
        parent = int(counts.levels[level - 1][above])
        cut = tree_ops.place_of_cut(counts, level - 1, *above)
    if level < deepest and detail:
        following = tree_ops.place_of_cut(counts, level, y0 // side, x0 // side)
    native = result.image.region(y0, x0, y1 - y0, x1 - x0)
    token = result.tokens.pixels[index]
    back = _enlarged(token, native.shape[:2], side)
    squares = np.square(native.astype(np.float64) - back)
    return LeafInspection(
        (y0, x0, y1, x1), level, side, detail, parent, cut, following, _cuts(tree),
        level == deepest, token, float(np.sqrt(squares.mean())), token_ops.psnr(native, back),
    )  # fmt: skip


def _enlarged(token: Byte, size: tuple[int, int], side: int) -> Byte:
    """A token as a leaf of that side again, as far as this lies in the picture."""
    box = np.array([[0, 0, *size]], np.int64)
    none = np.zeros(1, np.int64)
    tree = Quadtree(box, none, none, size, side)
    return token_ops.painted(Tokens(token[None].copy(), box, np.ones(1, bool)), tree)


def _cuts(tree: Quadtree) -> int:
    """How many squares were cut: those that deeper leaves lie in."""
    total = 0
    for depth in range(int(tree.depth.max(initial=0))):
        deeper = tree.boxes[tree.depth > depth, :2] // (tree.roots >> depth)
        total += len(np.unique(deeper, axis=0))
    return total
