"""Knobs that live in the viewer: turned there while they are dragged, told to Python on release.

Their values are held by the session and stand in the URL where they are not the defaults, as those
of Streamlit's own widgets do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import streamlit as st

from patchdrive.settings import Knob, Value
from patchdrive.types import SettingError

T = TypeVar("T")
_HELD = "live values"


def values(knobs: Mapping[str, Knob], prefix: str = "") -> dict[str, Value]:
    """The values by name: what the hand turned last, else what the URL says, else the default.

    prefix  stands before the names in session and URL, where several viewers have the same knobs
    """
    held = _held()
    for name, knob in _prefixed(knobs, prefix).items():
        if name in st.query_params and name not in held:
            _start(name, knob)
        elif name not in st.query_params and name in held:
            _write(name, knob)  # a change of page empties the URL
    return {name: held.get(prefix + name, knob.default) for name, knob in knobs.items()}


def turn(changes: Mapping[str, Any], knobs: Mapping[str, Knob], prefix: str = "") -> None:
    """Take over what the hand did; what is no value of a knob is left out.

    The browser is not to be trusted: every value is checked as one from the URL is.
    """
    knobs = _prefixed(knobs, prefix)
    for name, value in _prefixed(changes, prefix).items():
        if name not in knobs:
            continue
        try:
            _held()[name] = knobs[name].check(name, value)
        except SettingError:
            continue
        _write(name, knobs[name])


def held() -> Mapping[str, Value]:
    """What the session holds, by the names of the URL."""
    return _held()


def hide(name: str) -> None:
    """A knob that does nothing now leaves the URL; the session remembers it."""
    if name in st.query_params:
        del st.query_params[name]


def _prefixed(named: Mapping[str, T], prefix: str) -> dict[str, T]:
    return {prefix + name: one for name, one in named.items()}


def _held() -> dict[str, Value]:
    held: dict[str, Value] = st.session_state.setdefault(_HELD, {})
    return held


def _start(name: str, knob: Knob) -> None:
    try:
        _held()[name] = knob.check(name, st.query_params[name])
    except SettingError:  # `links` tells it
        _held()[name] = knob.default
        _write(name, knob)


def _write(name: str, knob: Knob) -> None:
    value = _held()[name]
    if value != knob.default:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if st.query_params.get(name) != text:
            st.query_params[name] = text
    elif name in st.query_params:
        del st.query_params[name]
