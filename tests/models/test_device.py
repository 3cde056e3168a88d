"""Devices: picked by name, taken in turns."""

import threading
import time

import pytest
import torch

from patchdrive.models import device
from patchdrive.models.device import pick, present, synchronize, turn
from patchdrive.types import SettingError

CPU = torch.device("cpu")
WAIT_S = 20


def test_auto_picks_the_fastest_kind_that_is_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert pick("auto").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick("auto").type == "cuda"
    assert present() == ("cuda", "mps", "cpu")


@pytest.mark.parametrize("name", ["cuda", "mps", "cuda:0", "tpu", "", "cpu:", "cpu:1", "cpu:x"])
def test_an_absent_device_is_refused_and_the_present_ones_are_named(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(SettingError, match="there is: cpu"):
        pick(name)


def test_the_cpu_is_picked_by_name_and_needs_no_synchronising():
    assert pick("cpu") == CPU
    synchronize(CPU)


def test_two_threads_are_never_on_one_device_at_once():
    inside, most = [], []

    def work():
        for _ in range(20):
            with turn(CPU):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(most) == 80
    assert max(most) == 1


@pytest.fixture
def held():
    """The CPU's turn is taken by another thread until the event is set."""
    taken, over = threading.Event(), threading.Event()

    def hold():
        with turn(CPU):
            taken.set()
            over.wait(WAIT_S)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(WAIT_S)
    yield over
    over.set()
    thread.join(WAIT_S)


def test_who_waits_is_told_so_again_and_again_and_then_gets_the_turn(held):
    calls = []

    def waiting():
        calls.append(time.monotonic())
        if len(calls) == 3:
            held.set()

    with turn(CPU, waiting):
        pass
    assert len(calls) >= 3
    assert calls[2] - calls[0] >= 0.15


def test_who_gives_up_waiting_holds_nothing(held):
    class StoppedError(Exception):
        pass

    def waiting():
        raise StoppedError

    with pytest.raises(StoppedError), turn(CPU, waiting):
        pytest.fail("the turn was another's")
    held.set()
    with turn(CPU):
        pass


def test_devices_do_not_wait_for_each_other(held):
    with turn(torch.device("meta"), lambda: pytest.fail("waited for another device")):
        pass


def test_a_turn_ends_when_its_block_fails():
    with pytest.raises(KeyError), turn(CPU):
        raise KeyError
    got = []
    thread = threading.Thread(target=lambda: got.extend(_take()))
    thread.start()
    thread.join(WAIT_S)
    assert got == ["taken"]


def _take():
    with turn(CPU):
        yield "taken"


def test_a_thread_may_take_its_own_turn_again():
    with turn(CPU), turn(CPU, lambda: pytest.fail("waited for itself")):
        pass


def test_turns_are_given_in_the_order_in_which_they_were_asked_for(held):
    order, threads = [], []
    line = device._turns_of(CPU).line

    def work(name):
        with turn(CPU):
            order.append(name)

    for name in range(5):
        threads.append(threading.Thread(target=work, args=(name,)))
        threads[-1].start()
        end = time.monotonic() + WAIT_S
        while len(line) <= name and time.monotonic() < end:
            time.sleep(0.001)
    held.set()
    for thread in threads:
        thread.join(WAIT_S)
    assert order == [0, 1, 2, 3, 4]


def test_long_work_in_parts_lets_another_in_after_one_part():
    parts, over = [], threading.Event()
    line = device._turns_of(CPU).line

    def long():
        for _ in range(100):
            with turn(CPU):
                parts.append("long")
                end = time.monotonic() + WAIT_S
                while len(parts) == 3 and not len(line) and time.monotonic() < end:
                    time.sleep(0.001)  # until the other one has asked
        over.set()

    thread = threading.Thread(target=long)
    thread.start()
    while len(parts) < 3:
        time.sleep(0.001)
    with turn(CPU):
        parts.append("short")
    assert over.wait(WAIT_S)
    thread.join(WAIT_S)
    assert parts.index("short") <= 4
