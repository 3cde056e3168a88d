"""The project's own classifiers in the loop, small."""

import pytest
import torch

from patchdrive.models import checkpoint
from patchdrive.models.classifier import ClassifierConfig
from patchdrive.training import networks
from patchdrive.training.config import Config
from patchdrive.training.evaluate import evaluate
from patchdrive.training.finish import finish
from patchdrive.training.loop import train
from patchdrive.types import SettingError

pytestmark = pytest.mark.usefixtures("real")
SMALL = {"patch": 4, "dim": 16, "depth": 1, "heads": 2, "states": 2}


def of(model, **settings):
    settings = {"epochs": 2, "batch": 32, "device": "cpu", "lr": 0.005, **settings}
    return Config.of({"data": {"path": "x", "size": 16}, "model": model, "train": settings}, "net")


@pytest.mark.parametrize(
    "model", [{}, {"embed": "lgp", "position": "none"}, {"embed": "summary"}, {"model": "vim"}]
)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_classifier_trains_resumes_and_comes_back(pictures, tmp_path, model, precision):
    config = of({**SMALL, **model}, precision=precision, shuffle_tokens="after")
    whole = train(config, pictures, tmp_path / "whole")

    def stop(row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, pictures, tmp_path / "cut", progress=stop)
    run = train(config, pictures, tmp_path / "cut", resume=True)
    others = whole.module.state_dict()
    assert all(torch.equal(others[n], value) for n, value in run.module.state_dict().items())
    about = finish(run, tmp_path / "net.safetensors", "")
    module, _ = checkpoint.load(tmp_path / "net.safetensors")
    scores = evaluate(module, run.test)
    # The trained one has plain attention, the other one the fused: they round differently.
    torch.testing.assert_close(
        torch.from_numpy(scores.logits), torch.from_numpy(evaluate(run.module, run.test).logits),
        atol=1e-4, rtol=1e-4,
    )  # fmt: skip
    assert ClassifierConfig.of(about.model).classes == 3


def test_values_of_a_network_are_completed_and_checked():
    config = of(SMALL)
    assert config.model_for(3) == {**networks.full({}), **SMALL, "size": 16, "classes": 3}
    assert networks.tokens(config.model_for(3)) == 16
    with pytest.raises(SettingError, match=r"\[model\]: a classifier has no 'width'; it has"):
        of({"width": 3})
    with pytest.raises(SettingError, match=r"\[model\]: dim 16 does not divide among 3 heads"):
        of({**SMALL, "heads": 3})
