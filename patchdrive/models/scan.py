"""The selective scan of Mamba, h_t = exp(dt_t A) h_{t-1} + dt_t B_t u_t, y_t = C_t h_t.

Plain PyTorch with a backward pass written by hand: autograd through the loop would keep every step
apart. Exponentials and products are taken for a chunk of steps at once; the loop is left with one
multiply-add a step. After Gu and Dao, "Mamba" (2023), section 3.3.
"""

from __future__ import annotations

from typing import Any, cast

import torch

CHUNK = 8  # steps; with few sequences longer chunks cost less
CHUNK_FEW = 32
FEW = 4  # sequences

Grads = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, None]


def selective_scan(
    u: torch.Tensor,
    dt: torch.Tensor,
    a: torch.Tensor,
    b: torch.Tensor,
    c: torch.Tensor,
    chunk: int | None = None,
) -> torch.Tensor:
    """Scan sequences; differentiable in all five.

    u, dt    (B, L, E) inputs and step lengths, dt > 0
    a        (E, N), negative
    b, c     (B, L, G, N): channels come in G groups of E / G with the same b and c
    chunk    steps taken together; None chooses
    returns  (B, L, E)
    """
    if u.is_meta:  # there are only shapes
        return torch.empty_like(u)
    if chunk is None:
        chunk = CHUNK if u.shape[0] > FEW and u.device.type == "cpu" else CHUNK_FEW
    return cast(torch.Tensor, _Scan.apply(u, dt, a, b, c, chunk))


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> torch.Tensor:
        """Keeps the states (B, L, E, N) where a gradient is wanted."""
        u, dt, a, b, c, chunk = inputs
        (batch, length, width), (groups, states) = u.shape, b.shape[2:]
        wanted = any(ctx.needs_input_grad)
        kept = u.new_empty(batch, length if wanted else min(chunk, length), width, states)
        y, h, du = torch.empty_like(u), u.new_zeros(batch, width, states), dt * u
        for start in range(0, length, chunk):
            end = min(length, start + chunk)
            here = kept[:, start:end] if wanted else kept[:, : end - start]
            decay = torch.exp(dt[:, start:end, :, None] * a)
            step = du[:, start:end].unflatten(2, (groups, -1))[..., None]
            step = (step * b[:, start:end, :, None]).flatten(2, 3)
            for t in range(end - start):
                h = torch.addcmul(step[:, t], decay[:, t], h)
                here[:, t] = h
            seen = here.unflatten(2, (groups, -1)) @ c[:, start:end, :, :, None]
            y[:, start:end] = seen.squeeze(-1).flatten(2)
        ctx.save_for_backward(u, dt, a, b, c, kept if wanted else None)
        ctx.chunk = chunk
        return y

    @staticmethod
    def backward(ctx: Any, *outputs: Any) -> Grads:
        """From the last chunk to the first, with the gradient of the state carried along."""
        (gy,) = outputs
        u, dt, a, b, c, kept = ctx.saved_tensors
        gu, gdt, ga, gb, gc = map(torch.zeros_like, (u, dt, a, b, c))
        du, groups = dt * u, b.shape[2]
        carry = torch.zeros_like(kept[:, 0])
        first = torch.zeros_like(kept[:, :1])
        for start in range((u.shape[1] - 1) // ctx.chunk * ctx.chunk, -1, -ctx.chunk):
            part = slice(start, min(u.shape[1], start + ctx.chunk))
            decay = torch.exp(dt[:, part, :, None] * a)
            gy_part = gy[:, part].unflatten(2, (groups, -1))
            g = (gy_part[..., None] * c[:, part, :, None]).flatten(2, 3)
            for t in range(g.shape[1] - 1, -1, -1):
                carry = decay[:, t] * g[:, t].add_(carry)
            before = torch.cat([kept[:, start - 1 : start] if start else first, kept[:, part]], 1)
            grouped = g.unflatten(2, (groups, -1))
            states = kept[:, part].unflatten(2, (groups, -1))
            gc[:, part] = (gy_part.unsqueeze(-2) @ states).squeeze(-2)
            through = (grouped @ b[:, part, :, :, None]).squeeze(-1).flatten(2)
            step = du[:, part].unflatten(2, (groups, -1)).unsqueeze(-2)
            gb[:, part] = (step @ grouped).squeeze(-2)
            decay.mul_(before[:, :-1]).mul_(g)
            gdt[:, part] = (decay * a).sum(-1) + u[:, part] * through
            gu[:, part] = dt[:, part] * through
            ga += (decay * dt[:, part, :, None]).sum((0, 1))
        return gu, gdt, ga, gb, gc, None
