"""The project's own classifiers in the loop, small."""

import tomllib
from dataclasses import replace

import pytest
import torch

from patchdrive.models import checkpoint
from patchdrive.models.classifier import ClassifierConfig
from patchdrive.training import networks
from patchdrive.training.card import card
from patchdrive.training.config import Config
from patchdrive.training.evaluate import evaluate
from patchdrive.training.finish import finish
from patchdrive.training.loop import train
from patchdrive.types import SettingError

pytestmark = pytest.mark.usefixtures("real")
TINY = {"patch": 4, "dim": 16, "depth": 1}
SMALL = {**TINY, "heads": 2}


def of(model, **settings):
    settings = {"epochs": 2, "batch": 32, "device": "cpu", "lr": 0.005, **settings}
    return Config.of({"data": {"path": "x", "size": 16}, "model": model, "train": settings}, "net")


@pytest.mark.parametrize(
    "model",
    [
        SMALL,
        {**SMALL, "embed": "lgp", "position": "none"},
        {**SMALL, "embed": "summary"},
        {**TINY, "model": "vim", "states": 2},
    ],
)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_classifier_trains_resumes_and_comes_back(pictures, tmp_path, model, precision):
    config = of(model, precision=precision, shuffle_tokens="after")
    whole = train(config, pictures, tmp_path / "whole")

    def stop(row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, pictures, tmp_path / "cut", progress=stop)
    run = train(config, pictures, tmp_path / "cut", resume=True)
    others = whole.module.state_dict()
    assert all(torch.equal(others[n], value) for n, value in run.module.state_dict().items())
    about = finish(run, tmp_path / "net.safetensors", "")
    told = card("net.safetensors", about, 1, "").split("```toml\n")[1].split("```")[0]
    again = tomllib.loads(told)
    again["data"]["path"] = "x"
    assert Config.of(again).flat()["model"] == about.model
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


def test_names_are_text_in_the_card(pictures, tmp_path):
    name = "*a* [b](http://c) <img src=x> `d` _e_\n# f"
    config = of({**SMALL}, epochs=1)
    about = finish(train(config, pictures, tmp_path), tmp_path / "net.safetensors", "")
    told = card(name, replace(about, data={**about.data, "name": name, "licence": name}), 1, "")
    escaped = r"\*a\* \[b\](http://c) \<img src=x\> \`d\` \_e\_ \# f"
    assert told.splitlines()[0] == f"# {escaped}"
    (line,) = [one for one in told.splitlines() if one.startswith("Data: ")]
    assert line.startswith(f"Data: {escaped}, ")
    assert line.endswith(escaped)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ({"wavelet": "db2"}, 'wavelet acts only with embed = "lgp" or embed = "summary", not '),
        ({"kernel": 3}, 'kernel acts only with .*, not with embed = "patch"; leave one out'),
        ({"padding": "circular"}, 'padding acts only with .*, not with embed = "patch"'),
        ({"global_path": False}, 'global_path acts only with .*, not with embed = "patch"'),
        ({"embed": "lgp", "wavelet": "db2", "global_path": False},
         "wavelet acts only with global_path = true, not with global_path = false"),
        ({"embed": "lgp", "padding": "circular", "kernel": 1}, "padding acts only with a kernel"),
        ({"model": "vim", "heads": 2}, 'heads acts only with model = "vit", not with model ='),
        ({"model": "vit", "states": 2}, 'states acts only with model = "vim", not with model ='),
    ],
)  # fmt: skip
def test_a_value_that_does_nothing_is_refused_but_loads_from_a_checkpoint(model, told):
    with pytest.raises(SettingError, match=r"^\[model\]: " + told):
        of(model)
    checkpoint.make({**networks.full({}), **TINY, "dim": 18, "size": 16, **model})
