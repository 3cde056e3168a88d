"""The training loop: AdamW, cosine with warm-up, and a state on disk after every epoch.

All that an epoch draws at random follows from the seed and the epoch's number alone. So a run that
was stopped and resumed gives what an unbroken one gives: bit for bit on the CPU, threads equal.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from patchdrive.models.device import pick
from patchdrive.models.weights import seeded
from patchdrive.training import networks, state
from patchdrive.training.batches import augmented, order, steps
from patchdrive.training.conditions import conditions, noise, seed_of
from patchdrive.training.config import Config, TrainSettings
from patchdrive.training.data import Pictures
from patchdrive.training.evaluate import Scores, evaluate
from patchdrive.training.state import Row
from patchdrive.types import SettingError

Progress = Callable[[Row], None]


@dataclass(eq=False)
class Run:
    """A training on its way, or at its end.

    config         what it is
    model          the network's values, with those that the data decide
    train, test    both sides of the split
    module         the network, on its device
    optimizer      AdamW
    digest         of the data
    rows           one for each epoch done
    """

    config: Config
    model: dict[str, object]
    train: Pictures
    test: Pictures
    module: nn.Module
    optimizer: torch.optim.Optimizer
    digest: str
    rows: list[Row] = field(default_factory=list)

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return next(self.module.parameters()).device


def train(
    config: Config, pictures: Pictures, out: Path, *, resume: bool = False,
    progress: Progress | None = None,
) -> Run:  # fmt: skip
    """Train a network; `out` then holds state.pt and log.csv, whose last line is the last epoch.

    resume    go on from the state in `out`; from the start where there is none
    progress  called with each epoch's row once its state is saved
    raises    SettingError for a device, a state or values that do not fit, or where another
              training runs in `out`; KeyboardInterrupt passes through, and the state is that of the
              last whole epoch
    """
    device = pick(config.train.device)
    with conditions(config.train.threads, device), state.alone(out):
        run = _begin(config, pictures, device)
        key = f"{config.digest()}-{run.digest}"
        file = state.place(out)
        if file.exists() and not resume:
            raise SettingError(
                f"{out} holds the state of a run; resume it, or choose another folder"
            )
        if file.exists():
            run.rows = state.restore(file, key, run.module, run.optimizer)
            state.log(out, run.rows)  # it may have been stopped before its last line
        while len(run.rows) < config.train.epochs:
            row = _epoch(run, len(run.rows))
            run.rows.append(row)
            state.save(file, key, run.module, run.optimizer, run.rows)
            state.log(out, run.rows)
            if progress is not None:
                progress(row)
        return run


def _begin(config: Config, pictures: Pictures, device: torch.device) -> Run:
    model = config.model_for(len(pictures.classes))
    part, test = pictures.split()
    with seeded(config.train.seed):
        module = networks.make(model)
    module = module.to(device)  # before the optimizer is made, which holds on to the weights
    steering = optimizer(module, config.train)
    return Run(config, model, part, test, module, steering, pictures.digest)


def optimizer(module: nn.Module, settings: TrainSettings) -> torch.optim.AdamW:
    """AdamW that decays matrices and kernels: not biases, norms, positions, or a scan's rates."""
    decayed: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, weight in module.named_parameters():
        if weight.requires_grad:
            kernel = weight.ndim > 1 and name.endswith("weight")
            (decayed if kernel else free).append(weight)
    groups = [
        {"params": decayed, "weight_decay": settings.weight_decay},
        {"params": free, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=settings.lr)


def rate(step: int, per_epoch: int, settings: TrainSettings) -> float:
    """Learning rate of a step, counted from 0: a straight rise, then a cosine towards 0."""
    total, rising = settings.epochs * per_epoch, settings.warmup * per_epoch
    if step < rising:
        return settings.lr * min(1.0, (step + 1) / rising)
    return settings.lr * (1 + math.cos(math.pi * (step - rising) / (total - rising))) / 2


def _epoch(run: Run, epoch: int) -> Row:
    start = time.perf_counter()
    settings = run.config.train
    seed = seed_of(settings.seed, epoch)
    generator = torch.Generator().manual_seed(seed)
    batches = steps(order(run.train, generator, balanced=settings.balanced), settings.batch)
    losses = torch.zeros((), device=run.device)
    run.module.train()
    with noise(seed, run.device):
        for at, rows in enumerate(batches):
            lr = rate(epoch * len(batches) + at, len(batches), settings)
            losses += _step(run, rows, lr, generator) * len(rows)
    loss = float(losses) / len(run.train)
    if not math.isfinite(loss):
        raise SettingError(f"the loss is {loss} in epoch {epoch + 1}; a lower lr may help")
    scores: Scores = evaluate(run.module, run.test)
    spent = time.perf_counter() - start
    return Row(epoch + 1, loss, lr, scores.top1, scores.balanced, spent)


def _step(run: Run, rows: torch.Tensor, lr: float, generator: torch.Generator) -> torch.Tensor:
    """One step down the gradient; returns its loss, a scalar on the device."""
    settings, device = run.config.train, run.device
    pixels = augmented(run.train, rows, generator, run.config.data).to(device)
    labels = torch.from_numpy(run.train.labels[rows.numpy()]).to(device)
    more = {}
    if (stage := settings.shuffle_tokens) != "none":
        more[stage] = torch.randperm(networks.tokens(run.model), generator=generator).to(device)
    half = settings.precision == "bfloat16"
    with torch.autocast(device.type, torch.bfloat16, enabled=half):
        logits = run.module(pixels, **more)
    loss = F.cross_entropy(logits.float(), labels, label_smoothing=settings.label_smoothing)
    run.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    if settings.clip > 0:
        nn.utils.clip_grad_norm_(run.module.parameters(), settings.clip)
    for group in run.optimizer.param_groups:
        group["lr"] = lr
    run.optimizer.step()
    return loss.detach()
