"""The networks that LGP was published with, and what was claimed of them, beside what is found.

The claims are those of the document that introduces LGP; parameters and multiplications are counted
on the networks that this project builds. 1,000 classes at 224 px, patches of 16 px.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from timm.layers.patch_embed import PatchEmbed
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from patchdrive.models.lgp import LGPEmbed, LGPSettings
from patchdrive.models.trained import find, shipped
from patchdrive.models.vim import MambaSettings, VisionMamba

DIMS = {"T": 192, "S": 384, "B": 768}
# Name: parameters in millions without and with LGP, billions of operations likewise, and top-1 on
# ImageNet-100 likewise, all as the document has them.
TABLE = {
    "ViM-T": (6.42, 6.65, 0.16, 0.21, 75.10, 80.41),
    "ViM-S": (23.91, 24.58, 0.33, 0.47, 79.12, 84.50),
    "ViM-B": (92.05, 94.28, 0.65, 1.10, 83.60, 86.33),
    "ViT-T": (5.72, 6.06, 0.91, 0.98, 67.64, 76.04),
    "ViT-S": (22.05, 23.18, 3.22, 3.46, 74.60, 80.34),
    "ViT-B": (86.57, 90.59, 12.02, 12.84, 76.23, 80.62),
}


def network(name: str, *, fused: bool) -> nn.Module:
    """A network of TABLE on the meta device (no memory, no values), with LGP or without."""
    kind, dim = name[:3], DIMS[name[-1]]
    with torch.device("meta"):
        if kind == "ViT":
            more: dict[str, Any] = {"pos_embed": "none", "embed_layer": LGPEmbed} if fused else {}
            return VisionTransformer(embed_dim=dim, num_heads=dim // 64, depth=12, **more)
        lgp = functools.partial(LGPEmbed, settings=LGPSettings(flavour="vim"))
        embed = lgp(224, 16, 3, dim) if fused else PatchEmbed(224, 16, 3, dim)
        settings = MambaSettings(bidirectional=False, norm="layer")
        return VisionMamba(embed, dim, positions=not fused, settings=settings)


def parameters(module: nn.Module) -> int:
    """Numbers that are learned."""
    return sum(one.numel() for one in module.parameters())


def multiplications(module: nn.Module, side: int = 224) -> int:
    """Multiply-adds of matrices and convolutions for one picture of side x side px.

    A scan's own are not counted.
    """
    counter = FlopCounterMode(display=False)
    with counter, torch.device("meta"), torch.no_grad():
        module.eval()(torch.empty(1, 3, side, side))
    return int(counter.get_total_flops() // 2)


@functools.cache
def counts() -> tuple[dict[str, str], ...]:
    """Rows of a table: the document's counts, and ours."""
    rows = []
    for name, (plain, fused, ops, ops_fused, *_) in TABLE.items():
        nets = [network(name, fused=one) for one in (False, True)]
        ours = [parameters(net) for net in nets]
        macs = [multiplications(net) / 1e9 for net in nets]
        agree = [round(n / 1e6, 2) for n in ours] == [plain, fused]
        rows.append({
            "Network": name,
            "Parameters, document (M)": f"{plain:.2f} -> {fused:.2f}",
            "Parameters, counted": f"{ours[0]:,} -> {ours[1]:,}",
            "Agree": "yes" if agree else "no",
            "GFLOPs, document": f"{ops:.2f} -> {ops_fused:.2f}",
            "Multiply-adds, counted (G)": f"{macs[0]:.2f} -> {macs[1]:.2f}",
            "Added": f"{100 * (macs[1] / macs[0] - 1):+.1f} %",
        })  # fmt: skip
    return tuple(rows)


# What is said to be more accurate than what.
COMPARED = (
    ("A ViT with LGP is more accurate than one with learned positions", "vit-lgp", "vit-learned"),
    ("So it is than one with as many parameters", "vit-lgp", "vit-learned-wide"),
    ("It is the wavelet bands that make it so", "vit-lgp", "vit-lgp-local"),
    ("A Vim with LGP is more accurate than one with learned positions", "vim-lgp", "vim-learned"),
)
HOLDS, IN_PART, NOT = "holds", "holds in part", "does not hold"
UNTESTED = "cannot be tested here"
UNSHOWN = "is not shown here"
OPEN = "was not tried here"


def claims(study: Mapping[str, Any]) -> list[dict[str, str]]:
    """The document's claims row by row: a verdict, and why.

    study  what `patchdrive.training.study` wrote; without it some rows cannot be told
    """
    rows = [
        ("Parameters of six networks with and without LGP", *_agreeing()),
        ("GFLOPs of the table", *_counted()),
        ("Less than 5 % more operations", *_added()),
        ("4^n = P_h x P_w is the grid of patches", NOT,
         "It is the patch in pixels: n = log2 of its side. The grid does not enter."),
        ("The bands carry the whole picture to each patch", NOT,
         "With Haar and that n each band looks at one patch: a second patch embedding in another "
         "basis. Longer filters reach a few neighbours."),
        ("An injective signature of each place", NOT,
         "On a tiled picture 36 of 196 tokens are equal, and with circular padding all are (224 px "
         "in patches of 16 px, a grid of 14 x 14, Haar): the place comes from the zero padding of "
         "the convolutions."),
        ("The cost grows linearly with the picture's area", *_linear()),
        ("Accuracies on ImageNet-100 and ImageNet-1K", UNTESTED,
         "These pictures and that much training are not here."),
        ("The smallest networks gain most", UNTESTED, "One size was trained here."),
        ("Trained with shuffled patches, LGP loses little", OPEN,
         "The document may mean a new order in every training step. After the embedding that is an "
         "exact no-op for a ViT that answers by a mean; before it, and for a Mamba, it was not "
         "trained here: it is open."),
        ("Weights and logs are released", UNTESTED, "The document's links lead nowhere."),
        *_measured(study.get("models", {}), study.get("pairs", [])),
    ]  # fmt: skip
    return [{"Claim": claim, "Verdict": verdict, "Why": why} for claim, verdict, why in rows]


