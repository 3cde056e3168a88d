"""Shipped classifiers: found by name, shared, refused in words, and as good as their cards say."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from patchdrive.models import checkpoint, trained
from patchdrive.models.checkpoint import ENDING, Metadata
from patchdrive.models.classifier import Classifier, ClassifierConfig, build
from patchdrive.types import SettingError, WeightsError

torch.set_num_threads(1)

TINY = {"size": 32, "dim": 24, "depth": 1, "heads": 2, "states": 2, "classes": 3}
KINDS = {
    "vit-learned": {},
    "vit-sinus": {"position": "sinus"},
    "vit-none": {"position": "none"},
    "vit-lgp": {"embed": "lgp", "position": "none"},
    "vit-lgp-circular": {"embed": "lgp", "position": "none", "padding": "circular"},
    "vit-summary": {"embed": "summary", "position": "none"},
    "vit-summary-circular": {"embed": "summary", "position": "none", "padding": "circular"},
    "vim-learned": {"model": "vim"},
    "vim-lgp": {"model": "vim", "embed": "lgp", "position": "none"},
}
NAMES = ("road_sign", "owl", "cup")
REAL = trained.FOLDER
MOST = 3_000_000  # bytes of a shipped file


def network(name, seed=0, **more) -> Classifier:
    """A tiny classifier with the weights that its file will hold."""
    torch.manual_seed(seed)
    net = build(ClassifierConfig(**{**TINY, **KINDS[name], **more})).eval()
    checkpoint.halve(net)
    return net


def about(net, **changes) -> Metadata:
    """What a file of this network says of itself."""
    scores = {"top1": 0.5, "per_class": 0.4, "largest": 0.35, "loss": 1.0}
    scores |= {"train_pictures": 48, "test_pictures": 12}
    held = {
        "model": asdict(net.config),
        "data": {"path": "pets.zip", "name": "pets", "licence": "", "size": net.config.size},
        "train": {"epochs": 2, "seed": 0},
        "classes": NAMES,
        "scores": scores,
        "digest": "0" * 16,
        "seconds": 1.0,
        "device": "cpu",
    }
    return Metadata(**{**held, **changes})


def keep(folder, name, seed=0, **more) -> Path:
    """Write a tiny classifier under this name."""
    file, net = Path(folder) / f"{name}{ENDING}", network(name, seed, **more)
    checkpoint.save(file, net, about(net))
    return file


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of shipped classifiers, empty at first."""
    place = tmp_path / "shipped"
    place.mkdir()
    monkeypatch.setattr(trained, "FOLDER", place)
    trained.find.cache_clear()
    yield place
    trained.find.cache_clear()


def test_what_is_shipped_comes_in_the_order_of_the_titles(folder):
    for name in ("vim-lgp", "vit-none", "vit-learned"):
        keep(folder, name)
    (folder / f"mine{ENDING}").write_bytes(b"")
    assert trained.shipped() == ("vit-learned", "vit-none", "vim-lgp")


@pytest.mark.parametrize("name", KINDS)
def test_a_shipped_classifier_is_the_one_that_was_saved(folder, name):
    keep(folder, name)
    net, said = trained.find(name)
    assert not net.training
    assert said == about(net)
    assert {weight.dtype for weight in net.parameters()} == {torch.float32}
    pixels = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.allclose(net(pixels), network(name)(pixels), atol=1e-6)


def test_all_share_one(folder):
    keep(folder, "vit-none")
    assert trained.find("vit-none")[0] is trained.find("vit-none")[0]


def test_a_path_will_do(folder, tmp_path):
    file = keep(tmp_path / "runs", "vit-lgp", seed=3)
    net, _ = trained.find(str(file))
    assert np.array_equal(net.head.weight.detach(), network("vit-lgp", 3).head.weight.detach())


def test_what_is_not_there_is_refused_with_what_there_is(folder):
    with pytest.raises(SettingError, match=r"no shipped classifier 'vit-none'; there is: none"):
        trained.find("vit-none")
    keep(folder, "vit-lgp")
    keep(folder, "vit-learned")
    with pytest.raises(SettingError, match=r"'vit'; there is: vit-learned, vit-lgp"):
        trained.find("vit")
    with pytest.raises(WeightsError, match="there is no weights file"):
        trained.find(f"{folder}/none{ENDING}")


def test_a_damaged_file_is_refused_in_words(folder):
    file = keep(folder, "vit-none")
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(WeightsError, match=r"vit-none\.safetensors"):
        trained.find("vit-none")


def test_what_is_shipped_is_small_and_scores_what_its_card_says():
    files = sorted(REAL.glob(f"*{ENDING}"))
    if not files:
        pytest.skip("no classifiers lie beside the code")
    for file in files:
        assert file.stem in trained.TITLES, "or no menu offers it"
        assert file.stat().st_size <= MOST
        net, said = checkpoint.load(file)
        assert net.config == ClassifierConfig.of(said.model)
        card, scores = file.with_suffix(".md").read_text(encoding="utf-8"), said.scores
        for words in (
            f"A classifier of {len(said.classes)} classes",
            f"on {scores['test_pictures']:,.0f} test pictures",
            f"| mean of the classes' accuracies | {100 * scores['per_class']:.1f} % |",
            f"| accuracy over all pictures | {100 * scores['top1']:.1f} % |",
        ):
            assert words in card, f"{file.stem}: {words}"
