"""Fusion: what the glance makes of the patches."""

import pytest
import torch

from patchdrive.models.fusion import AttentionFusion, place_code

SIZE = (2160, 3840)


@pytest.fixture(scope="module")
def fusion():
    torch.manual_seed(0)
    return AttentionFusion(512, 8).eval()


def a_case(batch=2, k=6):
    yx = torch.stack([torch.randint(0, side, (batch, k)) for side in SIZE], -1)
    return torch.randn(batch, 512), torch.randn(batch, k, 512), yx


def test_attention_has_the_width_and_heads_of_the_plan(fusion):
    assert fusion.attention.embed_dim == 512
    assert fusion.attention.num_heads == 8
    assert fusion.attention.in_proj_weight.shape == (1536, 512)


def test_shapes_and_weights_that_sum_to_one(fusion):
    query, vectors, yx = a_case()
    vector, weights = fusion(query, vectors, yx, SIZE)
    assert vector.shape == (2, 512)
    assert weights.shape == (2, 8, 6)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 8))


def test_the_order_of_the_patches_does_not_matter(fusion):
    query, vectors, yx = a_case()
    order = torch.randperm(6)
    vector, weights = fusion(query, vectors, yx, SIZE)
    shuffled, moved = fusion(query, vectors[:, order], yx[:, order], SIZE)
    torch.testing.assert_close(shuffled, vector, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(moved, weights[..., order], atol=1e-6, rtol=1e-5)


def test_where_a_patch_lies_matters(fusion):
    query, vectors, yx = a_case()
    there, _ = fusion(query, vectors, yx, SIZE)
    elsewhere, _ = fusion(query, vectors, (yx + 500) % torch.tensor(SIZE), SIZE)
    assert (there - elsewhere).abs().max() > 1e-3


@pytest.mark.parametrize("junk", [0.0, 1e6, float("nan")])
def test_padding_changes_nothing(fusion, junk):
    query, vectors, yx = a_case()
    vector, weights = fusion(query, vectors, yx, SIZE)
    padded = torch.cat([vectors, torch.full((2, 3, 512), junk)], 1)
    places = torch.cat([yx, torch.full((2, 3, 2), -1)], 1)
    again, more = fusion(query, padded, places, SIZE, places[..., 0] >= 0)
    torch.testing.assert_close(again, vector, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(more[..., :6], weights)
    assert (more[..., 6:] == 0).all()


def test_without_patches_the_glance_alone_answers(fusion):
    query, vectors, yx = a_case()
    alone, weights = fusion(query, vectors[:, :0], yx[:, :0], SIZE)
    assert weights.shape == (2, 8, 0)
    torch.testing.assert_close(alone, fusion.norm(query))
    valid = torch.tensor([[False] * 6, [True] * 6])
    mixed, weights = fusion(query, vectors, yx, SIZE, valid)
    torch.testing.assert_close(mixed[0], alone[0])
    assert (weights[0] == 0).all()
    torch.testing.assert_close(mixed[1], fusion(query, vectors, yx, SIZE)[0][1])


def test_a_row_without_patches_spoils_no_gradient(fusion):
    query, vectors, yx = a_case()
    vectors.requires_grad_()
    valid = torch.tensor([[False] * 6, [True] * 6])
    fusion(query, vectors, yx, SIZE, valid)[0].square().sum().backward()
    assert vectors.grad.isfinite().all()
    assert (vectors.grad[0] == 0).all()
    assert (vectors.grad[1] != 0).any()
    fusion.zero_grad()


def test_the_position_code_is_relative_to_the_picture():
    yx = torch.tensor([[10, 30], [5, 0]])
    code = place_code(yx, (20, 40), 512)
    assert code.shape == (2, 512)
    assert code.abs().max() <= 1
    torch.testing.assert_close(
        place_code(yx * 100 + 50, (2000, 4000), 512), code, atol=0.5, rtol=0
    )  # half a pixel of the small picture, at the shortest wavelength


def test_near_places_have_nearer_codes_than_far_ones():
    yx = torch.tensor([[1000, 1000], [1040, 1000], [200, 3000]])
    code = place_code(yx, SIZE, 512)
    assert (code[0] - code[1]).norm() < (code[0] - code[2]).norm()


def test_every_corner_of_the_picture_has_its_own_code():
    corners = torch.tensor([[0, 0], [0, 3839], [2159, 0], [2159, 3839]])
    code = place_code(corners, SIZE, 512)
    assert torch.cdist(code, code)[~torch.eye(4, dtype=torch.bool)].min() > 1


def test_a_width_that_the_position_code_cannot_fill_is_refused():
    with pytest.raises(ValueError, match="divisible by 4"):
        AttentionFusion(6, 2)
