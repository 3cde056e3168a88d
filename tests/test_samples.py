"""The shipped samples: each picture opens, its truth fits it, and its card says what is true."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SAMPLES = Path(__file__).parents[1] / "assets" / "samples"
NAMES = ("road", "town", "desk", "tissue", "sky", "print")
MASK_LABELS = {0: "nothing", 1: "crack", 2: "pothole"}

each_sample = pytest.mark.parametrize("name", NAMES)


@cache
def truth(name):
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def boxes(name, label=None):
    return [o["box"] for o in truth(name)["objects"] if label in (None, o["label"])]


@cache
def mask():
    with Image.open(SAMPLES / "road_mask.png") as picture:
        return np.asarray(picture)


def front_matter(name):
    """The card's fields and its text."""
    text = (SAMPLES / f"{name}.md").read_text(encoding="utf-8")
    before, head, body = text.split("---\n", 2)
    assert before == "", "the card begins with its front matter"
    return dict(line.split(": ", 1) for line in head.splitlines()), body


@each_sample
def test_a_picture_is_4k_colour_and_light_enough_to_ship(name):
    path = SAMPLES / f"{name}.jpg"
    assert path.stat().st_size < 3_000_000
    with Image.open(path) as picture:
        picture.load()
        assert picture.format == "JPEG"
        assert picture.mode == "RGB"
        assert picture.width >= 3840
        assert picture.height >= 2160


@each_sample
def test_the_truth_names_the_size_of_its_picture(name):
    with Image.open(SAMPLES / f"{name}.jpg") as picture:
        assert truth(name)["size"] == [picture.height, picture.width]


@each_sample
def test_boxes_are_integers_inside_the_picture(name):
    h, w = truth(name)["size"]
    for y0, x0, y1, x1 in boxes(name):
        assert all(type(v) is int for v in (y0, x0, y1, x1))
        assert 0 <= y0 < y1 <= h
        assert 0 <= x0 < x1 <= w


@each_sample
def test_a_picture_hides_at_least_five_things(name):
    assert len(boxes(name)) >= 5
    assert all(o["label"].strip() for o in truth(name)["objects"])


@each_sample
def test_boxes_are_neither_doubled_nor_most_of_the_picture(name):
    h, w = truth(name)["size"]
    found = boxes(name)
    assert len({tuple(b) for b in found}) == len(found)
    assert all((y1 - y0) * (x1 - x0) < 0.05 * h * w for y0, x0, y1, x1 in found)


@each_sample
def test_a_card_has_a_name_a_title_and_one_sentence(name):
    fields, body = front_matter(name)
    assert set(fields) == {"name", "title", "blurb"}
    assert fields["name"] == name
    assert f"# {fields['title']}\n" in body
    assert 10 < len(fields["blurb"]) < 140


@each_sample
def test_a_card_counts_what_the_truth_counts(name):
    _, body = front_matter(name)
    rows = [[c.strip() for c in r.strip("|").split("|")] for r in body.splitlines() if r[:1] == "|"]
    counts = {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}
    assert counts == Counter(o["label"] for o in truth(name)["objects"])


@each_sample
def test_a_thumbnail_is_the_picture_in_small(name):
    h, w = truth(name)["size"]
    with Image.open(SAMPLES / "thumbnails" / f"{name}.jpg") as small:
        assert small.size == (320, round(h * 320 / w))
        seen = np.asarray(small.convert("RGB"), np.float32)
    with Image.open(SAMPLES / f"{name}.jpg") as picture:
        meant = picture.convert("RGB").resize((seen.shape[1], seen.shape[0]), Image.Resampling.BOX)
    assert np.abs(seen - np.asarray(meant, np.float32)).mean() < 8


def test_the_mask_of_the_road_has_its_size_and_only_the_labels_named():
    assert list(mask().shape) == truth("road")["size"]
    assert set(np.unique(mask())) <= set(MASK_LABELS)
    _, body = front_matter("road")
    assert all(f"{value} {label}" in body for value, label in MASK_LABELS.items() if value)


def test_every_pothole_box_holds_pothole_pixels():
    for y0, x0, y1, x1 in boxes("road", "pothole"):
        assert (mask()[y0:y1, x0:x1] == 2).any(), (y0, x0, y1, x1)
