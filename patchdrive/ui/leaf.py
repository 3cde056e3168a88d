"""A clicked leaf: which one it is, and what is known of it, as rows for the viewer's panel."""

from __future__ import annotations

import base64

import streamlit as st

from patchdrive.images import encode
from patchdrive.pipelines.knobs import TreeSettings
from patchdrive.pipelines.leaf import LeafInspection, inspect_leaf
from patchdrive.settings import SplitSettings
from patchdrive.types import TreeResult
from patchdrive.ui.memory import shelf
from patchdrive.ui.viewer import Screen

Rows = list[tuple[str, str]]


def screen(key: str, result: TreeResult, settings: TreeSettings) -> Screen:
    """The viewer of a tree, with the leaf that was clicked last, while it is still there."""
    index = _chosen(key, result)
    if index is None:
        return Screen(key, kind="leaves")
    found = inspect_leaf(result, settings, index, memory=shelf())
    rows = details(found, index, len(result.quadtree), settings.split)
    token = "data:image/png;base64," + base64.b64encode(encode(found.token, "png")).decode()
    return Screen(key, kind="leaves", selected=index, details=rows, token=token)


def _chosen(key: str, result: TreeResult) -> int | None:
    """The index of the leaf that was clicked last; another tree may have it elsewhere, or not."""
    boxes, kept = result.quadtree.boxes, f"chosen leaf {key}"
    if selected := (st.session_state.get(key) or {}).get("select"):
        index = selected.get("leaf")
        there = isinstance(index, int) and 0 <= index < len(boxes)
        box = tuple(boxes[index].tolist()) if there else None
        if box is not None and not _holds(box, selected):
            box = None  # it was clicked in a tree of other knobs
        st.session_state[kept] = box
    box = st.session_state.get(kept)
    same = [] if box is None else (boxes == box).all(axis=1).nonzero()[0].tolist()
    return same[0] if same else None


def _holds(box: tuple[int, ...], selected: dict[str, object]) -> bool:
    y, x = selected.get("y"), selected.get("x")
    whole = isinstance(y, int) and isinstance(x, int)
    return whole and box[0] <= y < box[2] and box[1] <= x < box[3]  # type: ignore[operator]


def details(found: LeafInspection, index: int, count: int, split: SplitSettings) -> Rows:
    """What is known of a leaf, as rows (label, value)."""
    y0, x0, y1, x1 = found.box
    lost = "nothing lost" if found.rms == 0 else f"{found.psnr:.1f} dB"
    rms = f", {found.rms:.1f} grey levels RMS" if found.rms else ""
    why = _by_budget(found) if split.split == "budget" else _by_threshold(found, split.max_detail)
    return [
        ("Order", f"{index + 1:,} of {count:,}"),
        ("Box", f"y {y0} to {y1}, x {x0} to {x1}"),
        ("Level", f"{found.level}, side {found.side} px"),
        ("Edges", f"{found.detail:,} px"),
        *why,
        ("Token", f"{len(found.token)} x {len(found.token)} px"),
        ("It keeps", f"{lost}{rms}"),
    ]


def _by_threshold(found: LeafInspection, most: int) -> Rows:
    why = "none: it is one of the largest squares"
    if found.parent is not None:
        why = f"{found.parent:,} edge px, more than {most:,}: cut"
    left = f"{found.detail:,} is not more than {most:,}"
    if found.smallest:
        left = "it is one of the smallest squares"
    return [("Parent", why), ("Not cut, for", left)]


def _by_budget(found: LeafInspection) -> Rows:
    why = "none: it is one of the largest squares"
    if found.parent is not None:
        why = f"{found.parent:,} edge px: cut as number {found.cut:,} of {found.cuts:,}"
    left = "it holds no edge"
    if found.smallest:
        left = "it is one of the smallest squares"
    elif found.next is not None:
        left = f"it is number {found.next:,}, and the budget ended after {found.cuts:,}"
    return [("Parent", why), ("Not cut, for", left)]
