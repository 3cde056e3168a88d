"""Packets: a picture's wavelet bands, what each holds, and the picture again from some of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import numpy as np
import torch

from patchdrive.budget import spend
from patchdrive.images import MemoryImage
from patchdrive.images.memory import under_its_own_name
from patchdrive.ops import wavelets
from patchdrive.ops.tokens import psnr
from patchdrive.pipelines import prices
from patchdrive.pipelines.clock import Chain, Listener, Memory, forget, silence
from patchdrive.pipelines.threads import one_thread
from patchdrive.settings import Settings, knob
from patchdrive.types import Bool, Byte, Float, Image, SettingError, Size

MIDDLE = 128.0  # what zero looks like where the average is missing
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048, 4096)


@dataclass(frozen=True)
class PacketSettings(Settings):
    """Which packets, and of how large a copy of the picture."""

    working: int = knob(
        1024, "Longest side of the copy that is taken apart; a smaller picture stays as it is",
        label="Working copy", choices=(256, 512, 1024, 2048, 4096), unit="px",
    )  # fmt: skip
    wavelet: str = knob(
        "haar", "Filters: haar has 2 taps, db2 4, coif1 6, db4 and sym4 8; bior are not orthogonal",
        label="Wavelet", choices=wavelets.wavelets(),
    )  # fmt: skip
    levels: int = knob(
        3, "n: 4^n bands; a place in a band stands for a patch of 2^n by 2^n pixels",
        label="Levels", low=1, high=6, step=1,
    )  # fmt: skip


@dataclass(frozen=True)
class KeepSettings(Settings):
    """Which bands the picture is put together from again."""

    bands: str = knob(
        "strongest", "Which bands stay; the others become zero. details: all but the approximation",
        label="Keep",
        choices=("strongest", "approximation", "low frequencies", "details", "all"),
    )  # fmt: skip
    strongest: int = knob(
        16, "How many of the bands with the most energy stay", label="Strongest", choices=COUNTS,
        needs=(("bands", ("strongest",)),),
    )  # fmt: skip
    cutoff: int = knob(
        25, "Frequencies up to this share of the highest one stay, down and across",
        label="Up to frequency", low=1, high=100, step=1, unit="%",
        needs=(("bands", ("low frequencies",)),),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class PacketResult:
    """A picture's wavelet packets.

    working   the copy that was taken apart
    padded    (H, W) that it was padded to
    bands     (4^n, 3, h, w) float32 tensor in natural order, of pixels 0 to 255
    energy    (4^n,) float64, each band's share of the sum of squares
    settings  what made them
    ms        milliseconds by stage
    """

    working: Image
    padded: Size
    bands: torch.Tensor
    energy: Float
    settings: PacketSettings
    ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def cells(self) -> Size:
        """(h, w) of a band."""
        return self.bands.shape[2], self.bands.shape[3]

    @property
    def patch(self) -> int:
        """Side in pixels of the patch that a place in a band stands for."""
        return 1 << self.settings.levels


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A picture put together from some of its bands.

    image       as large as the working copy; around middle grey where the approximation is missing
    kept        (4^n,) bool in natural order
    psnr        dB against the working copy; inf where they are equal
    difference  the largest of all channels of all pixels, in grey levels
    energy      share of all energy that was kept
    details     share of the details' energy that was kept; 1 where there is none
    """

    image: MemoryImage
    kept: Bool
    psnr: float
    difference: int
    energy: float
    details: float

    @property
    def shifted(self) -> bool:
        """Whether middle grey was added, for the picture's average is not among the bands."""
        return not self.kept[0]


def working_copy(image: Image, side: int, *, memory: Memory = forget) -> Image:
    """The picture itself, or a copy whose longest side is `side`."""
    if max(image.size) <= side and not image.streamed:
        return image
    small: MemoryImage = Chain(image.digest, memory).stage(
        "working copy", (side,), lambda: MemoryImage(image.preview(side))
    )
    return under_its_own_name(small, image.name)


def split(
    image: Image, settings: PacketSettings, *, memory: Memory = forget, listener: Listener = silence
) -> PacketResult:
    """Take a copy of the picture apart.

    raises  SettingError where the copy is smaller than one patch
    """
    chain, s = Chain(image.digest, memory, listener), settings
    working = working_copy(image, s.working, memory=memory)
    check_size(working.size, s)
    bands = chain.stage("packets", (s,), lambda: _packets(working.pixels, s, listener))
    energy = chain.stage("energy", (s,), lambda: _energy(bands, s.levels))
    padded = bands.shape[2] << s.levels, bands.shape[3] << s.levels
    return PacketResult(working, padded, bands, energy, s, chain.ms)


