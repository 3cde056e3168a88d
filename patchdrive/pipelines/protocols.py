"""The knobs of a shuffle, and which of them fit a picture."""

from __future__ import annotations

from dataclasses import dataclass

from patchdrive.ops.shuffle import STAGES, Protocol, block_grid
from patchdrive.settings import Settings, knob
from patchdrive.types import SettingError

BLOCKS = (1, 2, 4)
_PIXELS = (("stage", ("pixels",)),)  # only they have blocks


@dataclass(frozen=True)
class ShuffleSettings(Settings):
    """What is shuffled."""

    stage: str = knob(
        "pixels", "Where the order is changed", label="What is shuffled", choices=tuple(STAGES)
    )
    block: int = knob(
        1, "Side of a block of pixels, in patches", label="Block (patches)", choices=BLOCKS,
        needs=_PIXELS,
    )  # fmt: skip
    misaligned: bool = knob(
        False, "Blocks start half a patch inside: they cut through patches", label="Misaligned",
        needs=_PIXELS,
    )  # fmt: skip
    fraction: float = knob(0.5, "Share that moves", label="Fraction", low=0.0, high=1.0, step=0.05)
    shuffle_seed: int = knob(0, "Another one is another order", label="Order", low=0, high=9999)

    @property
    def protocol(self) -> Protocol:
        """The same, as the comparison takes it."""
        return Protocol(self.stage, self.block, self.fraction, self.shuffle_seed, self.misaligned)


def fitting(side: int, patch: int, *, misaligned: bool) -> tuple[int, ...]:
    """Those of BLOCKS of which a picture holds at least two, so that there is something to swap.

    side, patch  pixels of a side of the picture and of a patch
    """
    return tuple(block for block in BLOCKS if _many(side, patch, block, misaligned))


def _many(side: int, patch: int, block: int, misaligned: bool) -> bool:
    try:
        h, w = block_grid(
            (side, side), *Protocol(block=block, misaligned=misaligned).pixel_blocks(patch)
        )
    except SettingError:
        return False
    return h * w > 1
