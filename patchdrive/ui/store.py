"""Pictures held for the routes: the one owner of big pixels in the app.

    key -> digest -> picture

A key is a digest under a secret of this process. What somebody brought gets a key of its own for
each session (`owner`), so that nobody who knows a picture can find out whether somebody else opened
it; shipped pictures and what pages make from pictures have one key for all, so that browsers find
their tiles again. The same pixels are held once, however many keys name them; a key stands for a
file's name, notes and scale too, so that two files with equal pixels keep their own.

The store is bounded by bytes; what can be made again goes first, then what was used longest ago.
A key whose picture has made room is remembered: `fetch` opens it again where it knows how, and for
the others `was_here` tells the viewer to say so. Pages keep keys, never pixels.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import hmac
import logging
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator

from patchdrive.images.mask import MaskPicture
from patchdrive.images.memory import under_its_own_name
from patchdrive.types import Byte, Image

MEBIBYTE = 1 << 20
MOST_KEYS = 16_384  # names of what is held; and as many of what is not any more
LOG = logging.getLogger("patchdrive")

Held = Image | MaskPicture
Opener = Callable[[], Image]


class Store:
    """Pictures and masks by key; thread-safe.

    budget_bytes  above it the longest unused go, but never the newest
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._secret = secrets.token_bytes(32)
        self._pixels: OrderedDict[str, Held] = OrderedDict()  # by kind and digest
        self._bytes: dict[str, int] = {}  # as counted last: pyramids grow while they are looked at
        self._derived: set[str] = set()  # what pages make again when they need it
        self._named: OrderedDict[str, tuple[str, Held]] = OrderedDict()  # key -> digest, picture
        self._gone: OrderedDict[str, str] = OrderedDict()  # key -> digest
        self._openers: dict[str, Opener] = {}
        self._opening: dict[str, threading.Lock] = {}
        self._lock = threading.RLock()

    def put(
        self, image: Image, *, owner: str = "", derived: bool = False, reopen: Opener | None = None
    ) -> str:
        """Hold the picture; its key (32 hex digits), the same for the same file and owner.

        owner    a secret word of the session that brought it, or "" for what all may share
        derived  it was made from another one: it must never drive out what somebody brought
        reopen   opens it again after it has made room; a picture with another digest is refused
        """
        words = (image.name, image.notes, image.microns)
        key = self._key(f"{'derived' if derived else 'image'}:{owner}:{image.digest}:{words!r}")
        if reopen is not None:
            self._openers[key] = reopen
        self._hold(key, f"image:{image.digest}", image, derived)
        return key

    def put_mask(self, digest: str, values: Byte) -> str:
        """Hold a mask (H, W) uint8, 0 or 255; its key.

        digest  any text that names these values and no others
        """
        key = self._key(f"mask::{digest}")
        self._hold(key, f"mask:{digest}", MaskPicture(values), True)
        return key

    def get(self, key: str) -> Held | None:
        """What is held under the key, and mark it as used; None where it is unknown or gone."""
        with self._lock:
            if key not in self._named:
                return None
            self._named.move_to_end(key)
            name, held = self._named[key]
            self._pixels.move_to_end(name)
            grown = held.nbytes > self._bytes[name]
            evicted = self._make_room(name) if grown else False
        if evicted:
            trim()
        return held

    def fetch(self, key: str) -> Held | None:
        """As get, but what has made room is opened again where the store knows how: once, by one
        thread, while the others that want it wait. Takes as long as opening a picture."""
        if (held := self.get(key)) is not None or key not in self._openers:
            return held
        with self._lock:
            turn = self._opening.setdefault(key, threading.Lock())
        with turn:
            if (held := self.get(key)) is None:
                self._reopen(key)
                held = self.get(key)
        with self._lock:
            self._opening.pop(key, None)
        return held

    def was_here(self, key: str) -> bool:
        """Whether the key named a picture that has made room since."""
        return key in self._gone

    def drop(self, key: str) -> None:
        """Forget the key, if it is held, and its picture where no other key names it."""
        with self._lock:
            dropped = self._forget(key)
        if dropped:
            trim()

    def __len__(self) -> int:
        """Pictures and masks held, each counted once."""
        return len(self._pixels)

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        with self._lock:
            return sum(held.nbytes for held in self._pixels.values())

    def _key(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]

    def _hold(self, key: str, name: str, held: Held, derived: bool) -> None:
        with self._lock:
            if key not in self._named:
                if derived and name not in self._pixels:
                    self._derived.add(name)
                first = self._pixels.setdefault(name, held)
                self._named[key] = name, _own_words(held, first)
                self._gone.pop(key, None)
            self._named.move_to_end(key)
            self._pixels.move_to_end(name)
            if not derived:  # somebody brought what a page had made before
                self._derived.discard(name)
            evicted = self._make_room(name)
            while len(self._named) > MOST_KEYS:
                evicted |= self._forget(next(iter(self._named)))
        if evicted:
            trim()

    def _make_room(self, newest: str) -> bool:
        """Let go of pictures until the others fit; whether one went."""
        self._bytes = {name: held.nbytes for name, held in self._pixels.items()}
        total, evicted = sum(self._bytes.values()), False
        for name in [name for name in self._first_to_go() if name != newest]:
            if total <= self.budget_bytes:
                break
            total -= self._bytes[name]
            for key in [key for key, (named, _) in self._named.items() if named == name]:
                self._forget(key)
            evicted = True
        return evicted

    def _first_to_go(self) -> Iterator[str]:
        """Digests in the order in which they make room."""
        yield from [name for name in self._pixels if name in self._derived]
        yield from [name for name in self._pixels if name not in self._derived]

    def _forget(self, key: str) -> bool:
        """Take the key away; whether its picture went with it."""
        if key not in self._named:
            return False
        name, _ = self._named.pop(key)
        self._gone[key] = name
        while len(self._gone) > MOST_KEYS:
            oldest, _ = self._gone.popitem(last=False)
            self._openers.pop(oldest, None)
        if any(named == name for named, _ in self._named.values()):
            return False
        self._derived.discard(name)
        self._bytes.pop(name, None)
        del self._pixels[name]
        return True

    def _reopen(self, key: str) -> None:
        name, opener = self._gone.get(key), self._openers.get(key)
        if name is None or opener is None:
            return
        try:
            image = opener()
        except Exception as error:  # a file may be gone or broken by now
            LOG.warning("a picture cannot be opened again: %s", error)
            self._openers.pop(key, None)
            return
        if f"image:{image.digest}" == name:
            self._hold(key, name, image, False)
        else:  # a key names one picture for ever: browsers keep its tiles
            self._openers.pop(key, None)


def _own_words(held: Held, first: Held) -> Held:
    """The pixels held first, with the words of the picture put now.

    Whoever brings a picture must not read what somebody else's file was called.
    """
    if first is held or not (isinstance(first, Image) and isinstance(held, Image)):
        return first
    return under_its_own_name(first, held.name, held.notes, held.microns)


def trim() -> None:
    """Give freed pages back to the system; glibc keeps hundreds of megabytes otherwise."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)


def _budget() -> int:
    """A quarter of the memory, at most 2 GiB."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        memory = 4096 * MEBIBYTE
    return min(memory // 4, 2048 * MEBIBYTE)


_STORE = Store(_budget())


def store() -> Store:
    """The store of this process."""
    return _STORE
