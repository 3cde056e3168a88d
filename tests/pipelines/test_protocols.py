"""Which blocks fit a picture: those that leave something to shuffle."""

from itertools import product

import numpy as np
import pytest

from patchdrive.ops.shuffle import Protocol
from patchdrive.pipelines.protocols import BLOCKS, ShuffleSettings, fitting
from patchdrive.types import SettingError


@pytest.mark.parametrize(
    ("side", "patch", "misaligned", "wanted"),
    [
        (64, 8, False, (1, 2, 4)),
        (64, 8, True, (1, 2)),
        (16, 8, False, (1,)),
        (16, 8, True, ()),
        (8, 8, False, ()),
        (72, 8, True, (1, 2, 4)),
        (4, 1, True, ()),
    ],
)
def test_a_block_fits_where_there_are_two(side, patch, misaligned, wanted):
    assert fitting(side, patch, misaligned=misaligned) == wanted


def test_what_fits_is_what_a_protocol_can_shuffle():
    for grid, patch, misaligned in product(range(1, 10), (1, 2, 8), (False, True)):
        side = grid * patch
        fits = fitting(side, patch, misaligned=misaligned)
        for block in BLOCKS:
            try:
                Protocol("pixels", block, 1.0, 0, misaligned).shuffled(
                    np.zeros((side, side, 3), np.uint8), patch, [0]
                )
            except SettingError:
                assert block not in fits
            else:
                assert block in fits


def test_the_menu_offers_all_that_may_fit():
    assert ShuffleSettings.knobs()["block"].choices == BLOCKS
