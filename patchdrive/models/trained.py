"""The shipped classifiers, trained by `assets/position/*.toml`: ViTs alike, and Vims alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from patchdrive.models.checkpoint import ENDING, Metadata, load
from patchdrive.models.classifier import Classifier
from patchdrive.types import SettingError

FOLDER = Path(__file__).parents[2] / "assets" / "position"
TITLES = {
    "vit-learned": "ViT, learned positions",
    "vit-learned-wide": "ViT, learned positions, wide",
    "vit-sinus": "ViT, sines",
    "vit-none": "ViT, no positions",
    "vit-lgp": "ViT, LGP",
    "vit-lgp-local": "ViT, LGP without wavelets",
    "vit-lgp-circular": "ViT, LGP, circular",
    "vit-summary": "ViT, summary (ours)",
    "vit-summary-circular": "ViT, summary, circular",
    "vim-learned": "Vim, learned positions",
    "vim-lgp": "Vim, LGP",
}


def shipped() -> tuple[str, ...]:
    """Names of the classifiers that lie beside the code, in the order of TITLES."""
    return tuple(name for name in TITLES if (FOLDER / f"{name}{ENDING}").exists())


@cache
def find(name: str) -> tuple[Classifier, Metadata]:
    """A shipped classifier by its name, shared by all; SettingError where there is none.

    A path to a checkpoint will do as well.
    """
    if name in shipped():
        return load(FOLDER / f"{name}{ENDING}")
    if name.endswith(ENDING):
        return load(name)
    raise SettingError(
        f"there is no shipped classifier {name!r}; there is: {', '.join(shipped()) or 'none'}"
    )
