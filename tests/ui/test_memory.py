"""The shelf: bounded, shared, and never doing one thing twice."""

import threading

import numpy as np
import pytest

from patchdrive.images import MemoryImage
from patchdrive.pipelines.clock import Timed
from patchdrive.types import Patches
from patchdrive.ui.memory import SMALLEST, Shelf, weigh


def value(nbytes):
    return lambda: Timed(np.zeros(nbytes, np.uint8), 1.0)


def test_a_kept_value_is_shared_and_not_made_again():
    shelf = Shelf()
    first = shelf(("a",), value(10))
    assert shelf(("a",), lambda: pytest.fail("made again")) is first


def test_the_shelf_is_bounded_by_bytes_and_forgets_what_was_used_longest_ago():
    shelf = Shelf(nbytes=10 * SMALLEST)
    for name in "abc":
        shelf((name,), value(4 * SMALLEST))
        shelf(("a",), value(4 * SMALLEST))
    assert shelf.nbytes <= 10 * SMALLEST
    shelf(("a",), lambda: pytest.fail("a was used last"))
    made = []
    shelf(("b",), lambda: made.append(1) or Timed(0, 0.0))
    assert made, "b had to go"


def test_the_shelf_is_bounded_by_entries():
    shelf = Shelf(entries=3)
    for number in range(9):
        shelf((str(number),), value(1))
    assert len(shelf) == 3


def test_a_value_larger_than_the_shelf_is_given_but_not_kept():
    shelf = Shelf(nbytes=2 * SMALLEST)
    assert shelf(("big",), value(5 * SMALLEST)).value.nbytes == 5 * SMALLEST
    assert len(shelf) == 0


def test_two_threads_that_want_one_value_make_it_once():
    shelf, made, gate = Shelf(), [], threading.Event()

    def make():
        made.append(1)
        gate.wait(5)
        return Timed(1, 0.0)

    threads = [threading.Thread(target=shelf, args=(("k",), make)) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(5)
    assert made == [1]


def test_when_a_maker_is_stopped_the_next_one_makes_the_value():
    shelf = Shelf()

    def stopped():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf(("k",), stopped)
    assert shelf(("k",), lambda: Timed(2, 0.0)).value == 2


def test_weight_counts_arrays_inside_types_and_tuples():
    patches = Patches(np.zeros((3, 50, 50, 3), np.uint8), np.zeros((3, 4), np.int64))
    assert weigh(Timed((patches, [patches]), 0.0)) == 2 * (3 * 50 * 50 * 3 + 96)


def test_who_waits_for_another_thread_is_asked_and_may_give_up():
    shelf, started, gate = Shelf(), threading.Event(), threading.Event()

    def slow():
        started.set()
        gate.wait(10)
        return Timed(1, 0.0)

    def give_up():
        raise TimeoutError

    maker = threading.Thread(target=shelf, args=(("k",), slow))
    maker.start()
    assert started.wait(10)
    with pytest.raises(TimeoutError):
        shelf(("k",), lambda: pytest.fail("made twice"), give_up)
    gate.set()
    maker.join(10)
    assert shelf(("k",), lambda: pytest.fail("made twice")).value == 1


def test_weight_counts_pictures_too():
    image = MemoryImage(np.zeros((40, 50, 3), np.uint8))
    assert weigh(Timed((image, 1.0), 0.0)) == image.nbytes
