"""What work may cost in memory: told before it is done, and refused in words above a bound.

A stage that can grow says what it will need from its settings and the picture's size, with
`afford`, before it allocates. Work whose need is large and short, such as decoding, takes its share
of the same bound with `hold` and waits until there is room, so that many at once need no more than
one may.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from patchdrive.types import SettingError

VARIABLE = "PATCHDRIVE_MAX_MEMORY"
"""The environment variable that sets the bound, in gigabytes (10^9 bytes)."""

SHARE = 4
"""The bound is this part of the machine's memory where nothing else is said."""

GIGABYTE = 10**9
POLL_S = 0.1
_UNKNOWN = 4 * GIGABYTE
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def machine() -> int:
    """Bytes of memory that this process may have: the machine's, or its container's."""
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        found = _UNKNOWN
    for file in _LIMITS:
        try:
            found = min(found, int(Path(file).read_text()))
        except (OSError, ValueError):  # another system, or "max"
            continue
    return found


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

    what    the work, as the subject of a sentence in the plural: "1,024 patches of 512 px"
    nbytes  what it will need at its peak
    advice  which knob to turn: "lower k or patch"
    raises  SettingError in words
    """
    most = bound()
    if nbytes > most:
        raise SettingError(
            f"{what} need about {words(nbytes)} of memory, more than the {words(most)} that one "
            f"piece of work may take; {advice}, or let whoever runs this set {VARIABLE} (in GB)"
        )


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
        self._queue: list[object] = []
        self._changed = threading.Condition()

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
        mine, ticket = int(nbytes), object()
        with self._changed:
            self._queue.append(ticket)
        try:
            while not self._take(ticket, mine):
                if waiting is not None:
                    waiting()
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._held.remove(mine)
                self._changed.notify_all()

    def _take(self, ticket: object, mine: int) -> bool:
        with self._changed:
            if self._queue[0] is ticket and (not self._held or self.held + mine <= bound()):
                self._held.append(mine)
                return True
            self._changed.wait(POLL_S)
            return False


_PURSE = Purse()


def purse() -> Purse:
    """The one purse of this process."""
    return _PURSE
