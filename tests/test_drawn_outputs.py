"""What is written holds what was found: files are opened and looked at, from either front."""

import io
import json
import xml.etree.ElementTree as ET
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageSequence

from patchdrive.cli import main
from patchdrive.figures import drive_layers, tree_layers
from patchdrive.images import open_image
from patchdrive.ops.quadtree import Counts, by_threshold
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.ui import downloads
from patchdrive.ui.viewer import Turning
from tests import scenes
from tests.viewer.test_standalone import payload

SVG = "{http://www.w3.org/2000/svg}"
SIZE = (240, 320)
DRIVE = {"k": 3, "patch": 48, "radius": 60}
TREE = {"min_leaf": 8, "max_leaf": 64, "max_detail": 0, "canny_low": 20, "canny_high": 60}
FORMS = ("png", "svg", "gif", "html", "json", "csv", "geojson")


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """A file whose three blobs are what there is to find."""
    pixels = scenes.texture(*SIZE)
    for y, x in ((60, 80), (170, 230), (60, 250)):
        pixels = scenes.with_blob(pixels, y, x, 16)
    file = tmp_path_factory.mktemp("outputs") / "blobs.png"
    Pillow.fromarray(pixels).save(file)
    return file


def from_the_command_line(kind, file, folder):
    """Every form as the command writes it."""
    knobs = DRIVE if kind == "drive" else TREE
    flags = [w for name, v in knobs.items() for w in (f"--{name.replace('_', '-')}", str(v))]
    flags += ["--no-fuse"] if kind == "drive" else []
    files = {form: folder / f"out.{form}" for form in FORMS}
    flags += [word for form, path in files.items() for word in (f"--{form}", str(path))]
    assert main([kind, str(file), *flags]) == 0
    return {form: path.read_bytes() for form, path in files.items()}


def from_the_page(kind, file, folder):
    """Every form as a button of the page makes it."""
    made = {}

    def button(form, make, *_, **__):
        data = make()
        made[form.lower()] = data.encode() if isinstance(data, str) else data

    column = SimpleNamespace(
        select_slider=lambda *_, **__: 1920, toggle=lambda *_, **__: False, download_button=button
    )

    def columns(spec, **_):
        return [column] * (spec if isinstance(spec, int) else len(spec))

    image = open_image(file)
    if kind == "drive":
        result = drive(image, fuse=False, **DRIVE)
        layers = drive_layers(result)
    else:
        result = tree(image, **TREE)
        layers = tree_layers(result)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloads, "st", SimpleNamespace(columns=columns))
        downloads.downloads(result, layers, Turning())
    return made


FRONTS = {"command line": from_the_command_line, "page": from_the_page}


@pytest.fixture(scope="module", params=FRONTS)
def driven(request, picture, tmp_path_factory):
    return FRONTS[request.param]("drive", picture, tmp_path_factory.mktemp("driven"))


@pytest.fixture(scope="module", params=FRONTS)
def grown(request, picture, tmp_path_factory):
    return FRONTS[request.param]("tree", picture, tmp_path_factory.mktemp("grown"))


@pytest.fixture
def pixels(picture):
    return np.asarray(Pillow.open(picture)).astype(int)


def decoded(data):
    return np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB")).astype(int)


def rims(boxes, size=SIZE):
    """Where the borders of boxes are drawn, (H, W) bool."""
    where = np.zeros(size, bool)
    for y0, x0, y1, x1 in boxes:
        rows, columns = np.clip([y0, y1 - 1], 0, size[0] - 1), np.clip([x0, x1 - 1], 0, size[1] - 1)
        where[np.ix_(rows, np.arange(x0, x1))] = True
        where[np.ix_(np.arange(y0, y1), columns)] = True
    return where


def test_a_drive_s_png_shows_its_windows_and_the_picture_between(driven, pixels):
    boxes = json.loads(driven["json"])["patches"]["boxes"]
    assert len(boxes) == 3
    shown = decoded(driven["png"])
    assert shown.shape == pixels.shape
    differs = (shown != pixels).any(axis=2)
    assert differs[rims(boxes)].mean() > 0.9
    far = np.ones(SIZE, bool)
    for y0, x0, y1, x1 in boxes:
        far[max(0, y0 - 4) : y1 + 4, max(0, x0 - 4) : x1 + 4] = False
    assert abs(shown - pixels)[far].mean() < 30, "the picture is seen below"
    assert np.corrcoef(shown[far].ravel(), pixels[far].ravel())[0, 1] > 0.3


