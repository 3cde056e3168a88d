"""Shipped pictures: what lies in assets/samples, with its card and its ground truth."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from patchdrive.figures.layers import Classes, Truth
from patchdrive.figures.overlay import classes_layer, truth_layer

FOLDER = Path(__file__).parents[2] / "assets" / "samples"
FIRST = "town"


@dataclass(frozen=True)
class Sample:
    """A shipped picture.

    name, title, blurb  the word in the URL, the words on the screen, one sentence
    file, thumbnail     where its pictures lie
    """

    name: str
    title: str
    blurb: str
    file: Path
    thumbnail: Path

    @property
    def truth(self) -> Truth:
        """What is hidden in the picture."""
        return truth_layer(self._known()["objects"])

    @property
    def classes(self) -> Classes | None:
        """What is known of each pixel, where somebody wrote it down."""
        known = self._known()
        if "mask" not in known:
            return None
        names = {int(label): word for label, word in known["mask_labels"].items()}
        return _classes(FOLDER / known["mask"], tuple(names.items()))

    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads(self.file.with_suffix(".json").read_text())
        return known


@cache
def _classes(file: Path, names: tuple[tuple[int, str], ...]) -> Classes:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with Pillow.open(file) as mask:
        return classes_layer(np.asarray(mask), dict(names), digest)


@cache
def samples() -> dict[str, Sample]:
    """All shipped pictures by name, the first to show first."""
    cards = sorted(FOLDER.glob("*.md"), key=lambda card: (card.stem != FIRST, card.stem))
    return {card.stem: _read(card) for card in cards}


def _read(card: Path) -> Sample:
    lines = card.read_text().split("---")[1].strip().splitlines()
    matter = dict(line.split(": ", 1) for line in lines)
    file = card.with_suffix(".jpg")
    thumbnail = FOLDER / "thumbnails" / file.name
    return Sample(card.stem, matter["title"], matter["blurb"], file, thumbnail)
