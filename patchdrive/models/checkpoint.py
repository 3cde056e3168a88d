"""Weights files that say what they are: safetensors in half precision, with words about them."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from patchdrive.models import weights
from patchdrive.models.classifier import Classifier, ClassifierConfig, build
from patchdrive.types import PatchdriveError, WeightsError
from patchdrive.version import __version__
from patchdrive.writing import write

ENDING = weights.FORMATS[0]
FORMAT = "patchdrive classifier 1"


@dataclass(frozen=True)
class Metadata:
    """What a weights file says of itself.

    model    plain values of the network, all of them
    data     those of [data], without places on the machine that trained it
    train    those of [train], likewise
    classes  names, in the order of the logits
    scores   top1, per_class (mean over classes): shares of the test pictures; largest: top1 of
             who always names the largest class; loss of the last epoch; train_pictures,
             test_pictures: counts
    digest   of the data
    seconds  that the training took
    device   on which it ran
    version  of patchdrive
    """

    model: dict[str, Any]
    data: dict[str, Any]
    train: dict[str, Any]
    classes: tuple[str, ...]
    scores: dict[str, float]
    digest: str
    seconds: float
    device: str
    version: str = __version__


def halve(module: nn.Module) -> None:
    """Round the weights to what half precision holds; they stay float32."""
    with torch.no_grad():
        for tensor in module.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half())


def save(file: Path, module: nn.Module, about: Metadata) -> None:
    """Write a module's weights in half precision; an older file stays whole until then.

    raises  WeightsError for values beyond half precision
    """
    from safetensors.torch import save as to_bytes

    held = {}
    for name, tensor in module.state_dict().items():
        # A copy of its own: safetensors refuses tensors that share memory.
        kept = tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        held[name] = kept.half() if kept.is_floating_point() else kept
        if kept.is_floating_point() and not torch.isfinite(held[name]).all():
            raise WeightsError(f"{name} has values that half precision cannot hold")
    texts = {name: json.dumps(value) for name, value in asdict(about).items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, to_bytes(held, {"format": FORMAT, **texts}))


def make(values: dict[str, Any]) -> Classifier:
    """A classifier with random weights from plain values; SettingError for what it has not."""
    return build(ClassifierConfig.of(values))


def load(path: str | os.PathLike[str]) -> tuple[Classifier, Metadata]:
    """The classifier in a file that `save` wrote, in float32 on the CPU, ready to be used.

    raises  WeightsError where there is no such file, where it is none of these, or where its
            weights do not fit what it says of itself
    """
    file = Path(path)
    state = weights.read(str(file))
    about = _metadata(file)
    try:
        with weights.seeded(0):
            module = make(about.model)
    except PatchdriveError as error:
        raise WeightsError(f"the network that {file.name} describes: {error}") from error
    weights.fit(module, state, file.name)
    if about.model.get("classes") != len(about.classes):
        raise WeightsError(
            f"{file.name} names {len(about.classes)} classes, its network has "
            f"{about.model.get('classes')}"
        )
    return module.eval(), about


def _metadata(file: Path) -> Metadata:
    texts = _texts(file) if file.suffix.lower() == ENDING else {}
    if texts.get("format") != FORMAT:
        raise WeightsError(
            f"{file.name} is no classifier of ours: its format is {texts.get('format')!r}, "
            f"not {FORMAT!r}"
        )
    try:
        held = {item.name: json.loads(texts[item.name]) for item in fields(Metadata)}
        held["classes"] = tuple(map(str, held["classes"]))
        for name in ("model", "data", "train", "scores"):
            held[name] = dict(held[name])
        str(held["data"]["path"]), int(held["data"]["size"])  # what `evaluate` needs
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"what {file.name} says of itself cannot be read: {error}") from error
    return Metadata(**held)


def _texts(file: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(file, "pt") as opened:
        return dict(opened.metadata() or {})
