"""A network that trains in seconds, and pictures that it can tell apart."""

import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image as Pillow
from torch import nn

from patchdrive.models import checkpoint
from patchdrive.training import networks
from patchdrive.training.config import Config
from patchdrive.training.data import Pictures, room_for
from patchdrive.types import SettingError

REAL = {name: getattr(networks, name) for name in ("full", "acting", "refuse_idle", "tokens")}
MAKE = checkpoint.make
KNOWN = {"size": 16, "classes": 3, "width": 4}


class Tiny(nn.Module):
    """Two convolutions with everything that a loop could get wrong: dropout, norms, buffers."""

    def __init__(self, width, classes):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, width, 3, 2), nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, 8, 3, 2)
        )
        self.drop, self.head = nn.Dropout(0.1), nn.Linear(8, classes)
        self.seen, self.stages = [], []

    def forward(self, pixels, *, before=None, after=None):
        if before is not None or after is not None:
            self.seen.append(after if before is None else before)
            self.stages.append("after" if before is None else "before")
        return self.head(self.drop(self.body(pixels).mean((2, 3))))


def full(values):
    for name in values:
        if name not in KNOWN:
            raise SettingError(f"a tiny network has no {name!r}")
    return {**KNOWN, **values}


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """All networks of these tests are tiny ones."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)

    def make(values):
        values = full(values)
        return Tiny(values["width"], values["classes"])

    monkeypatch.setattr(networks, "full", full)
    monkeypatch.setattr(networks, "acting", full)
    monkeypatch.setattr(networks, "refuse_idle", full)
    monkeypatch.setattr(checkpoint, "make", make)
    monkeypatch.setattr(networks, "tokens", lambda values: 9)
    monkeypatch.delenv("PATCHDRIVE_DATA", raising=False)
    yield Tiny
    torch.set_num_threads(threads)


@pytest.fixture
def real(monkeypatch):
    """The project's classifiers again."""
    for name, function in REAL.items():
        monkeypatch.setattr(networks, name, function)
    monkeypatch.setattr(checkpoint, "make", MAKE)


@pytest.fixture
def pictures(rng):
    """90 noisy pictures of three classes: red, green, blue; their names stay the same."""
    size, labels = 16, np.repeat(np.arange(3), (50, 25, 15)).astype(np.int64)
    room = room_for(size)
    pixels = rng.integers(0, 160, (90, room, room, 3))
    pixels[np.arange(90), :, :, labels] += 80
    names = tuple(f"{'rgb'[label]}/{i:03}.png" for i, label in enumerate(labels))
    return Pictures(pixels.astype(np.uint8), labels, ("r", "g", "b"), names, size)


@pytest.fixture
def config():
    """A config by its train settings: config(epochs=2)."""

    def of(data=None, **train):
        settings = {"epochs": 4, "batch": 16, "device": "cpu", "lr": 0.01, **train}
        data = {"path": "somewhere", "size": 16, **(data or {})}
        return Config.of({"data": data, "train": settings}, "tiny")

    return of


def png(colour, size=(20, 24)):
    out = io.BytesIO()
    Pillow.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(params=["folder", "zip"])
def stored(request, tmp_path):
    """Files by name, stored as a folder or as a zip file; a name that ends in / is a folder."""

    def store(files, name="pets"):
        if request.param == "zip":
            place = tmp_path / f"{name}.zip"
            with zipfile.ZipFile(place, "w") as archive:
                for file, content in files.items():
                    archive.writestr(file, content)
            return place
        place = tmp_path / name
        place.mkdir()
        for file, content in files.items():
            (place / file).parent.mkdir(exist_ok=True)
            if file.endswith("/"):
                (place / file).mkdir(exist_ok=True)
            else:
                (place / file).write_bytes(content)
        return place

    return store


@pytest.fixture
def pets():
    """Forty files of two classes in plain colours, and some that are none of ours."""
    cats = {f"cat/{i:02}.png": png((200, i, 0)) for i in range(20)}
    dogs = {f"dog/{i:02}.PNG": png((0, i, 200), (30, 20)) for i in range(20)}
    return {"dog/": b"", **dogs, "cat/notes.txt": b"no picture", "readme.txt": b"", **cats}
