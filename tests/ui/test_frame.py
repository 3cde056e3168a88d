"""The frame: errors in words, and runs that give way to newer ones."""

from types import SimpleNamespace

import pytest

from patchdrive.types import SettingError
from patchdrive.ui import frame


@pytest.fixture
def shown(monkeypatch):
    """What was shown as an error."""
    lines = []
    monkeypatch.setattr(frame.st, "error", lines.append)
    return lines


def test_what_a_person_can_mend_is_said_in_its_own_words(shown):
    with frame.words_for_errors():
        raise SettingError("k must be 1 to 512")
    assert shown == ["k must be 1 to 512"]


@pytest.mark.parametrize("fault", [RuntimeError("secret"), MemoryError(), KeyError("secret")])
def test_what_a_person_cannot_mend_is_logged_and_not_shown(fault, shown, caplog):
    with frame.words_for_errors():
        raise fault
    assert len(shown) == 1
    assert "secret" not in shown[0]
    assert caplog.records


@pytest.mark.parametrize(
    ("state", "gives_way"), [("RERUN", True), ("CONTINUE", False), ("STOP", True), (None, False)]
)
def test_a_run_gives_way_where_a_newer_one_waits_or_nobody_does(state, gives_way, monkeypatch):
    requests = SimpleNamespace(_state=SimpleNamespace(name=state)) if state else None
    context = SimpleNamespace(script_requests=requests)
    monkeypatch.setattr(frame, "get_script_run_ctx", lambda suppress_warning: context)
    if gives_way:
        with pytest.raises(frame.Superseded):
            frame.give_way()
    else:
        frame.give_way()


def test_outside_of_a_page_nothing_gives_way():
    frame.give_way()
