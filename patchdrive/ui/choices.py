"""What a viewer chooses saccades from while its knobs are dragged: made when a browser asks for it.

Most people never turn those knobs, and it takes the better part of a second; so a page only says
where it could be had, and the route makes it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from patchdrive.budget import spend
from patchdrive.ops.candidates import candidates, offered, percentiles
from patchdrive.ops.marks import places
from patchdrive.pipelines import prices
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.saliency import METHODS
from patchdrive.types import DriveResult, SaliencyMap
from patchdrive.viewer.packing import compact, pack

MOST = 32  # of them are remembered
_SECRET = secrets.token_bytes(32)


class Choices:
    """Payloads by key, each made once, when it is first asked for; thread-safe."""

    def __init__(self) -> None:
        self._makers: OrderedDict[str, Callable[[], bytes]] = OrderedDict()
        self._made: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}

    def offer(self, name: str, make: Callable[[], bytes]) -> str:
        """The key under which the payload can be had.

        name  any text that names this content and no other
        """
        key = hmac.new(_SECRET, name.encode(), hashlib.sha256).hexdigest()[:32]
        with self._lock:
            self._makers.setdefault(key, make)
            self._makers.move_to_end(key)
            self._making.setdefault(key, threading.Lock())
            while len(self._makers) > MOST:
                old, _ = self._makers.popitem(last=False)
                self._made.pop(old, None)
                self._making.pop(old, None)
        return key

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._makers.clear()
            self._made.clear()
            self._making.clear()

    def get(self, key: str) -> bytes | None:
        """The payload, or None where the key is unknown or forgotten."""
        with self._lock:
            make, making = self._makers.get(key), self._making.get(key)
        if make is None or making is None:
            return None
        with making:
            if key not in self._made:
                made = make()
                with self._lock:
                    if key in self._makers:
                        self._made[key] = made
                return made
            return self._made[key]


_CHOICES = Choices()


def choices() -> Choices:
    """Those of this process."""
    return _CHOICES


def offer(seen: DriveResult, settings: DriveSettings) -> str:
    """The key of what this drive's saccades are chosen from."""
    s = settings
    network = replace(s.network, fuse=True) if METHODS[s.saliency].network else None
    judged = (seen.image.digest, s.glance, s.saliency, s.method, network)
    name = repr((*judged, s.saccades.picker, offered(s.saccades.radius), s.marks))
    saliency = seen.saliency
    return choices().offer(name, lambda: encoded(saliency, s))


def encoded(saliency: SaliencyMap, settings: DriveSettings) -> bytes:
    """Candidates, percentiles and the scores of kept places, for choose.js."""
    values, size, s = saliency.values, saliency.size, settings.saccades
    with spend(prices.candidates((values.shape[0], values.shape[1]))):
        found = candidates(values, s.picker, offered(s.radius), size, marks=settings.marks)
    kept = saliency.grid.to_cells(places(settings.marks, "keep", size))
    arrays = {
        "x": compact(found.yx[:, 1]),
        "y": compact(found.yx[:, 0]),
        "scores": found.scores.astype(np.float32),
        "reach": compact(found.reach),
        "percentiles": percentiles(values).astype(np.float32),
        "keptScores": values[kept[:, 0], kept[:, 1]].astype(np.float32),
    }
    words = {"size": size, "cells": values.shape, "radii": offered(s.radius)}
    return pack(words, arrays)
