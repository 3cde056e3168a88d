"""The browser's benchmarks in their quick form, as a person starts them."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import PAGES
from tools.app import chromium

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_the_topics_of_the_browser_run_in_their_quick_form(lacking):
    if chromium() is None:
        lacking("no Chromium found: install one or set PATCHDRIVE_CHROMIUM")
    # A process of its own: Playwright runs once in each, and the other tests have theirs.
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", *PAGES],
        cwd=ROOT, capture_output=True, text=True, timeout=580, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(lines) >= 2 + 3 + 2 * len(PAGES), "tables of figures and of machines have lines"
    assert "skipped" not in done.stdout
    assert "RESULTS DIFFER" not in done.stdout
