"""Vision Mamba: parameters to the digit, what it reads, and that it learns."""

import functools

import pytest
import torch
from timm.layers import PatchEmbed

from patchdrive.models.lgp import LGPEmbed, LGPSettings
from patchdrive.models.vim import Direction, MambaSettings, Mixer, VisionMamba
from patchdrive.types import SettingError

VIM = {192: 7_148_008, 384: 25_796_584, 768: 97_598_440}  # bidirectional
FORWARDS = {  # as in the table of LGP: one direction, LayerNorm; then with LGP
    192: (6_424_744, 6_651_112),
    384: (23_907_688, 24_581_608),
    768: (92_051_176, 94_283_752),
}


def count(dim, settings=None, *, fused=False):
    with torch.device("meta"):
        lgp = functools.partial(LGPEmbed, settings=LGPSettings(flavour="vim"))
        embed = (lgp if fused else PatchEmbed)(img_size=224, patch_size=16, embed_dim=dim)
        net = VisionMamba(embed, dim, positions=not fused, settings=settings)
    return sum(one.numel() for one in net.parameters())


@pytest.mark.parametrize("dim", VIM)
def test_it_has_as_many_parameters_as_published(dim):
    assert count(dim) == VIM[dim]


@pytest.mark.parametrize("dim", FORWARDS)
def test_forwards_only_and_with_lgp_too(dim):
    settings = MambaSettings(bidirectional=False, norm="layer")
    plain, fused = FORWARDS[dim]
    assert count(dim, settings) == plain
    assert count(dim, settings, fused=True) == fused
    assert fused - plain == 3 * dim**2 + 603 * dim


def reached(bidirectional):
    """Which places of a sequence change with place 5."""
    torch.manual_seed(0)
    mixer = Mixer(16, MambaSettings(bidirectional=bidirectional)).eval()
    x = torch.randn(1, 12, 16)
    y = x.clone()
    y[:, 5] += 1
    with torch.no_grad():
        return (mixer(x) != mixer(y)).any(-1)[0].tolist()


def test_one_direction_sees_only_what_came_before():
    assert reached(False) == [False] * 5 + [True] * 7
    assert reached(True) == [True] * 12


def test_both_directions_are_one_mirrored():
    """With the same weights both ways, a mirrored sequence gives the mirrored answer."""
    torch.manual_seed(0)
    mixer = Mixer(16, MambaSettings()).eval()
    mixer.ways[1].load_state_dict(mixer.ways[0].state_dict())
    x = torch.randn(2, 9, 16)
    with torch.no_grad():
        assert torch.allclose(mixer(x.flip(1)), mixer(x).flip(1), atol=1e-6)


def test_steps_begin_between_a_thousandth_and_a_tenth_evenly_by_their_logarithm():
    """As in Mamba: where a channel's step begins decides how far back it remembers."""
    torch.manual_seed(0)
    with torch.no_grad():
        steps = torch.nn.functional.softplus(Direction(4096, 4, MambaSettings()).step.bias)
    shares = (steps.sort().values / 1e-3).log() / torch.tensor(100.0).log()
    assert torch.allclose(shares, torch.linspace(0, 1, 4096), atol=0.03)


def test_the_state_decays_at_first_by_whole_numbers_and_the_input_passes_by():
    one = Direction(6, 2, MambaSettings(states=5))
    assert torch.allclose(one.log_a.exp(), torch.arange(1.0, 6).expand(6, 5))
    assert (one.skip == 1).all()


def test_the_class_token_and_the_places_begin_small_and_all_different():
    torch.manual_seed(0)
    net = VisionMamba(PatchEmbed(32, 4, 3, 256), 256, depth=1)
    for one in (net.token, net.position):
        assert one.std().item() == pytest.approx(0.02, rel=0.2)
        assert one.abs().max() < 0.2


def test_it_learns():
    torch.manual_seed(0)
    net = VisionMamba(PatchEmbed(16, 4, 3, 16), 16, depth=2, classes=2)
    x, y = torch.randn(8, 3, 16, 16), torch.arange(8) % 2
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3)
    losses = []
    for _ in range(25):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4


def test_an_unknown_norm_is_refused():
    with pytest.raises(SettingError, match="norm must be one of rms, layer"):
        MambaSettings(norm="batch")
