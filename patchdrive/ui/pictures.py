"""Which picture is open: a shipped one, an upload, or a file on the server.

The URL says which: `picture=road` for a shipped one, `picture=~<key>` for one that the store
holds. What cannot be opened leaves one line in words, and the last good picture stays.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from patchdrive.figures.layers import Classes, Truth
from patchdrive.images import FORMATS, DamagedError, TooLargeError, open_image
from patchdrive.images.limits import megapixels
from patchdrive.plaintext import markdown as plain
from patchdrive.types import Image, ImageError
from patchdrive.ui.leases import here, leases
from patchdrive.ui.samples import Sample, samples
from patchdrive.ui.store import store

PARAMETER, HELD = "picture", "~"
UPLOAD, SHOWN, OWNER = "upload", "shown picture", "owner"
WANTED, PARTLY = "picture to open", "picture to open in part"


@dataclass(frozen=True)
class Opened:
    """The open picture.

    image    its pixels
    key      its key in the store, for the routes
    truth    what is known to be in it, or None
    words    one line about it
    classes  what is known of each pixel, or None
    """

    image: Image
    key: str
    truth: Truth | None
    words: str
    classes: Classes | None = None


def choose() -> Opened:
    """Show the ways to a picture in the sidebar, and return the open one."""
    with st.sidebar:
        st.subheader("Picture", anchor=False)
        thumbnails = st.container()
        st.file_uploader(
            "Or open your own",
            key=UPLOAD,
            on_change=_uploaded,
            help=f"{', '.join(FORMATS)}, up to {megapixels(None):g} megapixels. It stays in this "
            "server's memory; location data is dropped.",
        )
        _path_on_server()
        _open_wanted()
        with thumbnails:  # they show which one is open
            _thumbnails()
    opened = _current()
    with st.sidebar:
        if complaint := st.session_state.pop("complaint", None):
            st.error(plain(complaint), icon=":material/broken_image:")
        if partly := st.session_state.pop(PARTLY, None):
            st.button(
                "Open what there is", key="open_partly", icon=":material/healing:",
                help=f"Take the part of {plain(partly.name)} that can be read",
                on_click=_want, args=(partly,),
            )  # fmt: skip
        height, width = opened.image.size
        st.caption(f"**{plain(opened.image.name)}** · {width:,} x {height:,} px. {opened.words}")
        for note in opened.image.notes:
            st.caption(f"Note: {plain(note)}.")
    return opened


def _thumbnails() -> None:
    columns = st.columns(2)
    for n, sample in enumerate(samples().values()):
        with columns[n % 2]:
            st.image(str(sample.thumbnail))
            st.button(
                sample.title,
                key=f"sample_{sample.name}",
                help=sample.blurb,
                width="stretch",
                on_click=_show,
                args=(sample.name,),
                type="primary" if _reference() == sample.name else "secondary",
            )


def _show(reference: str) -> None:
    st.session_state[SHOWN] = reference
    if st.query_params.get(PARAMETER) != reference:
        st.query_params[PARAMETER] = reference


def _reference() -> str:
    """What the URL says, or what this session showed last: a change of page empties the URL."""
    last = st.session_state.get(SHOWN, next(iter(samples())))
    return st.query_params.get(PARAMETER, last)


@dataclass(frozen=True)
class Wanted:
    """What somebody brought, to be opened.

    truncated  take what there is of a damaged file
    """

    source: bytes | Path
    name: str
    truncated: bool = False


def _want(wanted: Wanted) -> None:
    """Have it opened by the run that follows, which can say that it waits."""
    st.session_state[WANTED] = wanted


def _uploaded() -> None:
    if (file := st.session_state[UPLOAD]) is not None:
        _want(Wanted(file.getvalue(), file.name))


def _open_wanted() -> None:
    """Open what somebody brought; on failure keep what is shown and say why.

    A run that is ended early leaves it to the next one; one whose session is gone gives its place
    in the queue away with its next word.
    """
    wanted: Wanted | None = st.session_state.get(WANTED)
    if wanted is None:
        return
    try:
        with st.spinner(f"Opening {plain(wanted.name)} ..."):
            image = _patiently(wanted)
    except DamagedError as error:
        st.session_state["complaint"] = error.problem
        st.session_state[PARTLY] = replace(wanted, truncated=True)
    except TooLargeError as error:
        advice = f"open a smaller copy or a part of it, or let whoever runs this {error.setting}"
        st.session_state["complaint"] = f"{error.problem}; {advice}"
    except ImageError as error:
        st.session_state["complaint"] = str(error)
    else:
        # A file on the server can be opened again; an upload's bytes are not kept for that.
        reopen = _opener(wanted) if isinstance(wanted.source, Path) else None
        _show(HELD + store().put(image, owner=_owner(), reopen=reopen))
    del st.session_state[WANTED]


def _patiently(wanted: Wanted) -> Image:
    """The picture; meanwhile the page says what it waits for, and for how long."""
    place, start, told = st.empty(), time.monotonic(), [0]

    def waiting(words: str) -> None:
        seconds = int(time.monotonic() - start)
        if seconds > told[0]:  # each word to the browser is where a run can be ended
            told[0] = seconds
            place.caption(f":material/hourglass: {plain(wanted.name)} is {words}: {seconds} s")

    image = open_image(wanted.source, name=wanted.name, truncated=wanted.truncated, waiting=waiting)
    place.empty()
    return image


def _opener(wanted: Wanted) -> Callable[[], Image]:
    return lambda: open_image(wanted.source, name=wanted.name, truncated=wanted.truncated)


def _owner() -> str:
    """A secret word of this session."""
    word: str = st.session_state.setdefault(OWNER, secrets.token_hex(16))
    return word


def _path_on_server() -> None:
    if root := os.environ.get("PATCHDRIVE_ROOT"):
        st.text_input(
            "Or a path on the server",
            key="server_path",
            placeholder="folder/picture.jpg",
            on_change=lambda: _from_server(Path(root)),
            help="Relative to the folder that this server allows",
        )


def _from_server(root: Path) -> None:
    wanted = (root / st.session_state["server_path"].strip()).resolve()
    if not wanted.is_relative_to(root.resolve()):
        st.session_state["complaint"] = (
            "That path leads out of the folder that this server allows; give one inside it."
        )
        return
    _want(Wanted(wanted, wanted.name))


def _current() -> Opened:
    reference = _reference()
    _show(reference)
    if reference.startswith(HELD):
        key = reference.removeprefix(HELD)
        held = store().fetch(key)
        if isinstance(held, Image):
            if (session := here()) is not None:
                leases().hold(key, session)
            return Opened(held, key, None, "Your picture.")
        st.session_state["complaint"] = (
            "This picture is no longer held by the server: open it again. "
            "A shipped picture is shown instead."
        )
    elif reference in samples():
        return _open_sample(samples()[reference])
    else:
        st.session_state["complaint"] = (
            f"There is no shipped picture called {reference[:40]!r}; choose one above."
        )
    fallback = next(iter(samples()))
    _show(fallback)
    return _open_sample(samples()[fallback])


@st.cache_resource(show_spinner=False)
def _keys() -> dict[str, str]:
    """Keys of the shipped pictures in the store, by name."""
    return {}


def shipped(name: str) -> Opened:
    """A shipped picture by its name."""
    return _open_sample(samples()[name])


def _open_sample(sample: Sample) -> Opened:
    key = _keys().get(sample.name, "")
    image = store().get(key)
    if not isinstance(image, Image):  # not opened yet, or made room for another
        with st.spinner(f"Opening {sample.title} ..."):
            image = open_image(sample.file)
        key = store().put(image, reopen=_opener(Wanted(sample.file, sample.file.name)))
        _keys()[sample.name] = key
    return Opened(image, key, sample.truth, sample.blurb, sample.classes)
