"""The page that opens offline: whole, small enough, and safe whatever it is told."""

import base64
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive.figures import drive_layers, tree_layers
from patchdrive.figures.layers import Landings, Leaves, Mask, Overlay, Raster
from patchdrive.images import MemoryImage
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.tree import tree
from patchdrive.types import PatchdriveError
from patchdrive.viewer import bundle, scripts, standalone
from patchdrive.viewer.packing import unpack
from patchdrive.viewer.standalone import page
from tests import scenes


class Parts(HTMLParser):
    """Elements of a page: tag, attributes, text."""

    def __init__(self, text):
        super().__init__()
        self.found = [["", {}, ""]]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        self.found.append(["", {}, ""])

    def handle_data(self, data):
        self.found[-1][2] += data

    def __getitem__(self, tag):
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def payload(text):
    (data,) = (words for held, words in Parts(text)["script"] if held.get("id") == "data")
    return unpack(base64.b64decode(data))


def carried(text):
    """The picture's file in the page, as bytes in an array."""
    header, arrays = payload(text)
    return arrays[f"{header['source']['picture']}/picture"]


def picture(text):
    return Pillow.open(io.BytesIO(carried(text).tobytes()))


@pytest.fixture(scope="module")
def driven(street):
    return drive(street, fuse=False, k=3, patch=32, radius=20)


def test_the_page_holds_layers_and_picture(driven):
    text = page(driven.image, drive_layers(driven), title="street")
    header, _ = payload(text)
    assert [layer["name"] for layer in header["layers"]] == ["saliency", "gate", "saccades"]
    assert header["source"]["url"] == ""
    assert header["source"]["size"] == [300, 420]
    assert picture(text).size == (420, 300)
    assert Parts(text)["title"][0][1] == Parts(text)["h1"][0][1] == "street"


def test_a_small_picture_comes_pixel_by_pixel(driven, street):
    text = page(driven.image, [], title="")
    assert (np.asarray(picture(text)) == street).all()


def test_a_picture_beyond_the_limit_comes_shrunk_and_says_so(monkeypatch):
    monkeypatch.setattr(standalone, "NATIVE", 1_000_000)
    image = MemoryImage(scenes.texture(1000, 2000))
    text = page(image, [], title="", note="one; two")
    shown = picture(text)
    assert 0.9e6 < shown.size[0] * shown.size[1] <= 1e6
    assert payload(text)[0]["source"]["size"] == [1000, 2000], "coordinates stay the picture's"
    (words,) = (words for _, words in Parts(text)["p"])
    assert words.startswith("one; two · the picture is 2,000 x 1,000 pixels, shown here from ")


def test_the_picture_fits_into_the_bytes_that_are_allowed():
    image = MemoryImage(scenes.noise(700, 900))
    most = 100_000
    shown = carried(page(image, [], title="", max_bytes=most))
    assert 20_000 < len(shown) <= most


def test_bytes_for_no_picture_at_all_are_refused():
    with pytest.raises(PatchdriveError, match="allow more"):
        page(MemoryImage(scenes.flat(9, 9)), [], title="", max_bytes=10)


@pytest.mark.parametrize(
    "words", ["</script><script>alert(1)</script>", "<!-- <script>", "a & b", "'\"", "]]>", "%s"]
)
def test_any_words_stay_words(driven, words):
    layers = [replace(layer, name=words) for layer in drive_layers(driven)]
    noted = [replace(layer, note=words) if isinstance(layer, Raster) else layer for layer in layers]
    parts = Parts(page(driven.image, noted, title=words, note=words))
    assert len(parts["script"]) == 2
    assert parts["h1"][0][1].strip() == words
    assert parts["p"][0][1].strip() == f"{words} · {words}"
    assert parts["title"][0][1] == words