def check_size(size: Size, settings: PacketSettings) -> None:
    """Raise a SettingError where a picture of that size has no whole patch."""
    side = 1 << settings.levels
    if min(size) < side:
        larger = ", a larger working copy" if max(size) >= settings.working else ""
        raise SettingError(
            f"{settings.levels} levels need {side} px on both sides; the working copy has "
            f"{size[1]} x {size[0]}. Take fewer levels{larger} or another picture."
        )


def _packets(pixels: Byte, settings: PacketSettings, listener: Listener) -> torch.Tensor:
    with one_thread(listener), _room(pixels.shape[:2], listener):
        planes = torch.from_numpy(pixels.transpose(2, 0, 1).astype(np.float32))[None]
        padded = wavelets.pad(planes, settings.levels)
        found = wavelets.packets(padded, settings.levels, settings.wavelet)
    return found.view(4**settings.levels, 3, *found.shape[2:])


def _room(size: Size, listener: Listener) -> AbstractContextManager[None]:
    """Memory for packets; asked for when it is our turn, as nobody waits who holds some."""
    return spend(prices.packets(size), lambda: listener("waiting for memory", 0, 1))


def _energy(bands: torch.Tensor, levels: int) -> Float:
    return wavelets.energy(bands.flatten(0, 1)[None], levels)[0].double().numpy()


def kept(energy: Float, levels: int, settings: KeepSettings) -> Bool:
    """Which bands stay, (4^n,) bool in natural order."""
    found = np.zeros(4**levels, bool)
    if settings.bands == "strongest":
        found[strongest(energy)[: settings.strongest]] = True
    elif settings.bands == "approximation":
        found[0] = True
    elif settings.bands == "low frequencies":
        side, count = 1 << levels, frequencies(levels, settings.cutoff)
        places = wavelets.band_order(levels, "frequency").reshape(side, side)
        found[places[:count, :count]] = True
    else:
        found[:] = True
        found[0] = settings.bands == "all"
    return found


def frequencies(levels: int, cutoff: int) -> int:
    """How many of the 2^n frequencies of an axis a share in percent stands for; at least one."""
    return max(1, (cutoff << levels) // 100)


def strongest(energy: Float) -> np.ndarray:
    """Bands in the order of their energy, the strongest first."""
    return np.argsort(-energy, kind="stable")


def rebuild(
    result: PacketResult,
    settings: KeepSettings,
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> Rebuilt:
    """Put the picture together from the bands that stay."""
    chain = Chain(result.working.digest, memory, listener)
    made = (result.settings, settings)
    return chain.stage("rebuilt", made, lambda: _rebuilt(result, settings, listener))


def _rebuilt(result: PacketResult, settings: KeepSettings, listener: Listener) -> Rebuilt:
    s, original = result.settings, result.working.pixels
    stay = kept(result.energy, s.levels, settings)
    with one_thread(listener), _room(result.padded, listener):
        bands = result.bands * torch.from_numpy(stay)[:, None, None, None]
        every = bands.flatten(0, 1)[None]
        planes = wavelets.unpack(every, s.levels, s.wavelet, result.working.size)[0]
        plain = _bytes(planes)
        shown = plain if stay[0] else _bytes(planes + MIDDLE)
    total = result.energy[stay].sum()
    details = result.energy[1:].sum()
    return Rebuilt(
        MemoryImage(shown, "rebuilt"),
        stay,
        psnr(original, plain),
        int(np.abs(original.astype(np.int16) - plain).max()),
        float(total) if result.energy.any() else 1.0,
        float(result.energy[1:][stay[1:]].sum() / details) if details > 0 else 1.0,
    )


def _bytes(planes: torch.Tensor) -> Byte:
    return planes.round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous().numpy()


def padded_copy(result: PacketResult, *, memory: Memory = forget) -> Image:
    """The working copy as large as the bands together, on whose patches a place stands."""
    if result.padded == result.working.size:
        return result.working

    def grow() -> MemoryImage:
        more = ((0, b - a) for a, b in zip(result.working.size, result.padded, strict=True))
        grown = np.pad(result.working.pixels, (*more, (0, 0)), mode="edge")
        return MemoryImage(grown)

    chain = Chain(result.working.digest, memory)
    padded: MemoryImage = chain.stage("padded copy", (result.padded,), grow)
    return under_its_own_name(padded, result.working.name)


def touched(result: PacketResult, cell: tuple[int, int]) -> Bool:
    """Which places of the bands change with the patch at (row, column), (h, w) bool."""
    return wavelets.touched(result.cells, cell, result.settings.levels, result.settings.wavelet)
