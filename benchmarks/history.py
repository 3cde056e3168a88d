"""What each machine measured last, in a file that the benchmarks themselves write.

A machine is known by its processor, cores and system. A new run on it takes the place of the old
one; the runs of other machines stay. Whether a row of theirs met its target is judged by today's
target, and only where the row measures the same: the same words, the same kind of bound.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.table import Row, markdown
from patchdrive import writing

HEAD = ("machine", "date", "targets met", "load before", "took", "software")


@dataclass(frozen=True)
class Run:
    """One machine's last full run.

    rows  what was measured -> its figures; see `told`
    load  of the machine before, None where unknown
    """

    machine: str
    date: str
    software: str
    load: float | None
    seconds: float
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)


def told(rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """The figures of the rows that were measured."""
    return {row.what: _figures(row) for row in rows if row.ours is not None}


def _figures(row: Row) -> dict[str, Any]:
    assert row.ours is not None, "only what was measured is kept"
    theirs = None if row.other is None else _rounded(row.other.median)
    return {
        "bound": row.bound, "by": row.by, "unit": row.unit, "value": _rounded(row.value),
        "ours": _rounded(row.ours.median), "against": row.against, "theirs": theirs,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def read(file: Path) -> list[Run]:
    """The runs in a file, none where there is no file."""
    if not file.exists():
        return []
    return [Run(**one) for one in json.loads(file.read_text(encoding="utf-8"))["machines"]]


def merged(runs: Iterable[Run], new: Run) -> list[Run]:
    """The new run, then those of other machines, the latest first."""
    others = [run for run in runs if run.machine != new.machine]
    return [new, *sorted(others, key=lambda run: run.date, reverse=True)]


def write(file: Path, runs: Iterable[Run]) -> None:
    """Write them where `read` finds them."""
    text = json.dumps({"machines": [vars(run) for run in runs]}, indent=1, ensure_ascii=False)
    writing.write(file, text + "\n")


def met_on(row: Row, runs: Iterable[Run]) -> str:
    """On how many of the machines that measured a row it met its target: "2 of 2"."""
    if row.target is None:
        return ""
    judged = [_met(row, run.rows[row.what]) for run in runs if row.what in run.rows]
    known = [met for met in judged if met is not None]
    return f"{sum(known)} of {len(known)}" if known else ""


def _met(row: Row, kept: dict[str, Any]) -> bool | None:
    if row.target is None:
        return None
    if any(kept[name] != getattr(row, name) for name in ("bound", "by", "unit")):
        return None  # it measured something else
    return False if kept["value"] is None else row.reached(kept["value"])


def machines(rows: list[Row], runs: Iterable[Run]) -> str:
    """A table of the machines, and how many of today's targets each met."""
    lines = []
    for run in runs:
        judged = [_met(row, run.rows[row.what]) for row in rows if row.what in run.rows]
        known = [met for met in judged if met is not None]
        load = "unknown" if run.load is None else f"{run.load:.1f}"
        took = f"{run.seconds:.0f} s"
        lines.append(
            [run.machine, run.date, f"{sum(known)} of {len(known)}", load, took, run.software]
        )
    return markdown(HEAD, lines)
