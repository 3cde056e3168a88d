"""What a run keeps on disk after every epoch: a state to go on from, and a log to read."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from torch import nn

from patchdrive.types import SettingError


@dataclass(frozen=True)
class Row:
    """One epoch.

    epoch      from 1
    loss       mean over the training pictures, as they were augmented
    lr         of the last step
    top1       share of the test pictures that are right, 0 to 1
    per_class  the same as the mean over classes
    seconds    for training and testing
    """

    epoch: int
    loss: float
    lr: float
    top1: float
    per_class: float
    seconds: float


def place(out: Path) -> Path:
    """The file of the state in a run's folder, which is made."""
    out.mkdir(parents=True, exist_ok=True)
    return out / "state.pt"


def save(
    file: Path, key: str, module: nn.Module, optimizer: torch.optim.Optimizer, rows: Sequence[Row]
) -> None:
    """Write the state; whoever stops it leaves the old one whole.

    key  of the config and the data: only the same run goes on from it
    """
    part = file.with_suffix(".part")
    held = {"key": key, "module": module.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**held, "rows": [asdict(row) for row in rows]}, part)
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(file)


def restore(file: Path, key: str, module: nn.Module, optimizer: torch.optim.Optimizer) -> list[Row]:
    """Put a state into the module and its optimizer; returns the epochs done.

    raises  SettingError where the file cannot be read, or is of another config or other data
    """
    try:
        held = torch.load(file, map_location="cpu", weights_only=True)
        same = held["key"] == key
        rows = [Row(**row) for row in held["rows"]]
    except Exception as error:  # junk raises anything: UnpicklingError, EOFError, KeyError, ...
        raise SettingError(f"the state {file} cannot be read; remove it to start anew") from error
    if not same:
        raise SettingError(
            f"the state {file} is of another config or of other data; restore these, or choose "
            "another folder"
        )
    module.load_state_dict(held["module"])
    optimizer.load_state_dict(held["optimizer"])
    return rows


def log(out: Path, rows: Sequence[Row]) -> None:
    """Write log.csv: one line an epoch, columns as in Row."""
    part, names = out / "log.part", [item.name for item in fields(Row)]
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({n: f"{v:.6g}" for n, v in asdict(row).items()} for row in rows)
    part.replace(out / "log.csv")
