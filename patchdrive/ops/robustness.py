"""What shuffling did to a network's answers: accuracy, agreement, distances, and where tokens are.

Everything is computed in float64. Robustness without accuracy is worth nothing (a network that
always gives one answer is perfectly robust), so a `Row` always carries the clean accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patchdrive.ops.bootstrap import Spread
from patchdrive.ops.shuffle import Protocol
from patchdrive.types import Bool, Float, Int, Size

EXACT = 1e-4  # logits that differ by less than this differ by rounding


@dataclass(frozen=True)
class Row:
    """What one protocol did to one model; None where it was not, or could not be, measured.

    protocol      its seed is the first of the report's
    reason        why the protocol does not apply to this model, in words; "" where it does
    clean         top-1 accuracy of the unshuffled pictures, 0 to 1
    shuffled      top-1 accuracy over the seeds
    per_class, clean_per_class   the same, each class counted once
    drop          clean - mean of shuffled, 95 % paired bootstrap over the pictures
    agreement     share of pictures that keep their answer, over the seeds
    cosine        mean cosine of the centred logits, over the seeds
    kl            mean KL(clean || shuffled) in nats, over the seeds
    confidence    mean probability of the unshuffled answer on the unshuffled pictures
    remaining     mean probability of that same answer on the shuffled ones, over the seeds
    largest       largest change of any logit
    exact         whether every seed was an exact no-op
    """

    model: str
    protocol: Protocol
    reason: str = ""
    clean: float | None = None
    shuffled: Spread | None = None
    per_class: Spread | None = None
    clean_per_class: float | None = None
    drop: Spread | None = None
    agreement: Spread | None = None
    cosine: Spread | None = None
    kl: Spread | None = None
    confidence: float | None = None
    remaining: Spread | None = None
    largest: float | None = None
    exact: bool = False

    @property
    def verdict(self) -> str:
        """The row in a few words, for a table."""
        if self.reason:
            return f"not applicable: {self.reason}"
        if self.exact:
            return "exact no-op"
        if self.drop is not None:
            lost = [-100 * v for v in (self.drop.mean, self.drop.high, self.drop.low)]
            return f"{lost[0]:+z.1f} points [{lost[1]:+z.1f}, {lost[2]:+z.1f}]"  # z: no minus zero
        return f"{100 * self.agreement.mean:.0f} % keep their answer" if self.agreement else ""


def correct(logits: Float, labels: Int) -> Bool:
    """Which pictures (M,) are answered rightly; of equal logits (M, K) the first is the answer."""
    if len(logits) != len(labels) or not len(labels):
        raise ValueError(f"{len(labels)} labels do not fit {len(logits)} answers")
    if np.min(labels) < 0 or np.max(labels) >= logits.shape[1]:
        raise ValueError(f"a label lies outside the {logits.shape[1]} classes")
    return _finite(logits).argmax(1) == np.asarray(labels)


def top1(logits: Float, labels: Int) -> float:
    """Share of the pictures answered rightly, from logits (M, K) and labels (M,)."""
    return float(correct(logits, labels).mean())


def class_accuracy(logits: Float, labels: Int) -> float:
    """Mean of the classes' accuracies, each class that occurs counted once."""
    right, labels = correct(logits, labels), np.asarray(labels)
    return float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))


def _finite(logits: Float) -> Float:
    logits = np.asarray(logits, np.float64)
    if logits.ndim != 2 or not logits.size:
        raise ValueError(f"logits are (pictures, classes), not {logits.shape}")
    if not np.isfinite(logits).all():
        raise ValueError("the logits have a value that is not finite")
    return logits


def _pair(before: Float, after: Float) -> tuple[Float, Float]:
    if np.shape(before) != np.shape(after):
        raise ValueError(f"answers {np.shape(after)} do not fit {np.shape(before)}")
    return _finite(before), _finite(after)


def agreement(before: Float, after: Float) -> float:
    """Share of the pictures whose answer is the same in both logits (M, K)."""
    before, after = _pair(before, after)
    return float((before.argmax(1) == after.argmax(1)).mean())


def logit_cosine(before: Float, after: Float) -> float:
    """Mean cosine of both logits (M, K), each centred over the classes.

    Logits that are all equal have no direction: the cosine is 1 where both are, 0 where one is.
    """
    a, b = (_centred(one) for one in _pair(before, after))
    return float(np.mean(np.where((a == 0).all(1) & (b == 0).all(1), 1.0, _cosines(a, b))))


