"""Greedy selection with suppression, against the loop that scans the whole map for each pick."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import torch

from benchmarks.pictures import called
from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.ops.select import peaks
from patchdrive.types import Float, Int

K, SIZE, QUICK = 273, (2160, 3840), (108, 192)
RADII = (7, 32)


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
    """Each map against the best plain way, and the worst of them against torch's argmax."""
    random = np.random.default_rng(0)
    size, k, turns = (QUICK, 4, (1, 1)) if quick else (SIZE, K, (9, 2))
    worst = np.inf
    for make in MAPS:
        scores = make(size, random)
        for radius in RADII:
            name = f"{make.__name__}, radius {radius}"
            row = _row(name, scores, radius, k, turns)
            yield row
            if (row.value or 0) < worst:
                worst, hardest = row.value or 0, (name, scores, radius)
    yield _against_torch(*hardest, k, (turns[0], 1))


def _row(name: str, scores: Float, radius: int, k: int, turns: tuple[int, int]) -> Row:
    found: dict[str, Int] = {}

    def ours() -> None:
        found["ours"] = peaks(scores, k, radius=radius)

    def plain() -> None:
        found["plain"] = numpy_loop(scores, k, radius)

    fast, slow = interleaved((ours, plain), turns, warm=0)
    equal = np.array_equal(found["ours"], found["plain"])
    what = f"pick {k} of a {called(scores.shape)} map: {name}"
    return Row(what, fast, "argmax loop in NumPy", slow, target=10, equal=equal)


def _against_torch(name: str, scores: Float, radius: int, k: int, turns: tuple[int, int]) -> Row:
    tensor = torch.from_numpy(scores)
    fast, slow = interleaved(
        (lambda: peaks(scores, k, radius=radius), lambda: torch_loop(tensor, k, radius)),
        turns, warm=0,
    )  # fmt: skip
    equal = np.array_equal(peaks(scores, k, radius=radius), torch_loop(tensor, k, radius))
    what = f"pick {k} of a {called(scores.shape)} map: the worst of these"
    against = "argmax loop in torch"
    return Row(what, fast, against, slow, target=50, equal=equal, note=name)
