"""Metrics agree with slow references and with values known beforehand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from patchdrive.ops import robustness as measure
from patchdrive.ops.bootstrap import Spread
from patchdrive.ops.robustness import Row
from patchdrive.ops.shuffle import Protocol

# Few distinct values, so that ties and equal logits are common; a few large ones.
levels = st.sampled_from([-40.0, -1.0, 0.0, 0.5, 1.0, 3.0])
shapes = st.tuples(st.integers(1, 6), st.integers(1, 5))


@st.composite
def pairs(draw):
    """Logits before and after, and labels."""
    shape = draw(shapes)
    before, after = (draw(arrays(np.float32, shape, elements=levels)) for _ in range(2))
    labels = draw(arrays(np.int64, shape[0], elements=st.integers(0, shape[1] - 1)))
    return before, after, labels


def first_best(row):
    return max(range(len(row)), key=lambda k: row[k])


def softmax(row):
    total = sum(math.exp(v) for v in row)
    return [math.exp(v) / total for v in row]


def cosine(a, b):
    a, b = ([float(v) - math.fsum(map(float, r)) / len(r) for v in r] for r in (a, b))
    lengths = [math.sqrt(math.fsum(v * v for v in r)) for r in (a, b)]
    if min(lengths) < 1e-9:
        return float(max(lengths) < 1e-9)
    return math.fsum(x * y for x, y in zip(a, b, strict=True)) / lengths[0] / lengths[1]


@given(pairs())
def test_accuracies_agree_with_counting(case):
    logits, _, labels = case
    right = [first_best(row) == label for row, label in zip(logits, labels, strict=True)]
    by_class = {
        label: [r for r, x in zip(right, labels, strict=True) if x == label] for label in labels
    }
    assert measure.correct(logits, labels).tolist() == right
    assert measure.top1(logits, labels) == pytest.approx(sum(right) / len(right))
    expected = sum(sum(r) / len(r) for r in by_class.values()) / len(by_class)
    assert measure.class_accuracy(logits, labels) == pytest.approx(expected)


@given(pairs())
def test_distances_of_answers_agree_with_the_plain_formulas(case):
    before, after, _ = case
    rows = list(zip(before.tolist(), after.tolist(), strict=True))
    same = [first_best(a) == first_best(b) for a, b in rows]
    assert measure.agreement(before, after) == pytest.approx(np.mean(same))
    assert measure.logit_cosine(before, after) == pytest.approx(
        np.mean([cosine(a, b) for a, b in rows]), abs=1e-9
    )
    kl = [
        sum(x * math.log(x / y) for x, y in zip(softmax(a), softmax(b), strict=True))
        for a, b in rows
    ]
    assert measure.divergence(before, after) == pytest.approx(np.mean(kl), abs=1e-9)
    kept = [softmax(b)[first_best(a)] for a, b in rows]
    assert measure.confidence(before, after) == pytest.approx(np.mean(kept))
    assert measure.largest_change(before, after) == abs(before - after).max()


@given(pairs(), st.floats(-50, 50))
def test_a_constant_added_to_all_logits_changes_no_answer(case, constant):
    before = case[0].astype(np.float64)
    after = before + constant
    assert measure.logit_cosine(before, after) == pytest.approx(1, abs=1e-9)
    assert measure.divergence(before, after) == pytest.approx(0, abs=1e-9)


def test_known_values():
    p, q = np.log([[0.5, 0.5]]), np.log([[0.9, 0.1]])
    assert measure.divergence(p, q) == pytest.approx(0.5 * math.log(0.25 / 0.09))
    assert measure.divergence(q, p) == pytest.approx(0.9 * math.log(1.8) + 0.1 * math.log(0.2))
    assert measure.logit_cosine(np.array([[1.0, 2, 3]]), np.array([[3.0, 2, 1]])) == pytest.approx(
        -1
    )
    assert measure.confidence(q, p) == pytest.approx(0.5)
    unequal = np.array([[9.0, 0], [9, 0], [9, 0], [9, 0]])  # always the first class
    assert measure.top1(unequal, np.array([0, 0, 0, 1])) == 0.75
    assert measure.class_accuracy(unequal, np.array([0, 0, 0, 1])) == 0.5


def test_equal_logits_have_no_direction():
    flat, other = np.full((1, 3), 0.1), np.array([[0.3, 0.1, 0.2]])
    assert measure.logit_cosine(flat, 7 * flat) == 1
    assert measure.logit_cosine(flat, other) == 0


def test_huge_logits_do_not_overflow():
    before, after = np.array([[2e4, 0.0, -3e4]]), np.array([[0.0, 2e4, 0]])
    assert measure.divergence(before, after) == pytest.approx(2e4)
    assert measure.confidence(before, after) == 0


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (np.zeros((2, 3)), "do not fit"),
        (np.full((2, 4), np.nan), "not finite"),
        (np.full((2, 4), np.inf), "not finite"),
    ],
)
def test_answers_that_are_none_are_refused(after, words):
    for one in (measure.agreement, measure.logit_cosine, measure.divergence, measure.confidence):
        with pytest.raises(ValueError, match=words):
            one(np.zeros((2, 4)), after)


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="3 labels do not fit 2 answers"):
        measure.top1(np.zeros((2, 4)), np.zeros(3, np.int64))
    for label in (-1, 4):
        with pytest.raises(ValueError, match="outside the 4 classes"):
            measure.top1(np.zeros((2, 4)), np.array([0, label]))
    with pytest.raises(ValueError, match="pictures, classes"):
        measure.agreement(np.zeros(4), np.zeros(4))


@pytest.mark.parametrize(
    ("change", "scale", "known"),
    [
        ([0.0, 0.0], 1.0, True),
        ([9e-5, -9e-5], 1.0, True),
        ([9e-5, -1.1e-4], 1.0, False),
        ([9e-5], 50.0, True),
        ([9e-5], 0.01, False),  # a fresh head has logits of this size
        ([9e-8], 0.01, True),
        ([0.0], 0.0, True),
        ([np.nan], 1.0, False),
    ],
)
def test_only_rounding_passes_for_an_exact_no_op(change, scale, known):
    assert measure.exact(np.array(change), scale) is known


def test_token_similarity_agrees_with_the_plain_loop(rng):
    tokens = rng.normal(size=(6, 4))
    tokens[2], tokens[4] = 0, 3 * tokens[1]
    found = measure.token_similarity(tokens)
    for i in range(6):
        for j in range(6):
            lengths = np.linalg.norm(tokens[i]) * np.linalg.norm(tokens[j])
            expected = tokens[i] @ tokens[j] / lengths if lengths else 0
            assert found[i, j] == pytest.approx(expected)
    assert found[1, 4] == pytest.approx(1)
    assert abs(found).max() <= 1
    shown = measure.similarity_map(tokens, 1, (2, 3))
    assert shown.ravel() == pytest.approx(found[1])


def test_tiny_tokens_have_directions_like_others():
    tokens = np.array([[1e-200, 0], [0, 1e-200], [1e200, 0]])
    assert measure.token_similarity(tokens).tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]


@pytest.mark.parametrize(("index", "cells"), [(6, (2, 3)), (-1, (2, 3)), (0, (2, 2))])
def test_a_token_that_is_not_there_is_refused(index, cells):
    with pytest.raises(ValueError, match="no token"):
        measure.similarity_map(np.ones((6, 2)), index, cells)


def placed(rng, cells, noise, pictures=30):
    """Tokens whose first two values are their place, mixed into eight, with noise."""
    places = np.indices(cells).reshape(2, -1).T.astype(float)
    mix = rng.normal(size=(2, 8))
    return places @ mix + 5 + noise * rng.normal(size=(pictures, len(places), 8))


def test_a_probe_finds_places_that_are_there(rng):
    found = measure.position_probe(placed(rng, (4, 6), 0.01), (4, 6))
    assert found.shape == (2,)
    assert (found > 0.99).all()


def test_a_probe_finds_nothing_where_nothing_is(rng):
    found = measure.position_probe(rng.normal(size=(60, 24, 8)), (4, 6))
    assert (abs(found) < 0.05).all()
    assert measure.position_probe(np.ones((4, 24, 8)), (4, 6)) == pytest.approx([0, 0])


def test_a_probe_is_scored_on_pictures_that_it_never_saw(rng):
    """With more values than pictures, any fit is perfect on what it saw."""
    found = measure.position_probe(rng.normal(size=(4, 4, 40)), (2, 2), ridge=1e-6)
    assert (found < 0.5).all()


def test_a_probe_tells_rows_from_columns(rng):
    tokens = rng.normal(size=(40, 12, 5))
    tokens[..., 0] = np.repeat(np.arange(3), 4)
    row, column = measure.position_probe(tokens, (3, 4))
    assert row > 0.99
    assert column < 0.1


def test_a_probe_agrees_with_least_squares_where_the_penalty_vanishes(rng):
    tokens, cells = placed(rng, (3, 4), 2.0), (3, 4)
    order = np.random.default_rng(0).permutation(len(tokens))
    half, rest = tokens[order[:15]], tokens[order[15:]]
    places = np.indices(cells).reshape(2, -1).T.astype(float)
    ones = [np.c_[part.reshape(-1, 8), np.ones(part.shape[0] * 12)] for part in (half, rest)]
    fit = np.linalg.lstsq(ones[0], np.tile(places, (15, 1)), rcond=None)[0]
    truth = np.tile(places, (15, 1))
    missed = ((truth - ones[1] @ fit) ** 2).sum(0) / ((truth - truth.mean(0)) ** 2).sum(0)
    assert measure.position_probe(tokens, cells, ridge=1e-12) == pytest.approx(1 - missed)


def test_an_axis_of_one_cell_has_nothing_to_tell(rng):
    row, column = measure.position_probe(rng.normal(size=(6, 5, 3)), (1, 5))
    assert math.isnan(row)
    assert math.isfinite(column)


@pytest.mark.parametrize(("shape", "cells"), [((1, 4, 3), (2, 2)), ((4, 4, 3), (2, 3))])
def test_a_probe_needs_two_halves_and_a_grid(shape, cells):
    with pytest.raises(ValueError, match="do not make two halves"):
        measure.position_probe(np.zeros(shape), cells)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"reason": "it reads no wavelet bands"}, "not applicable: it reads no wavelet bands"),
        ({"exact": True, "drop": Spread(0, 0, 0)}, "exact no-op"),
        ({"drop": Spread(0.123, 0.1, 0.15)}, "-12.3 points [-15.0, -10.0]"),
        ({"drop": Spread(-0.02, -0.03, 0.01)}, "+2.0 points [-1.0, +3.0]"),
        ({"drop": Spread(0.0, 0.0, 0.0)}, "+0.0 points [+0.0, +0.0]"),
        ({"agreement": Spread(0.8, 0.7, 0.9)}, "80 % keep their answer"),
    ],
)
def test_a_row_says_in_words_what_happened(values, verdict):
    assert Row("vit", Protocol(), **values).verdict == verdict


def test_a_spread_over_seeds_goes_from_least_to_greatest():
    assert Spread.over([0.5, 0.25, 0.75]) == Spread(0.5, 0.25, 0.75)
