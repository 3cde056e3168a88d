"""Files that are whole or not there: written beside, then renamed into their place.

A full disk, a crash or Ctrl-C leaves the file that was there before as it was. Devices, named pipes
and standard output cannot be renamed; they are written to as they are.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path

from patchdrive.types import PatchdriveError

_PART = ".patchdrive-{}.part"

Name = str | os.PathLike[str]


class OutputError(PatchdriveError):
    """A file that cannot be written where it was asked for."""


def write(file: Name, content: str | bytes) -> None:
    """Write a whole file; text as UTF-8, its line ends as they are.

    raises  OutputError where there can be no such file, OSError where writing it fails
    """
    with writing(file) as out:
        out.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def writing(file: Name) -> Iterator[BufferedWriter]:
    """An open file that takes the name when all is written, and goes where that fails.

    An old file keeps its permissions; a link stays a link, and what it points at is replaced.
    raises  as `write` does
    """
    goal = target(file)
    old = _known(goal)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with _named(file), goal.open("wb") as straight:
            yield straight
        return
    part = goal.with_name(_PART.format(secrets.token_hex(6)))  # the name may be as long as may be
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with _named(file), os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if old is not None:
            part.chmod(stat.S_IMODE(old.st_mode))
        os.replace(part, goal)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            part.unlink()
        raise


@contextmanager
def _named(file: Name) -> Iterator[None]:
    """Errors inside name the file: a full disk does not say where."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = os.fspath(file)
        raise


def target(file: Name) -> Path:
    """Where a file of this name is written: links followed, and it can be there.

    raises  OutputError in words
    """
    name = os.fspath(file)
    if not name:
        raise OutputError("a file needs a name")
    try:
        known = _known(name)
        goal = Path(os.path.realpath(name))
    except ValueError:  # a zero byte
        raise OutputError(f"{name!r} cannot be the name of a file") from None
    except OSError as error:
        raise OutputError(f"{name} cannot be written: {error.strerror}") from None
    if known is None and not goal.parent.is_dir():
        raise OutputError(f"{name} cannot be written: there is no folder {Path(name).parent}")
    if (known is None and name.endswith(_ENDS)) or (known and stat.S_ISDIR(known.st_mode)):
        raise OutputError(f"{name} is a folder; name a file in it")
    if not os.access(name if known else goal.parent, os.W_OK):
        raise OutputError(f"{name} cannot be written: you have no permission")
    return goal if known is None or stat.S_ISREG(known.st_mode) else Path(name)


_ENDS = tuple(filter(None, (os.sep, os.altsep)))


def put(file: Name, content: str | bytes) -> None:
    """Write a whole file as `write` does, or to standard output where the name says so."""
    if not is_standard_output(file):
        write(file, content)
        return
    left = memoryview(content.encode() if isinstance(content, str) else content)
    while left:  # without a buffer (python -u) a pipe may take less than all
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.flush()


def refuse(files: Mapping[str, Name], inputs: Iterable[Name]) -> None:
    """Refuse files that cannot be written, before any work is done.

    files   by the words that asked for them
    inputs  what is read: it is never written over; - for standard input
    raises  OutputError for two that are one or both go to standard output, for an input, and as
            `target` does
    """
    known = [(source, at) for source in inputs if (at := _status(source)) is not None]
    told: dict[str, Name] = {}
    for words, file in files.items():
        if is_standard_output(file):
            if sys.stdout is None:
                raise OutputError(f"{words}: standard output is closed; name a file")
        else:
            target(file)
        for source, at in known:
            if _same(file, _status(file), source, at):
                raise OutputError(
                    f"{words}: {_shown(file)} is {_shown(source)}, which is read; name another file"
                )
        for before, other in told.items():
            if is_standard_output(file) and is_standard_output(other):
                raise OutputError(f"{before} and {words} cannot both go to standard output")
            if _same(file, _status(file), other, _status(other)):
                raise OutputError(f"{before} and {words} name the same file, {_shown(file)}")
        told[words] = file


def is_standard_output(file: Name) -> bool:
    """Whether what is written to a file comes out of standard output: "-", /dev/stdout and such."""
    if os.fspath(file) == "-":
        return True
    try:
        at, ours = os.stat(file), os.fstat(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):  # no such file, or no standard output
        return False
    if stat.S_ISCHR(ours.st_mode) and not sys.stdout.isatty():
        return False  # /dev/null takes everything
    return os.path.samestat(at, ours)


def sweep(folder: Path) -> None:
    """Remove what a process that was killed left half written; only where nobody else writes."""
    for part in folder.glob(_PART.format("*")):
        part.unlink(missing_ok=True)


def _known(name: Name) -> os.stat_result | None:
    try:
        return os.stat(name)
    except FileNotFoundError:
        return None


def _shown(source: Name) -> str:
    return "standard input" if os.fspath(source) == "-" else os.fspath(source)


def _status(name: Name) -> os.stat_result | None:
    """Of what is there under a name; - for standard input."""
    with suppress(OSError, ValueError, AttributeError):
        return os.fstat(sys.stdin.fileno()) if os.fspath(name) == "-" else os.stat(name)
    return None


def _same(one: Name, at: os.stat_result | None, other: Name, there: os.stat_result | None) -> bool:
    """Whether two names are of one file, by whatever links; devices such as /dev/null are none."""
    if at is None or there is None:
        return at is there and _spelled(one) == _spelled(other)
    return os.path.samestat(at, there) and not stat.S_ISCHR(at.st_mode)


def _spelled(name: Name) -> str:
    with suppress(OSError, ValueError):
        return os.path.normcase(os.path.realpath(name))
    return os.fspath(name)
