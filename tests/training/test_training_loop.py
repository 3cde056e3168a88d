"""The loop: it learns, it repeats itself, and it goes on after a stop as if there had been none."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from timm.layers import set_fused_attn, use_fused_attn

from patchdrive.training import loop
from patchdrive.training.config import TrainSettings
from patchdrive.training.evaluate import evaluate
from patchdrive.training.loop import optimizer, rate, train
from patchdrive.types import SettingError

ROOT = Path(__file__).parents[2]


def weights(run):
    return torch.cat([value.double().flatten() for value in run.module.state_dict().values()])


class StopError(Exception):
    pass


def stop_after(epoch, error=StopError):
    def progress(row):
        if row.epoch == epoch:
            raise error

    return progress


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_tiny_network_learns(config, pictures, tmp_path, precision):
    run = train(config(epochs=12, precision=precision), pictures, tmp_path)
    assert run.rows[-1].per_class > 0.8
    assert run.rows[-1].loss < run.rows[0].loss


@pytest.mark.parametrize("more", [{}, {"balanced": True, "precision": "bfloat16"}])
def test_a_resumed_run_equals_an_unbroken_one_bit_for_bit(config, pictures, tmp_path, more):
    settings = config({"jitter": 0.2}, **more)
    whole = train(settings, pictures, tmp_path / "whole")
    with pytest.raises(StopError):
        train(settings, pictures, tmp_path / "cut", progress=stop_after(2))
    torch.rand(5)  # what happens between must not matter
    resumed = train(settings, pictures, tmp_path / "cut", resume=True)
    assert torch.equal(weights(whole), weights(resumed))
    assert [row.loss for row in whole.rows] == [row.loss for row in resumed.rows]


def test_a_stop_within_an_epoch_keeps_the_last_whole_one(config, pictures, tmp_path, monkeypatch):
    whole = train(config(), pictures, tmp_path / "whole")
    step, done = loop._step, []

    def broken(*arguments):
        done.append(1)
        if len(done) == 8:  # five steps an epoch: in the midst of the second
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(loop, "_step", broken)
        with pytest.raises(KeyboardInterrupt):
            train(config(), pictures, tmp_path / "cut")
    seen = []
    resumed = train(config(), pictures, tmp_path / "cut", resume=True, progress=seen.append)
    assert [row.epoch for row in seen] == [2, 3, 4]
    assert torch.equal(weights(whole), weights(resumed))


def test_equal_seeds_give_equal_weights_and_others_do_not(config, pictures, tmp_path):
    one, same, other = (
        weights(train(config(seed=seed, epochs=2), pictures, tmp_path / name))
        for seed, name in ((3, "one"), (3, "same"), (4, "other"))
    )
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_what_surrounds_a_run_is_put_back(config, pictures, tmp_path):
    torch.manual_seed(5)
    before = torch.get_rng_state(), torch.get_num_threads()
    set_fused_attn(True)
    train(config(epochs=1, threads=2), pictures, tmp_path)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert torch.get_num_threads() == before[1]
    assert use_fused_attn()
    assert not use_fused_attn(experimental=True)


def test_networks_on_the_cpu_are_built_with_plain_attention(
    config, pictures, tmp_path, monkeypatch
):
    made, make = [], loop.networks.make
    monkeypatch.setattr(
        loop.networks, "make", lambda values: made.append(use_fused_attn()) or make(values)
    )
    train(config(epochs=1), pictures, tmp_path)
    assert made == [False]


def test_the_log_has_one_line_an_epoch_also_after_a_stop(config, pictures, tmp_path):
    with pytest.raises(StopError):
        train(config(), pictures, tmp_path, progress=stop_after(2))
    run = train(config(), pictures, tmp_path, resume=True)
    with (tmp_path / "log.csv").open() as file:
        lines = [*csv.DictReader(file)]
    assert [line["epoch"] for line in lines] == ["1", "2", "3", "4"]
    assert [*lines[0]] == ["epoch", "loss", "lr", "top1", "per_class", "seconds"]
    assert float(lines[3]["top1"]) == pytest.approx(run.rows[3].top1, rel=1e-5)
    assert not list(tmp_path.glob("*.part"))


def test_a_state_is_neither_overwritten_nor_taken_for_another_run(config, pictures, tmp_path):
    train(config(epochs=1), pictures, tmp_path)
    with pytest.raises(SettingError, match="holds the state of a run"):
        train(config(epochs=1), pictures, tmp_path)
    with pytest.raises(SettingError, match="of another config or of other data"):
        train(config(epochs=2), pictures, tmp_path, resume=True)
    (tmp_path / "state.pt").write_bytes(b"junk")
    with pytest.raises(SettingError, match="cannot be read; remove it"):
        train(config(epochs=1), pictures, tmp_path, resume=True)


def test_two_trainings_in_one_folder_refuse_each_other(config, pictures, tmp_path):
    """One in another process, whose lock goes with it however it ends."""
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom patchdrive.training.state import alone\n"
        "with alone(Path(sys.argv[1])):\n    print('in', flush=True)\n    time.sleep(120)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
    )
    try:
        assert other.stdout.readline() == b"in\n"
        for resume in (False, True):
            with pytest.raises(SettingError, match="another training runs in"):
                train(config(epochs=1), pictures, tmp_path, resume=resume)
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    assert len(train(config(epochs=1), pictures, tmp_path).rows) == 1


def spoil(held, how):
    if how == "weights of another shape":
        name = next(iter(held["module"]))
        held["module"][name] = held["module"][name][:1]
    elif how == "no weights":
        del held["module"]
    elif how == "moments of another shape":
        first = next(iter(held["optimizer"]["state"].values()))
        first["exp_avg"] = torch.zeros(1, 1, 1, 7)
    elif how == "an epoch missing":
        held["rows"][0]["epoch"] = 5
    return held


@pytest.mark.parametrize(
    "how",
    ["weights of another shape", "no weights", "moments of another shape", "an epoch missing"],
)
def test_a_state_that_does_not_fit_is_refused_in_words(config, pictures, tmp_path, how):
    train(config(epochs=1), pictures, tmp_path)
    file = tmp_path / "state.pt"
    torch.save(spoil(torch.load(file), how), file)
    with pytest.raises(SettingError, match="does not fit the network of this config"):
        train(config(epochs=1), pictures, tmp_path, resume=True)


def test_a_state_that_was_cut_off_is_refused_in_words(config, pictures, tmp_path):
    train(config(epochs=1), pictures, tmp_path)
    file = tmp_path / "state.pt"
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(SettingError, match="cannot be read; remove it"):
        train(config(epochs=1), pictures, tmp_path, resume=True)


def test_a_full_disk_leaves_the_state_of_the_epoch_before(config, pictures, tmp_path, monkeypatch):
    whole = train(config(), pictures, tmp_path / "whole")
    save = torch.save

    def full(held, out):
        save(held, out)
        if len(held["rows"]) == 2:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", full)
        with pytest.raises(OSError, match="No space"):
            train(config(), pictures, tmp_path / "cut")
    seen = []
    resumed = train(config(), pictures, tmp_path / "cut", resume=True, progress=seen.append)
    assert [row.epoch for row in seen] == [2, 3, 4]
    assert torch.equal(weights(whole), weights(resumed))


def test_a_loss_without_a_value_ends_the_run(config, pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_step", lambda *arguments: torch.tensor(math.nan))
    with pytest.raises(SettingError, match="the loss is nan in epoch 1; a lower lr may help"):
        train(config(), pictures, tmp_path)


@pytest.mark.parametrize("stage", ["before", "after"])
def test_token_shuffling_draws_a_new_order_each_step_and_tests_without(
    config, pictures, tmp_path, stage
):
    run = train(config(epochs=1, shuffle_tokens=stage), pictures, tmp_path)
    assert set(run.module.stages) == {stage}
    orders = run.module.seen
    assert len(orders) == -(-len(run.train) // 16)
    assert all(sorted(order.tolist()) == list(range(9)) for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) > 1


def test_the_rate_rises_then_falls_towards_nothing():
    settings = TrainSettings(epochs=5, warmup=1, lr=2.0)
    rates = [rate(step, 10, settings) for step in range(50)]
    assert rates[:10] == pytest.approx([0.2 * i for i in range(1, 11)])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[-1] < 0.01
    assert rate(0, 10, TrainSettings(epochs=1, warmup=0, lr=2.0)) == 2.0
    assert max(rate(s, 10, TrainSettings(epochs=1, warmup=9, lr=2.0)) for s in range(10)) < 2


def test_only_matrices_and_kernels_decay(tiny):
    module = tiny(4, 3)
    module.position = torch.nn.Parameter(torch.zeros(1, 9, 4))
    decayed, free = optimizer(module, TrainSettings()).param_groups
    assert (decayed["weight_decay"], free["weight_decay"]) == (0.05, 0.0)
    names = {id(weight): name for name, weight in module.named_parameters()}
    found = {names[id(weight)] for weight in decayed["params"]}
    assert found == {"body.0.weight", "body.3.weight", "head.weight"}
    assert len(decayed["params"]) + len(free["params"]) == len(names)


def test_scores_are_shares_of_what_is_right(pictures, tiny):
    module = tiny(4, 3).train()
    scores = evaluate(module, pictures, batch=32)
    assert module.training
    assert scores.logits.shape == (90, 3)
    assert scores.logits.dtype == "float32"
    right = scores.logits.argmax(1) == pictures.labels
    assert scores.top1 == right.mean()
    assert scores.per_class.tolist() == [right[pictures.labels == c].mean() for c in range(3)]
    assert scores.balanced == scores.per_class.mean()
    assert (evaluate(module, pictures, batch=32).logits == scores.logits).all()
