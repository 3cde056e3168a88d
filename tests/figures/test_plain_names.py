"""A file's name is text in everything that is made: never markup, a formula or a script."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from patchdrive import figures
from patchdrive.figures import charts, shuffling
from patchdrive.images import MemoryImage
from patchdrive.pipelines import export
from patchdrive.pipelines.drive import drive
from patchdrive.pipelines.geojson import to_geojson
from patchdrive.pipelines.tree import tree
from patchdrive.plaintext import plotly
from patchdrive.viewer import standalone

NAME = "=1+1<b>$x^2$</b><script>alert(1)</script>&lt;\"a'.png"


@pytest.fixture(scope="module")
def results(street):
    image = MemoryImage(np.ascontiguousarray(street), NAME)
    return drive(image, k=2, patch=32, radius=20, fuse=False), tree(image, max_leaf=64)


def read(text):
    """What plotly.js shows: entities by number become letters; there are no other ones."""
    assert not re.search(r"[<>$]", text)
    assert not re.search(r"&(?!#\d+;)", text)
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), text)


def test_a_title_of_plotly_shows_the_name_letter_by_letter(results):
    for figure in (figures.saccades(results[0]), figures.leaves(results[1])):
        assert read(figure.layout.title.text).startswith(f"{NAME}: ")


def test_names_in_charts_are_text():
    assert read(charts.times({NAME: 1.0, "tokens": 2.0}).data[0].y[1]) == NAME
    around = shuffling.Around("x", "y", {NAME: 1.0})
    drawn = [
        shuffling.curves({NAME: [(0, 1, 1, 1)]}, around, {}).data[1].name,
        shuffling.curves({NAME: [(0, 1, 1, 1)]}, around, {}).layout.annotations[0].text,
        shuffling.bars({NAME: {NAME: [1.0]}}, {}, y="y").data[0].name,
        shuffling.bars({NAME: {NAME: [1.0]}}, {}, y="y").data[0].x[0],
        shuffling.histogram({NAME: np.ones(2)}, {}).data[0].name,
    ]
    assert [read(text) for text in drawn] == [NAME] * 5


def test_text_for_plotly_is_one_line():
    assert plotly("a\nb\t c") == "a b c"


def test_a_name_is_whole_in_json_and_in_no_cell_of_a_table(results):
    for result in results:
        assert json.loads(export.to_json(result))["name"] == NAME
        assert json.loads(to_geojson(result))["name"] == NAME
        for row in csv.reader(io.StringIO(export.to_csv(result))):
            for cell in row:
                assert not cell or cell[0] not in "=+@\t\r", cell
                assert cell[:1] != "-" or float(cell) < 0


def test_a_name_is_text_in_pages_and_drawings(results, monkeypatch):
    monkeypatch.setattr(standalone, "loader", lambda entry: "Promise.resolve({})")
    for result in results:
        layers = figures.drive_layers(result) if result is results[0] else []
        page = standalone.page(result.image, layers, title=NAME)
        assert "<script>alert" not in page
        assert "<b>$x" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;" in page
        root = ET.fromstring(figures.svg(result.image, layers, picture=True))
        assert root[0].text == NAME
        assert not [one for one in root.iter() if one.tag.rpartition("}")[2] in ("script", "b")]
