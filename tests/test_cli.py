"""The command line, as a shell would call it."""

import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.cli import main
from patchdrive.cli.outputs import FORMS
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


@pytest.fixture
def modules(monkeypatch):
    """The viewer in three words: its modules have tests of their own."""
    from patchdrive.viewer import standalone

    monkeypatch.setattr(standalone, "loader", lambda entry: "Promise.resolve({})")


def written(folder, command, *more):
    """Run a command that writes every form; gives the files by form."""
    files = {form: folder / f"out.{form}" for form in FORMS}
    flags = [word for form, file in files.items() for word in (f"--{form}", str(file))]
    assert main([*command, *more, *flags]) == 0
    return files


def test_drive_writes_every_form(picture, tmp_path, modules):
    knobs = ["-k", "2", "--radius", "20", "--patch", "16", "--no-fuse"]
    files = written(tmp_path, ["drive", picture, *knobs])
    found = json.loads(files["json"].read_text())
    assert len(found["saccades"]["yx"]) == len(found["saccades"]["scores"]) == 2
    assert found["saccades"]["size"] == [120, 200]
    assert found["settings"]["k"] == 2
    assert set(found) >= {"ms", "digest", "settings", "saccades", "patches", "cost"}
    assert files["csv"].read_text().count("\n") == 3
    with Pillow.open(files["png"]) as drawn:
        assert drawn.size == (200, 120)
    with Pillow.open(files["gif"]) as drawn:
        assert (drawn.size, drawn.n_frames) == ((200, 120), 3)
    kinds = [
        one["geometry"]["type"] for one in json.loads(files["geojson"].read_text())["features"]
    ]
    assert kinds == ["Point", "Polygon"] * 2
    assert ET.parse(files["svg"]).getroot().get("viewBox") == "0 0 200 120"
    html = files["html"].read_text()
    assert html.startswith("<!doctype html>")
    assert "2 of 2 places" in html


def test_tree_writes_every_form(picture, tmp_path, modules):
    most = ["--max-detail", "0", "--canny-low", "10", "--canny-high", "40"]
    files = written(tmp_path, ["tree", picture, "--min-leaf", "8", "--max-leaf", "32", *most])
    count = len(json.loads(files["json"].read_text())["quadtree"]["boxes"])
    assert files["csv"].read_text().count("\n") == count + 1
    assert len(json.loads(files["geojson"].read_text())["features"]) == count
    with Pillow.open(files["gif"]) as drawn:
        assert drawn.n_frames == 3
    assert f"{count:,} leaves" in files["html"].read_text()


def test_marks_are_flags_that_reach_the_result(picture, tmp_path):
    file = tmp_path / "out.json"
    flags = ["--keep", "100.20, 10.30", "--ban", "65.155", "--inside", "0.0,0.200,70.200,70.0"]
    more = ["-k", "4", "--radius", "12", "--patch", "16", "--no-fuse", "--json", str(file)]
    assert main(["drive", picture, *flags, *more]) == 0
    found = json.loads(file.read_text())
    assert found["settings"]["keep"] == "100.20,10.30"
    assert found["settings"]["ban"] == "65.155"
    saccades = found["saccades"]
    assert saccades["yx"][:2] == [[100, 20], [10, 30]]
    assert saccades["kept"] == [True, True, False, False]
    chosen = np.array(saccades["yx"][2:])
    assert (chosen[:, 0] < 70).all()
    assert (abs(chosen - (65, 155)).max(axis=1) > 12).all()


def test_a_png_may_be_smaller_and_have_a_legend(picture, tmp_path):
    sizes = []
    for more in (["--png-side", "100"], ["--png-side", "4000", "--legend"]):
        file = str(tmp_path / "out.png")
        assert main(["drive", picture, "-k", "2", "--no-fuse", "--png", file, *more]) == 0
        with Pillow.open(file) as drawn:
            sizes.append(drawn.size)
    assert sizes[0] == (100, 60)
    assert sizes[1][0] >= 200
    assert sizes[1][1] > 120


