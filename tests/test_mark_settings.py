"""Marks of a hand as text: one text for one meaning, and errors in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive.marks import MOST_CORNERS, MOST_PLACES, MOST_POLYGONS, MarkSettings
from patchdrive.pipelines.knobs import DriveSettings, drive_knobs
from patchdrive.types import SettingError

place = st.tuples(st.integers(0, 10**9 - 1), st.integers(0, 3))
few = st.lists(place, max_size=6)
polygon = st.lists(place, min_size=3, max_size=6)


def text(places):
    return ",".join(f"{y}.{x}" for y, x in places)


def blurred(places, blank):
    """The same places as a careless hand would write them."""
    return f"{blank},{blank}".join(f"{blank}00{y}.0{x}{blank}"[:60] for y, x in places)


@given(few, few, st.lists(polygon, max_size=3))
def test_what_is_written_is_read_again(keep, ban, polygons):
    inside = ";".join(map(text, polygons))
    marks = MarkSettings(text(keep), text(ban), inside)
    assert marks.places("keep") == tuple(dict.fromkeys(keep))
    assert marks.places("ban") == tuple(dict.fromkeys(ban))
    assert marks.polygons() == tuple(map(tuple, polygons))
    assert MarkSettings(**marks.flat()) == marks
    assert MarkSettings.of(marks.flat()) == marks
    assert marks.inside == inside


@given(st.lists(st.tuples(st.integers(0, 99999), st.integers(0, 3)), max_size=5),
       st.sampled_from(["", " ", "  "]))  # fmt: skip
def test_one_meaning_has_one_text(places, blank):
    written = MarkSettings(text(places), text(places))
    careless = MarkSettings(blurred(places, blank), blurred([*places, *places], blank))
    assert careless == written
    assert repr(careless) == repr(written), "stages remember by it"


@pytest.mark.parametrize("name", ["keep", "ban", "inside"])
@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_blanks_are_no_marks(name, blank):
    assert MarkSettings(**{name: blank}) == MarkSettings()


def test_empty_polygons_are_left_out_and_corners_may_repeat():
    marks = MarkSettings(inside=";1.1,5.1,5.5,1.1; ;")
    assert marks.inside == "1.1,5.1,5.5,1.1"


def test_a_place_keeps_its_first_turn():
    assert MarkSettings(keep="3.4,1.2,03.4").keep == "3.4,1.2"


@pytest.mark.parametrize("name", ["keep", "ban", "inside"])
@pytest.mark.parametrize(
    "wrong",
    ["here", "-1.5", "1.-5", "1", "1.2.3", "1,2", "1.2,", ",1.2", "1.2 3.4", "1e3.5", "1.5px",
     "١.٢", "1.2;3", "9999999999.1", "nan.1", "0x1.2"],
)  # fmt: skip
def test_what_is_no_place_is_named_with_an_example(name, wrong):
    with pytest.raises(SettingError, match=rf"^{name} must be places y\.x such as 1200\.800"):
        MarkSettings(**{name: wrong})


def test_a_long_mistake_is_cut_short():
    with pytest.raises(SettingError) as caught:
        MarkSettings(keep="x" * 5000)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("name", ["keep", "ban", "inside"])
@pytest.mark.parametrize("wrong", [12.80, 3, None, True, [(1, 2)], b"1.2"])
def test_a_number_is_no_text(name, wrong):
    with pytest.raises(SettingError, match=rf"^{name} must be a text such as '1200\.800'"):
        MarkSettings(**{name: wrong})


@pytest.mark.parametrize("inside", ["1.2,3.4", "1.2", "0.0,0.9,9.9;1.1,2.2"])
def test_a_polygon_of_two_corners_is_none(inside):
    with pytest.raises(SettingError, match="at least 3 corners"):
        MarkSettings(inside=inside)


@pytest.mark.parametrize("name", ["keep", "ban"])
def test_there_are_only_so_many_places(name):
    most = text((n, n) for n in range(MOST_PLACES))
    assert len(MarkSettings(**{name: most}).places(name)) == MOST_PLACES
    with pytest.raises(SettingError, match=f"{name} takes at most {MOST_PLACES} places, not 513"):
        MarkSettings(**{name: f"{most},9999.1"})


def test_there_are_only_so_many_polygons_and_corners():
    one = "0.0,0.5,5.5"
    assert len(MarkSettings(inside=";".join([one] * MOST_POLYGONS)).polygons()) == MOST_POLYGONS
    round_ = text((n, n % 7) for n in range(MOST_CORNERS))
    assert len(MarkSettings(inside=round_).polygons()[0]) == MOST_CORNERS
    for wrong in (";".join([one] * (MOST_POLYGONS + 1)), f"{round_},1.1"):
        with pytest.raises(SettingError, match="inside takes at most 64 polygons of 2048 corners"):
            MarkSettings(inside=wrong)


def test_marks_are_knobs_of_a_drive_like_others():
    knobs = MarkSettings.knobs()
    assert list(knobs) == ["keep", "ban", "inside"]
    assert {name: drive_knobs()[name] for name in knobs} == knobs
    for item in knobs.values():
        assert item.default == ""
        assert item.label
        assert item.help
    settings = DriveSettings.of({"keep": "1.2, 3.4", "inside": "0.0,0.9,9.9"})
    assert settings.marks == MarkSettings(keep="1.2,3.4", inside="0.0,0.9,9.9")
    assert DriveSettings.of(settings.flat()) == settings