def _centred(logits: Float) -> Float:
    flat = np.ptp(logits, axis=1, keepdims=True) == 0  # only the mean's rounding would be left
    return np.where(flat, 0, logits - logits.mean(1, keepdims=True))


def _cosines(a: Float, b: Float) -> Float:
    return np.clip((_directions(a) * _directions(b)).sum(-1), -1, 1)


def _directions(vectors: Float) -> Float:
    """Vectors (..., d) of length 1; zeros stay zeros."""
    vectors = np.asarray(vectors, np.float64)
    largest = np.abs(vectors).max(-1, keepdims=True, initial=0)
    vectors = vectors / np.where(largest > 0, largest, 1)  # so that squares do not underflow
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def log_softmax(logits: Float) -> Float:
    """Logarithms (M, K) of the probabilities."""
    shifted = _finite(logits)
    shifted = shifted - shifted.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def divergence(before: Float, after: Float) -> float:
    """Mean KL(p || q) in nats of the softmaxes p of before and q of after, both (M, K) logits."""
    before, after = _pair(before, after)
    p, q = log_softmax(before), log_softmax(after)
    return max(0.0, float((np.exp(p) * (p - q)).sum(1).mean()))


def confidence(before: Float, after: Float) -> float:
    """Mean probability that the logits `after` give to the answer of the logits `before`."""
    before, after = _pair(before, after)
    return float(np.exp(log_softmax(after))[np.arange(len(after)), before.argmax(1)].mean())


def largest_change(before: Float, after: Float) -> float:
    """The largest |change| of any logit."""
    before, after = _pair(before, after)
    return float(np.abs(after - before).max())


def exact(change: Float, scale: float = 1.0) -> bool:
    """Whether logits changed by rounding only: every |change| below 1e-4, or below 1e-4 scale.

    scale  largest size of the logits; where it is below 1, as with a fresh head, the bound shrinks
           with it, so that a network with tiny logits does not pass for an indifferent one
    """
    change = np.abs(np.asarray(change, np.float64))
    return bool((change == 0).all() or (change < EXACT * min(1.0, scale)).all())


def token_similarity(tokens: Float) -> Float:
    """Cosines (N, N) of the tokens (N, d) with each other; a token of zeros is like none."""
    directions = _directions(tokens)
    return np.clip(directions @ directions.T, -1, 1)


def similarity_map(tokens: Float, index: int, cells: Size) -> Float:
    """Cosines (h, w) of the tokens (N, d), N = h * w in row order, with the token at index."""
    if len(tokens) != cells[0] * cells[1] or not 0 <= index < len(tokens):
        raise ValueError(f"no token {index} of {len(tokens)} on a grid of {cells}")
    return _cosines(tokens, tokens[index]).reshape(cells)


def position_probe(tokens: Float, cells: Size, *, ridge: float = 1e-3, seed: int = 0) -> Float:
    """How well a linear map reads a token's place off its values: R2 of row and column, (2,).

    A ridge regression from token to (row, column) is fitted on a random half of the pictures and
    scored on the half that it never saw: 1 is perfect, 0 no better than always the middle, less
    than 0 worse. NaN for an axis of one cell, where there is nothing to tell.

    tokens  (M, N, d), M >= 2 pictures, N = h * w in row order
    ridge   penalty, as a share of the features' mean variance
    source  Hoerl and Kennard, Technometrics 12 (1970); a probe as of Alain and Bengio, 1610.01644
    """
    m, n, d = tokens.shape
    if m < 2 or n != cells[0] * cells[1]:
        raise ValueError(f"{m} pictures of {n} tokens do not make two halves on a grid of {cells}")
    places = np.indices(cells, np.float64).reshape(2, n).T - (np.array(cells) - 1) / 2  # (N, 2)
    order = np.random.default_rng(seed).permutation(m)
    seen, unseen = (
        np.asarray(tokens[half], np.float64).reshape(-1, d)
        for half in (order[: m // 2], order[m // 2 :])
    )
    middle = seen.mean(0)
    x = seen - middle
    gram = x.T @ x
    penalty = ridge * np.trace(gram) / d or 1.0  # tokens that are all alike: the weights are 0
    weights = np.linalg.solve(gram + penalty * np.eye(d), x.T @ np.tile(places, (m // 2, 1)))
    missed = np.tile(places, (m - m // 2, 1)) - (unseen - middle) @ weights
    spread = (m - m // 2) * (places**2).sum(0)
    return 1 - (missed**2).sum(0) / np.where(spread > 0, spread, np.nan)
