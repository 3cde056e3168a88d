"""Weights: from a seed, a file, or the cache, and never by guessing."""

import logging
import threading

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from patchdrive.models import weights
from patchdrive.types import WeightsError


def a_net(hidden=4):
    return nn.Sequential(nn.Conv2d(3, hidden, 3), nn.BatchNorm2d(hidden), nn.Conv2d(hidden, 2, 1))


def seeded_net(seed):
    with weights.seeded(seed):
        return a_net()


def equal(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.values(), b.values(), strict=True))


def test_equal_seeds_give_equal_weights_and_others_do_not():
    one, same, other = (seeded_net(seed).state_dict() for seed in (3, 3, 4))
    assert equal(one, same)
    assert not equal(one, other)


def test_seeded_weights_neither_read_nor_move_the_global_generator():
    torch.manual_seed(1)
    one = seeded_net(3).state_dict()
    before = torch.get_rng_state()
    same = seeded_net(3).state_dict()
    assert equal(one, same)
    assert torch.equal(torch.get_rng_state(), before)


def test_threads_that_build_at_once_get_the_weights_of_their_seeds():
    truth = {seed: seeded_net(seed).state_dict() for seed in range(4)}
    built = {}
    threads = [
        threading.Thread(target=lambda s=seed: built.update({s: seeded_net(s).state_dict()}))
        for seed in truth
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert all(equal(built[seed], truth[seed]) for seed in truth)


@pytest.mark.parametrize("name", ["net.safetensors", "net.pth", "net.pt", "net.bin", "NET.PTH"])
def test_what_was_saved_is_read(tmp_path, name):
    state = seeded_net(0).state_dict()
    file = tmp_path / name
    if name.endswith("safetensors"):
        save_file(state, file)
    else:
        torch.save(state, file)
    read = weights.read(str(file))
    assert read.keys() == state.keys()
    assert all(torch.equal(read[key], state[key]) for key in state)


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_a_state_dict_inside_a_training_checkpoint_is_found(tmp_path, key):
    state = seeded_net(0).state_dict()
    torch.save({key: state, "epoch": 3}, tmp_path / "net.pth")
    assert weights.read(str(tmp_path / "net.pth")).keys() == state.keys()


def test_a_missing_file_and_an_unknown_kind_are_told_apart(tmp_path):
    with pytest.raises(WeightsError, match="there is no weights file"):
        weights.read(str(tmp_path / "none.pth"))
    with pytest.raises(WeightsError, match=r"'untrained', or a file that ends in \.safetensors"):
        weights.read("pretrained")
    (tmp_path / "folder.pt").mkdir()
    with pytest.raises(WeightsError, match="there is no weights file"):
        weights.read(str(tmp_path / "folder.pt"))


@pytest.mark.parametrize("name", ["net.safetensors", "net.pth"])
@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04" + bytes(40), bytes(64)])
def test_a_file_of_junk_is_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsError, match=f"the weights file {name} cannot be read"):
        weights.read(str(tmp_path / name))


class Spy:
    ran = False

    def __reduce__(self):
        return (setattr, (Spy, "ran", True))


def test_a_file_that_would_run_code_is_refused_before_it_does(tmp_path):
    torch.save({"weight": Spy()}, tmp_path / "net.pth")
    with pytest.raises(WeightsError, match="cannot be read"):
        weights.read(str(tmp_path / "net.pth"))
    assert not Spy.ran


@pytest.mark.parametrize(
    "held", [[torch.ones(2)], {}, {"epoch": 3}, torch.ones(2), {1: torch.ones(1)}]
)
def test_a_file_without_a_state_dict_is_refused(tmp_path, held):
    torch.save(held, tmp_path / "net.pth")
    with pytest.raises(WeightsError, match="holds no state dict"):
        weights.read(str(tmp_path / "net.pth"))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path, bad):
    torch.save({"fine": torch.ones(2), "worn": torch.tensor([1.0, bad])}, tmp_path / "net.pth")
    with pytest.raises(WeightsError, match="worn has values that are not finite"):
        weights.read(str(tmp_path / "net.pth"))


def test_a_state_that_fits_is_loaded_whole():
    net, state = seeded_net(1), seeded_net(2).state_dict()
    weights.fit(net, state, "here")
    assert equal(net.state_dict(), state)


def test_half_precision_is_loaded_into_a_net_of_full_precision():
    net, state = seeded_net(1), seeded_net(2).state_dict()
    weights.fit(net, {k: v.half() if v.is_floating_point() else v for k, v in state.items()}, "x")
    assert net[0].weight.dtype == torch.float32
    torch.testing.assert_close(net[0].weight, state["0.weight"], atol=1e-3, rtol=1e-3)


def test_old_files_need_no_counters_of_training_steps():
    state = seeded_net(2).state_dict()
    del state["1.num_batches_tracked"]
    weights.fit(a_net(), state, "here")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s.pop("2.bias"), "missing: 2.bias"),
        (lambda s: s.update(more=torch.ones(1)), "not known here: more"),
        (lambda s: s.update(fc=torch.ones(1)), "not known here: fc"),
        (
            lambda s: s.update({"2.bias": torch.ones(7)}),
            r"wrong shape: 2.bias is \(7,\), not \(2,\)",
        ),
        (lambda s: [s.pop(k) for k in list(s)[:5]], r"missing: 0\.weight, .* and 2 more"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change, told):
    net, state = seeded_net(1), dict(seeded_net(2).state_dict())
    change(state)
    with pytest.raises(WeightsError, match=f"weights in here do not fit.*{told}"):
        weights.fit(net, state, "here", spare=["fc"])
    assert equal(net.state_dict(), seeded_net(1).state_dict())


def test_a_classifier_that_the_net_does_not_have_may_be_in_the_file():
    state = seeded_net(2).state_dict() | {"fc.weight": torch.ones(3), "fc.bias": torch.ones(3)}
    weights.fit(a_net(), state, "here", spare=["fc"])


def test_a_whole_net_is_told_from_a_backbone():
    whole = {f"{part}.model.w": torch.tensor(i) for i, part in enumerate(weights.PARTS)}
    assert weights.is_full(whole)
    assert not weights.is_full({"w": torch.ones(1), "global_net.model.w": torch.ones(1)})
    assert [int(weights.backbone_of(whole, part)["w"]) for part in weights.PARTS] == [0, 1]


def test_the_cache_is_searched_by_repository_file_and_revision(in_cache):
    file = in_cache("timm/some.a1", "pytorch_model.bin", lambda file: file.write_bytes(b"w"))
    assert weights.cached({"hf_hub_id": "timm/some.a1"}) == file
    assert weights.cached({"hf_hub_id": "timm/some.a1@0123abcd"}) == file
    assert weights.cached({"hf_hub_id": "timm/some.a1@other"}) is None
    assert weights.cached({"hf_hub_id": "timm/some.a1", "hf_hub_filename": "else.bin"}) is None
    assert weights.cached({"hf_hub_id": "timm/some.a2"}) is None
    assert weights.cached({"hf_hub_id": None}) is None
    assert weights.cached({}) is None


def test_messages_of_timm_are_kept_and_not_printed(capfd):
    logger = logging.getLogger("timm")
    before = logger.level, logger.propagate, list(logger.handlers)
    with weights.heard() as messages:
        logging.getLogger("timm.models").warning("a %s", "word")
    assert messages.texts == ["a word"]
    assert capfd.readouterr() == ("", "")
    assert (logger.level, logger.propagate, logger.handlers) == before
