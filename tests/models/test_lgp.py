"""LGP as published, to the digit; what its global path sees, and what it does not."""

import functools

import pytest
import torch
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torch.nn import functional as F

from patchdrive.models.lgp import AdaptiveFusion, LGPEmbed, LGPSettings
from patchdrive.models.summary import SummaryEmbed, waves
from patchdrive.ops import wavelets
from patchdrive.types import SettingError

VIT = {  # width, heads: parameters with learned positions, and with LGP in their place
    "T": (192, 3, 5_717_416, 6_058_792),
    "S": (384, 6, 22_050_664, 23_175_784),
    "B": (768, 12, 86_567_656, 90_587_368),
}


def count(module):
    return sum(one.numel() for one in module.parameters())


def vit(dim, heads, **more):
    with torch.device("meta"):
        return VisionTransformer(embed_dim=dim, num_heads=heads, depth=12, **more)


@pytest.mark.parametrize("name", VIT)
def test_a_vit_has_as_many_parameters_as_published(name):
    dim, heads, plain, fused = VIT[name]
    assert count(vit(dim, heads)) == plain
    assert count(vit(dim, heads, pos_embed="none", embed_layer=LGPEmbed)) == fused
    assert fused - plain == 6 * dim**2 + 626 * dim


def test_an_embedding_plugs_into_timm_and_learns():
    for kind in (LGPEmbed, SummaryEmbed):
        settings = LGPSettings(padding="circular")
        layer = functools.partial(kind, settings=settings)
        net = VisionTransformer(
            img_size=32, patch_size=8, embed_dim=24, num_heads=2, depth=1, num_classes=5,
            pos_embed="none", embed_layer=layer,
        )  # fmt: skip
        logits = net(torch.randn(2, 3, 32, 32))
        assert logits.shape == (2, 5)
        logits.square().sum().backward()
        assert all(one.grad is not None for one in net.parameters())


