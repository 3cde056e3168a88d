"""A drive over a 4K picture on the CPU."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks.pictures import SAMPLES, called, sample
from benchmarks.table import Row
from benchmarks.timing import Times, once
from patchdrive.images import MemoryImage
from patchdrive.models.backbone import backbone
from patchdrive.models.cost import gflops
from patchdrive.pipelines.drive import fuse, see
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import DEFAULT, METHODS
from patchdrive.types import Byte, DriveResult

SMALLEST = "mobilenetv3_small_050"
CHOOSING = ("glance", "saliency", "saccades")
K, PATCH = 16, 224
QUICK_K, QUICK_PATCH = 3, 64


def rows(quick: bool) -> Iterator[Row]:
    """Glance to saccades without a network, then what each network adds."""
    assert not METHODS[DEFAULT].network, "the default method needs no network"
    picture = sample("town").image.pixels
    file = np.fromfile(SAMPLES / "town.jpg", np.uint8)
    if quick:
        picture = np.ascontiguousarray(picture[:540, :960])
        file = cv2.imencode(".jpg", picture)[1]
    k, patch = (QUICK_K, QUICK_PATCH) if quick else (K, PATCH)
    settings = DriveSettings.of(
        {
            "k": k, "patch": patch, "saliency": DEFAULT, "device": "cpu", "weights": "untrained",
            "global_backbone": SMALLEST, "highres_backbone": SMALLEST,
        }
    )  # fmt: skip
    results, decoding = [], []
    for turn in range(2 if quick else 16):
        result = fuse(see(MemoryImage(picture, "town"), settings), settings)
        took = once(lambda: decoded(file))
        if turn:  # the first one builds the networks
            results.append(result)
            decoding.append(took)
    assert len(results[0].saccades) == k, f"the picture has room for {k} saccades"
    size = called(picture.shape)
    yield Row(
        f"drive at {size}, K={k}, method {DEFAULT}: glance to saccades",
        Times(tuple(sum(one.ms[name] for name in CHOOSING) for one in results)),
        f"decoding the same {size} JPEG (OpenCV)", Times(tuple(decoding)), "cost", 1,
    )  # fmt: skip
    yield from _networks(results, k, patch)


def decoded(file: Byte) -> Byte:
    """The pixels of a JPEG in memory: what any way to look at it has to pay first."""
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)


def _networks(results: list[DriveResult], k: int, patch: int) -> Iterator[Row]:
    network = backbone(SMALLEST, weights="untrained")
    glance = results[0].glance.pixels.shape[:2]
    works = {
        "glance network": (f"{SMALLEST} on the glance", (1, 3, *glance)),
        "patch network": (f"{SMALLEST} on {k} patches of {patch} px", (k, 3, patch, patch)),
    }
    for name, (words, shape) in works.items():
        times = Times(tuple(one.ms[name] for one in results))
        cost = gflops(network, shape)
        note = f"{cost:.2f} GFLOP, {1000 * cost / times.median:.0f} GFLOP/s"
        yield Row(f"{name}: {words}", times, note=note)
    times = Times(tuple(one.ms["fusion"] for one in results))
    yield Row("fusion: attention of the glance to the patches", times)
