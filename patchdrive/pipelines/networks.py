"""The networks' share of a drive: built once, run in turns on their device."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import torch

from patchdrive.budget import Need, bound, spend, words
from patchdrive.models.device import free, pick, synchronize, turn
from patchdrive.models.memory import ghost
from patchdrive.pipelines.clock import Listener, Timed
from patchdrive.settings import NetworkSettings
from patchdrive.types import DriveResult, Fusion, Glance, Patches, SettingError

if TYPE_CHECKING:
    from patchdrive.models.patchdrivenet import PatchDriveNet

AT_ONCE = 16 * 224 * 224  # patch pixels that go through the backbone before the listener is told
BUILT = 8
"""All networks that are kept together take up to this part of the bound; the newest is kept."""

_building = Lock()
_built: OrderedDict[NetworkSettings, PatchDriveNet] = OrderedDict()  # in order of use


def net(settings: NetworkSettings) -> PatchDriveNet:
    """The network of these settings; those used last are kept, bounded by their bytes.

    raises  SettingError where its weights are too large to be held, before they are made
    """
    wanted = replace(settings, fuse=True)
    with _building:
        if (kept := _built.get(wanted)) is not None:
            _built.move_to_end(wanted)
            return kept
        from patchdrive.models.build import build

        with spend(weights_of(wanted)):
            made = build(wanted)
        _built[wanted] = made
        total = sum(map(_nbytes, _built.values()))
        while len(_built) > 1 and total > bound() // BUILT:
            _, gone = _built.popitem(last=False)
            total -= _nbytes(gone)
        return made


def forget() -> None:
    """Let go of all networks that are kept."""
    with _building:
        _built.clear()


def weights_of(settings: NetworkSettings) -> Need:
    """What building both backbones takes: their weights, once made and once read from a file."""
    names = settings.global_backbone, settings.highres_backbone
    nbytes = sum(ghost(name).nbytes for name in names)
    numbers = sum(ghost(name).parameters for name in names)
    return Need(
        f"the backbones {' and '.join(names)}, {numbers / 1e6:,.0f} million numbers,",
        2 * nbytes,
        "take smaller ones",
    )


def _nbytes(made: PatchDriveNet) -> int:
    return sum(one.nbytes for one in (*made.parameters(), *made.buffers()))


def device(settings: NetworkSettings) -> str:
    """Where the networks run, in words."""
    return str(pick(settings.device))


def read(glance: Glance, settings: NetworkSettings, listener: Listener) -> Timed:
    """Add the global backbone's features and the saliency head's logits to a glance."""
    model = net(settings)
    h, w = glance.pixels.shape[:2]
    name = settings.global_backbone
    need = Need(
        f"features of a glance of {w:,} x {h:,} px by {name}",
        ghost(name).look(1, h, w),
        "lower the glance's side or take a smaller backbone",
    )

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

    return _in_turn(work, settings, listener, need)


def encode(patches: Patches, settings: NetworkSettings, listener: Listener) -> Timed:
    """Vectors (K, 512) of the patches on the device, told and stoppable after each batch.

    The device is taken for one batch at a time: a drive with many patches keeps nobody waiting.
    """
    model, pixels = net(settings), patches.pixels
    side, name = pixels.shape[1], settings.highres_backbone
    batch = max(1, AT_ONCE // max(1, side * side))
    need = Need(
        f"batches of {batch} patches of {side} px by {name}",
        ghost(name).look(min(batch, len(pixels)), side, side),
        "lower patch or take a smaller backbone",
    )
    done = [Timed(model.encode_patches(pixels[:0]), 0.0)]
    for start in range(0, len(pixels), batch):
        part = pixels[start : start + batch]
        done.append(
            _in_turn(partial(model.encode_patches, part, batch=batch), settings, listener, need)
        )
        listener("patch network", min(start + batch, len(pixels)), len(pixels))
    return Timed(torch.cat([one.value for one in done]), sum(one.ms for one in done))


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


def _in_turn(
    work: Callable[[], object],
    settings: NetworkSettings,
    listener: Listener,
    need: Need | None = None,
) -> Timed:
    """Do the work when the device is free; its time is the work's, without the waiting.

    raises  SettingError where it needs more memory than there is
    """
    place = pick(settings.device)

    def waiting() -> None:
        listener(f"waiting for the {place}", 0, 1)

    with turn(place, waiting), _room(place, need, listener), torch.inference_mode():
        synchronize(place)
        start = time.perf_counter()
        value = work()
        synchronize(place)
        return Timed(value, 1000 * (time.perf_counter() - start))


@contextmanager
def _room(place: torch.device, need: Need | None, listener: Listener) -> Iterator[None]:
    """Memory for the work, of the device where it has its own."""
    left = free(place)
    if need is None or left is None:
        with spend(need, lambda: listener("waiting for memory", 0, 1)):
            yield
    elif need.nbytes <= left:
        yield
    else:
        raise SettingError(
            f"{need.what} need about {words(need.nbytes)}, and the {place} has only {words(left)} "
            f"left; {need.advice}"
        )
