"""What the browser computes by itself is what Python computes, to the last leaf and saccade."""

import numpy as np
import pytest

from patchdrive.marks import MarkSettings
from patchdrive.ops.borders import windows
from patchdrive.ops.candidates import candidates, offered, percentiles
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


THIN = """async ([url, cases]) => {
    const { thin } = await import(`${url}/thin.js`);
    return cases.map(({ w, h, clip, start, end, pen }) => {
        const pixels = new Uint32Array(w * h);
        thin(pixels, { w, h, clip }, start, end, pen);
        return Array.from(pixels);
    });
}"""
COLOR = 0x2040FF


def _line(w, h, clip, start, end, alpha, width):
    """Opacities (h, w) of a line by the rule: along its longer way each pixel's slice is filled."""
    start, end = np.array(start), np.array(end)
    steep = abs(end[1] - start[1]) > abs(end[0] - start[0])
    a, b = (1, 0) if steep else (0, 1)
    if start[a] > end[a]:
        start, end = end, start
    slope = (end[b] - start[b]) / max(1e-9, end[a] - start[a])
    shape = (w, h) if steep else (h, w)
    covered = np.zeros(shape)
    for i in range(shape[1]):
        if not np.floor(start[a] + 0.5) <= i < np.floor(end[a] + 0.5):
            continue
        low = start[b] + (i + 0.5 - start[a]) * slope - width / 2
        j = np.arange(shape[0])
        covered[:, i] = np.clip(np.minimum(low + width, j + 1) - np.maximum(low, j), 0, 1)
    covered = covered.T if steep else covered
    covered[:, : clip[0]] = covered[:, clip[1] :] = 0
    return covered * min(255, 255 * alpha * np.hypot(1, slope))


def test_thin_lines_cover_what_they_cross(page, address):
    random = np.random.default_rng(5)
    cases = []
    for _ in range(200):
        w, h = random.integers(1, 70, 2).tolist()
        clip = sorted(random.integers(0, w + 1, 2).tolist()) if random.random() < 0.3 else [0, w]
        start, end = (random.uniform(-20, 90, (2, 2))).tolist()
        if random.random() < 0.2:
            end[random.integers(2)] = start[0]
        pen = {
            "color": COLOR,
            "alpha": random.uniform(0.1, 0.7),
            "width": int(random.integers(1, 4)),
        }
        cases.append({"w": w, "h": h, "clip": clip, "start": start, "end": end, "pen": pen})
    drawn = 0
    page.goto(address)
    found = page.evaluate(THIN, [ADDRESS.format(address), cases])
    for case, pixels in zip(cases, found, strict=True):
        w, h, pen = case["w"], case["h"], case["pen"]
        got = np.array(pixels, np.uint32).reshape(h, w)
        assert set((got[got > 0] & 0xFFFFFF).tolist()) <= {COLOR}
        want = _line(w, h, case["clip"], case["start"], case["end"], pen["alpha"], pen["width"])
        opacity = (got >> 24).astype(float)
        # What would stick out over the border is left away with all of its slice.
        inside = opacity > 0
        assert np.abs(opacity - want)[inside].max(initial=0) <= 4
        ring = np.ones_like(inside)
        ring[4:-4, 4:-4] = False
        ring[:, : case["clip"][0] + 4] = ring[:, max(0, case["clip"][1] - 4) :] = True
        assert want[~inside & ~ring].max(initial=0) <= 4
        drawn += bool(inside.any())
    assert drawn > 40
