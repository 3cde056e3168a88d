"""The app and a browser, for whoever measures, tests or takes pictures of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
PATIENCE_S = 90  # for a start on a busy machine
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser named by PATCHDRIVE_CHROMIUM, else the first of the usual names on the path."""
    named = os.environ.get("PATCHDRIVE_CHROMIUM")
    return next(
        (found for name in ([named] if named else NAMES) if (found := shutil.which(name))), None
    )


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def app(script: Path = ROOT / "app.py", *options: str, port: int | None = None) -> Iterator[str]:
    """Run `streamlit run SCRIPT`; gives its address, and ends it with the block.

    options  of Streamlit, such as "--server.baseUrlPath", "lab"
    port     None: a free one
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.fileWatcherType", "none", "--server.headless", "true"]
    command += ["--browser.gatherUsageStats", "false", "--runner.magicEnabled", "false", *options]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=script.parent, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}/_stcore/health", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], health: str, log: IO[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(health, timeout=5):
                return
        except urllib.error.HTTPError:
            return  # below a base path the address is unknown, but somebody says so
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)  # no event tells that a foreign process listens
    log.seek(0)
    raise RuntimeError(f"the app did not start:\n{log.read().decode(errors='replace')}")
