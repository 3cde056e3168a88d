"""The whole net: a drive over a batch, and its stages one by one."""

import numpy as np
import pytest
import torch
from torch import nn

from patchdrive.models.backbone import backbone
from patchdrive.models.patchdrivenet import PatchDriveNet
from patchdrive.types import Grid, WeightsError

OPTIONS = {"patch": 32, "radius": 40, "glance": 128, "classes": 10}


def a_net(highres="test_resnet", k=4, **options):
    return PatchDriveNet("test_resnet", highres, k, **(OPTIONS | options)).eval()


def some_images(n=2, h=200, w=310):
    return torch.randint(0, 256, (n, 3, h, w), dtype=torch.uint8)


@pytest.fixture(scope="module")
def net():
    return a_net()


@pytest.mark.parametrize("highres", ["test_resnet", "test_vit"])
def test_a_drive_names_each_of_its_steps(highres):
    images = some_images()
    with torch.no_grad():
        answer = a_net(highres)(images)
    assert answer.logits.shape == (2, 10)
    assert answer.vector.shape == (2, 512)
    assert answer.weights.shape == (2, 8, 4)
    assert answer.features.shape == (2, 96, 3, 4)
    assert answer.saliency.shape == (2, 3, 4)
    assert answer.yx.shape == (2, 4, 2)
    assert answer.valid.shape == (2, 4)
    assert answer.patches.shape == (2, 4, 3, 32, 32)
    assert answer.vectors.shape == (2, 4, 512)
    assert all(t.isfinite().all() for t in answer)
    torch.testing.assert_close(answer.weights.sum(-1), torch.ones(2, 8))


def test_the_parts_have_the_widths_of_the_plan():
    net = PatchDriveNet("test_resnet", "test_vit")
    assert net.num_patches == 16
    assert net.saliency_head.judge.weight.shape == (1, 256, 1, 1)
    assert net.query.weight.shape == (512, 256)
    assert net.patch_head.project.weight.shape == (512, 64)
    assert (net.fusion.attention.embed_dim, net.fusion.attention.num_heads) == (512, 8)
    assert net.classifier.weight.shape == (1000, 512)


def test_patches_are_native_pixels_around_the_centres(net):
    images = some_images()
    answer = net(images)
    assert answer.patches.dtype == torch.uint8
    for b, k in np.ndindex(2, 4):
        y, x = (int(v) for v in answer.yx[b, k])
        y0, x0 = min(max(0, y - 16), 200 - 32), min(max(0, x - 16), 310 - 32)
        window = images[b, :, y0 : y0 + 32, x0 : x0 + 32]
        assert torch.equal(answer.patches[b, k], window)


def test_places_are_the_best_cells_of_the_map_and_keep_their_distance(net):
    answer = net(some_images(1))
    grid = Grid((200, 310), tuple(answer.saliency.shape[1:]))
    best = np.unravel_index(int(answer.saliency[0].argmax()), grid.cells)
    assert (answer.yx[0, 0].numpy() == grid.to_pixels(np.array(best))).all()
    apart = (answer.yx[0, :, None] - answer.yx[0]).abs().amax(-1)
    assert (apart[~torch.eye(4, dtype=torch.bool)] > 40).all()


def test_bytes_and_floats_of_one_picture_give_one_answer(net):
    images = some_images(1)
    with torch.no_grad():
        torch.testing.assert_close(net(images / 255).logits, net(images).logits)


