"""What surrounds a command: faults in words, and standard streams that may be closed or narrow."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from patchdrive.types import PatchdriveError

BAD_INPUT, STOPPED, UNREAD = 2, 130, 141  # the last two as a shell tells Ctrl-C and SIGPIPE


def command(work: Callable[[], int]) -> int:
    """Run a command; returns its exit code.

    work     returns 0 where it worked
    returns  2 with one line on standard error for a fault that a person can mend, 130 where they
             stopped it, 141 without a word where nobody reads standard output any more
    """
    _occupy()
    with _printable():
        try:
            return _flushed(work)
        except BrokenPipeError:
            _drop_output()
            return UNREAD
        except KeyboardInterrupt:
            complain("stopped")
            return STOPPED
        except (PatchdriveError, OSError, MemoryError) as error:
            _drop_output()
            complain(words(error))
            return BAD_INPUT


def _flushed(work: Callable[[], int]) -> int:
    """The work, and what it printed sent off: here a full disk or a closed pipe can be told."""
    ended: SystemExit | None = None
    code = 0
    try:
        code = work()
    except SystemExit as end:  # of argparse, which has printed its help
        ended = end
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            error.filename = "standard output"
            raise
    if ended is not None:
        raise ended
    return code


def complain(text: str) -> None:
    """One line on standard error, where there is one."""
    if sys.stderr is not None:  # print(file=None) would take standard output
        with suppress(OSError):
            print(f"patchdrive: {text}", file=sys.stderr, flush=True)


def words(error: BaseException) -> str:
    """What went wrong, in one line: of a system's error the file and the reason."""
    if isinstance(error, OSError) and error.strerror:
        place = "" if error.filename is None else f"{_text(error.filename)}: "
        return f"{place}{error.strerror}"
    if isinstance(error, MemoryError):
        return "not enough memory"
    return str(error) or type(error).__name__


def _text(name: object) -> str:
    return os.fsdecode(name) if isinstance(name, (bytes, os.PathLike)) else str(name)


def _occupy() -> None:
    """Standard streams that are closed lead nowhere: else a file of ours would take their place."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)


@contextmanager
def _printable() -> Iterator[None]:
    """Letters that the console does not have are printed as their codes."""
    held = []
    for stream in (sys.stdout, sys.stderr):
        change = getattr(stream, "reconfigure", None)
        if change is not None:
            held.append((change, stream.errors))
            change(errors="backslashreplace")
    try:
        yield
    finally:
        for change, before in held:
            with suppress(OSError, ValueError):  # what it holds may have nowhere to go
                change(errors=before)


def _drop_output() -> None:
    """What standard output cannot take goes nowhere, or Python tries once more when it ends."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
