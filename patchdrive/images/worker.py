"""The far side of `apart`: `python -m patchdrive.images.worker` reads one picture and ends.

Standard input brings a line of JSON (name, limit, truncated, room) and then the file; standard
output takes a line of JSON and then the pixels, row by row.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from patchdrive.images.complaints import DamagedError
from patchdrive.images.decode import identify
from patchdrive.images.reading import Read, read
from patchdrive.types import ImageError

SPARE = 256 << 20
"""Bytes beside the price that a worker may take: threads of decoders, and Python itself."""


def main() -> None:
    """Answer one request."""
    asked, out = sys.stdin.buffer, sys.stdout.buffer
    words = json.loads(asked.readline())
    file = io.BytesIO(asked.read())
    _bound(words["room"])
    with suppress(AttributeError, OSError):
        os.nice(5)  # whoever serves pages goes first
    _answer(out, words, file)
    out.flush()


def _answer(out: IO[bytes], words: dict[str, Any], file: IO[bytes]) -> None:
    try:
        found = _read(words, file)
    except DamagedError as error:
        _say(out, {"error": error.problem, "partly": True})
    except ImageError as error:
        _say(out, {"error": str(error)})
    else:
        _say(out, {"size": found.pixels.shape[:2], "notes": found.notes, "microns": found.microns})
        out.write(found.pixels.data.cast("B"))


def _read(words: dict[str, Any], file: IO[bytes]) -> Read:
    name, limit = words["name"], words["limit"]
    try:
        header = identify(file, name, limit)
        return read(header, file, name, limit, truncated=words["truncated"])
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{name} needs more memory to open than it may take") from None
    except Exception as error:
        raise ImageError(f"{name} cannot be read: {error or type(error).__name__}") from error


def _say(out: IO[bytes], words: dict[str, Any]) -> None:
    out.write(json.dumps(words).encode() + b"\n")


def _bound(room: int) -> None:
    """Let this process take so many bytes more, where the platform can say so."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + room + SPARE
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
