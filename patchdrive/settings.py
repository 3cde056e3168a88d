"""Knobs: what a person can turn, each with its range, unit, default and one line of help.

Widgets, command-line flags, URL parameters and keyword arguments all follow from the classes here.
A settings class is a frozen dataclass whose fields are made by `knob`; values are checked when it
is built. A stage of a pipeline takes only the class that it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from patchdrive.types import SettingError

Value = int | float | str | bool
S = TypeVar("S", bound="Settings")


@dataclass(frozen=True)
class Knob:
    """One thing that a person can turn.

    default, help, label  the starting value, one line, the words on the widget
    low, high, step       range of a number, ends included
    unit                  "px", "%", or nothing
    choices               the allowed values, where they can be listed
    open                  with choices: other texts are allowed too
    log                   a slider should move by powers of two
    needs                 other knobs and their values: it acts only where one of them has such a
                          value; () where it always acts
    """

    default: Value
    help: str
    label: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[Value, ...] = ()
    open: bool = False
    log: bool = False
    needs: tuple[tuple[str, tuple[Value, ...]], ...] = ()

    def check(self, name: str, value: Any) -> Value:
        """The value in the knob's own type, or a SettingError that says what is allowed."""
        kind = type(self.default)
        try:
            if isinstance(value, bool) and kind is not bool:
                raise TypeError
            if kind is int and float(value) != int(float(value)):
                raise ValueError
            if kind is bool:
                value = _boolean(value)
            else:
                value = int(float(value)) if kind is int else kind(value)
        except (TypeError, ValueError, OverflowError):
            words = {int: "a whole number", float: "a number", bool: "on or off"}
            wanted = words.get(kind, "a word")
            raise SettingError(f"{name} must be {wanted}, not {value!r}") from None
        if self.choices and not self.open and value not in self.choices:
            listed = ", ".join(str(choice) for choice in self.choices)
            raise SettingError(f"{name} must be one of {listed}, not {value!r}")
        low, high = self.low, self.high
        if kind in (int, float) and not (
            (low is None or value >= low) and (high is None or value <= high)
        ):
            unit = f" {self.unit}" if self.unit else ""
            raise SettingError(f"{name} must be {low} to {high}{unit}, not {value}")
        return value  # type: ignore[no-any-return]


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "on": True, "yes": True}
    words |= {"false": False, "0": False, "off": False, "no": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise ValueError from None


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
        _refuse_idle(turned, values, self.knobs())

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


def acts(name: str, values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> bool:
    """Whether a knob changes anything beside these values; what is not among them is a default.

    True where that is up to knobs that are not here.
    """
    needs = knobs[name].needs
    if not needs or any(other not in knobs for other, _ in needs):
        return True
    return any(_value(other, values, knobs) in allowed for other, allowed in needs)


def acting(values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """Those of the values that change anything: a page may remember the others."""
    return {name: value for name, value in values.items() if acts(name, values, knobs)}


def settled(values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """Given values, and those that they ask for: a budget alone asks for split=budget.

    raises  SettingError for a value that would do nothing beside the others
    """
    found = dict(values)
    for name in values:
        if acts(name, found, knobs):
            continue
        if not any(other in found for other, _ in knobs[name].needs):
            other, allowed = knobs[name].needs[0]
            found[other] = allowed[0]
    _refuse_idle(values, found, knobs)
    return found


def _refuse_idle(
    given: Mapping[str, Any], values: Mapping[str, Any], knobs: Mapping[str, Knob]
) -> None:
    """Raise a SettingError for the first given value that does nothing beside the others."""
    for name in given:
        if acts(name, values, knobs):
            continue
        needs = knobs[name].needs
        wanted = " or ".join(f"{o}={_word(v)}" for o, allowed in needs for v in allowed)
        there = " and ".join(f"{o}={_word(_value(o, values, knobs))}" for o, _ in needs)
        raise SettingError(f"{name} acts only with {wanted}, not with {there}; leave one out")


def _value(name: str, values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> Value:
    return knobs[name].check(name, values.get(name, knobs[name].default))


def _word(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def unknown(values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise a SettingError for the first of the values that is no known knob."""
    for name in values:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise SettingError(f"there is no setting {name!r}; there are: {listed}")
