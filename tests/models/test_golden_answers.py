"""The shipped weights still mean what they meant: each classifier's logits on fixed pictures."""

import json

import numpy as np
import pytest
import torch

from patchdrive.models import trained
from patchdrive.models.classifier import normalise
from tests.golden import make

GOLDEN = json.loads(make.FILE.read_text(encoding="utf-8"))
# Logits spread over 10 and more. Two processors round them apart by less than a ten-thousandth of
# that; a switch, a sign or a term that is lost moves them by tenths.
ROUNDING = 2e-3


def test_each_shipped_classifier_has_its_answers():
    assert tuple(GOLDEN) == trained.shipped(), "python -m tests.golden.make, for new ones only"


@pytest.mark.parametrize("name", GOLDEN)
def test_a_shipped_classifier_answers_as_it_did(name):
    told = np.array(GOLDEN[name])
    assert np.ptp(told, axis=1).min() > 4, "it prefers some classes to others"
    assert np.abs(make.answers(name) - told).max() <= ROUNDING


@pytest.mark.parametrize("name", GOLDEN)
def test_the_answer_is_that_of_one_picture_alone(name):
    """Nothing in a classifier mixes the pictures of a batch."""
    net, _ = trained.find(name)
    pixels = normalise(torch.from_numpy(make.pictures(net.config.size)))
    with torch.inference_mode():
        alone = torch.cat([net(one[None]) for one in pixels])
    assert np.abs(alone.numpy() - GOLDEN[name]).max() <= ROUNDING


def test_pictures_and_classifiers_are_told_apart():
    answers = np.array(list(GOLDEN.values()))  # (classifiers, pictures, classes)
    for one in (answers, answers.swapaxes(0, 1)):
        apart = np.abs(one[:, None] - one[None]).max((2, 3))
        assert (apart[~np.eye(len(apart), dtype=bool)] > 1).all()
