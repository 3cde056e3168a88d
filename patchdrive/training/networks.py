"""Classifiers by the plain values of a config file: the one place that knows how they are built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from torch import nn

from patchdrive.models import checkpoint
from patchdrive.models.classifier import ClassifierConfig


def full(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of [model] and the defaults of those not given.

    raises  SettingError for a key or a value that a classifier does not have
    """
    return asdict(_config(values))


def refuse_idle(values: Mapping[str, Any]) -> None:
    """Raise a SettingError for the first given value that does nothing beside the others.

    Of what a person gives: the full values of a checkpoint hold those that do nothing too.
    """
    ClassifierConfig.refuse_idle(values)


def acting(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a network's values that do something: what a config file may say."""
    config = _config(values)
    return {name: value for name, value in values.items() if not config.idle(name)}


def make(values: Mapping[str, Any]) -> nn.Module:
    """A classifier with random weights: (B, 3, S, S) float, normalised -> logits (B, classes).

    raises  SettingError as `full` does
    """
    return checkpoint.make(dict(values))


def tokens(values: Mapping[str, Any]) -> int:
    """How many tokens a picture becomes."""
    h, w = _config(values).grid
    return h * w


def _config(values: Mapping[str, Any]) -> ClassifierConfig:
    return ClassifierConfig.of(dict(values))
