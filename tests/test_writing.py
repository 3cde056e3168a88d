"""Files are whole or not there, whatever goes wrong while they are written."""

import ast
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from patchdrive import writing as module
from patchdrive.writing import OutputError, refuse, sweep, target, write, writing

ROOT = Path(__file__).parents[1]
ROOTS = ("patchdrive", "tools", "benchmarks", "pages")
POSIX = pytest.mark.skipif(os.name != "posix", reason="names of POSIX systems")


def left(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_file_holds_what_was_written_and_nothing_lies_beside_it(tmp_path):
    write(tmp_path / "a.txt", "µ\n")
    write(tmp_path / "a.txt", b"\x00two\r\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\x00two\r\n"
    assert left(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("old", [b"old", None])
def test_whoever_stops_half_way_leaves_what_was_there(tmp_path, error, old):
    file = tmp_path / "a.bin"
    if old is not None:
        file.write_bytes(old)

    def half():
        with writing(file) as out:
            out.write(b"half of it")
            out.flush()
            raise error

    with pytest.raises(type(error)):
        half()
    assert (file.read_bytes() if file.exists() else None) == old
    assert left(tmp_path) == ([] if old is None else ["a.bin"])


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_is_full_at_the_last_moment_leaves_the_old_file(tmp_path, monkeypatch, call):
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, call, full)
    with pytest.raises(OSError, match="No space"):
        write(file, b"new")
    assert file.read_bytes() == b"old"
    assert left(tmp_path) == ["a.bin"]


@POSIX
def test_a_limit_on_the_size_of_files_leaves_the_old_file(tmp_path):
    """The system itself refuses the bytes, as a full disk does."""
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")
    script = (
        "import resource, signal, sys\n"
        "from patchdrive.writing import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))\n"
        "write(sys.argv[1], bytes(1 << 20))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, cwd=ROOT
    )
    assert "File too large" in done.stderr
    assert file.read_bytes() == b"old"
    assert left(tmp_path) == ["a.bin"]


@POSIX
def test_modes_are_the_old_ones_or_those_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path / "new", b"")
        (tmp_path / "old").write_bytes(b"")
        (tmp_path / "old").chmod(0o604)
        write(tmp_path / "old", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o604


@POSIX
def test_a_link_stays_a_link_and_what_it_points_at_is_written(tmp_path):
    folder = tmp_path / "there"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder / "file")
    for content in (b"one", b"two"):  # first the link leads to nothing
        write(tmp_path / "link", content)
        assert (tmp_path / "link").is_symlink()
        assert (folder / "file").read_bytes() == content
    assert left(folder) == ["file"]


@POSIX
def test_a_name_as_long_as_may_be_is_written(tmp_path):
    file = tmp_path / ("n" * 255)
    write(file, b"x")
    assert file.read_bytes() == b"x"


@POSIX
def test_devices_and_pipes_are_written_to_as_they_are(tmp_path):
    write("/dev/null", b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    os.mkfifo(tmp_path / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write(tmp_path / "pipe", b"through")
    reader.join(30)
    assert got == [b"through"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@POSIX
def test_a_full_device_is_an_error_of_the_system():
    with pytest.raises(OSError, match="No space left"):
        write("/dev/full", b"x")


def odd_names(folder):
    (folder / "file").write_bytes(b"")
    names = {
        "": "needs a name",
        str(folder): "is a folder",
        str(folder / "no" / "file"): "there is no folder",
        str(folder / "new") + os.sep: "folder",
        str(folder / "file" / "below"): "cannot be written",
        "a\0b": "cannot be the name of a file",
        "n" * 5000: "cannot be written",
    }
    if os.name == "posix":
        (folder / "loop").symlink_to(folder / "loop")
        names[str(folder / "loop")] = "cannot be written"
    return names


def test_what_can_be_no_file_is_refused_in_words(tmp_path):
    for name, words in odd_names(tmp_path).items():
        with pytest.raises(OutputError, match=words):
            target(name)


def test_what_is_not_permitted_is_refused_in_words(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(module.os, "access", lambda place, mode: False)  # root may do everything
    for name in ("file", "new"):
        with pytest.raises(OutputError, match="no permission"):
            write(tmp_path / name, b"new")
    assert left(tmp_path) == ["file"]


@POSIX
@pytest.mark.parametrize("way", ["itself", "hard", "symbolic", "dotted"])
def test_an_input_is_never_an_output_by_whatever_name(tmp_path, way):
    source = tmp_path / "in.png"
    source.write_bytes(b"pixels")
    other = tmp_path / "other"
    if way == "hard":
        os.link(source, other)
    elif way == "symbolic":
        other.symlink_to(source)
    name = {"itself": source, "dotted": f"{tmp_path}/../{tmp_path.name}/in.png"}.get(way, other)
    with pytest.raises(OutputError, match=r"--png: .* which is read"):
        refuse({"--png": name}, [str(source)])
    refuse({"--png": tmp_path / "out.png"}, [str(source), "no such file"])


def test_no_two_outputs_are_one(tmp_path):
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_bytes(b"")
    for file in (new, old):
        with pytest.raises(OutputError, match="--json and --csv name the same file"):
            refuse({"--json": file, "--csv": str(file)}, [])
    with pytest.raises(OutputError, match="--json and --csv cannot both go to standard output"):
        refuse({"--json": "-", "--csv": "-"}, [])
    refuse({"--json": new, "--csv": old, "--png": "-"}, [])
    if os.name == "posix":
        refuse({"--json": "/dev/null", "--csv": "/dev/null"}, [])


def test_a_folder_is_swept_of_what_a_killed_process_left_and_of_nothing_else(tmp_path):
    script = (
        "import os, sys\nfrom patchdrive.writing import writing\n"
        "with writing(sys.argv[1]) as out:\n    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "file")], cwd=ROOT)
    (tmp_path / "mine.part").write_bytes(b"")
    assert len(left(tmp_path)) == 2
    sweep(tmp_path)
    assert left(tmp_path) == ["mine.part"]


WRITERS = {"write_text", "write_bytes", "copyfile", "copy", "copy2", "savez", "savez_compressed",
           "save_file", "touch", "tofile", "write_html", "write_image", "imwrite"}  # fmt: skip
ALLOWED = {
    ("patchdrive/writing.py", "open"),
    ("patchdrive/training/data.py", "savez"),  # into an open file of ours
    ("tools/firefox.py", "write_text"),  # a browser's profile in a folder that goes
}


def writers(file):
    """What in a module writes files by itself."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if name in WRITERS and not (name == "copy" and owner != "shutil"):
            yield name
        values = [*node.args, *(word.value for word in node.keywords)]
        modes = [one.value for one in values if isinstance(one, ast.Constant)]
        if name == "open" and any(isinstance(m, str) and set(m) & set("wax+") for m in modes if m):
            yield name


def test_only_one_module_writes_files():
    """Who writes a file any other way leaves half of it where the disk is full."""
    found = {
        (str(file.relative_to(ROOT)), name)
        for folder in ROOTS
        for file in sorted((ROOT / folder).rglob("*.py"))
        for name in writers(file)
    }
    assert found == ALLOWED
