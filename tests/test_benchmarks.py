"""Benchmarks run, all of them, and their baselines do the same job as ours."""

import ast
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import benchmarks.__main__ as bench
from benchmarks import browser, crops, gestures, history, pictures, recall, selection, tree
from benchmarks.table import HEAD, Row, figures
from benchmarks.timing import Times, interleaved
from patchdrive.ops.crops import crop, crop_tensor
from patchdrive.ops.quadtree import by_budget, count_edges
from patchdrive.ops.select import peaks
from patchdrive.saliency import DEFAULT, METHODS
from tests import reference

HERE = Path(bench.__file__).parent
TOPICS = {**bench.CORES, **bench.PAGES, **bench.TEXTS}


def imported(file):
    """The benchmarks' own modules that a module names in its imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "benchmarks":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("benchmarks."):
            yield node.module.partition(".")[2]


def test_no_module_is_left_out():
    """Each is a topic that a run measures, or is needed by what is run."""
    files = {file.stem: file for file in HERE.rglob("*.py") if not file.stem.startswith("__")}
    measuring = {name for name, file in files.items() if {"rows", "text"} & defined(file)}
    assert measuring == set(TOPICS)
    for name, run in TOPICS.items():
        assert run.__module__ == f"benchmarks.{name}"
    needed = {name for file in HERE.rglob("*.py") for name in imported(file)}
    served = {file.stem for file in (HERE / "apps").glob("*.py")}
    assert set(files) - needed - served == set()
    scripts = "".join(file.read_text() for file in HERE.glob("*.py"))
    assert all(f'"{name}.py"' in scripts for name in served)


def defined(file):
    return {node.name for node in ast.parse(file.read_text()).body if hasattr(node, "name")}


@pytest.mark.parametrize("name", list(bench.CORES))
def test_each_topic_runs_in_its_quick_form_with_equal_results(name):
    rows = list(bench.CORES[name](True))
    assert rows
    assert len({row.what for row in rows}) == len(rows), "a row is known by its words"
    for row in rows:
        assert row.equal, row.what
        assert row.ours is not None, row.what
        assert row.target is None or row.value is not None, row.what
        assert row.target is None or row.bound == "most" or row.against, "a ratio to something"


def test_the_table_of_what_is_found_runs_in_its_quick_form(monkeypatch):
    monkeypatch.delenv("PATCHDRIVE_DATA", raising=False)
    text = recall.text(True)
    for word in ("mean of pictures", "of all objects", "random", "oracle", "Not measured"):
        assert word in text


def test_no_target_is_in_milliseconds():
    """They turn with the machine; ratios in one run do not, or far less."""
    sources = [file.read_text() for file in HERE.rglob("*.py")]
    for node in (node for text in sources for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Row":
            given = {word.arg: word.value for word in node.keywords}
            if getattr(given.get("bound"), "value", "") == "most":
                assert given["unit"].value == "kB"


each_map = pytest.mark.parametrize("make", selection.MAPS, ids=lambda make: make.__name__)


@each_map
@pytest.mark.parametrize("radius", [0, 3, 9])
def test_both_argmax_loops_pick_what_peaks_picks(make, radius):
    scores = make((61, 97), np.random.default_rng(1))
    picks = peaks(scores, 12, radius=radius)
    assert len(picks) == 12
    assert np.array_equal(selection.torch_loop(torch.from_numpy(scores), 12, radius), picks)
    assert np.array_equal(selection.numpy_loop(scores, 12, radius), picks)


@each_map
def test_the_argmax_loops_leave_the_map_untouched(make):
    scores = make((31, 47), np.random.default_rng(1))
    before = scores.copy()
    selection.torch_loop(torch.from_numpy(scores), 3, 2)
    selection.numpy_loop(scores, 3, 2)
    assert np.array_equal(scores, before)


@pytest.mark.parametrize("side", [1, 14, 64, 65])
def test_the_loop_of_slices_cuts_what_crop_tensor_cuts(side):
    image = torch.rand(3, 101, 143, generator=torch.manual_seed(0))
    yx = np.random.default_rng(0).integers(0, (101, 143), (20, 2))
    yx[:2] = (0, 0), (100, 142)  # corners, where windows slide
    yx = torch.from_numpy(yx)
    assert torch.equal(crops.slice_loop(image, yx, side), crop_tensor(image, yx, side))


def test_the_order_of_cropping_and_converting_does_not_matter():
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (71, 93, 3), np.uint8)
    yx = random.integers(0, (71, 93), (9, 2))
    first, later = crops.crop_first(pixels, yx, 14), crops.convert_first(pixels, yx, 14)
    assert first.dtype == later.dtype == np.float32
    assert np.array_equal(first, later)


def test_the_other_loops_cut_the_same():
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (71, 93, 3), np.uint8)
    yx = random.integers(0, (71, 93), (9, 2))
    assert np.array_equal(crops.byte_loop(pixels, yx, 14), crop(pixels, yx, 14)[0])
    image = torch.from_numpy(pixels).permute(2, 0, 1).contiguous()
    loop = crops.numpy_loop(image, torch.from_numpy(yx), 14)
    assert torch.equal(loop, crop_tensor(image, yx, 14))


@pytest.mark.parametrize("budget", [1, 12, 40, 41, 100, 10_000])
@pytest.mark.parametrize("size", [(128, 128), (101, 143)])
def test_list_and_max_and_the_heap_give_the_leaves_of_by_budget(size, budget):
    edges = np.where(np.random.default_rng(2).random(size) < 0.02, 255, 0).astype(np.uint8)
    found = tree.list_and_max(edges, 4, 32, budget)
    assert np.array_equal(found, by_budget(count_edges(edges, 4, 32), budget).boxes)
    assert np.array_equal(found, tree.heap(edges, 4, 32, budget))
    plain = reference.quadtree(edges, 4, 32, budget=budget)
    assert [tuple(corner) for corner in found[:, :2]] == [node[:2] for node in plain]


def test_an_object_is_found_where_its_centre_lies_in_a_patch():
    truth = np.array([[0, 0, 10, 10], [100, 100, 140, 141]])
    assert recall.found(truth, np.array([[5, 5, 6, 6]])).tolist() == [True, False]
    assert recall.found(truth, np.array([[0, 0, 5, 5]])).tolist() == [False, False]
    assert recall.found(truth, np.empty((0, 4), np.int64)).tolist() == [False, False]


def test_the_oracle_finds_all_that_fits_and_the_floors_stay_inside():
    random = np.random.default_rng(0)
    size = (1000, 1500)
    corner = random.integers(0, (980, 1480), (16, 2))
    truth = np.concatenate([corner, corner + 20], axis=1)
    assert recall.found(truth, recall.cover(truth, size)).all()
    for patches in (recall.grid(size), recall.anywhere(size, 3), recall.cover(truth, size)):
        assert len(patches) <= recall.K
        assert (patches[:, 2:] - patches[:, :2] == recall.PATCH).all()
        assert (patches[:, :2] >= 0).all()
        assert (patches[:, 2:] <= size).all()


def test_the_oracle_prefers_the_crowd():
    crowd = np.array([[900 + 5 * n, 900, 910 + 5 * n, 910] for n in range(20)])
    lonely = np.array([[50 + 300 * n, 50, 60 + 300 * n, 60] for n in range(3)])
    first = recall.cover(np.concatenate([lonely, crowd]), (2000, 2000))[:1]
    assert recall.found(crowd, first).all()


def test_boxes_of_data_sets_become_ours():
    assert pictures.from_xywh(np.array([[7, 3, 20, 10]])).tolist() == [[3, 7, 13, 27]]
    mask = np.zeros((9, 12), np.uint8)
    mask[1:3, 4:8] = 255
    mask[6, 0] = 255
    assert pictures.parts(mask).tolist() == [[1, 4, 3, 8], [6, 0, 7, 1]]


def test_means_over_pictures_and_over_objects_differ():
    scores = [recall.Score((1,), 1, 0.1), recall.Score((0,), 9, 0.1)]
    assert recall.macro(scores) == 0.5
    assert recall.pooled(scores) == 0.1


def test_leaders_are_named_for_both_means_and_no_floor_leads():
    few, many = (1, 0), (0, 5)
    total = {
        "by picture": [recall.Score((few[0],), 1, 0.1), recall.Score((few[1],), 9, 0.1)],
        "by object": [recall.Score((many[0],), 1, 0.1), recall.Score((many[1],), 9, 0.1)],
        recall.FLOORS[2]: [recall.Score((1,), 1, 0.1), recall.Score((9,), 9, 0.1)],
    }
    found = recall.leaders(total)
    assert "mean of pictures: **by picture**" in found
    assert "of all objects: **by object**" in found


def test_each_draw_of_random_places_is_counted_by_itself():
    scores = [recall.Score((1, 0), 1, 0.1), recall.Score((0, 3), 9, 0.1)]
    draws = recall.by_try(scores)
    assert [recall.pooled(one) for one in draws] == [0.1, 0.3]
    assert recall.pooled(scores) == pytest.approx(0.2)


def test_a_ratio_counts_only_where_results_are_equal():
    fast, slow = Times((1.0, 1.0, 9.0)), Times((60.0,))
    row = Row("what", fast, "peer", slow, target=50)
    assert row.value == 60
    assert row.met
    differs = Row("what", fast, "peer", slow, target=50, equal=False)
    assert differs.met is False
    assert differs.value is None
    assert "RESULTS DIFFER" in differs.cells()
    assert Row("what", slow, "peer", fast, "cost", 50).met is False
    assert Row("what", slow, "peer", fast, "cost", 60).met
    assert Row("what", slow, bound="most", target=60, unit="kB").met
    assert Row("what", fast, bound="most", target=8, by="longest").met is False
    assert Row("what", slow, "peer", fast).met is None
    assert Row("what", note="skipped").met is None


def test_times_are_taken_in_turns():
    order = []
    runs = [lambda: order.append("a"), lambda: order.append("b")]
    times = interleaved(runs, (3, 1), warm=0)
    assert order == ["a", "b", "a", "a"]
    assert [len(one.runs) for one in times] == [3, 1]


def test_p95_is_the_run_that_19_of_20_do_not_exceed():
    assert Times(tuple(float(n) for n in range(1, 21))).p95 == 19


def test_every_row_of_a_table_has_a_cell_for_each_column():
    rows = [Row("skipped"), Row("done", Times((1.0,))), Row("twice", Times((1.0, 2.0)))]
    lines = figures(rows).splitlines()
    assert {line.count("|") for line in lines} == {len(HEAD) + 1}
    assert "1.50 (1.00 to 2.00) ms" in lines[-1]


def run_on(machine, value, date="2026-01-01", **more):
    row = Row("what", Times((1.0,)), "peer", Times((value,)), target=6, **more)
    return history.Run(machine, date, "software", 0.1, 60, history.told([row]))


def test_a_row_says_on_how_many_machines_it_was_met():
    runs = [run_on("one", 7.0), run_on("two", 3.0)]
    row = Row("what", Times((1.0,)), "peer", Times((7.0,)), target=6)
    assert history.met_on(row, runs) == "1 of 2"
    lower = Row("what", Times((1.0,)), "peer", Times((7.0,)), target=3)
    assert history.met_on(lower, runs) == "2 of 2", "judged by the target of today"
    assert history.met_on(Row("new", Times((1.0,)), target=6), runs) == ""
    other = Row("what", Times((1.0,)), "peer", Times((7.0,)), "cost", 6)
    assert history.met_on(other, runs) == "", "the row measured something else then"
    differs = history.told([Row("what", Times((1.0,)), "p", Times((9.0,)), target=6, equal=False)])
    runs.append(history.Run("three", "2026-01-01", "software", None, 60, differs))
    assert history.met_on(row, runs) == "1 of 3"


def test_a_row_without_a_target_is_no_missed_one():
    plain = Row("what", Times((1.0,)))
    run = history.Run("one", "2026-01-01", "software", 0.1, 60, history.told([plain]))
    reached = Row("more", Times((1.0,)), "peer", Times((7.0,)), target=6)
    run.rows.update(history.told([reached]))
    assert "1 of 1" in history.machines([plain, reached], [run])


def test_a_machines_new_run_takes_the_place_of_its_old_one_and_others_stay(tmp_path):
    file = tmp_path / "results.json"
    assert history.read(file) == []
    for run in (
        run_on("one", 7.0), run_on("two", 3.0, "2026-02-01"), run_on("one", 9.0, "2026-03-01")
    ):  # fmt: skip
        history.write(file, history.merged(history.read(file), run))
    kept = history.read(file)
    assert [(run.machine, run.date) for run in kept] == [
        ("one", "2026-03-01"), ("two", "2026-02-01")
    ]  # fmt: skip
    assert kept[0].rows["what"]["value"] == 9


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """A run of topics that take no time, and the folder that it writes to."""
    row = Row("what", Times((1.0,)), "peer", Times((7.0,)), target=6)
    monkeypatch.setattr(bench, "CORES", {"one": lambda quick: iter([row])})
    monkeypatch.setattr(bench, "PAGES", {"two": lambda quick: iter([])})
    monkeypatch.setattr(bench, "TEXTS", {"three": lambda quick: "words"})
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(bench, "KEPT", tmp_path / "results.json")
    return tmp_path


def test_only_a_full_run_is_written_and_merged(made_up, capsys):
    assert bench.main(["--quick"]) == bench.main(["--only", "one"]) == 0
    assert not list(made_up.iterdir())
    history.write(made_up / "results.json", [run_on("elsewhere", 3.0)])
    assert bench.main([]) == 0
    text = (made_up / "RESULTS.md").read_text()
    assert "1 of 2" in text
    assert "elsewhere" in text
    assert "words" in text
    assert len(history.read(made_up / "results.json")) == 2


def test_a_topic_that_fails_twice_fails_the_run_and_leaves_the_old_results(
    made_up, capsys, monkeypatch
):
    tries = []

    def fails(quick):
        tries.append(quick)
        raise RuntimeError("no such name")
        yield

    (made_up / "RESULTS.md").write_text("old")
    monkeypatch.setitem(bench.CORES, "bad", fails)
    assert bench.main([]) == 1
    assert len(tries) == 2
    assert (made_up / "RESULTS.md").read_text() == "old"
    assert not (made_up / "results.json").exists()
    assert "failed: bad" in capsys.readouterr().err


def test_without_a_browser_its_rows_say_so(made_up, monkeypatch, capsys):
    monkeypatch.setattr(gestures, "chromium", lambda: None)
    monkeypatch.setitem(bench.PAGES, "browser", browser.rows)
    assert bench.main(["--only", "browser"]) == 0
    assert "browser (skipped: no Chromium" in capsys.readouterr().out


def test_a_browser_without_its_driver_says_so(monkeypatch):
    monkeypatch.setattr(gestures, "chromium", lambda: "chromium")
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(gestures.MissingError, match="Playwright"):
        list(browser.rows(True))


LEADERS = re.compile(r"Most by the mean of pictures: \*\*(.+?)\*\*; of all objects: \*\*(.+?)\*\*")
FOUND = re.compile(
    r"^\| (\w+)(?: \(the default\))? .*\| +([\d.]+) \| .*\| +([\d.]+) \| +[\d.]+ % \|$"
)


@pytest.fixture
def results():
    """RESULTS.md, once a full run has written it and what it keeps."""
    if not (HERE / "results.json").exists():
        pytest.skip("no full run of the benchmarks is kept yet: make bench")
    return (HERE / "RESULTS.md").read_text()


def test_what_is_said_of_the_default_is_what_was_measured(results):
    """The README and the decision: it leads on the shipped pictures, and on others not alone."""
    words = " ".join((HERE.parent / "README.md").read_text().split())
    shipped, labelled = ([name.split()[0] for name in both] for both in LEADERS.findall(results))
    assert shipped == [DEFAULT, DEFAULT]
    assert f"The default, `{DEFAULT}`, is the model-free one that finds most" in words
    section = results.split("Labelled photographs:")[1]
    found = {
        line[1]: (float(line[2]), float(line[3]))
        for line in map(FOUND.match, section.splitlines())
        if line and line[1] in METHODS.names()
    }
    assert {DEFAULT, "edges", "entropy", *labelled} <= set(found)
    assert "by the mean of pictures it is about level with the best" in words
    assert max(one for one, _ in found.values()) - found[DEFAULT][0] < 0.03
    assert "`edges` and `entropy` find more" in words
    assert min(found["edges"][1], found["entropy"][1]) > found[DEFAULT][1]


def test_the_results_are_those_of_the_rows_that_were_measured(results):
    newest = history.read(HERE / "results.json")[0].rows
    lines = [
        line.split("|")[1].strip()
        for line in results.split("## What the patches find")[0].splitlines()
        if line.startswith("| ") and not line.startswith(("| what", "| ---"))
    ]
    assert len(lines) == len(newest)
    assert all(any(line.startswith(what) for line in lines) for what in newest)
