"""Browsers, a Streamlit server and pages that fail when their console holds an error.

    serve(app, *options)  starts `streamlit run app` once a session and gives its address
    page                  a fresh tab; a page error or console error fails the test
    errors                the list of those; a test that provokes some clears it
    firefox               Firefox, for tests that ask for it

Apps are processes of their own and serve all modules. A browser is closed with the module that
asked for it: what talks to it runs in this process and must not run on under other tests.

Without a Chromium or a Firefox its tests are skipped; with PATCHDRIVE_REQUIRE_BROWSER=1 they fail.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tools import firefox as foxes
from tools.app import ARGS, app, chromium


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def lacking():
    """A function: a reason -> the test is skipped, or fails where everything must be there."""
    required = os.environ.get("PATCHDRIVE_REQUIRE_BROWSER") == "1"
    return pytest.fail if required else pytest.skip


@pytest.fixture(scope="module")
def browser(lacking):
    """Chromium, started once a module."""
    executable = chromium()
    if executable is None:
        lacking("no Chromium found: install one or set PATCHDRIVE_CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=20_000)  # a busy machine is no failure
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=ARGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def firefox(lacking):
    """Firefox, started once a module."""
    if foxes.executable() is None:
        lacking("no Firefox found: install one or set PATCHDRIVE_FIREFOX")
    with foxes.firefox() as started:
        yield started


@pytest.fixture(scope="session")
def serve():
    """A function: the path of an app, and Streamlit options -> the address where it runs."""
    with ExitStack() as running:
        addresses = {}

        def start(script, *options):
            if (script, options) not in addresses:
                addresses[script, options] = running.enter_context(app(script, *options))
            return addresses[script, options]

        yield start


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
