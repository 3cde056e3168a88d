"""Knobs: what a person can turn, each with its range, unit, default and one line of help.

Widgets, command-line flags, URL parameters and keyword arguments all follow from the classes here.
A settings class is a frozen dataclass whose fields are made by `knob`; values are checked when it
is built. A stage of a pipeline takes only the class that it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from patchdrive.knob import Knob as Knob
from patchdrive.knob import Value as Value
from patchdrive.knob import acting as acting
from patchdrive.knob import acts as acts
from patchdrive.knob import refuse_idle
from patchdrive.knob import settled as settled
from patchdrive.knob import unknown as unknown
from patchdrive.types import SettingError

S = TypeVar("S", bound="Settings")


def knob(default: Value, help: str, **more: Any) -> Any:
    """A dataclass field that a person can turn; the arguments are those of `Knob`."""
    return field(default=default, metadata={"knob": Knob(default, help, **more)})


class Settings:
    """Base of all settings classes: checks every knob's value when it is built."""

    def __post_init__(self) -> None:
        for name, item in self.knobs().items():
            object.__setattr__(self, name, item.check(name, getattr(self, name)))
        values = {name: getattr(self, name) for name in self.knobs()}
        turned = {n: v for n, v in values.items() if v != self.knobs()[n].default}
        refuse_idle(turned, values, self.knobs())

    @classmethod
    def knobs(cls) -> dict[str, Knob]:
        """The knobs by field name."""
        return {item.name: item.metadata["knob"] for item in fields(cls)}  # type: ignore[arg-type]

    @classmethod
    def of(cls: type[S], values: Mapping[str, Any], prefix: str = "") -> S:
        """Build from flat values, taking the names that belong to this class: each acts."""
        own = {n: values[prefix + n] for n in cls.knobs() if prefix + n in values}
        return cls(**settled(own, cls.knobs()))

    def flat(self, prefix: str = "") -> dict[str, Value]:
        """The values by flat name, without those that do nothing here."""
        values = acting({name: getattr(self, name) for name in self.knobs()}, self.knobs())
        return {prefix + name: value for name, value in values.items()}


@dataclass(frozen=True)
class GlanceSettings(Settings):
    """The low-resolution look."""

    glance: int = knob(
        1024,
        "Longer side of the low-resolution look; the picture is area-averaged down to it",
        label="Glance side", low=64, high=2048, step=64, unit="px",
    )  # fmt: skip


@dataclass(frozen=True)
class SaccadeSettings(Settings):
    """Where the eye lands on a saliency map."""

    k: int = knob(
        16, "How many places to look at, at most", label="Patches K", low=1, high=512, log=True
    )
    radius: int = knob(
        160,
        "No two places closer than this in y and in x (Chebyshev distance); 0 is plain top-K",
        label="NMS radius", low=0, high=1024, step=8, unit="px",
    )  # fmt: skip
    threshold: float = knob(
        0.0, "Only cells with a score above this are looked at",
        label="Threshold", low=0.0, high=1.0, step=0.01,
    )  # fmt: skip
    percentile: float = knob(
        0.0, "Only cells above this percentile of the map are looked at",
        label="Percentile", low=0.0, high=100.0, step=0.5, unit="%",
    )  # fmt: skip
    picker: str = knob(
        "greedy",
        "greedy: best cell, silence its surroundings, repeat. maxima: true local maxima only",
        label="Picker", choices=("greedy", "maxima"),
    )  # fmt: skip


@dataclass(frozen=True)
class PatchSettings(Settings):
    """What is cut out around a saccade."""

    patch: int = knob(
        224, "Side of the native patch", label="Patch size", low=8, high=1024, step=8, unit="px"
    )
    border: str = knob(
        "slide",
        "What happens at the border: the window moves inward, or the outside is made up",
        label="Border", choices=("slide", "reflect", "replicate", "zero"),
    )  # fmt: skip


BACKBONES = (
    "mobilenetv3_small_050",
    "mobilenetv3_small_100",
    "efficientnet_b0",
    "resnet18",
    "resnet50",
    "convnext_tiny",
    "vit_small_patch16_224",
)


