"""Where tokens know their place from: scenes tell nothing, and nets are told apart by them."""

import numpy as np
import pytest
import torch

from patchdrive.images import MemoryImage
from patchdrive.models.classifier import normalise
from patchdrive.ops.robustness import token_similarity
from patchdrive.pipelines import position
from patchdrive.pipelines.position import distinct, scene, similar_to, square
from patchdrive.types import SettingError
from tests import scenes
from tests.models.test_trained import network

torch.set_num_threads(1)
SIDE, PATCH, COUNT = 32, 8, 16


def means(pixels, factor):
    h, w = (side // factor for side in pixels.shape[:2])
    return pixels.reshape(h, factor, w, factor, 3).mean((1, 3))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_a_whole_factor_gives_the_exact_means(factor):
    pixels = scenes.noise(SIDE * factor, SIDE * factor)
    found = square(MemoryImage(pixels), SIDE)
    assert (found.shape, found.dtype) == ((SIDE, SIDE, 3), np.uint8)
    assert np.abs(found - means(pixels, factor)).max() <= 0.5


@pytest.mark.parametrize("factor", [8, 20])
def test_far_larger_pictures_are_averaged_in_two_steps(factor):
    pixels = scenes.noise(SIDE * factor, SIDE * factor)
    found = square(MemoryImage(pixels), SIDE)
    assert np.abs(found - means(pixels, factor)).max() <= 1


@pytest.mark.parametrize("more", [2, 64, 200])
def test_the_centre_is_kept_of_portrait_and_of_landscape(more):
    side, start = 2 * SIDE, more // 2
    pixels = scenes.noise(side, side + more)
    wanted = means(pixels[:, start : start + side], 2)
    assert np.abs(square(MemoryImage(pixels), SIDE) - wanted).max() <= 0.5
    turned = np.ascontiguousarray(pixels.transpose(1, 0, 2))
    wanted = wanted.transpose(1, 0, 2)
    assert np.abs(square(MemoryImage(turned), SIDE) - wanted).max() <= 0.5


@pytest.mark.parametrize(
    "size", [(2160, 3840), (3840, 2160), (720, 1281), (333, 1000), (301, 127), (40, 32)]
)
def test_the_middle_of_the_square_is_the_middle_of_the_picture(size):
    short = min(size)
    lows = [(n - short) / 2 for n in size]  # in pixels of the picture, halves where sides are odd
    middles = [low + (np.arange(SIDE) + 0.5) * short / SIDE for low in lows]
    ramps = np.zeros((*size, 3), np.uint8)  # a pixel's value is its place, to half a grey level
    ramps[..., 0] = np.rint(np.arange(size[0]) * 255 / size[0])[:, None]
    ramps[..., 1] = np.rint(np.arange(size[1]) * 255 / size[1])
    found = square(MemoryImage(ramps), SIDE)
    for axis, length in enumerate(size):
        seen = found[..., axis].mean(1 - axis) * length / 255 + 0.5
        assert abs((seen - middles[axis]).mean()) <= max(0.5, 0.12 * length / 255)


@pytest.mark.parametrize("size", [(2160, 3840), (33, 4001), (4001, 32), (32, 32), (301, 127)])
def test_any_larger_picture_becomes_a_square_of_its_own_colour(size):
    found = square(MemoryImage(scenes.flat(*size, (10, 200, 77))), SIDE)
    assert found.shape == (SIDE, SIDE, 3)
    assert (found == (10, 200, 77)).all()


@pytest.mark.parametrize("size", [(31, 400), (400, 31), (1, 1)])
def test_a_smaller_picture_is_refused_in_words(size):
    told = rf"leaf is {size[1]} x {size[0]} px; a classifier of 32 px needs a larger one"
    with pytest.raises(SettingError, match=told):
        square(MemoryImage(scenes.flat(*size), "leaf"), SIDE)


def test_a_tiled_scene_is_the_middle_patch_everywhere():
    pixels = scenes.noise(SIDE, SIDE)
    tiles = scene(pixels, "tiled", PATCH).reshape(4, PATCH, 4, PATCH, 3).swapaxes(1, 2)
    assert (tiles == pixels[16:24, 16:24]).all()


def test_a_constant_scene_is_the_mean_colour():
    pixels = scenes.noise(SIDE, SIDE)
    found = scene(pixels, "constant", PATCH)
    assert found.shape == pixels.shape
    assert found.dtype == np.uint8
    assert (found == np.rint(pixels.mean((0, 1)))).all()
    assert found.flags.writeable, "torch warns of others"


def test_a_picture_stays_what_it_is_and_another_scene_is_refused():
    pixels = scenes.noise(SIDE, SIDE)
    assert (scene(pixels, "picture", PATCH) == pixels).all()
    with pytest.raises(SettingError, match="one of picture, tiled, constant, not 'sea'"):
        scene(pixels, "sea", PATCH)


@pytest.mark.parametrize("kind", ["tiled", "constant"])
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("vit-none", 1),
        ("vit-learned", COUNT),
        ("vit-sinus", COUNT),
        ("vit-lgp-circular", 1),
        ("vit-summary-circular", COUNT),
    ],
)
def test_a_scene_tells_whose_tokens_know_their_place(name, count, kind):
    for seed in range(3):
        pixels = scene(scenes.noise(SIDE, SIDE, seed), kind, PATCH)
        assert distinct(network(name, seed), pixels) == count


