"""The store: keys, bounds, threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

from patchdrive.images.memory import MemoryImage
from patchdrive.ui import store as stores
from patchdrive.ui.store import Store


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


def test_each_owner_has_a_key_of_its_own_and_the_pixels_are_held_once():
    store, image = Store(10**6), picture(0)
    keys = {store.put(picture(0), owner=owner) for owner in ("ann", "bob", "")}
    assert len(keys) == 3
    assert len(store) == 1
    assert store.nbytes == image.nbytes
    for key in keys:
        assert (store.get(key).pixels == image.pixels).all()


def test_nobody_reads_what_somebody_else_s_file_was_called():
    store, pixels = Store(10**6), picture(0).pixels
    first = store.put(MemoryImage(pixels, "letter to Bob.png", ("a note",)), owner="ann")
    second = store.put(MemoryImage(pixels, "mine.png", (), (0.5, 0.5)), owner="cy")
    assert store.get(first).name == "letter to Bob.png"
    assert (store.get(second).name, store.get(second).notes) == ("mine.png", ())
    assert store.get(second).microns == (0.5, 0.5)
    assert store.get(first).microns is None
    assert store.get(second).pixels is store.get(first).pixels


def test_one_owner_s_files_with_equal_pixels_keep_their_own_words():
    store, pixels = Store(10**6), picture(0).pixels
    files = [
        MemoryImage(pixels.copy(), name, notes, microns)
        for name in ("a.tif", "b.tif")
        for notes in ((), ("first of 12 frames",))
        for microns in (None, (1.0, 1.0), (2.0, 2.0))
    ]
    keys = [store.put(file, owner="ann") for file in files]
    assert len(set(keys)) == len(files)
    for key, file in zip(keys, files, strict=True):
        held = store.get(key)
        assert (held.name, held.notes, held.microns) == (file.name, file.notes, file.microns)
        assert held.pixels is files[0].pixels
    assert (len(store), store.nbytes) == (1, files[0].nbytes)


def test_a_pyramid_is_shared_by_all_keys_of_a_picture():
    store = Store(10**6)
    first, second = store.put(picture(0), owner="ann"), store.put(picture(0), owner="bob")
    assert store.get(second).region(0, 0, 9, 9, 3).shape == (8, 8, 3)
    assert store.nbytes > picture(0).nbytes
    assert store.get(first).nbytes == store.nbytes


def test_all_keys_of_a_picture_go_with_it():
    store = Store(budget_bytes=10)
    keys = [store.put(picture(0), owner=owner) for owner in ("ann", "bob")]
    store.put(picture(1))
    assert [store.get(key) for key in keys] == [None, None]
    assert all(store.was_here(key) for key in keys)


def test_a_dropped_key_leaves_the_other_owner_s_alone():
    store = Store(10**6)
    first, second = (store.put(picture(0), owner=owner) for owner in ("ann", "bob"))
    store.drop(first)
    assert store.get(first) is None
    assert store.get(second) is not None
    assert len(store) == 1


def test_what_has_made_room_is_told_from_what_never_was():
    store = Store(budget_bytes=10)
    key = store.put(picture(0))
    assert not store.was_here(key)
    store.put(picture(1))
    assert store.was_here(key)
    assert not store.was_here("0" * 32)
    store.put(picture(0))
    assert not store.was_here(key), "it is here again"


def test_a_pyramid_that_grows_makes_others_go():
    store = Store(budget_bytes=2 * picture(0).nbytes)
    old, new = store.put(picture(0)), store.put(picture(1))
    store.get(new).region(0, 0, 1, 1, 2)
    assert store.get(new) is not None
    assert store.get(old) is None
    assert store.nbytes <= store.budget_bytes


def test_what_a_page_made_and_somebody_brings_counts_as_brought():
    store = Store(budget_bytes=3 * picture(0).nbytes)
    store.put(picture(0), derived=True)
    brought = store.put(picture(0), owner="ann")
    for seed in range(1, 9):
        store.put(picture(seed), derived=True)
    assert store.get(brought) is not None


def test_what_somebody_brought_stays_brought_when_a_page_makes_it_too():
    store, image = Store(budget_bytes=3 * picture(0).nbytes), picture(0)
    brought = store.put(image, owner="ann")
    store.put(image, derived=True)
    for seed in range(1, 9):
        store.put(picture(seed), derived=True)
    assert store.get(brought) is not None


class Opener:
    """Opens one picture and counts how often."""

    def __init__(self, seed):
        self.seed, self.calls, self.lock = seed, 0, Lock()

    def __call__(self):
        with self.lock:
            self.calls += 1
        return picture(self.seed)


def test_what_can_be_opened_again_is_once_for_all_who_want_it():
    store, opener = Store(budget_bytes=10), Opener(0)
    key = store.put(picture(0), reopen=opener)
    store.put(picture(1))
    assert store.get(key) is None
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.fetch(key), range(32)))
    assert all(held.digest == picture(0).digest for held in found)
    assert opener.calls == 1
    assert not store.was_here(key)


def test_a_file_that_holds_another_picture_by_now_is_not_shown_under_the_old_key():
    store, opener = Store(budget_bytes=10), Opener(5)
    key = store.put(picture(0), reopen=opener)
    store.put(picture(1))
    assert store.fetch(key) is None
    assert store.fetch(key) is None
    assert opener.calls == 1, "it is not tried again for each tile"
    assert store.was_here(key)


def test_a_file_that_cannot_be_opened_again_is_gone(caplog):
    def fails():
        raise OSError("no such file")

    store = Store(budget_bytes=10)
    key = store.put(picture(0), reopen=fails)
    store.put(picture(1))
    assert store.fetch(key) is None
    assert "no such file" in caplog.text


def test_an_unknown_key_opens_nothing():
    assert Store(10).fetch("0" * 32) is None


def test_names_are_bounded_too(monkeypatch):
    monkeypatch.setattr(stores, "MOST_KEYS", 8)
    store = Store(10**7)
    keys = [store.put(picture(0), owner=f"{n}") for n in range(30)]
    assert [store.get(key) is not None for key in keys] == [False] * 22 + [True] * 8
    assert [store.was_here(key) for key in keys] == [False] * 14 + [True] * 8 + [False] * 8
    assert len(store) == 1
