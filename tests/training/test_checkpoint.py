"""Weights files that say what they are, their cards, and the commands around them."""

import argparse
import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from patchdrive.models import checkpoint
from patchdrive.training import commands, loop
from patchdrive.training.config import read
from patchdrive.training.evaluate import evaluate
from patchdrive.training.finish import finish
from patchdrive.training.loop import train
from patchdrive.types import SettingError, WeightsError

CONFIG = """
[data]
path = "pets"
licence = "Plain colours, CC0."
size = 16
[train]
epochs = 2
batch = 16
device = "cpu"
"""


@pytest.fixture
def run(config, pictures, tmp_path):
    return train(config({"licence": "Ours, CC0."}, epochs=2), pictures, tmp_path / "run")


def test_a_saved_network_comes_back_with_its_scores(run, tmp_path):
    file = tmp_path / "tiny.safetensors"
    about = finish(run, file, "patchdrive train tiny.toml")
    module, told = checkpoint.load(file)
    assert told == about
    assert not module.training
    assert evaluate(module, run.test).top1 == told.scores["top1"]
    assert (evaluate(module, run.test).logits == evaluate(run.module, run.test).logits).all()
    assert told.classes == ("r", "g", "b")
    assert (told.train["seed"], told.train["epochs"]) == (0, 2)
    assert told.model == {"size": 16, "classes": 3, "width": 4}
    assert not {"cache", "threads", "device"} & {*told.data, *told.train}


def test_the_card_says_how_it_was_made_and_what_it_can_do(run, tmp_path):
    about = finish(run, tmp_path / "tiny.safetensors", "patchdrive train tiny.toml")
    card = (tmp_path / "tiny.md").read_text()
    for words in (
        "patchdrive train tiny.toml", "Ours, CC0.", "[model]\nsize = 16", "## Limits",
        f"{100 * about.scores['top1']:.1f} %", f"{len(run.test)} test pictures | this file",
    ):  # fmt: skip
        assert words in card
    config = card.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "again.toml").write_text(config)
    named = replace(run.config, data=replace(run.config.data, name="somewhere"))
    assert read(tmp_path / "again.toml").digest() == replace(named, model=run.model).digest()


def test_places_of_one_machine_stay_out_of_the_file(run, tmp_path):
    place = str(tmp_path / "secret" / "pets.zip")
    run.config = replace(run.config, data=replace(run.config.data, path=place))
    about = finish(run, tmp_path / "tiny.safetensors", "")
    assert (about.data["path"], about.data["name"]) == ("pets.zip", "pets")
    assert b"secret" not in (tmp_path / "tiny.safetensors").read_bytes()


def rewritten(file, **changes):
    """The same weights with other words about them; None leaves a word out."""
    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(file, "pt") as opened:
        texts = {**opened.metadata(), **changes}
    tensors = load_file(file)
    save_file(tensors, file, {name: text for name, text in texts.items() if text is not None})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": None}, "no classifier of ours: its format is None"),
        ({"format": "patchdrive classifier 9"}, "its format is 'patchdrive classifier 9', not"),
        ({"model": None}, "what tiny.safetensors says of itself cannot be read: 'model'"),
        ({"model": "{"}, "what tiny.safetensors says of itself cannot be read"),
        ({"data": '{"path": "pets"}'}, "what tiny.safetensors says of itself .*: 'size'"),
        ({"classes": "3"}, "what tiny.safetensors says of itself cannot be read"),
        ({"model": '{"depth": 9}'}, "that tiny.safetensors describes: .* has no 'depth'"),
        ({"model": '{"width": 5, "classes": 3}'}, "do not fit the network. wrong shape"),
        ({"classes": '["r", "g"]'}, "names 2 classes, its network has 3"),
    ],
)
def test_a_file_that_does_not_fit_what_it_says_is_refused(run, tmp_path, changes, told):
    file = tmp_path / "tiny.safetensors"
    finish(run, file, "")
    rewritten(file, **changes)
    with pytest.raises(WeightsError, match=told):
        checkpoint.load(file)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(WeightsError, match="there is no weights file"):
        checkpoint.load(tmp_path / "none.safetensors")
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / "other.pth")
    with pytest.raises(WeightsError, match=r"other\.pth is no classifier of ours"):
        checkpoint.load(tmp_path / "other.pth")


def test_weights_beyond_half_precision_are_not_saved(run, tmp_path):
    about = finish(run, tmp_path / "tiny.safetensors", "")
    with torch.no_grad():
        run.module.head.weight[0, 0] = 1e6
    with pytest.raises(WeightsError, match=r"head.weight has values that half precision cannot"):
        checkpoint.save(tmp_path / "wild.safetensors", run.module, about)
    assert not (tmp_path / "wild.safetensors").exists()


def command(*words):
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())
    chosen = vars(parser.parse_args([str(word) for word in words]))
    return chosen.pop("run")(chosen)


@pytest.fixture
def workplace(tmp_path, monkeypatch, stored, pets):
    place = stored(pets)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(CONFIG.replace('"pets"', f'"{place.name}"'))
    return place


def test_train_then_evaluate(workplace, tmp_path, capsys):
    assert command("train", "tiny.toml", "--out", "runs") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("tiny 1/2: loss ")
    assert told[0].endswith("min left")
    assert told[2].endswith("runs/tiny/tiny.safetensors")
    file = tmp_path / "runs" / "tiny" / "tiny.safetensors"
    assert command("evaluate", file, "--json", "-") == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["top1"] == checkpoint.load(file)[1].scores["top1"]
    assert {*scores["classes"]} == {"cat", "dog"}
    assert command("evaluate", file, "--data", workplace, "--json", "out.json") == 0
    assert "% per class" in capsys.readouterr().out
    assert json.loads((tmp_path / "out.json").read_text()) == scores
    assert command("train", "tiny.toml", "--out", "runs", "--resume") == 0
    assert "finished before" in capsys.readouterr().out


def test_a_stopped_command_says_how_to_go_on(workplace, monkeypatch, capsys):
    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(loop, "_step", stopped)
        assert commands.main(["tiny.toml"]) == 130
    told = capsys.readouterr()
    assert "--resume goes on after the last epoch" in told.out
    assert told.err == "patchdrive: stopped\n"
    assert commands.main(["tiny.toml", "--resume"]) == 0


def test_a_seed_of_its_own_gets_a_folder_of_its_own(workplace, tmp_path):
    command("train", "tiny.toml", "--seed", 3)
    file = tmp_path / "runs" / "tiny-s3" / "tiny-s3.safetensors"
    assert checkpoint.load(file)[1].train["seed"] == 3
    assert "patchdrive train tiny.toml --seed 3" in file.with_suffix(".md").read_text()


def test_commands_refuse_what_does_not_fit(workplace, tmp_path, stored, pets):
    with pytest.raises(SettingError, match="each config needs a name of its own"):
        command("train", "tiny.toml", "tiny.toml")
    with pytest.raises(SettingError, match="seed must be 0 to"):
        command("train", "tiny.toml", "--seed", -1)
    command("train", "tiny.toml")
    others = stored({name.replace("cat", "bird"): held for name, held in pets.items()}, "others")
    with pytest.raises(SettingError, match="are not those of"):
        command("evaluate", "runs/tiny/tiny.safetensors", "--data", others)


def test_the_module_runs_alone_and_says_in_one_line_what_is_wrong(workplace, capsys):
    assert commands.main(["tiny.toml", "--out", "alone"]) == 0
    capsys.readouterr()
    assert commands.main(["none.toml"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("patchdrive: the config 'none.toml' cannot be read")
    assert told.count("\n") == 1
