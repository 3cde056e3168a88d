"""Native patches, pixel for pixel."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from patchdrive.ops import crops
from patchdrive.ops.borders import windows
from patchdrive.ops.crops import crop, crop_tensor, sample_windows, slice_features
from patchdrive.types import Grid
from tests import reference, scenes

RULES = ["slide", "reflect", "replicate", "zero"]


@st.composite
def cases(draw, *, most=14, side=20):
    """A picture's size, centres in it, and the side of a patch, often larger than the picture."""
    h, w = draw(st.integers(1, most)), draw(st.integers(1, most))
    places = st.tuples(st.integers(0, h - 1), st.integers(0, w - 1))
    yx = np.array(draw(st.lists(places, max_size=6)), np.int64).reshape(-1, 2)
    return (h, w), yx, draw(st.integers(1, side))


def numbered(h, w, channels=3):
    """Every value is another one, so that no mistake of place goes unseen."""
    return np.arange(h * w * channels, dtype=np.int32).reshape(h, w, channels)


@given(cases(), st.sampled_from(RULES))
def test_crop_agrees_with_the_pixel_loop(case, rule):
    size, yx, side = case
    pixels = numbered(*size)
    before = pixels.copy()
    patches, boxes = crop(pixels, yx, side, rule)
    assert patches.shape == (len(yx), side, side, 3)
    for patch, box, centre in zip(patches, boxes.tolist(), yx.tolist(), strict=True):
        expected, where = reference.crop(pixels, centre, side, rule)
        assert (patch == expected).all()
        assert box == where
    assert (pixels == before).all()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("side", [64, 65, 66, 97])
def test_large_patches_agree_with_the_pixel_loop_at_all_four_borders(rule, side):
    pixels = scenes.noise(110, 130)
    yx = np.array([[0, 0], [0, 129], [109, 0], [109, 129], [55, 0], [0, 65], [55, 65], [109, 65]])
    patches, _ = crop(pixels, yx, side, rule)
    for patch, centre in zip(patches, yx.tolist(), strict=True):
        assert (patch == reference.crop(pixels, centre, side, rule)[0]).all()


@given(cases(), st.sampled_from(RULES))
def test_the_crop_of_a_saccade_contains_it(case, rule):
    size, yx, side = case
    boxes = windows(yx, side, size, rule)
    assert (boxes[:, 2:] - boxes[:, :2] == side).all()
    assert ((boxes[:, :2] <= yx) & (yx < boxes[:, 2:])).all()


@given(cases())
def test_a_sliding_window_never_leaves_a_picture_that_holds_it(case):
    size, yx, side = case
    boxes = windows(yx, side, size)
    for axis in (0, 1):
        if size[axis] >= side:
            assert (boxes[:, axis] >= 0).all()
            assert (boxes[:, axis + 2] <= size[axis]).all()
        else:
            assert (boxes[:, axis] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (5, 40)])
