"""Where weights come from: timm's own where they lie in the local cache, a file, or a seed.

Nothing here goes to the network, and nothing here runs code that a file brings along.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from patchdrive.types import WeightsError

AUTO, UNTRAINED = "auto", "untrained"
FORMATS = (".safetensors", ".pth", ".pt", ".bin")
PARTS = ("global_net", "highres_net")
SPARE = ("head", "head_dist", "fc", "classifier")  # timm's names of what a backbone drops

State = Mapping[str, torch.Tensor]

_rng_guard = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make modules inside with weights that follow from the seed alone.

    Torch's own generators are left as they were. One thread at a time: they share one generator.
    """
    with _rng_guard, torch.random.fork_rng(devices=[]), torch.device("cpu"):
        # Not torch.manual_seed: it would seed the generators of all GPUs as well.
        torch.default_generator.manual_seed(seed)
        yield


def is_file(weights: str) -> bool:
    """Whether the setting names a file, not one of the two words."""
    return weights not in (AUTO, UNTRAINED)


def read(path: str) -> dict[str, torch.Tensor]:
    """The tensors of a weights file by name, on the CPU.

    path    .safetensors, or a state dict saved by torch (.pth, .pt, .bin), bare or under
            "state_dict" or "model"
    raises  WeightsError where there is no such file, or where it holds something else
    """
    file = Path(path).expanduser()
    if file.suffix.lower() not in FORMATS:
        raise WeightsError(
            f"weights are {AUTO!r}, {UNTRAINED!r}, or a file that ends in "
            f"{', '.join(FORMATS)}; {path!r} is none of these"
        )
    if not file.is_file():
        raise WeightsError(f"there is no weights file {path!r}")
    try:
        held = _read_safetensors(file) if file.suffix.lower() == FORMATS[0] else _read_torch(file)
    except Exception as error:  # what parsers raise on junk is anybody's guess: struct.error, ...
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise WeightsError(f"the weights file {file.name} cannot be read: {reason}") from error
    for key in ("state_dict", "model"):
        if isinstance(held, Mapping) and isinstance(held.get(key), Mapping):
            held = held[key]
    if not isinstance(held, Mapping) or not held or not _all_tensors(held):
        raise WeightsError(f"{file.name} holds no state dict: names, and a tensor for each")
    for name, tensor in held.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise WeightsError(f"{file.name}: {name} has values that are not finite")
    return dict(held)


def _read_safetensors(file: Path) -> Any:
    from safetensors.torch import load_file

    return load_file(file, device="cpu")


def _read_torch(file: Path) -> Any:
    return torch.load(file, map_location="cpu", weights_only=True)


def _all_tensors(held: Mapping[Any, Any]) -> bool:
    return all(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in held.items())


def is_full(state: State) -> bool:
    """Whether a state dict is that of a whole PatchDriveNet, not of one backbone."""
    return all(any(name.startswith(f"{part}.model.") for name in state) for part in PARTS)


def backbone_of(state: State, part: str = PARTS[0]) -> State:
    """The state dict of one backbone: the part's of a whole net's, else all of it."""
    if not is_full(state):
        return state
    prefix = f"{part}.model."
    return {name.removeprefix(prefix): t for name, t in state.items() if name.startswith(prefix)}


def fit(module: nn.Module, state: State, source: str, spare: Iterable[str] = ()) -> None:
    """Load a state dict; all of the module's names must be there, in the module's shapes.

    source  what to call the weights in an error
    spare   names of parts that the state may have and the module does not (a classifier)
    raises  WeightsError with the first few names that do not fit; the module is then untouched
    """
    wanted = module.state_dict()
    # A counter of training steps that older files do not have; inference never reads it.
    missing = [n for n in wanted if n not in state and not n.endswith("num_batches_tracked")]
    dropped = tuple(f"{part}." for part in spare)
    extra = [n for n in state if n not in wanted and not (dropped and n.startswith(dropped))]
    odd = [
        f"{n} is {tuple(state[n].shape)}, not {tuple(wanted[n].shape)}"
        for n in wanted
        if n in state and state[n].shape != wanted[n].shape
    ]
    faults = [("missing", missing), ("not known here", extra), ("wrong shape", odd)]
    if any(names for _, names in faults):
        told = "; ".join(f"{what}: {_few(names)}" for what, names in faults if names)
        raise WeightsError(f"the weights in {source} do not fit the network. {told}")
    module.load_state_dict({n: t for n, t in state.items() if n in wanted}, strict=False)


def _few(names: list[str], n: int = 3) -> str:
    rest = f" and {len(names) - n} more" if len(names) > n else ""
    return ", ".join(names[:n]) + rest


def cached(config: Mapping[str, Any]) -> Path | None:
    """The file of timm's pretrained weights in the local hub cache, or None; asks no network.

    config  timm's pretrained configuration of a model
    """
    from huggingface_hub import constants, try_to_load_from_cache

    repo, _, revision = str(config.get("hf_hub_id") or "").partition("@")
    if not repo:
        return None
    own = config.get("hf_hub_filename")
    for filename in (own,) if own else ("model.safetensors", "pytorch_model.bin"):
        # Cache folder looked up now, not at import, so that a changed HF_HUB_CACHE is seen.
        found = try_to_load_from_cache(repo, filename, constants.HF_HUB_CACHE, revision or None)
        if isinstance(found, str):
            return Path(found)
    return None


class Heard(logging.Handler):
    """Keeps what timm logs while a model is built, in place of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextmanager
def heard() -> Iterator[Heard]:
    """Collect timm's messages, and print none of them; inside `seeded`, so one thread at a time."""
    logger, handler = logging.getLogger("timm"), Heard()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
