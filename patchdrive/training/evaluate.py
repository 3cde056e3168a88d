"""Scores of a classifier on pictures that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from patchdrive.training.batches import centred
from patchdrive.training.data import Pictures


@dataclass(frozen=True, eq=False)
class Scores:
    """How often a classifier is right.

    top1       share of all pictures, 0 to 1
    per_class  (C,) float64, share of each class's pictures; NaN where a class has none
    logits     (N, C) float32, in the pictures' order
    """

    top1: float
    per_class: npt.NDArray[np.float64]
    logits: npt.NDArray[np.float32]

    @property
    def balanced(self) -> float:
        """Mean over the classes: a large class counts as much as a small one."""
        return float(np.nanmean(self.per_class))


@torch.no_grad()
def evaluate(module: nn.Module, pictures: Pictures, batch: int = 256) -> Scores:
    """Score a classifier on the centres of pictures, in float32; the same every time.

    module  on any device; its mode is left as it was
    """
    device = next(module.parameters()).device
    training = module.training
    module.eval()
    try:
        parts = [module(pixels.to(device)).float().cpu() for pixels in centred(pictures, batch)]
    finally:
        module.train(training)
    return scored(torch.cat(parts).numpy(), pictures)


def scored(logits: npt.NDArray[np.float32], pictures: Pictures) -> Scores:
    """Scores of logits (N, C) that stand in the pictures' order."""
    right = logits.argmax(1) == pictures.labels
    hits = np.bincount(pictures.labels, weights=right, minlength=len(pictures.classes))
    per_class = np.full(len(pictures.classes), np.nan)
    np.divide(hits, pictures.counts, out=per_class, where=pictures.counts > 0)
    return Scores(float(right.mean()), per_class, logits)
