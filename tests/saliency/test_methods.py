"""Every method that looks at pixels: flat pictures, odd ones, and finding what is odd."""

import numpy as np
import pytest
import torch

from patchdrive.ops.colour import blur, lab
from patchdrive.ops.maps import unit
from patchdrive.pipelines.drive import score
from patchdrive.saliency import METHODS
from patchdrive.types import Glance
from tests import scenes

METHOD_NAMES = [method.name for method in METHODS if not method.network]
every_method = pytest.mark.parametrize("name", METHOD_NAMES)
METHOD_SIZES = [
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 1024),
    (1024, 2),
    (7, 401),
    (401, 7),
    (90, 60),
    (33, 65),
]


def judged(name, pixels, **knobs):
    method = METHODS[name]
    return method.run(Glance(pixels, pixels.shape[:2]), method.settings(**knobs))


def best(values):
    return np.unravel_index(values.argmax(), values.shape)


@every_method
@pytest.mark.parametrize("colour", scenes.COLOURS.values(), ids=scenes.COLOURS)
@pytest.mark.parametrize("size", [(1, 1), (2, 401), (90, 60), (216, 384)])
def test_a_flat_picture_has_a_flat_map(name, colour, size):
    values = judged(name, scenes.flat(*size, colour))
    assert np.isfinite(values).all()
    assert not unit(values).any()


@every_method
@pytest.mark.parametrize("size", METHOD_SIZES)
@pytest.mark.parametrize("make", [scenes.noise, scenes.grey, scenes.texture])
def test_odd_pictures_have_finite_maps_with_a_cell_for_each_pixel(name, size, make):
    values = judged(name, make(*size))
    assert values.shape == size
    assert np.isfinite(values).all()


@every_method
def test_a_very_wide_picture_at_full_length_has_a_finite_map(name):
    assert np.isfinite(judged(name, scenes.noise(7, 4001))).all()


@every_method
def test_the_caller_s_picture_is_left_as_it_was(name):
    pixels = scenes.noise(60, 80)
    before = pixels.copy()
    first = judged(name, pixels)
    assert (pixels == before).all()
    kept = first.copy()
    changed = scenes.flat(60, 80).copy()
    judged(name, changed)
    assert (first == kept).all(), "a map must not be a view of what the next call writes"


@every_method
def test_scores_do_not_change_when_the_picture_does_afterwards(name):
    glance = Glance(scenes.noise(60, 80), (60, 80))
    values = METHODS[name].run(glance, METHODS[name].settings())
    before = values.copy()
    glance.pixels.flags.writeable = True
    glance.pixels[:] = 0
    assert (values == before).all()


@every_method
def test_the_same_picture_gets_the_same_scores(name):
    pixels = scenes.noise(60, 80)
    assert (judged(name, pixels) == judged(name, pixels.copy())).all()


BLOBS = [(60, 90), (150, 250), (100, 40)]
TALL = (300, 200)


@every_method
@pytest.mark.parametrize("place", BLOBS)
def test_a_blob_on_a_flat_background_gets_the_highest_score(name, place):
    values = judged(name, scenes.with_blob(scenes.flat(200, 320), *place))
    assert abs(np.subtract(best(values), place)).max() <= 12


@pytest.mark.parametrize("name", ["contrast", "residual"])
@pytest.mark.parametrize("place", BLOBS)
@pytest.mark.parametrize("colour", [(230, 40, 20), (255, 255, 255), (30, 30, 30), (40, 90, 230)])
def test_a_blob_on_a_textured_background_gets_the_highest_score(name, place, colour):
    values = judged(name, scenes.with_blob(scenes.texture(200, 320), *place, colour=colour))
    assert abs(np.subtract(best(values), place)).max() <= 10


@pytest.mark.parametrize("name", METHOD_NAMES)
def test_a_blob_in_a_portrait_gets_the_highest_score(name):
    values = judged(name, scenes.with_blob(scenes.flat(*TALL), 220, 70))
    assert abs(np.subtract(best(values), (220, 70))).max() <= 12


@pytest.mark.parametrize("name", ["contrast", "residual"])
def test_a_blob_of_the_background_s_lightness_is_found_by_its_colour(name):
    pixels = scenes.texture(200, 320)
    reddish = np.array([190, 105, 105])  # as light as the background
    pixels = scenes.with_blob(pixels, 60, 90, 14, reddish)
    assert abs(np.subtract(best(judged(name, pixels)), (60, 90))).max() <= 10


@every_method
def test_the_picture_s_border_does_not_stand_out(name):
    values = unit(judged(name, scenes.with_blob(scenes.flat(200, 320), 100, 160)))
    frame = np.concatenate([values[:3].ravel(), values[-3:].ravel(), values[:, :3].ravel()])
    assert frame.max() < 0.2


