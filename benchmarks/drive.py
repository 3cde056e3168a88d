"""A drive over a 4K picture on the CPU."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.pictures import sample
from benchmarks.table import Row
from benchmarks.timing import Times
from patchdrive.pipelines.drive import fuse, see
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import DEFAULT, METHODS

SMALLEST = "mobilenetv3_small_050"
CHOOSING = ("glance", "saliency", "saccades")


def rows(quick: bool) -> Iterator[Row]:
    """Glance to saccades without a network, then what each network adds."""
    assert not METHODS[DEFAULT].network, "the default method needs no network"
    image = sample("town").image
    settings = DriveSettings.of(
        {
            "k": 16, "patch": 224, "saliency": DEFAULT, "device": "cpu", "weights": "untrained",
            "global_backbone": SMALLEST, "highres_backbone": SMALLEST,
        }
    )  # fmt: skip
    runs = []
    for turn in range(8 if quick else 16):
        result = fuse(see(image, settings), settings)
        if turn:  # the first one builds the networks
            runs.append(result.ms)
    assert len(result.saccades) == 16, "the picture has room for 16 saccades"
    yield Row(
        f"drive at 4K, K=16, method {DEFAULT}: glance to saccades",
        Times(tuple(sum(ms[name] for name in CHOOSING) for ms in runs)),
        bound="ms", target=300,
    )  # fmt: skip
    for name, words in (
        ("glance network", f"{SMALLEST} on the glance"),
        ("patch network", f"{SMALLEST} on 16 patches of 224 px"),
        ("fusion", "attention of the glance to the patches"),
    ):
        yield Row(f"{name}: {words}", Times(tuple(ms[name] for ms in runs)))
