"""From settings to a network that is ready to look."""

import pytest
import timm
import torch
from safetensors.torch import save_file

from patchdrive.models.backbone import backbone
from patchdrive.models.build import build
from patchdrive.models.widths import WIDTHS
from patchdrive.settings import NetworkSettings
from patchdrive.types import SettingError, WeightsError


def settings(**changed):
    values = {"global_backbone": "test_resnet", "highres_backbone": "test_vit", "device": "cpu"}
    return NetworkSettings(**(values | changed))


def test_a_net_is_built_in_eval_mode_on_the_device_of_the_settings():
    net = build(settings(seed=4), num_patches=3, patch=64)
    assert (net.num_patches, net.patch) == (3, 64)
    assert not any(module.training for module in net.modules())
    assert {p.device.type for p in net.parameters()} == {"cpu"}
    assert net.classifier.out_features == WIDTHS.classes == 1000
    assert (net.source, net.trained) == ("untrained (seed 4)", False)


@pytest.mark.parametrize("file", ["whole.safetensors", "whole.pth"])
def test_a_whole_trained_net_is_loaded_with_its_own_classes(file, tmp_path):
    path = tmp_path / file
    state = build(settings(seed=8), classes=7).state_dict()
    save_file(state, path) if file.endswith("safetensors") else torch.save(state, path)
    net = build(settings(weights=str(path)))
    assert (net.source, net.trained) == (file, True)
    assert all(torch.equal(value, state[key]) for key, value in net.state_dict().items())


def test_each_backbone_of_a_whole_net_can_be_had_alone(tmp_path):
    path, net = str(tmp_path / "whole.pth"), build(settings())
    torch.save(net.state_dict(), path)
    first = backbone("test_resnet", weights=path)
    second = backbone("test_vit", weights=path, part="highres_net")
    for ours, theirs in ((first, net.global_net), (second, net.highres_net)):
        assert (ours.source, ours.trained) == ("whole.pth", True)
        state = theirs.state_dict()
        assert all(torch.equal(value, state[key]) for key, value in ours.state_dict().items())


def test_a_whole_net_of_other_backbones_is_refused(tmp_path):
    torch.save(build(settings()).state_dict(), tmp_path / "whole.pth")
    with pytest.raises(WeightsError, match=r"whole\.pth do not fit the network"):
        build(settings(weights=str(tmp_path / "whole.pth"), highres_backbone="test_resnet"))


def test_weights_of_a_backbone_serve_both_where_both_are_of_its_kind(tmp_path):
    path = str(tmp_path / "backbone.pth")
    torch.save(timm.create_model("test_resnet").state_dict(), path)
    net = build(settings(weights=path, highres_backbone="test_resnet"))
    assert (net.source, net.trained) == ("pretrained backbones, untrained heads", False)
    assert (net.global_net.source, net.highres_net.source) == ("backbone.pth", "backbone.pth")
    with pytest.raises(WeightsError, match=r"backbone.pth \(test_vit\) do not fit"):
        build(settings(weights=path))


def test_faults_of_the_settings_are_told(tmp_path):
    with pytest.raises(WeightsError, match="there is no weights file"):
        build(settings(weights=str(tmp_path / "none.pth")))
    with pytest.raises(SettingError, match="timm has no model"):
        build(settings(global_backbone="resnet19"))
    if not torch.cuda.is_available():
        with pytest.raises(SettingError, match="has no device 'cuda'"):
            build(settings(device="cuda"))
