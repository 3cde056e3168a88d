"""How much of what is known to be in a picture lies in the patches, beside floors and a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.pictures import Labelled, real, shipped
from benchmarks.table import markdown
from patchdrive.ops.borders import windows
from patchdrive.pipelines.drive import covered, see
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import DEFAULT, METHODS
from patchdrive.types import Bool, Int, Size

K, PATCH, RADIUS, SEEDS = 16, 224, 160, 50
RANDOM = f"random places (mean of {SEEDS})"
FLOORS = (RANDOM, "uniform grid", "oracle (greedy cover)")
WORDS = """## What the patches find

An object is found where the centre of its box lies in one of {k} patches of {patch} px (NMS radius
{radius} px, every method with its default knobs). **The defaults were chosen on the shipped
pictures, so the first table flatters them.** Two means, which can name different winners: of the
pictures' recalls, where each picture counts alike, and over all objects, where the picture with
most objects counts most. Random places and the uniform grid are the floors; the oracle knows the
truth and covers it greedily with {k} windows. In brackets: how many objects there are. Where a
picture is small, {k} windows are much of it: see the share of pixels read."""


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
    ways[RANDOM] = lambda one: [anywhere(one.image.size, seed) for seed in range(SEEDS)]
    ways[FLOORS[1]] = lambda one: [grid(one.image.size)]
    ways[FLOORS[2]] = lambda one: [cover(one.boxes, one.image.size)]
    return ways


@dataclass(frozen=True)
class Score:
    """What one way found in one picture, of so many objects.

    hits   of each try
    share  of the picture's pixels that it read, mean over the tries
    """

    hits: tuple[int, ...]
    count: int
    share: float

    @property
    def recall(self) -> float:
        """Mean over the tries."""
        return float(np.mean(self.hits)) / self.count


def score(picture: Labelled, tries: list[Int]) -> Score:
    """What each try found."""
    hits = tuple(int(found(picture.boxes, patches).sum()) for patches in tries)
    size = picture.image.size
    share = np.mean([covered(patches, size) / (size[0] * size[1]) for patches in tries])
    return Score(hits, len(picture.boxes), float(share))


def scores(pictures: Iterable[Labelled]) -> dict[str, dict[str, Score]]:
    """Picture -> way -> score; each picture is opened once and let go."""
    ways = searchers()
    return {
        picture.name: {name: score(picture, way(picture)) for name, way in ways.items()}
        for picture in pictures
    }


def macro(parts: Iterable[Score]) -> float:
    """Mean of the pictures' recalls."""
    return float(np.mean([one.recall for one in parts]))


def pooled(parts: Iterable[Score]) -> float:
    """Recall over all objects of all pictures."""
    parts = list(parts)
    return sum(one.recall * one.count for one in parts) / sum(one.count for one in parts)


def by_try(parts: list[Score]) -> list[list[Score]]:
    """The same scores with one try each: what one draw of random places found everywhere."""
    tries = range(len(parts[0].hits))
    return [[replace(one, hits=(one.hits[n],)) for one in parts] for n in tries]


def text(quick: bool) -> str:
    """The section of the results: a table of the shipped and one of the real pictures."""
    own = scores(shipped(1 if quick else None))
    head = ["recall at K=16", *(f"{name} ({_count([one])})" for name, one in own.items())]
    first = _lines(head, {name: [one] for name, one in own.items()})
    sets = {name: list(scores(some).values()) for name, some in real(1 if quick else 10)}
    head = ["recall at K=16", *(_words(name, some) for name, some in sets.items())]
    missing = "Not measured: PATCHDRIVE_DATA is not set."
    second = _lines(head, sets) if sets else missing
    words = WORDS.format(k=K, patch=PATCH, radius=RADIUS)
    return "\n\n".join([words, "Shipped pictures:", first, "Labelled photographs:", second])


def _lines(head: list[str], sets: dict[str, list[dict[str, Score]]]) -> str:
    """A column for each set, then both means and the range over all pictures; words about them."""
    pictures = [one for some in sets.values() for one in some]
    total = {way: [one[way] for one in pictures] for way in pictures[0]}
    lines = []
    for way, parts in total.items():
        cells = [f"{macro(one[way] for one in some):.2f}" for some in sets.values()]
        share = 100 * float(np.mean([one.share for one in parts]))
        recalls = [one.recall for one in parts]
        means = [f"{macro(parts):.3f}", f"{min(recalls):.2f} to {max(recalls):.2f}"]
        lines.append([way, *cells, *means, f"{pooled(parts):.3f}", f"{share:.1f} %"])
    ends = ["mean of pictures", "least to most", "of all objects", "pixels read"]
    return "\n\n".join([markdown([*head, *ends], lines), _drawn(total[RANDOM]), leaders(total)])


def _drawn(parts: list[Score]) -> str:
    """How far the draws of random places lie apart."""
    draws = by_try(parts)
    ranges = [f"{min(one):.3f} to {max(one):.3f}" for one in zip(*map(_both, draws), strict=True)]
    return f"Each of {len(draws)} random draws: {ranges[0]} by picture, {ranges[1]} of all objects."


def _both(parts: list[Score]) -> tuple[float, float]:
    return macro(parts), pooled(parts)


def leaders(total: dict[str, list[Score]]) -> str:
    """Which method finds most, by each mean."""
    methods = [way for way in total if way not in FLOORS]
    best = [max(methods, key=lambda way: mean(total[way])) for mean in (macro, pooled)]
    return f"Most by the mean of pictures: **{best[0]}**; of all objects: **{best[1]}**."


def _count(some: Iterable[dict[str, Score]]) -> int:
    return sum(next(iter(one.values())).count for one in some)


def _words(name: str, some: list[dict[str, Score]]) -> str:
    return f"{name} ({len(some)} pictures, {_count(some)})"
