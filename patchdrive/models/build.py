"""How the parts of a network come together: by its settings, on its device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from patchdrive.models import device, weights
from patchdrive.models.backbone import backbone
from patchdrive.models.patchdrivenet import PatchDriveNet
from patchdrive.settings import NetworkSettings


def build(settings: NetworkSettings, **options: Any) -> PatchDriveNet:
    """A PatchDriveNet on the device and with the weights that the settings name, in eval mode.

    options  the keywords of PatchDriveNet: num_patches, patch, radius, glance, classes, controller;
             a file with a whole net brings its own number of classes
    raises   SettingError for a model or device that is not there, WeightsError for bad weights
    """
    where = device.pick(settings.device)
    chosen, state = settings.weights, None
    if weights.is_file(chosen):
        held = weights.read(chosen)
        state = held if weights.is_full(held) else None
    if state is not None:
        chosen = weights.UNTRAINED
        if "classifier.weight" in state:
            options["classes"] = len(state["classifier.weight"])
    seed = settings.seed
    net = PatchDriveNet(
        backbone(settings.global_backbone, weights=chosen, seed=seed),
        backbone(settings.highres_backbone, weights=chosen, seed=seed),
        seed=seed,
        **options,
    )
    if state is not None:
        net.load(state, Path(settings.weights).name)
    return net.to(where).eval()