def test_a_page_by_an_untrained_network_says_so(picture, tmp_path, modules):
    file = tmp_path / "out.html"
    main(["drive", picture, "-k", "2", "--patch", "32", "--html", str(file)])
    assert "fusion by an untrained network" in file.read_text()


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
        (["drive", "PICTURE", "--keep", "12.7,here"], "keep must be places y.x"),
        (["drive", "PICTURE", "--ban", "120.5"], "ban: the place 120.5 lies outside the picture"),
        (["drive", "PICTURE", "--inside", "1.1,2.2"], "at least 3 corners"),
        (["drive", "PICTURE", "--saliency", "psychic"], "no saliency method 'psychic'"),
        (["drive", "PICTURE", "--device", "cuda", "-k", "1"], "cuda"),
        (["drive", "PICTURE", "--global-backbone", "resnet19"], "resnet19"),
        (["drive", "PICTURE", "--weights", "nowhere.safetensors"], "nowhere.safetensors"),
        (["drive", "PICTURE", "--no-fuse", "--json", "no/such/folder.json"], "folder.json"),
        (["drive", "PICTURE", "--no-fuse", "--png", "x.png", "--png-side", "0"], "not 0"),
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


def shuffled(picture, *flags):
    return main(["shuffle", picture, "--models", "vit-learned", "vit-none", *flags])


def test_shuffle_writes_answers_tokens_and_the_shuffled_picture(picture, tmp_path, capsys):
    files = {form: tmp_path / f"out.{form}" for form in ("json", "png")}
    flags = ["--stage", "before", "--fraction", "1", "--shuffle-seed", "3"]
    flags += ["--json", str(files["json"]), "--png", str(files["png"])]
    assert shuffled(picture, *flags) == 0
    learned, none = json.loads(files["json"].read_text())["answers"]
    assert (learned["model"], none["model"]) == ("vit-learned", "vit-none")
    assert learned["largest_change"] > 0
    told = learned["mean_token_cosine"]["last"]
    assert -1 <= told["before"] != told["after"] <= 1
    assert none["mean_token_cosine"]["embed"]["after"] is None
    assert "does not apply" in capsys.readouterr().out
    with Pillow.open(files["png"]) as drawn:
        assert drawn.size[0] == drawn.size[1] >= 64


def test_shuffle_writes_json_to_standard_output_and_nothing_else(picture, capsysbinary):
    assert shuffled(picture, "--stage", "after", "--fraction", "0.5", "--json", "-") == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert [one["exact_no_op"] for one in found["answers"]] == [True, True]
    assert found["settings"]["fraction"] == 0.5


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--fraction", "2"], "fraction"),
        (["--stage", "atoms"], "stage"),
        (["--models", "resnet"], "there is no shipped classifier 'resnet'"),
        (["--block", "4", "--misaligned", "true"], "unrecognized"),
    ],
)
def test_what_shuffle_cannot_do_is_said(flags, words, picture, capsys):
    try:
        code = shuffled(picture, *flags)
    except SystemExit as end:  # of argparse
        code = end.code
    assert code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("command", ["drive", "tree", "shuffle"])
def test_a_damaged_picture_is_refused_with_the_flag_that_takes_what_there_is(
    command, tmp_path, capsys
):
    pixels = np.random.default_rng(0).integers(1, 256, (160, 160, 3), np.uint8)
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "PNG")
    path = tmp_path / "cut.png"
    path.write_bytes(file.getvalue()[: len(file.getvalue()) // 2])
    assert main([command, str(path)]) == 2
    told = capsys.readouterr().err
    assert "cut.png is cut off" in told
    assert told.endswith("; add --truncated to take what there is\n")
    assert "truncated=" not in told
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert "--truncated" in capsys.readouterr().out


def test_a_picture_too_large_is_refused_with_what_the_command_line_can_set(
    tmp_path, capsys, monkeypatch
):
    Pillow.new("RGB", (50, 40)).save(tmp_path / "big.png")
    monkeypatch.setenv("PATCHDRIVE_MAX_MEGAPIXELS", "0.001")
    assert main(["tree", str(tmp_path / "big.png")]) == 2
    told = capsys.readouterr().err
    assert "set PATCHDRIVE_MAX_MEGAPIXELS=1 to open it" in told
    assert "limit=" not in told
