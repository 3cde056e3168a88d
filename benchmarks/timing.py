"""Timing: runs of several functions interleaved, so that a busy moment falls on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any


@dataclass(frozen=True)
class Times:
    """What was measured each time one thing ran: milliseconds, or bytes."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def mean(self) -> float:
        return fmean(self.runs)

    @property
    def least(self) -> float:
        return min(self.runs)

    @property
    def longest(self) -> float:
        return max(self.runs)

    @property
    def p95(self) -> float:
        """The run that 19 of 20 do not exceed."""
        return sorted(self.runs)[max(0, -(-95 * len(self.runs) // 100) - 1)]


def once(run: Callable[[], Any]) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)


def interleaved(
    runs: Sequence[Callable[[], Any]], times: int | Sequence[int], warm: int = 1
) -> list[Times]:
    """Run all functions in turns.

    times    rounds, or how often each is to run: a slow function then sits out the later rounds
    warm     rounds that are not counted
    returns  the times of each
    """
    counts = [times] * len(runs) if isinstance(times, int) else list(times)
    for _ in range(warm):
        for run in runs:
            run()
    found: list[list[float]] = [[] for _ in runs]
    for turn in range(max(counts)):
        for run, count, kept in zip(runs, counts, found, strict=True):
            if turn < count:
                kept.append(once(run))
    return [Times(tuple(kept)) for kept in found]