def test_the_page_forbids_itself_the_network(driven):
    parts = Parts(page(driven.image, drive_layers(driven), title="street"))
    (policy,) = (
        held["content"]
        for held, _ in parts["meta"]
        if held.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    sources = {source for allowed in rules.values() for source in allowed.split()}
    assert sources <= {"'none'", "'unsafe-inline'", "blob:", "data:"}
    for _, held, _ in parts.found:
        assert not {"src", "href", "srcset", "action"} & set(held)


def test_an_untrained_map_says_so_in_the_page(driven):
    untrained = replace(driven, saliency=replace(driven.saliency, trained=False))
    parts = Parts(page(driven.image, drive_layers(untrained), title="street"))
    assert "untrained network" in parts["p"][0][1]


def test_a_mask_comes_as_cells_and_keeps_its_thinnest_line(monkeypatch):
    monkeypatch.setattr(standalone, "_MASK", 50)
    edges = np.zeros((120, 161), np.uint8)
    edges[77] = 255
    image = MemoryImage(scenes.flat(120, 161))
    header, arrays = payload(page(image, [Mask("edges", edges)], title=""))
    (layer,) = header["layers"]
    assert (layer["kind"], layer["name"]) == ("classes", "edges")
    labels = arrays[f"{layer['digest']}/labels"]
    assert labels.shape == (30, 41)
    assert np.flatnonzero((labels == 0).all(axis=1)).tolist() == [77 // 4]
    assert (labels != 255).sum() == 41


def test_what_only_a_server_could_answer_is_left_out_and_named(driven):
    other = Overlay("tokens", MemoryImage(scenes.flat(300, 420)))
    asking = [
        replace(layer, live={"url": "patchdrive/candidates/k"})
        if isinstance(layer, Landings)
        else layer
        for layer in drive_layers(driven)
    ]
    text = page(driven.image, [other, *asking], title="street")
    header, _ = payload(text)
    assert "tokens" not in [layer["name"] for layer in header["layers"]]
    assert header["layers"][-1]["live"] is None
    assert "left out here: tokens" in Parts(text)["p"][0][1]


def test_leaves_come_as_they_are(street):
    grown = tree(street, max_leaf=64, min_leaf=8)
    header, arrays = payload(page(grown.image, tree_layers(grown), title="tree"))
    leaves = header["layers"][-1]
    assert arrays[f"{leaves['digest']}/boxes"].shape == (4, len(grown.quadtree))
    assert isinstance(tree_layers(grown)[-1], Leaves)


def test_the_same_result_is_the_same_page(driven):
    pages = {page(driven.image, drive_layers(driven), title="street") for _ in range(2)}
    assert len(pages) == 1


@pytest.mark.parametrize("entry", ["viewer.js", "main.js"])
def test_modules_come_after_those_that_they_import(entry):
    ordered = bundle.modules(entry)
    assert list(ordered)[-1] == entry
    names = list(ordered)
    for place, (name, source) in enumerate(ordered.items()):
        assert source == (scripts.FOLDER / name).read_text()
        static = re.findall(r'^(?:import|export)[^;]*? from "\./([\w-]+\.js)";', source, re.M)
        assert set(static) <= set(names[:place]), name


def test_the_viewer_asks_nobody_where_it_lies():
    for name, source in bundle.modules("viewer.js").items():
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)
        assert "import.meta" not in code, f"{name} has no address in a page of its own"
        assert not re.search(r"\bimport\(", code), f"{name} fetches a module later"


@pytest.mark.parametrize(
    ("text", "names"),
    [('import { a } from "./x.js";', ["x.js"]), ('import "./x.js";', ["x.js"]),
     ("import * as x from './x-y.js';", ["x-y.js"]), ('import a, { b } from "./x.js";', ["x.js"]),
     ('import {\n  a,\n  b as c,\n} from "./x.js";', ["x.js"]),
     ('export { a } from "./x.js";', ["x.js"]), ('export * from "./x.js";', ["x.js"]),
     ('export class A {\n  /** @param {import("./x.js").X} x */', []),
     ('export const a = "./x.js";', []), ('// import { a } from "./x.js";', []),
     ('import { a } from "./x.js";\nimport b from "./y.js";', ["x.js", "y.js"])],
)  # fmt: skip
def test_imports_are_told_from_other_words(text, names):
    assert [found[3] for found in bundle._IMPORT.finditer(text)] == names


def test_modules_in_a_circle_are_refused(monkeypatch):
    circle = {"a.js": ("", b'import "./b.js";'), "b.js": ("", b'import "./a.js";')}
    monkeypatch.setattr(bundle, "scripts", lambda: circle)
    with pytest.raises(ValueError, match=r"a\.js -> b\.js -> a\.js"):
        bundle.modules("a.js")


def test_quoted_words_cannot_end_a_script():
    assert "<" not in bundle.quoted({"a": "</script><!--"})
    assert json.loads(bundle.quoted({"a": "</script>"})) == {"a": "</script>"}


def test_all_style_sheets_are_there_the_viewer_s_first():
    text = bundle.styles()
    for path in scripts.FOLDER.glob("*.css"):
        assert path.read_text() in text
    assert text.startswith((scripts.FOLDER / "viewer.css").read_text())
