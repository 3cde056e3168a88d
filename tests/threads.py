"""Threads that outlive the module which started them: they would run on under other tests.

A thread that draws from `random` while hypothesis draws makes an innocent test fail; one that works
takes time from whoever is measured. Servers run as processes of their own; clients and browsers are
closed by the module that opened them.
"""

import threading
import time

PATIENCE_S = 10  # a pool that was told to end may need a moment on a busy machine
RUNNERS = ("execnet", "xdist")  # their threads tell a worker what to run


def running():
    """The Python threads that are alive, beside the one that asks and those of the runner."""
    asking = threading.current_thread()
    found = {one for one in threading.enumerate() if one is not asking and not _runner(one)}
    # Threads that C++ started and that came by Python once cannot be waited for, nor draw numbers.
    return {one for one in found if not isinstance(one, threading._DummyThread)}


def left(before, patience_s=PATIENCE_S):
    """Words for each thread that runs now and is not in `before`; none once all of them end."""
    end = time.monotonic() + patience_s
    for one in running() - before:
        one.join(max(0, end - time.monotonic()))
    return sorted(_words(one) for one in running() - before)


def _runner(thread):
    return (_work(thread).__module__ or "").partition(".")[0] in RUNNERS  # built in: of no module


def _work(thread):
    """What it runs: a function, or the class whose `run` it is."""
    work = getattr(thread, "_target", None)
    return work if hasattr(work, "__qualname__") else type(thread)


def _words(thread):
    work = _work(thread)
    return f"{thread.name} ({work.__module__}.{work.__qualname__})"
