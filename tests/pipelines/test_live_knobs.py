"""No knob is dead: each one changes what comes out, not only what is computed again."""

import numpy as np
import pytest

from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.knobs import drive_knobs, tree_knobs
from patchdrive.pipelines.packets import KeepSettings, PacketSettings, rebuild, split, touched
from patchdrive.pipelines.tree import tree
from tests import scenes

# Knob: what else must be set so that it decides something, and two values.
DRIVE = {
    "saliency": ({}, "contrast", "entropy"),
    "glance": ({}, 64, 300),
    "contrast_finest": ({}, 0.5, 4.0),
    "contrast_scales": ({}, 1, 3),
    "contrast_surround": ({}, 1.5, 8.0),
    "contrast_colour": ({}, 0.0, 4.0),
    "contrast_spread": ({}, 0.5, 8.0),
    "edges_low": ({"saliency": "edges"}, 0, 140),
    "edges_high": ({"saliency": "edges"}, 60, 600),
    "edges_spread": ({"saliency": "edges"}, 1.0, 20.0),
    "entropy_window": ({"saliency": "entropy"}, 3, 41),
    "entropy_bins": ({"saliency": "entropy"}, 2, 64),
    "network_temperature": ({"saliency": "network"}, 0.05, 10.0),
    "residual_side": ({"saliency": "residual"}, 64, 512),
    "residual_mean": ({"saliency": "residual"}, 3, 15),
    "residual_spread": ({"saliency": "residual"}, 0.5, 8.0),
    "residual_colour": ({"saliency": "residual"}, 0.0, 4.0),
    "k": ({}, 1, 4),
    "radius": ({}, 0, 90),
    "threshold": ({}, 0.0, 0.9),
    "percentile": ({}, 0.0, 100.0),
    "picker": ({"radius": 8, "k": 30}, "greedy", "maxima"),
    "keep": ({}, "", "10.10"),
    "ban": ({}, "", "146.306"),
    "inside": ({}, "", "0.0,0.420,60.0"),
    "patch": ({}, 16, 64),
    "border": ({"keep": "1.1", "k": 1}, "slide", "zero"),
    "fuse": ({}, True, False),
    "global_backbone": ({"fuse": True}, "test_resnet", "test_efficientnet"),
    "highres_backbone": ({"fuse": True}, "test_resnet", "test_efficientnet"),
    "seed": ({"fuse": True}, 0, 1),
}
CANNY = {"canny_low": 30, "canny_high": 60}
TREE = {
    "blur": (CANNY, 0, 9),
    "canny_low": ({"canny_high": 60}, 0, 60),
    "canny_high": ({"canny_low": 0}, 30, 600),
    "split": (CANNY, "threshold", "budget"),
    "max_detail": (CANNY, 0, 400),
    "budget": ({**CANNY, "split": "budget"}, 4, 200),
    "min_leaf": ({**CANNY, "max_detail": 0}, 4, 32),
    "max_leaf": ({**CANNY, "max_detail": 2000}, 32, 128),
    "token": ({}, 8, 32),
}
PACKETS = {
    "working": ({}, 256, 1024),
    "wavelet": ({}, "haar", "db2"),
    "levels": ({}, 1, 3),
    "bands": ({}, "strongest", "details"),
    "strongest": ({}, 1, 8),
    "cutoff": ({"bands": "low frequencies"}, 20, 90),
}
UNSEEN = {"device", "weights"}  # the same numbers wherever they are computed; a file of weights


@pytest.fixture(scope="module")
def picture():
    """A busy picture: colour, grain of two strengths, edges, a blob."""
    pixels = scenes.texture(300, 420)
    pixels[:, 250:] = scenes.noise(300, 170) // 4 + 90
    pixels[40:120, 60:64] = 255
    pixels[200:204, 20:380] = 0
    pixels[140:152, 300:312] = 220, 30, 20
    pixels[220:280, 40:100] = 90, 120, 160
    return MemoryImage(pixels)


def drive_arrays(picture, tiny, **knobs):
    values = {"fuse": False, **knobs}
    networked = values["fuse"] or values.get("saliency") == "network"
    found = drive(picture, **{**(tiny if networked else {}), **values})
    fusion = [] if found.fusion is None else [found.fusion.logits, found.fusion.vector]
    return [found.saliency.values, found.saccades.yx, found.patches.pixels, *fusion]


def tree_arrays(picture, tiny, **knobs):
    found = tree(picture, **knobs)
    return [found.edges, found.quadtree.boxes, found.tokens.pixels, found.tokens.valid]


def packet_arrays(picture, tiny, **knobs):
    packets = {name: knobs[name] for name in PacketSettings.knobs() if name in knobs}
    keep = {name: knobs[name] for name in KeepSettings.knobs() if name in knobs}
    found = split(picture, PacketSettings.of({"levels": 2, **packets}))
    return [found.bands.numpy(), rebuild(found, KeepSettings.of(keep)).image.pixels]


CASES = [
    pytest.param(arrays, *table[knob], knob, id=f"{arrays.__name__[:-7]}-{knob}")
    for arrays, table in ((drive_arrays, DRIVE), (tree_arrays, TREE), (packet_arrays, PACKETS))
    for knob in table
]


@pytest.mark.parametrize(("arrays", "beside", "one", "other", "knob"), CASES)
def test_turning_a_knob_changes_the_result(arrays, beside, one, other, knob, picture, tiny):
    def same(first, second):
        return len(first) == len(second) and all(map(np.array_equal, first, second))

    results = [arrays(picture, tiny, **{**beside, knob: value}) for value in (one, other, one)]
    assert same(results[0], results[2]), "the same knobs give the same result"
    assert not same(results[0], results[1])


def test_every_knob_is_turned():
    assert set(DRIVE) | UNSEEN == set(drive_knobs())
    assert set(TREE) == set(tree_knobs())
    assert set(PACKETS) == set(PacketSettings.knobs()) | set(KeepSettings.knobs())


@pytest.mark.parametrize("wavelet", ["db2", "coif1", "db4", "bior2.2"])
def test_the_wavelet_decides_how_far_a_patch_reaches(wavelet, picture):
    plain, longer = (split(picture, PacketSettings(wavelet=w)) for w in ("haar", wavelet))
    assert touched(plain, (5, 5)).sum() == 1
    assert touched(longer, (5, 5)).sum() > 1
