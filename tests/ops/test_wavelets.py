"""Wavelet packets agree with PyWavelets, invert, and are patch convolutions where they are Haar."""

import itertools

import numpy as np
import pytest
import pywt
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from patchdrive.ops import filters
from patchdrive.ops.wavelets import (
    band_names,
    band_order,
    energy,
    footprint,
    packets,
    pad,
    touched,
    unpack,
    wavelets,
)
from patchdrive.types import SettingError

WAYS = {
    "matrices": (filters.by_matrices, filters.from_matrices),
    "blocks": (filters.by_blocks, filters.from_blocks),
}
ORTHOGONAL = tuple(name for name in wavelets() if pywt.Wavelet(name).orthogonal)
each_wavelet = pytest.mark.parametrize("wavelet", wavelets())
each_level = pytest.mark.parametrize("levels", [1, 2, 3, 4, 5])


def pictures(*shape, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, dtype=torch.float64, generator=generator).to(dtype)


def oracle(picture, levels, wavelet):
    """PyWavelets' packets (4^n, h, w) of one (H, W) channel, in natural order."""
    tree = pywt.WaveletPacket2D(picture.numpy(), wavelet, "periodization", levels)
    names = map("".join, itertools.product("ahvd", repeat=levels))
    return np.stack([tree[name].data for name in names])


def ways(x, levels, wavelet):
    """The ways that this wavelet can take on pictures of this size."""
    for name, way in WAYS.items():
        fits = filters.reach(levels, wavelet, False) <= min(x.shape[2:]) >> levels
        if fits or name != "blocks":
            yield way


@each_wavelet
@each_level
def test_packets_are_those_of_pywavelets(wavelet, levels):
    x = pictures(2, 3, 32, 96)
    found = packets(x, levels, wavelet).unflatten(1, (4**levels, 3))
    for image, channel in itertools.product(range(2), range(3)):
        expected = oracle(x[image, channel], levels, wavelet)
        assert np.abs(found[image, :, channel].numpy() - expected).max() < 1e-12


@each_wavelet
@each_level
def test_all_ways_agree_with_pywavelets_and_invert(wavelet, levels):
    x = pictures(1, 1, 64, 224)
    expected = oracle(x[0, 0], levels, wavelet)
    for there, back in ways(x, levels, wavelet):
        bands = there(x, levels, wavelet, False)
        assert np.abs(bands[0, :, 0].numpy() - expected).max() < 1e-12
        # The digits of PyWavelets' coefficients end there.
        assert (back(bands, levels, wavelet, True) - x).abs().max() < 1e-11


@each_wavelet
def test_every_way_back_is_the_adjoint_of_the_way_there(wavelet):
    x, y = pictures(2, 3, 32, 48), pictures(2, 16, 3, 8, 12, seed=1)
    for there, back in ways(x, 2, wavelet):
        one = (there(x, 2, wavelet, False) * y).sum()
        other = (back(y, 2, wavelet, False) * x).sum()
        torch.testing.assert_close(one, other)


@given(
    batch=st.integers(1, 2),
    channels=st.integers(1, 3),
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    levels=st.integers(0, 5),
    wavelet=st.sampled_from(wavelets()),
)
def test_padded_packets_of_any_picture_give_it_back(batch, channels, size, levels, wavelet):
    x = pictures(batch, channels, *size)
    bands = packets(pad(x, levels), levels, wavelet)
    sides = [-(-side >> levels) for side in size]
    assert list(bands.shape) == [batch, 4**levels * channels, *sides]
    torch.testing.assert_close(unpack(bands, levels, wavelet, size), x, atol=1e-10, rtol=0)


@given(levels=st.integers(0, 4), wavelet=st.sampled_from(ORTHOGONAL), seed=st.integers(0, 99))
def test_orthogonal_wavelets_keep_the_energy(levels, wavelet, seed):
    x = pictures(1, 2, 32, 48, seed=seed) - 0.5
    torch.testing.assert_close(packets(x, levels, wavelet).square().sum(), x.square().sum())


