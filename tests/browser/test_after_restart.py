"""The server is restarted under an open page: the page says so, and no click is lost."""

from contextlib import suppress

import pytest

from tools.app import app, free_port

TooLate = pytest.importorskip("playwright.sync_api").TimeoutError

SCRIPT = """
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.ui import restart
from patchdrive.ui.routes import routes

app = st.App(__file__, routes=routes())
restart.whole_pages_first()
restart.EVERY_MS = %d


@st.fragment
def part():
    count = st.slider("Count", 0, 9, 3, key="count", bind="query-params")
    pressed = st.button("Press")
    st.text(f"count {count}, pressed {pressed}")


if get_script_run_ctx(suppress_warning=True) is not None:
    restart.watch()
    part()
"""


@pytest.fixture
def opened(browser, tmp_path):
    """A function: how often a page asks who the server is -> page, script and port."""
    with browser.new_context() as context:

        def open_page(every_ms):
            script, port = tmp_path / "restarted.py", free_port()
            script.write_text(SCRIPT % every_ms)
            return context.new_page(), script, port

        yield open_page


def test_a_page_that_was_open_before_a_restart_says_so_and_keeps_its_settings(opened):
    page, script, port = opened(500)
    with app(script, port=port) as address:
        page.goto(f"{address}?count=5")
        page.get_by_text("count 5, pressed False").wait_for()
        page.get_by_text("Press", exact=True).wait_for()  # all that it fetches is there
        assert not page.get_by_text("The server was restarted").count()
    with app(script, port=port):
        page.get_by_text("The server was restarted").wait_for(timeout=60_000)
        page.get_by_text("count 5, pressed False").wait_for()
        page.get_by_text("Press", exact=True).click()
        page.get_by_text("count 5, pressed True").wait_for()


def test_a_click_that_is_the_first_that_a_new_server_hears_is_not_lost(opened):
    page, script, port = opened(10**8)  # the page itself never asks
    with app(script, port=port) as address:
        page.goto(f"{address}?count=1")
        page.get_by_text("count 1, pressed False").wait_for()
        page.get_by_text("Press", exact=True).wait_for()
    with app(script, port=port):
        told = page.get_by_text("The server was restarted")
        for _ in range(60):  # nothing tells when the connection is there again
            with suppress(TooLate):
                page.get_by_text("Press", exact=True).click(timeout=1000)
                told.wait_for(timeout=1000)
                break
        page.get_by_text("count 1, pressed True").wait_for()
