"""Decoding takes turns, says its price first, and heavy decoders work in a process of their own."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from patchdrive import budget
from patchdrive.images import DamagedError, apart, decode, open_image, opening
from patchdrive.images.price import price
from patchdrive.types import ImageError
from tests.images.pictures import attempt, noise, saved, smooth

PIXELS = smooth(120, 200)
ROOT = Path(__file__).parents[2]
EXIF = Pillow.Exif()
EXIF[0x0112] = 6
FILES = {
    "lossy": saved(PIXELS, "WEBP", quality=80),
    "lossless": saved(noise(90, 40), "WEBP", lossless=True),
    "alpha": saved(noise(50, 60, 4), "WEBP", lossless=True),
    "turned": saved(PIXELS, "WEBP", quality=80, exif=EXIF),
    "frames": saved(PIXELS, "WEBP", save_all=True, append_images=[Pillow.new("RGB", (200, 120))]),
    "avif": saved(PIXELS, "AVIF"),
    "turned avif": saved(PIXELS, "AVIF", exif=EXIF),
}


def children():
    """Processes that this one has started and that have not been waited for."""
    tasks = Path(f"/proc/{os.getpid()}/task")
    return {
        child for task in tasks.iterdir() for child in (task / "children").read_text().split()
    } if tasks.exists() else set()  # fmt: skip


@pytest.fixture
def everything_apart(monkeypatch):
    """Even the smallest WebP and AVIF goes to a process of its own; nothing is left of it."""
    monkeypatch.setattr(opening, "APART", 1)
    before, threads = children(), threading.active_count()
    shared = Path("/dev/shm")
    held = set(shared.iterdir()) if shared.exists() else set()
    yield
    assert children() == before
    assert threading.active_count() == threads
    assert budget.purse().held == 0
    assert not shared.exists() or set(shared.iterdir()) <= held


@pytest.mark.usefixtures("everything_apart")
@pytest.mark.parametrize("kind", FILES)
def test_a_picture_decoded_apart_is_the_same_picture(kind, tmp_path, monkeypatch):
    path = tmp_path / "a picture"
    path.write_bytes(FILES[kind])
    opened = []
    monkeypatch.setattr(Pillow, "open", lambda *_, **__: opened.append(1))
    found = [open_image(source, name="x") for source in (FILES[kind], path)]
    assert not opened, "Pillow reserves memory as soon as it opens a file"
    monkeypatch.undo()
    here = open_image(FILES[kind], name="x")
    for image in found:
        assert (image.pixels == here.pixels).all()
        assert (image.digest, image.notes, image.name) == (here.digest, here.notes, here.name)
        assert not image.pixels.flags.writeable


@pytest.mark.usefixtures("everything_apart")
@pytest.mark.parametrize("kind", ["lossy", "alpha", "avif"])
@pytest.mark.parametrize("truncated", [False, True])
def test_a_broken_file_gets_the_same_words_apart(kind, truncated, monkeypatch):
    broken = FILES[kind][: len(FILES[kind]) // 2]
    there = attempt(broken, name="x", truncated=truncated)
    monkeypatch.undo()
    assert isinstance(there, str)
    assert there == attempt(broken, name="x", truncated=truncated)


@pytest.mark.usefixtures("everything_apart")
def test_that_a_part_can_be_had_is_told_across_processes(monkeypatch):
    code = 'import sys; sys.stdin.buffer.read(); print(\'{"error": "x is cut", "partly": true}\')'
    monkeypatch.setattr(apart, "_start", lambda complaints: started(code, complaints))
    with pytest.raises(DamagedError) as caught:
        open_image(FILES["lossy"], name="x")
    assert caught.value.problem == "x is cut"


def started(code, complaints):
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=complaints, bufsize=0
    )


@pytest.mark.usefixtures("everything_apart")
@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os; os._exit(3)", "exit status 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
        ('import sys; sys.stdin.buffer.read(); print(\'{"size": [9, 9], "not\')', "exit status 0"),
        (
            'import sys; sys.stdin.buffer.read(); print(\'{"size": [9, 9], "notes": [], \''
            "'\"microns\": null}\\n123')",
            "exit status 0",
        ),
    ],
)
def test_a_worker_that_dies_is_an_error_in_words(code, how, monkeypatch):
    monkeypatch.setattr(apart, "_start", lambda complaints: started(code, complaints))
    with pytest.raises(ImageError, match="the process that decoded x died") as caught:
        open_image(FILES["lossy"], name="x")
    assert how in str(caught.value)


@pytest.mark.usefixtures("everything_apart")
def test_a_worker_that_takes_too_long_is_ended(monkeypatch):
    code = "import time; time.sleep(600)"
    monkeypatch.setattr(apart, "_start", lambda complaints: started(code, complaints))
    monkeypatch.setattr(apart, "START_S", 0.2)
    with pytest.raises(ImageError, match=r"x was not decoded within 0 seconds; save it anew"):
        open_image(FILES["lossy"], name="x")


@pytest.mark.usefixtures("everything_apart")
def test_who_gives_up_ends_the_worker_and_leaves_the_turn(monkeypatch):
    class Gone(BaseException):
        pass

    code = "import time; time.sleep(600)"
    monkeypatch.setattr(apart, "_start", lambda complaints: started(code, complaints))

    def gone(words):
        assert words == "being decoded"
        assert budget.purse().held > 0
        raise Gone

    with pytest.raises(Gone):
        open_image(FILES["lossy"], waiting=gone)


@pytest.mark.usefixtures("everything_apart")
def test_where_no_process_can_be_started_the_picture_is_decoded_here(monkeypatch):
    monkeypatch.setattr(sys, "executable", "")
    assert open_image(FILES["lossless"]).size == (90, 40)


@pytest.mark.usefixtures("everything_apart")
def test_a_worker_has_no_more_memory_than_its_price(monkeypatch):
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux bounds a process like this")
    monkeypatch.setattr(apart, "START_S", 60.0)
    data = saved(np.zeros((3000, 4000, 3), np.uint8), "WEBP", lossless=True, quality=0, method=0)
    monkeypatch.setattr(opening, "HEAVY", {"WEBP": -20})  # the spare room alone does not suffice
    with pytest.raises(ImageError, match=r"more memory|cannot be read|died"):
        open_image(data, name="x")


def test_a_script_without_a_guard_is_not_run_again(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nprint('once')\n"
        "from patchdrive.images import open_image, opening\nopening.APART = 1\n"
        "print(open_image(sys.argv[1]).size)\n"
    )
    (tmp_path / "a.webp").write_bytes(FILES["lossy"])
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger in the working folder')")
    done = subprocess.run(
        [sys.executable, "-P", str(script), "a.webp"], cwd=tmp_path, capture_output=True,
        text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["once", "(120, 200)"], done.stderr


def test_small_pictures_and_other_formats_are_decoded_here(monkeypatch):
    monkeypatch.setattr(apart, "_start", lambda complaints: pytest.fail("a process was started"))
    for form in ("WEBP", "AVIF", "JPEG", "PNG", "GIF", "TIFF", "BMP"):
        assert open_image(saved(PIXELS, form)).size == (120, 200)


# price


@pytest.mark.parametrize("form", ["WEBP", "AVIF", "JPEG", "PNG", "GIF", "BMP"])
def test_what_needs_more_than_the_bound_is_refused_before_it_is_decoded(form, monkeypatch):
    data = saved(Pillow.new("RGB", (1000, 1000)), form)
    monkeypatch.setenv(budget.VARIABLE, "0.0005")
    monkeypatch.setattr(opening, "read", lambda *_, **__: pytest.fail("it was decoded"))
    with pytest.raises(ImageError) as caught:
        open_image(data, name="big")
    told = str(caught.value)
    assert told.startswith("the 1.0 megapixels of big (1,000 x 1,000) need about ")
    assert budget.VARIABLE in told
    with pytest.raises(ImageError, match="need about"):
        open_image(Pillow.open(io.BytesIO(data)), name="big")


def test_a_bound_that_is_no_number_is_told_as_any_fault_of_a_picture(monkeypatch):
    monkeypatch.setenv(budget.VARIABLE, "much")
    with pytest.raises(ImageError, match="number of gigabytes"):
        open_image(FILES["lossy"])


MEASURE = """
import io, re, sys
from patchdrive.images.decode import identify
from patchdrive.images.price import price
from patchdrive.images.reading import read
def told(name):
    return 1024 * int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1])
