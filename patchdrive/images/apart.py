"""Decoding in a process of its own: for decoders that hold the interpreter, or may bring it down.

The worker is a plain command, so that it starts alike under Streamlit, in a script without a
`__main__` guard, and on every system. Pixels come through a pipe straight into their array: nothing
is pickled, no file and no shared memory is left behind whoever dies.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from patchdrive.images.complaints import DamagedError
from patchdrive.images.limits import check_size
from patchdrive.images.reading import Read
from patchdrive.types import Byte, ImageError, Size

APART = 16e6
"""Pixels from which WebP and AVIF are decoded apart: as many take 0.4 to 1 s and hold the
interpreter for up to a fifth of that; a worker costs 0.3 s."""

START_S, EACH_S = 60.0, 1.0
"""Seconds that a worker may take, and more for each megapixel; ten times what was measured."""

POLL_S = 0.05
END_S = 5.0
LOG = logging.getLogger("patchdrive")


def read_apart(
    file: IO[bytes],
    name: str,
    limit: float,
    *,
    truncated: bool,
    size: Size,
    room: int,
    waiting: Callable[[], None] | None = None,
) -> Read | None:
    """Read a picture in a process of its own; None where none can be started here.

    size     (H, W) as its header claims, for the time that it may take
    room     bytes that the worker may take
    waiting  called about every 0.05 s; may raise to give up, which ends the worker
    raises   ImageError, also where the worker takes too long or dies
    """
    with tempfile.TemporaryFile() as complaints:
        try:
            process = _start(complaints)
        except OSError as error:
            LOG.warning("no process to decode in: %s", error)
            return None
        words = {"name": name, "limit": limit, "truncated": truncated, "room": room}
        talk = _Talk(process, words, file, limit)
        try:
            allowed = START_S + EACH_S * size[0] * size[1] / 1e6
            end = time.monotonic() + allowed
            while talk.is_alive():
                talk.join(POLL_S)
                if waiting is not None:
                    waiting()
                if time.monotonic() > end:
                    raise ImageError(
                        f"{name} was not decoded within {allowed:,.0f} seconds; save it anew as "
                        "PNG or JPEG and open that"
                    )
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            pass  # it has told all that it had to tell
        finally:
            process.kill()
            process.wait()
            talk.join()
        return talk.result(complaints)


def _start(complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise FileNotFoundError("this Python does not know where it is")
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    few = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each would reserve memory
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "patchdrive.images.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints,
        env={**os.environ, **few, "PYTHONPATH": os.pathsep.join(paths)},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )  # fmt: skip


class _Talk(threading.Thread):
    """Asks a worker and takes its answer, in a thread that ends with the worker."""

    def __init__(
        self, process: subprocess.Popen[bytes], words: dict[str, Any], file: IO[bytes], limit: float
    ) -> None:
        super().__init__(name="patchdrive decoder", daemon=True)
        self.process, self.words, self.file, self.limit = process, words, file, limit
        self.told: dict[str, Any] | None = None
        self.pixels: Byte | None = None
        self.problem: Exception | None = None
        self.start()

    def run(self) -> None:
        """Nothing passes out of here: a thread has nobody to tell."""
        try:
            self._ask()
            self._take()
        except Exception as error:
            self.problem = error

    def _ask(self) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        try:
            with pipe:
                pipe.write(json.dumps(self.words).encode() + b"\n")
                self.file.seek(0)
                shutil.copyfileobj(self.file, pipe, 1 << 20)
        except BrokenPipeError:  # it has died; how is told below
            return

    def _take(self) -> None:
        pipe = self.process.stdout
        assert pipe is not None
        with pipe:
            line = pipe.readline()
            told = _words(line)
            if told and "size" in told:
                check_size(tuple(told["size"]), self.limit, self.words["name"])
                pixels = np.empty((*told["size"], 3), np.uint8)
                view = pixels.data.cast("B")
                place = 0
                while got := pipe.readinto(view[place : place + (1 << 24)]):  # type: ignore[attr-defined]
                    place += got
                if place < len(view):
                    return
                self.pixels = pixels
            self.told = told

    def result(self, complaints: IO[bytes]) -> Read:
        """What it found, once the worker has ended."""
        if self.problem is not None:
            raise self.problem
        told, name = self.told, self.words["name"]
        if told is None:
            complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - 2000))
            LOG.warning("a decoder died: %s", complaints.read().decode(errors="replace").strip())
            raise ImageError(
                f"the process that decoded {name} died ({_how(self.process.returncode)}); the file "
                "may be made to do that, or memory was short: save it anew as PNG or JPEG"
            )
        if "error" in told:
            raise (DamagedError if told.get("partly") else ImageError)(told["error"])
        assert self.pixels is not None
        scale = told["microns"]
        return Read(self.pixels, tuple(told["notes"]), tuple(scale) if scale else None)


def _words(line: bytes) -> dict[str, Any] | None:
    """What a worker says; None for what a dying one leaves behind."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"
