"""The network's own saliency head."""

from __future__ import annotations

from dataclasses import dataclass

from patchdrive.saliency import register
from patchdrive.settings import Settings, knob
from patchdrive.types import Float, Glance


@dataclass(frozen=True)
class Network(Settings):
    """How the head's logits become scores."""

    temperature: float = knob(
        1.0, "Logits are divided by this before the sigmoid",
        label="Temperature", low=0.05, high=10.0, step=0.05,
    )  # fmt: skip


@register("network", "Network's saliency head", Network, network=True, scale="percentile")
def network(glance: Glance, settings: Network) -> Float:
    """Sigmoid of the saliency head on the global backbone's features."""
    if glance.saliency is None:
        raise ValueError("this glance was not looked at by a network")
    logits = glance.saliency.detach().float() / settings.temperature
    return logits.sigmoid().cpu().numpy()
