"""What stages say they need is what they take; what is too much is refused before it is made."""

import tracemalloc
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from patchdrive import budget, figures
from patchdrive.figures import picture, steps
from patchdrive.images import MemoryImage
from patchdrive.models.backbone import backbone
from patchdrive.models.memory import SPARE, ghost
from patchdrive.ops import quadtree as tree_ops
from patchdrive.ops import tokens as token_ops
from patchdrive.pipelines import drive as driving
from patchdrive.pipelines import export, geojson, networks, prices
from patchdrive.pipelines import tree as growing
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.saliency import METHODS
from patchdrive.settings import GlanceSettings, NetworkSettings, SplitSettings
from patchdrive.types import SettingError
from patchdrive.viewer import standalone
from patchdrive.viewer.standalone import page

LOOSE = 12  # a price may be so many times too high: some libraries' memory is not seen here


@pytest.fixture(scope="module")
def noise():
    pixels = np.random.default_rng(0).integers(0, 256, (512, 768, 3), np.uint8)
    return MemoryImage(pixels)


def peak(make):
    """The value, and the bytes that NumPy and Python held at most while it was made."""
    tracemalloc.start()
    try:
        value = make()
        return value, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def assert_told(need, taken):
    assert taken <= need.nbytes, f"{need.what}: said {need.nbytes:,.0f}, took {taken:,}"
    assert need.nbytes <= LOOSE * max(taken, 1e5), f"{need.what} are far too dear"


@pytest.mark.parametrize("name", [one.name for one in METHODS if not one.network])
def test_a_saliency_method_takes_no_more_than_its_glance_costs(noise, name):
    settings = GlanceSettings(glance=768)
    need = prices.glance(noise, settings)
    seen = driving.look(noise, settings)
    _, taken = peak(lambda: driving.score(seen, name, METHODS[name].settings()))
    assert taken <= need.nbytes


def test_patches_take_what_was_said(noise):
    saccades = SimpleNamespace(yx=np.tile(np.array([[200, 300]]), (40, 1)))
    settings = DriveSettings.of({"patch": 128}).patches
    _, taken = peak(lambda: driving.cut_patches(noise, saccades, settings))
    assert_told(prices.patches(40, 128), taken)


@pytest.mark.parametrize(("smallest", "token"), [(2, 4), (2, 16), (4, 64), (16, 16), (16, 28)])
def test_trees_and_tokens_take_what_was_said(noise, smallest, token):
    settings = TreeSettings.of({"min_leaf": smallest, "max_detail": 0, "canny_low": 0})
    edges, taken = peak(lambda: growing.find_edges(noise, settings.edges))
    assert_told(prices.edges(noise), taken)
    counts, taken = peak(lambda: tree_ops.count_edges(edges, smallest, 256))
    assert taken <= prices.counts(noise).nbytes <= 2 * noise.nbytes
    many = growing.count_leaves(counts, settings.split)
    tree, taken = peak(lambda: growing.split(counts, settings.split))
    assert len(tree) == many > 1000
    assert_told(prices.leaves(many), taken)
    levels, taken = peak(lambda: token_ops.pyramid(noise.pixels, counts.root, token))
    assert taken <= prices.pyramid(noise).nbytes
    found, taken = peak(lambda: token_ops.tokens(levels, tree, token))
    assert taken <= prices.tokens(many, token).nbytes
    assert prices.tokens(many, token).nbytes <= 2 * LOOSE * found.pixels.nbytes
    _, taken = peak(lambda: token_ops.painted(found, tree))
    assert taken <= prices.rebuilt(noise, found).nbytes


@pytest.mark.parametrize("split", ["threshold", "budget"])
@pytest.mark.parametrize("amount", [1, 7, 300, 2000])
def test_leaves_are_counted_before_any_is_made(noise, split, amount):
    edges = growing.find_edges(noise, TreeSettings.of({}).edges)
    counts = tree_ops.count_edges(edges, 16, 64)
    by = "budget" if split == "budget" else "max_detail"
    settings = SplitSettings(**{"split": split, by: amount, "max_leaf": 64})
    made = len(growing.split(counts, settings))
    told = growing.count_leaves(counts, settings)
    assert made == told if split == "threshold" else made <= told


@pytest.fixture
def poor(monkeypatch):
    """One piece of work may take 60 MB."""
    monkeypatch.setenv(budget.VARIABLE, "0.06")


@pytest.mark.usefixtures("poor")
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"token": 64, "min_leaf": 2, "max_detail": 0, "canny_low": 0, "canny_high": 0}, "tokens"),
        ({"token": 64, "split": "budget", "budget": 65536, "min_leaf": 2}, "65,536 tokens of 64"),
    ],
    ids=["threshold", "budget"],
)
def test_a_tree_too_large_is_refused_before_it_is_made(noise, values, words):
    settings = TreeSettings.of(values)

    def refused():
        with pytest.raises(SettingError, match=words) as caught:
            growing.grow(noise, settings)
        assert "smallest leaf" in str(caught.value)

    _, taken = peak(refused)
    assert taken < 60e6