def _agreeing() -> tuple[str, str]:
    agree = sum(row["Agree"] == "yes" for row in counts())
    told = f"{agree} of {len(counts())} rows agree to the last digit that is printed, "
    told += "with heads for 1,000 classes and a Mamba that reads forwards only."
    return (HOLDS if agree == len(counts()) else NOT), told


def _counted() -> tuple[str, str]:
    """Multiply-adds are half of the operations: the smaller number that it may mean."""
    columns = ("Multiply-adds, counted (G)", "GFLOPs, document")
    times = {}
    for row in counts():
        ours, told = (float(row[column].split(" -> ")[0]) for column in columns)
        times[row["Network"]] = ours / told
    words = ", ".join(f"{name} {share:.1f}" for name, share in times.items())
    near = all(0.95 < share < 1.05 for share in times.values())
    why = f"Multiply-adds counted, as multiples of the document's: {words}."
    return (HOLDS if near else NOT), why


def _added() -> tuple[str, str]:
    added = {row["Network"]: float(row["Added"].removesuffix(" %")) for row in counts()}
    above = [name for name, share in added.items() if share >= 5]
    told = ", ".join(f"{name} {share:+.1f} %" for name, share in added.items())
    return (IN_PART if above else HOLDS), f"Of all multiply-adds: {told}."


def _linear() -> tuple[str, str]:
    """Of the embedding, on four times the area."""
    with torch.device("meta"):
        embed = LGPEmbed(224, 16, 3, DIMS["S"])
    small, large = (multiplications(embed, side) for side in (224, 448))
    why = f"LGP's embedding multiplies {large / small:.2f} times as often for four times the area."
    return (HOLDS if round(large / small, 2) == 4 else NOT), why


def _measured(
    models: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    """Rows that trained classifiers decide; none where they were not measured."""
    clean = {name: 100 * _mean(one["clean"]) for name, one in models.items()}

    def drop(name: str, key: str) -> float:
        """Points lost where all is shuffled."""
        return clean[name] - 100 * float(models[name]["curves"][key][-1][1])

    rows = [
        (claim, *_compared(pair, models))
        for claim, one, other in COMPARED
        for pair in pairs
        if (pair["one"], pair["other"]) == (one, other)
    ]
    if {"vit-learned", "vit-lgp"} <= set(models):
        lost = [drop(name, "pixels 1") for name in ("vit-lgp", "vit-learned")]
        rows.append((
            "LGP makes a ViT robust to the order of patches (-0.09 for -4.29 points)",
            HOLDS if lost[0] < lost[1] else NOT,
            f"All patches of the pixels shuffled: {-lost[0]:+z.1f} points with LGP "
            f"({_left(models['vit-lgp'], 'pixels 1')} right), {-lost[1]:+z.1f} with learned "
            f"positions ({_left(models['vit-learned'], 'pixels 1')}). Shuffled after the embedding "
            "it is an exact no-op for every ViT, LGP or not.",
        ))  # fmt: skip
    if "bands 1" in models.get("vit-lgp", {}).get("curves", {}):
        gone = drop("vit-lgp", "bands 1")
        rows.append((
            "Robust to the order of bands (-0.02 points)", HOLDS if gone < 0.5 else NOT,
            f"{-gone:+z.1f} points where all bands are shuffled at test time: "
            f"{_left(models['vit-lgp'], 'bands 1')} right.",
        ))  # fmt: skip
    if {"vim-learned", "vim-lgp"} <= set(models):
        lost = [drop(name, "after 1") for name in ("vim-lgp", "vim-learned")]
        rows.append((
            "LGP makes a Mamba robust to the order of tokens (-0.12 for -12.66 points)",
            HOLDS if lost[0] < 0.5 else NOT,
            f"{-lost[0]:+z.1f} points with LGP ({_left(models['vim-lgp'], 'after 1')} right), "
            f"{-lost[1]:+z.1f} with learned positions ({_left(models['vim-learned'], 'after 1')}).",
        ))  # fmt: skip
    return rows


def _compared(pair: Mapping[str, Any], models: Mapping[str, Any]) -> tuple[str, str]:
    """Whether one of two is the more accurate: its band lies above 0; one that holds 0 is open."""
    gain, low, high = (100 * pair[key] for key in ("difference", "low", "high"))
    one, other = (_range(models[pair[key]]["clean"]) for key in ("one", "other"))
    why = (
        f"{one} against {other}: {gain:+z.1f} points [{low:+z.1f}, {high:+z.1f}]; small networks, "
        f"{pair['trainings'][0]} and {pair['trainings'][1]} trainings"
    )
    return (HOLDS if low > 0 else NOT if high < 0 else UNSHOWN), why + _sizes(pair) + "."


def _sizes(pair: Mapping[str, Any]) -> str:
    """How many more parameters the first of two has, where both are shipped."""
    names = pair["one"], pair["other"]
    if not set(names) <= set(shipped()):
        return ""
    one, other = (parameters(find(name)[0]) for name in names)
    return f", {one:,} and {other:,} parameters ({100 * (one / other - 1):+z.1f} %)"


def _left(model: Mapping[str, Any], key: str) -> str:
    """Accuracy where all is shuffled: mean, and the least and greatest of the trainings."""
    _, mean, low, high = model["curves"][key][-1]
    return f"{100 * mean:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _range(values: list[float]) -> str:
    return f"{100 * _mean(values):.1f} % ({100 * min(values):.1f} to {100 * max(values):.1f})"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