@pytest.mark.parametrize("name", ["vit-lgp", "vit-summary"])
def test_zero_padding_tells_places(name):
    assert distinct(network(name), scene(scenes.noise(SIDE, SIDE), "tiled", PATCH)) > 1


def test_after_the_layers_a_net_without_positions_still_has_one_token():
    pixels = scene(scenes.noise(SIDE, SIDE), "tiled", PATCH)
    assert distinct(network("vit-none"), pixels, "last") == 1
    assert distinct(network("vit-learned"), pixels, "last") == COUNT


class Given(torch.nn.Module):
    """A network whose tokens are these."""

    def __init__(self, tokens):
        super().__init__()
        self.held = torch.nn.Parameter(torch.as_tensor(tokens, dtype=torch.float32))

    def tokens(self, batch, layer):
        return self.held[None]


@pytest.mark.parametrize("middle", [0.5, 0.50005, 0.25, 0.123450])
def test_rounding_makes_no_token_different_wherever_its_values_lie(middle):
    noise = np.array([0, -3e-8, 3e-8, 6e-8, -6e-8])[:, None]
    tokens = np.hstack([np.ones((5, 1)), middle + noise])
    assert distinct(Given(tokens), scenes.noise(SIDE, SIDE)) == 1
    tokens[3, 1] += 1e-2
    assert distinct(Given(tokens), scenes.noise(SIDE, SIDE)) == 2


def test_tokens_of_zeros_are_all_alike():
    assert distinct(Given(np.zeros((4, 2))), scenes.noise(SIDE, SIDE)) == 1


def test_tokens_are_those_of_the_network():
    net, pixels = network("vit-lgp"), scenes.noise(SIDE, SIDE)
    with torch.inference_mode():
        for layer in position.LAYERS:
            wanted = net.tokens(normalise(torch.from_numpy(pixels)[None]), layer)[0].numpy()
            assert np.array_equal(position.tokens(net, pixels, layer), wanted)


@pytest.mark.parametrize("layer", position.LAYERS)
def test_a_map_is_a_row_of_all_similarities_and_one_at_its_own_place(layer):
    net, pixels = network("vit-learned"), scenes.noise(SIDE, SIDE)
    every = token_similarity(position.tokens(net, pixels, layer))
    assert np.allclose(every, every.T)
    for index in (0, 5, 15):
        found = similar_to(net, pixels, index, layer)
        assert found.shape == (4, 4)
        assert found.flatten()[index] == pytest.approx(1)
        assert np.allclose(found.flatten(), every[index])


def test_where_all_tokens_are_alike_the_map_is_one():
    pixels = scene(scenes.noise(SIDE, SIDE), "tiled", PATCH)
    assert np.allclose(similar_to(network("vit-none"), pixels, 6), 1)
    assert similar_to(network("vit-learned"), pixels, 6).min() < 1 - 1e-5
