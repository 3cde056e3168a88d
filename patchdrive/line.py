"""Callers that wait for something they cannot all have: first come, first served."""

from __future__ import annotations

import threading
from collections.abc import Callable

POLL_S = 0.1


class Line:
    """Those who wait, in the order in which they came; thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: list[object] = []

    def __len__(self) -> int:
        """How many wait now."""
        return len(self._queue)

    def wait(self, take: Callable[[], bool], waiting: Callable[[], None] | None = None) -> None:
        """Wait until it is this caller's place and `take` succeeds.

        take     takes what is waited for where it is free, and says whether it did; nobody else
                 takes or gives meanwhile
        waiting  called at once and about every 0.1 s while it is not; what it raises ends the
                 waiting and reaches the caller
        """
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            while not self._first(ticket, take):
                if waiting is not None:
                    waiting()
                with self._changed:  # in short steps: a thread that sleeps cannot be told to stop
                    self._changed.wait(POLL_S)
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def give(self, give: Callable[[], None]) -> None:
        """Give back what others wait for, and tell them."""
        with self._changed:
            give()
            self._changed.notify_all()

    def _first(self, ticket: object, take: Callable[[], bool]) -> bool:
        with self._changed:
            return self._queue[0] is ticket and take()
