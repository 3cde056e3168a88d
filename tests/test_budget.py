"""Work is refused before it allocates, and many at once need no more than one may."""

import threading

import pytest

from patchdrive import budget
from patchdrive.types import SettingError


@pytest.fixture
def four_gigabytes(monkeypatch):
    monkeypatch.setenv(budget.VARIABLE, "4")


def test_the_bound_is_a_share_of_the_machine_where_nobody_says_otherwise(monkeypatch):
    monkeypatch.delenv(budget.VARIABLE, raising=False)
    assert budget.bound() == budget.machine() // budget.SHARE > 0


def test_a_container_has_its_own_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(budget, "_GROUP", tmp_path)
    (tmp_path / "memory.max").write_text("max\n")
    whole = budget.machine()
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("700000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 100000\nactive_file 50000\n")
    assert budget.machine() == 1_000_000 < whole
    assert budget.free() == 450_000


@pytest.mark.parametrize("text", ["much", "0", "-1", "nan", "inf"])
def test_a_bound_that_is_no_number_is_refused_in_words(monkeypatch, text):
    monkeypatch.setenv(budget.VARIABLE, text)
    with pytest.raises(SettingError, match=f"{budget.VARIABLE} must be a number of gigabytes"):
        budget.bound()


@pytest.mark.usefixtures("four_gigabytes")
def test_what_fits_passes_and_what_does_not_is_refused_with_a_way_out():
    budget.afford("16 patches", 4e9, "lower k")
    with pytest.raises(SettingError) as caught:
        budget.afford("9,000 patches", 24e9, "lower k")
    told = str(caught.value)
    assert told.startswith("9,000 patches need about 24 GB of memory, more than the 4.0 GB")
    assert "lower k" in told
    assert budget.VARIABLE in told


@pytest.mark.parametrize(("nbytes", "told"), [(3, "1 MB"), (85e7, "850 MB"), (24.4e9, "24 GB")])
def test_bytes_are_told_for_people(nbytes, told):
    assert budget.words(nbytes) == told


@pytest.mark.usefixtures("four_gigabytes")
def test_holders_never_have_more_than_the_bound_together_and_come_in_order():
    purse, most, order = budget.Purse(), [], []
    gate = threading.Event()

    def work(name, nbytes):
        with purse.hold(nbytes):
            most.append(purse.held)
            order.append(name)
            gate.wait(5)

    threads = [threading.Thread(target=work, args=(n, 1.5e9)) for n in range(5)]
    for n, thread in enumerate(threads):
        thread.start()
        while len(order) + len(purse.line) < n + 1:  # each has asked before the next does
            pass
    gate.set()
    for thread in threads:
        thread.join(10)
    assert max(most) == 3_000_000_000
    assert sorted(order) == list(range(5))
    assert purse.held == 0


@pytest.mark.usefixtures("four_gigabytes")
def test_whoever_needs_more_than_the_bound_gets_it_alone():
    purse = budget.Purse()
    with purse.hold(9e9):
        assert purse.held == 9_000_000_000
    assert purse.held == 0


@pytest.mark.usefixtures("four_gigabytes")
def test_whoever_waits_may_give_up_and_leaves_no_trace():
    purse = budget.Purse()

    def enough():
        raise InterruptedError

    with purse.hold(4e9), pytest.raises(InterruptedError), purse.hold(1e9, enough):
        raise AssertionError("there was no room")
    assert purse.held == 0
    assert len(purse.line) == 0


@pytest.mark.usefixtures("four_gigabytes")
def test_what_the_machine_has_not_free_is_not_begun(monkeypatch):
    need = budget.Need("16 patches", 2e9, "lower k")
    monkeypatch.setattr(budget, "free", lambda: 3_000_000_000)
    monkeypatch.setattr(budget, "machine", lambda: 16_000_000_000)
    with budget.spend(need):  # 1 GB stays free
        assert budget.purse().held == 2_000_000_000
    monkeypatch.setattr(budget, "free", lambda: 2_900_000_000)
    with (
        pytest.raises(SettingError, match=r"only 1.9 GB to spare now; lower k"),
        budget.spend(need),
    ):
        raise AssertionError("it was begun")
    assert budget.purse().held == 0
    with budget.spend(budget.Need("a crumb", 1e6, "")), budget.spend(None):
        pass  # never worth a refusal
