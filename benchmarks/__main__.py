"""`python -m benchmarks`: print the tables; a full run rewrites RESULTS.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import torch

from benchmarks import (
    browser,
    crops,
    drive,
    machine,
    mamba,
    packets,
    recall,
    selection,
    tree,
    viewer,
)
from benchmarks.table import Row, ratios

RESULTS = Path(__file__).with_name("RESULTS.md")
TIMED: dict[str, Callable[[bool], Iterator[Row]]] = {
    "selection": selection.rows,
    "crops": crops.rows,
    "tree": tree.rows,
    "packets": packets.rows,
    "mamba": mamba.rows,
    "drive": drive.rows,
    "browser": browser.rows,
}

TITLE = """# Benchmarks

Written by `python -m benchmarks`; do not edit. Each row was measured in one run, ours and the other
in turns, and a ratio counts only where both gave equal results. Milliseconds are medians, with the
least in brackets; ratios are of medians."""

RECALL = """## What the patches find

An object is found where the centre of its box lies in one of {k} patches of {patch} px (NMS radius
{radius} px, every method with its default knobs). **The defaults were chosen on the shipped
pictures, so the first table flatters them.** Random places and the uniform grid are the floors; the
oracle knows the truth and covers it greedily with {k} windows. In brackets: how many objects there
are. Where a picture is small, {k} windows are much of it: see the share of pixels read."""


def main() -> None:
    """Measure, print, and write the results of a full run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", choices=[*TIMED, "viewer", "recall"], help="one topic; writes nothing"
    )
    parser.add_argument("--quick", action="store_true", help="fewer runs; writes nothing")
    parser.add_argument("--threads", type=int, help="of torch and OpenCV; 1 suits a busy machine")
    asked = parser.parse_args()
    if asked.threads:
        torch.set_num_threads(asked.threads)
        cv2.setNumThreads(asked.threads)
    start, busy = time.perf_counter(), machine.load()
    parts = [TITLE]
    rows: list[Row] = []
    for name, measure in TIMED.items():
        if asked.only in (None, name):
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += measure(asked.quick)
    if rows:
        parts.append(ratios(rows))
    if asked.only in (None, "viewer"):
        print("viewer ...", file=sys.stderr, flush=True)
        parts += [viewer.TITLE, viewer.table(asked.quick)]
    if asked.only in (None, "recall"):
        print("recall ...", file=sys.stderr, flush=True)
        parts += _recall(asked.quick)
    took = time.perf_counter() - start
    parts.append(
        f"Measured on {machine.describe()}. Load of the machine before: {busy}. "
        f"The whole run took {took:.0f} s."
    )
    text = "\n\n".join(parts) + "\n"
    print(text)
    if asked.only is None and not asked.quick:
        RESULTS.write_text(text, encoding="utf-8")


def _recall(quick: bool) -> list[str]:
    words = RECALL.format(k=recall.K, patch=recall.PATCH, radius=recall.RADIUS)
    first, second = recall.table(quick)
    missing = "Real pictures: not measured, PATCHDRIVE_DATA is not set."
    return [
        words,
        "Shipped pictures:",
        first,
        *(["Real pictures:", second] if second else [missing]),
    ]


if __name__ == "__main__":
    main()
