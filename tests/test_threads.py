"""No thread of the tests runs on under other tests, and none draws from their random numbers."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from websockets.sync.server import serve

from tests import threads
from tools import firefox

ROOT = Path(__file__).parents[1]
MODULE = """
import threading
from tests.conftest import no_thread_stays  # noqa: F401 - the fixture under test

def test_that_leaves_a_thread():
    wait = threading.Event().wait
    threading.Thread(target=wait, args=({seconds},), name="mine", daemon=True).start()
"""


@pytest.fixture
def stray():
    """A thread that runs until the test ends."""
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, name="stray")
    before = threads.running()
    thread.start()
    yield before, gate
    gate.set()
    thread.join()


def test_a_thread_that_runs_on_is_named(stray):
    before, gate = stray
    assert threads.left(before, 0) == ["stray (threading.Event.wait)"]
    gate.set()
    assert threads.left(before) == [], "it may end while it is waited for"


def test_a_thread_that_runs_what_is_built_in_is_named_as_well():
    lock, before = threading.Lock(), threads.running()
    lock.acquire()
    thread = threading.Thread(target=lock.acquire, name="waiting")
    thread.start()
    (words,) = threads.left(before, 0)
    assert words.startswith("waiting (")
    lock.release()
    thread.join()


def test_what_ran_before_is_nobody_s_fault(stray):
    assert threads.left(threads.running(), 0) == []


def run(folder, seconds):
    """What pytest says of a module whose test leaves a thread for so long."""
    (folder / "test_it.py").write_text(MODULE.format(seconds=seconds), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    command += ["--rootdir", str(folder), "-o", f"pythonpath={ROOT}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_a_module_that_leaves_a_thread_fails(tmp_path):
    told = run(tmp_path, 60)
    assert told.returncode == 1
    assert "still running after this module's last test: mine (threading.Event.wait)" in told.stdout


def test_a_module_whose_threads_end_passes(tmp_path):
    told = run(tmp_path, 0.2)
    assert told.returncode == 0, told.stdout


def test_the_line_to_firefox_draws_no_random_numbers_by_itself():
    with serve(lambda line: line.recv(), "127.0.0.1", 0, ping_interval=None) as server:
        hearing = threading.Thread(target=server.serve_forever)
        hearing.start()
        port = server.socket.getsockname()[1]
        drawn = random.getstate()
        before = threads.running()
        with firefox.dial(f"ws://127.0.0.1:{port}") as line:
            assert line.ping_interval is None, "a ping draws from `random`, in a thread of its own"
            line.send("hello")
        assert random.getstate() == drawn
        assert threads.left(before) == []
        server.shutdown()
        hearing.join()
