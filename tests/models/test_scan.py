"""The selective scan: equal to the plain loop, forwards and backwards."""

import pytest
import torch

from patchdrive.models.scan import selective_scan
from tests import reference


def inputs(batch=2, length=7, width=6, states=3, groups=2, seed=0, dtype=torch.float64):
    g = torch.Generator().manual_seed(seed)

    def random(*shape):
        return torch.randn(*shape, generator=g, dtype=dtype)

    u, dt = random(batch, length, width), random(batch, length, width).exp() / 4
    a = -random(width, states).exp()
    b, c = random(batch, length, groups, states), random(batch, length, groups, states)
    return u, dt, a, b, c


@pytest.mark.parametrize("chunk", [None, 1, 2, 3, 7, 50])
@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize("length", [1, 7, 16])
def test_the_scan_in_chunks_is_the_plain_loop(length, groups, chunk):
    given = inputs(length=length, groups=groups)
    wanted = reference.selective_scan(*given)
    assert torch.allclose(selective_scan(*given, chunk), wanted, rtol=1e-12, atol=1e-12)


def test_in_single_precision_it_stays_within_a_hundred_thousandth():
    given = inputs(3, 200, 16, 8, 2)
    wanted = reference.selective_scan(*given)
    found = selective_scan(*(one.float() for one in given))
    assert ((found - wanted).abs().max() / wanted.abs().max()).item() < 1e-5


@pytest.mark.parametrize("chunk", [1, 3, 8])
def test_its_gradients_are_those_of_finite_differences(chunk):
    given = [one.requires_grad_() for one in inputs(2, 5, 4, 2, 2)]
    assert torch.autograd.gradcheck(lambda *x: selective_scan(*x, chunk), given)


def test_its_gradients_are_those_of_the_plain_loop():
    grads = []
    for scan in (reference.selective_scan, selective_scan):
        given = [one.requires_grad_() for one in inputs(3, 21, 6, 4, 2, seed=3)]
        scan(*given).square().sum().backward()
        grads.append([one.grad for one in given])
    for found, wanted in zip(*grads, strict=True):
        assert torch.allclose(found, wanted, rtol=1e-10, atol=1e-10)


def test_what_comes_later_changes_nothing_before():
    u, dt, a, b, c = inputs(1, 12)
    before = selective_scan(u, dt, a, b, c)
    u = u.clone()
    u[:, 8] += 1
    after = selective_scan(u, dt, a, b, c)
    assert (before[:, :8] == after[:, :8]).all()
    assert (before[:, 8:] != after[:, 8:]).any()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_a_gpu_gives_the_same():
    given = [one.float() for one in inputs(3, 65, 16, 8, 2)]
    there = selective_scan(*(one.cuda() for one in given)).cpu()
    assert torch.allclose(there, selective_scan(*given), rtol=1e-4, atol=1e-5)
