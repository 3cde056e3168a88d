"""The networks' share of a drive: built once, run in turns on their device."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import torch

from patchdrive.models.device import pick, synchronize, turn
from patchdrive.pipelines.clock import Listener
from patchdrive.settings import NetworkSettings
from patchdrive.types import DriveResult, Fusion, Glance, Patches

if TYPE_CHECKING:
    from patchdrive.models.patchdrivenet import PatchDriveNet

AT_ONCE = 16  # patches that go through the backbone between two words to the listener
_building = Lock()


@lru_cache(maxsize=2)
def _built(settings: NetworkSettings) -> PatchDriveNet:
    from patchdrive.models.build import build

    return build(settings)


def net(settings: NetworkSettings) -> PatchDriveNet:
    """The network of these settings; the last two are kept."""
    with _building:
        return _built(replace(settings, fuse=True))


def device(settings: NetworkSettings) -> str:
    """Where the networks run, in words."""
    return str(pick(settings.device))


def read(glance: Glance, settings: NetworkSettings, listener: Listener) -> Glance:
    """Add the global backbone's features and the saliency head's logits to a glance."""
    place = pick(settings.device)
    model = net(settings)
    with turn(place, _waiting(place, listener)), torch.inference_mode():
        features = model.encode_glance(glance.pixels)
        saliency = model.judge(features)
        synchronize(place)
    return replace(
        glance,
        features=features[0],
        saliency=saliency[0],
        weights=model.source,
        trained=model.trained,
    )


def encode(patches: Patches, settings: NetworkSettings, listener: Listener) -> torch.Tensor:
    """Vectors (K, 512) of the patches on the device, told and stoppable after each batch."""
    place = pick(settings.device)
    model = net(settings)

    def tell(done: int, total: int) -> None:
        listener("patch network", done, total)

    with turn(place, _waiting(place, listener)), torch.inference_mode():
        vectors = model.encode_patches(patches.pixels, batch=AT_ONCE, tell=tell)
        synchronize(place)
    return vectors


def fuse(
    glance: Glance, vectors: torch.Tensor, seen: DriveResult, settings: NetworkSettings
) -> Fusion:
    """Let the glance attend to the patches."""
    if glance.features is None:
        raise ValueError("this glance was not looked at by a network")
    place = pick(settings.device)
    model = net(settings)
    with turn(place), torch.inference_mode():
        vector, weights, logits = model.fuse(
            glance.features[None], vectors[None], seen.saccades.yx[None], seen.image.size
        )
        synchronize(place)
    vector, weights, logits = (one[0].float().cpu() for one in (vector, weights, logits))
    return Fusion(
        vector.numpy(), weights.numpy(), logits.numpy(), source=model.source, trained=model.trained
    )


def _waiting(place: torch.device, listener: Listener):  # type: ignore[no-untyped-def]
    return lambda: listener(f"waiting for the {place}", 0, 1)
