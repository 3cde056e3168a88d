"""Every test here starts from one seed, with an empty hub cache and without a network."""

import socket

import pytest
import torch
from huggingface_hub import constants


@pytest.fixture(autouse=True)
def hub(tmp_path_factory, monkeypatch):
    """The folder of the local hub cache."""
    folder = tmp_path_factory.mktemp("hub")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))

    def refuse(*_, **__):
        raise AssertionError("nothing here may go to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    torch.manual_seed(0)
    return folder


@pytest.fixture
def in_cache(hub):
    """A function that puts a file into the hub cache, as a download would."""

    def put(repo, filename, write):
        folder = hub / f"models--{repo.replace('/', '--')}"
        snapshot = folder / "snapshots" / "0123abcd"
        snapshot.mkdir(parents=True)
        (folder / "refs").mkdir()
        (folder / "refs" / "main").write_text("0123abcd")
        write(snapshot / filename)
        return snapshot / filename

    return put
