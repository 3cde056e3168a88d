"""Tree: edges, quadtree, tokens."""

from __future__ import annotations

from functools import partial
from typing import Any

from patchdrive.budget import afford
from patchdrive.images import open_image
from patchdrive.ops import edges as edge_ops
from patchdrive.ops import quadtree as tree_ops
from patchdrive.ops import tokens as token_ops
from patchdrive.pipelines import prices
from patchdrive.pipelines.clock import Chain, Listener, Memory, forget, silence
from patchdrive.pipelines.knobs import TreeSettings
from patchdrive.settings import EdgeSettings, SplitSettings
from patchdrive.types import Byte, Image, Int, Quadtree, TreeResult


def tree(
    source: Any, *, memory: Memory = forget, listener: Listener = silence, **values: Any
) -> TreeResult:
    """Cut a picture into squares that are small where there are edges, and into tokens of one size.

    source    path, bytes, file, array or PIL picture
    values    knobs by flat name, such as max_detail=50, min_leaf=16; see `pipelines.knobs`
    memory    keeps the stages' values between calls
    listener  is told about long work
    raises    ImageError for a picture that cannot be opened, SettingError for a knob
    """
    return grow(open_image(source), TreeSettings.of(values), memory=memory, listener=listener)


def grow(
    image: Image, settings: TreeSettings, *, memory: Memory = forget, listener: Listener = silence
) -> TreeResult:
    """The same for an open picture and checked settings."""
    chain, s = Chain(image.digest, memory, listener), settings
    found, counts = _counted(image, chain, s)
    root, token = counts.root, s.tokens.token
    many = count_leaves(counts, s.split)
    wanted = prices.tokens(many, token)
    afford(wanted.what, wanted.nbytes, wanted.advice)  # before the tree is grown for nothing
    quadtree = chain.stage(
        "quadtree", (s.edges, s.split), lambda: split(counts, s.split), prices.leaves(many)
    )
    levels = chain.stage(
        "pyramid",
        (root, token),
        lambda: token_ops.pyramid(image.pixels, root, token),
        prices.pyramid(image),
    )
    tokens = chain.stage(
        "tokens",
        (s.edges, s.split, s.tokens),
        lambda: token_ops.tokens(levels, quadtree, token, tell=partial(listener, "tokens")),
        wanted,
    )
    height, width = image.size
    uniform = -(-height // s.split.min_leaf) * -(-width // s.split.min_leaf)
    return TreeResult(image, found, quadtree, tokens, uniform, s.flat(), chain.ms)


def counted(
    image: Image, settings: TreeSettings, *, memory: Memory = forget, listener: Listener = silence
) -> tree_ops.Counts:
    """The pyramid of edge counts that a tree is cut from, whatever threshold or budget cuts it."""
    return _counted(image, Chain(image.digest, memory, listener), settings)[1]


def _counted(image: Image, chain: Chain, s: TreeSettings) -> tuple[Byte, tree_ops.Counts]:
    found = chain.stage(
        "edges", (s.edges,), lambda: find_edges(image, s.edges), prices.edges(image)
    )
    sides = (s.split.min_leaf, s.split.max_leaf)
    return found, chain.stage(
        "counts",
        (s.edges, sides),
        lambda: tree_ops.count_edges(found, *sides),
        prices.counts(image),
    )


def find_edges(image: Image, settings: EdgeSettings) -> Byte:
    """Edges (H, W) of the whole picture at native resolution."""
    grey = edge_ops.smooth(edge_ops.luma(image.pixels), settings.blur)
    found = edge_ops.canny(grey, settings.canny_low, settings.canny_high)
    found.flags.writeable = False
    return found


def split(counts: tree_ops.Counts, settings: SplitSettings) -> Quadtree:
    """Cut by threshold or by budget."""
    if settings.split == "budget":
        return tree_ops.by_budget(counts, settings.budget)
    return tree_ops.by_threshold(counts, settings.max_detail)


def count_leaves(counts: tree_ops.Counts, settings: SplitSettings) -> int:
    """How many leaves `split` will give, before any is made; in budget mode at most."""
    if settings.split == "budget":
        roots = [-(-side // counts.root) for side in counts.size]
        return max(settings.budget, roots[0] * roots[1])
    leaves = tree_ops.leaves_by_threshold(counts)
    return int(leaves[min(settings.max_detail, len(leaves) - 1)])


def leaf_counts(result: TreeResult, settings: SplitSettings) -> Int:
    """Leaves that each threshold 0, 1, ... would give, exactly."""
    counts = tree_ops.count_edges(result.edges, settings.min_leaf, settings.max_leaf)
    return tree_ops.leaves_by_threshold(counts)


def rebuild(result: TreeResult, listener: Listener = silence) -> Byte:
    """The picture (H, W, 3) uint8 as its tokens remember it."""
    tell = partial(listener, "tokens' memory")
    return token_ops.painted(result.tokens, result.quadtree, tell=tell)


def fidelity(result: TreeResult, memory: Byte) -> tuple[float, float]:
    """Peak signal-to-noise ratio in dB: of the tokens' memory, and of an equal uniform budget.

    The uniform one is as good as we can make it: the whole picture area-averaged to as many pixels
    as the tokens have together, and enlarged again by bicubic interpolation.
    """
    pixels, count = result.image.pixels, int(result.tokens.valid.sum())
    budget = count * result.tokens.pixels.shape[1] ** 2
    return token_ops.psnr(pixels, memory), token_ops.psnr(
        pixels, token_ops.shrunk_and_back(pixels, budget)
    )
