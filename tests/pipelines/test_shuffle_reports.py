"""Shuffling classifiers: what must change nothing does not, and the rest is counted right."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from patchdrive.ops import robustness as measure
from patchdrive.ops.bootstrap import bootstrap
from patchdrive.ops.shuffle import FRACTIONS, Protocol, permutations
from patchdrive.pipelines.shuffle import (
    Run,
    as_dict,
    compare,
    shuffled_logits,
    sweep,
    to_json,
)
from patchdrive.types import SettingError

torch.set_num_threads(1)

SIZE, PATCH, CLASSES, DIM = 16, 4, 5, 8
EVERY = [Protocol(), Protocol("before"), Protocol("after"), Protocol("bands")]


class Mean(nn.Module):
    """A tiny transformer that ends in a mean; with positions, or with bands, or with neither."""

    def __init__(self, positions=False, bands=0):
        super().__init__()
        torch.manual_seed(4)
        self.config = SimpleNamespace(patch=PATCH, size=SIZE, classes=CLASSES)
        self.grid, self.bands = (SIZE // PATCH, SIZE // PATCH), bands
        self.embed = nn.Conv2d(3, DIM, PATCH, stride=PATCH)
        self.position = nn.Parameter(torch.randn(16, DIM)) if positions else None
        self.mix = nn.MultiheadAttention(DIM, 2, dropout=0.5, batch_first=True)
        self.head = nn.Linear(DIM, CLASSES)

    def forward(self, pixels, *, before=None, after=None, bands=None):
        if before is not None and self.position is None:
            raise SettingError("it adds no positions")
        x = self.embed(pixels).flatten(2).transpose(1, 2)
        if bands is not None:
            x = x[..., bands]
        x = taken(x, before) + (0 if self.position is None else self.position)
        x = taken(x, after)
        x = x + torch.relu(self.mix(3 * x, 3 * x, x)[0])
        return self.head(3 * x.relu().mean(1))


def taken(x, order):
    return x if order is None else x.gather(1, order[..., None].expand_as(x))


@pytest.fixture(scope="module")
def pixels():
    return torch.randn(12, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def labels():
    return np.random.default_rng(2).integers(0, CLASSES, 12)


def only(report):
    (row,) = report.rows
    return row


def judged(model, pixels, protocol, labels=None, **how):
    return only(compare({"m": model}, pixels, labels, [protocol], Run(seeds=(0, 1), **how)))


@pytest.mark.parametrize("block", [1, 2])
@pytest.mark.parametrize("fraction", [0.25, 1.0])
def test_a_mean_without_positions_does_not_care_for_blocks_on_patch_borders(
    block, fraction, pixels, labels
):
    row = judged(Mean(), pixels, Protocol(block=block, fraction=fraction), labels)
    assert row.verdict == "exact no-op"
    assert row.drop.mean == 0
    assert row.agreement.low == 1


@pytest.mark.parametrize("block", [1, 2])
def test_it_does_care_for_misaligned_blocks(block):
    pixels = torch.randn(4, 3, 24, 24, generator=torch.Generator().manual_seed(1))
    assert judged(Mean(), pixels, Protocol(block=block)).exact
    row = judged(Mean(), pixels, Protocol(block=block, misaligned=True))
    assert not row.reason
    assert not row.exact
    assert row.verdict != "exact no-op"
    assert row.largest > 1e-3


@pytest.mark.parametrize("positions", [False, True])
def test_tokens_after_the_positions_are_an_exact_no_op_for_every_mean(positions, pixels):
    assert judged(Mean(positions), pixels, Protocol("after")).verdict == "exact no-op"


def test_positions_make_blocks_and_tokens_before_them_count_alike(pixels):
    model = Mean(positions=True)
    blocks = shuffled_logits(model, pixels, Protocol())
    tokens = shuffled_logits(model, pixels, Protocol("before"))
    assert np.allclose(blocks, tokens, atol=1e-5)
    assert not judged(model, pixels, Protocol("before")).exact


@pytest.mark.parametrize("protocol", [*EVERY, Protocol(misaligned=True)], ids=lambda p: p.title)
def test_a_fraction_of_zero_changes_nothing(protocol, pixels):
    model = Mean(positions=True, bands=DIM)
    still = Protocol(protocol.stage, fraction=0, misaligned=protocol.misaligned)
    clean, found = (shuffled_logits(model, pixels, one) for one in (None, still))
    assert np.allclose(found, clean, atol=1e-6)
    assert judged(model, pixels, still).verdict == "exact no-op"


@pytest.mark.parametrize("protocol", [*EVERY, Protocol(misaligned=True)], ids=lambda p: p.title)
def test_a_picture_gets_the_same_answer_in_any_batch_and_order(protocol, pixels):
    model, ids = Mean(positions=True, bands=DIM), np.arange(100, 112)
    whole = shuffled_logits(model, pixels, protocol, ids)
    assert whole.shape == (12, CLASSES)
    assert np.array_equal(shuffled_logits(model, pixels, protocol, ids), whole)
    assert np.allclose(shuffled_logits(model, pixels, protocol, ids, batch=5), whole, atol=1e-5)
    turned = shuffled_logits(model, pixels.flip(0), protocol, ids[::-1].tolist())
    assert np.allclose(turned[::-1], whole, atol=1e-5)


def test_every_model_is_handed_the_same_order_of_the_same_picture(pixels):
    seen = []

    class Spy(Mean):
        def forward(self, pixels, *, after=None, **others):
            seen.append(after)
            return super().forward(pixels, after=after, **others)

    for batch in (12, 4):
        shuffled_logits(Spy(), pixels, Protocol("after", 1, 0.5, 3), range(12), batch)
    expected = permutations(16, 0.5, 3, range(12))
    assert (seen[0].numpy() == expected).all()
    assert (torch.cat(seen[1:]).numpy() == expected).all()


def test_evaluation_leaves_every_module_in_its_mode(pixels):
    model = Mean()
    model.train()
    model.mix.eval()
    first = shuffled_logits(model, pixels, None)
    assert np.array_equal(shuffled_logits(model, pixels, None), first), "no dropout"
    assert model.training
    assert model.head.training
    assert not model.mix.training
    assert all(weights.grad is None for weights in model.parameters())


def test_rows_hold_what_the_metrics_say(pixels, labels):
    model, protocol = Mean(positions=True), Protocol(fraction=0.5)
    row = judged(model, pixels, protocol, labels)
    clean = shuffled_logits(model, pixels, None)
    first, second = (
        shuffled_logits(model, pixels, Protocol(fraction=0.5, seed=seed)) for seed in (0, 1)
    )
    top = [measure.top1(one, labels) for one in (first, second)]
    assert row.clean == measure.top1(clean, labels)
    assert (row.shuffled.low, row.shuffled.high) == (min(top), max(top))
    assert row.drop.mean == pytest.approx(row.clean - np.mean(top))
    lost = measure.correct(clean, labels) * 1.0
    lost -= (measure.correct(first, labels) * 1.0 + measure.correct(second, labels)) / 2
    assert row.drop == bootstrap(lost)
    assert row.clean_per_class == measure.class_accuracy(clean, labels)
    kl = [measure.divergence(clean, one) for one in (first, second)]
    assert row.kl.mean == pytest.approx(np.mean(kl))
    assert row.largest == max(measure.largest_change(clean, one) for one in (first, second))
    assert row.confidence > 1 / CLASSES


def test_a_stage_that_a_model_has_not_gives_a_row_that_says_so(pixels, labels):
    models = {"plain": Mean(), "banded": Mean(positions=True, bands=DIM)}
    report = compare(models, pixels, labels, EVERY, Run(seeds=(0,)))
    found = {(row.model, row.protocol.stage): row for row in report.rows}
    assert list(found) == [(name, p.stage) for name in models for p in EVERY]
    assert found["plain", "before"].verdict == "not applicable: it adds no positions"
    assert found["plain", "bands"].verdict == "not applicable: it reads no wavelet bands"
    assert found["plain", "bands"].drop is None
    assert not any(found["banded", p.stage].reason for p in EVERY)
    assert report.chance == {"plain": 1 / CLASSES, "banded": 1 / CLASSES}


def test_a_block_that_does_not_fit_gives_a_row_that_says_so(pixels):
    row = judged(Mean(), pixels, Protocol(block=3))
    assert row.reason == "1 of pixel blocks: there is nothing to shuffle"
    assert "does not fit into 16 x 16 pixels" in judged(Mean(), pixels, Protocol(block=5)).reason


def test_a_picture_without_label_is_swept_over_fractions(pixels):
    report = sweep({"m": Mean(positions=True)}, pixels[:1], Protocol(), run=Run(ids=[7]))
    assert [row.protocol.fraction for row in report.rows] == list(FRACTIONS)
    assert report.rows[0].exact
    for row in report.rows:
        assert row.clean is row.shuffled is row.per_class is row.drop is None
        assert row.cosine.low <= row.cosine.mean <= row.cosine.high
        assert row.confidence == report.rows[0].confidence
    last = report.rows[-1]
    assert last.cosine.mean < 1
    assert last.cosine.low < last.cosine.high
    assert last.verdict.endswith("keep their answer")


def test_the_listener_hears_of_all_work_in_order_and_can_stop_it(pixels, labels):
    heard = []
    models = {"one": Mean(), "two": Mean(positions=True)}
    run = Run(seeds=(0, 1), batch=5, listener=lambda *words: heard.append(words))
    compare(models, pixels, labels, EVERY, run)
    shares = [done / total for _, done, total in heard]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert heard[0][0] == "one: unshuffled"

    def stop(text, done, total):
        if text.startswith("two"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(models, pixels, labels, EVERY, Run(listener=stop))


def test_a_report_is_plain_values(pixels, labels):
    models = {"known": Mean(positions=True), "fresh": Mean()}
    models["fresh"].trained = False
    report = compare(models, pixels, labels, EVERY, Run(seeds=(3, 4)))
    found = json.loads(to_json(report))
    assert found == as_dict(report)
    assert found["note"] == "untrained network: fresh"
    assert found["trained"] == {"known": None, "fresh": False}
    assert found["seeds"] == [3, 4]
    assert len(found["rows"]) == 8
    first, missing = found["rows"][0], found["rows"][5]
    assert first["protocol"] == {
        "stage": "pixels",
        "block": 1,
        "fraction": 1.0,
        "misaligned": False,
        "title": "pixel blocks of a patch, 100 %",
    }
    assert set(first["drop"]) == {"mean", "low", "high"}
    assert first["exact"] is False
    assert missing["reason"] == "it adds no positions"
    assert "drop" not in missing


def test_a_report_is_the_same_in_every_call(pixels, labels):
    models = {"m": Mean(positions=True)}
    one, other = (compare(models, pixels, labels, EVERY) for _ in range(2))
    assert as_dict(one) == as_dict(other)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"batch": 0}, "at least one picture, not 0"),
        ({"seeds": ()}, "there must be seeds"),
        ({"seeds": (1, 1)}, "all different"),
        ({"ids": [1, 2]}, "2 numbers do not fit 12 pictures"),
    ],
)
def test_a_run_that_cannot_be_is_refused_in_words(how, words, pixels):
    with pytest.raises(SettingError, match=words):
        compare({"m": Mean()}, pixels, None, [], Run(**how))


def test_pictures_that_are_none_are_refused_in_words(pixels):
    with pytest.raises(SettingError, match="3 labels do not fit 12 pictures"):
        compare({"m": Mean()}, pixels, np.zeros(3, np.int64), [])
    for none in (pixels[:0], pixels[0]):
        with pytest.raises(SettingError, match=r"pictures are \(M, 3, S, S\)"):
            shuffled_logits(Mean(), none, None)
