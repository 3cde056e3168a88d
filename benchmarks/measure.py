"""A thing measured many times, and its row in a table."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.timing import Times

HEAD = ("what", "median", "p95", "least", "longest", "of", "limit", "met")


@dataclass(frozen=True)
class Measure:
    """One thing measured many times.

    limit  of the value that `by` names; None where it is only reported
    by     "p95", "median", "mean" or "longest"
    unit   "ms" or "kB"
    note   why it could not be measured, or words beside it
    """

    what: str
    values: tuple[float, ...] = ()
    limit: float | None = None
    by: str = "p95"
    unit: str = "ms"
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """The words of a row, in the order of HEAD."""
        what = f"{self.what} ({self.note})" if self.note else self.what
        if not self.values:
            return (what, *[""] * (len(HEAD) - 2), "" if self.limit is None else "**no**")
        times = Times(self.values)
        found = {"median": times.median, "p95": times.p95, "longest": max(self.values)}
        found["mean"] = sum(self.values) / len(self.values)
        shown = (times.median, times.p95, times.least, found["longest"])
        limit, met = "", ""
        if self.limit is not None:
            limit = f"{self.by} <= {self.limit:.3g} {self.unit}"
            met = "yes" if found[self.by] <= self.limit else "**no**"
        return (what, *(f"{n:.3g} {self.unit}" for n in shown), str(len(self.values)), limit, met)
