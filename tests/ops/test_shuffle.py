"""Shuffling: what is chosen moves, all else stays, and it can be undone."""

import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.ops.shuffle import (
    STAGES,
    Protocol,
    block_grid,
    inverse,
    permutation,
    permutations,
    reorder,
    shuffle_blocks,
)
from patchdrive.types import SettingError

torch.set_num_threads(1)

fractions = st.sampled_from([0.0, 0.1, 0.25, 1 / 3, 0.5, 0.75, 1.0]) | st.floats(0, 1)
seeds = st.integers(0, 2**40)


@given(st.integers(0, 70), fractions, seeds)
def test_exactly_the_asked_share_moves_and_all_else_stays(count, fraction, seed):
    order = permutation(count, fraction, np.random.default_rng(seed))
    moved = int((order != np.arange(count)).sum())
    asked = round(fraction * count)
    assert sorted(order.tolist()) == list(range(count))
    assert moved == {0: 0, 1: 2 if count > 1 else 0}.get(asked, asked)
    assert order.dtype == np.int64


@given(st.integers(0, 40), fractions, fractions, seeds)
def test_a_larger_fraction_of_one_draw_moves_the_same_places_and_more(count, one, other, seed):
    less, more = (
        permutation(count, share, np.random.default_rng(seed)) != np.arange(count)
        for share in sorted([one, other])
    )
    assert (more | ~less).all()


def chi_square(found, kinds):
    expected = found.total() / kinds
    missing = (kinds - len(found)) * expected
    return missing + sum((n - expected) ** 2 / expected for n in found.values())


def drawn(count, fraction, rounds=4000):
    rng = np.random.default_rng(3)
    return Counter(tuple(permutation(count, fraction, rng).tolist()) for _ in range(rounds))


def test_all_orders_without_a_fixed_place_are_equally_likely():
    found = drawn(4, 1.0)
    kinds = [p for p in itertools.permutations(range(4)) if all(i != x for i, x in enumerate(p))]
    assert set(found) == set(kinds)
    assert chi_square(found, len(kinds)) < 26.1  # 8 degrees of freedom, 0.1 %


def test_all_subsets_are_equally_likely():
    found = drawn(5, 0.4)
    assert all(sum(i != x for i, x in enumerate(order)) == 2 for order in found)
    assert len(found) == 10
    assert chi_square(found, 10) < 27.9  # 9 degrees of freedom, 0.1 %


