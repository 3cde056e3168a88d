"""What is measured of classifiers: flags that survive packing, spreads over seeds, pairs."""

import numpy as np
import pytest

from patchdrive.training import measure
from patchdrive.types import SettingError


@pytest.mark.parametrize("count", [1, 7, 8, 9, 1237])
def test_flags_come_back_as_they_were(count):
    flags = np.random.default_rng(count).random(count) < 0.4
    assert (measure.unpack(measure.pack(flags), count) == flags).all()


@pytest.mark.parametrize("count", [8, 17])
def test_flags_of_another_count_are_refused(count):
    digits = measure.pack(np.ones(12, bool))
    with pytest.raises(SettingError, match=f"16 flags do not fit {count} test pictures"):
        measure.unpack(digits, count)


def judged(right, **changes):
    """What `judge` finds, for pictures in the order of their classes."""
    held = {
        "clean": 0.5, "top1": 0.5, "curves": {"pixels 1": [[0.0, 0.5], [1.0, 0.25]]},
        "exact": ["after 1"], "changed": ["pixels 1"], "agreement": {"pixels 1": 0.5},
        "probe": {"embed": 0.5, "last": 0.25}, "gate": [], "right": measure.pack(np.array(right)),
    }  # fmt: skip
    return held | changes


def class_means(right, sizes):
    """Mean over classes of the share that is right, class by class."""
    ends = np.cumsum(sizes)
    parts = np.split(np.array(right, float), ends[:-1])
    return np.mean([np.mean(part) for part in parts if part.size])


def test_a_pair_differs_by_the_difference_of_mean_class_accuracies():
    rng = np.random.default_rng(0)
    sizes = np.array([5, 1, 30, 0, 12])
    flags = {
        name: [rng.random(sizes.sum()) < share for _ in range(3)]
        for name, share in (("vit-lgp", 0.8), ("vit-learned", 0.4), ("vit-none", 0.1))
    }
    found = {name: {i: judged(one) for i, one in enumerate(all_)} for name, all_ in flags.items()}
    rows = {(row["one"], row["other"]): row for row in measure.pairs(found, sizes)}
    assert set(rows) == {("vit-lgp", "vit-learned"), ("vit-lgp", "vit-none")}
    for (one, other), row in rows.items():
        means = [np.mean([class_means(seed, sizes) for seed in flags[n]]) for n in (one, other)]
        assert row["difference"] == pytest.approx(means[0] - means[1], abs=1e-5)
        assert row["low"] < row["difference"] < row["high"]
        assert row["trainings"] == [3, 3]


def test_a_pair_is_compared_picture_by_picture():
    sizes = np.array([40, 40])
    base = np.random.default_rng(1).random(80) < 0.5
    better = base.copy()
    better[np.flatnonzero(~base)[:8]] = True
    (row,) = measure.pairs({"vit-lgp": {0: judged(better)}, "vit-none": {0: judged(base)}}, sizes)
    assert row["difference"] == pytest.approx(0.1)
    assert row["low"] > 0, "though both accuracies alone are far less sure than 10 points"
    (same,) = measure.pairs({"vit-lgp": {0: judged(base)}, "vit-none": {0: judged(base)}}, sizes)
    assert (same["low"], same["difference"], same["high"]) == (0, 0, 0)


def test_seeds_together_have_means_and_ends():
    seeds = {
        2: judged([True], clean=0.7, log=[[1, 0.2], [2, 0.6]]),
        0: judged([True], clean=0.5, log=[[1, 0.1], [2, 0.4]], curves={"pixels 1": [[0, 0.1]]}),
    }
    seeds[2]["curves"] = {"pixels 1": [[0, 0.3]]}
    found = measure.together("vit-lgp", seeds)
    assert found["seeds"] == [0, 2]
    assert found["clean"] == [0.5, 0.7]
    assert found["curves"]["pixels 1"] == [[0, 0.2, 0.1, 0.3]]
    assert found["training"] == [[1, 0.15, 0.1, 0.2], [2, 0.5, 0.4, 0.6]]


def test_what_changed_with_one_seed_is_no_exact_no_op():
    seeds = {0: judged([True], exact=["a", "b"], changed=[]), 1: judged([True], exact=["a"])}
    seeds[1]["changed"] = ["b"]
    assert measure.together("vit-lgp", seeds)["exact"] == ["a"]


def test_runs_without_a_log_have_no_training_curve():
    assert measure.together("vit-lgp", {0: judged([True])})["training"] == []
    both = {0: judged([True]), 1: judged([True], log=[[1, 0.5]])}
    assert measure.together("vit-lgp", both)["training"] == [[1, 0.5, 0.5, 0.5]]
