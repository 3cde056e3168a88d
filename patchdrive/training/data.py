"""Labelled pictures in memory, and the split that never changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from patchdrive.images import open_image
from patchdrive.training.config import DataSettings, find
from patchdrive.training.sources import Source, opened
from patchdrive.types import ImageError, SettingError
from patchdrive.writing import writing

ROOM = 1.125
"""Pictures are kept this much larger than what the network sees, so that crops can move."""

TEST_PERCENT = 20

Byte = npt.NDArray[np.uint8]
Int = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pictures:
    """Square pictures with a class each.

    pixels   (N, R, R, 3) uint8 RGB, R = round(size * 1.125)
    labels   (N,) int64, positions in classes
    classes  names, sorted
    names    (N,) "class/file" of each picture
    size     S, the side that a network sees: a crop of the pixels
    """

    pixels: Byte
    labels: Int
    classes: tuple[str, ...]
    names: tuple[str, ...]
    size: int

    def __post_init__(self) -> None:
        n, room = len(self.names), room_for(self.size)
        if self.pixels.shape != (n, room, room, 3) or self.labels.shape != (n,):
            raise ValueError(f"{n} names, pixels {self.pixels.shape}, labels {self.labels.shape}")
        if self.pixels.dtype != np.uint8 or self.labels.dtype != np.int64:
            raise ValueError(f"pixels are {self.pixels.dtype}, labels {self.labels.dtype}")
        if n and not (self.labels.min() >= 0 and self.labels.max() < len(self.classes)):
            raise ValueError("a label without a class")
        self.pixels.flags.writeable = self.labels.flags.writeable = False

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def counts(self) -> Int:
        """(C,) int64, pictures of each class."""
        return np.bincount(self.labels, minlength=len(self.classes)).astype(np.int64)

    @cached_property
    def digest(self) -> str:
        """Hexadecimal; of the pixels, labels and names."""
        told = hashlib.sha256("\0".join((*self.classes, *self.names)).encode())
        told.update(np.ascontiguousarray(self.labels).data)
        told.update(np.ascontiguousarray(self.pixels).data)
        return told.hexdigest()[:16]

    def part(self, *, test: bool) -> Pictures:
        """The pictures of one side of the split, all classes kept."""
        rows = np.flatnonzero([is_test(name) == test for name in self.names])
        names = tuple(self.names[row] for row in rows)
        return Pictures(self.pixels[rows], self.labels[rows], self.classes, names, self.size)

    def split(self) -> tuple[Pictures, Pictures]:
        """For training and for tests; raises SettingError where a side or a class has none."""
        train, test = self.part(test=False), self.part(test=True)
        lacking = [name for name, n in zip(self.classes, train.counts, strict=True) if not n]
        if lacking:
            raise SettingError(f"no picture of class {lacking[0]!r} falls to training; add some")
        if not len(test):
            raise SettingError("no picture falls to the test split; add some")
        return train, test


def is_test(name: str) -> bool:
    """Whether "class/file" is for tests: a hash of the name decides, and nothing else."""
    told = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(told[:8], "big") % 100 < TEST_PERCENT


def room_for(size: int) -> int:
    """Side of the pictures that are kept for a network's side."""
    return round(size * ROOM)


def load(settings: DataSettings) -> Pictures:
    """The pictures that a config names; raises SettingError or ImageError."""
    return folder_or_zip(find(settings.path), settings.size, settings.cache or None)


def folder_or_zip(
    path: str | os.PathLike[str], size: int, cache: str | os.PathLike[str] | None = None
) -> Pictures:
    """Read `<class>/<picture>` (.jpg, .jpeg, .png) from a folder or a zip file.

    The shorter side is scaled to round(size * 1.125) by area, then the centre square is kept.

    cache   folder in which the decoded pictures are kept, and looked for
    raises  SettingError where there is no such place, fewer than two classes, or a class without
            pictures; ImageError for a picture or a zip file that cannot be read
    """
    with opened(Path(path)) as source:
        if cache is None:
            return _read(source, size)
        told = hashlib.sha256(f"{source.stamp}\0{size}".encode()).hexdigest()[:16]
        file = Path(cache).expanduser() / f"{Path(path).stem}-{size}-{told}.npz"
        found = _cached(file, size)
        if found is None:
            found = _read(source, size)
            _keep(found, file)
        return found


def _read(source: Source, size: int) -> Pictures:
    room = room_for(size)
    classes = source.classes()
    names = tuple(name for listed in classes.values() for name in listed)
    pixels = np.empty((len(names), room, room, 3), np.uint8)
    for row, name in enumerate(names):
        try:
            image = open_image(source.read(name), name=name)
        except ImageError as error:  # it names the file alone, and classes may share names
            raise ImageError(f"{name} in {source.place}: {error}") from error
        pixels[row] = square(image.region(0, 0, *image.size, 0), room)
    labels = np.repeat(np.arange(len(classes)), [len(listed) for listed in classes.values()])
    return Pictures(pixels, labels.astype(np.int64), tuple(classes), names, size)


def square(pixels: Byte, side: int) -> Byte:
    """Scale the shorter side of (H, W, 3) uint8 to `side` and keep the centre square."""
    h, w = pixels.shape[:2]
    scale = side / min(h, w)
    high, wide = max(side, round(h * scale)), max(side, round(w * scale))
    # A box filter averages areas where it shrinks; where it enlarges it would draw blocks.
    how = Pillow.Resampling.BOX if scale < 1 else Pillow.Resampling.BILINEAR
    scaled = np.asarray(Pillow.fromarray(pixels).resize((wide, high), how))
    y0, x0 = (high - side) // 2, (wide - side) // 2
    return scaled[y0 : y0 + side, x0 : x0 + side]


def _cached(file: Path, size: int) -> Pictures | None:
    try:
        with np.load(file, allow_pickle=False) as held:
            classes, names = (_texts(held[key]) for key in ("classes", "names"))
            return Pictures(held["pixels"], held["labels"], classes, names, size)
    except Exception:  # damaged or from elsewhere, in whatever way: it is made anew
        return None


def _keep(pictures: Pictures, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with writing(file) as out:
        np.savez(
            out, pixels=pictures.pixels, labels=pictures.labels,
            classes=np.array(pictures.classes), names=np.array(pictures.names),
        )  # fmt: skip


def _texts(held: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(text) for text in held)
