"""How much of what is known to be in a picture lies in the patches, beside floors and a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.pictures import Labelled, real, shipped
from benchmarks.table import markdown
from patchdrive.ops.crops import windows
from patchdrive.pipelines.drive import covered, see
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import DEFAULT, METHODS
from patchdrive.types import Bool, Int, Size

K, PATCH, RADIUS, SEEDS = 16, 224, 160, 50
FLOORS = ("random places (mean of 50)", "uniform grid", "oracle (greedy cover)")


def centres(boxes: Int) -> Int:
    """The pixel (N, 2) in the middle of each box."""
    return (boxes[:, :2] + boxes[:, 2:]) // 2


def found(truth: Int, patches: Int) -> Bool:
    """Which truth boxes (N, 4) have their centre in one of the patches (K, 4)."""
    at = centres(truth)[:, None]
    return np.asarray(((at >= patches[:, :2]) & (at < patches[:, 2:])).all(axis=2).any(axis=1))


def anywhere(size: Size, seed: int) -> Int:
    """K random windows inside the picture."""
    yx = np.random.default_rng(seed).integers(0, size, (K, 2))
    return windows(yx, PATCH, size)


def grid(size: Size) -> Int:
    """K windows around the centres of 4 x 4 equal cells."""
    rows = int(K**0.5)
    cells = np.stack(np.mgrid[:rows, : K // rows], -1).reshape(-1, 2)
    return windows((2 * cells + 1) * size // (2 * rows), PATCH, size)


def cover(truth: Int, size: Size) -> Int:
    """K windows that know the truth: each holds as many centres not yet found as any window can.

    A best window can be moved until its upper and left sides touch a centre each, so only these
    are tried. Greedy: the true optimum may be a little better.
    """
    at, chosen = centres(truth), np.empty((0, 4), np.int64)
    while len(chosen) < K and not (done := found(truth, chosen)).all():
        tops, lefts = np.unique(at[~done, 0]), np.unique(at[~done, 1])
        ys, xs = at[~done, 0], at[~done, 1]
        down = (ys >= tops[:, None]) & (ys < tops[:, None] + PATCH)
        across = (xs >= lefts[:, None]) & (xs < lefts[:, None] + PATCH)
        hits = down.astype(np.float32) @ across.T.astype(np.float32)
        top, left = np.unravel_index(hits.argmax(), hits.shape)
        corner = np.array([[tops[top], lefts[left]]])
        chosen = np.concatenate([chosen, windows(corner + PATCH // 2, PATCH, size)])
    return chosen


def looked(picture: Labelled, method: str) -> Int:
    """The patches of a drive by a method with its default knobs."""
    settings = DriveSettings.of(
        {"saliency": method, "k": K, "patch": PATCH, "radius": RADIUS, "fuse": False}
    )
    return see(picture.image, settings).patches.boxes


def searchers() -> dict[str, Callable[[Labelled], list[Int]]]:
    """Every way to choose windows by name; recall is averaged over the tries that a way gives."""
    ways: dict[str, Callable[[Labelled], list[Int]]] = {}
    for method in METHODS:
        if not method.network:
            label = f"{method.name} (the default)" if method.name == DEFAULT else method.name
            ways[label] = lambda picture, name=method.name: [looked(picture, name)]
    ways[FLOORS[0]] = lambda one: [anywhere(one.image.size, seed) for seed in range(SEEDS)]
    ways[FLOORS[1]] = lambda one: [grid(one.image.size)]
    ways[FLOORS[2]] = lambda one: [cover(one.boxes, one.image.size)]
    return ways


@dataclass(frozen=True)
class Score:
    """What one way found in one picture: hits (a mean over tries) of so many, reading a share."""

    hits: float
    count: int
    share: float


def score(picture: Labelled, tries: list[Int]) -> Score:
    """Mean over the tries."""
    hits = np.mean([found(picture.boxes, patches).sum() for patches in tries])
    size = picture.image.size
    share = np.mean([covered(patches, size) / (size[0] * size[1]) for patches in tries])
    return Score(float(hits), len(picture.boxes), float(share))


def scores(pictures: Iterable[Labelled]) -> dict[str, dict[str, Score]]:
    """Picture -> way -> score; each picture is opened once and let go."""
    ways = searchers()
    return {
        picture.name: {name: score(picture, way(picture)) for name, way in ways.items()}
        for picture in pictures
    }


def macro(parts: Iterable[Score]) -> float:
    """Mean of the pictures' recalls."""
    return float(np.mean([one.hits / one.count for one in parts]))


def pooled(parts: Iterable[Score]) -> float:
    """Recall over all objects of all pictures."""
    parts = list(parts)
    return sum(one.hits for one in parts) / sum(one.count for one in parts)


def table(quick: bool) -> tuple[str, str]:
    """Two tables, of the shipped and of the real pictures; the second is empty without data."""
    found_shipped = scores(shipped())
    head = ["recall at K=16", *(f"{n} ({_count([p])})" for n, p in found_shipped.items())]
    first = _lines(head, {name: [one] for name, one in found_shipped.items()})
    sets = {name: list(scores(some).values()) for name, some in real(2 if quick else 10)}
    if not sets:
        return first, ""
    head = ["recall at K=16", *(_words(name, some) for name, some in sets.items())]
    return first, _lines(head, sets)


def _lines(head: list[str], sets: dict[str, list[dict[str, Score]]]) -> str:
    """A column for each set, then both means over all pictures."""
    everything = [one for some in sets.values() for one in some]
    ways = list(everything[0])
    lines = []
    for way in ways:
        cells = [f"{macro(one[way] for one in some):.2f}" for some in sets.values()]
        total = [one[way] for one in everything]
        share = float(np.mean([one.share for one in total]))
        means = [f"{macro(total):.3f}", f"{pooled(total):.3f}", f"{100 * share:.1f} %"]
        lines.append([way, *cells, *means])
    ends = ["mean of pictures", "of all objects", "pixels read"]
    methods = [way for way in ways if way not in FLOORS]
    best = max(methods, key=lambda way: macro(one[way] for one in everything))
    text = markdown([*head, *ends], lines)
    return f"{text}\n\nBest of the methods by the mean of pictures: **{best}**."


def _count(some: Iterable[dict[str, Score]]) -> int:
    return sum(next(iter(one.values())).count for one in some)


def _words(name: str, some: list[dict[str, Score]]) -> str:
    return f"{name} ({len(some)} pictures, {_count(some)})"