@pytest.mark.parametrize("scales", [1, 3])
def test_contrast_counts_each_difference_in_units_of_its_spread(scales):
    """So each scale and each channel adds 1 on average, however strong it is in the picture."""
    pixels = scenes.noise(240, 300)
    weak = (112 + pixels // 8).astype(np.uint8)
    for one in (pixels, weak):
        grey = np.repeat(one[..., :1], 3, axis=2)
        for colour, wanted in ((0, scales), (1, 3 * scales), (2, 9 * scales)):
            found = judged("contrast", one, scales=scales, colour=colour).mean()
            assert found == pytest.approx(wanted, rel=0.1), (colour, wanted)
        assert judged("contrast", grey, scales=scales).mean() == pytest.approx(scales, rel=0.1)


@pytest.mark.parametrize("size", [(200, 320), (320, 200)])
@pytest.mark.parametrize("along", [0, 1])
def test_a_slope_s_jump_from_one_border_to_the_other_is_no_residual(size, along):
    """The transform takes the picture for periodic; a mirrored margin hides where it begins."""
    slope = np.linspace(20, 230, size[along])
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[:] = slope[:, None, None] if along == 0 else slope[None, :, None]
    values = unit(judged("residual", scenes.with_blob(pixels, 100, 100)))
    assert abs(np.subtract(best(values), (100, 100))).max() <= 10
    rim = np.ones(size, bool)
    rim[8:-8, 8:-8] = False
    assert values[rim].max() < 0.1
    assert values[rim].mean() < 2 * values[~rim].mean()


def test_where_the_grain_is_strong_there_is_most_entropy():
    pixels = scenes.flat(120, 200)
    pixels[40:80, 100:140] = scenes.grey(40, 40)
    assert abs(np.subtract(best(judged("entropy", pixels)), (60, 120))).max() <= 20


@pytest.mark.parametrize(("bins", "most"), [(2, 1), (32, 5), (64, 6)])
def test_entropy_is_at_most_the_bits_of_its_bins(bins, most):
    values = judged("entropy", scenes.grey(80, 90), bins=bins, window=127)
    assert 0.9 * most < values.max() <= most + 1e-3
    assert values.min() >= -1e-3


def test_entropy_in_a_window_is_that_of_its_histogram():
    pixels = scenes.grey(31, 31)
    share = np.bincount(pixels[8:23, 8:23, 0].ravel() // 8, minlength=32) / 225
    share = share[share > 0]
    expected = -(share * np.log2(share)).sum()
    assert judged("entropy", pixels)[15, 15] == pytest.approx(expected, abs=1e-3)


def test_edge_density_is_higher_where_more_edges_are():
    pixels = scenes.flat(120, 240, (0, 0, 0))
    pixels[20:100:8, 20:100] = 255
    pixels[20:100:24, 140:220] = 255
    values = judged("edges", pixels)
    assert values[60, 60] > 1.5 * values[60, 180] > 0


def test_colours_can_be_switched_off():
    pixels = scenes.with_blob(scenes.texture(120, 160), 60, 80)
    grey = np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    for name in ("contrast", "residual"):
        assert not np.allclose(judged(name, pixels), judged(name, pixels, colour=0))
        plain = unit(judged(name, grey, colour=0)), unit(judged(name, grey))
        assert np.allclose(*plain, atol=0.02), "a grey picture has no colour to weigh"


@every_method
def test_every_knob_at_either_end_still_gives_a_finite_map(name):
    free = {"low": {"high": 600}, "high": {"low": 0}}
    pixels = scenes.noise(40, 50)
    for knob, item in METHODS[name].settings.knobs().items():
        for end in (item.low, item.high):
            assert np.isfinite(judged(name, pixels, **free.get(knob, {}), **{knob: end})).all()


def test_the_network_s_map_is_the_sigmoid_of_its_logits():
    logits = torch.tensor([[-2.0, 0.0, 3.0]])
    glance = Glance(scenes.noise(4, 12), (4, 12), saliency=logits, trained=False)
    method = METHODS["network"]
    assert np.allclose(method.run(glance, method.settings()), 1 / (1 + np.exp(-logits.numpy())))
    hot = method.run(glance, method.settings(temperature=10))
    assert np.ptp(hot) < np.ptp(method.run(glance, method.settings()))


@pytest.mark.parametrize("trained", [False, True])
def test_a_network_s_map_says_whether_the_network_is_trained(trained):
    glance = Glance(scenes.noise(4, 6), (4, 6), saliency=torch.rand(2, 3), trained=trained)
    assert score(glance, "network", METHODS["network"].settings()).trained is trained
    assert score(glance, "edges", METHODS["edges"].settings()).trained


def test_a_glance_without_a_network_has_no_network_map():
    method = METHODS["network"]
    with pytest.raises(ValueError, match="not looked at by a network"):
        method.run(Glance(scenes.noise(4, 6), (4, 6)), method.settings())


def test_lab_of_greys_has_no_colour_and_the_right_lightness():
    found = lab(np.array([[[0] * 3, [119] * 3, [255] * 3]], np.uint8))
    assert np.allclose(found[0, :, 0], [0, 50.03, 100], atol=0.2)
    assert abs(found[..., 1:]).max() < 0.1


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (20, 30)])
def test_a_blur_does_not_darken_the_border(size):
    assert np.allclose(blur(np.ones(size, np.float32), 4.0), 1, atol=1e-5)