@pytest.mark.parametrize("kind", [LGPEmbed, SummaryEmbed])
@pytest.mark.parametrize("size", [(32, 32), (16, 64), (48, 8)])
def test_any_size_of_whole_patches_will_do(kind, size):
    embed = kind(32, 8, embed_dim=12)
    assert embed(torch.randn(2, 3, *size)).shape == (2, size[0] // 8 * (size[1] // 8), 12)


def test_other_sizes_and_settings_are_refused_in_words():
    embed = LGPEmbed(32, 8, embed_dim=12)
    with pytest.raises(SettingError, match=r"30 x 32 px is not made of whole patches of 8"):
        embed(torch.randn(1, 3, 30, 32))
    with pytest.raises(SettingError, match=r"4 x 4 px is smaller than a patch of 8"):
        embed(torch.randn(1, 3, 4, 4))
    with pytest.raises(SettingError, match="power of two, not 12"):
        LGPEmbed(24, 12)
    for wrong in ({"kernel": 2}, {"padding": "mirror"}, {"flavour": "cnn"}):
        with pytest.raises(SettingError, match=next(iter(wrong))):
            LGPSettings(**wrong)


def test_the_global_path_with_haar_is_a_patch_embedding_in_another_basis():
    """A 1x1 convolution over the bands is a strided one over the pixels, its weights turned."""
    x = torch.randn(2, 3, 32, 48, dtype=torch.float64)
    bands = nn.Conv2d(3 * 4**3, 5, 1).double()
    basis = wavelets.packets(torch.eye(64, dtype=torch.float64).view(64, 1, 8, 8), 3)[..., 0, 0].T
    weights = bands.weight[..., 0, 0].unflatten(1, (64, 3))  # (out, band, colour)
    turned = torch.einsum("obc,bp->ocp", weights, basis).unflatten(2, (8, 8))
    wanted = F.conv2d(x, turned, bands.bias, stride=8)
    assert torch.allclose(bands(wavelets.packets(x, 3)), wanted, atol=1e-12)


def changed(embed, size=(112, 112)):
    """Tokens (h, w) bool that change with the patch in row 6 and column 6."""
    torch.manual_seed(0)
    x = torch.randn(1, 3, *size)
    y = x.clone()
    side = embed.patch
    y[..., 6 * side : 7 * side, 6 * side : 7 * side] += 1
    with torch.no_grad():
        apart = (embed.double()(x.double()) - embed(y.double())).abs().amax(-1)[0]
    return (apart > 1e-9).view(size[0] // side, -1)


def test_a_token_of_lgp_sees_its_neighbours_and_one_of_ours_sees_all():
    torch.manual_seed(0)
    near = changed(LGPEmbed(112, 8, embed_dim=16))
    assert near.sum() == 81, "four 3x3 convolutions reach four patches"
    assert near[2:11, 2:11].all()
    alone = changed(LGPEmbed(112, 8, embed_dim=16, settings=LGPSettings(kernel=1)))
    assert alone.sum() == 1, "without them Haar's bands are those of one patch"
    ours = SummaryEmbed(112, 8, embed_dim=16, settings=LGPSettings(kernel=1))
    assert changed(ours).sum() == 1, "before training the weights are the same for all pictures"
    torch.nn.init.normal_(ours.weigh.weight)
    assert changed(ours).all()


def distinct(embed, picture):
    """How many different tokens a picture gives, of 14 x 14."""
    with torch.no_grad():
        tokens = embed.double()(picture.double())[0]
    return len(torch.unique(tokens.mul(1e6).round(), dim=0))


def alike_to_the_middle(embed, picture):
    with torch.no_grad():
        tokens = embed.double()(picture.double())[0]
    return int(((tokens - tokens[6 * 14 + 6]).abs().amax(-1) < 1e-9).sum())


@pytest.mark.parametrize("wavelet", ["haar", "db2"])
def test_on_a_tiled_picture_lgp_knows_only_how_near_the_border_is(wavelet):
    torch.manual_seed(0)
    tile = torch.randn(1, 3, 8, 8).repeat(1, 1, 14, 14)
    make = functools.partial(LGPEmbed, 112, 8, embed_dim=16)
    assert alike_to_the_middle(make(settings=LGPSettings(wavelet)), tile) == 36
    circular = make(settings=LGPSettings(wavelet, padding="circular"))
    assert alike_to_the_middle(circular, tile) == 196


def test_our_tokens_differ_everywhere_on_a_tiled_and_on_an_empty_picture():
    torch.manual_seed(0)
    embed = SummaryEmbed(112, 8, embed_dim=16, settings=LGPSettings(padding="circular"))
    for picture in (torch.randn(1, 3, 8, 8).repeat(1, 1, 14, 14), torch.zeros(1, 3, 112, 112)):
        assert distinct(embed, picture) == 196


def test_the_waves_are_orthonormal_over_any_grid():
    for grid in ((8, 8), (5, 14), (40, 4)):
        heights = waves(grid, torch.zeros(1, dtype=torch.float64)).flatten(1)
        product = heights @ heights.T / heights.shape[1]
        assert torch.allclose(product, torch.eye(16, dtype=torch.float64), atol=1e-12)


def test_shuffled_bands_change_what_lgp_says():
    embed = LGPEmbed(32, 8, embed_dim=12)
    x = torch.randn(1, 3, 32, 32)
    same = embed(x, torch.arange(64))
    assert torch.equal(same, embed(x))
    assert not torch.allclose(embed(x, torch.arange(63, -1, -1)), same)


def test_the_gate_starts_in_the_middle():
    gate = LGPEmbed(32, 8, embed_dim=12).fusion.gate
    assert (gate == 0.5).all()


@pytest.mark.parametrize("share", [0.5, 0.1, 0.75])
def test_the_gate_is_the_share_of_the_global_path_and_the_local_one_is_added_again(share):
    """With convolutions that hand on what they get, the fusion is one line of arithmetic."""
    fusion = AdaptiveFusion(2, LGPSettings(kernel=1))
    with torch.no_grad():
        fusion.alpha.copy_(torch.atanh(torch.tensor([2 * share - 1, 0.0])))
        for one in (fusion.first, fusion.second, fusion.last):
            one.depthwise.weight.fill_(1)
            one.pointwise.weight.copy_(torch.eye(2)[..., None, None])
            one.pointwise.bias.zero_()
        local = torch.tensor([3.0, 3.0])[None, :, None, None]
        told = fusion(local, torch.full_like(local, 10))[0, :, 0, 0].tolist()
        assert told == pytest.approx([3 + (1 - share) * 3 + share * 10, 3 + 1.5 + 5])
        fusion.second.pointwise.weight.neg_()
        for both in (local, -local):
            assert torch.equal(fusion(both, both), both), "what is mixed is rectified, twice"


@pytest.mark.parametrize("kind", [LGPEmbed, SummaryEmbed])
@pytest.mark.parametrize("flavour", ["vit", "vim"])
def test_every_switch_changes_the_tokens(kind, flavour):
    """Of two embeddings with the same weights that differ in one switch."""
    x = torch.randn(2, 3, 32, 32)

    def tokens(**switches):
        embed = kind(32, 8, embed_dim=12, settings=LGPSettings(flavour=flavour, **switches))
        torch.manual_seed(1)
        for weights in embed.parameters():
            torch.nn.init.normal_(weights, std=0.3)
        with torch.no_grad():
            return embed(x)

    plain = tokens()
    assert torch.equal(plain, tokens())
    for switches in ({"wavelet": "db2"}, {"wavelet": "bior2.2"}, {"padding": "circular"}):
        assert (tokens(**switches) - plain).abs().max() > 0.01, switches
    for switches in ({"levels": 2}, {"kernel": 5}, {"global_path": False}):
        assert not torch.allclose(tokens(**switches), plain, atol=0.01), switches


@pytest.mark.parametrize("levels", [1, 2, 4])
def test_other_depths_than_the_patch_are_brought_to_its_grid(levels):
    embed = LGPEmbed(64, 8, embed_dim=12, settings=LGPSettings(levels=levels))
    assert embed(torch.randn(1, 3, 64, 64)).shape == (1, 64, 12)
