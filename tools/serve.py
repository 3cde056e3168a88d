"""Start the app on port 8501, or on the next one that is free, and say which."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

FIRST, LAST = 8501, 8599
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """The first port from 8501 on which nothing listens."""
    for port in range(FIRST, LAST + 1):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"patchdrive: ports {FIRST} to {LAST} are all taken; free one and try again")


def main() -> None:
    """Become the server."""
    port = free_port()
    taken = "" if port == FIRST else f" (port {FIRST} is taken)"
    print(f"patchdrive: opening http://localhost:{port}{taken}; Ctrl+C ends it", flush=True)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        command += ["--server.headless", "true"]  # no browser to open on a bare server
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