def test_a_sliding_window_larger_than_the_picture_holds_all_of_it_and_repeats_its_border(size):
    pixels = numbered(*size)
    patches, _ = crop(pixels, np.array([[size[0] // 2, size[1] // 2]]), 16)
    h, w = min(16, size[0]), min(16, size[1])
    if size[1] <= 16:
        assert (patches[0, :h, :w] == pixels[:h, :w]).all()
    assert (patches[0, h:] == patches[0, h - 1]).all()
    assert (patches[0, :, w:] == patches[0, :, w - 1 : w]).all()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("channels", [1, 2, 4])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.int64])
def test_any_dtype_and_any_number_of_channels_are_kept(rule, channels, kind):
    pixels = numbered(6, 8, channels).astype(kind)
    patches, _ = crop(pixels, np.array([[0, 0], [3, 4]]), 5, rule)
    assert patches.dtype == kind
    assert (patches[1] == reference.crop(pixels, (3, 4), 5, rule)[0]).all()


def test_no_saccades_give_no_patches():
    patches, boxes = crop(scenes.noise(9, 9), np.empty((0, 2), np.int64), 4)
    assert patches.shape == (0, 4, 4, 3)
    assert boxes.shape == (0, 4)


def test_patches_do_not_share_memory_with_the_picture():
    pixels = scenes.noise(9, 9)
    patches, _ = crop(pixels, np.array([[4, 4]]), 9)
    patches[:] = 0
    assert pixels.any()


def test_a_read_only_view_can_be_cropped():
    pixels = scenes.noise(40, 60)[::2, ::-3]
    pixels.flags.writeable = False
    patches, _ = crop(pixels, np.array([[9, 9]]), 6, "zero")
    assert (patches[0] == reference.crop(pixels, (9, 9), 6, "zero")[0]).all()


OUTSIDE = [(-1, 0), (0, -1), (9, 0), (0, 7)]


@pytest.mark.parametrize("yx", OUTSIDE)
def test_a_centre_outside_the_picture_is_rejected_by_every_way_to_cut(yx):
    where = np.array([yx])
    with pytest.raises(ValueError, match="outside the picture of 9 x 7 pixels"):
        crop(scenes.noise(9, 7), where, 3)
    with pytest.raises(ValueError, match="outside the picture of 9 x 7 pixels"):
        crop_tensor(torch.zeros(3, 9, 7), where, 3)
    with pytest.raises(ValueError, match="outside the picture of 9 x 7 pixels"):
        slice_features(torch.zeros(3, 2, 2), where, (9, 7))


def test_unknown_border_rules_and_empty_patches_are_rejected():
    with pytest.raises(ValueError, match="slide, reflect, replicate, zero, not 'mirror'"):
        windows(np.zeros((1, 2)), 3, (9, 9), "mirror")
    with pytest.raises(ValueError, match="at least 1 pixel"):
        windows(np.zeros((1, 2)), 0, (9, 9))
    with pytest.raises(ValueError, match="zero, replicate, reflect, not 'slide'"):
        sample_windows(torch.zeros(1, 9, 9), torch.zeros(1, 2), 3, "slide")


@st.composite
def batches(draw):
    (h, w), _, side = draw(cases(most=12, side=16))
    batch, count, channels = (
        draw(st.integers(1, 3)),
        draw(st.integers(0, 5)),
        draw(st.integers(1, 3)),
    )
    places = st.tuples(st.integers(0, h - 1), st.integers(0, w - 1))
    flat = draw(st.lists(places, min_size=batch * count, max_size=batch * count))
    yx = np.array(flat, np.int64).reshape(batch, count, 2)
    images = np.arange(batch * channels * h * w).reshape(batch, channels, h, w)
    return images, yx, side


def looped(images, yx, side, rule):
    """The pixel loop over a batch, (B, K, C, p, p)."""
    out = np.zeros((*yx.shape[:2], images.shape[1], side, side), images.dtype)
    for b, image in enumerate(images):
        for k, centre in enumerate(yx[b].tolist()):
            patch, _ = reference.crop(np.moveaxis(image, 0, -1), centre, side, rule)
            out[b, k] = np.moveaxis(patch, -1, 0)
    return out


@given(
    batches(), st.sampled_from(RULES), st.sampled_from([torch.int64, torch.float32, torch.uint8])
)
def test_crop_tensor_agrees_with_the_pixel_loop(batch, rule, kind):
    images, yx, side = batch
    tensor = torch.tensor(images).to(kind)
    before = tensor.clone()
    found = crop_tensor(tensor, yx, side, rule)
    assert found.dtype == kind
    assert (found.numpy() == looped(tensor.numpy(), yx, side, rule)).all()
    assert (tensor == before).all()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("side", [64, 65, 80])
def test_large_tensor_patches_agree_with_the_pixel_loop(rule, side):
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 90, 100), np.uint8)
    yx = np.array([[[0, 0], [45, 50], [89, 99]], [[0, 99], [89, 0], [44, 49]]])
    found = crop_tensor(torch.tensor(images), torch.tensor(yx), side, rule)
    assert (found.numpy() == looped(images, yx, side, rule)).all()


def test_one_image_needs_no_batch_axis():
    image, yx = torch.rand(3, 12, 9), torch.tensor([[0, 0], [6, 5]])
    assert torch.equal(crop_tensor(image, yx, 4), crop_tensor(image[None], yx[None], 4)[0])
    assert torch.equal(
        sample_windows(image, yx, 4), sample_windows(image[None], yx[None].float(), 4)[0]
    )


def test_an_image_that_is_not_contiguous_is_cut_right():
    image = torch.arange(3 * 10 * 12).reshape(10, 12, 3).permute(2, 0, 1)
    yx = np.array([[5, 6], [0, 0]])
    assert torch.equal(crop_tensor(image, yx, 5), crop_tensor(image.contiguous(), yx, 5))


KINDS = [torch.bool, torch.uint8, torch.int16, torch.bfloat16, torch.float64, torch.complex64]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("side", [1, 14, 65])
def test_any_kind_of_tensor_is_cut_the_same_by_each_way(kind, side):
    random = np.random.default_rng(0)
    images = torch.from_numpy(random.integers(0, 250, (2, 3, 70, 90))).to(kind)
    yx = random.integers(0, (70, 90), (2, 9, 2))
    whole = windows(yx.reshape(-1, 2), side, (70, 90))
    owner = np.arange(2).repeat(9)
    expected = torch.stack(
        [images[b, :, y0:y1, x0:x1] for b, (y0, x0, y1, x1) in zip(owner, whole, strict=True)]
    ).view(2, 9, 3, side, side)
    turned = images.transpose(2, 3).contiguous().transpose(2, 3)
    part = torch.stack([images, images])[1]
    for one in (images, turned, part):
        found = crop_tensor(one, yx, side)
        assert found.dtype == kind
        assert torch.equal(found, expected)
    for cut in (crops._by_rows, crops._gathered, crops._sliced):
        assert torch.equal(cut(images, owner, whole[:, :2], side).view(found.shape), expected)


def test_tensor_patches_do_not_share_memory_with_the_picture():
    image = torch.rand(1, 9, 9)
    crop_tensor(image, np.array([[4, 4]]), 9).zero_()
    assert image.any()


