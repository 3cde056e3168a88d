"""Labelled pictures: reading, scaling, the split, the cache, and what the network is shown."""

import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.training import batches, data
from patchdrive.training.config import DataSettings
from patchdrive.types import ImageError, SettingError


def test_pictures_are_read_by_class_in_the_order_of_their_names(stored, pets):
    found = data.folder_or_zip(stored(pets), 16)
    assert found.classes == ("cat", "dog")
    assert found.names == tuple(sorted(name for name in pets if name.lower().endswith(".png")))
    assert found.pixels.shape == (40, 18, 18, 3)
    assert (found.pixels[:20, 3, 3, 0] == 200).all()
    assert (found.pixels[20:, 3, 3, 2] == 200).all()
    assert found.labels.tolist() == [0] * 20 + [1] * 20


def test_a_class_without_pictures_is_named(stored, pets):
    with pytest.raises(SettingError, match=r"class 'bird' in .* has no picture"):
        data.folder_or_zip(stored({**pets, "bird/": b""}), 16)


@pytest.mark.parametrize("files", [{}, {"a.png": b"x"}, {"cat/a.png": b"x"}])
def test_fewer_than_two_classes_are_refused(stored, files):
    with pytest.raises(SettingError, match=r"two or more folders, one a class; it holds [01]"):
        data.folder_or_zip(stored(files), 16)


def test_a_picture_that_cannot_be_read_is_named(stored, pets):
    with pytest.raises(ImageError, match=r"cat/03\.png in .*pets"):
        data.folder_or_zip(stored({**pets, "cat/03.png": b"no picture"}), 16)


def test_a_damaged_zip_file_and_a_missing_one_are_told_apart(tmp_path, pets):
    (tmp_path / "junk.zip").write_bytes(b"PK junk")
    with pytest.raises(SettingError, match="neither a folder nor a zip file"):
        data.folder_or_zip(tmp_path / "junk.zip", 16)
    with pytest.raises(SettingError, match="there is no folder and no zip file"):
        data.folder_or_zip(tmp_path / "none.zip", 16)
    whole = tmp_path / "pets.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in pets.items():
            archive.writestr(name, content)
    held = bytearray(whole.read_bytes())
    at = held.find(pets["cat/03.png"])
    held[at + 30] ^= 255
    whole.write_bytes(held)
    with pytest.raises(ImageError, match=r"cat/03\.png in pets\.zip: it cannot be unpacked"):
        data.folder_or_zip(whole, 16)


@given(h=st.integers(1, 90), w=st.integers(1, 90), side=st.integers(1, 40))
def test_a_square_has_its_side_and_keeps_a_flat_colour(h, w, side):
    found = data.square(np.full((h, w, 3), (9, 90, 200), np.uint8), side)
    assert found.shape == (side, side, 3)
    assert (found == (9, 90, 200)).all()


def test_a_square_averages_areas_of_the_centre():
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[0, 2] = 200  # one of the four pixels that become the first
    pixels[:, 6:] = 77  # outside of the centre
    assert data.square(pixels, 2)[..., 0].tolist() == [[50, 0], [0, 0]]


def test_the_split_is_that_of_the_names_whatever_else_there_is(pictures):
    train, test = pictures.split()
    assert {*train.names, *test.names} == {*pictures.names}
    assert not {*train.names} & {*test.names}
    some = np.arange(len(pictures))[::-3]
    fewer = data.Pictures(
        pictures.pixels[some], pictures.labels[some], pictures.classes,
        tuple(pictures.names[i] for i in some), pictures.size,
    )  # fmt: skip
    assert {*fewer.part(test=True).names} == {*fewer.names} & {*test.names}


def test_the_split_never_changes():
    # Scores of shipped weights rest on it.
    tested = [i for i in range(1, 41) if data.is_test(f"Faces/image_{i:04}.jpg")]
    assert tested == [1, 3, 5, 16, 17, 22, 28, 30]


