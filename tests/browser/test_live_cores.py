"""What the browser computes by itself is what Python computes, to the last leaf and saccade."""

import numpy as np
import pytest

from patchdrive.marks import MarkSettings
from patchdrive.ops.candidates import candidates, offered, percentiles
from patchdrive.ops.crops import windows
from patchdrive.ops.marks import places
from patchdrive.ops.quadtree import by_budget, by_threshold, count_edges, leaves_by_threshold
from patchdrive.pipelines.drive import choose
from patchdrive.settings import SaccadeSettings
from patchdrive.types import SaliencyMap
from patchdrive.viewer import scripts

ADDRESS = "{}/patchdrive/scripts/" + scripts.version()
BORDERS = ("slide", "reflect")

SPLIT = """async ([url, cases]) => {
    const { leaves } = await import(`${url}/split.js`);
    const { coarseLeaves, countLeaves, span } = await import(`${url}/coarse.js`);
    return cases.map(({ levels, root, size, asked }) => {
        const pyramid = { root, levels: levels.map(({ rows, columns, values }) => (
            { rows, columns, values: Uint32Array.from(values) })) };
        const scratch = {};
        return asked.map((how) => {
            const { deepest, value } = how;
            const { count, x0, y0, x1, y1, depth, detail } = deepest === undefined
                ? leaves(pyramid, how, size, scratch)
                : coarseLeaves(pyramid, how, size, scratch);
            const columns = { x0, y0, x1, y1, depth, detail };
            const cut = Object.values(columns).map((one) => Array.from(one.subarray(0, count)));
            const known = how.split === "threshold";
            const counted = known ? countLeaves(pyramid, value, size) : count;
            return [cut, counted, known ? span(pyramid, value, size) : null];
        });
    });
}"""

CHOOSE = """async ([url, cases]) => {
    const { choose, windows } = await import(`${url}/choose.js`);
    return cases.map(({ all, asked }) => asked.map(({ values, side, border }) => {
        const typed = { ...all, scores: Float32Array.from(all.scores),
            percentiles: Float32Array.from(all.percentiles) };
        const found = choose(typed, values, { ...typed, ...values });
        if (!found) return null;
        const boxes = windows(found.x, found.y, side, border, all.size);
        return [...["x", "y", "scores", "kept"].map((name) => found[name]), ...boxes]
            .map((column) => Array.from(column));
    }));
}"""


@pytest.fixture(scope="module")
def address(serve):
    from pathlib import Path

    return serve(Path(__file__).parents[2] / "app.py")


