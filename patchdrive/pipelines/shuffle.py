"""Shuffle: what it costs classifiers when blocks, tokens or bands come in another order.

Shuffling tokens after their position was added is an exact no-op for every transformer that ends in
a mean, so "robust to shuffling" needs to say what was shuffled: protocols stand side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import nn

from patchdrive.models.device import turn
from patchdrive.ops import robustness as measure
from patchdrive.ops.bootstrap import Spread, bootstrap
from patchdrive.ops.robustness import Row
from patchdrive.ops.shuffle import FRACTIONS, Protocol
from patchdrive.pipelines.clock import Listener, silence
from patchdrive.types import UNTRAINED, Float, Int, SettingError
from patchdrive.version import __version__


@dataclass(frozen=True, eq=False)
class Run:
    """How a comparison is carried out.

    ids       the pictures' numbers, which their orders are drawn from; None: 0, 1, 2, ...
    seeds     one draw of every protocol each
    batch     pictures that go through a model at once
    listener  told before every batch; may raise to stop
    """

    ids: Sequence[int] | Int | None = None
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    batch: int = 64
    listener: Listener = silence

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise SettingError(f"a batch holds at least one picture, not {self.batch}")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise SettingError(f"there must be seeds, all different, not {self.seeds}")


@dataclass(frozen=True, eq=False)
class ShuffleReport:
    """What each protocol did to each model.

    rows      by model, then protocol
    chance    by model, the accuracy of guessing: 1 / classes
    trained   by model, False for random weights; None where the model has no `trained` to say
    seeds     which each row covers
    """

    rows: tuple[Row, ...]
    chance: Mapping[str, float]
    trained: Mapping[str, bool | None]
    pictures: int
    seeds: tuple[int, ...]


def shuffled_logits(
    model: nn.Module,
    pixels: torch.Tensor,
    protocol: Protocol | None,
    ids: Sequence[int] | Int | None = None,
    batch: int = 64,
) -> Float:
    """A classifier's answers (M, classes) float32 to shuffled pictures; the same in every call.

    model     a `models.classifier.Classifier`, or what has its grid, bands, config and call
    pixels    (M, 3, S, S) float, prepared as the model wants them
    protocol  what is shuffled, or None for nothing
    ids       the pictures' numbers: a picture's order does not depend on the others; None: 0, 1, ..
    raises    SettingError where the protocol does not apply to this model
    """
    return _answers(model, pixels, protocol, Run(ids=ids, batch=batch))


def compare(
    models: Mapping[str, nn.Module],
    pixels: torch.Tensor,
    labels: Int | None,
    protocols: Iterable[Protocol],
    run: Run | None = None,
) -> ShuffleReport:
    """Every protocol on every model: the same pictures, in the same orders.

    models     by the name they are shown under
    pixels     (M, 3, S, S) float
    labels     (M,) int64; None, as for a person's own picture: no accuracies are measured
    protocols  each is drawn once for every seed of the run, whatever its own
    raises     SettingError for pictures that a model cannot read; a stage it lacks gives a row
    """
    run, protocols = run or Run(), tuple(protocols)
    if labels is not None and len(labels) != len(pixels):
        raise SettingError(f"{len(labels)} labels do not fit {len(pixels)} pictures")
    rows: list[Row] = []
    chance: dict[str, float] = {}
    for n, (name, model) in enumerate(models.items()):
        part = _told(run, f"{name}: ", n, len(models))
        found, chance[name] = _judge(model, pixels, labels, protocols, part)
        rows += [replace(row, model=name) for row in found]
    run.listener("shuffled", 1, 1)
    trained = {name: getattr(model, "trained", None) for name, model in models.items()}
    return ShuffleReport(tuple(rows), chance, trained, len(pixels), tuple(run.seeds))


def sweep(
    models: Mapping[str, nn.Module],
    pixels: torch.Tensor,
    protocol: Protocol,
    fractions: Sequence[float] = FRACTIONS,
    run: Run | None = None,
) -> ShuffleReport:
    """One protocol over growing fractions, without labels: what a person's own picture can tell.

    A larger fraction of the same seed moves the same places and more. Arguments as of `compare`.
    """
    return compare(models, pixels, None, [replace(protocol, fraction=f) for f in fractions], run)


def _told(run: Run, name: str, part: int, parts: int) -> Run:
    """The run, for one of several parts: its listener hears how much of all is done."""

    def tell(text: str, done: int, total: int) -> None:
        run.listener(name + text, part * total + done, parts * total)

    return replace(run, listener=tell)


def _judge(
    model: nn.Module,
    pixels: torch.Tensor,
    labels: Int | None,
    protocols: tuple[Protocol, ...],
    run: Run,
) -> tuple[list[Row], float]:
    """The rows of one model, without its name, and its chance."""
    parts = 1 + len(protocols) * len(run.seeds)
    clean = _answers(model, pixels, None, _told(run, "", 0, parts))
    rows = []
    for p, protocol in enumerate(protocols):
        row, shuffled = Row("", replace(protocol, seed=run.seeds[0])), []
        try:
            for part, seed in enumerate(run.seeds, 1 + p * len(run.seeds)):
                told, draw = _told(run, "", part, parts), replace(protocol, seed=seed)
                shuffled.append(_answers(model, pixels, draw, told))
        except SettingError as error:
            rows.append(replace(row, reason=str(error)))
        else:
            rows.append(_row(row, clean, shuffled, labels))
    return rows, 1 / clean.shape[1]


def _row(row: Row, clean: Float, shuffled: list[Float], labels: Int | None) -> Row:
    changes = np.array([measure.largest_change(clean, one) for one in shuffled])
    row = replace(
        row,
        agreement=Spread.over([measure.agreement(clean, one) for one in shuffled]),
        cosine=Spread.over([measure.logit_cosine(clean, one) for one in shuffled]),
        kl=Spread.over([measure.divergence(clean, one) for one in shuffled]),
        confidence=measure.confidence(clean, clean),
        remaining=Spread.over([measure.confidence(clean, one) for one in shuffled]),
        largest=float(changes.max()),
        exact=measure.exact(changes, float(np.abs(clean).max())),
    )
    if labels is None:
        return row
    right = np.mean([measure.correct(one, labels) for one in shuffled], axis=0)  # of the seeds
    return replace(
        row,
        clean=measure.top1(clean, labels),
        shuffled=Spread.over([measure.top1(one, labels) for one in shuffled]),
        clean_per_class=measure.class_accuracy(clean, labels),
        per_class=Spread.over([measure.class_accuracy(one, labels) for one in shuffled]),
        drop=bootstrap(measure.correct(clean, labels) - right),
    )


def _answers(model: nn.Module, pixels: torch.Tensor, protocol: Protocol | None, run: Run) -> Float:
    """`shuffled_logits`, told and stoppable before each batch; the device is taken in turns."""
    if pixels.ndim != 4 or not len(pixels):
        raise SettingError(f"pictures are (M, 3, S, S) and at least one, not {tuple(pixels.shape)}")
    ids = range(len(pixels)) if run.ids is None else run.ids
    if len(ids) != len(pixels):
        raise SettingError(f"{len(ids)} numbers do not fit {len(pixels)} pictures")
    weights = next(chain(model.parameters(), model.buffers()), pixels)
    place, answers = weights.device, []
    for start in range(0, len(pixels), run.batch):
        part = slice(start, start + run.batch)
        run.listener(protocol.title if protocol else "unshuffled", start, len(pixels))
        waiting = partial(run.listener, f"waiting for the {place}", start, len(pixels))
        with turn(place, waiting), torch.inference_mode(), _evaluating(model):
            logits = _forward(model, pixels[part].to(place), protocol, ids[part])
            answers.append(logits.float().cpu().numpy())
    return np.concatenate(answers)


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """Evaluation mode for a while; afterwards every module is in the mode that it was in."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        yield
    finally:
        for module in training:
            module.training = True