@pytest.mark.parametrize("size", [(1, 1), (33, 57), (7, 401), (128, 100)])
def test_a_drive_is_the_stages_one_after_the_other(net, size):
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    net.glance, before = 1024, net.glance  # the picture is its own glance
    with torch.no_grad():
        answer = net(torch.tensor(pixels).permute(2, 0, 1)[None])
    net.glance = before
    features = net.encode_glance(pixels)
    saliency = net.judge(features)
    found = answer.valid[0]
    patches = answer.patches[0, found].permute(0, 2, 3, 1).numpy()
    vectors = net.encode_patches(patches, batch=3)
    yx = answer.yx[:, found].numpy()
    vector, weights, logits = net.fuse(features, vectors[None], yx, size)
    for ours, theirs in (
        (features, answer.features),
        (saliency, answer.saliency),
        (vectors, answer.vectors[0, found]),
        (vector, answer.vector),
        (weights, answer.weights[..., found]),
        (logits, answer.logits),
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)
        assert not ours.requires_grad


def test_fewer_places_than_asked_are_padded_and_the_padding_is_ignored():
    crowded = some_images(1, 64, 64)  # four cells, all within the radius of each other
    with torch.no_grad():
        one, many = a_net(k=1)(crowded), a_net(k=7)(crowded)
    assert many.valid.tolist() == [[True] + [False] * 6]
    assert (many.yx[0, 1:] == -1).all()
    assert (many.patches[0, 1:] == 0).all()
    assert (many.vectors[0, 1:] == 0).all()
    assert (many.weights[..., 1:] == 0).all()
    torch.testing.assert_close(one.logits, many.logits)


def test_pictures_of_a_batch_do_not_touch_each_other():
    def alternate(saliency, k, *, features, radius, size):
        cells = torch.full((len(saliency), k, 2), -1)
        cells[0, :1] = 0  # one place in the first, two in the second
        cells[-1, :2] = torch.tensor([[0, 1], [1, 0]])
        return cells

    net = a_net(controller=alternate)
    images = some_images(2)
    with torch.no_grad():
        both, second = net(images), net(images[1:])
    assert both.valid.sum(1).tolist() == [1, 2]
    torch.testing.assert_close(both.logits[1:], second.logits, atol=1e-5, rtol=1e-4)


def test_without_a_place_to_look_at_the_glance_alone_answers():
    def nowhere(saliency, k, *, features, radius, size):
        return torch.full((len(saliency), k, 2), -1)

    images = some_images()
    net = a_net(controller=nowhere)
    with torch.no_grad():
        answer = net(images)
        none = a_net(k=0)(images)
    assert not answer.valid.any()
    assert (answer.weights == 0).all()
    assert none.weights.shape == (2, 8, 0)
    torch.testing.assert_close(answer.logits, none.logits)


