"""Classifiers that differ only in how tokens know their places; exact no-ops are exact."""

import pytest
import torch

from patchdrive.models.classifier import Classifier, ClassifierConfig, build, normalise, sinus
from patchdrive.types import SettingError

SMALL = {"size": 32, "dim": 24, "depth": 2, "heads": 2, "states": 2, "classes": 5}
KINDS = {
    "learned": {},
    "none": {"position": "none"},
    "sinus": {"position": "sinus"},
    "lgp": {"embed": "lgp", "position": "none"},
    "local": {"embed": "lgp", "position": "none", "global_path": False},
    "circular": {"embed": "lgp", "position": "none", "padding": "circular"},
    "summary": {"embed": "summary", "position": "none"},
    "vim": {"model": "vim"},
    "vim lgp": {"model": "vim", "embed": "lgp", "position": "none"},
}
VITS = [name for name in KINDS if not name.startswith("vim")]


def classifier(name, **more) -> Classifier:
    torch.manual_seed(0)
    return build(ClassifierConfig(**SMALL, **KINDS[name], **more)).eval()


def pictures(count=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, 3, 32, 32, generator=generator)


def moved(net, pixels=None, **orders):
    """The largest change of a logit that orders make."""
    pixels = pictures() if pixels is None else pixels
    with torch.inference_mode():
        return (net(pixels, **orders) - net(pixels)).abs().max().item()


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_classifies_and_learns(name):
    net = classifier(name).train()
    logits = net(pictures())
    assert logits.shape == (3, 5)
    logits.square().sum().backward()
    missing = [key for key, one in net.named_parameters() if one.grad is None]
    assert missing == []


@pytest.mark.parametrize("name", VITS)
def test_a_vit_does_not_notice_tokens_shuffled_after_their_positions(name):
    assert moved(classifier(name), after=torch.randperm(16)) < 1e-5


@pytest.mark.parametrize("name", ["vim", "vim lgp"])
def test_a_vim_notices(name):
    assert moved(classifier(name), after=torch.arange(16).flip(0)) > 1e-4


def test_tokens_shuffled_before_their_positions_count():
    order = torch.randperm(16, generator=torch.Generator().manual_seed(1))
    assert moved(classifier("learned"), before=order) > 1e-4
    assert moved(classifier("sinus"), before=order) > 1e-4


def test_each_picture_may_have_an_order_of_its_own():
    net = classifier("learned")
    generator = torch.Generator().manual_seed(2)
    orders = torch.stack([torch.randperm(16, generator=generator) for _ in range(3)])
    with torch.inference_mode():
        together = net(pictures(), before=orders)
        apart = [net(pictures()[i : i + 1], before=orders[i]) for i in range(3)]
    assert torch.allclose(together, torch.cat(apart), atol=1e-5)


def test_shuffling_patches_of_pixels_is_shuffling_tokens():
    net = classifier("learned")
    order = torch.randperm(16, generator=torch.Generator().manual_seed(3))
    patches = pictures().unfold(2, 8, 8).unfold(3, 8, 8).flatten(2, 3)[:, :, order]
    shuffled = patches.unflatten(2, (4, 4)).permute(0, 1, 2, 4, 3, 5).reshape(3, 3, 32, 32)
    with torch.inference_mode():
        assert torch.allclose(net(shuffled), net(pictures(), before=order), atol=1e-5)
        none = classifier("none")
        assert torch.allclose(none(shuffled), none(pictures()), atol=1e-5)


def test_shuffled_bands_count_where_there_are_bands():
    order = torch.randperm(64, generator=torch.Generator().manual_seed(4))
    for name in ("lgp", "circular", "summary", "vim lgp"):
        net = classifier(name)
        assert net.bands == 64
        assert moved(net, bands=order) > 1e-5
    for name in ("learned", "local"):
        assert classifier(name).bands == 0
        with pytest.raises(SettingError, match="reads no bands"):
            moved(classifier(name), bands=order)
    with pytest.raises(SettingError, match="adds no positions"):
        moved(classifier("lgp"), before=torch.arange(16))


def test_tokens_can_be_looked_at():
    net = classifier("lgp")
    for layer in ("embed", "last"):
        assert net.tokens(pictures(), layer).shape == (3, 16, 24)


def test_the_gate_is_there_where_two_paths_meet():
    assert classifier("learned").gate is None
    assert classifier("lgp").gate.shape == (24,)


def test_sines_tell_every_place_apart():
    table = sinus((14, 9), 32)
    assert table.shape == (126, 32)
    assert len(torch.unique(table, dim=0)) == 126
    with pytest.raises(SettingError, match="multiple of 4"):
        sinus((4, 4), 30)


def test_pixels_are_brought_to_what_a_network_likes():
    pixels = torch.tensor([0, 255, 128], dtype=torch.uint8).view(1, 1, 1, 3)
    assert normalise(pixels).flatten().tolist() == pytest.approx([-2, 2, 0.00784], abs=1e-4)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": "cnn"}, "model must be one of vit, vim"),
        ({"embed": "conv"}, "embed must be one of patch, lgp, summary"),
        ({"position": "rotary"}, "position must be one of learned, sinus, none"),
        ({"size": 60}, "not made of whole patches of 8"),
        ({"size": 4}, "smaller than a patch"),
        ({"depth": 0}, "depth must be a whole number of at least 1"),
        ({"dim": 25}, "does not divide among 3 heads"),
        ({"colour": "red"}, "has no 'colour'; it has model, embed"),
        ({"padding": "mirror"}, "padding must be one of zeros, circular"),
    ],
)
def test_what_cannot_be_built_is_refused_in_words(values, words):
    with pytest.raises(SettingError, match=words):
        ClassifierConfig.of(values)
