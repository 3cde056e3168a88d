"""The store: keys, bounds, threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from patchdrive.images.memory import MemoryImage
from patchdrive.ui.store import FAINTEST, MaskPicture, Store


def picture(seed, side=64):
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    return MemoryImage(pixels, name=f"{seed}")


def test_a_picture_is_found_under_its_key():
    store, image = Store(10**6), picture(0)
    key = store.put(image)
    assert store.get(key) is image
    assert store.put(picture(0)) == key, "the same picture has the same key"
    assert len(store) == 1


def test_a_key_cannot_be_told_from_the_picture():
    image = picture(0)
    first, second = Store(10**6).put(image), Store(10**6).put(image)
    assert first != second
    assert len(first) == 32
    assert int(first, 16) >= 0
    assert image.digest[:32] not in (first, second)


def test_masks_and_pictures_of_one_digest_do_not_meet():
    store, image = Store(10**6), picture(0)
    assert store.put(image) != store.put_mask(image.digest, np.zeros((4, 4), np.uint8))
    assert len(store) == 2


def test_what_was_used_longest_ago_goes_first():
    store = Store(budget_bytes=3 * picture(0).nbytes)
    keys = [store.put(picture(seed)) for seed in range(3)]
    store.get(keys[0])
    keys.append(store.put(picture(3)))
    assert [store.get(key) is not None for key in keys] == [True, False, True, True]
    assert store.nbytes <= store.budget_bytes


def test_the_newest_stays_even_when_it_alone_is_too_large():
    store = Store(budget_bytes=10)
    first, second = store.put(picture(0)), store.put(picture(1))
    assert store.get(first) is None
    assert store.get(second) is not None


def test_what_is_dropped_is_gone():
    store = Store(10**6)
    key = store.put(picture(0))
    store.drop(key)
    store.drop(key)
    assert store.get(key) is None


def test_many_threads_leave_the_store_whole():
    store = Store(budget_bytes=5 * picture(0).nbytes)
    images = [picture(seed) for seed in range(16)]

    def work(turn):
        key = store.put(images[turn % 16])
        held = store.get(key)
        if turn % 7 == 0:
            store.drop(key)
        return held is None or held.digest == images[turn % 16].digest

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(2000)))
    assert len(store) <= 5
    assert store.nbytes <= store.budget_bytes


@pytest.mark.parametrize("size", [(1, 1), (7, 4001), (33, 18)])
def test_no_cell_over_a_line_is_empty_in_a_mask_s_pyramid(size):
    values = np.zeros(size, np.uint8)
    values[np.arange(size[0]), np.arange(size[0]) * size[1] // size[0]] = 255
    mask = MaskPicture(values)
    for level, coarse in enumerate(mask.levels):
        rows, columns = (-(-side // 2**level) for side in size)
        assert coarse.shape == (rows, columns)
        held = np.zeros((rows, columns), bool)
        y, x = np.nonzero(values)
        held[y >> level, x >> level] = True
        assert ((coarse > 0) == held).all()
        assert (coarse[held] >= FAINTEST).all()


def test_a_full_mask_stays_full():
    mask = MaskPicture(np.full((64, 64), 255, np.uint8))
    assert all((level >= 250).all() for level in mask.levels)


def test_what_was_derived_makes_room_before_what_somebody_brought():
    def picture(shade):
        return MemoryImage(np.full((64, 64, 3), shade, np.uint8))

    held = Store(4 * picture(0).nbytes)
    brought = held.put(picture(1))
    derived = [held.put(picture(shade), derived=True) for shade in range(2, 12)]
    mask = held.put_mask("edges", np.zeros((64, 64), np.uint8))
    assert isinstance(held.get(brought), MemoryImage)
    assert held.get(derived[0]) is None
    assert held.get(mask) is not None, "the newest stays"
    later = [held.put(picture(shade)) for shade in range(20, 24)]
    assert held.get(brought) is None, "among what was brought the oldest goes"
    assert all(held.get(key) is not None for key in later)
