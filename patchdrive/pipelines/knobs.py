"""The knobs of each pipeline by flat name: the one list behind widgets, flags, URLs and keywords.

A saliency method's knobs carry the method's name before theirs: `contrast_scales`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from patchdrive.marks import MarkSettings
from patchdrive.saliency import DEFAULT, METHODS
from patchdrive.settings import (
    EdgeSettings,
    GlanceSettings,
    Knob,
    NetworkSettings,
    PatchSettings,
    SaccadeSettings,
    Settings,
    SplitSettings,
    TokenSettings,
    acting,
    settled,
    unknown,
)


@dataclass(frozen=True)
class DriveSettings:
    """All knobs of a drive, by the stage that depends on them."""

    saliency: str
    method: Settings
    glance: GlanceSettings
    saccades: SaccadeSettings
    marks: MarkSettings
    patches: PatchSettings
    network: NetworkSettings

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> DriveSettings:
        """Build from flat values: each acts, or is refused.

        A method's knob alone chooses the method; beside another method it is refused.
        """
        unknown(values, drive_knobs())
        METHODS[str(values.get("saliency", DEFAULT))]  # or the known ones are listed
        values = settled(values, drive_knobs())
        name = str(values.get("saliency", DEFAULT))
        return cls(
            saliency=name,
            method=METHODS[name].settings.of(values, f"{name}_"),
            glance=GlanceSettings.of(values),
            saccades=SaccadeSettings.of(values),
            marks=MarkSettings.of(values),
            patches=PatchSettings.of(values),
            network=NetworkSettings.of(values),
        )

    def flat(self) -> dict[str, Any]:
        """All values by flat name; feeding them to `of` gives the same settings."""
        parts = (self.glance, self.saccades, self.marks, self.patches, self.network)
        values: dict[str, Any] = {"saliency": self.saliency}
        values |= self.method.flat(f"{self.saliency}_")
        for part in parts:
            values |= part.flat()
        return acting(values, drive_knobs())


@dataclass(frozen=True)
class TreeSettings:
    """All knobs of a tree, by the stage that depends on them."""

    edges: EdgeSettings
    split: SplitSettings
    tokens: TokenSettings

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> TreeSettings:
        """Build from flat values: each acts, or is refused; a budget alone splits by it."""
        unknown(values, tree_knobs())
        values = settled(values, tree_knobs())
        return cls(EdgeSettings.of(values), SplitSettings.of(values), TokenSettings.of(values))

    def flat(self) -> dict[str, Any]:
        """All values by flat name; feeding them to `of` gives the same settings."""
        return self.edges.flat() | self.split.flat() | self.tokens.flat()


@cache
def drive_knobs() -> dict[str, Knob]:
    """Every knob of a drive by flat name."""
    names = tuple(METHODS.names())
    found = {
        "saliency": Knob(DEFAULT, "How a glance is judged", label="Saliency", choices=names),
        **GlanceSettings.knobs(),
    }
    for method in METHODS:
        needs = (("saliency", (method.name,)),)
        for name, item in method.settings.knobs().items():
            found[f"{method.name}_{name}"] = replace(item, needs=needs)
    for part in (SaccadeSettings, MarkSettings, PatchSettings, NetworkSettings):
        found |= part.knobs()
    return found


@cache
def tree_knobs() -> dict[str, Knob]:
    """Every knob of a tree by flat name."""
    return EdgeSettings.knobs() | SplitSettings.knobs() | TokenSettings.knobs()
