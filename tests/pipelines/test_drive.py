"""The drive from end to end, and what is done again when a knob is turned."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

import patchdrive as pdv
from patchdrive.ops.crops import crop
from patchdrive.pipelines.drive import covered, drive
from patchdrive.pipelines.knobs import DriveSettings, drive_knobs
from patchdrive.saliency import METHODS
from patchdrive.settings import acting
from patchdrive.types import ImageError, SettingError
from tests import scenes

SMALL = {"fuse": False, "k": 5, "patch": 32, "radius": 40}
SEEN = ["saccades", "patches", "cost", "patch network", "fusion"]
CUT = SEEN[1:]
NETWORK = ["glance network", "patch network", "fusion"]
RERUN = {
    "k": (3, SEEN),
    "radius": (80, SEEN),
    "threshold": (0.1, SEEN),
    "percentile": (50, SEEN),
    "picker": ("maxima", SEEN),
    "keep": ("9.9,200.300", SEEN),
    "ban": ("145.306", SEEN),
    "inside": ("0.0,0.420,150.0", SEEN),
    "patch": (64, CUT),
    "border": ("zero", CUT),
    "contrast_spread": (4.0, ["saliency", *SEEN]),
    "contrast_scales": (2, ["saliency", *SEEN]),
    "saliency": ("edges", ["saliency", *SEEN]),
    "glance": (128, ["glance", "saliency", "saccades", "patches", "cost", *NETWORK]),
    "seed": (1, NETWORK),
    "global_backbone": ("test_efficientnet", NETWORK),
    "highres_backbone": ("test_efficientnet", NETWORK),
    "fuse": (False, []),
    "residual_side": (256, ["saliency", *SEEN]),  # it chooses its method
}


def same(one, other):
    """Whether two results hold the same numbers."""
    assert (one.saliency.values == other.saliency.values).all()
    assert (one.saccades.yx == other.saccades.yx).all()
    assert (one.saccades.scores == other.saccades.scores).all()
    assert (one.patches.pixels == other.patches.pixels).all()
    assert (one.fusion is None) == (other.fusion is None)
    if one.fusion is not None:
        for name in ("vector", "weights", "logits"):
            assert (getattr(one.fusion, name) == getattr(other.fusion, name)).all()


@pytest.mark.parametrize("knob", RERUN)
def test_turning_a_knob_does_again_only_what_depends_on_it(knob, street, tiny, memory):
    value, stages = RERUN[knob]
    drive(street, memory=memory, **tiny)
    memory.since()
    values = {**tiny, knob: value}
    values = acting(values, drive_knobs()) if knob == "fuse" else values
    turned = drive(street, memory=memory, **values)
    assert sorted(memory.since()) == sorted(stages)
    same(turned, drive(street, **values))


@pytest.mark.parametrize(
    ("before", "knob", "value", "stages"),
    [
        ("network", "k", 3, SEEN),
        ("network", "network_temperature", 2.0, ["saliency", *SEEN]),
        ("network", "seed", 1, ["glance network", "saliency", *SEEN]),
        ("network", "fuse", False, []),
        ("network", "saliency", "edges", ["saliency", *SEEN]),
        ("edges", "saliency", "network", ["saliency", *SEEN]),
    ],
)
def test_the_network_looks_at_the_same_glance_once(
    street, tiny, memory, before, knob, value, stages
):
    knobs = {**tiny, "saliency": before}
    drive(street, memory=memory, **knobs)
    memory.since()
    drive(street, memory=memory, **acting({**knobs, knob: value}, drive_knobs()))
    assert sorted(memory.since()) == sorted(stages)


def test_every_stage_of_a_first_drive_is_made_once(street, tiny, memory):
    drive(street, memory=memory, **tiny)
    assert sorted(memory.since()) == sorted(["glance", "saliency", *SEEN, "glance network"])
    drive(street.copy(), memory=memory, **tiny)
    assert memory.since() == [], "the same pixels are the same picture"


def test_another_picture_shares_nothing(street, memory):
    drive(street, memory=memory, **SMALL)
    changed = street.copy()
    changed[0, 0, 0] ^= 1
    memory.since()
    drive(changed, memory=memory, **SMALL)
    assert len(memory.since()) == 5


@pytest.mark.parametrize("way", ["array", "bytes", "pillow", "path", "image", "file"])
def test_a_picture_may_come_in_many_ways(way, street, tmp_path):
    picture, file = Pillow.fromarray(street), io.BytesIO()
    picture.save(file, "PNG")
    path = tmp_path / "street.png"
    path.write_bytes(file.getvalue())
    sources = {
        "array": street, "bytes": file.getvalue(), "pillow": picture, "path": path, "file": file,
        "image": pdv.open(path),
    }  # fmt: skip
    same(drive(sources[way], **SMALL), drive(street, **SMALL))


def test_what_is_no_picture_is_an_image_error():
    with pytest.raises(ImageError):
        drive(b"no picture")


@pytest.mark.parametrize("knob", [{"k": 0}, {"raduis": 3}, {"saliency": "vibes"}])
def test_a_wrong_knob_is_a_setting_error_before_the_picture_is_opened(knob):
    with pytest.raises(SettingError):
        drive(b"no picture", **knob)


def test_settings_of_a_result_reproduce_it(street, tiny):
    one = drive(street, **tiny, saliency="contrast", border="reflect", percentile=20)
    same(one, drive(street, **one.settings))
    assert one.settings["k"] == tiny["k"]
    assert DriveSettings.of(one.settings).flat() == one.settings


@pytest.mark.parametrize("saliency", METHODS.names())
def test_every_method_drives_and_gives_the_same_twice(saliency, street, tiny):
    one, other = (drive(street, **tiny, saliency=saliency) for _ in range(2))
    same(one, other)
    assert one.saliency.method == saliency
    assert len(one.patches) == len(one.saccades) > 0


def test_another_seed_is_another_network(street, tiny):
    one, other = (drive(street, **tiny, seed=seed).fusion for seed in (0, 1))
    assert abs(one.vector - other.vector).max() > 1e-3


def test_patches_are_the_native_pixels_around_the_saccades(street):
    result = drive(street, **SMALL)
    patches, boxes = crop(street, result.saccades.yx, 32)
    assert (result.patches.pixels == patches).all()
    assert (result.patches.boxes == boxes).all()


def test_the_first_saccade_lands_on_what_stands_out():
    pixels = scenes.with_blob(scenes.texture(300, 400), 210, 130, 16)
    assert abs(drive(pixels, **SMALL).saccades.yx[0] - (210, 130)).max() <= 12


@given(st.integers(0, 99), st.floats(0, 1), st.sampled_from([0.0, 25.0, 90.0, 100.0]))
def test_only_cells_above_both_thresholds_are_looked_at(seed, threshold, percentile):
    result = drive(
        scenes.noise(30, 40, seed), fuse=False, patch=8, radius=2, k=99, saliency="contrast",
        threshold=threshold, percentile=percentile,
    )  # fmt: skip
    values, scores = result.saliency.values, result.saccades.scores
    # Scores are float32, and compared as such.
    floor = np.float32(max(threshold, np.percentile(values, percentile) if percentile else 0))
    assert (scores > floor).all()
    assert (np.diff(scores) <= 0).all()
    cells = result.saliency.grid.to_cells(result.saccades.yx)
    assert (values[cells[:, 0], cells[:, 1]] == scores).all()
    if len(result.saccades) == 0:
        assert values.max() <= floor or not values.any()


def test_an_exhausted_map_is_noted():
    saccades = drive(scenes.noise(64, 64), fuse=False, k=50, radius=30, patch=8).saccades
    assert len(saccades) <= 9
    assert saccades.note == f"{len(saccades)} of 50 (map exhausted)"


@pytest.mark.parametrize("saliency", METHODS.names())
@pytest.mark.parametrize("size", [(1, 1), (7, 4001), (4001, 7), (90, 60)])
def test_flat_pictures_of_odd_sizes_drive_without_a_saccade_or_a_warning(saliency, size, tiny):
    result = drive(scenes.flat(*size), **tiny, saliency=saliency)
    if not METHODS[saliency].network:
        assert len(result.saccades) == 0
        assert result.saccades.note == "0 of 4 (map exhausted)"
        assert result.fusion.weights.shape[1] == 0
        assert result.cost.pixels_read == 0
    assert np.isfinite(result.fusion.vector).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 4001), (4001, 7), (90, 60)])
@pytest.mark.parametrize("border", ["slide", "zero"])
def test_pictures_of_odd_sizes_drive(size, border):
    result = drive(scenes.noise(*size), **SMALL, border=border)
    assert result.patches.pixels.shape[1:] == (32, 32, 3)
    assert result.saliency.size == size
    assert (result.saccades.yx < size).all()


def test_grey_arrays_drive_as_their_tripled_selves(street):
    same(drive(street[..., 0], **SMALL), drive(np.repeat(street[..., :1], 3, axis=2), **SMALL))


def test_the_glance_is_no_larger_than_asked_and_never_enlarged(street):
    assert drive(street, **SMALL, glance=128).glance.pixels.shape == (91, 128, 3)
    assert drive(street, **SMALL).glance.pixels.shape == street.shape


def test_the_fusion_has_a_weight_for_each_patch_and_says_it_is_untrained(street, tiny):
    fusion = drive(street, **tiny).fusion
    assert fusion.weights.shape[1] == 4
    assert np.allclose(fusion.weights.sum(axis=1), 1, atol=1e-5)
    assert fusion.trained is False
    assert fusion.source == "untrained (seed 0)"


def test_results_cannot_be_changed(street, tiny):
    result = drive(street, **tiny)
    for array in (result.saliency.values, result.saccades.yx, result.patches.pixels,
                  result.fusion.weights, result.glance.pixels):  # fmt: skip
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_every_stage_is_timed(street, tiny):
    result = drive(street, **tiny)
    assert set(result.ms) == {"glance", "saliency", "saccades", "patches", *NETWORK}
    assert all(ms >= 0 for ms in result.ms.values())
    assert result.device == "cpu"


def test_the_listener_can_stop_a_drive(street, tiny):
    def stop(text, done, total):
        if text == "patch network":
            raise TimeoutError

    with pytest.raises(TimeoutError):
        drive(street, **tiny, listener=stop)


boxes = st.lists(
    st.tuples(st.integers(-9, 25), st.integers(-9, 25), st.integers(1, 20), st.integers(1, 20)),
    max_size=8,
)


@given(boxes, st.tuples(st.integers(1, 24), st.integers(1, 24)))
def test_covered_counts_each_pixel_of_the_picture_once(drawn, size):
    windows = np.array([[y, x, y + h, x + w] for y, x, h, w in drawn], np.int64).reshape(-1, 4)
    mask = np.zeros(size, bool)
    for y0, x0, y1, x1 in windows:
        mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = True
    assert covered(windows, size) == mask.sum()


def test_cost_counts_what_was_read(street):
    result = drive(street, **SMALL)
    mask = np.zeros(street.shape[:2], bool)
    for y0, x0, y1, x1 in result.patches.boxes:
        mask[y0:y1, x0:x1] = True
    cost = result.cost
    assert (cost.pixels_read, cost.pixels_total) == (mask.sum(), mask.size)
    assert cost.glance_pixels == mask.size
    assert cost.patch_pixels == 5 * 32 * 32


def test_every_knob_of_a_drive_is_in_the_table_or_belongs_to_a_method():
    methods = tuple(f"{name}_" for name in METHODS.names())
    left = {n for n in drive_knobs() if n not in RERUN and not n.startswith(methods)}
    assert left <= {"weights", "device"}
