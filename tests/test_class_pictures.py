"""The class pictures: each opens, is drawn by its script, and is what a classifier calls it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from patchdrive.models import trained
from patchdrive.pipelines.answers import shuffle

ASSETS = Path(__file__).parents[1] / "assets"
FILES = sorted((ASSETS / "classes").glob("*.png"))
NAMES = [file.stem for file in FILES]
ASKED = ("vit-lgp", "vit-learned", "vit-none", "vit-summary")
ROUNDING = 2  # levels: libraries of another build round sines and roots otherwise

each_picture = pytest.mark.parametrize("file", FILES, ids=NAMES)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder with all pictures drawn anew."""
    out = tmp_path_factory.mktemp("classes")
    script = ASSETS / "make_classes.py"
    subprocess.run([sys.executable, str(script), "--out", str(out)], check=True, timeout=280)
    return out


def pixels(file):
    with Image.open(file) as picture:
        return np.asarray(picture).astype(int)


def test_there_are_between_eight_and_twelve():
    assert 8 <= len(FILES) <= 12


@each_picture
def test_a_picture_is_small_and_in_colour(file):
    assert file.stat().st_size < 100_000
    with Image.open(file) as picture:
        picture.load()
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (256, 256))


def test_the_script_draws_these_and_no_others(drawn):
    assert sorted(file.stem for file in drawn.iterdir()) == NAMES


@each_picture
def test_the_script_draws_the_same_pixels(file, drawn):
    assert np.abs(pixels(file) - pixels(drawn / file.name)).max() <= ROUNDING


def test_the_script_names_what_it_cannot_draw(tmp_path):
    run = subprocess.run(
        [sys.executable, str(ASSETS / "make_classes.py"), "unicorn", "--out", str(tmp_path)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 2
    assert "no drawing named unicorn" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_card_names_every_picture():
    card = (ASSETS / "classes" / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}.png`" in card


@each_picture
def test_the_class_is_one_that_the_classifiers_know(file):
    _, about = trained.find(ASKED[0])
    assert file.stem in about.classes


@each_picture
def test_a_shipped_classifier_names_it_first(file):
    def first(model):
        (answer,) = shuffle(file, models=(model,), fraction=0.0).answers
        return answer.before[0][0]

    there = [model for model in ASKED if model in trained.shipped()]
    assert any(first(model) == file.stem for model in there)
