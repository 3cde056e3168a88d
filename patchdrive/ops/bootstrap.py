"""How sure a mean is: bands of a bootstrap, over pictures and over trainings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patchdrive.types import Float

ROUNDS = 2000


@dataclass(frozen=True)
class Spread:
    """A value, and the band in which it lies.

    low, high  the 95 % band of a bootstrap, or the least and greatest of several seeds
    """

    mean: float
    low: float
    high: float

    @classmethod
    def over(cls, values: list[float]) -> Spread:
        """Mean, least and greatest of one value a seed."""
        return cls(float(np.mean(values)), min(values), max(values))


def bootstrap(values: Float, *, rounds: int = ROUNDS, seed: int = 0) -> Spread:
    """Mean of one value a picture, with its 95 % percentile band over resampled pictures.

    values  (M,) differences within each picture, which makes the band a paired one. The draws
            depend on M and the seed alone, so models that were given the same pictures share them,
            and the band of two models' difference is `bootstrap(a - b)`
    source  Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13
    """
    values = np.asarray(values, np.float64)
    if not values.size or rounds < 1:
        raise ValueError("a bootstrap needs pictures and rounds")
    rng, count = np.random.default_rng(seed), len(values)
    means = np.empty(rounds)
    step = max(1, 2**20 // count)  # a million draws at a time
    for start in range(0, rounds, step):
        part = means[start : start + step]
        part[:] = values[rng.integers(count, size=(len(part), count))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Spread(float(values.mean()), float(low), float(high))


def difference(one: Float, other: Float, *, rounds: int = ROUNDS, seed: int = 0) -> Spread:
    """Mean of `one` minus that of `other`, with a 95 % band over pictures and over trainings.

    one, other  (S, M) and (T, M): a value a training and picture. Both are drawn anew in every
                round: the same pictures for both, the trainings of each for itself. Few trainings
                are drawn as if they were all there are, which makes the band somewhat narrow
    source      Davison and Hinkley, Bootstrap Methods and their Application, section 3.8
    """
    pair = [np.asarray(values, np.float64) for values in (one, other)]
    if pair[0].shape[-1] != pair[1].shape[-1] or not all(v.ndim == 2 and v.size for v in pair):
        raise ValueError(f"values {np.shape(one)} and {np.shape(other)} are of no same pictures")
    rng, count = np.random.default_rng(seed), pair[0].shape[1]
    taken = rng.multinomial(count, np.full(count, 1 / count), rounds)  # (rounds, M)
    means = []
    for values in pair:
        each = taken @ values.T / count  # (rounds, S)
        drawn = rng.integers(len(values), size=each.shape)
        means.append(np.take_along_axis(each, drawn, 1).mean(1))
    low, high = np.percentile(means[0] - means[1], [2.5, 97.5])
    return Spread(float(pair[0].mean() - pair[1].mean()), float(low), float(high))
