"""One picture, shuffled: what is shown is what is asked, and no-ops are exact."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

from patchdrive.images import MemoryImage
from patchdrive.models.classifier import normalise
from patchdrive.ops import robustness
from patchdrive.ops.shuffle import FRACTIONS, STAGES, permutations
from patchdrive.pipelines import answers
from patchdrive.pipelines.answers import ask, curves, offered, shuffle, to_json
from patchdrive.pipelines.position import square
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.pipelines.shuffle import shuffled_logits
from patchdrive.types import ImageError, SettingError
from tests import scenes
from tests.models.test_trained import NAMES, folder, keep, network  # noqa: F401 - a fixture

torch.set_num_threads(1)
VITS = ("vit-learned", "vit-none", "vit-lgp")
SEEN = 32


@pytest.fixture(autouse=True)
def shipped(folder):  # noqa: F811
    """Four tiny classifiers beside the code."""
    for name in (*VITS, "vim-learned"):
        keep(folder, name)
    return folder


@pytest.fixture
def picture():
    """A picture that is 3 times as large as what classifiers see."""
    return scenes.noise(96, 96)


@pytest.fixture
def patches():
    """16 patches, each of one colour of its own, 16 px of a side."""
    colours = np.random.default_rng(1).permutation(256)[:48].reshape(4, 4, 3).astype(np.uint8)
    return colours.repeat(16, 0).repeat(16, 1)


def logits(net, pixels, protocol=None):
    batch = normalise(torch.from_numpy(np.array(pixels))[None])
    return shuffled_logits(net, batch, protocol)


def best(found):
    """Names and probabilities as an answer has them, from logits (1, classes)."""
    shares = np.exp(robustness.log_softmax(found))[0]
    order = np.argsort(-shares, kind="stable")
    return [(NAMES[i], pytest.approx(shares[i], abs=1e-5)) for i in order]


@pytest.mark.parametrize("stage", STAGES)
def test_a_fraction_of_zero_changes_nothing(stage, picture):
    for one in shuffle(picture, models=VITS, stage=stage, fraction=0).answers:
        if not one.reason:
            assert one.exact
            assert one.largest == pytest.approx(0, abs=1e-6)
            assert one.cosine == pytest.approx(1)
            assert one.kl == pytest.approx(0, abs=1e-9)
            assert one.kept == pytest.approx(one.before[0][1], abs=1e-6)
            assert [name for name, _ in one.after] == [name for name, _ in one.before]


@pytest.mark.parametrize("fraction", [0.5, 1])
def test_tokens_shuffled_after_their_positions_are_an_exact_no_op_for_a_vit(fraction, picture):
    found = shuffle(picture, models=(*VITS, "vim-learned"), stage="after", fraction=fraction)
    exact = {one.model: one.exact for one in found.answers}
    assert exact == {name: name in VITS for name in exact}


def test_a_vit_without_positions_does_not_notice_shuffled_patches(picture):
    found = shuffle(picture, models=VITS, fraction=1)
    assert [one.exact for one in found.answers] == [False, True, False]
    cut = shuffle(picture, models=("vit-none",), fraction=1, misaligned=True)
    assert not cut.answers[0].exact


def test_answers_are_those_of_the_comparison_to_picture_zero(picture):
    settings = ShuffleSettings(fraction=0.6, shuffle_seed=5)
    found = ask(MemoryImage(picture), settings, VITS)
    assert (found.seen == square(MemoryImage(picture), SEEN)).all()
    for one in found.answers:
        net = network(one.model)
        clean, moved = (logits(net, found.seen, p) for p in (None, settings.protocol))
        assert list(one.before) == best(clean)
        assert list(one.after) == best(moved)
        assert one.kept == pytest.approx(robustness.confidence(clean, moved), abs=1e-6)
        assert one.largest == pytest.approx(robustness.largest_change(clean, moved), abs=1e-5)
        assert one.cosine == pytest.approx(robustness.logit_cosine(clean, moved), abs=1e-5)
        assert one.kl == pytest.approx(robustness.divergence(clean, moved), abs=1e-6)
        assert one.same == (robustness.agreement(clean, moved) == 1)


def test_probabilities_fall_and_are_those_of_all_classes(picture):
    for one in shuffle(picture, models=VITS).answers:
        for told in (one.before, one.after):
            shares = [share for _, share in told]
            assert shares == sorted(shares, reverse=True)
            assert sum(shares) == pytest.approx(1)
            assert {name for name, _ in told} == set(NAMES)


def test_at_most_five_answers_are_told(shipped, picture):
    logits = np.linspace(0, 1, 9)[None]
    told = answers._best(logits, [str(n) for n in range(9)])
    assert [name for name, _ in told] == ["8", "7", "6", "5", "4"]


@pytest.mark.parametrize("size", [(32, 32), (96, 96), (300, 420), (700, 640)])
@pytest.mark.parametrize("stage", ["pixels", "before", "after"])
def test_what_is_shown_unshuffled_is_the_square(stage, size):
    image = MemoryImage(scenes.noise(*size))
    shown = shuffle(image, models=VITS, stage=stage, fraction=0).shown
    side = min(512, min(size) // SEEN * SEEN)
    assert shown.shape == (side, side, 3)
    assert (shown == square(image, side)).all()


def test_bands_in_their_own_order_rebuild_what_is_seen(picture):
    still = shuffle(picture, models=("vit-lgp",), stage="bands", fraction=0)
    assert still.shown.dtype == np.uint8
    assert np.abs(still.shown.astype(int) - still.seen).max() <= 1
    moved = shuffle(picture, models=("vit-lgp",), stage="bands", fraction=1)
    assert moved.shown.shape == (SEEN, SEEN, 3)
    assert np.abs(moved.shown.astype(int) - moved.seen).max() > 20
    assert not moved.answers[0].exact


@pytest.mark.parametrize("stage", ["pixels", "before", "after"])
@pytest.mark.parametrize("seed", [0, 9])
def test_patches_are_shown_in_the_order_of_picture_zero(stage, seed, patches):
    found = shuffle(patches, models=VITS, stage=stage, fraction=0.7, shuffle_seed=seed)
    order = permutations(16, 0.7, seed, [0])[0]
    assert found.shown.shape == (64, 64, 3)
    middles = found.shown[8::16, 8::16].reshape(16, 3)
    assert (middles == patches[8::16, 8::16].reshape(16, 3)[order]).all()


@pytest.mark.parametrize("values", [{}, {"block": 2}, {"misaligned": True}])
def test_the_picture_that_is_shown_gets_the_answers_that_are_told(values, patches):
    found = shuffle(patches, models=VITS, fraction=1, **values)
    shown = square(MemoryImage(found.shown), SEEN)
    for one in found.answers:
        assert list(one.after) == best(logits(network(one.model), shown))


@pytest.mark.parametrize(
    ("stage", "refused"),
    [
        ("before", {"vit-none": "adds no positions", "vit-lgp": "adds no positions"}),
        ("bands", {"vit-learned": "reads no wavelet bands", "vit-none": "reads no wavelet bands"}),
    ],
)
def test_what_does_not_apply_is_told_with_the_answer_to_the_picture(stage, refused, picture):
    found = {one.model: one for one in shuffle(picture, models=VITS, stage=stage).answers}
    for name, one in found.items():
        assert (name in refused) is bool(one.reason)
        assert one.before
    for name, words in refused.items():
        one = found[name]
        assert words in one.reason
        assert one.after == ()
        assert one.kept is one.cosine is one.kl is one.largest is one.same is None
        assert not one.exact
        assert one.words.endswith(f"; does not apply: {one.reason}")


def test_a_line_tells_both_answers(picture):
    still, other = shuffle(picture, models=("vit-none", "vit-learned"), fraction=1).answers
    (name, share), *_ = still.before
    assert (
        still.words == f"{name} ({100 * share:.0f} %) -> {name} ({100 * share:.0f} %); exact no-op"
    )
    assert f"; largest change of a logit {other.largest:.3g}" in other.words


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"colour": "red"}, "there is no knob 'colour'; there is: stage, block, misaligned"),
        ({"stage": "pixel"}, "stage must be one of pixels, before, after, bands"),
        ({"fraction": 1.5}, "fraction must be 0.0 to 1.0, not 1.5"),
        ({"block": 3}, "block must be one of 1, 2, 4"),
        ({"models": ["vit-sinus"]}, "no shipped classifier 'vit-sinus'; there is: vit-learned"),
        ({"block": 4}, "there is nothing to shuffle"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(how, words, picture):
    with pytest.raises(SettingError, match=words):
        shuffle(picture, **how)


def test_pictures_that_do_not_fit_are_refused_in_words(picture, tmp_path):
    with pytest.raises(SettingError, match="a classifier of 32 px needs a larger one"):
        shuffle(scenes.noise(31, 90))
    with pytest.raises(ImageError):
        shuffle(tmp_path / "none.png")


def test_models_that_see_pictures_of_another_size_are_not_asked_together(shipped, picture):
    keep(shipped, "vit-sinus", size=40)
    pair = ("vit-none", "vit-sinus")
    told = "vit-sinus takes pictures of another size than vit-none"
    with pytest.raises(SettingError, match=told):
        shuffle(picture, models=pair)
    with pytest.raises(SettingError, match=told):
        curves(MemoryImage(picture), ShuffleSettings(), pair)


def test_without_names_those_for_comparison_are_asked(shipped, picture):
    assert offered() == ("vit-learned", "vit-none", "vit-lgp")
    assert [one.model for one in shuffle(picture).answers] == list(offered())
    for name in offered():
        (shipped / f"{name}.safetensors").unlink()
    assert offered() == ("vim-learned",)
    (shipped / "vim-learned.safetensors").unlink()
    with pytest.raises(SettingError, match="choose at least one model"):
        shuffle(picture)


def test_a_checkpoint_of_ones_own_can_be_asked(picture, tmp_path):
    file = keep(tmp_path / "runs", "vit-none", seed=4)
    (one,) = shuffle(picture, models=[str(file)]).answers
    assert one.model == one.title == str(file)
    assert list(one.before) == best(
        logits(network("vit-none", 4), square(MemoryImage(picture), 32))
    )


def test_any_source_of_a_picture_will_do(picture, tmp_path):
    file = tmp_path / "mine.png"
    Pillow.fromarray(picture).save(file)
    sources = (file, str(file), file.read_bytes(), picture, Pillow.fromarray(picture))
    found = [to_json(replace(shuffle(one, models=VITS), ms={})) for one in sources]
    assert len({json.dumps(json.loads(one)["answers"]) for one in found}) == 1
    assert len({json.loads(one)["picture"]["digest"] for one in found}) == 1


def test_text_holds_what_is_needed_to_ask_again(picture):
    for stage in STAGES:
        found = shuffle(picture, models=VITS, stage=stage, fraction=0.75, shuffle_seed=3)
        told = json.loads(to_json(found))
        assert told["picture"]["digest"] == found.image.digest
        blocks = {"block", "misaligned"} if stage == "pixels" else set()
        acting = {"stage", "fraction", "shuffle_seed", *blocks}
        assert set(told["settings"]) == {*acting, "models"}
        again = json.loads(to_json(shuffle(picture, **told["settings"])))
        assert {**again, "ms": 0} == {**told, "ms": 0}
        for one, held in zip(told["answers"], found.answers, strict=True):
            assert one["model"] == held.model
            assert [(each["class"], each["probability"]) for each in one["before"]] == list(
                held.before
            )
            assert len(one["after"]) == len(held.after)
            assert (one["kept"], one["reason"]) == (held.kept, held.reason)
            assert one["same"] == held.same
            assert (one["exact_no_op"], one["largest_change"]) == (held.exact, held.largest)


def test_knobs_that_a_stage_has_not_are_refused(picture):
    for knob, value in (("block", 2), ("misaligned", True)):
        with pytest.raises(SettingError, match=f"{knob} acts only with stage=pixels"):
            shuffle(picture, models=VITS, stage="after", **{knob: value})
    assert ShuffleSettings(block=2, misaligned=True).protocol.misaligned


def test_a_memory_makes_each_answer_once(picture, memory):
    shuffle(picture, models=VITS, memory=memory)
    assert memory.since() == ["square", *made(*VITS), "shown"]
    shuffle(picture, models=VITS, memory=memory)
    assert memory.since() == []
    shuffle(picture, models=("vit-none", "vim-learned"), memory=memory)
    assert memory.since() == made("vim-learned")
    shuffle(picture, models=("vit-none",), fraction=0.3, memory=memory)
    assert memory.since() == ["answer of vit-none", "shown"]


def made(*names):
    """The stages that answer for models."""
    return [f"{what} of {name}" for name in names for what in ("clean logits", "answer")]


@pytest.mark.parametrize(
    "turn", [{"fraction": 0.9}, {"shuffle_seed": 4}, {"stage": "after"}, {"block": 2}]
)
def test_a_turn_of_a_knob_asks_each_model_once(turn, picture, memory, monkeypatch):
    asked = []

    def counting(net, pixels, protocol):
        asked.append(protocol)
        return shuffled_logits(net, pixels, protocol)

    monkeypatch.setattr(answers, "shuffled_logits", counting)
    shuffle(picture, models=VITS, memory=memory)
    assert asked.count(None) == len(VITS)
    asked.clear()
    found = shuffle(picture, models=VITS, memory=memory, **turn)
    assert len(asked) == len(VITS)
    assert None not in asked, "what was answered unshuffled is remembered"
    fresh = shuffle(picture, models=VITS, **turn)
    assert [one.words for one in found.answers] == [one.words for one in fresh.answers]


def test_what_is_remembered_is_of_one_picture(picture, memory):
    shuffle(picture, models=("vit-lgp",), memory=memory)
    (other,) = shuffle(255 - picture, models=("vit-lgp",), memory=memory).answers
    (fresh,) = shuffle(255 - picture, models=("vit-lgp",)).answers
    assert other.before == fresh.before


def test_a_listener_hears_of_every_stage_and_can_stop_it(picture):
    heard = []
    shuffle(picture, models=VITS, listener=lambda text, *_: heard.append(text))
    assert heard == ["square", *made(*VITS), "shown"]

    def stop(text, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shuffle(picture, models=VITS, listener=stop)


def test_curves_begin_at_the_picture_and_draw_five_orders(picture, memory):
    image, settings = MemoryImage(picture), ShuffleSettings(fraction=0.3, shuffle_seed=7)
    report = curves(image, settings, VITS, memory=memory)
    assert report.seeds == (7, 8, 9, 10, 11)
    told = [(row.model, row.protocol.fraction) for row in report.rows]
    assert told == [(name, fraction) for name in VITS for fraction in FRACTIONS]
    before = {one.model: one.before[0][1] for one in ask(image, settings, VITS).answers}
    for row in report.rows:
        assert row.confidence == pytest.approx(before[row.model], abs=1e-6)
        if row.protocol.fraction == 0:
            assert row.remaining.mean == pytest.approx(row.confidence, abs=1e-6)
    memory.since()
    curves(image, replace(settings, fraction=0.9), VITS, memory=memory)
    assert memory.since() == [], "they cover all fractions"
    curves(image, replace(settings, shuffle_seed=8), VITS, memory=memory)
    assert memory.since() == ["curves"]


def test_a_curve_passes_through_the_answers(picture):
    image, settings = MemoryImage(picture), ShuffleSettings(fraction=0.5, shuffle_seed=2)
    (row,) = [
        row
        for row in curves(image, settings, ("vit-learned",)).rows
        if row.protocol.fraction == 0.5
    ]
    kept = [
        ask(image, replace(settings, shuffle_seed=seed), ("vit-learned",)).answers[0].kept
        for seed in range(2, 7)
    ]
    assert row.remaining.mean == pytest.approx(np.mean(kept), abs=1e-6)
    assert (row.remaining.low, row.remaining.high) == (
        pytest.approx(min(kept), abs=1e-6),
        pytest.approx(max(kept), abs=1e-6),
    )


@pytest.mark.parametrize("stage", ["pixels", "before", "after"])
def test_sides_that_do_not_divide_what_is_shown_keep_their_order(stage, shipped):
    keep(shipped, "vit-sinus", size=480, dim=8)
    found = shuffle(scenes.flat(1000, 1000), models=["vit-sinus"], stage=stage, fraction=1)
    assert found.shown.shape == (480, 480, 3)