def test_a_drive_s_svg_has_a_group_for_each_saccade_over_the_picture(driven):
    root = ET.fromstring(driven["svg"])
    assert root.find(f"{SVG}g[@id='picture']/{SVG}image") is not None
    found = json.loads(driven["json"])
    circles = [
        (float(one.get("cy")) - 0.5, float(one.get("cx")) - 0.5)
        for one in root.iter(f"{SVG}circle")
    ]
    assert sorted(circles) == sorted(map(tuple, found["saccades"]["yx"]))
    windows = {
        tuple(int(one.get(name)) for name in ("y", "x", "height", "width"))
        for one in root.iter(f"{SVG}rect")
    }
    boxes = found["patches"]["boxes"]
    assert windows >= {(y0, x0, y1 - y0, x1 - x0) for y0, x0, y1, x1 in boxes}
    assert root.find(f"{SVG}g[@id='saliency']/{SVG}image") is not None


def test_a_drive_s_gif_adds_a_window_with_each_step(driven):
    boxes = json.loads(driven["json"])["patches"]["boxes"]
    with Pillow.open(io.BytesIO(driven["gif"])) as file:
        frames = [
            np.asarray(one.convert("RGB")).astype(int) for one in ImageSequence.Iterator(file)
        ]
    assert len(frames) == 1 + len(boxes)
    rim = [rims([box]) for box in boxes]
    for n, (before, after) in enumerate(pairwise(frames)):
        changed = abs(after - before).max(axis=2) > 40
        assert changed[rim[n]].mean() > 0.5, f"window {n + 1} comes with step {n + 1}"


def test_a_drive_s_page_carries_picture_map_and_saccades(driven, pixels):
    found = json.loads(driven["json"])
    header, arrays = payload(driven["html"].decode())
    layers = {one["kind"]: one for one in header["layers"]}
    assert {"raster", "landings"} <= set(layers)
    centers = arrays[f"{layers['landings']['digest']}/centers"].T  # x, y
    assert [[y, x] for x, y in centers.tolist()] == found["saccades"]["yx"]
    (values,) = [one for key, one in arrays.items() if key.startswith(layers["raster"]["digest"])]
    assert values.max() > 200 > 50 > values.min()
    carried = arrays[f"{header['source']['picture']}/picture"].tobytes()
    assert abs(decoded(carried) - pixels).mean() < 4


def test_a_drive_s_tables_hold_the_same_places(driven):
    found = json.loads(driven["json"])
    head, *lines = driven["csv"].decode().splitlines()
    names = head.split(",")
    table = [dict(zip(names, line.split(","), strict=True)) for line in lines]
    assert [[int(one["y"]), int(one["x"])] for one in table] == found["saccades"]["yx"]
    points = [
        one["geometry"]["coordinates"]
        for one in json.loads(driven["geojson"])["features"]
        if one["geometry"]["type"] == "Point"
    ]
    assert len(points) == len(lines)
    assert [[int(y), int(x)] for x, y in points] == found["saccades"]["yx"]


def test_a_tree_s_png_shows_the_leaves_borders(grown, pixels):
    boxes = np.array(json.loads(grown["json"])["quadtree"]["boxes"])
    shown = decoded(grown["png"])
    differs = (shown != pixels).any(axis=2)
    small = boxes[(boxes[:, 2:] - boxes[:, :2]).max(axis=1) == 8]
    large = boxes[(boxes[:, 2:] - boxes[:, :2]).min(axis=1) == 64]
    assert len(small)
    assert len(large)
    corners = differs[small[:, 0], small[:, 1]]
    assert corners.all(), "each leaf has its line above and on its left"
    y0, x0, y1, x1 = large[0]
    assert not differs[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2].any(), "nothing is drawn inside of a leaf"


def test_a_tree_s_svg_has_each_leaf(grown):
    root = ET.fromstring(grown["svg"])
    boxes = json.loads(grown["json"])["quadtree"]["boxes"]
    drawn = " ".join(
        path.get("d") for path in root.find(f"{SVG}g[@id='leaves']").iter(f"{SVG}path")
    )
    assert drawn.count("M") == len(boxes)
    for y0, x0, y1, x1 in boxes:
        assert f"M{x0} {y0}h{x1 - x0}v{y1 - y0}h" in drawn


def test_a_tree_s_gif_grows_and_its_page_carries_the_leaves(grown):
    boxes = json.loads(grown["json"])["quadtree"]["boxes"]
    with Pillow.open(io.BytesIO(grown["gif"])) as file:
        frames = [
            np.asarray(one.convert("RGB")).astype(int) for one in ImageSequence.Iterator(file)
        ]
    assert len(frames) > 1
    for before, after in pairwise(frames):
        assert (before != after).any(), "each level adds lines"
    header, arrays = payload(grown["html"].decode())
    (leaves,) = [one for one in header["layers"] if one["kind"] == "leaves"]
    # It cuts them itself, from the counts of all squares.
    flat, levels = arrays[f"{leaves['digest']}/counts"].ravel(), []
    for shape in leaves["levels"]:
        level, flat = np.split(flat, [int(np.prod(shape))])
        levels.append(level.reshape(shape))
    size = tuple(np.max(boxes, axis=0)[2:].tolist())
    tree = by_threshold(Counts(tuple(levels), size, leaves["root"]), header["values"]["max_detail"])
    assert sorted(tree.boxes.tolist()) == sorted(boxes)
