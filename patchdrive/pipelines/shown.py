"""What a person sees of a shuffle: the picture in the order in which a network gets it."""

from __future__ import annotations

import numpy as np
import torch

from patchdrive.models.classifier import Classifier
from patchdrive.ops import wavelets
from patchdrive.ops.shuffle import Protocol, shuffle_blocks
from patchdrive.pipelines.position import square
from patchdrive.types import Byte, Image

SHOWN = 512  # px, side of the picture that people see


def show(image: Image, protocol: Protocol, net: Classifier) -> Byte:
    """The picture as the protocol leaves it, (n, n, 3) uint8.

    Tokens are shown as their patches, in the order in which the layers get them.
    """
    config, (h, w) = net.config, net.grid
    if protocol.stage == "bands":
        return _rebuilt(square(image, config.size), protocol, config.patch.bit_length() - 1)
    side = max(1, min(SHOWN, *image.size) // config.size) * config.size
    pixels, patch = square(image, side), side // h
    if protocol.stage == "pixels":
        return protocol.shuffled(pixels, patch, [0])
    return shuffle_blocks(pixels, patch, protocol.orders(h * w, [0])[0])


def _rebuilt(pixels: Byte, protocol: Protocol, levels: int) -> Byte:
    """The picture whose bands are these, put in another order."""
    x = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float()
    bands = torch.unflatten(wavelets.packets(x, levels), 1, (4**levels, 3))
    order = torch.from_numpy(protocol.orders(4**levels, [0]))
    back = wavelets.unpack(bands[:, order].flatten(1, 2), levels)
    return np.asarray(back[0].permute(1, 2, 0).round().clamp(0, 255).byte())
