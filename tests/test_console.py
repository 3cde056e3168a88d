"""Commands whose standard streams are closed, narrow, full or read no further.

A process of its own for each case would import everything again: one process does it once, and its
children, forked, get the streams of a case as the interpreter would have made them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive import console
from patchdrive.cli import main
from patchdrive.types import PatchdriveError

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, and closes descriptors")

DRIVER = """
import io, json, os, sys
import patchdrive.cli, patchdrive.pipelines.tree, patchdrive.pipelines.export, patchdrive.figures
patchdrive.cli._parser()  # imports what every command does

def child(case, out, err):
    full = {"full": lambda: os.open("/dev/full", os.O_WRONLY)}
    unread, writes = os.pipe()
    os.close(unread)
    for number, name, into in ((0, "stdin", None), (1, "stdout", out), (2, "stderr", err)):
        wanted = case.get(name, "")
        if wanted == "closed":
            os.close(number)
            setattr(sys, name, None)
            continue
        if number == 0:
            into = os.open(os.devnull, os.O_RDONLY)
        elif wanted in ("full", "unread"):
            into = full[wanted]() if wanted == "full" else writes
        os.dup2(into, number)
        mode, errors = ("r", "strict") if number == 0 else ("w", "strict")
        setattr(sys, name, open(number, mode, encoding=case.get("encoding", "utf-8"),
                                errors=errors, closefd=False))
    sys.exit(patchdrive.cli.main(case["command"]))

for case in json.loads(sys.argv[1]):
    base = os.path.join(sys.argv[2], str(case["number"]))
    out, err = (os.open(f"{base}.{name}", os.O_RDWR | os.O_CREAT) for name in ("out", "err"))
    pid = os.fork()
    if pid == 0:
        child(case, out, err)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(out), os.close(err)
    open(f"{base}.code", "w").write(str(code))