def test_a_controller_is_told_all_it_needs_and_may_be_a_network():
    class Centre(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(1))

        def forward(self, saliency, k, *, features, radius, size):
            assert features.shape == (2, 96, *saliency.shape[1:])
            assert (k, radius, size) == (4, 40, (200, 310))
            h, w = saliency.shape[1:]
            return torch.tensor([[[h // 2, w // 2]]]).expand(len(saliency), 1, 2)

    net = a_net(controller=Centre())
    answer = net(some_images())
    assert answer.yx.tolist() == [[[100, 193]]] * 2
    assert "controller.bias" in dict(net.named_parameters())


def test_gradients_reach_the_saliency_head_and_both_backbones():
    net = a_net("test_vit")
    net(some_images()).logits.square().sum().backward()
    reached = {
        name
        for name, parameter in net.named_parameters()
        if parameter.grad is not None and (parameter.grad != 0).any()
    }
    backbones = ("global_net", "highres_net")
    heads = {name for name, _ in net.named_parameters() if not name.startswith(backbones)}
    assert {"saliency_head.judge.weight", "saliency_head.judge.bias"} <= heads <= reached
    for stem in ("global_net.model.conv1.0", "highres_net.model.patch_embed.proj"):
        assert f"{stem}.weight" in reached
    assert all(p.grad is None or p.grad.isfinite().all() for p in net.parameters())


def test_the_strength_of_a_patch_is_the_saliency_of_its_place(net):
    features, yx = torch.randn(1, 96, 3, 4), np.array([[[10, 10], [150, 300]]])
    vectors = torch.randn(1, 2, 512)
    saliency = net.judge(features)
    own = torch.stack([saliency[0, 0, 0], saliency[0, 2, 3]]).sigmoid()[None]
    given = net.fuse(features, vectors, yx, (200, 310), own)
    for ours, theirs in zip(net.fuse(features, vectors, yx, (200, 310)), given, strict=True):
        torch.testing.assert_close(ours, theirs)
    full = net.fuse(features, vectors, yx, (200, 310), torch.ones(1, 2))
    assert (full[0] - given[0]).abs().max() > 1e-4


def test_patches_give_the_same_vectors_in_batches_of_any_size(net):
    pixels = np.random.default_rng(0).integers(0, 256, (7, 32, 32, 3), np.uint8)
    pixels.flags.writeable = False
    vectors = net.encode_patches(pixels, batch=3)
    assert vectors.shape == (7, 512)
    torch.testing.assert_close(vectors, net.encode_patches(pixels), atol=1e-5, rtol=1e-4)
    assert net.encode_patches(pixels[:0]).shape == (0, 512)


def test_the_stages_run_in_inference_mode_and_a_training_step_can_follow(net):
    with torch.inference_mode():
        features = net.encode_glance(np.zeros((40, 60, 3), np.uint8))
        vectors = net.encode_patches(np.zeros((2, 32, 32, 3), np.uint8))[None]
        net.fuse(features, vectors, np.array([[[20, 20], [90, 90]]]), (100, 150))
    net(some_images()).logits.sum().backward()
    net.zero_grad()


def test_a_glance_without_patches_can_be_fused(net):
    features = net.encode_glance(np.zeros((40, 60, 3), np.uint8))
    yx = np.empty((1, 0, 2), np.int64)
    vector, weights, logits = net.fuse(features, torch.empty(1, 0, 512), yx, (400, 600))
    assert (vector.shape, weights.shape, logits.shape) == ((1, 512), (1, 8, 0), (1, 10))


def test_equal_seeds_give_equal_nets_and_the_global_generator_rests():
    state = torch.get_rng_state()
    one, same, other = (a_net(seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not torch.equal(one["classifier.weight"], other["classifier.weight"])


def test_only_a_net_trained_as_a_whole_counts_as_trained():
    assert a_net(seed=3).source == "untrained (seed 3)"
    known = backbone("test_resnet")
    known.trained, known.source = True, "timm pretrained r160_in1k"
    mixed = PatchDriveNet(known, "test_resnet", **OPTIONS)
    assert (mixed.source, mixed.trained) == ("one pretrained backbone, the rest untrained", False)
    both = PatchDriveNet(known, known, **OPTIONS)
    assert (both.source, both.trained) == ("pretrained backbones, untrained heads", False)
    both.load(both.state_dict(), "mine.pth")
    assert (both.source, both.trained) == ("mine.pth", True)
    assert both.global_net.source == "mine.pth"


def test_a_state_of_another_net_is_refused():
    net = a_net()
    with pytest.raises(WeightsError, match=r"classifier\.weight is"):
        net.load(a_net(classes=11).state_dict(), "eleven.pth")
    assert not net.trained


def test_modules_of_ones_own_serve_as_backbones():
    net = PatchDriveNet(nn.Conv2d(3, 5, 8, stride=8), nn.Conv2d(3, 6, 4, stride=4), 2, **OPTIONS)
    assert net(some_images()).logits.shape == (2, 10)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_cuda_agrees_with_the_cpu(net, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    images = some_images()
    with torch.no_grad():
        here, there = net(images), net.to("cuda")(images.cuda())
    net.to("cpu")
    assert torch.equal(there.yx.cpu(), here.yx)
    for ours, theirs in zip(there, here, strict=True):
        if ours.is_floating_point():
            tolerance = 1e-3 * max(1e-3, float(theirs.abs().max()))
            torch.testing.assert_close(ours.cpu(), theirs, atol=tolerance, rtol=1e-2)
