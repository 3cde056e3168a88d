"""Pipelines on a page: one device at a time, and whoever waits sees it."""

import threading

import numpy as np
import pytest
import torch

from patchdrive.images import open_image
from patchdrive.models.device import turn
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.ui import runs
from patchdrive.ui.memory import Shelf

QUICK = {"k": 2, "patch": 32, "glance": 64, "radius": 8, "device": "cpu"}


@pytest.fixture
def image():
    rng = np.random.default_rng(1)
    return open_image(rng.integers(0, 255, (96, 128, 3)).astype(np.uint8), name="noise")


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch):
    shelf = Shelf()
    monkeypatch.setattr(runs, "shelf", lambda: shelf)
    return shelf


class Place:
    """A place on a page that remembers what was shown in it."""

    def __init__(self, seen=None):
        self.shown = []
        self.seen = seen

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def tell(self, viewer, text, share):
        assert viewer == "drive"
        assert 0 <= share <= 1
        self.shown.append(text)
        if self.seen and "Waiting" in text:
            self.seen.set()

    def empty(self):
        self.shown.append("")


def test_a_second_session_waits_for_the_device_and_sees_that_it_waits(image, monkeypatch):
    waits = threading.Event()
    place = Place(waits)
    monkeypatch.setattr(runs.st, "empty", lambda: place)
    monkeypatch.setattr(runs, "progress", lambda *news, stale: place.tell(*news))
    settings = DriveSettings.of(QUICK)
    seen = runs.see(image, settings, "drive")
    results = []
    with turn(torch.device("cpu")):
        second = threading.Thread(target=lambda: results.append(runs.fuse(seen, settings, "drive")))
        second.start()
        assert waits.wait(60), place.shown
        assert not results
    second.join(60)
    assert results[0].fusion is not None
    assert "Waiting for the cpu ..." in place.shown
    assert place.shown[-1] == "", "the line goes when the work is done"


def test_a_run_that_is_stopped_while_it_waits_leaves_the_device_free(image, monkeypatch):
    class Stop(BaseException):
        pass

    def stopping(viewer, text, share):
        if "Waiting" in text or "Patch network" in text:
            raise Stop

    place = Place()
    monkeypatch.setattr(runs.st, "empty", lambda: place)
    monkeypatch.setattr(runs, "progress", lambda *news, stale: place.tell(*news))
    settings = DriveSettings.of(QUICK)
    seen = runs.see(image, settings, "drive")
    place.tell = stopping
    with pytest.raises(Stop):
        runs.fuse(seen, settings, "drive")
    place.tell = lambda *news: None
    assert runs.fuse(seen, settings, "drive").fusion is not None


def test_a_knob_that_changes_only_the_drawing_reaches_no_stage(image, empty_shelf):
    settings = TreeSettings.of({"min_leaf": 8, "max_leaf": 32})
    first = runs.grow(image, settings, "drive")
    kept = len(empty_shelf)
    again = runs.grow(image, settings, "drive")
    assert len(empty_shelf) == kept
    assert again.quadtree is first.quadtree
    assert again.ms == first.ms


def test_what_tokens_keep_is_the_picture_where_leaves_are_tokens(image):
    fine = {"split": "threshold", "max_detail": 0, "min_leaf": 8, "max_leaf": 16, "token": 16}
    settings = TreeSettings.of({**fine, "canny_low": 600, "canny_high": 600})
    kept = runs.remembered(runs.grow(image, settings, "drive"), settings, "drive")
    assert kept.image.size == image.size
    assert kept.psnr == float("inf"), "leaves of 16 px in tokens of 16 px lose nothing"
