"""Heads: from features to a saliency map and to vectors."""

import pytest
import torch

from patchdrive.models.heads import SaliencyHead, VectorHead


def test_the_head_judges_256_channels_with_one_1x1_convolution():
    head = SaliencyHead(288, 256)
    assert head.project.weight.shape == (256, 288, 1, 1)
    assert head.judge.weight.shape == (1, 256, 1, 1)
    assert head.judge.bias.shape == (1,)


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (18, 32)])
def test_a_map_has_one_logit_for_each_cell(size):
    head, features = SaliencyHead(12, 256), torch.randn(2, 12, *size)
    assert head(features).shape == (2, *size)
    assert torch.equal(head(features), head.logits(head.embed(features)))


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_heads_do_not_care_for_the_scale_of_a_backbone(scale):
    features = torch.randn(2, 12, 5, 5)
    for head in (SaliencyHead(12, 256), VectorHead(12, 512)):
        torch.testing.assert_close(head(features * scale), head(features), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_features_that_say_nothing_give_finite_values(value):
    features = torch.full((1, 12, 5, 5), value)
    for head in (SaliencyHead(12, 256), VectorHead(12, 512)):
        assert head(features).isfinite().all()


def test_a_vector_is_the_same_wherever_its_features_lie():
    head, features = VectorHead(12, 512), torch.randn(1, 12, 4, 6)
    torch.testing.assert_close(head(features.flip(2, 3)), head(features))
    assert head(features).shape == (1, 512)
