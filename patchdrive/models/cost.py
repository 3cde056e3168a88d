"""What a network costs, in arithmetic."""

from __future__ import annotations

import torch
from torch import nn
from torch.func import functional_call
from torch.utils.flop_counter import FlopCounterMode


def gflops(module: nn.Module, shape: tuple[int, ...]) -> float:
    """10^9 floating-point operations of one pass over an input (B, C, H, W); a MAC counts as two.

    Counted on shapes alone: no weight is read, nothing is computed. Normalisations, activations and
    resizing are not counted, as is usual.
    """
    tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    ghosts = {name: torch.empty_like(tensor, device="meta") for name, tensor in tensors.items()}
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        functional_call(module, ghosts, (torch.empty(shape, device="meta"),))
    return float(counter.get_total_flops()) / 1e9
