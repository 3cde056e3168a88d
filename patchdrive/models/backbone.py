"""timm behind one call: any of its models, from pixels to one feature map.

Whatever a model wants of its input, `features` takes pictures of any size: it stretches them, by
less than one stride, to the next multiple of the stride, so that the cells of the map tile the
picture evenly. Models bound to one input size get that size. Tokens become a map; class tokens are
dropped.
"""

from __future__ import annotations

import difflib
import math
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from patchdrive.models import weights as stored
from patchdrive.types import Byte, SettingError, Size, WeightsError

# Arguments that free a timm model from one input size: ViTs know the first, Swin-like the second.
FREEDOMS: tuple[dict[str, Any], ...] = ({"dynamic_img_size": True}, {"strict_img_size": False}, {})


class Backbone(nn.Module):
    """A network that makes a feature map, and the way its input is prepared.

    dim      C, channels of the map
    stride   pixels of the input for each cell of the map
    fixed    (H, W) where the model takes one input size only, else None
    source   "untrained (seed 0)", "timm pretrained a1_in1k", a file's name
    trained  False where the weights are random
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(
        self, model: nn.Module, *, source: str = "weights as given", trained: bool = False
    ) -> None:
        """Wrap a model of timm, or any module from (B, 3, H, W) to (B, C, h, w)."""
        super().__init__()
        self.model = model.eval()
        self.source, self.trained = source, trained
        config: dict[str, Any] = getattr(model, "pretrained_cfg", None) or {}
        for name, none in (("mean", 0.0), ("std", 1.0)):
            values = torch.tensor(config.get(name, (none,) * 3), dtype=torch.float32)
            self.register_buffer(name, values.view(1, 3, 1, 1), persistent=False)
        self.fixed: Size | None = None
        self.dim, self.stride = self._probe(config)

    def _probe(self, config: dict[str, Any]) -> tuple[int, int]:
        """Look at a tiny picture to learn channels and stride, and whether any size will do."""
        stride = _reduction(self.model)
        own = tuple(config.get("input_size", (3, 224, 224)))[1:]
        reasons = []
        for fixed, size in ((None, (2 * stride, 3 * stride)), (own, own)):
            try:
                with torch.no_grad():
                    like = next(self.model.parameters(), self.mean)
                    out = self._map(torch.zeros(1, 3, *size, device=like.device, dtype=like.dtype))
            except (AssertionError, RuntimeError, ValueError, AttributeError, IndexError) as error:
                reasons.append(str(error).split("\n")[0])
                continue
            self.fixed = fixed
            return out.shape[1], max(1, round(size[0] / out.shape[2]))
        raise SettingError(
            f"{type(self.model).__name__} does not give one feature map: {reasons[-1]}"
        )

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.mean.device

    def prepare(self, pixels: Byte | torch.Tensor) -> torch.Tensor:
        """Pixels (N, h, w, 3) uint8 to what the model was trained on, (N, 3, h, w) float32.

        Bytes go to the device and become floats there.
        """
        # torch.tensor copies: from_numpy would warn that the array is read-only.
        bytes_ = pixels if isinstance(pixels, torch.Tensor) else torch.tensor(pixels)
        return self.normalize(bytes_.to(self.device).permute(0, 3, 1, 2))

    def normalize(self, images: torch.Tensor) -> torch.Tensor:
        """Images (N, 3, h, w), uint8 or float in [0, 1], with the model's own mean and std."""
        scaled = images.float() / 255 if images.dtype == torch.uint8 else images.float()
        return (scaled - self.mean) / self.std

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Prepared images (B, 3, h, w) of any size to their map (B, C, h', w').

        h' is h / stride rounded up; never more cells than pixels, nor than a fixed size gives.
        """
        h, w = x.shape[-2:]
        wanted = self.fixed or (_up(h, self.stride), _up(w, self.stride))
        if (h, w) != wanted:
            smaller = wanted[0] < h or wanted[1] < w
            x = F.interpolate(x, wanted, mode="bilinear", antialias=smaller)
        out = self._map(x)
        cells = min(out.shape[2], h), min(out.shape[3], w)
        return out if cells == tuple(out.shape[2:]) else F.adaptive_avg_pool2d(out, cells)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same as `features`."""
        return self.features(x)

    def _map(self, x: torch.Tensor) -> torch.Tensor:
        """The model's output as (B, C, h, w)."""
        out: Any = getattr(self.model, "forward_features", self.model)(x)
        if not isinstance(out, torch.Tensor) or out.ndim not in (3, 4):
            raise ValueError(f"its output is {getattr(out, 'shape', type(out).__name__)}")
        if out.ndim == 4:
            last = getattr(self.model, "output_fmt", "") == "NHWC"
            return out.movedim(3, 1) if last else out
        tokens = out[:, getattr(self.model, "num_prefix_tokens", 0) :]
        n, (height, width) = tokens.shape[1], x.shape[-2:]
        h = max(1, round(math.sqrt(n * height / width)))
        if n % h:
            raise ValueError(f"{n} tokens of a {height} x {width} picture form no grid")
        return tokens.transpose(1, 2).reshape(len(tokens), -1, h, n // h)


def _up(length: int, stride: int) -> int:
    """The next multiple of the stride."""
    return -(-length // stride) * stride


def backbone(
    name: str, *, weights: str = "auto", seed: int = 0, part: str = stored.PARTS[0]
) -> Backbone:
    """Build a timm model as a backbone on the CPU, in eval mode.

    name     of timm, with or without a tag of pretrained weights: "resnet18", "resnet18.a1_in1k"
    weights  "auto", "untrained", or a file (see `weights.read`)
    seed     of random weights
    part     which backbone to take where the file holds a whole PatchDriveNet
    raises   SettingError for a name that timm does not have, WeightsError for bad weights
    """
    known(name)
    state = stored.read(weights) if stored.is_file(weights) else None
    file = stored.cached(_config(name)) if weights == stored.AUTO else None
    with stored.seeded(seed):
        model = create(name, file)
    if state is not None:
        source = Path(weights).name
        spare = stored.SPARE + _classifiers(model)
        stored.fit(model, stored.backbone_of(state, part), f"{source} ({name})", spare)
        return Backbone(model, source=source, trained=True)
    if file is not None:
        tag = model.pretrained_cfg.get("tag") or name
        return Backbone(model, source=f"timm pretrained {tag}", trained=True)
    return Backbone(model, source=f"untrained (seed {seed})")


def known(name: str) -> None:
    """Raise a SettingError that suggests near names where timm has no such model."""
    import timm

    base, _, tag = name.partition(".")
    # Plain names only: timm would fetch "hf-hub:..." from the network.
    if not timm.is_model(base):
        near = difflib.get_close_matches(base, timm.list_models(), n=3, cutoff=0.5)
        hint = f"; near names: {', '.join(near)}" if near else ""
        raise SettingError(f"timm has no model {base!r}{hint}")
    if not tag:
        return
    tags = [full.partition(".")[2] for full in timm.list_pretrained(base)]
    if tag not in tags:
        there = ", ".join(tags) or "none"
        raise SettingError(f"{base} has no pretrained weights {tag!r}; there are: {there}")


def _config(name: str) -> dict[str, Any]:
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(name)
    return dict(vars(config)) if config else {}


def create(name: str, file: Path | None) -> Any:
    """Make the model without its classifier, with pretrained weights from the file if there is one.

    timm itself loads them, because it knows how old files of each family were named.
    """
    import timm

    asked: dict[str, Any] = {"num_classes": 0}
    if file is not None:
        asked |= {"pretrained": True, "pretrained_cfg_overlay": {"file": str(file)}}
    for freedom in FREEDOMS:
        with stored.heard() as messages:
            try:
                model = timm.create_model(name, **asked, **freedom)
            except Exception as error:  # whatever a broken file makes of any family's loader
                if freedom and isinstance(error, TypeError):
                    continue  # a model that does not know the argument
                if file is None:
                    raise
                raise _broken(file, str(error).split("\n")[0]) from error
        lost = [text for text in messages.texts if text.startswith("Missing keys")]
        if file is not None and lost:  # timm would leave these random and say nothing
            raise _broken(file, lost[0].split(" discovered")[0])
        return model
    raise AssertionError("the last freedom is none at all")


def _broken(file: Path, reason: str) -> WeightsError:
    repo = file.parent.parent.parent.name  # cache/repo/snapshots/revision/file
    return WeightsError(
        f"the cached pretrained weights {repo}/{file.name} cannot be used ({reason}); "
        "delete them from the cache, or choose untrained weights"
    )


def _classifiers(model: Any) -> tuple[str, ...]:
    names = (getattr(model, "pretrained_cfg", None) or {}).get("classifier") or ()
    return (names,) if isinstance(names, str) else tuple(names)


def _reduction(model: Any) -> int:
    """Pixels to a cell as timm states them; 32 where it does not."""
    infos = getattr(model, "feature_info", None) or []
    try:
        return int(infos[-1]["reduction"])
    except (TypeError, KeyError, IndexError):
        return 32
