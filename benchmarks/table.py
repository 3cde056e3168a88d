"""Rows of the table of ratios, and their Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.timing import Times

Bound = Literal["faster", "cost", "ms", ""]
HEAD = ("what", "ours, ms (min)", "against", "ms (min)", "ratio", "target", "met")


@dataclass(frozen=True)
class Row:
    """One measured thing.

    what     what was done
    ours     our times; None where the row could not be measured
    against  the peer's or the limit's name
    other    its times
    bound    faster: other / ours is at least `target`; cost: ours / other is at most it;
             ms: our median is at most it; "": reported only
    equal    False where the results differ: then no ratio counts
    note     words in place of numbers, or beside them
    """

    what: str
    ours: Times | None = None
    against: str = ""
    other: Times | None = None
    bound: Bound = ""
    target: float = 0.0
    equal: bool = True
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times faster than the other, or what part of its cost, by medians."""
        if self.ours is None or self.other is None:
            return None
        one, two = self.ours.median, self.other.median
        return one / two if self.bound == "cost" else two / one

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was measured."""
        if self.ours is None or not self.bound:
            return None if self.equal else False
        if not self.equal:
            return False
        if self.bound == "ms":
            return self.ours.median <= self.target
        assert self.ratio is not None, "a ratio needs two times"
        return self.ratio <= self.target if self.bound == "cost" else self.ratio >= self.target

    def cells(self) -> tuple[str, ...]:
        """The row's words, in the order of HEAD."""
        words = {
            "faster": f">= {self.target:g}x",
            "cost": f"<= {self.target:g}x",
            "ms": f"<= {self.target:g} ms",
            "": "",
        }
        what = f"{self.what} ({self.note})" if self.note else self.what
        ratio = "" if self.ratio is None else f"{_short(self.ratio)}x"
        if not self.equal:
            ratio = "RESULTS DIFFER"
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        against = (self.against, _ms(self.other), ratio)
        return (what, _ms(self.ours), *against, words[self.bound], met)


def _ms(times: Times | None) -> str:
    return "" if times is None else f"{_short(times.median)} ({_short(times.least)})"


def _short(number: float) -> str:
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


def ratios(rows: Iterable[Row]) -> str:
    """The table of ratios."""
    return markdown(HEAD, [row.cells() for row in rows])
