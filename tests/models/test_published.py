"""What was claimed of LGP, beside what is counted and measured: verdicts follow the numbers."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from patchdrive.models import published
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
from patchdrive.models.trained import find

FIXED = 11  # rows that need no measurement
BETTER = "A ViT with LGP is more accurate than one with learned positions"
ROBUST = "LGP makes a ViT robust to the order of patches"
BANDS = "Robust to the order of bands"
MAMBA = "LGP makes a Mamba robust to the order of tokens"


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def test_the_documents_parameters_agree_for_all_six_networks():
    rows = {row["Network"]: row for row in counts()}
    assert list(rows) == list(published.TABLE)
    for name, (plain, fused, *_) in published.TABLE.items():
        assert rows[name]["Agree"] == "yes", name
        ours = [int(n.replace(",", "")) for n in rows[name]["Parameters, counted"].split(" -> ")]
        assert [round(n / 1e6, 2) for n in ours] == [plain, fused]


def test_what_lgp_adds_is_the_ratio_of_the_counts():
    for row in counts():
        without, fused = map(float, row["Multiply-adds, counted (G)"].split(" -> "))
        added = float(row["Added"].removesuffix(" %"))
        rounding = 100 * 0.01 / without
        assert added == pytest.approx(100 * (fused / without - 1), abs=rounding + 0.05)
        assert added > 0


def test_multiplications_are_counted_one_for_each_weight_and_place():
    net = nn.Conv2d(3, 8, 16, 16, device="meta")
    assert published.multiplications(net) == 14 * 14 * 8 * (3 * 16 * 16)
    assert published.parameters(net) == 8 * (3 * 16 * 16) + 8


def test_counting_takes_no_memory():
    assert {one.device.type for one in published.network("ViT-B", fused=True).parameters()} == {
        "meta"
    }


@pytest.mark.parametrize(("padding", "equal"), [("zeros", 36), ("circular", 196)])
def test_as_many_tokens_of_a_tiled_picture_are_equal_as_is_told(padding, equal):
    torch.manual_seed(0)
    embed = LGPEmbed(224, 16, 3, 8, settings=LGPSettings(padding=padding)).double()
    tiled = torch.rand(1, 3, 16, 16, dtype=torch.float64).repeat(1, 1, 14, 14)
    with torch.inference_mode():
        tokens = embed(tiled)[0].unflatten(0, (14, 14))
    same = (tokens - tokens[7, 7]).abs().amax(-1) < 1e-12 * tokens.abs().max()
    assert int(same.sum()) == equal
    (why,) = [row["Why"] for row in claims({}) if row["Claim"].startswith("An injective")]
    assert "36 of 196 tokens are equal, and with circular padding all are" in why
    assert "224 px in patches of 16 px, a grid of 14 x 14, Haar" in why, "on this grid"


def model(clean, shuffled, bands=None, after=None):
    """What the study says of one classifier; shuffled: accuracy where all is shuffled."""
    ends = {"pixels 1": shuffled, "bands 1": bands, "after 1": after}
    first = sum(clean) / len(clean)
    curves = {
        key: [[0.0, first, min(clean), max(clean)], [0.5, 0.0, 0.0, 0.0], [1.0, end, end, end]]
        for key, end in ends.items()
        if end is not None
    }
    return {"clean": clean, "curves": curves}


STUDY = {
    "models": {
        "vit-learned": model([0.40, 0.42], 0.30),
        "vit-none": model([0.35, 0.36], 0.35),
        "vit-lgp": model([0.50, 0.52], 0.48, bands=0.508),
        "vim-learned": model([0.40, 0.42], 0.40, after=0.30),
        "vim-lgp": model([0.50, 0.52], 0.40, after=0.507),
    },
    "pairs": [
        {"one": "vit-lgp", "other": "vit-learned", "difference": 0.1, "low": 0.07, "high": 0.13,
         "trainings": [2, 3]},
        {"one": "vit-lgp", "other": "vit-none", "difference": 0.2, "low": 0.17, "high": 0.23,
         "trainings": [2, 2]},
    ],
}  # fmt: skip


def verdict(study, claim):
    (row,) = [row for row in claims(study) if row["Claim"].startswith(claim)]
    return row["Verdict"], row["Why"]


def changed(name, new):
    study = deepcopy(STUDY)
    study["models"][name] = new
    return study


def test_without_a_study_only_what_can_be_counted_is_told():
    rows = claims({})
    assert len(rows) == FIXED
    assert {row["Verdict"] for row in rows} <= {HOLDS, IN_PART, NOT, OPEN, UNTESTED}
    assert all(set(row) == {"Claim", "Verdict", "Why"} for row in rows)
    assert claims({"models": {}}) == rows
    assert len(claims({"models": {"vit-lgp": STUDY["models"]["vit-lgp"]}})) == FIXED + 1


def test_a_study_adds_a_row_for_each_of_its_findings():
    assert len(claims(STUDY)) == FIXED + 4
    few = {"models": {name: STUDY["models"][name] for name in ("vit-learned", "vit-none")}}
    few["models"]["vit-lgp"] = model([0.5], 0.4)
    assert len(claims(few)) == FIXED + 1, "no bands, no Mamba, no pairs"


@pytest.mark.parametrize(
    ("claim", "flipped"),
    [
        (ROBUST, changed("vit-lgp", model([0.50, 0.52], 0.20, bands=0.508))),
        (ROBUST, changed("vit-learned", model([0.40, 0.42], 0.41))),
        (BANDS, changed("vit-lgp", model([0.50, 0.52], 0.48, bands=0.20))),
        (MAMBA, changed("vim-lgp", model([0.50, 0.52], 0.40, after=0.20))),
    ],
)
def test_a_verdict_follows_the_numbers(claim, flipped):
    assert verdict(STUDY, claim)[0] == HOLDS
    assert verdict(flipped, claim)[0] == NOT


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.001, 0.2, HOLDS), (0.0, 0.2, UNSHOWN), (-0.01, 0.2, UNSHOWN), (-0.1, 0.0, UNSHOWN),
        (-0.1, -0.001, NOT),
    ],
)  # fmt: skip
def test_one_network_is_better_only_where_the_whole_band_says_so(low, high, wanted):
    study = deepcopy(STUDY)
    study["pairs"][0] |= {"low": low, "high": high}
    assert verdict(study, BETTER)[0] == wanted


def test_four_times_the_area_costs_four_times_as_much():
    found, why = verdict({}, "The cost grows linearly")
    assert (found, "multiplies 4.00 times" in why) == (HOLDS, True)


def test_why_tells_the_numbers():
    told = (
        "51.0 % (50.0 to 52.0) against 41.0 % (40.0 to 42.0): +10.0 points [+7.0, +13.0]; small "
        "networks, 2 and 3 trainings"
    )
    assert verdict(STUDY, BETTER)[1].startswith(told)
    assert "-3.0 points with LGP (48.0 % (48.0 to 48.0) right), -11.0" in verdict(STUDY, ROBUST)[1]
    assert verdict(STUDY, BANDS)[1].startswith("-0.2 points")
    assert "-0.3 points with LGP (50.7 % (50.7 to 50.7) right), -11.0" in verdict(STUDY, MAMBA)[1]


def test_a_mean_over_trainings_stands_beside_their_range():
    study = deepcopy(STUDY)
    study["models"]["vit-lgp"]["curves"]["bands 1"][-1] = [1.0, 0.134, 0.025, 0.258]
    assert "13.4 % (2.5 to 25.8) right" in verdict(study, BANDS)[1]


def test_unequal_networks_are_compared_with_their_parameters():
    sizes = [published.parameters(find(name)[0]) for name in ("vit-lgp", "vit-learned")]
    more = 100 * (sizes[0] / sizes[1] - 1)
    told = f"{sizes[0]:,} and {sizes[1]:,} parameters ({more:+.1f} %)."
    assert verdict(STUDY, BETTER)[1].endswith(told)
    assert more > 10, "it is no comparison of equals"


def test_what_loses_nothing_has_no_minus_zero():
    still = changed("vit-lgp", model([0.5], 0.5, bands=0.5))
    assert "+0.0 points with LGP" in verdict(still, ROBUST)[1]
    assert verdict(still, BANDS)[1].startswith("+0.0 points")


def test_the_share_of_added_operations_decides_its_claim(monkeypatch):
    told = "Less than 5 % more operations"
    added = {row["Network"]: float(row["Added"].removesuffix(" %")) for row in counts()}
    found, why = verdict({}, told)
    assert (found == HOLDS) is all(share < 5 for share in added.values())
    assert all(f"{name} {share:+.1f} %" in why for name, share in added.items())
    row = {**counts()[0], "Network": "one"}
    monkeypatch.setattr(published, "counts", lambda: ({**row, "Added": "+4.9 %"},))
    assert verdict({}, told) == (HOLDS, "Of all multiply-adds: one +4.9 %.")
    monkeypatch.setattr(published, "counts", lambda: ({**row, "Added": "+5.0 %"},))
    assert verdict({}, told)[0] == IN_PART
