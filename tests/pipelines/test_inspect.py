"""A close look at one saccade says what the maps say, and whom it silenced."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.images import open_image
from patchdrive.pipelines.drive import drive, score, see
from patchdrive.pipelines.inspect import RIVALS, inspect
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import METHODS
from tests import reference, scenes

SMALL = {"fuse": False, "k": 6, "patch": 16, "radius": 40}
MARKS = {"keep": "20.400,150.200", "ban": "145.306", "inside": "0.0,0.420,220.420,300.0"}
CASES = [{}, {"picker": "maxima"}, {"radius": 0}, {"threshold": 0.2}, {"percentile": 80}, MARKS,
         {**MARKS, "picker": "maxima", "radius": 9, "glance": 64}, {"glance": 64}]  # fmt: skip


def looked(pixels, **knobs):
    settings = DriveSettings.of({**SMALL, **knobs})
    return see(open_image(pixels), settings), settings


def silenced(seen, s, index):
    """Cells (h, w), allowed and above the floor, that this pick was the first to rule out."""
    values, size, radius = seen.saliency.values, seen.image.size, s.saccades.radius
    floor = s.saccades.threshold
    if s.saccades.percentile:
        floor = max(floor, np.percentile(values, s.saccades.percentile))
    free = values > np.float32(floor)
    if polygons := s.marks.polygons():
        free &= reference.within(polygons, values.shape, size)
    places = [*s.marks.places("ban"), *seen.saccades.yx[:index].tolist()]
    free &= ~reference.silenced(places, radius, values.shape, size)
    place = seen.saccades.yx[index]
    free &= reference.silenced([place.tolist()], radius, values.shape, size)
    free[tuple(seen.saliency.grid.to_cells(place))] = False
    return free


@given(st.integers(0, 20), st.integers(0, 50), st.sampled_from([(30, 40), (7, 90), (41, 9)]),
       st.sampled_from(["greedy", "maxima"]), st.sampled_from([0.0, 40.0]), st.data())  # fmt: skip
def test_the_cells_that_a_pick_silences_are_those_of_the_plain_loop(
    seed, radius, size, picker, percentile, data
):
    places = st.lists(st.tuples(*[st.integers(0, n - 1) for n in size]), max_size=2)
    text = places.map(lambda drawn: ",".join(f"{y}.{x}" for y, x in drawn))
    marks = {"keep": data.draw(text), "ban": data.draw(text)}
    inside = data.draw(st.sampled_from(["", f"0.0,0.{size[1]},{size[0]}.0"]))
    knobs = {"radius": radius, "picker": picker, "percentile": percentile, **marks}
    seen, s = looked(scenes.noise(*size, seed), **knobs, inside=inside, saliency="contrast")
    for index in range(len(seen.saccades)):
        ruled_out = silenced(seen, s, index)
        found = inspect(seen, s, index)
        assert found.silenced == ruled_out.sum()
        cells = seen.saliency.grid.to_cells(found.rivals)
        assert ruled_out[cells[:, 0], cells[:, 1]].all()
        if len(cells):
            assert found.values[0] == seen.saliency.values[ruled_out].max()


@pytest.mark.parametrize("knobs", CASES)
def test_rivals_lie_in_the_window_and_are_below_the_pick(knobs, street):
    seen, s = looked(street, **knobs)
    radius = s.saccades.radius
    assert len(seen.saccades)
    for index in range(len(seen.saccades)):
        found = inspect(seen, s, index)
        assert len(found.rivals) == len(found.values) <= min(RIVALS, found.silenced)
        assert (found.silenced == 0) == (len(found.rivals) == 0)
        assert (abs(found.rivals - seen.saccades.yx[index]) <= radius).all()
        if not seen.saccades.kept[index]:
            assert (found.values <= seen.saccades.scores[index]).all()
        assert (np.diff(found.values) <= 0).all()
        cells = seen.saliency.grid.to_cells(found.rivals)
        assert (seen.saliency.values[cells[:, 0], cells[:, 1]] == found.values).all()
        apart = abs(found.rivals[:, None] - found.rivals).max(axis=2)
        assert (apart[~np.eye(len(apart), dtype=bool)] > radius // 4).all()


@pytest.mark.parametrize("knobs", [{}, {"saliency": "edges", "edges_low": 40}, MARKS])
def test_every_method_that_needs_no_network_is_asked_about_the_place(knobs, street):
    seen, s = looked(street, **knobs)
    for index in range(len(seen.saccades)):
        found = inspect(seen, s, index)
        assert set(found.scores) == {method.name for method in METHODS if not method.network}
        for name, value in found.scores.items():
            mine = s.method if name == s.saliency else METHODS[name].settings()
            of = score(seen.glance, name, mine)
            assert value == of.values[tuple(of.grid.to_cells(seen.saccades.yx[index]))]
        assert found.scores[s.saliency] == seen.saccades.scores[index]


@pytest.mark.parametrize("knobs", [{}, MARKS])
def test_the_rank_is_the_place_among_all_cells(knobs, street):
    seen, s = looked(street, **knobs)
    for index, value in enumerate(seen.saccades.scores):
        found = inspect(seen, s, index)
        assert found.cells == seen.saliency.values.size
        assert found.rank == 1 + sum(seen.saliency.values.ravel() > value)
    if not knobs:
        assert inspect(seen, s, 0).rank == 1


def test_a_radius_of_zero_silences_nobody(street):
    seen, s = looked(street, radius=0)
    found = inspect(seen, s, 0)
    assert (found.silenced, found.rivals.shape, found.values.shape) == (0, (0, 2), (0,))


def test_what_a_network_judged_is_asked_of_the_others_alone(street, tiny):
    settings = DriveSettings.of({**tiny, "saliency": "network"})
    found = inspect(drive(street, **tiny, saliency="network"), settings, 0)
    assert "network" not in found.scores
    assert found.rank == 1


def test_maps_that_are_there_are_not_made_again(street, memory):
    settings = DriveSettings.of(SMALL)
    seen = see(open_image(street), settings, memory=memory)
    memory.since()
    inspect(seen, settings, 0, memory=memory)
    others = [method for method in METHODS if not method.network]
    assert memory.since() == ["saliency"] * (len(others) - 1)
    inspect(seen, settings, 1, memory=memory)
    assert memory.since() == []


@pytest.mark.parametrize("index", [-1, 6, 99])
def test_a_saccade_that_is_not_there_is_an_index_error(index, street):
    seen, s = looked(street)
    with pytest.raises(IndexError, match="6 saccades"):
        inspect(seen, s, index)
