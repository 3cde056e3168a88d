"""The end of a run: its weights are rounded, scored as they will be read, and written down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from patchdrive.models.checkpoint import Metadata, halve, save
from patchdrive.training.card import card
from patchdrive.training.config import DataSettings
from patchdrive.training.evaluate import evaluate
from patchdrive.training.loop import Run
from patchdrive.writing import write


def finish(run: Run, file: Path, command: str) -> Metadata:
    """Write a trained network (.safetensors) and its card (.md) beside it.

    run      its weights are rounded to half precision here, and what is told is scored after that
    command  that made it, for the card
    raises   WeightsError for weights beyond half precision
    """
    halve(run.module)
    scores = evaluate(run.module, run.test)
    train = run.config.train.flat()
    about = Metadata(
        model=dict(run.model),
        data=_told(run.config.data),
        train={key: value for key, value in train.items() if key not in ("threads", "device")},
        classes=run.train.classes,
        scores={
            "top1": scores.top1,
            "per_class": scores.balanced,
            "largest": float(run.test.counts[run.train.counts.argmax()] / len(run.test)),
            "loss": run.rows[-1].loss,
            "train_pictures": len(run.train),
            "test_pictures": len(run.test),
        },
        digest=run.digest,
        seconds=round(sum(row.seconds for row in run.rows), 1),
        device=run.device.type,
    )
    parameters = sum(weight.numel() for weight in run.module.parameters())
    words = card(file.name, about, parameters, command)
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file.with_suffix(".md"), words)
    save(file, run.module, about)  # last: where it lies, the run is finished
    return about


def _told(settings: DataSettings) -> dict[str, Any]:
    """The settings of the data, without places on this machine."""
    held: dict[str, Any] = settings.flat()
    del held["cache"]
    path = Path(settings.path)
    if os.path.isabs(path.expanduser()):
        held["path"] = path.name
    held["name"] = settings.name or path.stem
    return held
