"""What work may cost in memory: told before it is done, and refused in words above a bound.

A stage that can grow says what it will need from its settings and the picture's size, as a `Need`.
`afford` refuses what is above the bound before anything is allocated. `spend` does that too, and
then holds so much of the one purse of this process while the work is done, so that many at once
need no more than one may; what the machine has not free at that moment is not begun either.

Whoever holds memory must not wait for anything else (a device's turn, a stage that another thread
makes): the purse is the innermost thing to wait for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import psutil

from patchdrive.line import Line
from patchdrive.types import SettingError

VARIABLE = "PATCHDRIVE_MAX_MEMORY"
"""The environment variable that sets the bound, in gigabytes (10^9 bytes)."""

SHARE = 4
"""The bound is this part of the machine's memory where nothing else is said."""

SPARE = 16
"""This part of the machine's memory stays free: a machine that swaps answers nobody."""

SMALL = 32 * 2**20
"""Bytes that are not worth a look at the whole machine."""

GIGABYTE = 10**9
_GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Need:
    """What a piece of work will need.

    what    the work, as the subject of a sentence in the plural: "1,024 patches of 512 px"
    nbytes  bytes of memory at its peak
    advice  which knob to turn: "lower k or patch"
    """

    what: str
    nbytes: float
    advice: str


def machine() -> int:
    """Bytes of memory that this process may have: the machine's, or its container's."""
    return min(psutil.virtual_memory().total, _group("memory.max"))


def free() -> int:
    """Bytes of them that nobody uses now."""
    found = int(psutil.virtual_memory().available)
    if (most := _group("memory.max")) < _NO_LIMIT:
        # Files that the system keeps a copy of are given up when memory is asked for.
        copies = _stat("inactive_file") + _stat("active_file")
        found = min(found, most - _group("memory.current", 0) + copies)
    return max(0, found)


_NO_LIMIT = 1 << 62


def _group(name: str, otherwise: int = _NO_LIMIT) -> int:
    """A number that the container's control group (version 2) states."""
    try:
        return int((_GROUP / name).read_text())
    except (OSError, ValueError):  # another system, or "max"
        return otherwise


def _stat(name: str) -> int:
    try:
        lines = (_GROUP / "memory.stat").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def bound() -> int:
    """Bytes that one piece of work may need; all that are held at once, too.

    raises  SettingError where the environment variable is no number above 0
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return machine() // SHARE
    try:
        value = float(text)
        if not 0 < value < float("inf"):
            raise ValueError
    except ValueError:
        raise SettingError(
            f"the environment variable {VARIABLE} must be a number of gigabytes above 0, "
            f"not {text!r}"
        ) from None
    return int(value * GIGABYTE)


def afford(what: str, nbytes: float, advice: str) -> None:
    """Refuse work that needs more memory than the bound, before anything is allocated.

    Arguments as the fields of `Need`. SettingError in words.
    """
    most = bound()
    if nbytes > most:
        raise SettingError(
            f"{what} need about {words(nbytes)} of memory, more than the {words(most)} that one "
            f"piece of work may take; {advice}, or let whoever runs this set {VARIABLE} (in GB)"
        )


@contextmanager
def spend(need: Need | None, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Do the block with as much memory as it needs, or refuse.

    need     None: too little to be told
    waiting  called about every 0.1 s while others hold what is needed; may raise to give up
    raises   SettingError in words, before the block, where the bound is too low or where nobody
             who could give some back holds what is not free
    """
    if need is None:
        yield
        return
    afford(need.what, need.nbytes, need.advice)
    with purse().hold(need.nbytes, waiting):
        left = free() - machine() // SPARE
        if need.nbytes > max(SMALL, left):
            raise SettingError(
                f"{need.what} need about {words(need.nbytes)} of memory, and this machine has "
                f"only {words(max(0, left))} to spare now; {need.advice}, or try again when "
                "others are done"
            )
        yield


P = ParamSpec("P")
T = TypeVar("T")


def priced(need: Callable[..., Need]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function that does its work within `spend`.

    need  what it will need, from the same arguments
    """

    def wrap(work: Callable[P, T]) -> Callable[P, T]:
        @wraps(work)
        def paid(*args: P.args, **kwargs: P.kwargs) -> T:
            with spend(need(*args, **kwargs)):
                return work(*args, **kwargs)

        return paid

    return wrap


def words(nbytes: float) -> str:
    """Bytes for people: "24 GB", "850 MB"."""
    if nbytes >= GIGABYTE:
        amount = nbytes / GIGABYTE
        return f"{amount:,.0f} GB" if amount >= 10 else f"{amount:.1f} GB"
    return f"{max(1, round(nbytes / 1e6))} MB"


class Purse:
    """Memory that is held for a while by several callers, never more than `bound` together."""

    def __init__(self) -> None:
        self._held: list[int] = []
        self.line = Line()

    @property
    def held(self) -> int:
        """Bytes that are held now."""
        return sum(self._held)

    @contextmanager
    def hold(self, nbytes: float, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold so many bytes for as long as the block takes; first come, first served.

        Whoever asks for more than the bound gets it when nobody else holds any: it is for `afford`
        to refuse, not for this to wait for ever.

        waiting  called about every 0.1 s while there is no room; may raise to give up
        """
        mine = int(nbytes)
        self.line.wait(lambda: self._take(mine), waiting)
        try:
            yield
        finally:
            self.line.give(lambda: self._held.remove(mine))

    def _take(self, mine: int) -> bool:
        room = not self._held or self.held + mine <= bound()
        if room:
            self._held.append(mine)
        return room


_PURSE = Purse()


def purse() -> Purse:
    """The one purse of this process."""
    return _PURSE
