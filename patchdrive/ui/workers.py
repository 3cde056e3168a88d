"""A few threads of their own for the routes, so that a thousand tiles leave the page its share.

Starlette runs plain endpoints in a pool (28 threads under Streamlit) that also serves the page's
files and uploads; encoders that drop the GIL would fill it, and every core.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

import anyio
from anyio.lowlevel import RunVar
from starlette.requests import Request
from starlette.responses import Response

AT_ONCE = max(2, min(8, (os.cpu_count() or 2) - 1))
ABANDONED = 499  # what nginx calls it: nobody reads this answer


class _Desk(NamedTuple):
    """gate: who may work now; threads: where (as many, so that nobody waits there)."""

    gate: anyio.Semaphore
    threads: anyio.CapacityLimiter


_DESK = RunVar[_Desk]("patchdrive_desk")  # one an event loop: a server has one, tests have many


async def answer(request: Request, work: Callable[[Request], Response]) -> Response:
    """Run the work in one of AT_ONCE threads, first come, first served.

    Whoever left while waiting (a viewer that was zoomed on) is passed over.
    """
    desk = _desk()
    async with desk.gate:
        if await request.is_disconnected():
            return Response(status_code=ABANDONED)
        return await anyio.to_thread.run_sync(work, request, limiter=desk.threads)


def _desk() -> _Desk:
    try:
        return _DESK.get()
    except LookupError:
        desk = _Desk(anyio.Semaphore(AT_ONCE), anyio.CapacityLimiter(AT_ONCE))
        _DESK.set(desk)
        return desk
