"""Wavelet packets of a 4K picture, against PyWavelets and the PyTorch Wavelet Toolbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import ptwt
import pywt
import torch

from benchmarks.pictures import called
from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.ops.wavelets import band_names, packets, pad
from patchdrive.types import Float

SIZE, QUICK = (2160, 3840), (130, 250)
CASES = (("haar", 4), ("haar", 5), ("haar", 6), ("haar", 7), ("db2", 4))
QUICK_CASES = (("haar", 2), ("haar", 3), ("db2", 2))
CLOSE = 1e-4  # float32 after seven levels; the pixels lie in [0, 1], coefficients reach 128


def level_by_level(x: Float, levels: int, wavelet: str) -> Float:
    """PyWavelets' dwt2 on all bands at once: (C, H, W) to (4^n, C, h, w)."""
    found = x[None]
    for _ in range(levels):
        average, details = pywt.dwt2(found, wavelet, "periodization")
        found = np.stack([average, *details], 1).reshape(-1, *average.shape[1:])
    return found


def tree(x: Float, levels: int, wavelet: str) -> Float:
    """PyWavelets' WaveletPacket2D, which takes the channels at once."""
    packet = pywt.WaveletPacket2D(x, wavelet, "periodization", levels, axes=(-2, -1))
    return np.stack([packet[name].data for name in band_names(levels)])


def toolbox(x: torch.Tensor, levels: int, wavelet: str) -> torch.Tensor:
    """ptwt's WaveletPacket2D; it has no periodic border, and only Haar looks across none."""
    packet = ptwt.WaveletPacket2D(x, wavelet, mode="zero", maxlevel=levels)
    return torch.stack([packet[name] for name in band_names(levels)])


PEERS: dict[str, Callable[..., Float | torch.Tensor]] = {
    "PyWavelets' dwt2, level by level": level_by_level,
    "PyWavelets' WaveletPacket2D": tree,
    "ptwt's WaveletPacket2D": toolbox,
}


def rows(quick: bool) -> Iterator[Row]:
    """A row for each wavelet and depth, against the fastest of the peers."""
    random = np.random.default_rng(0)
    picture = torch.from_numpy(random.random((1, 3, *(QUICK if quick else SIZE)), np.float32))
    for wavelet, levels in QUICK_CASES if quick else CASES:
        what = f"{4**levels} {wavelet} packets of a {called(tuple(picture.shape[2:]))} picture"
        yield _case(what, pad(picture, levels), levels, wavelet, quick)


def _case(what: str, x: torch.Tensor, levels: int, wavelet: str, quick: bool) -> Row:
    found: dict[str, Float] = {}
    shape = (4**levels, 3, *(side >> levels for side in x.shape[2:]))

    def run(name: str, peer: Callable[..., Float | torch.Tensor]) -> Callable[[], None]:
        value = x[0] if peer is toolbox else x[0].numpy()
        return lambda: found.__setitem__(name, np.asarray(peer(value, levels, wavelet)))

    def ours() -> None:
        found["ours"] = packets(x, levels, wavelet).numpy()

    peers = {name: peer for name, peer in PEERS.items() if wavelet == "haar" or peer is not toolbox}
    runs = (ours, *(run(*peer) for peer in peers.items()))
    mine, *others = interleaved(runs, 1 if quick else 3)
    name, other = min(zip(peers, others, strict=True), key=lambda pair: pair[1].median)
    same = all(np.abs(found["ours"].reshape(shape) - found[peer]).max() < CLOSE for peer in peers)
    return Row(what, mine, name, other, target=2, equal=bool(same))
