"""What the network sees: the order of an epoch, and crops of it as normalised tensors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from patchdrive.models.classifier import MEAN, STD
from patchdrive.training.config import DataSettings
from patchdrive.training.data import Pictures


def order(pictures: Pictures, generator: torch.Generator, *, balanced: bool) -> torch.Tensor:
    """Rows of one epoch, (N,) int64: each once; balanced, drawn so that classes are equally often.

    generator  on the CPU; all randomness comes from it
    """
    n = len(pictures)
    if not balanced:
        return torch.randperm(n, generator=generator)
    weights = 1.0 / pictures.counts[pictures.labels]
    return torch.multinomial(torch.from_numpy(weights), n, True, generator=generator)


def steps(rows: torch.Tensor, batch: int) -> tuple[torch.Tensor, ...]:
    """Rows in the fewest near-equal batches of at most `batch`: no tiny one at the end."""
    return rows.tensor_split(-(-len(rows) // batch))


def augmented(
    pictures: Pictures, rows: torch.Tensor, generator: torch.Generator, settings: DataSettings
) -> torch.Tensor:
    """Random crops of some pictures, (B, 3, S, S) float32, normalised, on the CPU.

    rows       (B,) int64
    generator  on the CPU: the same crops whatever device trains
    """
    b, size = len(rows), pictures.size
    pixels = torch.from_numpy(pictures.pixels[rows.numpy()])  # (B, R, R, 3)
    spare = pixels.shape[1] - size
    along = torch.arange(size)
    y, x = (torch.randint(spare + 1, (2, b, 1), generator=generator) + along).unbind()  # (B, S)
    if settings.flip:
        mirrored = torch.rand(b, 1, generator=generator) < 0.5
        x = torch.where(mirrored, x.flip(1), x)
    crops = pixels[torch.arange(b)[:, None, None], y[:, :, None], x[:, None, :]]  # (B, S, S, 3)
    values = crops.permute(0, 3, 1, 2).float().div_(255)
    if settings.jitter > 0:
        values = _jittered(values, generator, settings.jitter)
    return _normalised(values)


def _jittered(values: torch.Tensor, generator: torch.Generator, most: float) -> torch.Tensor:
    """Brightness, contrast and saturation times 1 - most to 1 + most, each picture its own."""
    draws = torch.rand(3, len(values), 1, 1, 1, generator=generator)
    bright, contrast, colour = (1 + most * (2 * draws - 1)).unbind()
    values = (values * bright).clamp_(0, 1)
    mean = values.mean((1, 2, 3), keepdim=True)
    values = (mean + (values - mean) * contrast).clamp_(0, 1)
    grey = values.mean(1, keepdim=True)
    return (grey + (values - grey) * colour).clamp_(0, 1)


def centred(pictures: Pictures, batch: int) -> Iterator[torch.Tensor]:
    """The centre of all pictures in their order, (<= batch, 3, S, S) float32, normalised."""
    size, room = pictures.size, pictures.pixels.shape[1]
    at = (room - size) // 2
    inner = pictures.pixels[:, at : at + size, at : at + size]
    for first in range(0, len(pictures), batch):
        part = np.ascontiguousarray(inner[first : first + batch].transpose(0, 3, 1, 2))
        yield _normalised(torch.from_numpy(part.astype(np.float32)).div_(255))


def _normalised(values: torch.Tensor) -> torch.Tensor:
    return values.sub_(MEAN).div_(STD).contiguous()
