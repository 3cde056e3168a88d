"""A chain of stages: keys, times, memories, listeners."""

from dataclasses import dataclass

import pytest

from patchdrive.pipelines.clock import Chain
from patchdrive.settings import Settings, knob


@dataclass(frozen=True)
class Sharpness(Settings):
    amount: int = knob(1, "How much", label="Amount")


@dataclass(frozen=True)
class Softness(Settings):
    amount: int = knob(1, "How much", label="Amount")


class Kept(dict):
    """A memory that keeps everything."""

    def __call__(self, key, make):
        if key not in self:
            self[key] = make()
        return self[key]


def test_a_stage_is_made_once_where_there_is_a_memory():
    memory, made = Kept(), []
    for _ in range(2):
        assert Chain("d", memory).stage("s", (1,), lambda: made.append(1) or 5) == 5
    assert made == [1]


def test_a_stage_is_made_each_time_where_there_is_none():
    made = []
    for _ in range(2):
        Chain("d").stage("s", (1,), lambda: made.append(1))
    assert made == [1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("d", "s", (Sharpness(),)), ("d", "s", (Softness(),))),
        (("d", "s", (Sharpness(1),)), ("d", "s", (Sharpness(2),))),
        (("d", "s", (1,)), ("d", "s", ("1",))),
        (("d", "s", (1, 2)), ("d", "s", ((1, 2),))),
        (("d", "s", ()), ("e", "s", ())),
        (("d", "s", ()), ("d", "t", ())),
    ],
    ids=["class", "number", "type", "nesting", "picture", "name"],
)
def test_what_differs_in_anything_does_not_share_a_key(one, other):
    memory = Kept()
    for digest, name, depends in (one, other):
        Chain(digest, memory).stage(name, depends, object)
    assert len(memory) == 2


def test_a_remembered_stage_tells_the_time_that_making_it_took():
    memory = Kept()
    first, second = Chain("d", memory), Chain("d", memory)
    for chain in (first, second):
        chain.stage("s", (), lambda: sum(range(10000)))
    assert first.ms == second.ms
    assert first.ms["s"] > 0


def test_the_listener_hears_of_stages_that_are_made_and_can_stop_them():
    memory, heard = Kept(), []

    def listener(text, done, total):
        heard.append(text)
        if text == "second":
            raise KeyboardInterrupt

    chain = Chain("d", memory, listener)
    chain.stage("first", (), lambda: 1)
    chain.stage("first", (), lambda: 1)
    with pytest.raises(KeyboardInterrupt):
        chain.stage("second", (), lambda: 2)
    assert heard == ["first", "second"]
    assert len(memory) == 1, "what was stopped is not remembered"
