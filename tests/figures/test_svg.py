"""SVG: valid XML whose shapes are the layers'."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.figures import drive_layers, svg, tree_layers
from patchdrive.figures.colors import HIT, MISSED
from patchdrive.figures.layers import Classes, Gate, Landings, Leaves, Mask, Overlay, Raster, Truth
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from tests import scenes

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
SQUARE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")


@pytest.fixture
def plain():
    return MemoryImage(scenes.flat(120, 160, (90, 90, 90)), name="plain.png")


def parsed(*given, **more):
    root = ET.fromstring(svg(*given, **more))
    assert root.tag == f"{SVG}svg"
    return root


def group(root, name):
    return root.find(f"{SVG}g[@id='{name}']")


def titles(element):
    return [title.text for title in element.iter(f"{SVG}title")]


def bitmap(element):
    head, _, data = element.find(f"{SVG}image").get(LINK).partition(",")
    assert head in ("data:image/png;base64", "data:image/jpeg;base64")
    return np.asarray(Pillow.open(io.BytesIO(base64.b64decode(data))))


def boxes_of(path):
    found = np.array([[int(n) for n in m.groups()] for m in SQUARE.finditer(path.get("d"))])
    x, y, w, h, back = found.reshape(-1, 5).T
    assert (w == back).all()
    assert SQUARE.sub("", path.get("d")) == ""
    return np.stack([y, x, y + h, x + w], axis=1)


def test_the_coordinates_are_the_picture_s(plain):
    root = parsed(plain, [], max_side=80)
    assert root.get("viewBox") == "0 0 160 120"
    assert (root.get("width"), root.get("height")) == ("80", "60")
    assert titles(root) == ["plain.png"]


def test_a_drive_is_numbered_saccades_with_windows_and_a_path(street):
    result = drive(street, fuse=False, k=4, patch=32, radius=20)
    root = parsed(result.image, drive_layers(result))
    saccades = group(root, "saccades")
    count = len(result.saccades)
    assert count > 1
    for n in range(count):
        one = group(saccades, f"saccades-{n + 1}")
        y, x = result.saccades.yx[n]
        circle, rect = one.find(f"{SVG}circle"), one.find(f"{SVG}rect")
        assert (circle.get("cx"), circle.get("cy")) == (f"{x + 0.5}", f"{y + 0.5}")
        y0, x0, y1, x1 = result.patches.boxes[n]
        found = [int(rect.get(word)) for word in ("x", "y", "width", "height")]
        assert found == [x0, y0, x1 - x0, y1 - y0]
        assert one.find(f"{SVG}text").text == str(n + 1)
        assert titles(one)[0].startswith(f"saccade {n + 1} of {count}: y {y}, x {x}, score ")
    assert len(group(saccades, "saccades-path").findall(f"{SVG}path")) == count - 1


def test_the_leaves_of_a_level_are_one_path(street):
    grown = tree(street, max_leaf=64, min_leaf=8, max_detail=20)
    root = parsed(grown.image, tree_layers(grown, edges=False))
    paths = group(root, "leaves").findall(f"{SVG}path")
    levels = np.unique(grown.quadtree.depth)
    assert len(paths) == len(levels) > 1
    found = {tuple(box) for path in paths for box in boxes_of(path).tolist()}
    assert found == {tuple(box) for box in grown.quadtree.boxes.tolist()}
    for path in paths:
        mine = boxes_of(path)
        side = (mine[:, 2:] - mine[:, :2]).max()
        assert titles(path) == [
            f"{len(mine):,} {'leaf' if len(mine) == 1 else 'leaves'} of {side} px"
        ]


def test_a_hundred_thousand_leaves_stay_small(plain):
    y, x = np.mgrid[0:1280:4, 0:1280:4].reshape(2, -1)
    boxes = np.stack([y, x, y + 4, x + 4], axis=1)
    depth = np.arange(len(boxes)) % 6
    image = MemoryImage(scenes.flat(1280, 1280))
    text = svg(image, [Leaves("leaves", boxes, depth, depth)])
    assert len(boxes) > 100_000
    assert len(text) < 3_000_000
    ET.fromstring(text)


def test_filled_leaves_have_no_lines(plain):
    boxes, n = np.array([[0, 0, 8, 8], [0, 8, 8, 16]]), np.array([0, 5])
    layer = Leaves("leaves", boxes, n, n, style="fill", by="score")
    paths = group(parsed(plain, [layer]), "leaves").findall(f"{SVG}path")
    assert all(path.get("stroke") is None and path.get("fill").startswith("#") for path in paths)
    assert sorted(title for path in paths for title in titles(path)) == [
        "1 leaf of detail 0",
        "1 leaf of detail 5",
    ]


def test_what_is_known_is_dashed_in_the_colour_of_its_state(plain):
    boxes = np.array([[10, 20, 30, 50], [60, 70, 80, 90]])
    truth = Truth("truth", boxes, ("gull & co", "<crab>"), np.array([True, False]))
    rects = group(parsed(plain, [truth]), "truth").findall(f"{SVG}rect")
    assert [rect.get("stroke") for rect in rects] == [HIT, MISSED]
    assert [titles(rect) for rect in rects] == [["gull & co, hit"], ["<crab>, missed"]]
    assert len({rect.get("stroke-dasharray") for rect in rects}) == 2
    assert [int(rects[0].get(word)) for word in ("x", "y", "width", "height")] == [20, 10, 30, 20]


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "]]>", "</title><script>", "\ud800", "a\ufffeb"])
def test_any_text_gives_valid_xml(text):
    image = MemoryImage(scenes.flat(20, 30), name=text)
    truth = Truth(text, np.array([[1, 1, 5, 5]]), (text,))
    raster = Raster(text, np.zeros((2, 2), np.uint8), (20, 30), note=text)
    root = ET.fromstring(svg(image, [truth, raster], picture=True).encode())
    assert not list(root.iter("script"))
    assert not list(root.iter(f"{SVG}script"))


def test_a_map_is_a_bitmap_that_lets_the_picture_through(plain):
    values = np.array([[0, 255]], np.uint8)
    layer = Raster("saliency", values, plain.size, opacity=0.5, colormap="viridis")
    pixels = bitmap(group(parsed(plain, [layer]), "saliency"))
    assert pixels.shape == (120, 160, 4)
    assert (pixels[:, :40, 3] == 0).all()
    assert abs(pixels[:, -40:, 3].astype(int) - 128).max() <= 1
    assert abs(pixels[60, -1, :3].astype(int) - [253, 231, 37]).max() <= 2


@pytest.mark.parametrize(
    "layer",
    [
        Gate("flat", np.zeros((3, 4), np.uint8), (120, 160), visible=True),
        Classes("flat", np.zeros((3, 4), np.uint8), (120, 160), ("sky",)),
        Mask("flat", np.full((120, 160), 255, np.uint8)),
        Overlay("flat", MemoryImage(scenes.noise(120, 160))),
    ],
)
def test_every_flat_layer_is_a_bitmap(plain, layer):
    pixels = bitmap(group(parsed(plain, [layer]), "flat"))
    assert abs(pixels[..., 3].astype(int) - 255 * layer.opacity).max() <= 1


def test_the_picture_comes_only_when_it_is_asked_for(street):
    image = MemoryImage(street.copy())
    assert group(parsed(image, []), "picture") is None
    pixels = bitmap(group(parsed(image, [], picture=True, max_side=210), "picture"))
    assert pixels.shape == (150, 210, 3)


def test_a_projector_gets_larger_letters_and_thicker_lines(street):
    result = drive(street, fuse=False, k=3, patch=32, radius=20)
    sizes = {}
    for size in ("normal", "large"):
        root = parsed(result.image, drive_layers(result, {"magnify": size}))
        letters = next(node for node in root.iter() if node.tag.endswith("text"))
        way = group(group(root, "saccades"), "saccades-path")
        sizes[size] = float(letters.get("font-size")), float(way.get("stroke-width"))
    assert np.allclose(np.divide(sizes["large"], sizes["normal"]), 1.6, rtol=0.01)


def test_below_a_map_alone_there_is_no_picture(street):
    image = MemoryImage(street.copy())
    layer = Raster("saliency", np.zeros((2, 2), np.uint8), image.size, alone=True)
    root = parsed(image, [layer], picture=True)
    assert group(root, "picture") is None
    assert (bitmap(group(root, "saliency"))[..., 3] == 255).all()


def test_hidden_layers_are_left_out(plain):
    assert (
        group(parsed(plain, [Gate("gate", np.zeros((1, 1), np.uint8), plain.size)]), "gate") is None
    )


def test_layers_of_one_name_have_ids_of_their_own(plain):
    yx = np.array([[5, 5]])
    layers = [Landings("saccades", yx, np.ones(1), np.array([[0, 0, 9, 9]]))] * 2
    ids = [element.get("id") for element in parsed(plain, layers).iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4


def test_what_an_untrained_network_made_says_so(plain):
    layer = Raster("saliency", np.zeros((2, 2), np.uint8), plain.size, note="untrained network")
    texts = [text.text for text in parsed(plain, [layer]).iter(f"{SVG}text")]
    assert texts == ["untrained network"]


def test_nothing_is_fetched_from_elsewhere(street):
    result = drive(street, fuse=False, k=2)
    text = svg(result.image, drive_layers(result), picture=True)
    links = re.findall(r'href="([^"]{0,30})', text)
    assert links
    assert all(link.startswith("data:image/") for link in links)


@pytest.mark.parametrize("size", [(1, 1), (7, 401), (401, 7)])
def test_odd_pictures_have_an_svg_too(size):
    pixels = scenes.noise(*size)
    result, grown = drive(pixels, fuse=False, patch=16), tree(pixels)
    parsed(result.image, drive_layers(result), picture=True, max_side=100)
    parsed(grown.image, tree_layers(grown), max_side=100)
