"""How long what somebody brought is held: as long as a session has it open, and some minutes more.

A link to an upload holds for whoever opens it while it is held, and from then on for them too.
When nobody is there any more, what stages made is let go as well.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.pipelines import networks
from patchdrive.types import SettingError
from patchdrive.ui.choices import choices
from patchdrive.ui.memory import shelf
from patchdrive.ui.store import store, trim

VARIABLE = "PATCHDRIVE_KEEP_MINUTES"
"""The environment variable that says how many minutes an upload stays when its session has gone."""

MINUTES = 10.0
LOOK_S = 15.0
LOG = logging.getLogger("patchdrive")


def kept_s() -> float:
    """Seconds that what somebody brought is held for after its last session.

    raises  SettingError where the environment variable is no number of minutes
    """
    text = os.environ.get(VARIABLE, "").strip()
    try:
        minutes = float(text) if text else MINUTES
        if not 0 <= minutes < float("inf"):
            raise ValueError
    except ValueError:
        raise SettingError(
            f"the environment variable {VARIABLE} must be a number of minutes, not {text!r}"
        ) from None
    return 60 * minutes


class Leases:
    """Which sessions have which keys of the store open; thread-safe.

    alive   whether a session's browser is there
    drop    lets go of a key
    leave   is called once when nobody has been there for as long as things are kept
    clock   seconds
    """

    def __init__(
        self,
        alive: Callable[[str], bool],
        drop: Callable[[str], None],
        leave: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._alive, self._drop, self._leave, self._clock = alive, drop, leave, clock
        self._seen: dict[str, float] = {}  # session -> when it was there last
        self._open: dict[str, set[str]] = {}  # key -> sessions
        self._lock = threading.Lock()

    def visit(self, session: str) -> None:
        """The session is there."""
        with self._lock:
            self._seen[session] = self._clock()

    def hold(self, key: str, session: str) -> None:
        """The session has the key open."""
        with self._lock:
            self._seen[session] = self._clock()
            self._open.setdefault(key, set()).add(session)

    def sweep(self, kept: float) -> None:
        """Let go of what no session had open for so many seconds."""
        with self._lock:
            now = self._clock()
            there = bool(self._seen)
            for session in list(self._seen):
                if self._alive(session):
                    self._seen[session] = now
                elif now - self._seen[session] > kept:
                    del self._seen[session]
            gone = [k for k, who in self._open.items() if not who & self._seen.keys()]
            for key in gone:
                del self._open[key]
            left = there and not self._seen
        for key in gone:
            self._drop(key)
        if left:
            self._leave()


def _alive(session: str) -> bool:
    return Runtime.exists() and Runtime.instance().is_active_session(session)


def _leave() -> None:
    """What stages made goes, and what ended sessions held in circles: nobody else collects it."""
    shelf().clear()
    choices().clear()
    networks.forget()
    gc.collect()
    trim()


_LEASES = Leases(_alive, lambda key: store().drop(key), _leave)


def here() -> str | None:
    """Which of Streamlit's sessions runs this; None outside of a page."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else None


def leases() -> Leases:
    """Those of this process."""
    return _LEASES


@asynccontextmanager
async def swept(app: object) -> AsyncIterator[None]:
    """For as long as the server runs, look from time to time who is still there."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_sweep_on)
        yield
        tasks.cancel_scope.cancel()


async def _sweep_on() -> None:
    while True:
        await anyio.sleep(LOOK_S)
        try:
            await anyio.to_thread.run_sync(lambda: leases().sweep(kept_s()))
        except Exception:  # the next sweep may do better
            LOG.exception("what ended sessions had open could not be let go")