@pytest.mark.parametrize("wavelet", pywt.wavelist(kind="discrete")[::9])
def test_other_wavelets_of_pywavelets_work_too(wavelet):
    x = pictures(1, 1, 32, 32)
    assert np.abs(packets(x, 2, wavelet)[0].numpy() - oracle(x[0, 0], 2, wavelet)).max() < 1e-11
    torch.testing.assert_close(unpack(packets(x, 2, wavelet), 2, wavelet), x, atol=1e-9, rtol=0)


def test_no_levels_leave_the_picture_as_it_is():
    x = pictures(2, 3, 5, 7)
    for wavelet in ("haar", "db4"):
        assert torch.equal(packets(x, 0, wavelet), x)
        assert torch.equal(unpack(x, 0, wavelet), x)


@pytest.mark.parametrize("wavelet", ["haar", "db2", "bior2.2"])
@pytest.mark.parametrize("levels", [1, 2])
def test_packets_and_their_inverse_are_differentiable(wavelet, levels):
    x = pictures(1, 2, 8, 12).requires_grad_()
    bands = pictures(1, 2 * 4**levels, 8 >> levels, 12 >> levels).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: packets(x, levels, wavelet), x)
    assert torch.autograd.gradcheck(lambda y: unpack(y, levels, wavelet), bands)


@pytest.mark.parametrize("wavelet", ["haar", "db2"])
def test_blocks_are_differentiable_twice(wavelet):
    x = pictures(1, 1, 12, 16).requires_grad_()
    bands = pictures(1, 16, 1, 3, 4).requires_grad_()
    for way, value in ((filters.by_blocks, x), (filters.from_blocks, bands)):

        def run(value, way=way):
            return way(value, 2, wavelet, False)

        assert torch.autograd.gradcheck(run, value)
        assert torch.autograd.gradgradcheck(run, value)


def test_strips_of_a_tall_picture_join_without_a_seam(monkeypatch):
    x = pictures(2, 1, 96, 48)
    whole = [filters.by_blocks(x, 2, wavelet, False) for wavelet in wavelets()]
    monkeypatch.setattr(filters, "_CACHE_BYTES", 1)
    for wavelet, expected in zip(wavelets(), whole, strict=True):
        found = filters.by_blocks(x, 2, wavelet, False)
        torch.testing.assert_close(found, expected)
        back = filters.from_blocks(found, 2, wavelet, True)
        torch.testing.assert_close(back, x, atol=1e-10, rtol=0)


@pytest.mark.parametrize("levels", [3, 5])
@pytest.mark.parametrize("wavelet", ["haar", "db2"])
@pytest.mark.parametrize(
    ("dtype", "error"), [(torch.float32, 1e-4), (torch.float16, 0.06), (torch.bfloat16, 0.5)]
)
def test_every_float_type_is_kept(levels, wavelet, dtype, error):
    x = pictures(1, 3, 96, 64)
    found = packets(x.to(dtype), levels, wavelet)
    assert found.dtype == dtype
    assert (found.double() - packets(x, levels, wavelet)).abs().max() < error
    assert unpack(found, levels, wavelet).dtype == dtype


def test_slices_and_turned_pictures_are_read_as_they_are():
    x = pictures(2, 70, 80, 3).permute(0, 3, 2, 1)[:, ::2, 8:72, 2:66]
    for wavelet, levels in (("haar", 2), ("haar", 5), ("db2", 2)):
        expected = packets(x.contiguous(), levels, wavelet)
        assert torch.equal(packets(x, levels, wavelet), expected)
        turned = expected.transpose(2, 3).contiguous().transpose(2, 3)
        torch.testing.assert_close(unpack(turned, levels, wavelet), x)


