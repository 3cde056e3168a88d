"""Measure classifiers that were trained alike, with several seeds each, on the same test pictures.

`python -m patchdrive.training.study RUNS --out FOLDER` reads the checkpoints NAME-sN of `train` and
writes what was found to FOLDER/study.json, with the first seed's checkpoints and cards beside it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from patchdrive.models import trained
from patchdrive.models.checkpoint import ENDING, Metadata, load
from patchdrive.models.classifier import Classifier
from patchdrive.models.trained import TITLES
from patchdrive.ops import robustness
from patchdrive.ops.shuffle import Protocol
from patchdrive.pipelines import position
from patchdrive.pipelines.shuffle import Run, compare
from patchdrive.training import data
from patchdrive.training.batches import centred
from patchdrive.training.config import DataSettings
from patchdrive.training.data import Pictures
from patchdrive.types import PatchdriveError, SettingError

FRACTIONS = (0.1, 0.25, 0.5, 0.75, 1.0)
PROBED = 400  # pictures for the probe
DRAWS = (0, 1)
PROTOCOLS = (
    *(Protocol("pixels", 1, fraction) for fraction in FRACTIONS),
    *(Protocol("pixels", block, fraction) for block in (2, 4) for fraction in (0.5, 1.0)),
    *(Protocol("pixels", 1, fraction, misaligned=True) for fraction in (0.5, 1.0)),
    *(Protocol(stage, 1, f) for stage in ("before", "after", "bands") for f in (0.5, 1.0)),
)


def checkpoints(folder: Path) -> dict[str, dict[int, Path]]:
    """Files by name and seed; SettingError where there are none."""
    found: dict[str, dict[int, Path]] = defaultdict(dict)
    for file in sorted(folder.glob(f"*/*-s*{ENDING}")):
        name, _, seed = file.stem.rpartition("-s")
        if name in TITLES and seed.isdigit():
            found[name][int(seed)] = file
    if not found:
        raise SettingError(f"{folder.name} holds no checkpoints NAME-sN of these classifiers")
    return {name: dict(sorted(found[name].items())) for name in TITLES if name in found}


def judge(net: Classifier, pictures: Pictures) -> dict[str, Any]:
    """One checkpoint: accuracy clean and under every protocol, position probes, gate."""
    pixels = torch.cat(list(centred(pictures, 256)))
    report = compare({"": net}, pixels, pictures.labels, PROTOCOLS, Run(seeds=DRAWS, batch=128))
    rows = [row for row in report.rows if not row.reason]
    clean = rows[0].clean_per_class
    assert clean is not None, "there are labels"
    curves: dict[str, list[list[float]]] = defaultdict(lambda: [[0.0, clean]])
    for row in rows:
        assert row.per_class is not None, "there are labels"
        curves[row.protocol.key].append([row.protocol.fraction, row.per_class.mean])
    gate = net.gate
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
    }


def _probes(net: Classifier, pixels: torch.Tensor) -> dict[str, float]:
    """R2 of row and column, their mean, of the tokens as embedded and after the last layer."""
    found: dict[str, float] = {}
    for layer in position.LAYERS:
        with torch.inference_mode():
            parts = [net.tokens(part, layer) for part in torch.split(pixels, 100)]  # type: ignore
        r2 = robustness.position_probe(np.asarray(torch.cat(parts)), net.grid)
        found[layer] = float(np.nanmean(r2))
    return found


def together(name: str, seeds: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """All seeds of one classifier: means, least and greatest."""
    held = list(seeds.values())
    curves = {}
    for one in held[0]["curves"]:
        points = np.array([seed["curves"][one] for seed in held])  # (seeds, points, 2)
        values = points[..., 1]
        curves[one] = np.stack(
            [points[0, :, 0], values.mean(0), values.min(0), values.max(0)], -1
        ).round(5).tolist()  # fmt: skip
    exact = {one for seed in held for one in seed["exact"]}
    changed = {one for seed in held for one in seed["changed"]}
    return {
        "title": TITLES[name],
        "seeds": sorted(seeds),
        "clean": [round(seed["clean"], 5) for seed in held],
        "top1": [round(seed["top1"], 5) for seed in held],
        "curves": curves,
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


def study(folder: Path, out: Path, only: Iterable[str] = ()) -> dict[str, Any]:
    """Measure all checkpoints below a folder; what was measured before is taken from there."""
    files = checkpoints(folder)
    wanted = set(only) or set(files)
    if unknown := sorted(wanted - set(files)):
        raise SettingError(f"{folder.name} holds no checkpoint of {', '.join(unknown)}")
    pictures: Pictures | None = None
    found: dict[str, Any] = {"models": {}}
    for name, seeds in files.items():
        results = {}
        for seed, file in seeds.items():
            kept = file.with_suffix(".study.json")
            if name in wanted and not _fresh(kept, file):
                net, about = load(file)
                pictures = pictures or _pictures(about)
                print(f"{file.stem} ...", flush=True)
                kept.write_text(json.dumps(judge(net, pictures)))
            if _fresh(kept, file):
                results[seed] = json.loads(kept.read_text())
        if results:
            found["models"][name] = together(name, results)
    _, about = load(next(iter(next(iter(files.values())).values())))
    found |= {
        "data": about.data["name"],
        "pictures": int(about.scores["test_pictures"]),
        "classes": len(about.classes),
        "chance": 1 / len(about.classes),
        "draws": len(DRAWS),
        "epochs": {name: _epochs(seeds) for name, seeds in files.items()},
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "study.json").write_text(json.dumps(found, indent=1) + "\n")
    _ship(files, out)
    return found


def _fresh(kept: Path, file: Path) -> bool:
    """Whether a checkpoint was measured since it was written."""
    return kept.exists() and kept.stat().st_mtime_ns >= file.stat().st_mtime_ns


def _epochs(seeds: dict[int, Path]) -> int:
    return int(load(next(iter(seeds.values())))[1].train["epochs"])


def _pictures(about: Metadata) -> Pictures:
    wanted = DataSettings.of({**DataSettings().flat(), **about.data})
    _, test = data.load(replace(wanted, cache="")).split()
    return test


def _ship(files: dict[str, dict[int, Path]], out: Path) -> None:
    """Checkpoint and card of the first seed, under the classifier's own name."""
    for name, seeds in files.items():
        file = seeds[min(seeds)]
        for ending in (ENDING, ".md"):
            text = file.with_suffix(ending)
            shutil.copyfile(text, out / f"{name}{ending}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when it worked, 2 with one line on standard error when it did not."""
    parser = argparse.ArgumentParser(prog="python -m patchdrive.training.study")
    parser.add_argument("runs", type=Path, help="the folder of `patchdrive train --out`")
    parser.add_argument("--out", type=Path, default=trained.FOLDER)
    parser.add_argument("--only", nargs="*", default=(), help="names; others as measured before")
    chosen = parser.parse_args(arguments)
    try:
        study(chosen.runs, chosen.out, chosen.only)
    except (PatchdriveError, OSError) as error:
        print(f"patchdrive: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
