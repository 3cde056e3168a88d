"""Two files with equal pixels: each keeps its own name, notes and scale, whoever came first."""

import json

import pytest

from patchdrive import figures
from patchdrive.images.memory import MemoryImage
from patchdrive.pipelines import answers, drive, export, inspect, packets, tree
from patchdrive.pipelines.geojson import to_geojson
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.viewer.standalone import page
from tests import scenes

QUICK = {"k": 3, "patch": 32, "glance": 64, "radius": 8, "fuse": False}
WORDS = {
    "ann.tif": (("first of 12 frames",), (2.0, 2.0)),
    "bob.tif": ((), (1.0, 1.0)),
    "cy.png": (("transparency laid over white",), None),
}


@pytest.fixture
def twins():
    """Three files of equal pixels."""
    pixels = scenes.texture(300, 420)
    return [MemoryImage(pixels.copy(), name, *words) for name, words in WORDS.items()]


def others(image):
    return [name for name in WORDS if name != image.name]


def own(image, shown):
    """The picture is called by its own words, and what is shown of it by nobody else's."""
    assert (image.notes, image.microns) == WORDS[image.name]
    assert image.name in shown
    assert not any(name in shown for name in others(image))


def test_a_memory_gives_a_twin_its_own_words_in_every_export(twins, memory):
    for n, image in enumerate(twins):
        memory.since()
        settings, cut = DriveSettings.of(QUICK), TreeSettings.of({})
        results = [
            drive.see(image, settings, memory=memory),
            tree.grow(image, cut, memory=memory),
        ]
        assert inspect.inspect(results[0], settings, 0, memory=memory).rank == 1
        assert bool(memory.since()) == (n == 0), "the stages of a twin are remembered"
        for result in results:
            assert result.image is image
            found = json.loads(export.to_json(result))
            assert (found["name"], tuple(found["notes"])) == (image.name, WORDS[image.name][0])
            own(result.image, export.to_json(result))
            own(result.image, to_geojson(result))
            own(result.image, page(image, figures.drive_layers(results[0]), title=image.name))


def test_the_scale_bar_of_a_twin_is_its_own(twins, memory):
    drawn = []
    for image in twins:
        result = drive.see(image, DriveSettings.of(QUICK), memory=memory)
        layers = figures.drive_layers(result)
        drawn.append(figures.png(result.image, layers, max_side=400, legend=True))
    assert len(set(drawn)) == len(twins)
    alone = [
        figures.png(one, figures.drive_layers(drive.see(one, DriveSettings.of(QUICK))),
                    max_side=400, legend=True)
        for one in twins
    ]  # fmt: skip
    assert drawn == alone


def test_copies_that_stages_keep_bear_the_name_of_who_asks(twins, memory):
    settings = packets.PacketSettings(working=256, levels=3)
    for image in twins:
        result = packets.split(image, settings, memory=memory)
        padded = packets.padded_copy(result, memory=memory)
        assert result.padded != result.working.size, "the padded copy is one of its own"
        assert result.working.size == (183, 256)
        assert (result.working.name, padded.name) == (image.name, image.name)
    assert memory.made.count("working copy") == 1
    assert memory.made.count("padded copy") == 1


def test_answers_bear_the_name_of_who_asks(twins, memory):
    name = next(iter(answers.offered()))
    for image in twins:
        found = answers.shuffle(image, models=[name], memory=memory)
        own(found.image, answers.to_json(found))


def test_a_memory_never_holds_a_file_s_name(twins, memory):
    """What is kept under a digest is given to every file of that digest."""
    drive.see(twins[0], DriveSettings.of(QUICK), memory=memory)
    tree.grow(twins[0], TreeSettings.of({}), memory=memory)
    result = packets.split(twins[0], packets.PacketSettings(working=256), memory=memory)
    packets.padded_copy(result, memory=memory)
    packets.rebuild(result, packets.KeepSettings(), memory=memory)
    assert len(memory.kept) > 10
    for key, kept in memory.kept.items():
        held = kept.value if isinstance(kept.value, tuple) else (kept.value,)
        fields = [
            one for value in held for one in (value, *getattr(value, "__dict__", {}).values())
        ]
        pictures = [one for one in fields if isinstance(one, MemoryImage)]
        assert not any(one.name in WORDS for one in pictures), key