def test_a_fifth_is_for_tests():
    names = [f"c{i % 100}/{i}.jpg" for i in range(10_000)]
    assert 0.19 < np.mean([data.is_test(name) for name in names]) < 0.21


def test_a_split_without_tests_or_without_a_class_to_train_is_refused(pictures):
    with pytest.raises(SettingError, match="test split"):
        pictures.part(test=False).split()
    with pytest.raises(SettingError, match="class 'r' falls to training"):
        pictures.part(test=True).split()


def test_decoded_pictures_are_kept_until_the_files_change(stored, pets, tmp_path, monkeypatch):
    place, cache = stored(pets), tmp_path / "cache"
    first = data.folder_or_zip(place, 16, cache)
    with monkeypatch.context() as patched:
        patched.setattr(data, "open_image", None)
        again = data.folder_or_zip(place, 16, cache)
    assert again.digest == first.digest
    assert (again.names, again.classes) == (first.names, first.classes)
    assert data.folder_or_zip(place, 8, cache).size == 8
    (file,) = cache.glob("*-16-*.npz")
    file.write_bytes(b"junk")
    assert data.folder_or_zip(place, 16, cache).digest == first.digest
    assert not list(cache.glob("*.part"))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_augmented_pictures_are_crops_or_their_mirrors(pictures):
    rows = torch.arange(90)
    found = batches.augmented(pictures, rows, generator(), DataSettings())
    assert found.shape == (90, 3, 16, 16)
    assert found.dtype == torch.float32
    values = ((found * 0.25 + 0.5) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    spare, mirrored, places = range(3), 0, set()
    for row, seen in zip(rows, values, strict=True):
        windows = {
            (y, x): pictures.pixels[row, y : y + 16, x : x + 16] for y in spare for x in spare
        }
        plain = [at for at, window in windows.items() if (window == seen).all()]
        turned = [at for at, window in windows.items() if (window[:, ::-1] == seen).all()]
        assert len(plain + turned) == 1
        mirrored += len(turned)
        places.update(plain + turned)
    assert 25 <= mirrored <= 65
    assert len(places) == 9


@pytest.mark.parametrize("settings", [DataSettings(), DataSettings(flip=False, jitter=0.4)])
def test_augmentation_follows_from_the_generator(pictures, settings):
    rows = torch.arange(9)
    one, same, other = (
        batches.augmented(pictures, rows, generator(seed), settings) for seed in (3, 3, 4)
    )
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert one.min() >= -2
    assert one.max() <= 2


def test_centres_come_in_order_and_normalised(pictures):
    found = torch.cat([*batches.centred(pictures, 40)])
    truth = (pictures.pixels[:, 1:17, 1:17].transpose(0, 3, 1, 2) / 255 - 0.5) / 0.25
    np.testing.assert_allclose(found.numpy(), truth, atol=1e-6)


def test_an_epoch_shows_each_picture_once_or_the_classes_equally_often(pictures):
    rows = batches.order(pictures, generator(), balanced=False)
    assert sorted(rows.tolist()) == list(range(90))
    drawn = torch.cat(
        [batches.order(pictures, generator(seed), balanced=True) for seed in range(40)]
    )
    shares = np.bincount(pictures.labels[drawn.numpy()]) / len(drawn)
    np.testing.assert_allclose(shares, 1 / 3, atol=0.03)


@given(n=st.integers(1, 300), batch=st.integers(1, 64))
def test_steps_are_few_and_near_equal(n, batch):
    sizes = [len(part) for part in batches.steps(torch.arange(n), batch)]
    assert sum(sizes) == n
    assert max(sizes) <= batch
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == -(-n // batch)


def test_pictures_are_read_only_and_checked(pictures):
    assert not pictures.pixels.flags.writeable
    held = SimpleNamespace(**vars(pictures))
    with pytest.raises(ValueError, match="a label without a class"):
        data.Pictures(held.pixels, held.labels, ("r", "g"), held.names, 16)
    with pytest.raises(ValueError, match="90 names, pixels"):
        data.Pictures(held.pixels, held.labels, held.classes, held.names, 32)