@pytest.mark.parametrize(
    ("megabytes", "values", "words"),
    [
        (60, {"k": 512, "radius": 0, "patch": 1024, "fuse": False}, "patches of 1,024 px"),
        (30, {"glance": 768, "fuse": False}, "a glance of 768 px"),
        (60, {"saliency": "network", "global_backbone": "resnet18"}, "the backbones resnet18"),
        (
            10,
            {"saliency": "network", "weights": "untrained"},
            "features of a glance",
        ),
        (12, {"glance": 128, "patch": 512, "k": 1, "weights": "untrained"}, "batches of 3 patches"),
    ],
    ids=["patches", "glance", "weights", "features", "batches"],
)
def test_a_drive_too_large_is_refused_before_it_is_made(
    noise, monkeypatch, megabytes, values, words
):
    monkeypatch.setenv(budget.VARIABLE, str(megabytes / 1000))
    if "features" in words:
        monkeypatch.setattr(prices, "SALIENCY", 1)  # or the maps would be refused before
    with pytest.raises(SettingError, match=words):
        driving.drive(noise, **values)


@pytest.mark.parametrize("name", ["mobilenetv3_small_050", "resnet18", "vit_tiny_patch16_224"])
def test_a_backbone_is_known_before_it_is_built(name):
    told, real = ghost(name), backbone(name)
    assert told.parameters == sum(one.numel() for one in real.parameters())
    held = [*real.parameters(), *real.buffers()]
    assert told.nbytes == sum(one.nbytes for one in held)


@pytest.mark.parametrize("name", ["mobilenetv3_small_050", "resnet18"])
def test_a_look_takes_what_was_said(name):
    net, pixels = backbone(name), np.zeros((2, 224, 320, 3), np.uint8)
    with torch.profiler.profile(profile_memory=True) as seen, torch.no_grad():
        net.features(net.prepare(pixels))
    now = most = 0
    for event in seen.profiler.kineto_results.events():
        if event.name() == "[memory]":
            now += event.nbytes()
            most = max(most, now)
    told = ghost(name).look(2, 224, 320)
    assert most <= told * 1.1
    assert told <= 3 * SPARE * most


def test_a_name_that_timm_does_not_have_is_refused_in_words():
    with pytest.raises(SettingError, match="timm has no model 'resnet19'"):
        ghost("resnet19")


def test_networks_are_kept_as_long_as_they_are_small_together(monkeypatch):
    def of(seed):
        return NetworkSettings(weights="untrained", device="cpu", seed=seed)

    networks._built.clear()
    first = networks.net(of(1))
    size = networks._nbytes(first)
    assert networks.net(of(1)) is first
    monkeypatch.setenv(budget.VARIABLE, str(2.5 * size * networks.BUILT / 1e9))
    second, third = networks.net(of(2)), networks.net(of(3))
    assert list(networks._built.values()) == [second, third]
    monkeypatch.setenv(budget.VARIABLE, str(max(4 * size, 0.1 * size * networks.BUILT) / 1e9))
    newest = networks.net(of(4))
    assert list(networks._built.values()) == [newest], "the newest stays however large it is"
    networks._built.clear()


def test_a_long_fusion_lets_others_in_between_its_batches(noise, monkeypatch):
    monkeypatch.setattr(networks, "AT_ONCE", 2 * 64 * 64)
    s = DriveSettings.of({"k": 6, "radius": 0, "patch": 64, "weights": "untrained"})
    seen = driving.see(noise, s)
    turns, batches = [], []
    real = networks.turn

    def counted(place, waiting=None):
        turns.append(place)
        return real(place, waiting)

    monkeypatch.setattr(networks, "turn", counted)

    def listener(text, done, total):
        if text == "patch network" and done:
            batches.append((done, total))

    whole = networks.encode(seen.patches, s.network, listener)
    assert batches == [(2, 6), (4, 6), (6, 6)]
    assert len(turns) == 3
    net = networks.net(s.network)
    torch.testing.assert_close(
        whole.value, net.encode_patches(seen.patches.pixels), atol=1e-5, rtol=1e-4
    )
    assert whole.ms > 0

    def stop(text, done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        networks.encode(seen.patches, s.network, stop)


@pytest.fixture(scope="module")
def cut(noise):
    return growing.grow(
        noise, TreeSettings.of({"min_leaf": 4, "max_detail": 0, "canny_low": 0, "token": 4})
    )


SVG = import_module("patchdrive.figures.svg")  # the function of that name hides it
WRITERS = {
    "JSON": (lambda r: export.to_json(r), prices, "rows"),
    "CSV": (lambda r: export.to_csv(r), prices, "rows"),
    "GeoJSON": (lambda r: geojson.to_geojson(r), prices, "rows"),
    "PNG": (lambda r: figures.png(r.image, figures.tree_layers(r)), picture, "drawing"),
    "SVG": (lambda r: figures.svg(r.image, figures.tree_layers(r)), SVG, "drawing"),
    "GIF": (lambda r: figures.steps_gif(r.image, figures.tree_layers(r)), steps, "drawing"),
    "a page": (lambda r: page(r.image, figures.tree_layers(r), title=""), standalone, "drawing"),
}


@pytest.mark.parametrize("form", WRITERS)
def test_what_is_written_takes_what_was_said_and_is_refused_where_that_is_too_much(
    cut, form, monkeypatch
):
    write, room, name = WRITERS[form]
    told, real = [], getattr(room, name)

    def heard(*args, **named):
        told.append(real(*args, **named))
        return told[-1]

    monkeypatch.setattr(room, name, heard)
    _, taken = peak(lambda: write(cut))
    assert form in told[0].what
    assert taken <= told[0].nbytes
    monkeypatch.setenv(budget.VARIABLE, str(told[0].nbytes / 2e9))
    with pytest.raises(SettingError, match=form):
        write(cut)