def test_a_first_use_without_gradients_leaves_later_ones_differentiable():
    for cache in (filters.taps, filters.dense, filters._order):
        cache.cache_clear()
    x = pictures(1, 1, 32, 32)
    for wavelet, levels in (("haar", 2), ("haar", 5), ("db2", 1)):
        with torch.inference_mode():
            packets(x, levels, wavelet)
        seen = x.clone().requires_grad_()
        packets(seen, levels, wavelet).square().sum().backward()
        assert seen.grad is not None


@each_level
def test_a_pointwise_convolution_of_haar_packets_is_a_patch_convolution(levels):
    side = 1 << levels
    x, weights = pictures(2, 3, 64, 96), pictures(5, 3, side, side, seed=1) - 0.5
    bands = packets(x, levels)
    # The rotated weights of a patch convolution are the packets of its kernels.
    rotated = packets(weights, levels)
    expected = F.conv2d(x, weights, stride=side)
    torch.testing.assert_close(F.conv2d(bands, rotated), expected)


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
@pytest.mark.parametrize("order", ["natural", "frequency"])
def test_bands_are_named_and_ordered_as_in_pywavelets(levels, order):
    natural = ["".join(name) for name in itertools.product("ahvd", repeat=levels)]
    expected = natural
    if order == "frequency" and levels:
        tree = pywt.WaveletPacket2D(np.ones((8, 8)), "haar", "periodization", levels)
        expected = [node.path for row in tree.get_level(levels, "freq") for node in row]
    assert band_names(levels, order) == expected
    places = band_order(levels, order)
    assert places.dtype == np.int64
    assert [natural[place] for place in places] == expected


def test_the_letters_say_which_way_a_picture_changes():
    rows = torch.arange(8.0)[:, None].expand(8, 8) % 2
    for picture, name in ((rows, "h"), (rows.T, "v"), ((rows + rows.T) % 2, "d")):
        shares = energy(packets(picture[None, None] - 0.5, 1), 1)[0]
        assert band_names(1)[int(shares.argmax())] == name
        assert shares.max() == 1


def test_energy_is_a_share_of_each_picture():
    x = torch.cat([pictures(1, 3, 16, 16), pictures(1, 3, 16, 16, seed=1) * 1e-3])
    bands = packets(x, 2)
    shares = energy(bands, 2)
    each = bands.square().unflatten(1, (16, 3)).sum((2, 3, 4))
    torch.testing.assert_close(shares, each / each.sum(1, keepdim=True))


