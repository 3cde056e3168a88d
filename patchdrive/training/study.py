"""Measure classifiers that were trained alike, with several seeds each, on the same test pictures.

`python -m patchdrive.training.study RUNS --out FOLDER` reads the checkpoints NAME-sN of `train` and
writes FOLDER/measured/NAME-sN.json with what was measured of each, and .csv with its log. All that
lie there, of this call or of earlier ones, make FOLDER/study.json. The first seed's checkpoint and
card are put beside it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from patchdrive import console
from patchdrive.models import trained
from patchdrive.models.checkpoint import ENDING, Metadata, load
from patchdrive.models.trained import TITLES
from patchdrive.training import data, measure
from patchdrive.training.config import DataSettings
from patchdrive.training.data import Pictures
from patchdrive.types import SettingError
from patchdrive.writing import write

Found = dict[str, dict[int, dict[str, Any]]]  # by name and seed


def checkpoints(folder: Path) -> dict[str, dict[int, Path]]:
    """Files by name and seed; SettingError where there are none."""
    found = _named(folder.glob(f"*/*-s*{ENDING}"))
    if not found:
        raise SettingError(f"{folder.name} holds no checkpoints NAME-sN of these classifiers")
    return found


def _named(files: Iterable[Path]) -> dict[str, dict[int, Path]]:
    """Files NAME-sN by name, in the order of TITLES, and seed; others are left out."""
    found: dict[str, dict[int, Path]] = defaultdict(dict)
    for file in files:
        name, _, seed = file.stem.rpartition("-s")
        if name in TITLES and seed.isdigit():
            found[name][int(seed)] = file
    return {name: dict(sorted(found[name].items())) for name in TITLES if name in found}


def study(folder: Path, out: Path, only: Iterable[str] = ()) -> dict[str, Any]:
    """Measure all checkpoints below a folder, but for those that were measured before.

    only    names; the checkpoints of others are not measured now
    raises  SettingError where there are none, or those in `out` were measured on other pictures
    """
    files = checkpoints(folder)
    wanted = set(only) or set(files)
    if unknown := sorted(wanted - set(files)):
        raise SettingError(f"{folder.name} holds no checkpoint of {', '.join(unknown)}")
    (out / "measured").mkdir(parents=True, exist_ok=True)
    pictures: Pictures | None = None
    for name in (name for name in files if name in wanted):
        for seed, file in files[name].items():
            kept = out / "measured" / f"{file.stem}.json"
            weights = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
            if not kept.exists() or json.loads(kept.read_text())["weights"] != weights:
                net, about = load(file)
                pictures = pictures or _pictures(about)
                print(f"{file.stem} ...", flush=True)
                held = {"weights": weights, **_about(about, pictures)}
                _write(kept, held | measure.judge(net, pictures, seed))
            if (log := file.parent / "log.csv").exists():
                write(kept.with_suffix(".csv"), log.read_bytes())
    found = gather(out / "measured")
    told = summary(found)
    _write(out / "study.json", told)
    _ship(files, found, out)
    return told


def _about(about: Metadata, pictures: Pictures) -> dict[str, Any]:
    """What was trained, and on what it is measured."""
    return {
        "model": dict(about.model),
        "data": about.data["name"],
        "digest": about.digest,
        "epochs": int(about.train["epochs"]),
        "sizes": np.bincount(pictures.labels, minlength=len(about.classes)).tolist(),
    }


def gather(folder: Path) -> Found:
    """What was measured of all runs; SettingError where it was not on the same pictures."""
    found: Found = {}
    for name, files in _named(folder.glob("*-s*.json")).items():
        found[name] = {seed: json.loads(file.read_text()) for seed, file in files.items()}
        for seed, file in files.items():
            log = file.with_suffix(".csv")
            if log.exists():
                with log.open(newline="") as lines:
                    rows = csv.DictReader(lines)
                    found[name][seed]["log"] = [
                        [int(row["epoch"]), float(row["per_class"])] for row in rows
                    ]
    if (
        len({(one["digest"], *one["sizes"]) for seeds in found.values() for one in seeds.values()})
        > 1
    ):
        raise SettingError(
            f"not all in {folder} were measured on the same pictures: remove those that were not"
        )
    return found


def summary(found: Found) -> dict[str, Any]:
    """All that was measured, over seeds."""
    first = next(iter(next(iter(found.values())).values()))
    sizes = np.array(first["sizes"])
    return {
        "models": {name: measure.together(name, seeds) for name, seeds in found.items()},
        "pairs": measure.pairs(found, sizes),
        "data": first["data"],
        "pictures": int(sizes.sum()),
        "classes": len(sizes),
        "chance": 1 / len(sizes),
        "epochs": {name: next(iter(seeds.values()))["epochs"] for name, seeds in found.items()},
    }


def _write(file: Path, values: dict[str, Any]) -> None:
    """Numbers in a line each would be long: lists of numbers stand in one."""
    write(file, _lines(values) + "\n")


def _lines(value: Any, indent: str = "") -> str:
    """JSON with a line for each key, and one for each list that holds no objects."""
    deeper = indent + " "
    if isinstance(value, dict) and value:
        parts = (f"{deeper}{json.dumps(k)}: {_lines(v, deeper)}" for k, v in value.items())
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(deeper + json.dumps(one) for one in value) + f"\n{indent}]"
    return json.dumps(value)


def _pictures(about: Metadata) -> Pictures:
    wanted = DataSettings.of({**DataSettings().flat(), **about.data})
    _, test = data.load(replace(wanted, cache="")).split()
    return test


def _ship(files: dict[str, dict[int, Path]], found: Found, out: Path) -> None:
    """Checkpoint and card of the first seed that was measured, under the classifier's own name."""
    for name, seeds in found.items():
        file = files.get(name, {}).get(min(seeds))
        if file is not None:
            for ending in (ENDING, ".md"):
                write(out / f"{name}{ending}", file.with_suffix(ending).read_bytes())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when it worked, 2 with one line on standard error when it did not."""
    parser = argparse.ArgumentParser(prog="python -m patchdrive.training.study")
    parser.add_argument("runs", type=Path, help="the folder of `patchdrive train --out`")
    parser.add_argument("--out", type=Path, default=trained.FOLDER)
    parser.add_argument("--only", nargs="*", default=(), help="names; others as measured before")
    chosen = parser.parse_args(arguments)

    def work() -> int:
        study(chosen.runs, chosen.out, chosen.only)
        return 0

    return console.command(work)


if __name__ == "__main__":
    sys.exit(main())
