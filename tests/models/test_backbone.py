"""Backbones: any timm model, any size of picture, one feature map."""

import subprocess
import sys

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file
from torch import nn

from patchdrive.models.backbone import Backbone, backbone
from patchdrive.types import SettingError, WeightsError

SMALL = ["test_resnet", "test_vit", "mobilenetv3_small_050"]


@pytest.fixture(scope="module", params=SMALL)
def net(request):
    return backbone(request.param, weights="untrained")


def some_pixels(n, h, w):
    return np.random.default_rng(0).integers(0, 256, (n, h, w, 3), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (33, 57), (7, 401), (401, 7), (64, 96), (160, 160)])
def test_any_size_gives_a_map_with_a_cell_for_each_stride(net, size):
    with torch.no_grad():
        out = net.features(net.prepare(some_pixels(2, *size)))
    cells = tuple(-(-side // net.stride) for side in size)
    assert out.shape == (2, net.dim, *cells)
    assert out.isfinite().all()
    assert torch.equal(net(net.prepare(some_pixels(2, *size))), out)


FAMILIES = {  # channels-last, class tokens, registers, fixed sizes, no grid of tokens to speak of
    "swin_tiny_patch4_window7_224": ((3, 5), None),
    "deit_tiny_distilled_patch16_224": ((5, 9), None),
    "eva02_tiny_patch14_224": ((6, 10), None),
    "xcit_nano_12_p16_224": ((5, 9), None),
    "mixer_s32_224": ((7, 7), (224, 224)),
    "levit_128s": ((4, 4), (224, 224)),
    "maxvit_tiny_tf_224": ((7, 7), (224, 224)),
    "hrnet_w18_small": ((3, 5), None),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_gives_a_map(name):
    cells, fixed = FAMILIES[name]
    net = backbone(name, weights="untrained")
    assert net.fixed == fixed
    with torch.no_grad():
        assert net.features(torch.zeros(1, 3, 72, 140)).shape == (1, net.dim, *cells)
        assert net.features(torch.zeros(1, 3, 3, 5)).shape[2] <= 3


def test_a_model_bound_to_one_size_still_takes_any():
    net = backbone("mixer_s32_224", weights="untrained")
    assert net.fixed == (224, 224)
    with torch.no_grad():
        assert net.features(torch.zeros(1, 3, 500, 300)).shape == (1, 512, 7, 7)
        assert net.features(torch.zeros(1, 3, 3, 9)).shape == (1, 512, 3, 7)


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_cells_of_the_map_lie_where_their_pixels_lie(name):
    net = backbone(name, weights="untrained")
    base = torch.zeros(1, 3, 4 * net.stride, 6 * net.stride)
    for y, x in ((0, 0), (0, 5), (3, 0), (3, 5), (2, 4)):
        marked = base.clone()
        ys, xs = y * net.stride, x * net.stride
        marked[..., ys : ys + net.stride, xs : xs + net.stride] = torch.randn(3, 1, 1) * 3
        with torch.no_grad():
            moved = (net(marked) - net(base)).norm(dim=1)[0]
        assert np.unravel_index(int(moved.argmax()), moved.shape) == (y, x)


def test_backbones_are_in_eval_mode_and_keep_their_classifier_out(net):
    assert not net.model.training
    assert net.model.num_classes == 0


def test_pixels_are_prepared_with_the_mean_and_deviation_of_the_model(net):
    pixels = some_pixels(2, 5, 7)
    config = net.model.pretrained_cfg
    truth = (pixels / 255 - config["mean"]) / config["std"]
    got = net.prepare(pixels)
    assert got.dtype == torch.float32
    np.testing.assert_allclose(got.permute(0, 2, 3, 1).numpy(), truth, atol=1e-5)
    assert torch.equal(net.prepare(torch.tensor(pixels)), got)
    floats = torch.tensor(pixels).permute(0, 3, 1, 2) / 255
    assert torch.equal(net.normalize(floats), got)


def test_read_only_pixels_are_taken_without_a_warning(net):
    pixels = some_pixels(1, 5, 7)
    pixels.flags.writeable = False
    assert net.prepare(pixels).shape == (1, 3, 5, 7)


@pytest.mark.parametrize("name", SMALL)
def test_weights_follow_from_name_and_seed_alone(name):
    state = torch.get_rng_state()
    one, same, other = (backbone(name, seed=seed).state_dict() for seed in (5, 5, 6))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert any(not torch.equal(one[key], other[key]) for key in one)


def test_without_a_cache_auto_is_random_and_says_so():
    net = backbone("test_resnet", weights="auto", seed=7)
    assert net.source == "untrained (seed 7)"
    assert not net.trained


@pytest.mark.parametrize("name", ["resnet19", "mobilenet_v3_small", "hf-hub:timm/resnet18", ""])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(SettingError, match="timm has no model"):
        backbone(name)


def test_near_names_are_suggested():
    with pytest.raises(SettingError, match=r"near names: .*resnet1"):
        backbone("resnet19")
    with pytest.raises(SettingError, match=r"no pretrained weights 'b7'; there are: r160_in1k"):
        backbone("test_resnet.b7")


def saved(name, file, seed=9, **more):
    torch.manual_seed(seed)
    state = timm.create_model(name, **more).state_dict()
    save_file(state, file) if str(file).endswith("safetensors") else torch.save(state, file)
    return state


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("file", ["mine.safetensors", "mine.pth"])
def test_a_state_dict_of_timm_is_loaded_from_a_file(name, file, tmp_path):
    state = saved(name, tmp_path / file)
    net = backbone(name, weights=str(tmp_path / file))
    assert (net.source, net.trained) == (file, True)
    loaded = net.model.state_dict()
    assert all(torch.equal(loaded[key], state[key]) for key in loaded)


def test_a_file_of_another_model_is_refused_with_the_first_few_names(tmp_path):
    saved("test_vit", tmp_path / "vit.pth")
    with pytest.raises(WeightsError, match=r"vit.pth \(test_resnet\) do not fit.*missing: .* more"):
        backbone("test_resnet", weights=str(tmp_path / "vit.pth"))


CACHED = ("timm/test_resnet.r160_in1k", "model.safetensors")


@pytest.mark.parametrize("name", ["test_resnet", "test_resnet.r160_in1k"])
def test_pretrained_weights_in_the_cache_are_used(name, in_cache, capfd):
    state = {}
    in_cache(*CACHED, lambda file: state.update(saved("test_resnet", file)))
    net = backbone(name)
    assert (net.source, net.trained) == ("timm pretrained r160_in1k", True)
    loaded = net.model.state_dict()
    assert all(torch.equal(loaded[key], state[key]) for key in loaded)
    assert capfd.readouterr() == ("", "")
    assert not backbone(name, weights="untrained").trained


def test_weights_of_another_tag_in_the_cache_are_not_taken(in_cache):
    in_cache("timm/resnet18.a2_in1k", "model.safetensors", lambda file: file.write_bytes(b""))
    assert not backbone("resnet18").trained


def broken(file):
    file.write_bytes(b"not a file of tensors")


def incomplete(file):
    state = timm.create_model("test_resnet").state_dict()
    save_file({k: v for k, v in state.items() if not k.startswith("layer3")}, file)


def misshapen(file):
    state = timm.create_model("test_resnet").state_dict()
    save_file({k: v.flatten() for k, v in state.items()}, file)


@pytest.mark.parametrize("write", [broken, incomplete, misshapen])
def test_a_bad_file_in_the_cache_is_an_error_and_never_random_weights(write, in_cache):
    in_cache(*CACHED, write)
    with pytest.raises(WeightsError, match="delete them from the cache"):
        backbone("test_resnet")
    assert not backbone("test_resnet", weights="untrained").trained


def test_a_module_of_ones_own_is_a_backbone_too():
    net = Backbone(nn.Conv2d(3, 5, 8, stride=8))
    assert (net.dim, net.stride, net.trained) == (5, 8, False)
    assert net.features(net.prepare(some_pixels(1, 9, 17))).shape == (1, 5, 2, 3)


@pytest.mark.parametrize("module", [nn.Flatten(), nn.Conv2d(4, 4, 1)])
def test_a_module_that_gives_no_map_is_refused(module):
    with pytest.raises(SettingError, match="does not give one feature map"):
        Backbone(module)


def test_importing_the_models_does_not_import_timm():
    names = "device weights backbone heads fusion controller patchdrivenet build cost shrink"
    lines = [f"import patchdrive.models.{name}" for name in names.split()]
    code = "; ".join([*lines, "import sys", "assert 'timm' not in sys.modules"])
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=120)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@pytest.mark.parametrize("name", SMALL)
def test_cuda_agrees_with_the_cpu(name, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    net = backbone(name, weights="untrained")
    with torch.no_grad():
        here = net(net.prepare(some_pixels(2, 33, 57)))
        net.to("cuda")
        there = net(net.prepare(some_pixels(2, 33, 57)))
    assert there.device.type == "cuda"
    torch.testing.assert_close(there.cpu(), here, atol=1e-3 * float(here.abs().max()), rtol=1e-2)
