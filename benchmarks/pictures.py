"""Pictures with known contents: the shipped ones, and labelled real ones where there are any."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from patchdrive.images import open_image
from patchdrive.types import Byte, Image, Int, Size

SAMPLES = Path(__file__).parents[1] / "assets" / "samples"


def called(size: Size) -> str:
    """A size in few words."""
    height, width = size[:2]
    return {(2160, 3840): "4K", (8192, 8192): "8K"}.get((height, width), f"{width} x {height}")


@dataclass(frozen=True, eq=False)
class Labelled:
    """A picture and the boxes (N, 4), as [y0, x0, y1, x1), of what is to be found in it."""

    name: str
    image: Image
    boxes: Int


@cache
def sample(name: str) -> Labelled:
    """A shipped picture; held, since several benchmarks use the same."""
    truth = json.loads((SAMPLES / f"{name}.json").read_text())
    boxes = np.array([one["box"] for one in truth["objects"]], np.int64)
    return Labelled(name, open_image(SAMPLES / f"{name}.jpg"), boxes)


def shipped(most: int | None = None) -> Iterator[Labelled]:
    """The shipped pictures with ground truth, all or the first so many."""
    for file in sorted(SAMPLES.glob("*.json"))[:most]:
        yield sample(file.stem)


def real(most: int) -> Iterator[tuple[str, Iterator[Labelled]]]:
    """Sets of real labelled pictures under PATCHDRIVE_DATA, up to so many pictures of each."""
    folder = os.environ.get("PATCHDRIVE_DATA")
    if not folder:
        return
    root = Path(folder)
    if (root / "boxes" / "boxes.json").exists():
        yield "minsk_cars", boxed(root / "boxes", "minsk_cars", most)
        yield "gtsdb", boxed(root / "boxes", "gtsdb", most)
    if (root / "segment" / "idrid_ex").is_dir():
        yield "idrid_ex", masked(root / "segment" / "idrid_ex", min(most, 6))


def boxed(folder: Path, name: str, most: int) -> Iterator[Labelled]:
    """Pictures of one sub-folder, with the boxes [x, y, w, h] of `boxes.json`."""
    listed = json.loads((folder / "boxes.json").read_text())
    mine = [one for one in listed if one["file"].startswith(f"{name}/") and one["boxes"]]
    for one in sorted(mine, key=lambda one: one["file"])[:most]:
        image = open_image(folder / one["file"])
        if image.size != (one["h"], one["w"]):
            raise ValueError(f"{one['file']} is {image.size}, its boxes are of another size")
        yield Labelled(one["file"], image, from_xywh(np.array(one["boxes"], np.int64)))


def from_xywh(boxes: Int) -> Int:
    """Boxes [x, y, w, h] as [y0, x0, y1, x1)."""
    corner, extent = boxes[:, [1, 0]], boxes[:, [3, 2]]
    return np.concatenate([corner, corner + extent], axis=1)


def masked(folder: Path, most: int) -> Iterator[Labelled]:
    """Pictures whose mask's connected parts are the objects."""
    for file in sorted((folder / "images").glob("*.jpg"))[:most]:
        mask = cv2.imread(str(folder / "masks" / f"{file.stem}.png"), cv2.IMREAD_GRAYSCALE)
        assert mask is not None, f"{file.name} has no mask"
        yield Labelled(file.name, open_image(file), parts(np.asarray(mask, np.uint8)))


def parts(mask: Byte) -> Int:
    """Boxes of the connected parts (8 neighbours) of a mask."""
    _, _, found, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8), connectivity=8)
    return from_xywh(found[1:, :4].astype(np.int64))