"""

NAME = "Schräges 図 \udcff.png"  # the last byte is of no alphabet


def cases(picture, folder):
    """Streams and commands; the code, and what must be said where."""
    tree, big = ["tree", picture], ["tree", picture, "--min-leaf", "2", "--max-detail", "0"]
    big += ["--canny-low", "1", "--canny-high", "1"]
    pipes = ["tree", picture, "--json"]
    return {
        "a letter that the console lacks": (
            {"encoding": "ascii", "command": tree}, 0, "Schr\\xe4ges \\u56f3", ""),
        "the same in a narrow alphabet": (
            {"encoding": "latin-1", "command": tree}, 0, "Schräges \\u56f3", ""),
        "a missing file of such a name": (
            {"encoding": "ascii", "command": ["tree", "fehlt \u56f3"]}, 2, "", "fehlt \\u56f3"),
        "closed standard input": (
            {"stdin": "closed", "command": ["drive", "-"]}, 2, "", "standard input is closed"),
        "empty standard input": ({"command": ["tree", "-"]}, 2, "", "standard input is empty"),
        "closed standard output": ({"stdout": "closed", "command": tree}, 0, "", ""),
        "closed standard output that is wanted": (
            {"stdout": "closed", "command": [*pipes, "-"]}, 2, "", "standard output is closed"),
        "closed standard error": ({"stderr": "closed", "command": ["tree", "gone"]}, 2, "", ""),
        "all closed": (
            {"stdin": "closed", "stdout": "closed", "stderr": "closed",
             "command": [*pipes, f"{folder}/all-closed.json"]}, 0, "", ""),
        "full standard output": (
            {"stdout": "full", "command": tree}, 2, "", "standard output: No space left"),
        "a full file": (
            {"command": [*pipes, "/dev/full"]}, 2, "", "/dev/full: No space left on device"),
        "nobody reads": ({"stdout": "unread", "command": tree}, 141, "", ""),
        "nobody reads a long file": ({"stdout": "unread", "command": [*big, "--json", "-"]}, 141,
                                     "", ""),
        "nobody reads the help": ({"stdout": "unread", "command": ["drive", "--help"]}, 141, "",
                                  ""),
        "the device of standard output": ({"command": [*pipes, "/dev/stdout"]}, 0, '"digest"', ""),
        "standard output under two names": (
            {"command": [*pipes, "-", "--csv", "/dev/stdout"]}, 2, "",
            "--json and --csv cannot both go to standard output"),
        "a folder for a file": ({"command": [*pipes, folder]}, 2, "", "is a folder"),
        "a loop of links": ({"command": [*pipes, f"{folder}/loop"]}, 2, "", "levels of symbolic"),
        "a loop of links to read": ({"command": ["tree", f"{folder}/loop"]}, 2, "", "loop"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """What each case gave: code, standard output, standard error."""
    folder = tmp_path_factory.mktemp("streams")
    picture = os.fsdecode(
        os.path.join(os.fsencode(folder), NAME.encode("utf-8", "surrogateescape"))
    )
    pixels = np.random.default_rng(0).integers(0, 255, (96, 160, 3)).astype(np.uint8)
    with open(picture, "wb") as out:
        Pillow.fromarray(pixels).save(out, "PNG")
    (folder / "loop").symlink_to(folder / "loop")
    told = cases(picture, str(folder))
    listed = [{**case, "number": n} for n, (case, *_) in enumerate(told.values())]
    command = [sys.executable, "-c", DRIVER, json.dumps(listed), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=240)
    found = {}
    for n, name in enumerate(told):
        texts = [(folder / f"{n}.{kind}").read_bytes() for kind in ("out", "err")]
        found[name] = (int((folder / f"{n}.code").read_text()), *texts, told[name])
    assert json.loads((folder / "all-closed.json").read_text())["quadtree"]
    return found


@pytest.mark.parametrize("name", cases("", ""))
def test_a_stream_that_is_not_as_usual_is_words_and_a_code(ran, name):
    code, out, err, (case, wanted, printed, complained) = ran[name]
    encoding = case.get("encoding", "utf-8")
    out, err = out.decode(encoding), err.decode(encoding)
    assert code == wanted, err
    assert printed in out
    assert complained in err
    assert err.count("\n") == (1 if complained else 0), err
    assert "Traceback" not in err
    assert wanted != 0 or not err


def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    """The same with a process and a pipe of their own."""
    pixels = np.random.default_rng(0).integers(0, 255, (256, 256, 3)).astype(np.uint8)
    Pillow.fromarray(pixels).save(tmp_path / "a.png")
    fine = "--min-leaf 2 --max-detail 0 --canny-low 1 --canny-high 1"
    script = f'"{sys.executable}" -m patchdrive tree "{tmp_path}/a.png" {fine} --json - | head -1; '
    script += 'echo "${PIPESTATUS[0]}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["{", "141"]
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PatchdriveError("no such thing"), 2, "patchdrive: no such thing\n"),
        (FileNotFoundError(2, "No such file", "a\udcff.txt"), 2, "a\\udcff.txt: No such file\n"),
        (OSError(28, "No space left on device"), 2, "patchdrive: No space left on device\n"),
        (MemoryError(), 2, "patchdrive: not enough memory\n"),
        (KeyboardInterrupt(), 130, "patchdrive: stopped\n"),
        (BrokenPipeError(32, "Broken pipe"), 141, ""),
    ],
)
def test_each_fault_has_its_code_and_one_line(error, code, words, capsys):
    def work():
        raise error

    assert console.command(work) == code
    assert capsys.readouterr().err.endswith(words)


def test_a_fault_of_our_own_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        console.command(lambda: 1 // 0)


@pytest.mark.parametrize("front", ["patchdrive", "training", "study"])
def test_every_front_says_faults_in_words(front, capsys, tmp_path):
    from patchdrive.training import commands, study

    code = {
        "patchdrive": lambda: main(["train", f"{tmp_path}/no\0ne.toml"]),
        "training": lambda: commands.main([f"{tmp_path}/no\0ne.toml"]),
        "study": lambda: study.main([f"{tmp_path}/none"]),
    }[front]()
    assert code == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("patchdrive: ")
    assert complaint.count("\n") == 1
