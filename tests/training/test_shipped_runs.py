"""What is shipped of the trainings belongs together: configs, measurements, study, checkpoints."""

import hashlib
import json
import tomllib

import pytest

from patchdrive.models.checkpoint import ENDING, load
from patchdrive.models.trained import FOLDER, TITLES
from patchdrive.training import study
from patchdrive.training.config import Config, read

SEEDS = 3


@pytest.fixture(autouse=True)
def networks(real):
    """Not tiny ones: the shipped."""


@pytest.fixture(scope="module")
def found():
    return study.gather(FOLDER / "measured")


def test_the_study_is_that_of_all_runs(found):
    told = json.loads((FOLDER / "study.json").read_text())
    assert told == json.loads(json.dumps(study.summary(found)))


def test_every_classifier_was_trained_from_several_seeds(found):
    assert {name: len(seeds) >= SEEDS for name, seeds in found.items()} == dict.fromkeys(
        TITLES, True
    )


@pytest.mark.parametrize("name", TITLES)
def test_every_run_is_of_its_config(name, found):
    config = read(FOLDER / f"{name}.toml")
    for seed, run in found[name].items():
        assert config.model.items() <= run["model"].items(), seed
        assert run["epochs"] == config.train.epochs, seed
        if "log" in run:
            assert [epoch for epoch, _ in run["log"]] == list(range(1, run["epochs"] + 1)), seed
            # Weights are rounded to half precision at the end.
            assert run["log"][-1][1] == pytest.approx(run["clean"], abs=0.01), seed


@pytest.mark.parametrize("name", TITLES)
def test_the_shipped_checkpoint_is_the_first_seed_that_was_measured(name, found):
    digest = hashlib.sha256((FOLDER / f"{name}{ENDING}").read_bytes()).hexdigest()
    assert found[name][min(found[name])]["weights"] == digest[:16]


@pytest.mark.parametrize("name", TITLES)
def test_the_config_on_a_card_can_be_run_and_is_that_of_its_file(name):
    card = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    told = Config.of(tomllib.loads(card.partition("```toml\n")[2].partition("```")[0]))
    _, about = load(FOLDER / f"{name}{ENDING}")
    assert told.flat()["model"] == about.model
