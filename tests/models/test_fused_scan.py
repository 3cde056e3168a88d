"""A scan of others is taken only where its values and gradients are ours."""

import sys
from types import ModuleType

import pytest
import torch

from patchdrive.models import fused_scan
from patchdrive.models.scan import selective_scan
from tests import reference
from tests.models.test_scan import inputs

CPU = torch.device("cpu")


def theirs(u, dt, a, b, c):
    """The plain loop, with sequences last as mamba-ssm has them."""
    turned = (x.transpose(1, 2) for x in (u, dt))
    grouped = (x.permute(0, 3, 1, 2) for x in (b, c))
    return reference.selective_scan(*turned, a, *grouped).transpose(1, 2)


def test_a_scan_with_sequences_last_becomes_one_like_ours():
    given = inputs()
    assert torch.allclose(fused_scan.rearranged(theirs)(*given), selective_scan(*given))


def test_an_equal_scan_is_equal():
    assert fused_scan.equal(fused_scan.rearranged(theirs), CPU)


def failing(*given):
    raise RuntimeError("no kernel image is available")


@pytest.mark.parametrize(
    "other",
    [
        lambda *given: theirs(*given) * 1.001,
        lambda u, dt, a, b, c: theirs(u, dt, a, b, c.detach()) + 0 * c.sum(),
        lambda *given: theirs(*given)[..., :-1],
        failing,
    ],
    ids=["values", "gradients", "shape", "fails"],
)
def test_one_that_differs_is_not(other):
    assert not fused_scan.equal(fused_scan.rearranged(other), CPU)


def test_without_mamba_ssm_it_is_ours(monkeypatch):
    monkeypatch.setitem(sys.modules, "mamba_ssm", None)
    assert fused_scan.choose() is selective_scan


def test_with_mamba_ssm_the_cpu_keeps_ours(monkeypatch):
    module = ModuleType("selective_scan_interface")
    module.selective_scan_fn = failing
    for name in ("mamba_ssm", "mamba_ssm.ops"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "mamba_ssm.ops.selective_scan_interface", module)
    scan, given = fused_scan.choose(), inputs()
    assert scan is not selective_scan
    assert torch.equal(scan(*given), selective_scan(*given))
