"""The networks' share of a drive: built once, run in turns on their device."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import torch

from patchdrive.models.device import pick, synchronize, turn
from patchdrive.pipelines.clock import Listener, Timed
from patchdrive.settings import NetworkSettings
from patchdrive.types import DriveResult, Fusion, Glance, Patches

if TYPE_CHECKING:
    from patchdrive.models.patchdrivenet import PatchDriveNet

AT_ONCE = 16 * 224 * 224  # patch pixels that go through the backbone before the listener is told
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


def read(glance: Glance, settings: NetworkSettings, listener: Listener) -> Timed:
    """Add the global backbone's features and the saliency head's logits to a glance."""
    model = net(settings)

    def work() -> Glance:
        features = model.encode_glance(glance.pixels)
        saliency = model.judge(features)
        return replace(
            glance,
            features=features[0],
            saliency=saliency[0],
            weights=model.source,
            trained=model.trained,
        )

    return _in_turn(work, settings, listener)


def encode(patches: Patches, settings: NetworkSettings, listener: Listener) -> Timed:
    """Vectors (K, 512) of the patches on the device, told and stoppable after each batch."""
    model = net(settings)
    batch = max(1, AT_ONCE // max(1, patches.pixels[:1].size // 3))

    def tell(done: int, total: int) -> None:
        listener("patch network", done, total)

    def work() -> torch.Tensor:
        return model.encode_patches(patches.pixels, batch=batch, tell=tell)

    return _in_turn(work, settings, listener)


def fuse(
    glance: Glance,
    vectors: torch.Tensor,
    seen: DriveResult,
    settings: NetworkSettings,
    listener: Listener,
) -> Timed:
    """Let the glance attend to the patches: a Fusion."""
    model = net(settings)

    def work() -> Fusion:
        if glance.features is None:
            raise ValueError("this glance was not looked at by a network")
        vector, weights, logits = (
            one[0].float().cpu().numpy()
            for one in model.fuse(
                glance.features[None], vectors[None], seen.saccades.yx[None], seen.image.size
            )
        )
        return Fusion(vector, weights, logits, source=model.source, trained=model.trained)

    return _in_turn(work, settings, listener)


def _in_turn(work: Callable[[], object], settings: NetworkSettings, listener: Listener) -> Timed:
    """Do the work when the device is free; its time is the work's, without the waiting."""
    place = pick(settings.device)

    def waiting() -> None:
        listener(f"waiting for the {place}", 0, 1)

    with turn(place, waiting), torch.inference_mode():
        synchronize(place)
        start = time.perf_counter()
        value = work()
        synchronize(place)
        return Timed(value, 1000 * (time.perf_counter() - start))
