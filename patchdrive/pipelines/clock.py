"""A chain of stages: each timed, each remembered where the caller keeps a memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from patchdrive.budget import Need, spend


@dataclass(frozen=True)
class Timed:
    """A stage's value and the milliseconds that it took to make."""

    value: Any
    ms: float


class Memory(Protocol):
    """Where stages' values are kept: returns the kept one for the key, or makes and keeps it."""

    def __call__(self, key: tuple[str, ...], make: Callable[[], Timed]) -> Timed: ...


class Listener(Protocol):
    """Who is told about long work; may raise to stop it."""

    def __call__(self, text: str, done: int, total: int) -> None: ...


def forget(key: tuple[str, ...], make: Callable[[], Timed]) -> Timed:
    """The memory that keeps nothing."""
    return make()


def silence(text: str, done: int, total: int) -> None:
    """The listener that does not care."""


class Chain:
    """Runs one picture's stages in order.

    A stage is known by its name, the picture's digest and the `repr` of the settings that it and
    the stages before it depend on. Type names are part of a `repr`, so two settings classes with
    equal numbers do not meet.
    """

    def __init__(self, digest: str, memory: Memory = forget, listener: Listener = silence) -> None:
        self.digest, self.memory, self.listener = digest, memory, listener
        self.ms: dict[str, float] = {}

    def stage(
        self,
        name: str,
        depends: tuple[object, ...],
        make: Callable[[], Any],
        need: Need | None = None,
    ) -> Any:
        """The stage's value, made or remembered; `ms` gets the time that making it took.

        A maker that has to wait for its turn times itself, and gives a `Timed`.

        need    what making it takes of memory, where that can be much
        raises  SettingError where there is not so much, before anything is made
        """

        def timed() -> Timed:
            self.listener(name, 0, 1)
            with spend(need, lambda: self.listener("waiting for memory", 0, 1)):
                start = time.perf_counter()
                value = make()
            if isinstance(value, Timed):
                return value
            return Timed(value, 1000 * (time.perf_counter() - start))

        kept = self.memory((name, self.digest, *map(repr, depends)), timed)
        self.ms[name] = kept.ms
        return kept.value
