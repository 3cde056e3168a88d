"""What the browser tests need is installed where it can be; what cannot be is one line of words."""

import os
import shutil
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pytest

from tools import bring

PROGRAMS = {"apt-get", "npm"}


@pytest.fixture
def machine(monkeypatch):
    """A machine without anything; `ran` is what was run, `has` what was installed by it."""
    one = SimpleNamespace(ran=[], has=set(), programs=set(PROGRAMS), broken=set(), user=0)

    def run(command, **_):
        one.ran.append(command)
        if one.broken & set(command):
            return SimpleNamespace(returncode=100)
        one.has.add(command[-1])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(bring.subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in one.programs else None)
    monkeypatch.setattr(os, "geteuid", lambda: one.user, raising=False)
    needs = [
        bring.Need(
            need.name, lambda last=need.bring[-1][-1]: last in one.has, need.bring, need.advice
        )
        for need in bring.NEEDS
    ]
    monkeypatch.setattr(bring, "NEEDS", tuple(needs))
    return one


def said(capsys):
    bring.main()
    return [line for line in capsys.readouterr().out.splitlines() if "left out" in line]


def test_all_is_brought_where_it_can_be(machine, capsys):
    assert said(capsys) == []
    assert {command[0] for command in machine.ran} == PROGRAMS
    assert {"chromium", "firefox-esr"} <= machine.has
    machine.ran.clear()
    assert said(capsys) == []
    assert machine.ran == [], "the second time nothing is done"


def test_nobody_but_root_installs_packages(machine, capsys):
    machine.user = 1000
    (line,) = said(capsys)
    assert {command[0] for command in machine.ran} == {"npm"}
    assert "no Chromium (apt-get install chromium, or name one in PATCHDRIVE_CHROMIUM)" in line
    assert "no Firefox (apt-get install firefox-esr, or name one in PATCHDRIVE_FIREFOX)" in line
    assert "axe-core" not in line


@pytest.mark.parametrize("how", ["absent", "fails"])
def test_what_could_not_be_brought_is_one_line_with_the_way_to_get_it(machine, capsys, how):
    if how == "absent":
        machine.programs.clear()
    else:
        machine.broken |= PROGRAMS
    (line,) = said(capsys)
    for word in ("Chromium", "Firefox", "no axe-core (npm ci --prefix tools)"):
        assert word in line
    assert not machine.has


def test_what_was_installed_and_is_still_not_found_is_left_out(machine, capsys):
    machine.broken.add("firefox-esr")
    (line,) = said(capsys)
    assert "Firefox" in line
    assert "Chromium" not in line


@pytest.mark.parametrize("failure", [OSError(), subprocess.TimeoutExpired("npm", 600)])
def test_a_command_that_breaks_or_hangs_is_no_traceback(machine, capsys, monkeypatch, failure):
    def run(*_, **__):
        raise failure

    monkeypatch.setattr(bring.subprocess, "run", run)
    assert len(said(capsys)) == 1


def test_a_warning_fails_a_test_in_a_worker_process_too(tmp_path):
    """The tests are shared among processes; each is as strict as one alone."""
    words = """
        import os, warnings

        def test_it():
            assert os.environ["PYTEST_XDIST_WORKER"]
            warnings.warn("careful", stacklevel=1)
    """
    (tmp_path / "test_it.py").write_text(textwrap.dedent(words), encoding="utf-8")
    settings = ["-c", str(bring.ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)]
    command = [sys.executable, "-m", "pytest", *settings, "-q", "-p", "no:cacheprovider"]
    told = subprocess.run(
        [*command, "-n", "2", str(tmp_path)],
        capture_output=True, text=True, cwd=tmp_path, timeout=120,
    )  # fmt: skip
    assert told.returncode == 1
    assert "UserWarning: careful" in told.stdout
