"""Where networks run, and who may run them now.

A device is taken in turns: two runs at once on one device make both slow and may run out of memory,
so a caller waits for its turn and is asked, while it waits, whether it still wants to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from patchdrive.types import SettingError

POLL_S = 0.1

_locks: dict[str, threading.RLock] = {}
_locks_guard = threading.Lock()


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

    waiting  called about every 0.1 s while another thread has its turn; what it raises ends the
             waiting and reaches the caller. A thread that has its turn may take it again
    """
    lock = _lock(device)
    # Waiting in short steps, not in one: a thread inside acquire() cannot be told to stop.
    taken = lock.acquire(blocking=False)
    while not taken:
        if waiting is not None:
            waiting()
        taken = lock.acquire(timeout=POLL_S)
    try:
        yield
    finally:
        lock.release()


def _lock(device: torch.device) -> threading.RLock:
    """The one lock of a device; "cuda" is the current one of several, whatever it is called."""
    number = device.index
    if number is None:
        number = torch.cuda.current_device() if device.type == "cuda" else 0
    with _locks_guard:
        return _locks.setdefault(f"{device.type}:{number}", threading.RLock())
