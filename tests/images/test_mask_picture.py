"""Masks in levels lose no line."""

import numpy as np
import pytest

from patchdrive.images.mask import FAINTEST, MaskPicture


@pytest.mark.parametrize("size", [(1, 1), (7, 4001), (33, 18)])
def test_no_cell_over_a_line_is_empty_in_a_mask_s_pyramid(size):
    values = np.zeros(size, np.uint8)
    values[np.arange(size[0]), np.arange(size[0]) * size[1] // size[0]] = 255
    mask = MaskPicture(values)
    for level, coarse in enumerate(mask.alphas):
        rows, columns = (-(-side // 2**level) for side in size)
        assert coarse.shape == (rows, columns)
        held = np.zeros((rows, columns), bool)
        y, x = np.nonzero(values)
        held[y >> level, x >> level] = True
        assert ((coarse > 0) == held).all()
        assert (coarse[held] >= FAINTEST).all()


def test_a_full_mask_stays_full():
    mask = MaskPicture(np.full((64, 64), 255, np.uint8))
    assert all((level >= 250).all() for level in mask.alphas)
