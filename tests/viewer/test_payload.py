"""Payloads: exact both ways, the same for the same layers, and small."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from patchdrive.figures.colors import table
from patchdrive.figures.layers import Landings, Leaves, Mask, Raster, Truth
from patchdrive.viewer.payload import DTYPES, Source, encode, pack, unpack

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
    noise = np.random.default_rng(2).integers(0, 5, (h, w))
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


def test_a_type_that_the_browser_lacks_is_refused():
    with pytest.raises(TypeError, match="a is int64"):
        pack({}, {"a": np.zeros(3, np.int64)})


def test_foreign_bytes_are_refused():
    with pytest.raises(ValueError, match="no viewer payload"):
        unpack(b"PNG0" + bytes(40))


def test_the_same_layers_give_the_same_bytes():
    first, again = (
        encode([saliency(90, 160), leaves(500), landings(20)], source=SOURCE) for _ in range(2)
    )
    assert first == again


def test_the_usual_overlay_stays_below_400_kilobytes():
    layers = [saliency(576, 1024), leaves(25_000), landings(200)]
    assert len(encode(layers, source=SOURCE)) <= 400_000


def test_x_comes_before_y_in_the_payload_alone():
    payload = encode([landings(3), leaves(7)], source=SOURCE)
    _, found = unpack(payload)
    assert (found["0.centers"] == landings(3).yx.T[::-1]).all()
    assert (found["0.boxes"] == landings(3).boxes[:, [1, 0, 3, 2]].T).all()
    assert (found["1.boxes"] == leaves(7).boxes[:, [1, 0, 3, 2]].T).all()


def test_small_coordinates_take_two_bytes_and_windows_beyond_the_border_four():
    yx = np.array([[100, 100]])
    inside = Landings("saccades", yx, np.ones(1), np.array([[36, 36, 164, 164]]))
    beyond = Landings("saccades", yx, np.ones(1), np.array([[-28, 36, 100, 164]]))
    far = Landings("saccades", yx + 70_000, np.ones(1), np.array([[36, 36, 164, 164]]))
    _, found = unpack(encode([inside, beyond, far], source=SOURCE))
    dtypes = {name: array.dtype.name for name, array in found.items()}
    assert [dtypes[f"{i}.boxes"] for i in range(3)] == ["uint16", "int32", "uint16"]
    assert [dtypes[f"{i}.centers"] for i in range(3)] == ["uint16", "uint16", "int32"]
    assert dtypes["0.scores"] == "float32"
    assert found["1.boxes"].tolist() == [[36], [-28], [164], [100]]


def test_the_digest_follows_the_layers_and_nothing_else():
    def digest(*layers, **words):
        return unpack(encode(layers, source=SOURCE, **words))[0]["digest"]

    plain = digest(saliency(9, 16), landings(5))
    assert plain == digest(saliency(9, 16), landings(5), selected=2, height=900, hidden=["mask"])
    assert plain != digest(saliency(9, 16, value=1), landings(5))
    assert plain != digest(saliency(9, 16), landings(5, first=1))
    assert plain != digest(saliency(9, 16))


def test_the_header_says_what_the_viewer_needs():
    layers = [
        Mask("edges", np.zeros((4, 4), np.uint8), color="#123456"),
        Truth("truth", np.array([[1, 2, 3, 4]]), ("a <b>",), np.array([1], np.uint8)),
        Raster("saliency", np.zeros((2, 2), np.uint8), (4, 4), "viridis", 0.25, ("low", "high")),
    ]
    header, found = unpack(
        encode(layers, source=SOURCE, masks={"edges": "patchdrive/tile/m"}, selected=3)
    )
    assert header["source"] == {
        "url": "patchdrive/tile/k",
        "size": [2160, 3840],
        "side": 512,
        "levels": 4,
    }
    assert header["selected"] == 3
    mask, truth, raster = header["layers"]
    assert (mask["kind"], mask["color"], mask["url"]) == ("mask", "#123456", "patchdrive/tile/m")
    assert (truth["labels"], found["1.hit"].tolist()) == (["a <b>"], [1])
    assert (raster["legend"], raster["opacity"]) == (["low", "high"], 0.25)
    assert (found["2.lut"] == table("viridis")).all()


def test_empty_layers_are_layers_too():
    nothing = np.zeros((0, 4), np.int64)
    none = np.zeros(0, np.int64)
    layers = [
        Leaves("leaves", nothing, none, none),
        Landings("saccades", nothing[:, :2], none.astype(float), nothing),
        Truth("truth", nothing, ()),
    ]
    _, found = unpack(encode(layers, source=SOURCE))
    assert found["0.boxes"].shape == (4, 0)
    assert found["1.centers"].shape == (2, 0)
