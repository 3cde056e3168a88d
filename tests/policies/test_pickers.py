"""Selection policies: the same picks as the cores behind them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.policies import POLICIES
from patchdrive.settings import SaccadeSettings
from tests import reference

values = st.sampled_from([0, 0.25, 0.5, 1])
maps = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=values)
TRUTHS = {"greedy": reference.peaks, "maxima": reference.maxima}


def test_the_picker_s_choices_are_the_registered_policies():
    assert list(SaccadeSettings.knobs()["picker"].choices) == POLICIES.names() == list(TRUTHS)


@pytest.mark.parametrize("name", TRUTHS)
@given(scores=maps, k=st.integers(1, 20), radius=st.integers(0, 20), floor=values,
       scale=st.tuples(st.integers(1, 6), st.integers(1, 6)))  # fmt: skip
def test_every_policy_agrees_with_its_plain_scan(name, scores, k, radius, floor, scale):
    size = scores.shape[0] * scale[0], scores.shape[1] * scale[1]
    before = scores.copy()
    found = POLICIES[name].run(scores, k, radius=radius, floor=floor, size=size)
    expected = TRUTHS[name](scores, k, radius, floor, size)
    assert [tuple(cell) for cell in found.tolist()] == expected
    assert (scores == before).all()


@pytest.mark.parametrize("name", TRUTHS)
def test_a_map_without_a_score_above_the_floor_has_no_saccades(name):
    found = POLICIES[name].run(np.zeros((5, 7)), 9, radius=2, floor=0.0, size=(50, 70))
    assert found.shape == (0, 2)
