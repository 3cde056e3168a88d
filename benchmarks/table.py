"""Rows of the tables of figures, and their Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.timing import Times

Bound = Literal["faster", "cost", "most"]
By = Literal["median", "mean", "p95", "longest"]
HEAD = ("what", "ours", "against", "theirs", "ratio", "target", "met", "met on")
WORDS = {"faster": ">= {:g}x", "cost": "<= {:g}x", "most": "<= {:g} {unit}"}


@dataclass(frozen=True)
class Row:
    """One measured thing, told the same on every machine.

    what     what was done; a row is known by these words
    ours     our times; None where the row could not be measured
    against  the peer's name
    other    its times, from the same run
    bound    faster: other / ours is at least `target`; cost: ours / other is at most it;
             most: ours alone is at most it, for what no machine changes, such as bytes
    target   None where the figure is only reported
    equal    False where the results differ: then no ratio counts
    by       which of the runs is held to the target
    unit     "ms" or "kB"
    note     why it could not be measured, or what else this run gave
    """

    what: str
    ours: Times | None = None
    against: str = ""
    other: Times | None = None
    bound: Bound = "faster"
    target: float | None = None
    equal: bool = True
    by: By = "median"
    unit: str = "ms"
    note: str = ""

    @property
    def value(self) -> float | None:
        """What is held to the target: times faster, part of the cost, or the figure itself."""
        if self.ours is None or not self.equal:
            return None
        one = float(getattr(self.ours, self.by))
        if self.bound == "most":
            return one
        if self.other is None:
            return None
        two = float(getattr(self.other, self.by))
        return two / one if self.bound == "faster" else one / two

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was measured."""
        if not self.equal:
            return False
        return None if self.value is None else self.reached(self.value)

    def reached(self, value: float) -> bool | None:
        """Whether such a value, of this machine or of another, meets the target."""
        if self.target is None:
            return None
        return value >= self.target if self.bound == "faster" else value <= self.target

    def cells(self, met_on: str = "") -> tuple[str, ...]:
        """The row's words, in the order of HEAD."""
        what = f"{self.what} ({self.note})" if self.note else self.what
        ratio = "" if self.value is None or self.bound == "most" else f"{short(self.value)}x"
        if not self.equal:
            ratio = "RESULTS DIFFER"
        target = ""
        if self.target is not None:
            target = WORDS[self.bound].format(self.target, unit=self.unit)
            target = target if self.by == "median" else f"{self.by} {target}"
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        ours, theirs = (_told(times, self.unit) for times in (self.ours, self.other))
        return (what, ours, self.against, theirs, ratio, target, met, met_on)


def _told(times: Times | None, unit: str) -> str:
    """The median, and in brackets the least and the p95."""
    if times is None:
        return ""
    spread = "" if len(times.runs) == 1 else f" ({short(times.least)} to {short(times.p95)})"
    return f"{short(times.median)}{spread} {unit}"


def short(number: float) -> str:
    """Three digits or a few more."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3
    return f"{number:.{digits}f}"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns line up in plain text too; all but the first align to the right."""
    lines = [list(head), *map(list, rows)]
    wide = [max(len(line[c]) for line in lines) for c in range(len(head))]
    rule = ["-" * wide[0], *("-" * (n - 1) + ":" for n in wide[1:])]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(wide[0])
        rest = [cell.rjust(n) for cell, n in zip(cells[1:], wide[1:], strict=True)]
        return "| " + " | ".join([first, *rest]) + " |"

    return "\n".join([line(lines[0]), line(rule), *map(line, lines[1:])])


def figures(rows: Iterable[Row], met_on: Callable[[Row], str] = lambda row: "") -> str:
    """The table of rows; `met_on` says on how many machines a row met its target."""
    return markdown(HEAD, [row.cells(met_on(row)) for row in rows])
