"""What a run keeps on disk after every epoch: a state to go on from, and a log to read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from torch import nn

from patchdrive.models.weights import fit
from patchdrive.types import SettingError, WeightsError
from patchdrive.writing import sweep, write, writing


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


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Nobody else trains in a run's folder, which is made; the lock goes with its process.

    raises  SettingError where somebody does, in this process or in another
    """
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=0, is_singleton=True):
            sweep(out)
            yield
    except Timeout:
        raise SettingError(
            f"another training runs in {out}; wait for it, or choose another folder with --out"
        ) from None


def place(out: Path) -> Path:
    """The file of the state in a run's folder."""
    return out / "state.pt"


def save(
    file: Path, key: str, module: nn.Module, optimizer: torch.optim.Optimizer, rows: Sequence[Row]
) -> None:
    """Write the state; whoever stops it leaves the old one whole.

    key  of the config and the data: only the same run goes on from it
    """
    held = {"key": key, "module": module.state_dict(), "optimizer": optimizer.state_dict()}
    with writing(file) as out:
        torch.save({**held, "rows": [asdict(row) for row in rows]}, out)


def restore(file: Path, key: str, module: nn.Module, optimizer: torch.optim.Optimizer) -> list[Row]:
    """Put a state into the module and its optimizer; returns the epochs done.

    raises  SettingError where the file cannot be read, is of another config or other data, or does
            not fit the network; module and optimizer are then of no use
    """
    try:
        held = torch.load(file, map_location="cpu", weights_only=True)
        same = held["key"] == key
        rows = [Row(**row) for row in held["rows"]]
        counted = [row.epoch for row in rows] == list(range(1, len(rows) + 1))
    except Exception as error:  # junk raises anything: UnpicklingError, EOFError, KeyError, ...
        raise SettingError(f"the state {file} cannot be read; remove it to start anew") from error
    if not same:
        raise SettingError(
            f"the state {file} is of another config or of other data; restore these, or choose "
            "another folder"
        )
    try:
        fit(module, held["module"], file.name)
        optimizer.load_state_dict(held["optimizer"])
        fits = counted and _steered(optimizer)
    except Exception as error:
        why = f": {error}" if isinstance(error, WeightsError) else ""
        raise SettingError(_UNFIT.format(file, why)) from error
    if not fits:
        raise SettingError(_UNFIT.format(file, ""))
    return rows


_UNFIT = "the state {} does not fit the network of this config{}; remove it to start anew"


def _steered(optimizer: torch.optim.Optimizer) -> bool:
    """Whether what an optimizer holds for its weights has their shapes, which torch never asks."""
    return all(
        not isinstance(value, torch.Tensor) or value.shape in (weight.shape, torch.Size())
        for weight, held in optimizer.state.items()
        for value in held.values()
    )


def log(out: Path, rows: Sequence[Row]) -> None:
    """Write log.csv: one line an epoch, columns as in Row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [item.name for item in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({n: f"{v:.6g}" for n, v in asdict(row).items()} for row in rows)
    write(out / "log.csv", text.getvalue())
