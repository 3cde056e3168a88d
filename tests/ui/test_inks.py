"""Colours of classifiers: one each, told apart by everybody."""

from itertools import combinations

import numpy as np
import pytest

from patchdrive.models.trained import TITLES
from patchdrive.ui import inks
from tests.sight import SIGHT, XYZ, lab, linear


@pytest.mark.parametrize("sight", SIGHT.values(), ids=SIGHT)
def test_any_two_models_are_told_apart_by_their_colour_alone(sight):
    for one, other in combinations(TITLES, 2):
        a, b = (lab(inks.ink(name).color, sight) for name in (one, other))
        assert np.linalg.norm(a - b) > 8, f"{one} and {other} look alike"


@pytest.mark.parametrize("paper", ["#ffffff", "#101414"])
def test_every_colour_stands_out_from_the_page(paper):
    def light(color):
        return 0.05 + float(np.dot(XYZ[1], linear(color)))

    for name in TITLES:
        pair = sorted((light(inks.ink(name).color), light(paper)))
        assert pair[1] / pair[0] > 1.6, name


def test_a_variant_is_dashed_and_a_vim_has_diamonds():
    dashes = {name: inks.ink(name).dash for name in TITLES}
    assert {dashes[name] for name in TITLES if name in inks.HUES} == {"solid"}
    assert dashes["vit-lgp-circular"] == dashes["vit-summary-circular"] == "dash"
    assert dashes["vit-lgp-local"] == "dot"
    assert {name for name in TITLES if inks.ink(name).symbol == "diamond"} == {
        name for name in TITLES if name.startswith("vim")
    }


def test_a_name_that_nobody_knows_has_an_ink_as_well():
    assert inks.ink("mine.safetensors") == inks.ink("mine.safetensors")
    assert inks.ink("vit-lgp-pooled").color != inks.ink("vit-lgp").color


def test_titles_have_the_inks_of_their_names():
    assert inks.titled() == {title: inks.ink(name) for name, title in TITLES.items()}
