"""The commands `train` and `evaluate`."""

from __future__ import annotations

import argparse
import json
import math
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patchdrive import console
from patchdrive.types import SettingError
from patchdrive.writing import is_standard_output, put, refuse

if TYPE_CHECKING:
    from patchdrive.training.config import Config
    from patchdrive.training.data import Pictures
    from patchdrive.training.evaluate import Scores
    from patchdrive.training.loop import Progress
    from patchdrive.training.state import Row

Commands = Any  # argparse's _SubParsersAction, whose name is private


def add_commands(subparsers: Commands) -> None:
    """Add `train` and `evaluate`; each sets `run`, which takes the parsed values as a dict."""
    words = "train small networks, each as a TOML file says"
    train = subparsers.add_parser("train", help=words, description=words.capitalize())
    _train_flags(train)
    words = "score a trained network on the test split"
    scores = subparsers.add_parser("evaluate", help=words, description=words.capitalize())
    scores.set_defaults(run=_evaluate)
    scores.add_argument("checkpoint", metavar="CHECKPOINT", help="a .safetensors file of `train`")
    scores.add_argument(
        "--data", metavar="PATH", help="folder or zip file (default: the one it was trained on)"
    )
    scores.add_argument("--json", metavar="FILE", help="write all scores; - for standard output")


def _train_flags(train: argparse.ArgumentParser) -> None:
    train.set_defaults(run=_train)
    train.add_argument("configs", metavar="CONFIG", nargs="+", help="a TOML file, one a network")
    train.add_argument(
        "--out", metavar="DIR", default="runs",
        help="where each run gets a folder of its name (default runs)",
    )  # fmt: skip
    train.add_argument(
        "--resume", action="store_true",
        help="go on where a run was stopped; what is finished stays as it is",
    )  # fmt: skip
    train.add_argument(
        "--seed", metavar="N", type=int, help="in place of the config's; the run is then NAME-sN"
    )
    train.add_argument("--device", metavar="NAME", help="auto, cpu, cuda or mps")


def main(arguments: Sequence[str] | None = None) -> int:
    """`train` alone; 0 when it worked, 2 with one line on standard error when it did not."""
    parser = argparse.ArgumentParser(prog="python -m patchdrive.training")
    _train_flags(parser)
    return console.command(lambda: _train(vars(parser.parse_args(arguments))))


def _train(chosen: dict[str, Any]) -> int:
    from patchdrive.training.config import read

    configs = [_changed(read(file), chosen) for file in chosen["configs"]]
    names = [config.name for config in configs]
    if len({*names}) < len(names):
        raise SettingError(f"each config needs a name of its own; these are {', '.join(names)}")
    for config, file in zip(configs, chosen["configs"], strict=True):
        _train_one(
            config, Path(chosen["out"]) / config.name, chosen["resume"], _command(file, chosen)
        )
    return 0


def _changed(config: Config, chosen: dict[str, Any]) -> Config:
    """A config with what the flags say in place of its own."""
    given = {name: chosen[name] for name in ("seed", "device") if chosen[name] is not None}
    name = config.name if chosen["seed"] is None else f"{config.name}-s{chosen['seed']}"
    return replace(config, train=replace(config.train, **given), name=name)


def _command(file: str, chosen: dict[str, Any]) -> str:
    """The command as a card shows it: without the places of one machine."""
    seed = [] if chosen["seed"] is None else ["--seed", str(chosen["seed"])]
    return shlex.join(["patchdrive", "train", Path(file).name, *seed])


def _train_one(config: Config, out: Path, resume: bool, command: str) -> None:
    from patchdrive.models.checkpoint import ENDING
    from patchdrive.training import data, loop, state
    from patchdrive.training.finish import finish

    file = out / f"{config.name}{ENDING}"
    if resume and file.exists():
        print(f"{config.name}: finished before, {file}", flush=True)
        return
    with state.alone(out):
        pictures = data.load(config.data)
        try:
            run = loop.train(config, pictures, out, resume=resume, progress=_teller(config))
        except KeyboardInterrupt:
            told = "stopped; --resume goes on after the last epoch above"
            print(f"{config.name}: {told}", flush=True)
            raise
        about = finish(run, file, command)
    print(
        f"{config.name}: {100 * about.scores['per_class']:.1f} % per class, "
        f"{100 * about.scores['top1']:.1f} % of all; {file}",
        flush=True,
    )


def _teller(config: Config) -> Progress:
    epochs, spent = config.train.epochs, []

    def tell(row: Row) -> None:
        spent.append(row.seconds)  # of this sitting: a resumed run may be on another machine
        left = (epochs - row.epoch) * sum(spent) / len(spent)
        print(
            f"{config.name} {row.epoch}/{epochs}: loss {row.loss:.3f}, "
            f"{100 * row.per_class:.1f} % per class, {100 * row.top1:.1f} % of all, "
            f"{row.seconds:.1f} s/epoch, {left / 60:.1f} min left",
            flush=True,
        )

    return tell


def _evaluate(chosen: dict[str, Any]) -> int:
    from patchdrive.models import checkpoint
    from patchdrive.training import data
    from patchdrive.training.config import find
    from patchdrive.training.evaluate import evaluate

    module, about = checkpoint.load(chosen["checkpoint"])
    place = Path(chosen["data"]) if chosen["data"] else find(about.data["path"])
    file = chosen["json"]
    if file is not None:
        refuse({"--json": file}, [chosen["checkpoint"], place])
    test = data.folder_or_zip(place, about.data["size"]).part(test=True)
    if test.classes != about.classes:
        raise SettingError(f"the classes in {place.name} are not those of {chosen['checkpoint']}")
    if not len(test):
        raise SettingError(f"no picture in {place.name} falls to the test split")
    scores = evaluate(module, test)
    if file is not None:
        put(file, _json(scores, test) + "\n")
        if is_standard_output(file):
            return 0
    print(
        f"{100 * scores.balanced:.1f} % per class, {100 * scores.top1:.1f} % of all; "
        f"{len(test):,} pictures of {len(test.classes)} classes"
    )
    return 0


def _json(scores: Scores, test: Pictures) -> str:
    """All scores but the logits; a class without pictures has null."""
    per_class = zip(test.classes, scores.per_class.tolist(), strict=True)
    held = {
        "top1": scores.top1,
        "per_class": scores.balanced,
        "pictures": len(test),
        "classes": {name: None if math.isnan(score) else score for name, score in per_class},
    }
    return json.dumps(held, indent=1)
