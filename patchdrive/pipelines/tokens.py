"""Tokens of one picture, shuffled: which are alike before and after, in every classifier.

The tokens are those that lead to the answers of `shuffled_logits`: the same pictures and orders go
through the same loop, and the head on their mean gives the logits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import nn

from patchdrive.models.classifier import Classifier
from patchdrive.ops.robustness import token_similarity
from patchdrive.ops.shuffle import Protocol
from patchdrive.pipelines.answers import found_models, titled
from patchdrive.pipelines.clock import Chain, Listener, Memory, forget, silence
from patchdrive.pipelines.position import LAYERS, Layer, prepared, seen
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.pipelines.shuffle import shuffled_logits
from patchdrive.types import Byte, Float, Image, SettingError


@dataclass(frozen=True, eq=False)
class Likeness:
    """Cosines of all tokens with all, each (N, N) float32.

    embed  of the tokens as the layers get them
    last   after the last layer and its norm
    """

    embed: Float
    last: Float


@dataclass(frozen=True, eq=False)
class Compared:
    """One classifier's tokens before and after a protocol.

    model, title  its name, and in words
    after         row and column i are the token at place i of the shuffled sequence; None where
                  the protocol does not apply
    reason        why it does not apply, or ""
    """

    model: str
    title: str
    before: Likeness
    after: Likeness | None = None
    reason: str = ""


class _Tokens(nn.Module):
    """A classifier that answers with its tokens (B, 2, N, d): as embedded, and after the layers."""

    def __init__(self, net: Classifier) -> None:
        super().__init__()
        self.net = net
        self.config, self.grid, self.bands = net.config, net.grid, net.bands

    def forward(self, pixels: torch.Tensor, **orders: torch.Tensor) -> torch.Tensor:
        """Arguments are those of `Classifier.forward`."""
        x = self.net.placed(pixels, **orders)
        return torch.stack([x, self.net.encode(x)], 1)


def shuffled_tokens(net: Classifier, pixels: torch.Tensor, protocol: Protocol | None) -> Float:
    """Tokens (M, 2, N, d) float32, as embedded and after the layers; as of `shuffled_logits`."""
    return shuffled_logits(_Tokens(net), pixels, protocol)


def compare_tokens(
    image: Image,
    settings: ShuffleSettings,
    models: Sequence[str],
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> tuple[Compared, ...]:
    """How alike the tokens of a picture are, before and after the protocol, one a model.

    raises  SettingError for a model that there is not, or a protocol that fits no picture
    """
    chain, protocol = Chain(image.digest, memory, listener), settings.protocol
    nets = found_models(models)
    shot = seen(image, next(iter(nets.values()))[0].config.size, chain)
    found = []
    for name, (net, _) in nets.items():
        before = chain.stage(f"tokens of {name}", (), partial(_likeness, net, shot, None))
        one = Compared(name, titled(name), before)
        try:
            moved = partial(_likeness, net, shot, protocol)
            after = chain.stage(f"shuffled tokens of {name}", (protocol,), moved)
            found.append(replace(one, after=after))
        except SettingError as error:
            found.append(replace(one, reason=str(error)))
    return tuple(found)


def _likeness(net: Classifier, shot: Byte, protocol: Protocol | None) -> Likeness:
    embed, last = shuffled_tokens(net, prepared(shot), protocol)[0]
    return Likeness(*(token_similarity(one).astype(np.float32) for one in (embed, last)))


def mean_cosine(similarity: Float) -> float:
    """Mean cosine of different tokens, from (N, N); NaN where there is only one."""
    count = len(similarity)
    if count < 2:
        return float("nan")
    total = np.sum(similarity, dtype=np.float64) - np.trace(similarity, dtype=np.float64)
    return float(total / (count * (count - 1)))


def token_means(found: Sequence[Compared]) -> dict[str, dict[str, dict[str, float | None]]]:
    """Mean cosine of different tokens, by model, layer, and "before" and "after".

    None where the protocol does not apply, or there is only one token.
    """
    return {
        one.model: {
            layer: {"before": _mean(one.before, layer), "after": _mean(one.after, layer)}
            for layer in LAYERS
        }
        for one in found
    }


def _mean(held: Likeness | None, layer: Layer) -> float | None:
    value = float("nan") if held is None else mean_cosine(getattr(held, layer))
    return None if math.isnan(value) else value
