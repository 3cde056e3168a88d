"""Which backbones this server builds for whoever asks: a link can name any that timm has."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase

from patchdrive.models.memory import ghost
from patchdrive.settings import BACKBONES, NetworkSettings
from patchdrive.types import SettingError

VARIABLE = "PATCHDRIVE_BACKBONES"
"""The environment variable that lists them: names or patterns, "resnet*, convnext_tiny"."""

MOST = 100_000_000
"""Numbers that a backbone has learned; larger ones are built only where they are listed."""


def check(settings: NetworkSettings) -> None:
    """SettingError in words where a backbone is not offered here; nothing is built to know it."""
    for name in dict.fromkeys((settings.global_backbone, settings.highres_backbone)):
        _check(name)


def _check(name: str) -> None:
    listed = [one.strip() for one in os.environ.get(VARIABLE, "").split(",") if one.strip()]
    if listed:
        if not any(fnmatchcase(name, pattern) for pattern in listed):
            raise SettingError(
                f"this server does not offer the backbone {name[:60]!r}; it offers "
                f"{', '.join(listed)}"
            )
    elif name not in BACKBONES and (many := ghost(name).parameters) >= MOST:
        raise SettingError(
            f"the backbone {name} has {many / 1e6:,.0f} million numbers, and this server builds "
            f"those of fewer than {MOST / 1e6:,.0f} million; take a smaller one, or let whoever "
            f"runs it list it in {VARIABLE}"
        )
