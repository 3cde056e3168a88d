"""The selective scan of mamba-ssm on CUDA: where it is installed, and gives what ours gives."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch

from patchdrive.models.scan import selective_scan

Scan = Callable[
    [torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor
]
CLOSE = 1e-4  # of the largest value


def choose() -> Scan:
    """Our scan, or one that asks mamba-ssm's on CUDA."""
    try:
        from mamba_ssm.ops.selective_scan_interface import selective_scan_fn
    except ImportError:
        return selective_scan
    theirs = rearranged(selective_scan_fn)

    def scan(
        u: torch.Tensor, dt: torch.Tensor, a: torch.Tensor, b: torch.Tensor, c: torch.Tensor
    ) -> torch.Tensor:
        fused = u.device.type == "cuda" and equal(theirs, u.device)
        return theirs(u, dt, a, b, c) if fused else selective_scan(u, dt, a, b, c)

    return scan


def rearranged(scan: Callable[..., torch.Tensor]) -> Scan:
    """A scan that takes sequences last, (B, E, L) and (B, G, N, L), as one like ours."""

    def turned(
        u: torch.Tensor, dt: torch.Tensor, a: torch.Tensor, b: torch.Tensor, c: torch.Tensor
    ) -> torch.Tensor:
        channels = (x.transpose(1, 2).contiguous() for x in (u, dt))
        grouped = (x.permute(0, 2, 3, 1).contiguous() for x in (b, c))
        return scan(*channels, a, *grouped).transpose(1, 2)

    return turned


@functools.cache
def equal(scan: Scan, device: torch.device) -> bool:
    """Whether a scan gives our values and our gradients there; one that fails does not."""
    g = torch.Generator().manual_seed(0)
    u, dt, b, c = (
        torch.randn(shape, generator=g)
        for shape in ((2, 33, 16), (2, 33, 16), *[(2, 33, 2, 8)] * 2)
    )
    a = -torch.rand((16, 8), generator=g) - 0.1
    found = []
    with torch.enable_grad(), torch.autocast(device.type, enabled=False):
        for one in (selective_scan, scan):
            given = [x.to(device).requires_grad_() for x in (u, dt.exp() / 4, a, b, c)]
            try:
                y = one(*given)
                found.append([y.detach(), *torch.autograd.grad(y.square().sum(), given)])
            except RuntimeError:  # built for another device, or for other widths
                return False
    return all(
        mine.shape == other.shape and float((mine - other).abs().max() / mine.abs().max()) < CLOSE
        for mine, other in zip(*found, strict=True)
    )