@pytest.mark.parametrize("fraction", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_fraction_outside_its_range_is_refused_in_words(fraction):
    with pytest.raises(SettingError, match="lies in 0 to 1"):
        permutation(4, fraction, np.random.default_rng(0))
    with pytest.raises(SettingError, match="lies in 0 to 1"):
        Protocol(fraction=fraction)


@given(st.lists(st.integers(0, 2**63 - 1), max_size=6), st.integers(0, 20), fractions, seeds)
def test_a_picture_has_the_same_order_in_any_batch(ids, count, fraction, seed):
    whole = permutations(count, fraction, seed, ids)
    assert whole.shape == (len(ids), count)
    for n, number in enumerate(ids):
        assert (permutations(count, fraction, seed, [number])[0] == whole[n]).all()
    back = permutations(count, fraction, seed, np.array(ids[::-1], np.int64))
    assert (back[::-1] == whole).all()


def test_other_pictures_and_other_seeds_have_other_orders():
    orders = np.concatenate([permutations(20, 1.0, seed, range(10)) for seed in range(5)])
    assert len(np.unique(orders, axis=0)) == 50


def test_pictures_are_numbered_from_zero():
    with pytest.raises(SettingError, match="numbered from 0 on, not -3"):
        permutations(4, 1.0, 0, [1, -3])


@given(st.integers(1, 30), seeds)
def test_an_inverse_undoes_its_order(count, seed):
    orders = permutations(count, 1.0, seed, range(3))
    items = np.random.default_rng(0).normal(size=(3, count, 2))
    assert (reorder(reorder(items, orders), inverse(orders)) == items).all()
    assert inverse(orders).dtype == np.int64


def test_reordering_takes_arrays_and_tensors_and_one_order_for_all():
    orders = permutations(5, 1.0, 0, range(3))
    orders.flags.writeable = False
    items = np.arange(30).reshape(3, 5, 2)
    for b, i in itertools.product(range(3), range(5)):
        assert (reorder(items, orders)[b, i] == items[b, orders[b, i]]).all()
        assert (reorder(items, orders[0])[b, i] == items[b, orders[0, i]]).all()
    assert (reorder(torch.tensor(items), orders).numpy() == reorder(items, orders)).all()
    assert (reorder(torch.tensor(items), orders[0]).numpy() == reorder(items, orders[0])).all()
    with pytest.raises(ValueError, match="an order of 4 does not fit 5 items"):
        reorder(items, orders[:, :4])


def moved_blocks(pixels, block, order, offset):
    """The slow truth on one picture (C, H, W): copy one block after the other."""
    out = pixels.copy()
    rows, columns = ((side - offset) // block for side in pixels.shape[1:])
    corners = [
        (offset + y * block, offset + x * block) for y in range(rows) for x in range(columns)
    ]
    for (y, x), source in zip(corners, order, strict=True):
        v, u = corners[source]
        out[:, y : y + block, x : x + block] = pixels[:, v : v + block, u : u + block]
    return out


@st.composite
def blocked(draw):
    """Pictures, a block's side, an offset, and the pictures' orders."""
    block, offset = draw(st.integers(1, 5)), draw(st.integers(0, 4))
    h, w = (draw(st.integers(block + offset, 17)) for _ in range(2))
    rng = np.random.default_rng(draw(seeds))
    kind = draw(st.sampled_from([np.uint8, np.float32, np.float64]))
    pixels = rng.integers(0, 255, (2, 3, h, w)).astype(kind)
    rows, columns = block_grid((h, w), block, offset)
    return pixels, block, offset, permutations(rows * columns, draw(fractions), 0, [4, 9])


@given(blocked())
def test_blocks_move_as_in_the_plain_loop_and_strips_stay(case):
    pixels, block, offset, orders = case
    before = pixels.copy()
    found = shuffle_blocks(pixels, block, orders, offset)
    for n in range(2):
        assert (found[n] == moved_blocks(pixels[n], block, orders[n], offset)).all()
    assert found.dtype == pixels.dtype
    assert (pixels == before).all(), "the caller's pictures must stay as they are"


@given(blocked())
def test_blocks_come_back(case):
    pixels, block, offset, orders = case
    found = shuffle_blocks(pixels, block, orders, offset)
    assert (shuffle_blocks(found, block, inverse(orders), offset) == pixels).all()


@given(blocked())
def test_tensors_and_single_pictures_give_the_same(case):
    pixels, block, offset, orders = case
    found = shuffle_blocks(pixels, block, orders, offset)
    assert (shuffle_blocks(torch.tensor(pixels), block, orders, offset).numpy() == found).all()
    one = np.moveaxis(pixels[0], 0, -1)  # (H, W, 3)
    one.flags.writeable = False
    got = shuffle_blocks(one, block, orders[0], offset)
    assert (got == np.moveaxis(found[0], 0, -1)).all()
    assert got.flags.c_contiguous


@given(st.integers(1, 30), seeds, st.sampled_from(list(STAGES)))
def test_a_fraction_of_zero_is_the_identity(count, seed, stage):
    orders = Protocol(stage, fraction=0, seed=seed).orders(count, [3, 4])
    assert (orders == np.arange(count)).all()


def test_bands_have_one_order_for_all_pictures():
    orders = Protocol("bands").orders(16, [3, 4, 5])
    assert orders.shape == (16,)
    assert (orders != np.arange(16)).all()
    assert (orders != Protocol("bands", seed=1).orders(16, [3])).any()


@pytest.mark.parametrize("block", [1, 2, 4])
def test_misaligned_blocks_never_meet_patch_borders(block):
    side, offset = Protocol(block=block, misaligned=True).pixel_blocks(8)
    assert side == 8 * block
    assert offset == 4
    assert Protocol(block=block).pixel_blocks(8) == (8 * block, 0)


def test_a_protocol_shuffles_pictures_and_one_picture_alike():
    pixels = np.arange(2 * 3 * 12 * 12, dtype=np.uint8).reshape(2, 3, 12, 12)
    protocol = Protocol(block=1, misaligned=True, seed=2)
    both = protocol.shuffled(pixels, 4, [7, 8])
    one = protocol.shuffled(np.moveaxis(pixels[1], 0, -1), 4, [8])
    assert (np.moveaxis(one, -1, 0) == both[1]).all()
    assert (both[:, :, :2] == pixels[:, :, :2]).all()
    assert (both[..., -2:] == pixels[..., -2:]).all()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"stage": "tokens"}, "no stage 'tokens'; there is: pixels, before, after, bands"),
        ({"block": 0}, "a side of 1, 2, ... patches, not 0"),
        ({"block": 1.5}, "not 1.5"),
        ({"seed": -1}, "from 0 on, not -1"),
        ({"stage": "after", "block": 2}, "only pixels have blocks"),
        ({"stage": "bands", "misaligned": True}, "only pixels have blocks"),
    ],
)
def test_what_makes_no_protocol_is_refused_in_words(values, words):
    with pytest.raises(SettingError, match=words):
        Protocol(**values)


def test_blocks_that_do_not_fit_are_refused_in_words():
    pixels = np.zeros((2, 3, 16, 12), np.float32)
    with pytest.raises(SettingError, match="block of 16 px does not fit into 12 x 16 pixels"):
        Protocol(block=4).shuffled(pixels, 4, [0, 1])
    with pytest.raises(SettingError, match="from 2 px on"):
        Protocol(block=3, misaligned=True).shuffled(pixels, 4, [0, 1])
    with pytest.raises(SettingError, match="1 of pixel blocks: there is nothing to shuffle"):
        Protocol(block=3).shuffled(pixels, 4, [0, 1])
    with pytest.raises(SettingError, match="no block is misaligned"):
        Protocol(misaligned=True).shuffled(pixels, 1, [0, 1])
    with pytest.raises(SettingError, match="makes no sense"):
        block_grid((4, 4), 0)


def test_an_order_of_another_length_is_refused():
    with pytest.raises(ValueError, match="an order of 8 does not fit 16 items"):
        shuffle_blocks(np.zeros((1, 3, 16, 16)), 4, np.arange(8))


@pytest.mark.parametrize(
    ("protocol", "title"),
    [
        (Protocol(fraction=0.5), "pixel blocks of a patch, 50 %"),
        (Protocol(block=2, misaligned=True), "pixel blocks of 2 x 2 patches, misaligned, 100 %"),
        (Protocol("after", fraction=0.125), "tokens after the position embedding, 12.5 %"),
    ],
)
def test_a_protocol_has_a_title(protocol, title):
    assert protocol.title == title
