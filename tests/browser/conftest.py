"""A browser, a Streamlit server and pages that fail when their console holds an error.

    serve(app, *options)  starts `streamlit run app` once a session and gives its address
    page                  a fresh tab; a page error or console error fails the test
    errors                the list of those; a test that provokes some clears it

Without a Chromium the tests are skipped; with PATCHDRIVE_REQUIRE_BROWSER=1 they fail instead.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
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


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _executable():
    named = os.environ.get("PATCHDRIVE_CHROMIUM")
    places = [named] if named else ["/usr/bin/chromium", *NAMES]
    return next((found for place in places if (found := shutil.which(place))), None)


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once."""
    executable = _executable()
    if executable is None:
        reason = "no Chromium found: install one or set PATCHDRIVE_CHROMIUM"
        if os.environ.get("PATCHDRIVE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=20_000)  # a busy machine is no failure
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=ARGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """A function: the path of an app, and Streamlit options -> the address where it runs."""
    running = {}

    def start(app, *options):
        if (app, options) not in running:
            log = tmp_path_factory.mktemp("server") / "log.txt"
            running[app, options] = _start(app, options, log)
        return running[app, options][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(10)


def _start(app, options, log):
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.fileWatcherType", "none", "--server.headless", "true"]
    command += ["--browser.gatherUsageStats", "false", "--runner.magicEnabled", "false", *options]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=file,
            cwd=app.parent,
            env={**os.environ, "PYTHONPATH": path},
        )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while not _answers(f"{address}/_stcore/health"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            pytest.fail(f"the server did not start:\n{log.read_text()}")
        time.sleep(0.05)  # no event tells that a foreign process listens
    return process, address


def _answers(address):
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except urllib.error.HTTPError:
        return True  # below a base path the address is unknown, but somebody says so
    except (urllib.error.URLError, OSError):
        return False


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def errors():
    """What the page complained about; must be empty at the end of the test."""
    return []


@pytest.fixture
def open_page(browser, errors):
    """A function: options of a browser context -> a page in it."""
    contexts = []

    def make(**options):
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and errors.append(line.text))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page):
    """A fresh tab."""
    return open_page()
