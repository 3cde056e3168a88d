"""A study of trained classifiers: its numbers are those of direct evaluation, measured once."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from patchdrive.models import checkpoint
from patchdrive.models.classifier import normalise
from patchdrive.ops import robustness
from patchdrive.ops.shuffle import Protocol
from patchdrive.pipelines.shuffle import shuffled_logits
from patchdrive.training import data, measure, study
from patchdrive.training.evaluate import evaluate
from patchdrive.types import SettingError
from tests import scenes
from tests.images.pictures import saved
from tests.models.test_trained import NAMES, about, network

RUNS = (("vit-learned", 0), ("vit-learned", 1), ("vit-lgp", 0))


@pytest.fixture(autouse=True)
def place(real, tmp_path, monkeypatch):
    """Where the data lie, and with the project's own classifiers."""
    monkeypatch.setenv("PATCHDRIVE_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def pets(stored):
    """Twenty noisy pictures a class, of sizes that need scaling."""
    files = {}
    for label, name in enumerate(NAMES):
        for i in range(20):
            pixels = scenes.noise(36 + i, 40, 100 * label + i) // 2
            pixels[..., label] += 100
            files[f"{name}/{i:02}.png"] = saved(pixels, "PNG")
    return stored(files)


@pytest.fixture
def tested(pets):
    _, test = data.folder_or_zip(pets, 32).split()
    return test


def write(folder, name, seed, place, **changes):
    """One run's checkpoint and card."""
    net = network(name, seed)
    told = {"path": place, "name": "pets", "licence": "", "size": 32}
    file = folder / f"{name}-s{seed}" / f"{name}-s{seed}.safetensors"
    checkpoint.save(file, net, about(net, data=told, **changes))
    file.with_suffix(".md").write_text(f"card of {name}, seed {seed}")
    return file


@pytest.fixture
def runs(pets, tmp_path):
    folder = tmp_path / "runs"
    for name, seed in RUNS:
        write(folder, name, seed, pets.name)
    return folder


def direct(seed, pictures, protocol):
    """Mean class accuracy of a training of learned positions, in the orders that it draws."""
    pixels = normalise(torch.from_numpy(pictures.pixels[:, 2:34, 2:34].copy()))
    logits = shuffled_logits(network("vit-learned", seed), pixels, replace(protocol, seed=seed))
    return robustness.class_accuracy(logits, pictures.labels)


def test_numbers_are_those_of_direct_evaluation(runs, tested, tmp_path):
    found = study.study(runs, tmp_path / "out")
    nets = {run: network(*run) for run in RUNS}
    scores = {run: evaluate(net, tested) for run, net in nets.items()}
    models = found["models"]
    assert list(models) == ["vit-learned", "vit-lgp"]
    assert models["vit-learned"]["seeds"] == [0, 1]
    assert models["vit-learned"]["title"] == "ViT, learned positions"
    for name, model in models.items():
        mine = [score for (one, _), score in scores.items() if one == name]
        assert model["clean"] == pytest.approx([one.balanced for one in mine], abs=1e-5)
        assert model["top1"] == pytest.approx([one.top1 for one in mine], abs=1e-5)
    for protocol in (Protocol(), Protocol("pixels", 2, 0.5), Protocol("before", 1, 0.5)):
        curve = models["vit-learned"]["curves"][protocol.key]
        (point,) = [one for one in curve if one[0] == protocol.fraction]
        by_seed = [direct(seed, tested, protocol) for seed in (0, 1)]
        wanted = [np.mean(by_seed), min(by_seed), max(by_seed)]
        assert point[1:] == pytest.approx(wanted, abs=1e-5)
    assert json.loads((tmp_path / "out" / "study.json").read_text()) == found


def test_curves_begin_at_the_clean_accuracy_and_grow_in_fraction(runs, tmp_path):
    for model in study.study(runs, tmp_path / "out")["models"].values():
        clean = model["clean"]
        for points in model["curves"].values():
            assert points[0][0] == 0
            assert points[0][1] == pytest.approx(np.mean(clean), abs=1e-4)
            assert points[0][2:] == [min(clean), max(clean)]
            fractions = [one[0] for one in points]
            assert fractions == sorted(set(fractions))
            assert fractions[-1] == 1
            assert all(low <= mean + 1e-5 and mean <= high + 1e-5 for _, mean, low, high in points)


def test_only_what_applies_to_a_classifier_is_in_its_curves(runs, tmp_path):
    models = study.study(runs, tmp_path / "out")["models"]
    pixels = {"pixels 1", "pixels 2", "pixels 1 misaligned"}
    assert set(models["vit-learned"]["curves"]) == {*pixels, "before 1", "after 1"}
    assert set(models["vit-lgp"]["curves"]) == {*pixels, "after 1", "bands 1"}
    for model in models.values():
        assert model["exact"] == ["after 1"]
        assert model["agreement"]["after 1"] == 1
    assert models["vit-learned"]["gate"] == []
    assert models["vit-lgp"]["gate"] == [0.5] * 24
    for layer in ("embed", "last"):
        assert len(models["vit-learned"]["probe"][layer]) == 2


def test_the_probe_finds_positions_where_they_are_added(tested):
    sure = network("vit-learned")
    with torch.no_grad():
        sure.position *= 100
    none = network("vit-none")
    assert measure.judge(sure, tested)["probe"]["embed"] > 0.85
    assert measure.judge(none, tested)["probe"]["embed"] < 0.3


def test_the_study_says_what_was_measured_on(runs, tested, tmp_path):
    found = study.study(runs, tmp_path / "out")
    assert (found["data"], found["classes"], found["chance"]) == ("pets", 3, 1 / 3)
    assert found["pictures"] == len(tested)
    assert found["epochs"] == {"vit-learned": 2, "vit-lgp": 2}


def test_a_second_call_measures_nothing_anew(runs, tmp_path, monkeypatch):
    found = study.study(runs, tmp_path / "out")

    def judge(*_):
        raise AssertionError("it was measured before")

    monkeypatch.setattr(measure, "judge", judge)
    assert study.study(runs, tmp_path / "out") == found


def test_the_first_seed_is_shipped_with_its_card(runs, tmp_path):
    out = tmp_path / "out"
    study.study(runs, out)
    names = {file.name for file in out.iterdir()}
    assert names == {
        "measured", "study.json", "vit-learned.safetensors", "vit-learned.md",
        "vit-lgp.safetensors", "vit-lgp.md",
    }  # fmt: skip
    first = runs / "vit-learned-s0" / "vit-learned-s0.safetensors"
    assert (out / "vit-learned.safetensors").read_bytes() == first.read_bytes()
    assert (out / "vit-learned.md").read_text() == "card of vit-learned, seed 0"


def test_only_some_can_be_measured_and_the_others_later(runs, tmp_path):
    out = tmp_path / "out"
    assert list(study.study(runs, out, ["vit-lgp"])["models"]) == ["vit-lgp"]
    assert list(study.study(runs, out, ["vit-learned"])["models"]) == ["vit-learned", "vit-lgp"]


def test_a_run_that_was_trained_again_is_measured_again(runs, pets, tmp_path):
    before = study.study(runs, tmp_path / "out")["models"]["vit-lgp"]
    old = runs / "vit-lgp-s0" / "vit-lgp-s0.safetensors"
    time = old.stat().st_mtime_ns
    net = network("vit-lgp", 5)
    with torch.no_grad():
        net.embed.fusion.alpha += 1
    told = {"path": pets.name, "name": "pets", "licence": "", "size": 32}
    checkpoint.save(old, net, about(net, data=told))
    assert old.stat().st_mtime_ns > time
    after = study.study(runs, tmp_path / "out")["models"]["vit-lgp"]
    assert after["gate"] != before["gate"]


def test_seeds_stand_in_the_order_of_their_numbers(pets, tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "PROTOCOLS", (Protocol(),))
    folder = tmp_path / "runs"
    for seed in (10, 2):
        write(folder, "vit-none", seed, pets.name)
    found = study.study(folder, tmp_path / "out")["models"]["vit-none"]
    kept = {
        seed: json.loads((tmp_path / f"out/measured/vit-none-s{seed}.json").read_text())
        for seed in (2, 10)
    }
    assert found["seeds"] == [2, 10]
    for layer in ("embed", "last"):
        wanted = [round(kept[seed]["probe"][layer], 4) for seed in (2, 10)]
        assert wanted[0] != wanted[1]
        assert found["probe"][layer] == wanted


def test_other_files_are_left_out_and_none_at_all_is_refused(pets, tmp_path):
    folder = tmp_path / "runs"
    write(folder, "vit-none", 0, pets.name)
    for name in ("mine-s0", "vit-none-sx", "vit-summary"):
        (folder / name).mkdir()
        (folder / name / f"{name}.safetensors").write_bytes(b"")
    found = study.checkpoints(folder)
    assert found == {"vit-none": {0: folder / "vit-none-s0" / "vit-none-s0.safetensors"}}
    with pytest.raises(SettingError, match="pets_none holds no checkpoints NAME-sN"):
        study.checkpoints(tmp_path / "pets_none")


def test_a_key_names_what_is_shuffled_without_how_much():
    assert Protocol("pixels", 2, 0.5, 7).key == "pixels 2"
    assert Protocol("pixels", 1, 0.5, misaligned=True).key == "pixels 1 misaligned"
    assert Protocol("bands").key == "bands 1"


def test_the_command_says_in_one_line_what_is_wrong(tmp_path, capsys):
    assert study.main([str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("patchdrive: ")
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_command_measures(runs, tmp_path, capsys):
    out = tmp_path / "out"
    assert study.main([str(runs), "--out", str(out), "--only", "vit-lgp"]) == 0
    assert list(json.loads((out / "study.json").read_text())["models"]) == ["vit-lgp"]
    assert "vit-lgp-s0" in capsys.readouterr().out


def test_what_was_measured_before_counts_when_its_checkpoint_is_gone(runs, tmp_path):
    out = tmp_path / "out"
    found = study.study(runs, out)
    shipped = (out / "vit-learned.safetensors").read_bytes()
    for seed in (0, 1):
        (runs / f"vit-learned-s{seed}" / f"vit-learned-s{seed}.safetensors").unlink()
    assert study.study(runs, out) == found
    assert (out / "vit-learned.safetensors").read_bytes() == shipped


def test_a_later_seed_does_not_take_the_place_of_the_shipped_one(runs, pets, tmp_path):
    out = tmp_path / "out"
    study.study(runs, out)
    shipped = (out / "vit-lgp.safetensors").read_bytes()
    (runs / "vit-lgp-s0" / "vit-lgp-s0.safetensors").unlink()
    write(runs, "vit-lgp", 3, pets.name)
    assert study.study(runs, out)["models"]["vit-lgp"]["seeds"] == [0, 3]
    assert (out / "vit-lgp.safetensors").read_bytes() == shipped


def test_logs_are_kept_and_told_as_a_curve(runs, tmp_path):
    out = tmp_path / "out"
    for seed in (0, 1):
        text = "epoch,loss,lr,top1,per_class,seconds\n1,4,0.1,0.2,0.125,1\n"
        (runs / f"vit-learned-s{seed}" / "log.csv").write_text(text + f"2,3,0.1,0.3,0.{2 + seed},1")
    found = study.study(runs, out)["models"]
    assert found["vit-learned"]["training"] == [[1, 0.125, 0.125, 0.125], [2, 0.25, 0.2, 0.3]]
    assert found["vit-lgp"]["training"] == []
    kept = (out / "measured" / "vit-learned-s1.csv").read_text()
    assert kept == (runs / "vit-learned-s1" / "log.csv").read_text()


def test_runs_on_other_pictures_are_not_mixed(runs, tmp_path):
    out = tmp_path / "out"
    study.study(runs, out)
    file = out / "measured" / "vit-lgp-s0.json"
    file.write_text(file.read_text().replace('"digest": "', '"digest": "f'))
    with pytest.raises(SettingError, match="measured on the same pictures"):
        study.gather(out / "measured")


def test_pairs_are_those_of_direct_evaluation(runs, tested, tmp_path):
    found = study.study(runs, tmp_path / "out")
    (row,) = found["pairs"]
    accuracy = {run: evaluate(network(*run), tested).balanced for run in RUNS}
    learned = np.mean([accuracy["vit-learned", seed] for seed in (0, 1)])
    assert (row["one"], row["other"], row["trainings"]) == ("vit-lgp", "vit-learned", [1, 2])
    assert row["difference"] == pytest.approx(accuracy["vit-lgp", 0] - learned, abs=1e-5)