@pytest.mark.parametrize("scale", [0, 1e-30, 1e30])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_energy_is_finite_whatever_the_scale(scale, dtype):
    shares = energy(packets(torch.full((1, 1, 4, 4), scale, dtype=dtype), 2), 2)
    assert shares.dtype == torch.float32
    expected = torch.tensor([float(scale > 0)] + 15 * [0.0])
    torch.testing.assert_close(shares[0], expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    ("wavelet", "pixels", "places"),
    [("haar", 16, 1), ("db2", 46, 3), ("sym4", 106, 7), ("db4", 106, 7)],
)
def test_four_levels_look_as_far_as_their_filters(wavelet, pixels, places):
    assert footprint(4, wavelet) == pixels
    for cell in ((7, 7), (0, 13)):
        seen = touched((14, 14), cell, 4, wavelet)
        around = [[(c + d) % 14 for d in range(-(places // 2), places // 2 + 1)] for c in cell]
        expected = np.zeros((14, 14), bool)
        expected[np.ix_(*around)] = True
        assert np.array_equal(seen, expected)


@each_wavelet
@pytest.mark.parametrize("levels", [0, 1, 3])
@pytest.mark.parametrize("cells", [(1, 1), (3, 10), (12, 12)])
def test_touched_is_where_a_changed_block_changes_packets(wavelet, levels, cells):
    side, cell = 1 << levels, (cells[0] // 2, cells[1] - 1)
    x = torch.zeros(1, 1, cells[0] * side, cells[1] * side, dtype=torch.float64)
    block = tuple(slice(at * side, (at + 1) * side) for at in cell)
    x[0, 0][block] = pictures(side, side)
    changed = packets(x, levels, wavelet)[0].abs().amax(0) > 1e-15
    assert np.array_equal(touched(cells, cell, levels, wavelet), changed.numpy())


@each_wavelet
def test_no_band_looks_further_than_the_footprint(wavelet):
    x = pictures(1, 1, 256, 64).requires_grad_()
    bands = packets(x, 3, wavelet)
    widest = 0
    for band in bands[0, :, 16, 4]:
        (gradient,) = torch.autograd.grad(band, x, retain_graph=True)
        rows = gradient[0, 0].abs().amax(1).nonzero()
        widest = max(widest, int(np.ptp(rows.numpy())) + 1)
    assert widest == footprint(3, wavelet)


@given(size=st.tuples(st.integers(1, 40), st.integers(1, 40)), levels=st.integers(0, 5))
def test_padding_repeats_the_last_row_and_column(size, levels):
    x = pictures(1, 2, *size)
    found = pad(x, levels)
    tall, wide = (-side % 2**levels for side in size)
    expected = np.pad(x.numpy(), ((0, 0), (0, 0), (0, tall), (0, wide)), mode="edge")
    assert np.array_equal(found.numpy(), expected)
    assert (found is x) == (not tall and not wide)


X = torch.zeros(1, 3, 24, 40)
REFUSED = [
    (lambda: packets(X, 4), r"multiples of 16 px, not 24 x 40; pad\(x, levels\)"),
    (lambda: packets(X, 5), "need sides of 32 px or more, not 24 x 40"),
    (lambda: packets(X, -1), "levels must be 0 to 10, not -1"),
    (lambda: pad(X, 11), "levels must be 0 to 10, not 11"),
    (lambda: band_names(-1), "levels must be 0 to 10"),
    (lambda: band_order(1, "zigzag"), "natural or frequency, not 'zigzag'"),
    (lambda: packets(X, 1, "harr"), "'harr'; did you mean haar"),
    (lambda: packets(X, 1, "DB2"), "did you mean db2"),
    (lambda: packets(X, 1, "mexh"), "no orthogonal or biorthogonal wavelet 'mexh'"),
    (lambda: packets(X, 1, "dmey"), "'dmey'"),
    (lambda: unpack(X, 0, "???"), "'[?]{3}'; try haar, db2, sym4 or bior2.2"),
    (lambda: footprint(2, "db999"), "'db999'"),
    (lambda: touched((2, 2), (0, 0), 2, "db999"), "'db999'"),
    (lambda: touched((2, 2), (2, 0), 2), "no cell"),
    (lambda: packets(X[0], 1), "want .B, C, H, W. floats"),
    (lambda: packets(X.int(), 1), "torch.int32"),
    (lambda: unpack(X, 1), "4 bands for each channel, which does not divide 3"),
    (lambda: energy(X, 1), "does not divide 3"),
    (lambda: unpack(X, 0, size=(25, 40)), "cannot be cropped"),
]


@pytest.mark.parametrize(("run", "words"), REFUSED)
def test_what_does_not_fit_is_refused_in_words(run, words):
    with pytest.raises(SettingError, match=words):
        run()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@each_wavelet
@pytest.mark.parametrize("levels", [2, 5])
def test_cuda_agrees_with_the_cpu(wavelet, levels):
    x = pictures(2, 3, 1024, 576)
    here, there = packets(x, levels, wavelet), packets(x.cuda(), levels, wavelet)
    assert there.device.type == "cuda"
    torch.testing.assert_close(there.cpu(), here)
    torch.testing.assert_close(unpack(there, levels, wavelet).cpu(), x, atol=1e-10, rtol=0)
