"""What the README says is run, and what it links is there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from patchdrive.cli import main
from patchdrive.saliency import METHODS
from patchdrive.version import __version__

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A folder with the shipped pictures, where examples may write."""
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_each_python_block_runs_as_it_stands(block, shop):
    script = shop / "example.py"
    script.write_text(block)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=environment, cwd=shop
    )
    assert done.returncode == 0, done.stderr


def commands():
    for line in re.findall(r"^patchdrive .*$", README, re.MULTILINE):
        yield line.split("#")[0].strip()


@pytest.mark.parametrize("line", list(commands()))
def test_each_command_runs_as_it_stands(line, shop, monkeypatch, capsysbinary):
    source = ROOT / "assets" / "samples" / "sky.jpg"
    if "<" in line:
        line = line.split("<")[0]
        with source.open("rb") as file:
            monkeypatch.setattr(sys, "stdin", type("Stream", (), {"buffer": file}))
            code = main(shlex.split(line)[1:])
    else:
        code = main(shlex.split(line.replace("PICTURE", str(source)))[1:])
    assert code == 0, capsysbinary.readouterr().err


def test_the_table_of_methods_is_the_registry():
    rows = [f"| `{method.name}` | {method.help} |" for method in METHODS]
    table = README.split("<!-- methods -->")[1].split("<!-- /methods -->")[0]
    assert table.strip().splitlines()[2:] == rows


def test_links_lead_to_files_that_are_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    links += re.findall(r'src="([^"]+)"', README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_the_changelog_begins_with_this_version():
    newest = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1]
    assert newest.splitlines()[0] == __version__


def test_the_project_speaks_only_of_itself():
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    banned = re.compile(
        r"/work/|/root/|\bissue #?\d|(?<!context\.)\bsession_id\b|subagent", re.IGNORECASE
    )
    for name in tracked:
        if name == "tests/test_readme.py" or Path(name).suffix in {".jpg", ".png", ".gif", ".icm"}:
            continue
        text = (ROOT / name).read_text(errors="ignore")
        assert not banned.search(text), f"{name}: {banned.search(text)}"