def forest(random):
    """Edges of an odd picture, dense here and empty there, and the squares they are counted in."""
    size = tuple(random.integers(1, 150, 2))
    density = random.choice([0.0, 0.02, 0.2, 0.7])
    edges = (random.random(size) < density).astype(np.uint8) * 255
    edges[: size[0] // 2] *= random.integers(0, 2, dtype=np.uint8)
    smallest = int(random.choice([1, 2, 3, 4, 7]))
    return count_edges(edges, smallest, smallest << int(random.integers(0, 5)))


def test_the_browser_cuts_the_leaves_that_python_cuts(page, address):
    random = np.random.default_rng(11)
    forests = [forest(random) for _ in range(60)]
    asked = [
        [{"split": "threshold", "value": int(value)} for value in (0, *random.integers(0, 60, 3))]
        + [{"split": "budget", "value": int(value)} for value in random.integers(1, 400, 4)]
        for _ in forests
    ]
    page.goto(address)
    found = page.evaluate(SPLIT, [ADDRESS.format(address), [
        {
            "root": counts.root,
            "size": list(map(int, counts.size)),
            "levels": [
                {"rows": len(level), "columns": level.shape[1], "values": level.ravel().tolist()}
                for level in counts.levels
            ],
            "asked": wanted,
        }
        for counts, wanted in zip(forests, asked, strict=True)
    ]])  # fmt: skip
    cases = 0
    for counts, wanted, answers in zip(forests, asked, found, strict=True):
        for how, (cut, counted, span) in zip(wanted, answers, strict=True):
            grow = by_threshold if how["split"] == "threshold" else by_budget
            tree = grow(counts, how["value"])
            x0, y0, x1, y1, depth, detail = (np.array(column) for column in cut)
            assert (np.stack([y0, x0, y1, x1], -1).reshape(-1, 4) == tree.boxes).all(), how
            assert (depth == tree.depth).all()
            assert (detail == tree.detail).all()
            assert counted == len(tree)
            if span is not None:
                assert span == {"first": tree.depth.min(), "last": tree.depth.max()}, how
                table = leaves_by_threshold(counts)
                assert counted == table[min(how["value"], len(table) - 1)]
            cases += 1
    assert cases == 480


def test_a_cut_that_stops_early_has_the_squares_above_the_leaves(page, address):
    random = np.random.default_rng(12)
    edges = (random.random((200, 300)) < 0.2).astype(np.uint8) * 255
    counts = count_edges(edges, 2, 64)
    levels = [
        {"rows": level.shape[0], "columns": level.shape[1], "values": level.ravel().tolist()}
        for level in counts.levels
    ]
    whole, part = [0, 0, 300, 200], [70.5, 33.2, 140.0, 90.9]
    asked = [
        {"split": "threshold", "value": 5, "deepest": deepest, "sight": sight}
        for deepest in range(6)
        for sight in (whole, part)
    ]
    page.goto(address)
    case = {"root": counts.root, "size": [200, 300], "levels": levels, "asked": asked}
    (found,) = page.evaluate(SPLIT, [ADDRESS.format(address), [case]])
    tree = by_threshold(counts, 5)
    for how, (cut, _, _) in zip(asked, found, strict=True):
        side = counts.root >> how["deepest"]
        corners = (
            tree.boxes[:, :2]
            // np.maximum(side, tree.sides[:, None])
            * np.maximum(side, tree.sides[:, None])
        )
        ends = np.minimum(corners + np.maximum(side, tree.sides[:, None]), (200, 300))
        x0, y0, x1, y1 = how["sight"]
        seen = (corners < (y1, x1)).all(axis=1) & (ends > (y0, x0)).all(axis=1)
        boxes = np.concatenate([corners, ends], axis=1)[seen]
        found_boxes = [tuple(box) for box in zip(cut[1], cut[0], cut[3], cut[2], strict=True)]
        assert len(found_boxes) == len(set(found_boxes))
        assert set(found_boxes) == set(map(tuple, boxes.tolist()))


def landscape(random):
    """A map with many ties, its picture, and a hand's marks."""
    cells = tuple(random.integers(1, 24, 2))
    size = tuple(int(n) for n in (cells * random.integers(1, 40, 2) + random.integers(0, 3, 2)))
    steps = int(random.choice([2, 5, 1000]))
    values = (random.integers(0, steps + 1, cells) / steps).astype(np.float32)
    hand = {}
    if random.random() < 0.6:
        for name in ("keep", "ban"):
            spots = random.integers(0, size, (random.integers(0, 4), 2))
            hand[name] = ",".join(f"{y}.{x}" for y, x in spots)
    if random.random() < 0.4:
        corners = random.integers(0, np.array(size) + 1, (4, 2))
        hand["inside"] = ",".join(f"{y}.{x}" for y, x in corners)
    return SaliencyMap(values, size), MarkSettings(**hand)


def test_the_browser_chooses_the_saccades_that_python_chooses(page, address):
    random = np.random.default_rng(13)
    cases, asked, payload = [], [], []
    for _ in range(80):
        saliency, hand = landscape(random)
        picker, radius = str(random.choice(["greedy", "maxima"])), int(random.integers(0, 70))
        found = candidates(
            saliency.values, picker, offered(radius), saliency.size, marks=hand
        )  # fmt: skip
        kept = saliency.grid.to_cells(places(hand, "keep", saliency.size))
        turned = [
            {
                "values": {
                    "k": int(random.integers(0, 40)) or 1,
                    "radius": int(random.choice([0, radius, 8 * random.integers(0, 20)])),
                    "threshold": float(random.choice([0, 0.2, 0.5, 0.61])),
                    "percentile": float(random.choice([0, 0.5, 37.5, 90, 100])),
                    "keep": hand.keep,
                    "ban": hand.ban,
                    "picker": picker,
                },
                "side": int(random.integers(8, 200)),
                "border": str(random.choice(BORDERS)),
            }
            for _ in range(4)
        ]
        everything = {
            "x": found.yx[:, 1].tolist(),
            "y": found.yx[:, 0].tolist(),
            "scores": found.scores.tolist(),
            "reach": found.reach.tolist(),
            "percentiles": percentiles(saliency.values).tolist(),
            "keptScores": saliency.values[kept[:, 0], kept[:, 1]].tolist(),
            "size": list(saliency.size),
            "cells": list(map(int, saliency.values.shape)),
            "radii": offered(radius),
        }
        cases.append((saliency, hand, picker))
        asked.append(turned)
        payload.append({"all": everything, "asked": turned})
    page.goto(address)
    answers = page.evaluate(CHOOSE, [ADDRESS.format(address), payload])
    count = 0
    for (saliency, hand, picker), turned, found in zip(cases, asked, answers, strict=True):
        for how, columns in zip(turned, found, strict=True):
            knobs = {name: how["values"][name] for name in SaccadeSettings.knobs()}
            expected = choose(saliency, SaccadeSettings(**knobs), hand)
            x, y, scores, kept, x0, y0, x1, y1 = (np.array(column) for column in columns)
            assert (np.stack([y, x], -1).reshape(-1, 2) == expected.yx).all(), (picker, how)
            assert (scores.astype(np.float32) == expected.scores).all()
            assert (kept.astype(bool) == expected.kept).all()
            boxes = windows(expected.yx, how["side"], saliency.size, how["border"])
            assert (np.stack([y0, x0, y1, x1], -1).reshape(-1, 4) == boxes).all()
            count += 1
    assert count == 320


def test_what_was_not_offered_is_left_to_python(page, address):
    page.goto(address)
    everything = {
        "x": [5], "y": [5], "scores": [1], "reach": [1024], "percentiles": [0] * 201,
        "keptScores": [], "size": [10, 10], "cells": [1, 1], "radii": offered(13),
    }  # fmt: skip
    common = {"k": 1, "threshold": 0, "keep": "", "ban": "", "picker": "greedy"}
    asked = [
        {"values": {**common, "radius": radius, "percentile": percentile}, "side": 4,
         "border": "slide"}
        for radius, percentile in ((13, 0), (16, 0), (12, 0), (13, 0.3))
    ]  # fmt: skip
    (found,) = page.evaluate(
        CHOOSE, [ADDRESS.format(address), [{"all": everything, "asked": asked}]]
    )
    assert [one is None for one in found] == [False, False, True, True]
