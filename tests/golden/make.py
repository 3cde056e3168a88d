"""What the shipped classifiers say of fixed pictures: `python -m tests.golden.make` writes it.

Run it only where a checkpoint is new: what the code makes of the same weights must stay.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Pillow

from patchdrive.models import trained
from patchdrive.models.classifier import normalise

FILE = Path(__file__).with_name("classifiers.json")
CLASSES = Path(__file__).parents[2] / "assets" / "classes"
DIGITS = 4  # of a logit; rounding on another processor stays below the last but one


def pictures(side):
    """Pictures (4, S, S, 3) uint8 by whole numbers alone, so that every machine has the same."""
    y, x = np.mgrid[:side, :side]
    made = [
        np.stack([3 * x, 2 * y, 255 - x - y], -1),
        np.stack([(x * x + y * y) // 9, x * y // 7, 128 + 0 * x], -1) % 256,
    ]
    for name in ("pizza", "stop_sign"):
        with Pillow.open(CLASSES / f"{name}.png") as file:
            step = file.width // side
            made.append(np.asarray(file)[::step, ::step][:side, :side])
    return np.stack(made).clip(0, 255).astype(np.uint8)


def answers(name):
    """Logits (4, classes) of a shipped classifier."""
    net, _ = trained.find(name)
    with torch.inference_mode():
        return net(normalise(torch.from_numpy(pictures(net.config.size)))).numpy()


def main():
    """Write the logits of all shipped classifiers."""
    found = {name: answers(name).astype(float).round(DIGITS).tolist() for name in trained.shipped()}
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in found]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