# Either asks them; they are built, seeded and kept as one.
_NETWORKS = (("fuse", (True,)), ("saliency", ("network",)))


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """The networks: which, with which weights, and where they run."""

    fuse: bool = knob(
        True, "Run the networks: encode the patches and fuse them with the glance", label="Fusion"
    )
    global_backbone: str = knob(
        "mobilenetv3_small_050", "timm model that looks at the glance",
        label="Global backbone", choices=BACKBONES, open=True, needs=_NETWORKS,
    )  # fmt: skip
    highres_backbone: str = knob(
        "mobilenetv3_small_050", "timm model that looks at each native patch",
        label="High-resolution backbone", choices=BACKBONES, open=True, needs=_NETWORKS,
    )  # fmt: skip
    weights: str = knob(
        "auto",
        "auto: pretrained where timm has them cached, else random. untrained: random. Or a file",
        label="Weights", choices=("auto", "untrained"), open=True, needs=_NETWORKS,
    )  # fmt: skip
    seed: int = knob(
        0, "Seed of random weights", label="Seed", low=0, high=2**31 - 1, step=1, needs=_NETWORKS
    )
    device: str = knob(
        "auto", "Where networks run; auto takes CUDA, then MPS, then the CPU",
        label="Device", choices=("auto", "cpu", "cuda", "mps"), needs=_NETWORKS,
    )  # fmt: skip


@dataclass(frozen=True)
class EdgeSettings(Settings):
    """Blur and Canny."""

    blur: int = knob(
        0, "Side of the Gaussian kernel; 0 chooses by resolution (3 at 1K, 7 at 4K, 9 above)",
        label="Blur kernel", choices=(0, 1, 3, 5, 7, 9, 11, 13, 15), unit="px",
    )  # fmt: skip
    canny_low: int = knob(
        100, "Weak edges above this are kept where they touch a strong one",
        label="Canny low", low=0, high=600, step=5,
    )  # fmt: skip
    canny_high: int = knob(
        200, "Gradients above this are edges", label="Canny high", low=0, high=600, step=5
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.canny_low > self.canny_high:
            raise SettingError(
                f"canny_low ({self.canny_low}) must not be above canny_high ({self.canny_high}); "
                "lower the first or raise the second"
            )


SIDES = (1, 2, 4, 8, 14, 16, 28, 32, 64, 128, 256, 512, 1024, 2048, 4096)


@dataclass(frozen=True)
class SplitSettings(Settings):
    """When a square of the quadtree is cut into four."""

    split: str = knob(
        "threshold", "threshold: cut while there is too much detail. budget: best first up to N",
        label="Split by", choices=("threshold", "budget"),
    )  # fmt: skip
    max_detail: int = knob(
        100, "A square with more edge pixels than this is cut",
        label="Split threshold", low=0, high=2000, step=1, unit="edge px",
        needs=(("split", ("threshold",)),),
    )  # fmt: skip
    budget: int = knob(
        4096, "How many leaves there may be", label="Budget", low=1, high=65536, log=True,
        needs=(("split", ("budget",)),),
    )  # fmt: skip
    min_leaf: int = knob(
        16, "Side of the smallest leaf; at it, cutting goes on elsewhere",
        label="Smallest leaf", choices=SIDES[1:10], unit="px",
    )  # fmt: skip
    max_leaf: int = knob(
        256, "Side of the largest leaf: the picture starts as a forest of these",
        label="Largest leaf", choices=SIDES[5:], unit="px",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.min_leaf > self.max_leaf:
            raise SettingError(
                f"min_leaf ({self.min_leaf} px) must not be above max_leaf ({self.max_leaf} px); "
                "lower the first or raise the second"
            )


@dataclass(frozen=True)
class TokenSettings(Settings):
    """What leaves become."""

    token: int = knob(
        16, "Every leaf is resized to a token of this side",
        label="Token size", choices=(4, 8, 14, 16, 28, 32, 64), unit="px",
    )  # fmt: skip
