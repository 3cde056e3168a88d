"""Payloads: exact both ways, the same for the same layers, and small."""

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.figures.colors import table
from patchdrive.figures.layers import (
    Classes,
    Gate,
    Landings,
    Leaves,
    Mask,
    Overlay,
    Raster,
    Truth,
)
from patchdrive.figures.overlay import drive_layers
from patchdrive.images import MemoryImage, open_image
from patchdrive.ops.quadtree import by_threshold, count_edges
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.knobs import TreeSettings
from patchdrive.pipelines.tree import counted
from patchdrive.settings import SaccadeSettings
from patchdrive.viewer.packing import DTYPES, pack, unpack
from patchdrive.viewer.payload import TABLES, Screen, Source, encode, slider

ROOT = Path(__file__).parents[2]
SOURCE = Source("patchdrive/tile/k", (2160, 3840), 512, 4)

# Few distinct values and long rows, so that both codings are really met.
shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=40)
numbers = st.sampled_from(DTYPES).flatmap(
    lambda name: arrays(
        np.dtype(name), shapes, elements={"allow_nan": False} if "f" in name else None
    )
)
names = st.text("abc.é", min_size=1, max_size=4)


def leaves(n):
    """A full quadtree level after another, as many as n, in Morton order."""
    side = 16
    y, x = np.mgrid[0 : 2160 // side, 0 : 3840 // side]
    boxes = np.stack([y, x, y + 1, x + 1], axis=-1).reshape(-1, 4)[:n] * side
    random = np.random.default_rng(0)
    return Leaves("leaves", boxes, random.integers(0, 6, n), random.integers(0, 256, n))


def landings(k, first=0):
    yx = np.random.default_rng(1).integers(0, 2160, (k, 2))
    yx[:, 0] += first
    return Landings("saccades", yx, np.linspace(1, 0, k), np.hstack([yx - 64, yx + 64]))


def saliency(h, w, value=0):
    y, x = np.mgrid[0:h, 0:w]
    noise = np.random.default_rng(2).integers(0, 2, (h, w))
    values = (120 + 60 * np.sin(y / 40) + 60 * np.cos(x / 30) + noise + value).astype(np.uint8)
    return Raster("saliency", values, (2160, 3840))


@given(st.dictionaries(names, numbers, max_size=4), st.dictionaries(names, st.integers()))
def test_what_is_packed_comes_out_again(content, header):
    payload = pack(header, content)
    words, found = unpack(payload)
    assert {name: words[name] for name in header} == header
    assert found.keys() == content.keys()
    for name, array in content.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert (found[name] == array).all()
    assert all(item["offset"] % 8 == 0 for item in words["arrays"].values())
    assert int.from_bytes(payload[4:8], "little") % 8 == 0


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32"])
def test_long_arrays_are_coded_and_come_out_exactly(dtype):
    limits = np.iinfo(dtype)
    steps = np.arange(3000).astype(dtype)
    steps[::97] = limits.max
    steps[50::97] = limits.min
    payload = pack({}, {"a": steps})
    words, found = unpack(payload)
    assert words["arrays"]["a"]["coding"] == "delta"
    assert (found["a"] == steps).all()
    assert len(payload) < steps.nbytes


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32"])
@pytest.mark.parametrize("shape", [(16, 400), (61, 47), (300, 16)])
def test_planes_are_coded_in_both_directions_and_come_out_exactly(dtype, shape):
    y, x = np.mgrid[: shape[0], : shape[1]]
    plane = (3 * y + 2 * x).astype(dtype)
    plane[::7, ::5] = np.iinfo(dtype).max
    words, found = unpack(pack({}, {"a": plane}))
    assert words["arrays"]["a"]["coding"] == "planar"
    assert (found["a"] == plane).all()


def test_a_type_that_the_browser_lacks_is_refused():
    with pytest.raises(TypeError, match="a is int64"):
        pack({}, {"a": np.zeros(3, np.int64)})


def test_foreign_bytes_are_refused():
    with pytest.raises(ValueError, match="no viewer payload"):
        unpack(b"PNG0" + bytes(40))


def sent(*layers, **words):
    """Header, and the arrays of each layer in order."""
    header, found = unpack(encode(layers, source=SOURCE, **words).payload)
    mine = [
        {
            name.partition("/")[2]: array
            for name, array in found.items()
            if name.startswith(f"{layer['digest']}/")
        }
        for layer in header["layers"]
    ]
    return header, mine


def test_the_same_layers_give_the_same_bytes():
    first, again = (
        encode([saliency(90, 160), leaves(500), landings(20)], source=SOURCE) for _ in range(2)
    )
    assert first.payload == again.payload


def test_the_usual_overlay_stays_below_250_kilobytes():
    """A shipped 4K picture with its map, 25,000 leaves and 200 saccades."""
    image = open_image(ROOT / "assets" / "samples" / "town.jpg")
    seen = drive(image, fuse=False, k=200, radius=64)
    counts = counted(image, TreeSettings.of({"min_leaf": 8}))
    tree = by_threshold(counts, 15)
    assert len(tree) > 25_000
    cut = Leaves("leaves", tree.boxes, tree.depth, tree.detail, counts=counts)
    assert len(seen.saccades) == 200
    assert len(encode([*drive_layers(seen), cut], source=SOURCE).payload) <= 250_000


def test_what_the_browser_holds_does_not_travel_again():
    layers = [saliency(576, 1024), leaves(25_000), landings(200)]
    first = encode(layers, source=SOURCE)
    again = encode(layers, source=SOURCE, held=first.digests)
    assert len(again.payload) < 6_000
    assert unpack(again.payload)[1] == {}
    assert unpack(again.payload)[0]["digest"] == unpack(first.payload)[0]["digest"]
    more = encode([*layers[:2], landings(201)], source=SOURCE, held=first.digests)
    names = {name.partition("/")[2] for name in unpack(more.payload)[1]}
    assert names == {"centers", "boxes", "scores", "kept"}
    assert len(more.payload) < 12_000


def test_a_changed_look_sends_no_array():
    one = Raster("saliency", saliency(90, 160).codes, (2160, 3840))
    other = Raster("saliency", one.codes, (2160, 3840), "turbo", 0.2, "linear", 0.1, 0.9)
    first = encode([one], source=SOURCE)
    again = encode([other], source=SOURCE, held=first.digests)
    assert unpack(again.payload)[1] == {}
    values = unpack(again.payload)[0]["values"]
    assert values["saliency_colormap"] == "turbo"
    assert (values["saliency_low"], values["saliency_scale"]) == (0.1, "linear")


def test_x_comes_before_y_in_the_payload_alone():
    _, (first, second) = sent(landings(3), leaves(7))
    assert (first["centers"] == landings(3).yx.T[::-1]).all()
    assert (first["boxes"] == landings(3).boxes[:, [1, 0, 3, 2]].T).all()
    assert (second["boxes"] == leaves(7).boxes[:, [1, 0, 3, 2]].T).all()


def test_small_coordinates_take_two_bytes_and_windows_beyond_the_border_four():
    yx = np.array([[100, 100]])
    inside = Landings("saccades", yx, np.ones(1), np.array([[36, 36, 164, 164]]))
    beyond = Landings("saccades", yx, np.ones(1), np.array([[-28, 36, 100, 164]]))
    far = Landings("saccades", yx + 70_000, np.ones(1), np.array([[36, 36, 164, 164]]))
    _, found = sent(inside, beyond, far)
    assert [one["boxes"].dtype.name for one in found] == ["uint16", "int32", "uint16"]
    assert [one["centers"].dtype.name for one in found] == ["uint16", "uint16", "int32"]
    assert found[0]["scores"].dtype == np.float32
    assert found[1]["boxes"].tolist() == [[36], [-28], [164], [100]]


def test_the_digest_follows_the_layers_and_nothing_else():
    def digest(*layers, **words):
        return sent(*layers, **words)[0]["digest"]

    plain = digest(saliency(9, 16), landings(5))
    screen = Screen(selected=2, height=900, values={"saccades_visible": False}, turn=7)
    assert plain == digest(saliency(9, 16), landings(5), screen=screen)
    assert plain != digest(saliency(9, 16, value=1), landings(5))
    assert plain != digest(saliency(9, 16), landings(5, first=1))
    assert plain != digest(saliency(9, 16))


def test_labels_that_have_a_name_are_not_read_again():
    def digest(labels, named):
        layer = Classes("classes", np.array(labels, np.uint8), (2, 2), ("sky", "land"), named)
        return sent(layer)[0]["layers"][0]["digest"]

    zeros, ones = np.zeros((2, 2)), np.ones((2, 2))
    assert digest(zeros, "mask a") == digest(ones, "mask a") != digest(zeros, "mask b")
    assert digest(zeros, "") != digest(ones, "")


def test_the_header_says_what_the_viewer_needs():
    picture = MemoryImage(np.zeros((4, 4, 3), np.uint8))
    layers = [
        Mask("edges", np.zeros((4, 4), np.uint8), color="#123456"),
        Overlay("tokens", picture),
        Truth("truth", np.array([[1, 2, 3, 4]]), ("a <b>",), np.array([1], np.uint8)),
        Gate("gate", np.zeros((2, 3), np.uint8), (4, 4)),
        Classes("classes", np.zeros((2, 3), np.uint8), (4, 4), ("sky", "land")),
        Raster("saliency", np.zeros((2, 2), np.uint8), (4, 4), span=(3.0, 9.0), note="by hand"),
    ]
    urls = {"edges": "patchdrive/tile/m", "tokens": "patchdrive/tile/t"}
    header, found = sent(*layers, urls=urls, screen=Screen(selected=3))
    assert header["source"] == {
        "url": "patchdrive/tile/k",
        "size": [2160, 3840],
        "side": 512,
        "levels": 4,
        "microns": None,
        "picture": None,
    }
    assert header["selected"] == 3
    mask, overlay, truth, gate, classes, raster = header["layers"]
    assert (mask["kind"], mask["color"], mask["url"]) == ("mask", "#123456", "patchdrive/tile/m")
    assert overlay["url"] == "patchdrive/tile/t"
    assert (truth["labels"], found[2]["hit"].tolist()) == (["a <b>"], [1])
    assert (gate["cells"], found[3]["open"].shape) == ([2, 3], (2, 3))
    assert classes["names"] == ["sky", "land"]
    assert (raster["span"], raster["note"]) == ([3.0, 9.0], "by hand")
    assert "colormap" in raster["turns"]


def test_the_colour_maps_travel_once():
    _, found = unpack(encode([], source=SOURCE).payload)
    assert (found[f"{TABLES}/viridis"] == table("viridis")).all()
    assert unpack(encode([], source=SOURCE, held=[TABLES]).payload)[1] == {}


def test_without_a_route_the_picture_is_in_the_payload():
    first = encode([], source=SOURCE, picture=b"a file")
    header, found = unpack(first.payload)
    assert found[f"{header['source']['picture']}/picture"].tobytes() == b"a file"
    again = encode([], source=SOURCE, picture=b"a file", held=first.digests)
    assert unpack(again.payload)[1] == {}, "but only once"


def test_leaves_that_can_be_cut_anew_bring_what_they_are_cut_from():
    edges = np.zeros((40, 70), np.uint8)
    edges[:9, :9] = 255
    counts = count_edges(edges, 4, 16)
    tree = by_threshold(counts, 3)
    layer = Leaves("leaves", tree.boxes, tree.depth, tree.detail, counts=counts)
    header, (found,) = sent(layer)
    words = header["layers"][0]
    assert words["root"] == 16
    assert words["levels"] == [list(level.shape) for level in counts.levels]
    assert list(found) == ["counts"]
    flat = np.concatenate([level.ravel() for level in counts.levels])
    assert (found["counts"] == flat).all()


@pytest.mark.parametrize(
    ("name", "step"), [("k", 1), ("radius", 8), ("threshold", 0.01), ("percentile", 0.5)]
)
def test_a_slider_knows_its_range_and_step(name, step):
    knob = SaccadeSettings.knobs()[name]
    words = slider(name, knob)
    assert (words["low"], words["high"], words["step"]) == (knob.low, knob.high, step)
    assert words["label"] == knob.label


def test_empty_layers_are_layers_too():
    nothing = np.zeros((0, 4), np.int64)
    none = np.zeros(0, np.int64)
    layers = [
        Leaves("leaves", nothing, none, none),
        Landings("saccades", nothing[:, :2], none.astype(float), nothing),
        Truth("truth", nothing, ()),
    ]
    _, found = sent(*layers)
    assert found[0]["boxes"].shape == (4, 0)
    assert found[1]["centers"].shape == (2, 0)
