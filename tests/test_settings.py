"""Knobs: ranges, types, round trips, and errors that say what is allowed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchdrive import settings as all_settings
from patchdrive.marks import MarkSettings
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings, drive_knobs, tree_knobs
from patchdrive.pipelines.packets import KeepSettings
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.saliency import METHODS
from patchdrive.settings import (
    EdgeSettings,
    GlanceSettings,
    Knob,
    NetworkSettings,
    PatchSettings,
    SaccadeSettings,
    Settings,
    SplitSettings,
    acting,
    acts,
)
from patchdrive.types import SettingError

OWN = [
    kind
    for kind in vars(all_settings).values()
    if isinstance(kind, type) and issubclass(kind, Settings) and kind is not Settings
] + [MarkSettings]
CLASSES = OWN + [method.settings for method in METHODS]
KNOBS = [(kind, name, item) for kind in CLASSES for name, item in kind.knobs().items()]
IDS = [f"{kind.__name__}.{name}" for kind, name, _ in KNOBS]
# Turned along with a knob, so that no pair of values contradicts the other.
FREE = {
    "canny_low": {"canny_high": 600},
    "canny_high": {"canny_low": 0},
    "low": {"high": 600},
    "high": {"low": 0},
    "min_leaf": {"max_leaf": 4096},
    "budget": {"split": "budget"},
    "max_leaf": {"min_leaf": 2},
}


def turned(kind, name, value):
    return getattr(kind(**{**FREE.get(name, {}), name: value}), name)


def test_there_are_knobs_to_test():
    assert len(OWN) >= 7
    assert len(KNOBS) >= 30


@pytest.mark.parametrize(("kind", "name", "item"), KNOBS, ids=IDS)
def test_every_knob_has_a_help_a_label_and_a_default_that_it_allows(kind, name, item):
    assert item.help
    assert item.label
    assert turned(kind, name, item.default) == item.default


@pytest.mark.parametrize(("kind", "name", "item"), KNOBS, ids=IDS)
def test_every_knob_goes_to_both_ends_and_no_further(kind, name, item):
    for end, step in ((item.low, -1), (item.high, 1)):
        if end is None:
            continue
        assert turned(kind, name, end) == end
        with pytest.raises(SettingError, match=f"{name} must be {item.low} to {item.high}"):
            turned(kind, name, end + step)


@pytest.mark.parametrize(("kind", "name", "item"), KNOBS, ids=IDS)
def test_every_choice_is_allowed_and_a_closed_list_allows_nothing_else(kind, name, item):
    for choice in item.choices:
        assert turned(kind, name, choice) == choice
    if item.choices and not item.open:
        other = "sideways" if isinstance(item.default, str) else 3001
        with pytest.raises(SettingError, match=f"{name} must be one of .*{item.choices[-1]}"):
            turned(kind, name, other)


@pytest.mark.parametrize(("kind", "name", "item"), KNOBS, ids=IDS)
def test_every_knob_rejects_values_of_another_kind_by_name(kind, name, item):
    wrong = {
        bool: ["perhaps", 2, None],
        int: ["many", 1.5, "1.5", math.nan, math.inf, None, True, [], {}],
        float: ["much", math.nan, math.inf, -math.inf, None, False, []],
        str: [True, False],
    }[type(item.default)]
    for value in wrong:
        with pytest.raises(SettingError, match=name):
            turned(kind, name, value)


@pytest.mark.parametrize(("kind", "name", "item"), KNOBS, ids=IDS)
def test_every_knob_reads_its_own_value_from_a_url(kind, name, item):
    value = turned(kind, name, str(item.default))
    assert value == item.default
    assert type(value) is type(item.default)


@pytest.mark.parametrize("given_value", ["16", "16.0", 16.0, 16, " 16 "])
def test_a_whole_number_may_come_as_text(given_value):
    k = SaccadeSettings(k=given_value).k
    assert k == 16
    assert type(k) is int


@pytest.mark.parametrize(
    ("word", "means"),
    [("on", True), ("true", True), ("YES", True), ("1", True), (1, True), (True, True),
     ("off", False), ("False", False), ("no", False), ("0", False), (0, False), (False, False)],
)  # fmt: skip
def test_on_and_off_have_several_words(word, means):
    assert NetworkSettings(fuse=word).fuse is means


def test_errors_say_the_range_with_its_unit():
    with pytest.raises(SettingError, match=r"^patch must be 8 to 1024 px, not 7$"):
        PatchSettings(patch=7)
    with pytest.raises(SettingError, match=r"^k must be 1 to 512, not 0$"):
        SaccadeSettings(k=0)
    with pytest.raises(SettingError, match=r"^k must be a whole number, not 1.5$"):
        SaccadeSettings(k=1.5)
    with pytest.raises(SettingError, match="border must be one of slide, reflect, replicate, zero"):
        PatchSettings(border="mirror")


@pytest.mark.parametrize(
    ("kind", "values", "names"),
    [
        (EdgeSettings, {"canny_low": 201}, ("canny_low", "canny_high")),
        (EdgeSettings, {"canny_high": 99}, ("canny_low", "canny_high")),
        (SplitSettings, {"min_leaf": 128, "max_leaf": 64}, ("min_leaf", "max_leaf")),
        (METHODS["edges"].settings, {"low": 200}, ("edges_low", "edges_high")),
    ],
)
def test_a_pair_that_contradicts_itself_is_rejected_with_both_names(kind, values, names):
    with pytest.raises(SettingError, match=f"{names[0]}.*must not be above {names[1]}"):
        kind(**values)


@pytest.mark.parametrize("values", [{"canny_low": 150, "canny_high": 150}, {"canny_high": 100}])
def test_equal_thresholds_do_not_contradict_each_other(values):
    assert EdgeSettings(**values).canny_low == EdgeSettings(**values).canny_high


def test_a_forest_whose_largest_leaf_is_its_smallest_is_allowed():
    assert SplitSettings(min_leaf=64, max_leaf=64).min_leaf == 64


def test_open_choices_take_other_words():
    assert NetworkSettings(global_backbone="resnet34").global_backbone == "resnet34"


def test_settings_are_values():
    assert GlanceSettings(512) == GlanceSettings(glance="512")
    assert hash(GlanceSettings(512)) == hash(GlanceSettings(512))
    assert repr(GlanceSettings(512)) == "GlanceSettings(glance=512)"


def values_of(item):
    if item.choices:
        return st.sampled_from(item.choices)
    if isinstance(item.default, bool):
        return st.booleans()
    if isinstance(item.default, int):
        return st.integers(int(item.low), int(item.high))
    if isinstance(item.default, str):  # a mark of a hand
        return st.sampled_from(["", "0.0,0.9,9.9", "1200.800,400.300,7.7"])
    return st.floats(item.low, item.high)


@st.composite
def flat_values(draw, knobs):
    names = draw(st.lists(st.sampled_from(sorted(knobs)), unique=True))
    return acting({name: draw(values_of(knobs[name])) for name in names}, knobs)


def built(kind, values):
    """The settings, or None where the drawn values contradict each other."""
    try:
        return kind.of(values)
    except SettingError as error:
        if "must not be above" not in str(error):
            raise
        return None


@given(flat_values(drive_knobs()))
def test_flat_values_of_a_drive_give_the_same_settings_back(values):
    made = built(DriveSettings, values)
    if made is not None:
        assert DriveSettings.of(made.flat()) == made


@given(flat_values(tree_knobs()))
def test_flat_values_of_a_tree_give_the_same_settings_back(values):
    made = built(TreeSettings, values)
    if made is not None:
        assert TreeSettings.of(made.flat()) == made


@given(flat_values(drive_knobs()))
def test_settings_survive_being_written_into_a_url(values):
    made = built(DriveSettings, values)
    if made is not None:
        assert DriveSettings.of({name: str(value) for name, value in made.flat().items()}) == made


@given(flat_values(drive_knobs()))
def test_flat_values_say_what_was_asked_for(values):
    made = built(DriveSettings, values)
    if made is not None:
        flat = made.flat()
        assert {name: flat[name] for name in values if name in flat} == {
            name: value for name, value in values.items() if name in flat
        }


@pytest.mark.parametrize("method", METHODS.names())
def test_a_method_s_knobs_carry_its_name(method):
    flat = DriveSettings.of({"saliency": method}).flat()
    own = {f"{method}_{name}" for name in METHODS[method].settings.knobs()}
    assert own <= set(flat)
    others = {name for other in METHODS.names() if other != method for name in flat
              if name.startswith(f"{other}_")}  # fmt: skip
    assert not others


@pytest.mark.parametrize("kind", [DriveSettings, TreeSettings])
def test_defaults_are_the_knobs_defaults(kind):
    knobs = drive_knobs() if kind is DriveSettings else tree_knobs()
    for name, value in kind.of({}).flat().items():
        assert value == knobs[name].default


def test_no_two_classes_share_a_flat_name():
    names = [name for kind in OWN for name in kind.knobs()]
    names += [f"{m.name}_{name}" for m in METHODS for name in m.settings.knobs()] + ["saliency"]
    assert len(names) == len(set(names))
    assert len(drive_knobs()) + len(tree_knobs()) == len(names)


@pytest.mark.parametrize("kind", [DriveSettings, TreeSettings])
def test_an_unknown_setting_is_named_and_the_known_ones_listed(kind):
    with pytest.raises(SettingError, match=r"no setting 'raduis'; there are: .*[a-z]+, [a-z]+"):
        kind.of({"raduis": 3})


def other_than(item):
    """A value that is not the default."""
    if item.choices:
        return next(one for one in item.choices if one != item.default)
    if isinstance(item.default, bool):
        return not item.default
    if isinstance(item.default, str):
        return "1.1,1.9,9.9"
    return type(item.default)(item.low if item.default != item.low else item.high)


PIPELINES = {
    "drive": (DriveSettings.of, drive_knobs()),
    "tree": (TreeSettings.of, tree_knobs()),
    "shuffle": (ShuffleSettings.of, ShuffleSettings.knobs()),
    "rebuild": (KeepSettings.of, KeepSettings.knobs()),
}  # fmt: skip
EVERY = [(kind, name) for kind, (_, knobs) in PIPELINES.items() for name in knobs]
IDLE = [
    (kind, name, other, value)
    for kind, name in EVERY
    for other, allowed in PIPELINES[kind][1][name].needs[:1]
    for value in PIPELINES[kind][1][other].choices or (True, False)
    if value not in allowed
]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_knob_given_alone_acts(kind, name):
    """It changes the settings that a stage receives, and is told with them."""
    make, knobs = PIPELINES[kind]
    value = other_than(knobs[name])
    given = {name: value, **{n: v for n, v in FREE.get(name, {}).items() if n in knobs}}
    given |= {f"edges_{n}": v for n, v in FREE.get(name.removeprefix("edges_"), {}).items()
              if name.startswith("edges_")}  # fmt: skip
    rest = {n: v for n, v in given.items() if n != name}
    made = make(given)
    assert made != make(rest)
    assert made.flat()[name] == value
    assert make({name: knobs[name].default, **rest}).flat()[name] == knobs[name].default


@pytest.mark.parametrize(("kind", "name", "other", "value"), IDLE)
def test_a_knob_that_would_do_nothing_is_refused(kind, name, other, value):
    make, knobs = PIPELINES[kind]
    for wish in (other_than(knobs[name]), knobs[name].default):  # a default that is given, too
        with pytest.raises(SettingError, match=f"{name} acts only with {other}=.*not with {other}"):
            make({other: value, name: wish})


def test_there_are_knobs_that_wait_for_others():
    waiting = {name for kind, name in EVERY if PIPELINES[kind][1][name].needs}
    assert waiting >= {"budget", "max_detail", "block", "misaligned", "cutoff", "strongest",
                       "contrast_scales", "edges_low", "highres_backbone", "device"}  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [{"budget": 9, "max_detail": 9}, {"contrast_scales": 2, "edges_low": 3},
     {"fuse": "off", "weights": "untrained"}],
)  # fmt: skip
def test_knobs_that_exclude_each_other_are_refused_together(values):
    kind = TreeSettings if "budget" in values else DriveSettings
    with pytest.raises(SettingError, match="acts only with"):
        kind.of(values)


def test_a_knob_alone_chooses_what_it_belongs_to():
    assert TreeSettings.of({"budget": "1024"}).split == SplitSettings("budget", budget=1024)
    assert DriveSettings.of({"edges_low": 5}).saliency == "edges"
    asked = DriveSettings.of({"fuse": False, "saliency": "network", "seed": 3}).network
    assert asked == NetworkSettings(fuse=False, seed=3)


def test_settings_that_are_built_by_hand_hold_nothing_that_does_nothing():
    with pytest.raises(SettingError, match="budget acts only with split=budget"):
        SplitSettings(budget=7)
    with pytest.raises(SettingError, match="max_detail acts only with split=threshold"):
        SplitSettings(split="budget", max_detail=7)


@given(flat_values(drive_knobs()))
def test_what_a_page_remembers_beside_what_acts_changes_nothing(values):
    remembered = {n: item.default for n, item in drive_knobs().items()} | values
    kept = acting(remembered, drive_knobs())
    assert all(acts(name, kept, drive_knobs()) for name in kept)
    made = built(DriveSettings, kept)
    if made is not None:
        assert made == DriveSettings.of(values)


def test_an_unknown_method_is_named_and_the_known_ones_listed():
    with pytest.raises(SettingError, match=r"no saliency method 'vibes'.*contrast.*residual"):
        DriveSettings.of({"saliency": "vibes"})


def test_a_knob_that_a_method_does_not_have_is_an_unknown_setting():
    with pytest.raises(SettingError, match="contrast_window"):
        DriveSettings.of({"contrast_window": 3})


@pytest.mark.parametrize("number", [-1e9, 0, 1e9])
def test_a_knob_without_ends_takes_any_number(number):
    assert Knob(1.0, "any").check("x", number) == number
