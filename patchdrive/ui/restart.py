"""A page that was open before the server was restarted is set up again, and says so.

A browser that finds the server again gets a new session, which knows nothing of its page. Two
things follow: the page looks alive and is not, until somebody looks (a small component on each
page asks the server who it is); and Streamlit drops a click inside a fragment, for a new session
has no fragments yet (the first message of a session is taken for the whole page instead).
"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from weakref import WeakSet

import streamlit as st
from streamlit.runtime.app_session import AppSession

from patchdrive.ui.leases import here

BOOT = secrets.token_hex(8)
"""Tells this run of the server from others."""

ROUTE = "patchdrive/alive"
EVERY_MS = 4000
SHOWN_S = 60
"""So long the words stand on each new run of the page."""

WORDS = (
    "The server was restarted, or had lost this page: it is set up again with your settings. "
    "A picture that you had uploaded has to be opened again."
)

_SCRIPT = """
export default function ({ data, parentElement, setTriggerValue }) {
  const mine = (parentElement.patchdriveWatch = {}); // an earlier one ends when it sees another
  const url = new URL(data.url, document.baseURI);
  const ask = () => fetch(url, { cache: "no-store" }).catch(() => null);
  const current = () => parentElement.patchdriveWatch === mine;
  let pause = data.every;
  const look = async () => {
    const answer = document.hidden ? null : await ask();
    const boot = answer?.ok ? await answer.text() : data.boot;
    if (!current()) return;
    if (boot !== data.boot) {
      setTriggerValue("lost", Date.now());
      pause *= 2; // a busy server takes its time to answer
    }
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
  return () => (parentElement.patchdriveWatch = null);
}
"""

_known: WeakSet[AppSession] = WeakSet()
_taken_up: set[str | None] = set()  # ids of sessions whose page was open before them


def whole_pages_first() -> None:
    """Let the first message of each session run the whole page, whatever part of it was clicked."""
    original = AppSession.request_rerun
    if hasattr(original, "patchdrive"):
        return

    def request_rerun(self: AppSession, client_state: Any) -> None:
        if self not in _known:
            _known.add(self)
            if client_state is not None and client_state.widget_states.widgets:
                _taken_up.add(self.id)
                client_state.fragment_id = ""
        original(self, client_state)

    request_rerun.patchdrive = True  # type: ignore[attr-defined]
    AppSession.request_rerun = request_rerun  # type: ignore[method-assign]


def watch() -> None:
    """Look after the page, and say so where it has just been taken up again."""
    data = {"boot": BOOT, "url": ROUTE, "every": EVERY_MS}
    _component()(data=data, key="watch", height=0, on_lost_change=_nothing)
    session = here()
    if session in _taken_up:
        _taken_up.discard(session)
        st.session_state[_TOLD] = time.monotonic()
    if time.monotonic() - st.session_state.get(_TOLD, -math.inf) < SHOWN_S:
        st.info(WORDS, icon=":material/restart_alt:")


_TOLD = "the page was taken up again"


def _nothing() -> None:
    """The message alone runs the page; Streamlit passes on only events that have a callback."""


@cache
def _component() -> Callable[..., Any]:
    component: Callable[..., Any] = st.components.v2.component("patchdrive.watch", js=_SCRIPT)
    return component
