"""Charts about shuffling hold the numbers that they were given."""

import numpy as np
import pytest

from patchdrive.figures import shuffling as charts
from patchdrive.figures.shuffling import Around, Ink

LINES = {
    "one": [(0.0, 80.0, 79.0, 81.0), (50.0, 60.0, 50.0, 65.0), (100.0, 20.0, 10.0, 30.0)],
    "two": [(0.0, 70.0, 70.0, 70.0), (100.0, 70.0, 69.0, 71.0)],
}


INKS = {"two": Ink("#123456", "dash", "diamond")}


def curves(**around):
    return charts.curves(LINES, Around("share", "accuracy", **around), INKS)


def test_curves_are_a_band_and_a_line_a_name():
    figure = curves()
    band, other, line, last = figure.data
    assert list(line.x) == [0, 50, 100]
    assert list(line.y) == [80, 60, 20]
    assert list(band.x) == [0, 50, 100, 100, 50, 0]
    assert list(band.y) == [81, 65, 30, 10, 50, 79], "high there, low back"
    assert [one.name for one in figure.data if one.showlegend is not False] == ["one", "two"]
    assert band.fillcolor == line.line.color == charts.COLORS[0]
    assert other.fillcolor == last.line.color == "#123456"
    assert (last.line.dash, last.marker.symbol) == ("dash", "diamond")
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("share", "accuracy")


def test_floors_are_dotted_lines_with_their_names():
    figure = curves(floors={"chance": 33.3, "blind": 50.0})
    assert [(one.y0, one.y1, one.line.dash) for one in figure.layout.shapes] == [
        (33.3, 33.3, "dot"), (50, 50, "dot")
    ]  # fmt: skip
    assert [one.text for one in figure.layout.annotations] == ["chance", "blind"]
    assert not curves().layout.shapes


@pytest.mark.parametrize("at", [0.0, 45.0])
def test_where_a_person_is_stands_an_upright_line(at):
    (line,) = curves(at=at).layout.shapes
    assert (line.x0, line.x1) == (at, at)


def test_more_names_than_colours_begin_anew():
    names = [str(n) for n in range(len(charts.COLORS) + 1)]
    assert charts.ink(names[1], names, {}).color == charts.COLORS[1]
    assert charts.ink(names[-1], names, {}).color == charts.COLORS[0]
    assert charts.ink("two", ["one", "two"], INKS) == INKS["two"]
    assert len(set(charts.COLORS)) == len(charts.COLORS)


def test_bars_are_the_means_and_reach_from_least_to_greatest():
    groups = {"embedded": {"ViT": [0.2, 0.4, 0.9], "Vim": [0.5]}, "last": {"ViT": [0.1, 0.3]}}
    inks = {"ViT": Ink("#111111"), "Vim": Ink("#222222")}
    first, second, *legend = charts.bars(groups, inks, y="R2").data
    assert (first.name, list(first.x), list(second.x)) == ("embedded", ["ViT", "Vim"], ["ViT"])
    assert list(first.y) == pytest.approx([0.5, 0.5])
    assert list(first.error_y.array) == pytest.approx([0.4, 0])
    assert list(first.error_y.arrayminus) == pytest.approx([0.3, 0])
    assert list(second.y) == pytest.approx([0.2])
    assert list(first.marker.color) == ["#111111", "#222222"], "a model keeps its colour"
    assert list(second.marker.color) == ["#111111"]
    assert first.marker.pattern.shape != second.marker.pattern.shape
    assert [(one.name, one.marker.pattern.shape) for one in legend] == [
        (one.name, one.marker.pattern.shape) for one in (first, second)
    ]
    assert [one.showlegend for one in (first, second)] == [False, False]


def test_bars_of_a_group_without_values_are_none():
    found = charts.bars({"a": {}, "b": {"x": [1.0]}}, {}, y="R2").data
    assert [len(one.y) for one in found[:2]] == [0, 1]


def test_a_histogram_holds_every_gate_between_local_and_global():
    gates = {"ViT, LGP": np.linspace(0.1, 0.9, 24), "Vim, LGP": np.full(24, 0.5)}
    figure = charts.histogram(gates, {"Vim, LGP": Ink("#222222")})
    assert [one.marker.color for one in figure.data] == [charts.COLORS[0], "#222222"]
    for trace, (name, gate) in zip(figure.data, gates.items(), strict=True):
        assert trace.name == name
        assert np.array_equal(trace.x, gate)
        assert (trace.xbins.start, trace.xbins.end) == (0, 1)
    assert list(figure.layout.xaxis.range) == [0, 1]