small, large = sys.argv[1:]
for path in (small, large):  # the first brings in what is imported late
    file = open(path, "rb")
    before = told("VmRSS")
    header = identify(file, "x", 200)
    room = price(header)
    found = read(header, file, "x", 200, truncated=False)
    peak = told("VmHWM") - before
print(room, peak)
"""
FORMS = {
    "baseline": ("JPEG", {"quality": 70}),
    "progressive": ("JPEG", {"quality": 70, "progressive": True, "subsampling": 0}),
    "turned": ("JPEG", {"quality": 70, "exif": EXIF}),
    "png": ("PNG", {"compress_level": 1}),
    "gif": ("GIF", {}),
    "lzw": ("TIFF", {"compression": "tiff_lzw"}),
    "one strip": ("TIFF", {"compression": "tiff_adobe_deflate", "strip_size": 1 << 30}),
    "bmp": ("BMP", {}),
    "lossless webp": ("WEBP", {"lossless": True, "quality": 0, "method": 0}),
    "webp": ("WEBP", {"quality": 10, "method": 0}),
    "avif": ("AVIF", {"quality": 20, "speed": 10, "subsampling": "4:4:4"}),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("kind", FORMS)
def test_the_price_is_what_decoding_takes_at_its_peak(kind, tmp_path):
    form, options = FORMS[kind]
    shades = np.repeat(np.repeat(noise(40, 50), 64, axis=0), 64, axis=1)
    paths = []
    for name, pixels in (("small", shades[:64, :64]), ("large", shades)):
        paths.append(str(tmp_path / name))
        Path(paths[-1]).write_bytes(saved(pixels, form, **options))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *paths], capture_output=True, text=True, timeout=120,
        cwd=ROOT, check=True,
    )  # fmt: skip
    room, peak = map(int, done.stdout.split())
    slack = 24e6  # what allocators and threads keep; the picture has 8 megapixels
    assert peak <= room + slack, "more was taken than was told"
    assert room <= 2.2 * peak + slack, "a picture that fits must not be refused"


def test_the_price_of_a_plain_photograph_is_eight_bytes_to_a_pixel():
    file = io.BytesIO(saved(Pillow.new("RGB", (640, 480)), "JPEG"))
    assert price(decode.identify(file, "x", 200)) == 8 * 640 * 480


# turns


def test_pictures_that_are_opened_at_once_take_turns_within_the_bound(monkeypatch):
    """Six at once, of which two fit: as many are decoded at a time, never more."""
    data = saved(PIXELS, "JPEG")
    each = 8 * PIXELS.shape[0] * PIXELS.shape[1]
    monkeypatch.setenv(budget.VARIABLE, str(2.5 * each / budget.GIGABYTE))
    lock, now, most = threading.Lock(), [0], [0]
    both, real = threading.Barrier(2, timeout=60), opening.read

    def slow(*parts, **named):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        both.wait()
        assert told.wait(60), "who waits is told"
        found = real(*parts, **named)
        with lock:
            now[0] -= 1
        return found

    monkeypatch.setattr(opening, "read", slow)
    waited, found, told = [], [], threading.Event()

    def waiting(words):
        waited.append(words)
        told.set()

    people = [
        threading.Thread(target=lambda: found.append(open_image(data, waiting=waiting)))
        for _ in range(6)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert len({image.digest for image in found}) == 1
    assert (len(found), most[0]) == (6, 2)
    assert set(waited) == {"waiting for other pictures"}
    assert budget.purse().held == 0


def test_who_is_gone_while_others_decode_does_not_keep_a_place(monkeypatch):
    monkeypatch.setenv(budget.VARIABLE, "0.001")

    class Left(Exception):  # noqa: N818
        pass

    def gone(words):
        assert words == "waiting for other pictures"
        raise kind

    for kind in (Left, KeyboardInterrupt, MemoryError, ImageError("no")):
        with (
            budget.purse().hold(1e6),
            pytest.raises(type(kind) if isinstance(kind, Exception) else kind),
        ):
            open_image(FILES["lossy"], waiting=gone)
    assert open_image(FILES["lossy"]).size == (120, 200)