@pytest.mark.parametrize("side", [5, 70])
def test_gradients_flow_from_patches_to_pixels(side):
    image = torch.rand(1, 80, 90, requires_grad=True)
    crop_tensor(image, np.array([[40, 45]]), side).sum().backward()
    assert image.grad.sum() == side * side


@given(batches(), st.data())
def test_a_feature_slice_is_the_cell_in_which_the_position_lies(batch, data):
    images, yx, _ = batch
    size = images.shape[2:]
    cells = data.draw(st.integers(1, size[0])), data.draw(st.integers(1, size[1]))
    features = torch.arange(len(images) * 4 * cells[0] * cells[1]).view(len(images), 4, *cells)
    found = slice_features(features, yx, size)
    assert found.shape == (*yx.shape[:2], 4)
    for b, k in np.ndindex(yx.shape[:2]):
        y, x = Grid(size, cells).to_cells(yx[b, k])
        assert torch.equal(found[b, k], features[b, :, y, x])


def test_a_feature_slice_lets_gradients_through():
    features = torch.rand(2, 3, 4, requires_grad=True)
    slice_features(features, np.array([[0, 0], [29, 39]]), (30, 40)).sum().backward()
    assert features.grad[:, 0, 0].tolist() == [1, 1]
    assert features.grad.sum() == 4


@given(batches(), st.sampled_from(["reflect", "replicate", "zero"]))
def test_sampling_at_whole_positions_gives_the_pixels_of_the_direct_crop(batch, rule):
    images, yx, side = batch
    if yx.shape[1] == 0:
        return
    tensor = torch.tensor(images, dtype=torch.float32) + 1
    found = sample_windows(tensor, torch.tensor(yx), side, rule)
    direct = crop_tensor(tensor, yx, side, rule)
    assert found.shape == direct.shape
    assert (found - direct).abs().max() <= 1e-4 * tensor.max()


@pytest.mark.parametrize("rule", ["reflect", "replicate", "zero"])
def test_sampling_a_wide_picture_stays_exact_enough(rule):
    image = torch.rand(1, 7, 4001)
    yx = torch.tensor([[0, 0], [3, 2000], [6, 4000]])
    found = sample_windows(image.double(), yx, 9, rule)
    assert (found - crop_tensor(image.double(), yx, 9, rule)).abs().max() <= 1e-4


def test_sampling_nothing_gives_nothing():
    found = sample_windows(torch.rand(2, 3, 9, 9), torch.zeros(2, 0, 2), 4)
    assert found.shape == (2, 0, 3, 4, 4)


@pytest.mark.parametrize("step", [(0.5, 0.0), (0.0, 0.5)])
def test_moving_by_half_a_pixel_gives_the_mean_of_neighbours(step):
    image = torch.rand(2, 20, 30, dtype=torch.float64)
    at = torch.tensor([[9.0, 14.0]], dtype=torch.float64)
    half = sample_windows(image, at + torch.tensor(step), 6)
    whole = sample_windows(image, at, 6)
    following = sample_windows(image, at + 2 * torch.tensor(step), 6)
    assert torch.allclose(half, (whole + following) / 2)


@settings(max_examples=20)
@given(
    st.sampled_from(["reflect", "replicate", "zero"]),
    st.integers(1, 5),
    # Away from whole positions, where bilinear interpolation has a kink.
    st.lists(
        st.tuples(*[st.integers(0, 6)] * 2, *[st.floats(0.1, 0.9)] * 2), min_size=1, max_size=3
    ),
)
def test_gradients_to_positions_equal_finite_differences(rule, side, places):
    torch.manual_seed(0)
    image = torch.rand(2, 7, 8, dtype=torch.float64, requires_grad=True)
    yx = torch.tensor([[y + a, x + b] for y, x, a, b in places], dtype=torch.float64)
    yx.requires_grad_()
    assert torch.autograd.gradcheck(lambda i, at: sample_windows(i, at, side, rule), (image, yx))


def test_the_gradient_points_where_the_picture_gets_brighter():
    ramp = torch.arange(30.0).expand(1, 20, 30)
    yx = torch.tensor([[10.0, 15.0]], requires_grad=True)
    sample_windows(ramp, yx, 4).mean().backward()
    assert torch.allclose(yx.grad, torch.tensor([[0.0, 1.0]]), atol=1e-4)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("stored", ["rows", "columns", "part"])
def test_a_crop_is_the_same_however_the_picture_lies_in_memory(dtype, channels, stored):
    rng = np.random.default_rng(0)
    whole = rng.integers(0, 250, (40, 60, channels)).astype(dtype)
    part = {"rows": whole, "columns": np.asfortranarray(whole), "part": whole[3:33, 5:55:2]}
    pixels = part[stored]
    yx = np.stack([rng.integers(0, n, 20) for n in pixels.shape[:2]], axis=1)
    for side in (1, 6, 7, 24):
        for border in ("slide", "reflect"):
            found, boxes = crop(pixels, yx, side, border)
            assert found.dtype == dtype
            for n, centre in enumerate(yx.tolist()):
                patch, box = reference.crop(pixels, centre, side, border)
                assert (found[n] == patch).all()
                assert boxes[n].tolist() == box
