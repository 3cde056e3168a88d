"""What is measured of one trained classifier, and of several that were trained alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from patchdrive.models.classifier import Classifier
from patchdrive.models.trained import TITLES
from patchdrive.ops import robustness
from patchdrive.ops.bootstrap import difference
from patchdrive.ops.shuffle import Protocol
from patchdrive.pipelines import position
from patchdrive.pipelines.shuffle import Run, compare, shuffled_logits
from patchdrive.training.batches import centred
from patchdrive.training.data import Pictures
from patchdrive.types import Bool, Int, SettingError

FRACTIONS = (0.1, 0.25, 0.5, 0.75, 1.0)
PROBED = 400  # pictures for the probe
BATCH = 128
PROTOCOLS = (
    *(Protocol("pixels", 1, fraction) for fraction in FRACTIONS),
    *(Protocol("pixels", block, fraction) for block in (2, 4) for fraction in (0.5, 1.0)),
    *(Protocol("pixels", 1, fraction, misaligned=True) for fraction in (0.5, 1.0)),
    *(Protocol(stage, 1, f) for stage in ("before", "after", "bands") for f in (0.5, 1.0)),
)
# Pairs whose accuracies are compared: what each row of the comparison takes away or adds.
PAIRS = (
    ("vit-lgp", "vit-learned"),
    ("vit-lgp", "vit-learned-wide"),
    ("vit-lgp", "vit-none"),
    ("vit-lgp", "vit-lgp-local"),
    ("vit-lgp", "vit-lgp-circular"),
    ("vit-sinus", "vit-learned"),
    ("vit-summary", "vit-lgp"),
    ("vit-summary-circular", "vit-lgp-circular"),
    ("vit-summary-circular", "vit-lgp"),
    ("vim-lgp", "vim-learned"),
)


def judge(net: Classifier, pictures: Pictures, draw: int = 0) -> dict[str, Any]:
    """One checkpoint: accuracy clean and under every protocol, position probes, gate.

    draw  seed of all orders; with one for each training, luck of an order is averaged with theirs

    `right` says which test pictures it names correctly, in the order of `by_class`.
    """
    pixels = torch.cat(list(centred(pictures, 256)))
    report = compare({"": net}, pixels, pictures.labels, PROTOCOLS, Run(seeds=(draw,), batch=BATCH))
    rows = [row for row in report.rows if not row.reason]
    clean = rows[0].clean_per_class
    assert clean is not None, "there are labels"
    curves: dict[str, list[list[float]]] = defaultdict(lambda: [[0.0, clean]])
    for row in rows:
        assert row.per_class is not None, "there are labels"
        curves[row.protocol.key].append([row.protocol.fraction, row.per_class.mean])
    gate = net.gate
    logits = [shuffled_logits(net, part, None) for part in torch.split(pixels, BATCH)]
    right = robustness.correct(np.concatenate(logits), pictures.labels)
    return {
        "clean": clean,
        "top1": rows[0].clean,
        "curves": dict(curves),
        "exact": sorted({row.protocol.key for row in rows if row.exact}),
        "changed": sorted({row.protocol.key for row in rows if not row.exact}),
        "agreement": {
            row.protocol.key: row.agreement.mean
            for row in rows
            if row.protocol.fraction == 1 and row.agreement is not None
        },
        "probe": _probes(net, pixels[:PROBED]),
        "gate": [] if gate is None else [round(float(value), 4) for value in gate],
        "right": pack(right[by_class(pictures.labels)]),
    }


def by_class(labels: Int) -> Int:
    """The order of pictures in which classes stand together."""
    return np.argsort(labels, kind="stable")


def pack(flags: Bool) -> str:
    """Flags (M,) as hexadecimal digits, eight flags to two."""
    return np.packbits(flags).tobytes().hex()


def unpack(digits: str, count: int) -> Bool:
    """The flags (count,) again; SettingError where there are not so many."""
    held = np.unpackbits(np.frombuffer(bytes.fromhex(digits), np.uint8))
    if not 0 <= held.size - count < 8:
        raise SettingError(f"{held.size} flags do not fit {count} test pictures")
    return held[:count].astype(bool)


def _probes(net: Classifier, pixels: torch.Tensor) -> dict[str, float]:
    """R2 of row and column, their mean, of the tokens as embedded and after the last layer."""
    found: dict[str, float] = {}
    for layer in position.LAYERS:
        with torch.inference_mode():
            parts = [net.tokens(part, layer) for part in torch.split(pixels, 100)]  # type: ignore
        r2 = robustness.position_probe(np.asarray(torch.cat(parts)), net.grid)
        found[layer] = float(np.nanmean(r2))
    return found


def together(name: str, seeds: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """All seeds of one classifier, in the order of their numbers: means, least and greatest.

    seeds  what `judge` found; `log`, where there is one, holds (epoch, mean class accuracy)
    """
    held = [seeds[seed] for seed in sorted(seeds)]
    exact = {one for seed in held for one in seed["exact"]}
    changed = {one for seed in held for one in seed["changed"]}
    logs = [seed["log"] for seed in held if seed.get("log")]
    return {
        "title": TITLES[name],
        "seeds": sorted(seeds),
        "clean": [round(seed["clean"], 5) for seed in held],
        "top1": [round(seed["top1"], 5) for seed in held],
        "curves": {
            one: _spread([seed["curves"][one] for seed in held]) for one in held[0]["curves"]
        },
        "training": _spread(logs) if logs else [],
        "exact": sorted(exact - changed),
        "agreement": {
            one: round(float(np.mean([seed["agreement"][one] for seed in held])), 5)
            for one in held[0]["agreement"]
        },
        "probe": {
            layer: [round(seed["probe"][layer], 4) for seed in held] for layer in position.LAYERS
        },
        "gate": held[0]["gate"],
    }  # fmt: skip


def _spread(lines: list[list[list[float]]]) -> list[list[float]]:
    """Lines of (x, y) with the same x, as (x, mean, least, greatest)."""
    points = np.array(lines)  # (seeds, points, 2)
    y = points[..., 1]
    spread = np.stack([points[0, :, 0], y.mean(0), y.min(0), y.max(0)], -1)
    return spread.round(5).tolist()  # type: ignore[no-any-return]


def pairs(found: Mapping[str, Mapping[int, Mapping[str, Any]]], sizes: Int) -> list[dict[str, Any]]:
    """Differences of mean class accuracy, with bands over test pictures and trainings.

    found  what `judge` found, by name and seed
    sizes  test pictures of each class; classes without any do not count
    """
    rows = []
    present = sizes[sizes > 0]
    weights = np.repeat(present.sum() / (len(present) * present), present)
    for one, other in PAIRS:
        if one in found and other in found:
            right = [_right(list(found[name].values()), int(sizes.sum())) for name in (one, other)]
            spread = difference(*(values * weights for values in right))
            rows.append({
                "one": one, "other": other, "difference": round(spread.mean, 5),
                "low": round(spread.low, 5), "high": round(spread.high, 5),
                "trainings": [len(found[one]), len(found[other])],
            })  # fmt: skip
    return rows


def _right(seeds: list[Mapping[str, Any]], count: int) -> Bool:
    """Which pictures each training names correctly, (S, M)."""
    return np.stack([unpack(seed["right"], count) for seed in seeds])
