"""Where networks run, and who may run them now.

A device is taken in turns: two runs at once on one device make both slow and may run out of memory,
so a caller waits for its turn and is asked, while it waits, whether it still wants to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from patchdrive.line import Line
from patchdrive.types import SettingError


class _Turns:
    """Who has a device; its owner may take it again."""

    def __init__(self) -> None:
        self.line = Line()
        self._owner: int | None = None
        self._depth = 0

    def take(self, waiting: Callable[[], None] | None) -> None:
        if self._owner == threading.get_ident():  # nobody else could make this true or untrue
            self._depth += 1
        else:
            self.line.wait(self._free, waiting)

    def give(self) -> None:
        self.line.give(self._less)

    def _free(self) -> bool:
        if self._owner is not None:
            return False
        self._owner, self._depth = threading.get_ident(), 1
        return True

    def _less(self) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None


_turns: dict[str, _Turns] = {}
_turns_guard = threading.Lock()


def present() -> tuple[str, ...]:
    """The kinds of device that this machine has, the fastest first; "cpu" is always there."""
    kinds = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
    return (*(kind for kind, there in kinds if there), "cpu")


def pick(name: str = "auto") -> torch.device:
    """The device of that name; "auto" is the fastest kind that is present.

    name    "auto", "cpu", "cuda", "mps", or one of several as "cuda:1"
    raises  SettingError where there is no such device; its text says which there are
    """
    there = present()
    if name == "auto":
        return torch.device(there[0])
    kind, _, number = name.partition(":")
    counts = {"cpu": 1, "mps": 1, "cuda": torch.cuda.device_count() if "cuda" in there else 0}
    fits = kind in there and (not number or (number.isdecimal() and int(number) < counts[kind]))
    if not fits or name.endswith(":"):
        raise SettingError(f"this machine has no device {name!r}; there is: {', '.join(there)}")
    return torch.device(name)


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all that it was given, so that a clock read next is right."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


@contextmanager
def turn(device: torch.device, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Have the device to oneself; the turn ends with the block, whatever happens in it.

    Whoever came first gets it first: a caller that takes a turn for each part of long work lets
    the others in between.

    waiting  called about every 0.1 s while another thread has its turn; what it raises ends the
             waiting and reaches the caller. A thread that has its turn may take it again
    """
    turns = _turns_of(device)
    turns.take(waiting)
    try:
        yield
    finally:
        turns.give()


def _turns_of(device: torch.device) -> _Turns:
    """Those of a device; "cuda" is the current one of several, whatever it is called."""
    number = device.index
    if number is None:
        number = torch.cuda.current_device() if device.type == "cuda" else 0
    with _turns_guard:
        return _turns.setdefault(f"{device.type}:{number}", _Turns())


def free(device: torch.device) -> int | None:
    """Bytes of the device's own memory that can be had; None where it shares the machine's."""
    if device.type != "cuda":
        return None
    unused, _ = torch.cuda.mem_get_info(device)
    kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(unused + kept)