def _forward(
    model: Any, pixels: torch.Tensor, protocol: Protocol | None, ids: Sequence[int] | Int
) -> torch.Tensor:
    if protocol is None:
        return model(pixels)
    if protocol.stage == "pixels":
        return model(protocol.shuffled(pixels, model.config.patch, ids))
    if protocol.stage == "bands" and not model.bands:
        raise SettingError("it reads no wavelet bands")
    count = model.bands if protocol.stage == "bands" else model.grid[0] * model.grid[1]
    orders = torch.from_numpy(protocol.orders(count, ids)).to(pixels.device)
    return model(pixels, **{protocol.stage: orders})


def as_dict(report: ShuffleReport) -> dict[str, Any]:
    """The report as plain values; what was not measured, as accuracies, is left out."""
    found = {"patchdrive": __version__, **asdict(replace(report, rows=()))}
    found |= {"seeds": list(report.seeds), "rows": [_values(row) for row in report.rows]}
    random = [name for name, trained in report.trained.items() if trained is False]
    return {"note": f"{UNTRAINED}: {', '.join(random)}", **found} if random else found


def _values(row: Row) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if value not in (None, "")}
    del values["protocol"]["seed"]  # a row covers all seeds
    values["protocol"]["title"] = row.protocol.title
    return {**values, "verdict": row.verdict}


def to_json(report: ShuffleReport) -> str:
    """`as_dict` as text."""
    return json.dumps(as_dict(report), indent=1, allow_nan=False)
