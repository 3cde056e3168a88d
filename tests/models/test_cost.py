"""Arithmetic of networks."""

import pytest
from torch import nn

from patchdrive.models.backbone import backbone
from patchdrive.models.cost import gflops


def test_a_multiply_add_counts_as_two():
    layer = nn.Conv2d(3, 8, 3, padding=1, bias=False)
    assert gflops(layer, (2, 3, 10, 20)) == 2 * (2 * 8 * 10 * 20) * (3 * 9) / 1e9


def test_resnet18_costs_what_is_known():
    net = backbone("resnet18", weights="untrained")
    assert gflops(net, (1, 3, 224, 224)) == pytest.approx(3.63, abs=0.01)
    twice = gflops(net, (2, 3, 224, 224))
    assert twice == pytest.approx(2 * gflops(net, (1, 3, 224, 224)))


@pytest.mark.parametrize("name", ["test_vit", "test_resnet", "mobilenetv3_small_050"])
def test_odd_sizes_can_be_counted_and_the_network_stays_as_it_was(name):
    net = backbone(name, weights="untrained")
    before = {key: value.clone() for key, value in net.state_dict().items()}
    assert gflops(net, (1, 3, 33, 57)) > 0
    assert all((net.state_dict()[key] == value).all() for key, value in before.items())
    assert net.device.type == "cpu"
