"""Who decides where to look."""

import numpy as np
import torch

from patchdrive.models.controller import greedy
from patchdrive.ops.select import peaks


def test_the_greedy_controller_follows_each_map_of_the_batch():
    maps = torch.randn(3, 9, 16, requires_grad=True)
    features, size = torch.zeros(3, 1, 9, 16), (900, 1600)
    cells = greedy(maps, 5, features=features, radius=160, size=size)
    assert cells.shape == (3, 5, 2)
    for one, found in zip(maps.detach().numpy(), cells, strict=True):
        assert (peaks(one, 5, radius=160, size=size) == found).all()


def test_an_exhausted_map_is_padded():
    cells = greedy(
        torch.zeros(1, 2, 2), 5, features=torch.zeros(1, 1, 2, 2), radius=900, size=(64, 64)
    )
    assert np.array_equal(cells[0], [[0, 0]] + [[-1, -1]] * 4)
