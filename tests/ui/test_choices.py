"""What a browser chooses from: made once, when it is asked for, and forgotten in order."""

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from patchdrive import budget
from patchdrive.images import open_image
from patchdrive.ops.candidates import candidates, offered, percentiles
from patchdrive.pipelines import prices
from patchdrive.pipelines.drive import see
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.types import SaliencyMap, SettingError
from patchdrive.ui.choices import MOST, Choices, choices, encoded, offer
from patchdrive.viewer.packing import unpack

SMALL = {"fuse": False, "k": 4, "patch": 16, "radius": 40}


@pytest.fixture
def looked(street):
    """A function: knobs -> a drive and its settings."""

    def look(**knobs):
        settings = DriveSettings.of({**SMALL, **knobs})
        return see(open_image(street), settings), settings

    return look


def test_a_payload_is_made_when_it_is_asked_for_and_then_kept():
    made, shelf = [], Choices()
    key = shelf.offer("one", lambda: made.append(1) or b"bytes")
    assert made == []
    assert [shelf.get(key) for _ in range(3)] == [b"bytes"] * 3
    assert made == [1]


def test_the_same_name_is_the_same_key_and_another_is_another():
    shelf = Choices()
    keys = [shelf.offer(name, lambda: b"") for name in ("one", "one", "two")]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0] == Choices().offer("one", lambda: b""), "two sessions share one payload"
    assert all(key.isalnum() and len(key) == 32 for key in keys)


@pytest.mark.parametrize("key", ["", "one", "0" * 32, "../../etc/passwd"])
def test_an_unknown_key_has_nothing(key):
    shelf = Choices()
    shelf.offer("one", lambda: b"bytes")
    assert shelf.get(key) is None


def test_only_so_many_are_remembered_and_those_offered_last():
    shelf = Choices()
    keys = [shelf.offer(str(n), lambda n=n: b"%d" % n) for n in range(MOST)]
    for key in keys:
        shelf.get(key)
    shelf.offer("0", lambda: b"again")  # a page that shows it offers it in every run
    more = shelf.offer("more", lambda: b"more")
    assert shelf.get(more) == b"more"
    assert shelf.get(keys[1]) is None, "the one that nobody offered for longest"
    assert shelf.get(keys[0]) == b"0"
    for held in (shelf._makers, shelf._made, shelf._making):
        assert len(held) <= MOST


def test_what_was_forgotten_can_be_offered_anew():
    shelf = Choices()
    key = shelf.offer("one", lambda: b"first")
    assert shelf.get(key) == b"first"
    for n in range(MOST):
        shelf.offer(str(n), lambda: b"")
    assert shelf.get(key) is None
    assert shelf.offer("one", lambda: b"second") == key
    assert shelf.get(key) == b"second"


def test_many_who_ask_at_once_wait_for_one_making():
    made, shelf, begun, go_on = [], Choices(), threading.Event(), threading.Event()

    def make():
        made.append(threading.get_ident())
        begun.set()
        assert go_on.wait(20)
        return b"bytes"

    key, other = shelf.offer("slow", make), shelf.offer("quick", lambda: b"quick")
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(shelf.get, key) for _ in range(8)]
        assert begun.wait(20)
        assert shelf.get(other) == b"quick", "others do not wait"
        assert not any(one.done() for one in waiting)
        go_on.set()
        assert [one.result(20) for one in waiting] == [b"bytes"] * 8
    assert len(made) == 1


def test_what_is_forgotten_while_it_is_made_is_given_but_not_kept():
    shelf, begun, go_on = Choices(), threading.Event(), threading.Event()

    def make():
        begun.set()
        assert go_on.wait(20)
        return b"bytes"

    key = shelf.offer("slow", make)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shelf.get, key)
        assert begun.wait(20)
        for n in range(MOST):
            shelf.offer(str(n), lambda: b"")
        go_on.set()
        assert waiting.result(20) == b"bytes"
    assert shelf.get(key) is None
    assert key not in shelf._made


def test_a_making_that_fails_is_tried_again():
    shelf, tries = Choices(), []

    def make():
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return b"bytes"

    key = shelf.offer("one", make)
    with pytest.raises(MemoryError):
        shelf.get(key)
    assert shelf.get(key) == b"bytes"


def test_a_drive_is_offered_by_all_that_its_candidates_depend_on(looked):
    plain = offer(*looked())
    assert offer(*looked()) == plain
    live = {"k": 9, "threshold": 0.5, "percentile": 10, "radius": 48, "patch": 32}
    assert offer(*looked(**live)) == plain, "turned without Python"
    others = [{"radius": 43}, {"picker": "maxima"}, {"keep": "1.1"}, {"ban": "1.1"},
              {"inside": "0.0,0.9,9.9"}, {"saliency": "edges"}, {"glance": 128}]  # fmt: skip
    keys = [offer(*looked(**knobs)) for knobs in others]
    assert len({plain, *keys}) == len(others) + 1


def test_a_map_by_a_network_is_another_with_another_network(looked):
    network = {"saliency": "network", "weights": "untrained", "global_backbone": "test_resnet"}
    others = [{}, {"seed": 1}, {"global_backbone": "test_efficientnet"}]
    keys = {offer(*looked(**{**network, **other})) for other in others}
    assert len(keys) == len(others)


@pytest.mark.parametrize("picker", ["greedy", "maxima"])
def test_the_payload_holds_candidates_percentiles_and_the_scores_of_kept_places(looked, picker):
    seen, settings = looked(picker=picker, radius=43, keep="9.9,200.300", ban="100.100")
    header, found = unpack(choices().get(offer(seen, settings)))
    values, size = seen.saliency.values, seen.image.size
    expected = candidates(values, picker, offered(43), size, marks=settings.marks)
    assert header["size"] == list(size)
    assert header["cells"] == list(values.shape)
    assert (np.stack([found["y"], found["x"]], -1) == expected.yx).all()
    assert (found["scores"] == expected.scores).all()
    assert (found["reach"] == expected.reach).all()
    assert (found["percentiles"] == percentiles(values)).all()
    assert (found["keptScores"] == seen.saccades.scores[:2]).all()
    assert encoded(seen.saliency, settings) == choices().get(offer(seen, settings))


def test_candidates_take_what_was_said_and_are_refused_where_that_is_too_much(monkeypatch):
    values = np.random.default_rng(0).random((300, 500), np.float32)
    need = prices.candidates(values.shape)
    saliency = SaliencyMap(values, (1200, 2000), "contrast")
    for picker in ("greedy", "maxima"):
        settings = DriveSettings.of({"picker": picker})
        tracemalloc.start()
        encoded(saliency, settings)
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert taken <= need.nbytes
    monkeypatch.setenv(budget.VARIABLE, str(need.nbytes / 2e9))
    with pytest.raises(SettingError, match="candidates of 150,000 cells"):
        encoded(saliency, DriveSettings.of({}))
