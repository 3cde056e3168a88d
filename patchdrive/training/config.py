"""What a training run is: a TOML file with [data], [model] and [train], checked when it is read."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from patchdrive.settings import Settings, knob, unknown
from patchdrive.training import networks
from patchdrive.types import SettingError

DATA = "PATCHDRIVE_DATA"
"""The environment variable that names the folder in which relative paths of data are found."""

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class DataSettings(Settings):
    """The labelled pictures, and what is done to them while training."""

    path: str = knob("", "Folder or zip file of <class>/<picture>; relative to PATCHDRIVE_DATA")
    name: str = knob("", "What to call the data on the card; by default the file's name")
    licence: str = knob("", "One line for the card: whose pictures, under which licence")
    cache: str = knob("", "Folder for the decoded pictures; nothing is kept where it is empty")
    size: int = knob(64, "Side that the network sees", low=8, high=512, unit="px")
    flip: bool = knob(True, "Mirror half of the pictures, left to right")
    jitter: float = knob(0.0, "Most change of brightness, contrast and colour", low=0, high=0.9)


@dataclass(frozen=True)
class TrainSettings(Settings):
    """How a network is trained."""

    epochs: int = knob(20, "How often each picture is seen", low=1, high=10_000)
    batch: int = knob(128, "Pictures in a step, at most", low=1, high=8192)
    lr: float = knob(1e-3, "Highest learning rate", low=1e-8, high=10)
    weight_decay: float = knob(0.05, "AdamW's, for matrices and kernels only", low=0, high=10)
    warmup: float = knob(1.0, "Epochs in which the learning rate rises", low=0, high=1000)
    label_smoothing: float = knob(0.1, "Share of the target spread over all classes", low=0, high=1)
    clip: float = knob(1.0, "Longest gradient (L2); 0 for any length", low=0, high=1000)
    seed: int = knob(0, "Weights, order and augmentation follow from it", low=0, high=2**31 - 1)
    precision: str = knob("float32", "Of the forward pass", choices=("float32", "bfloat16"))
    threads: int = knob(0, "Threads on the CPU; 0 for torch's own choice", low=0, high=256)
    balanced: bool = knob(False, "Draw all classes equally often")
    shuffle_tokens: str = knob(
        "none",
        "A new order of the tokens in every training step: before or after places are added to "
        "them (after is a no-op for a ViT); test pictures are not shuffled",
        choices=("none", "before", "after"),
    )
    device: str = knob("auto", "Where it runs", choices=("auto", "cpu", "cuda", "mps"), open=True)


# They say where a run finds and keeps things, not what comes out of it.
_ASIDE = {"data": ("path", "cache"), "train": ("threads", "device")}


@dataclass(frozen=True, eq=False)
class Config:
    """One training run.

    data, train  settings
    model        plain values of the network; `model_for` adds those that the data decide
    name         of the file, without its ending: what the run's files are called
    """

    data: DataSettings
    model: Mapping[str, Any]
    train: TrainSettings
    name: str = "network"

    @classmethod
    def of(cls, values: Mapping[str, Any], name: str = "network") -> Config:
        """Build from the tables of a TOML file; raises SettingError that names table and key."""
        unknown(values, {item.name: None for item in fields(cls) if item.name != "name"})
        model = dict(_table(values, "model"))
        data = _settings(DataSettings, _table(values, "data"), "data")
        train = _settings(TrainSettings, _table(values, "train"), "train")
        if not data.path:
            raise SettingError("[data] needs a path: a folder or a zip file of <class>/<picture>")
        if model.setdefault("size", data.size) != data.size:
            raise SettingError(
                f"[model] size is {model['size']!r} and [data] size is {data.size}; leave out the "
                "first, it follows from the second"
            )
        try:
            networks.full(model)
            networks.refuse_idle(model)
        except SettingError as error:
            raise SettingError(f"[model]: {error}") from error
        return cls(data, model, train, name)

    def model_for(self, classes: int) -> dict[str, Any]:
        """All values of the network, for data of so many classes."""
        wanted = self.model.get("classes", classes)
        if wanted != classes:
            raise SettingError(f"[model] classes is {wanted!r}, but the data have {classes}")
        return networks.full({**self.model, "classes": classes})

    def flat(self) -> dict[str, dict[str, Any]]:
        """All values by table and key, defaults included."""
        return {
            "data": self.data.flat(),
            "model": networks.full(self.model),
            "train": self.train.flat(),
        }

    def digest(self) -> str:
        """Hexadecimal; equal where the same comes out, wherever data lie and the run runs."""
        held = self.flat()
        kept = {
            table: {key: v for key, v in values.items() if key not in _ASIDE.get(table, ())}
            for table, values in held.items()
        }
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def read(file: str | os.PathLike[str]) -> Config:
    """The config in a TOML file; raises SettingError that names the file, the table and the key."""
    path = Path(file).expanduser()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"the config {str(file)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:  # of TOML, or bytes that are no UTF-8
        raise SettingError(f"{path.name} is no TOML file: {error}") from error
    try:
        return Config.of(values, path.stem)
    except SettingError as error:
        raise SettingError(f"{path.name}: {error}") from error


def find(path: str) -> Path:
    """Where data lie: an absolute path as it is, a relative one in PATCHDRIVE_DATA, then here.

    raises  SettingError where there is nothing
    """
    wanted, folder = Path(path).expanduser(), os.environ.get(DATA, "")
    places = [Path(folder).expanduser() / wanted] if folder else []
    for place in (*places, wanted):
        if place.exists():
            return place
    told = f"{DATA} is {folder!r}" if folder else f"{DATA} can name the folder that holds it"
    raise SettingError(f"there are no data at {path!r}; {told}")


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = values.get(name, {})
    if not isinstance(table, Mapping):
        raise SettingError(f"{name} must be a table: [{name}], and its keys below")
    return table


def _settings(kind: type[S], values: Mapping[str, Any], name: str) -> S:
    """Settings from a table, in which a word must be a word, and a number a number."""
    try:
        unknown(values, kind.knobs())
        for key, item in kind.knobs().items():
            value = values.get(key, item.default)
            if isinstance(value, str) != isinstance(item.default, str):
                wanted = {bool: "true or false", str: "a text"}.get(type(item.default), "a number")
                raise SettingError(f"{key} must be {wanted}, not {value!r}")
        return kind(**values)
    except SettingError as error:
        raise SettingError(f"[{name}] {error}") from error
