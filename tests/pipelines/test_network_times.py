"""The networks' stages are timed by the device's clock: it works on after it was asked to work."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from patchdrive.images import MemoryImage
from patchdrive.models import device
from patchdrive.pipelines import networks
from patchdrive.pipelines.clock import silence
from patchdrive.settings import NetworkSettings
from patchdrive.types import DriveResult, Glance, Patches, Saccades
from tests import scenes

WORK_S = 0.25  # that the device needs for each call
SETTINGS = NetworkSettings(device="cpu")


class Device:
    """A device that does nothing until somebody waits for it, and the clock beside it."""

    source, trained = "nobody", False

    def __init__(self):
        self.now, self.owed = 100.0, 0.0

    def synchronize(self, place):
        assert place == torch.device("cpu")
        self.now, self.owed = self.now + self.owed, 0.0

    def _work(self):
        self.owed += WORK_S
        return torch.zeros(1, 2, 3, 3)

    def encode_glance(self, pixels):
        return self._work()

    def judge(self, features):
        return self._work()

    def encode_patches(self, pixels, batch=16):
        return self._work()

    def fuse(self, *given):
        return tuple(self._work() for _ in range(3))


@pytest.fixture
def late(monkeypatch):
    one = Device()
    monkeypatch.setattr(networks, "net", lambda settings: one)
    monkeypatch.setattr(networks, "synchronize", one.synchronize)
    monkeypatch.setattr(networks, "time", SimpleNamespace(perf_counter=lambda: one.now))
    return one


def stages():
    """Each stage of the networks, and how often it calls the device."""
    glance = Glance(scenes.noise(8, 8), (8, 8), features=torch.zeros(2, 3, 3))
    boxes = np.array([[0, 0, 4, 4]])
    patches = Patches(np.zeros((1, 4, 4, 3), np.uint8), boxes)
    saccades = Saccades(np.array([[2, 2]]), np.ones(1, np.float32), (8, 8), 1)
    seen = SimpleNamespace(saccades=saccades, image=MemoryImage(scenes.noise(8, 8)))
    vectors = torch.zeros(1, 4)
    return {
        "read": (2, lambda: networks.read(glance, SETTINGS, silence)),
        "encode": (1, lambda: networks.encode(patches, SETTINGS, silence)),
        "fuse": (3, lambda: networks.fuse(glance, vectors, seen, SETTINGS, silence)),
    }


@pytest.mark.parametrize("name", stages())
@pytest.mark.parametrize("before", [0.0, 7.0])
def test_a_stage_takes_as_long_as_the_device_works_for_it(name, before, late):
    """Not as long as asking takes, and without what others left for the device to do."""
    calls, run = stages()[name]
    late.owed = before
    assert run().ms == pytest.approx(1000 * WORK_S * calls)
    assert late.owed == 0


@pytest.mark.parametrize(("kind", "module"), [("cuda", torch.cuda), ("mps", torch.mps)])
def test_a_device_that_works_on_is_waited_for(kind, module, monkeypatch):
    waited = []
    for one in (torch.cuda, torch.mps):
        monkeypatch.setattr(one, "synchronize", lambda *place, one=one: waited.append((one, place)))
    device.synchronize(torch.device(kind))
    (found,) = waited
    assert found in [(module, (torch.device(kind),)), (module, ())]


@pytest.mark.parametrize("stage", ["glance network", "patch network", "fusion"])
def test_a_drive_shows_the_networks_own_time(stage, street, tiny, monkeypatch):
    """What a maker measured itself is what the result says, to the last digit."""
    from patchdrive.pipelines.drive import drive

    told = []
    in_turn = networks._in_turn

    def noting(*given):
        told.append(in_turn(*given))
        return told[-1]

    monkeypatch.setattr(networks, "_in_turn", noting)
    result: DriveResult = drive(street, **tiny)
    order = ["glance network", "patch network", "fusion"]
    assert result.ms[stage] == told[order.index(stage)].ms
