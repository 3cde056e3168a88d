"""What surrounds a training and is put back after it: random numbers, threads, attention."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def seed_of(*parts: int) -> int:
    """One seed from several numbers; neighbours give seeds that have nothing in common."""
    told = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(told[:8], "big") >> 1


@contextmanager
def noise(seed: int, device: torch.device) -> Iterator[None]:
    """Dropout and its like inside follow from the seed; the caller's generators stay as they were.

    device  where the network is
    """
    own = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=own):
        torch.default_generator.manual_seed(seed)
        if own:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        elif device.type == "mps":
            torch.mps.manual_seed(seed)
        yield


@contextmanager
def conditions(threads: int, device: torch.device) -> Iterator[None]:
    """So many threads on the CPU (0: as they are), and the attention that trains fastest there."""
    before = torch.get_num_threads()
    if threads:
        torch.set_num_threads(threads)
    try:
        with _attention(fused=device.type != "cpu"):
            yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _attention(*, fused: bool) -> Iterator[None]:
    """Whether timm's networks built inside use fused attention.

    On the CPU the backward pass of the fused one takes more than half of a small network's step.
    """
    from timm.layers.config import set_fused_attn, use_fused_attn

    before = use_fused_attn(), use_fused_attn(experimental=True)
    set_fused_attn(fused)
    try:
        yield
    finally:
        set_fused_attn(*before)
