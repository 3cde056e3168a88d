"""A page that was open before a restart is set up again whole, whatever was clicked in it."""

from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

from patchdrive.ui import restart


class Session(SimpleNamespace):
    """Stands for a session of Streamlit."""

    __hash__ = object.__hash__


@pytest.fixture
def heard(monkeypatch):
    """What Streamlit's own method gets to hear."""
    messages = []

    def original(self, client_state):
        messages.append(client_state and client_state.fragment_id)

    monkeypatch.setattr(AppSession, "request_rerun", original)
    restart.whole_pages_first()
    restart.whole_pages_first()  # once is enough
    return messages


def message(fragment="", widgets=0):
    state = ClientState(fragment_id=fragment)
    for n in range(widgets):
        state.widget_states.widgets.add().id = str(n)
    return state


def test_a_click_in_a_part_of_an_old_page_runs_the_whole_page_of_a_new_session(heard):
    session = Session(id="new")
    AppSession.request_rerun(session, message("part", widgets=3))
    AppSession.request_rerun(session, message("part", widgets=3))
    assert heard == ["", "part"]
    assert "new" in restart._taken_up
    restart._taken_up.clear()


def test_a_page_that_is_opened_is_not_taken_for_an_old_one(heard):
    session = Session(id="first")
    AppSession.request_rerun(session, message())
    AppSession.request_rerun(session, message("part", widgets=3))
    AppSession.request_rerun(session, None)
    assert heard == ["", "part", None]
    assert "first" not in restart._taken_up
