"""Bring what the browser tests need beside Python: browsers by apt, axe-core by npm.

    python -m tools.bring

Installs what is missing where that needs no question: packages as root on Debian and its kin,
axe-core into tools/node_modules where npm is there. Says in one line what is still missing, and how
to get it: tests that need it are skipped, or fail under PATCHDRIVE_REQUIRE_BROWSER=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from tools import axe, firefox
from tools.app import ROOT, chromium

PATIENCE_S = 600  # for each command


@dataclass(frozen=True)
class Need:
    """Something that tests need.

    name    in words
    there   whether it is found
    bring   the commands that install it
    advice  how a person gets it
    """

    name: str
    there: Callable[[], bool]
    bring: tuple[tuple[str, ...], ...]
    advice: str


def _by_apt(name: str, there: Callable[[], bool], package: str, variable: str) -> Need:
    commands = (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", package))
    return Need(name, there, commands, f"apt-get install {package}, or name one in {variable}")


NEEDS = (
    _by_apt("Chromium", lambda: chromium() is not None, "chromium", "PATCHDRIVE_CHROMIUM"),
    _by_apt("Firefox", lambda: firefox.executable() is not None, "firefox-esr",
            "PATCHDRIVE_FIREFOX"),
    Need("axe-core", lambda: axe.SCRIPT.exists(),
         (("npm", "ci", "--silent", "--prefix", str(ROOT / "tools")),), "npm ci --prefix tools"),
)  # fmt: skip


def main() -> None:
    """Install what can be installed and say what is left out."""
    if left := [need for need in NEEDS if not brought(need)]:
        wanting = "; ".join(f"no {need.name} ({need.advice})" for need in left)
        print(f"patchdrive: some browser tests are left out: {wanting}", flush=True)


def brought(need: Need) -> bool:
    """Whether it is there, installed just now where that can be."""
    if need.there():
        return True
    if not all(_may(command[0]) for command in need.bring):
        return False
    print(f"patchdrive: installing {need.name} for the tests ...", flush=True)
    return all(_done(command) for command in need.bring) and need.there()


def _may(program: str) -> bool:
    """Whether the program is there and may do its work unasked: apt only as root."""
    return shutil.which(program) is not None and (program != "apt-get" or os.geteuid() == 0)


def _done(command: tuple[str, ...]) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, timeout=PATIENCE_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
