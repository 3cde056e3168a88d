"""The benchmarks' baselines do the same job as ours, so that their ratios mean something."""

import numpy as np
import pytest
import torch

from benchmarks import browser, crops, pictures, recall, selection, table, tree
from benchmarks.timing import Times, interleaved
from patchdrive.ops.crops import crop_tensor
from patchdrive.ops.quadtree import by_budget, count_edges
from patchdrive.ops.select import peaks
from tests import reference

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


@pytest.mark.parametrize("budget", [1, 12, 40, 41, 100, 10_000])
@pytest.mark.parametrize("size", [(128, 128), (101, 143)])
def test_list_and_max_gives_the_leaves_of_by_budget(size, budget):
    edges = np.where(np.random.default_rng(2).random(size) < 0.02, 255, 0).astype(np.uint8)
    found = tree.list_and_max(edges, 4, 32, budget)
    assert np.array_equal(found, by_budget(count_edges(edges, 4, 32), budget).boxes)
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
    scores = [recall.Score(1.0, 1, 0.1), recall.Score(0.0, 9, 0.1)]
    assert recall.macro(scores) == 0.5
    assert recall.pooled(scores) == 0.1


def test_a_ratio_counts_only_where_results_are_equal():
    fast, slow = Times((1.0, 1.0, 9.0)), Times((60.0,))
    row = table.Row("what", fast, "peer", slow, "faster", 50)
    assert row.ratio == 60
    assert row.met
    differs = table.Row("what", fast, "peer", slow, "faster", 50, equal=False)
    assert not differs.met
    assert "RESULTS DIFFER" in differs.cells()
    assert table.Row("what", slow, "peer", fast, "cost", 50).met is False
    assert table.Row("what", slow, bound="ms", target=60).met
    assert table.Row("what", note="skipped").met is None


def test_times_are_taken_in_turns():
    order = []
    runs = [lambda: order.append("a"), lambda: order.append("b")]
    times = interleaved(runs, (3, 1), warm=0)
    assert order == ["a", "b", "a", "a"]
    assert [len(one.runs) for one in times] == [3, 1]


def test_p95_is_the_run_that_19_of_20_do_not_exceed():
    assert Times(tuple(float(n) for n in range(1, 21))).p95 == 19


def test_every_row_of_a_table_has_a_cell_for_each_column():
    lines = table.ratios([table.Row("skipped"), table.Row("done", Times((1.0,)))]).splitlines()
    assert len({line.count("|") for line in lines}) == 1


def test_without_a_browser_its_row_says_so(monkeypatch):
    monkeypatch.setattr(browser, "chromium", lambda: None)
    (row,) = browser.rows(quick=True)
    assert "skipped" in row.note
    assert row.met is None
