"""Every verdict on what was claimed of LGP, held to a measurement that does not come from it."""

import json

import pytest
import torch

from patchdrive.models import published, trained
from patchdrive.models.lgp import LGPEmbed, LGPSettings
from patchdrive.models.published import (
    HOLDS,
    IN_PART,
    NOT,
    OPEN,
    UNSHOWN,
    UNTESTED,
    claims,
    counts,
)
from patchdrive.ops import wavelets

STUDY = json.loads((trained.FOLDER / "study.json").read_text(encoding="utf-8"))
# The beginning of each claim that no training decides, and its verdict.
COUNTED = {
    "Parameters of six networks": HOLDS,
    "GFLOPs of the table": NOT,
    "Less than 5 % more operations": IN_PART,
    "4^n = P_h x P_w is the grid of patches": NOT,
    "The bands carry the whole picture to each patch": NOT,
    "An injective signature of each place": NOT,
    "The cost grows linearly": HOLDS,
    "Accuracies on ImageNet-100 and ImageNet-1K": UNTESTED,
    "The smallest networks gain most": UNTESTED,
    "Trained with shuffled patches, LGP loses little": OPEN,
    "Weights and logs are released": UNTESTED,
}
COMPARED = {
    "A ViT with LGP is more accurate": ("vit-lgp", "vit-learned"),
    "So it is than one with as many parameters": ("vit-lgp", "vit-learned-wide"),
    "It is the wavelet bands": ("vit-lgp", "vit-lgp-local"),
    "A Vim with LGP is more accurate": ("vim-lgp", "vim-learned"),
}
SHUFFLED = {
    "LGP makes a ViT robust to the order of patches": ("vit-lgp", "pixels 1"),
    "Robust to the order of bands": ("vit-lgp", "bands 1"),
    "LGP makes a Mamba robust to the order of tokens": ("vim-lgp", "after 1"),
}


def row(claim, study=STUDY):
    (found,) = [one for one in claims(study) if one["Claim"].startswith(claim)]
    return found


def lost(name, key):
    """Points of accuracy that all of the shuffling costs, from the study's own numbers."""
    one = STUDY["models"][name]
    share, mean, *_ = one["curves"][key][-1]
    assert share == 1
    return 100 * (sum(one["clean"]) / len(one["clean"]) - mean)


def test_every_claim_has_its_row_in_its_place():
    told = [one["Claim"] for one in claims(STUDY)]
    expected = [*COUNTED, *COMPARED, *SHUFFLED]
    assert len(told) == len(expected)
    assert all(one.startswith(begin) for one, begin in zip(told, expected, strict=True))


@pytest.mark.parametrize("claim", COUNTED)
def test_a_counted_claim_has_its_verdict(claim):
    for study in ({}, STUDY):
        assert row(claim, study)["Verdict"] == COUNTED[claim]


@pytest.mark.parametrize("claim", COMPARED)
def test_a_comparison_s_verdict_is_that_of_its_band(claim):
    one, other = COMPARED[claim]
    (pair,) = [p for p in STUDY["pairs"] if (p["one"], p["other"]) == (one, other)]
    means = [100 * sum(c) / len(c) for c in (STUDY["models"][n]["clean"] for n in (one, other))]
    assert 100 * pair["difference"] == pytest.approx(means[0] - means[1], abs=0.05)
    sign = (pair["low"] > 0) - (pair["high"] < 0)
    assert row(claim)["Verdict"] == {1: HOLDS, 0: UNSHOWN, -1: NOT}[sign]
    told = " against ".join(
        f"{mean:.1f} % ({100 * min(clean):.1f} to {100 * max(clean):.1f})"
        for mean, clean in zip(
            means, (STUDY["models"][n]["clean"] for n in (one, other)), strict=True
        )
    )
    told += f": {means[0] - means[1]:+.1f} points "
    told += f"[{100 * pair['low']:+.1f}, {100 * pair['high']:+.1f}]"
    assert told in row(claim)["Why"]


@pytest.mark.parametrize("claim", SHUFFLED)
def test_the_points_that_shuffling_costs_are_the_study_s(claim):
    name, key = SHUFFLED[claim]
    gone = lost(name, key)
    assert gone > 0.5, "or the verdict would be another"
    assert row(claim)["Verdict"] == NOT
    assert f"{-gone:+.1f} points" in row(claim)["Why"]
    if name != "vit-lgp" or key != "bands 1":
        beside = -lost(f"{name[:3]}-learned", key)
        assert f"{beside:+.1f} with learned positions" in row(claim)["Why"]


def test_the_operations_do_not_agree_whichever_way_they_are_counted():
    for one in counts():
        ours = float(one["Multiply-adds, counted (G)"].split(" -> ")[0])
        document = float(one["GFLOPs, document"].split(" -> ")[0])
        plain = published.TABLE[one["Network"]][2]
        assert document == plain
        if one["Network"].startswith("ViT"):
            assert ours / document > 1.05 or 2 * ours / document > 1.05
    assert row("GFLOPs of the table", {})["Verdict"] == NOT


def test_levels_follow_the_patch_and_not_the_grid():
    for patch in (4, 8, 16):
        for side in (32, 64, 128):
            embed = LGPEmbed(side, patch, embed_dim=4)
            assert 4**embed.levels == patch**2
            assert embed.num_patches == (side // patch) ** 2


def test_each_band_looks_at_one_patch_with_haar_and_at_few_with_longer_filters():
    assert wavelets.touched((12, 12), (5, 5), 3, "haar").sum() == 1
    for wavelet in ("db2", "db4", "sym4"):
        assert 1 < wavelets.touched((32, 32), (15, 15), 3, wavelet).sum() < 32 * 32 / 4


@pytest.mark.parametrize("padding", ["zeros", "circular"])
def test_places_of_a_tiled_picture_share_tokens(padding):
    torch.manual_seed(0)
    embed = LGPEmbed(112, 8, embed_dim=8, settings=LGPSettings(padding=padding)).double()
    with torch.inference_mode():
        tokens = embed(torch.rand(1, 3, 8, 8, dtype=torch.float64).repeat(1, 1, 14, 14))[0]
    assert len(torch.unique(tokens.mul(1e8).round(), dim=0)) < len(tokens)
