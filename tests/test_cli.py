"""The command line, as a shell would call it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.cli import main
from patchdrive.pipelines.knobs import drive_knobs, tree_knobs

ROOT = Path(__file__).parents[1]


@pytest.fixture
def picture(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 90, (120, 200, 3)).astype(np.uint8)
    pixels[60:70, 150:160] = (255, 40, 40)
    Pillow.fromarray(pixels).save(tmp_path / "one.png")
    return str(tmp_path / "one.png")


def test_drive_prints_what_it_read_and_how_long_it_took(picture, capsys):
    assert main(["drive", picture, "-k", "3", "--patch", "16", "--radius", "20", "--no-fuse"]) == 0
    out = capsys.readouterr().out
    assert "one.png: 200 x 120 px" in out
    assert "3 of 3 places" in out
    assert "saccades" in out


def test_drive_writes_all_four_forms(picture, tmp_path, capsys):
    files = {form: tmp_path / f"out.{form}" for form in ("json", "csv", "png", "html")}
    flags = [word for form, file in files.items() for word in (f"--{form}", str(file))]
    assert (
        main(["drive", picture, "-k", "2", "--radius", "20", "--patch", "16", "--no-fuse", *flags])
        == 0
    )
    found = json.loads(files["json"].read_text())
    assert len(found["saccades"]["yx"]) == len(found["saccades"]["scores"]) == 2
    assert found["saccades"]["size"] == [120, 200]
    assert found["settings"]["k"] == 2
    assert set(found) >= {"ms", "digest", "settings", "saccades", "patches", "cost"}
    assert files["csv"].read_text().count("\n") == 3
    with Pillow.open(files["png"]) as drawn:
        assert drawn.size == (200, 120)
    assert "<html>" in files["html"].read_text()


def test_tree_writes_json_to_standard_output_and_nothing_else(picture, capsysbinary):
    assert main(["tree", picture, "--json", "-", "--min-leaf", "8", "--max-leaf", "64"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert len(found["quadtree"]["boxes"]) == len(found["quadtree"]["depth"])
    assert set(found["quadtree"]) >= {"boxes", "depth", "detail", "size"}


def test_a_dash_reads_standard_input(picture, monkeypatch, capsys):
    data = Path(picture).read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert main(["tree", "-"]) == 0
    assert "standard input: 200 x 120 px" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["drive", "missing.jpg"], "there is no file missing.jpg"),
        (["drive", "Makefile"], "Makefile is a text"),
        (["drive", "PICTURE", "-k", "9999"], "k must be 1 to 512"),
        (["drive", "PICTURE", "-k", "many"], "k must be a whole number"),
        (["drive", "PICTURE", "--saliency", "psychic"], "no saliency method 'psychic'"),
        (["drive", "PICTURE", "--device", "cuda", "-k", "1"], "cuda"),
        (["drive", "PICTURE", "--global-backbone", "resnet19"], "resnet19"),
        (["drive", "PICTURE", "--weights", "nowhere.safetensors"], "nowhere.safetensors"),
        (["drive", "PICTURE", "--no-fuse", "--json", "no/such/folder.json"], "folder.json"),
        (["tree", "PICTURE", "--canny-low", "300"], "canny_low (300) must not be above"),
        (["tree", "PICTURE", "--min-leaf", "128", "--max-leaf", "16"], "min_leaf (128 px)"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments, words, picture, capsys, monkeypatch):
    import torch

    if "cuda" in arguments and torch.cuda.is_available():
        pytest.skip("this machine has what the test asks for in vain")
    monkeypatch.chdir(ROOT)
    assert main([picture if word == "PICTURE" else word for word in arguments]) == 2
    complaint = capsys.readouterr().err
    assert words in complaint
    assert complaint.count("\n") == 1
    assert "Traceback" not in complaint


def test_empty_standard_input_is_bad_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"")))
    assert main(["drive", "-"]) == 2
    assert "standard input is empty" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "knobs"), [("drive", drive_knobs()), ("tree", tree_knobs())])
def test_every_knob_is_a_flag_with_help(command, knobs, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    help_ = capsys.readouterr().out
    for name in knobs:
        assert f"--{name.replace('_', '-')}" in help_


def test_the_seed_makes_an_untrained_run_repeatable_and_says_so(picture, tmp_path, capsys):
    answers = []
    for number in range(2):
        file = tmp_path / f"{number}.json"
        main(["drive", picture, "-k", "2", "--patch", "32", "--seed", "3", "--json", str(file)])
        answers.append(json.loads(file.read_text()))
    assert answers[0]["fusion"] == answers[1]["fusion"]
    assert answers[0]["fusion"]["note"] == "untrained network"
    assert "untrained network" in capsys.readouterr().out


def test_python_m_patchdrive_is_the_same_command(picture):
    command = [sys.executable, "-m", "patchdrive", "tree", picture]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert "leaves" in done.stdout
