"""Vision Mamba's training step against the plain loop, and what LGP adds to a patch embedding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from timm.layers.patch_embed import PatchEmbed
from torch import nn

from benchmarks.table import Row
from benchmarks.timing import interleaved
from patchdrive.models import vim
from patchdrive.models.lgp import LGPEmbed
from patchdrive.models.summary import SummaryEmbed

BATCH = 1
CLOSE = 1e-3  # of the largest gradient


def plain(
    u: torch.Tensor, dt: torch.Tensor, a: torch.Tensor, b: torch.Tensor, c: torch.Tensor
) -> torch.Tensor:
    """The scan one step after another, its gradient by autograd; exponentials taken at once."""
    groups = u.shape[2] // b.shape[2]
    b, c = (one.repeat_interleave(groups, 2) for one in (b, c))
    decay = torch.exp(dt[..., None] * a)
    step = (dt * u)[..., None] * b
    h, states = torch.zeros_like(decay[:, 0]), []
    for t in range(u.shape[1]):
        h = decay[:, t] * h + step[:, t]
        states.append(h)
    return (torch.stack(states, 1) * c).sum(-1)


def rows(quick: bool) -> Iterator[Row]:
    """The training step, and three embeddings."""
    yield _step(quick)
    yield from _embeddings(quick)


def _step(quick: bool) -> Row:
    torch.manual_seed(0)
    side, depth = (48, 2) if quick else (224, 24)
    net = vim.VisionMamba(PatchEmbed(side, 16, 3, 192), 192, depth=depth)
    pixels, labels = torch.randn(BATCH, 3, side, side), torch.arange(BATCH)
    gradients: dict[str, torch.Tensor] = {}

    def step(name: str, scan: Callable[..., torch.Tensor]) -> Callable[[], None]:
        def run() -> None:
            kept, vim.SCAN = vim.SCAN, scan
            try:
                net.zero_grad()
                nn.functional.cross_entropy(net(pixels), labels).backward()
            finally:
                vim.SCAN = kept
            found = net.get_submodule("embed.proj").weight.grad
            assert isinstance(found, torch.Tensor), "it was part of the step"
            gradients[name] = found.clone()

        return run

    runs = (step("ours", vim.SCAN), step("plain", plain))
    ours, other = interleaved(runs, 1 if quick else 3)
    apart = (gradients["ours"] - gradients["plain"]).abs().max() / gradients["plain"].abs().max()
    what = f"training step of Vim-T, {BATCH} picture of {side} px"
    return Row(what, ours, "the plain loop", other, target=4, equal=bool(apart < CLOSE))


def _embeddings(quick: bool) -> Iterator[Row]:
    """What they cost beside the plain one; they do more, so results are not the same."""
    side = 32 if quick else 224
    pixels = torch.randn(8, 3, side, side)
    base = PatchEmbed(side, 16, 3, 384).eval()
    for title, kind in (("LGP", LGPEmbed), ("our summary", SummaryEmbed)):
        embed = kind(side, 16, 3, 384).eval()

        def run(module: nn.Module) -> Callable[[], None]:
            def forward() -> None:
                with torch.inference_mode():
                    module(pixels)

            return forward

        ours, other = interleaved((run(embed), run(base)), 1 if quick else 9)
        what = f"embedding of ViT-S by {title}, 8 pictures of {side} px"
        yield Row(what, ours, "the plain patch embedding", other, "cost")
