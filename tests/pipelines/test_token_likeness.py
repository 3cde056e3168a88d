"""Tokens before and after a shuffle: those that lead to the answers, compared one by one."""

import numpy as np
import pytest
import torch

from patchdrive.images import MemoryImage
from patchdrive.models.classifier import normalise
from patchdrive.ops.shuffle import STAGES, Protocol
from patchdrive.pipelines.position import prepared, square
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.pipelines.shuffle import shuffled_logits
from patchdrive.pipelines.tokens import (
    compare_tokens,
    mean_cosine,
    shuffled_tokens,
    token_means,
)
from patchdrive.types import SettingError
from tests import scenes
from tests.models.test_trained import KINDS, folder, keep, network  # noqa: F401 - a fixture

torch.set_num_threads(1)
NAMES = ("vit-learned", "vit-none", "vit-lgp", "vim-learned")
SEEN, COUNT = 32, 16


@pytest.fixture(autouse=True)
def shipped(folder):  # noqa: F811
    """Four tiny classifiers beside the code."""
    for name in NAMES:
        keep(folder, name)
    return folder


@pytest.fixture
def image():
    return MemoryImage(scenes.noise(96, 96))


def slow_cosines(tokens):
    """Cosine of each with each, one by one."""
    tokens = np.asarray(tokens, np.float64)
    return np.array(
        [[a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) for b in tokens] for a in tokens]
    )


def batch(image):
    return normalise(torch.from_numpy(np.array(square(image, SEEN)))[None])


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("protocol", [None, *(Protocol(stage, 1, 0.7, 3) for stage in STAGES)])
def test_the_head_on_the_mean_of_the_tokens_gives_the_logits(name, protocol, image):
    net, pixels = network(name), torch.cat([batch(image), -batch(image)])
    try:
        logits = shuffled_logits(net, pixels, protocol)
    except SettingError as error:
        with pytest.raises(SettingError, match=str(error)):
            shuffled_tokens(net, pixels, protocol)
        return
    last = torch.from_numpy(shuffled_tokens(net, pixels, protocol)[:, 1])
    with torch.inference_mode():
        assert torch.allclose(net.head(last.mean(1)), torch.from_numpy(logits), atol=1e-5)


@pytest.mark.parametrize("layer", ["embed", "last"])
def test_before_are_the_tokens_of_the_picture(layer, image):
    for one in compare_tokens(image, ShuffleSettings(), NAMES):
        with torch.inference_mode():
            tokens = network(one.model).tokens(batch(image), layer)[0]
        found = getattr(one.before, layer)
        assert found.shape == (COUNT, COUNT)
        assert found == pytest.approx(slow_cosines(tokens), abs=1e-5)


@pytest.mark.parametrize("seed", [0, 5])
def test_tokens_moved_after_their_positions_are_the_same_tokens_elsewhere(seed, image):
    settings = ShuffleSettings(stage="after", fraction=0.8, shuffle_seed=seed)
    order = settings.protocol.orders(COUNT, [0])[0]
    for one in compare_tokens(image, settings, NAMES):
        moved = one.before.embed[order][:, order]
        assert one.after.embed == pytest.approx(moved, abs=1e-5)
        # Layers that treat all places alike give the same tokens; a Mamba reads them in order.
        alike = np.allclose(one.after.last, one.before.last[order][:, order], atol=1e-4)
        assert alike == (one.model != "vim-learned")
    assert (order != np.arange(COUNT)).any()


def test_without_positions_moved_patches_are_moved_tokens(image):
    settings = ShuffleSettings(fraction=1, shuffle_seed=2)
    order = settings.protocol.orders(COUNT, [0])[0]
    found = {one.model: one for one in compare_tokens(image, settings, NAMES)}
    for name in NAMES:
        one = found[name]
        moved = one.before.embed[order][:, order]
        assert np.allclose(one.after.embed, moved, atol=1e-5) == (name == "vit-none")


@pytest.mark.parametrize("stage", STAGES)
def test_a_share_of_zero_changes_nothing(stage, image):
    for one in compare_tokens(image, ShuffleSettings(stage=stage, fraction=0.0), NAMES):
        if not one.reason:
            for layer in ("embed", "last"):
                before, after = getattr(one.before, layer), getattr(one.after, layer)
                assert after == pytest.approx(before, abs=1e-5)


def test_before_positions_the_embedded_tokens_keep_their_places(image):
    """Token i is that of place order[i], with the position of place i: computed by hand."""
    settings = ShuffleSettings(stage="before", fraction=1, shuffle_seed=1)
    (one,) = compare_tokens(image, settings, ["vit-learned"])
    net, order = network("vit-learned"), settings.protocol.orders(COUNT, [0])[0]
    with torch.inference_mode():
        bare = net.embed(batch(image))[0]
        tokens = [bare[order[i]] + net.position[0, i] for i in range(COUNT)]
    assert one.after.embed == pytest.approx(slow_cosines(tokens), abs=1e-5)


def test_what_does_not_apply_has_a_before_and_a_reason(image):
    found = {one.model: one for one in compare_tokens(image, ShuffleSettings(stage="bands"), NAMES)}
    assert {name for name, one in found.items() if one.after is None} == set(NAMES) - {"vit-lgp"}
    for one in found.values():
        assert bool(one.reason) == (one.after is None)
        assert one.before.last.shape == (COUNT, COUNT)


def test_before_is_made_once_and_after_once_a_turn(image, memory):
    names = ("vit-none", "vit-lgp")
    compare_tokens(image, ShuffleSettings(), names, memory=memory)
    parts = [f"{what} of {name}" for name in names for what in ("tokens", "shuffled tokens")]
    assert memory.since() == ["square", *parts]
    compare_tokens(image, ShuffleSettings(fraction=0.9), names, memory=memory)
    assert memory.since() == [f"shuffled tokens of {name}" for name in names]
    compare_tokens(image, ShuffleSettings(fraction=0.9), names, memory=memory)
    assert memory.since() == []


def test_the_network_is_left_as_it_was(image):
    net = network("vit-none").train()
    shuffled_tokens(net, prepared(square(image, SEEN)), None)
    assert net.training
    assert not net._forward_hooks


@pytest.mark.parametrize("count", [2, 3, 16])
def test_the_mean_is_over_pairs_of_different_tokens(count):
    values = np.random.default_rng(count).uniform(-1, 1, (count, count)).astype(np.float32)
    pairs = [values[i, j] for i in range(count) for j in range(count) if i != j]
    assert mean_cosine(values) == pytest.approx(np.mean(pairs), abs=1e-6)


def test_a_single_token_has_no_other():
    assert np.isnan(mean_cosine(np.ones((1, 1), np.float32)))


def test_means_are_told_by_model_layer_and_time(image):
    settings = ShuffleSettings(stage="before", fraction=0.7)
    found = compare_tokens(image, settings, ["vit-learned", "vit-none"])
    learned, none = found
    told = token_means(found)
    assert told["vit-learned"]["last"] == {
        "before": mean_cosine(learned.before.last), "after": mean_cosine(learned.after.last)
    }  # fmt: skip
    assert told["vit-none"]["embed"] == {
        "before": mean_cosine(none.before.embed), "after": None
    }, "it adds no positions"  # fmt: skip
