"""What somebody brought goes some minutes after the last session that had it open."""

import anyio
import numpy as np
import pytest

from patchdrive.pipelines import networks
from patchdrive.pipelines.clock import Timed
from patchdrive.settings import NetworkSettings
from patchdrive.types import SettingError
from patchdrive.ui import leases as module
from patchdrive.ui.leases import VARIABLE, Leases, kept_s


class World:
    """Sessions that come and go, a clock, and what was let go."""

    def __init__(self):
        self.now, self.there, self.dropped, self.left = 0.0, set(), [], 0
        self.leases = Leases(
            lambda session: session in self.there,
            self.dropped.append,
            self._leave,
            lambda: self.now,
        )

    def _leave(self):
        self.left += 1

    def at(self, now, *there):
        self.now, self.there = now, set(there)
        self.leases.sweep(60)


@pytest.fixture
def world():
    return World()


def test_an_upload_is_held_as_long_as_its_session_and_some_time_more(world):
    world.leases.hold("key", "a")
    world.at(1000, "a")
    world.at(1050)
    assert world.dropped == []
    world.at(1061)
    assert world.dropped == ["key"]


def test_a_session_that_comes_back_in_time_loses_nothing(world):
    world.leases.hold("key", "a")
    world.at(10, "a")
    world.at(50)
    world.at(65, "a")
    world.at(120)
    assert world.dropped == []


def test_a_link_holds_for_whoever_opened_it(world):
    world.leases.hold("key", "a")
    world.leases.hold("key", "b")
    world.leases.hold("other", "a")
    world.at(10, "a", "b")
    world.at(100, "b")
    assert world.dropped == ["other"]
    world.at(170)
    assert world.dropped == ["other", "key"]


def test_when_nobody_is_left_all_is_let_go_once(world):
    world.leases.visit("a")
    world.at(10, "a")
    world.at(60)
    assert world.left == 0
    world.at(71)
    world.at(99)
    assert world.left == 1
    world.leases.visit("b")
    world.at(80, "b")
    world.at(200)
    assert world.left == 2


def test_a_server_looks_from_time_to_time_and_ends_in_peace(monkeypatch):
    swept, enough = [], anyio.Event()

    def sweep(kept):
        swept.append(kept)
        if len(swept) == 1:
            raise OSError("one sweep that fails")
        anyio.from_thread.run_sync(enough.set)

    monkeypatch.setattr(module, "LOOK_S", 0.01)
    monkeypatch.setattr(module.leases(), "sweep", sweep)

    async def serve():
        async with module.swept(None):
            with anyio.fail_after(20):
                await enough.wait()

    anyio.run(serve)
    assert len(swept) >= 2


@pytest.mark.parametrize(("text", "seconds"), [("", 600), ("0", 0), ("1.5", 90)])
def test_the_setting_is_a_number_of_minutes(monkeypatch, text, seconds):
    monkeypatch.setenv(VARIABLE, text)
    assert kept_s() == seconds


@pytest.mark.parametrize("text", ["long", "-1", "nan", "inf"])
def test_a_setting_that_is_none_is_refused_in_words(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(SettingError, match=VARIABLE):
        kept_s()


def test_nothing_that_pages_hold_is_dropped_by_those_who_only_visit(world):
    world.leases.visit("a")
    world.at(1000)
    assert world.dropped == []
    assert module.leases() is module.leases()


def test_when_nobody_is_left_values_choices_and_networks_go():
    shelf = module.shelf()
    shelf(("some", "key"), lambda: Timed(np.zeros(10), 1.0))
    offered = module.choices().offer("some choices", lambda: b"made")
    assert module.choices().get(offered) == b"made"
    settings = NetworkSettings(weights="untrained", device="cpu", seed=4711)
    kept = networks.net(settings)
    assert networks.net(settings) is kept
    module._leave()
    assert len(shelf) == 0
    assert module.choices().get(offered) is None
    assert networks.net(settings) is not kept
    networks.forget()
