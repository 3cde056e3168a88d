"""`python -m benchmarks`: print the tables; a full run rewrites RESULTS.md and results.json."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import cv2
import torch

from benchmarks import (
    browser,
    crops,
    drive,
    history,
    machine,
    mamba,
    opening,
    packets,
    recall,
    selection,
    tree,
    viewer,
)
from benchmarks.gestures import MissingError
from benchmarks.table import Row, figures
from patchdrive.writing import write

RESULTS = Path(__file__).with_name("RESULTS.md")
KEPT = Path(__file__).with_name("results.json")
T = TypeVar("T")
Topic = Callable[[bool], Iterator[Row]]
CORES: dict[str, Topic] = {
    "selection": selection.rows,
    "crops": crops.rows,
    "tree": tree.rows,
    "packets": packets.rows,
    "mamba": mamba.rows,
    "drive": drive.rows,
}
PAGES: dict[str, Topic] = {
    "browser": browser.rows,
    "viewer": viewer.rows,
    "opening": opening.rows,
}
TEXTS: dict[str, Callable[[bool], str]] = {"recall": recall.text}

TITLE = """# Benchmarks

Written by `python -m benchmarks`; do not edit. Each row was measured in one run, ours and the other
in turns, and where both do the same job a ratio counts only if they gave equal results. Times are
medians; in brackets the least and what 19 of 20 runs did not exceed. A target is a ratio to what
the same machine did in the same run, or a number of bytes: no target is in milliseconds, which
turn with the machine. *Met* is this run; *met on* counts the machines that are listed at the end.

## In Python"""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the results of a full run; 1 where a topic failed."""
    asked = _parser().parse_args(arguments)
    if asked.threads:
        torch.set_num_threads(asked.threads)
        cv2.setNumThreads(asked.threads)
    chosen = asked.only or [*CORES, *PAGES, *TEXTS]
    start, busy = time.perf_counter(), machine.load()
    cores, pages = (_measured(some, chosen, asked.quick) for some in (CORES, PAGES))
    texts = [
        (name, _tried(name, partial(text, asked.quick)))
        for name, text in TEXTS.items()
        if name in chosen
    ]
    failed = [name for name, found in [*cores, *pages, *texts] if found is None]
    rows = [[row for _, found in some for row in found or ()] for some in (cores, pages)]
    run = history.Run(
        machine.name(), datetime.date.today().isoformat(), machine.software(), busy,
        round(time.perf_counter() - start), history.told([*rows[0], *rows[1]]),
    )  # fmt: skip
    runs = history.merged(history.read(KEPT), run)
    text = told(rows[0], rows[1], [one for _, one in texts if one], runs)
    print(text)
    if failed:
        print(f"benchmarks: failed: {', '.join(failed)}; nothing is written", file=sys.stderr)
        return 1
    if asked.only is None and not asked.quick:
        history.write(KEPT, runs)
        write(RESULTS, text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=[*CORES, *PAGES, *TEXTS], help="some topics; writes nothing"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, run once: shows that it works; no file"
    )
    parser.add_argument("--threads", type=int, help="of torch and OpenCV; 1 suits a busy machine")
    return parser


def _measured(
    topics: dict[str, Topic], chosen: Iterable[str], quick: bool
) -> list[tuple[str, list[Row] | None]]:
    """The rows of each chosen topic; None for one that failed twice."""
    return [
        (name, _tried(name, partial(_listed, name, rows, quick)))
        for name, rows in topics.items()
        if name in chosen
    ]


def _listed(name: str, rows: Topic, quick: bool) -> list[Row]:
    try:
        return list(rows(quick))
    except MissingError as error:
        return [Row(name, note=f"skipped: {error}")]


def _tried(name: str, run: Callable[[], T]) -> T | None:
    """What it gives, at the second try where the first fails: a browser may be torn away once."""
    for _ in range(2):
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            return run()
        except Exception:
            traceback.print_exc()
    return None


def told(cores: list[Row], pages: list[Row], texts: list[str], runs: list[history.Run]) -> str:
    """The whole of RESULTS.md."""

    def on(row: Row) -> str:
        return history.met_on(row, runs)

    parts = [TITLE, figures(cores, on)] if cores else [TITLE]
    if pages:
        parts += ["## In the browser", _about(), figures(pages, on)]
    parts += texts
    parts += ["## Machines", history.machines([*cores, *pages], runs)]
    return "\n\n".join(parts) + "\n"


def _about() -> str:
    """How the browser's rows were taken, as their modules say."""
    return "\n\n".join((one.__doc__ or "").strip() for one in (browser, viewer, opening))


if __name__ == "__main__":
    sys.exit(main())
