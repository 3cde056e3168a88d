"""Greedy selection with suppression, against the loop that scans the whole map for each pick."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import torch

from benchmarks.table import Row
from benchmarks.timing import Times, interleaved
from patchdrive.ops.select import peaks
from patchdrive.types import Float, Int

K, SIZE = 273, (2160, 3840)


def torch_loop(scores: torch.Tensor, k: int, radius: int) -> Int:
    """Argmax of the whole map, silence the window in place, repeat."""
    left = scores.clone()
    flat, width = left.view(-1), left.shape[1]
    picks = []
    for _ in range(k):
        y, x = divmod(int(flat.argmax()), width)
        picks.append((y, x))
        left[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1] = -torch.inf
    return np.array(picks, np.int64)


def numpy_loop(scores: Float, k: int, radius: int) -> Int:
    """The same loop in NumPy."""
    left = scores.copy()
    flat, width = left.reshape(-1), left.shape[1]
    picks = []
    for _ in range(k):
        y, x = divmod(int(flat.argmax()), width)
        picks.append((y, x))
        left[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1] = -np.inf
    return np.array(picks, np.int64)


def noise(size: tuple[int, int], random: np.random.Generator) -> Float:
    """Independent cells."""
    return random.random(size, np.float32)


def smooth(size: tuple[int, int], random: np.random.Generator) -> Float:
    """Broad hills."""
    return np.asarray(cv2.GaussianBlur(noise(size, random), (0, 0), max(size) / 80))


def blobs(size: tuple[int, int], random: np.random.Generator) -> Float:
    """28 bumps on zero."""
    spread = max(size) / 64
    scores = np.zeros(size, np.float32)
    for cell in random.integers(0, size, (28, 2)).tolist():
        scores[tuple(cell)] += random.uniform(0.5, 1)
    return np.asarray(cv2.GaussianBlur(scores, (0, 0), spread))


def plateaus(size: tuple[int, int], random: np.random.Generator) -> Float:
    """Broad hills in eight steps: ties everywhere."""
    scores = smooth(size, random)
    scores = (scores - scores.min()) / np.ptp(scores)
    return np.floor(8 * scores).astype(np.float32)


MAPS: tuple[Callable[[tuple[int, int], np.random.Generator], Float], ...] = (
    noise,
    smooth,
    blobs,
    plateaus,
)


def rows(quick: bool) -> Iterator[Row]:
    """Eight cells against torch; against NumPy's much quicker argmax only the worst of them."""
    random = np.random.default_rng(0)
    beside: list[tuple[Times, Times, bool, str]] = []
    for make in MAPS:
        scores = make(SIZE, random)
        tensor = torch.from_numpy(scores)
        for radius in (7, 32):
            row, kept = _cell(scores, tensor, radius, quick)
            name = f"{make.__name__}, radius {radius}"
            yield Row(f"pick {K} of a 4K map: {name}", *row)
            beside.append((*kept, name))
    ours, other, _, name = min(beside, key=lambda cell: cell[1].median / cell[0].median)
    equal = all(cell[2] for cell in beside)
    yield Row(f"the worst of these ({name})", ours, "the loop in NumPy", other, equal=equal)


def _cell(scores: Float, tensor: torch.Tensor, radius: int, quick: bool) -> tuple:
    found: dict[str, Int] = {}

    def keep(name: str, run: Callable[..., Int], *values: object) -> Callable[[], None]:
        return lambda: found.__setitem__(name, run(*values))

    runs = (
        keep("ours", lambda: peaks(scores, K, radius=radius)),
        keep("torch", torch_loop, tensor, K, radius),
        keep("numpy", numpy_loop, scores, K, radius),
    )
    peaks(scores, K, radius=radius)
    tensor.argmax()
    ours, slow, other = interleaved(runs, (5 if quick else 9, 1, 1), warm=0)
    same = np.array_equal(found["ours"], found["torch"])
    row = (ours, "argmax loop in torch", slow, "faster", 50, same)
    return row, (ours, other, np.array_equal(found["ours"], found["numpy"]))
