"""Charts about shuffling hold the numbers that they were given."""

import numpy as np
import pytest

from patchdrive.figures import shuffling as charts

LINES = {
    "one": [(0.0, 80.0, 79.0, 81.0), (50.0, 60.0, 50.0, 65.0), (100.0, 20.0, 10.0, 30.0)],
    "two": [(0.0, 70.0, 70.0, 70.0), (100.0, 70.0, 69.0, 71.0)],
}


def test_curves_are_a_band_and_a_line_a_name():
    figure = charts.curves(LINES, x="share", y="accuracy")
    band, line, *_ = figure.data
    assert len(figure.data) == 4
    assert list(line.x) == [0, 50, 100]
    assert list(line.y) == [80, 60, 20]
    assert list(band.x) == [0, 50, 100, 100, 50, 0]
    assert list(band.y) == [81, 65, 30, 10, 50, 79], "high there, low back"
    assert [one.name for one in figure.data if one.showlegend is not False] == ["one", "two"]
    assert band.fillcolor == line.line.color == charts.COLORS[0]
    assert figure.data[3].line.color == charts.COLORS[1]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("share", "accuracy")


def test_chance_is_a_dotted_line_where_it_is_known():
    (line,) = charts.curves(LINES, x="x", y="y", floor=33.3).layout.shapes
    assert (line.y0, line.y1, line.line.dash) == (33.3, 33.3, "dot")
    assert not charts.curves(LINES, x="x", y="y").layout.shapes


def test_more_names_than_colours_begin_anew():
    names = [str(n) for n in range(len(charts.COLORS) + 1)]
    assert charts.color(names[1], names) == charts.COLORS[1]
    assert charts.color(names[-1], names) == charts.COLORS[0]
    assert len(set(charts.COLORS)) == len(charts.COLORS)


@pytest.mark.parametrize("low", [-0.5, 0.0, 0.62, 0.9999])
def test_matrices_stand_side_by_side_on_one_scale(low):
    first = np.array([[1, low], [low, 1]])
    second = np.array([[1, 0.99991, 1], [1, 1, 1]])
    figure = charts.matrices({"embedded": first, "last": second}, title="tokens")
    one, two = figure.data
    assert np.array_equal(one.z, np.round(first, 3))
    assert np.array_equal(two.z, np.round(second, 3))
    assert (one.coloraxis, two.coloraxis) == ("coloraxis", "coloraxis")
    axis = figure.layout.coloraxis
    assert axis.cmin <= low
    assert axis.cmin < axis.cmax == 1
    assert (axis.cmin == -1) == (low < 0)
    assert [one.text for one in figure.layout.annotations] == ["embedded", "last"]
    assert figure.layout.title.text == "tokens"


def test_a_single_matrix_is_drawn_with_its_first_row_on_top():
    figure = charts.matrices({"only": np.eye(3)}, title="")
    assert len(figure.data) == 1
    assert figure.layout.yaxis.autorange == "reversed"


def test_bars_are_the_means_and_reach_from_least_to_greatest():
    groups = {"embedded": {"ViT": [0.2, 0.4, 0.9], "Vim": [0.5]}, "last": {"ViT": [0.1, 0.3]}}
    first, second = charts.bars(groups, y="R2").data
    assert (first.name, list(first.x), list(second.x)) == ("embedded", ["ViT", "Vim"], ["ViT"])
    assert list(first.y) == pytest.approx([0.5, 0.5])
    assert list(first.error_y.array) == pytest.approx([0.4, 0])
    assert list(first.error_y.arrayminus) == pytest.approx([0.3, 0])
    assert list(second.y) == pytest.approx([0.2])
    assert first.marker.color != second.marker.color


def test_bars_of_a_group_without_values_are_none():
    assert [len(one.y) for one in charts.bars({"a": {}, "b": {"x": [1.0]}}, y="R2").data] == [0, 1]


def test_a_histogram_holds_every_gate_between_local_and_global():
    gates = {"ViT, LGP": np.linspace(0.1, 0.9, 24), "Vim, LGP": np.full(24, 0.5)}
    figure = charts.histogram(gates)
    for trace, (name, gate) in zip(figure.data, gates.items(), strict=True):
        assert trace.name == name
        assert np.array_equal(trace.x, gate)
        assert (trace.xbins.start, trace.xbins.end) == (0, 1)
    assert list(figure.layout.xaxis.range) == [0, 1]
