"""The viewer on a page: `viewer(layers, image_key=..., size=...)`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from typing import Any

import numpy as np
import streamlit as st

from patchdrive.figures.layers import Layer, Mask, Overlay
from patchdrive.images import tiles
from patchdrive.settings import Knob, Value
from patchdrive.types import Byte, Image
from patchdrive.ui import live
from patchdrive.ui.store import store
from patchdrive.viewer import bundle, scripts
from patchdrive.viewer.payload import Screen, Source, encode, slider

__all__ = ["Screen", "Turning", "viewer"]

MOST_HELD = 64  # digests; the browser keeps at least as many layers
PREVIEW = 4096  # px; the picture travels like this where no route can be reached

# The modules come over their own route: Streamlit would send inline scripts with each message.
_BOOTSTRAP = """
const modules = import(new URL("patchdrive/scripts/%s/main.js", document.baseURI));
export default function (component) {
  modules.then((main) => main.default(component)).catch((error) => {
    console.warn("patchdrive: no route to the scripts, they come with the message", error);
    component.setTriggerValue("need", { routes: true });
  });
  return () => modules.then((main) => main.unmount(component.parentElement), () => {});
}
"""

# Where they cannot be fetched they do travel with each message, and so does the picture.
_INLINE = """
const modules = %s;
const dressed = modules.then((mount) => mount.dress([%s]));
export default function (component) {
  dressed.then(async () => (await modules).update(component)).catch(console.error);
  return () => modules.then((mount) => mount.unmount(component.parentElement));
}
"""


@dataclass(frozen=True)
class Turning:
    """What a person may turn in a viewer.

    knobs    all of them by name: sliders, looks, marks
    sliders  the names that get a slider, in order
    values   of the knobs
    prefix   stands before their names in the URL, where a page has several viewers with such knobs
    eager    Python hears of a slider while it is dragged: what it shows is computed here
    """

    knobs: Mapping[str, Knob] = field(default_factory=dict)
    sliders: Sequence[str] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    prefix: str = ""
    eager: bool = False


def viewer(
    layers: Sequence[Layer],
    image: Image,
    image_key: str,
    *,
    turning: Turning | None = None,
    screen: Screen | None = None,
) -> Any:
    """Show layers over a picture; `.select` of the result is what was clicked in this run.

    layers     what lies over the picture; masks and overlays are handed to the store here
    image_key  the picture's key in the store
    turning    the knobs that live in the viewer
    screen     key, height, selection, details and so on; zoom stays while the key stays
    returns    Streamlit's component result; `.select` is None or {"x", "y", "saccade", "leaf"}:
               the pixel clicked, and the indices of saccade and leaf there or None
    """
    turning, screen = turning or Turning(), screen or Screen()
    key = screen.key
    state = _state(key)
    inline = bool(st.session_state.get(_NO_ROUTES))
    url = "" if inline else f"patchdrive/tile/{image_key}"
    size = image.size
    encoded = encode(
        layers,
        source=Source(url, size, tiles.SIDE, image.levels(tiles.SIDE), image.microns),
        screen=replace(
            screen,
            values=turning.values,
            knobs=[
                slider(name, turning.knobs[name], eager=turning.eager) for name in turning.sliders
            ],
            turn=state.turn,
            name=screen.name or image.name,
        ),
        urls={} if inline else _urls(layers),
        held=state.held,
        picture=tiles.encode(image.preview(PREVIEW)) if inline else None,
    )
    state.hold(encoded.digests)
    result = _component(inline)(
        data=encoded.payload,
        key=key,
        height=screen.height or "content",
        on_select_change=_nothing,
        on_turn_change=lambda: _turned(key, _event(key, "turn"), turning),
        on_need_change=lambda: _needed(key, _event(key, "need")),
    )
    if _turned(key, _dict(result.turn), turning):
        st.rerun()
    return result


_NO_ROUTES = "the browser reaches no routes"


class _State:
    """What a session knows of one viewer: the last turn by hand, and what the browser holds."""

    def __init__(self) -> None:
        self.turn = 0
        self.held: dict[str, None] = {}  # in order of use

    def hold(self, digests: frozenset[str]) -> None:
        for digest in sorted(digests):
            self.held.pop(digest, None)
            self.held[digest] = None
        while len(self.held) > MOST_HELD:
            del self.held[next(iter(self.held))]


def _state(key: str) -> _State:
    state: _State = st.session_state.setdefault(f"viewer {key}", _State())
    return state


def _nothing() -> None:
    """Streamlit passes on only events that have a callback."""


def _turned(key: str, event: dict[str, Any], turning: Turning) -> bool:
    """Take over what the hand turned; whether it was new."""
    number, values = event.get("turn"), event.get("values")
    if not isinstance(number, int) or not isinstance(values, dict) or number <= _state(key).turn:
        return False
    live.turn(values, turning.knobs, turning.prefix)
    _state(key).turn = number
    return True


def _needed(key: str, event: dict[str, Any]) -> None:
    """The browser lacks what it should hold (or the way to the routes): send it again."""
    _state(key).held.clear()
    if event.get("routes"):
        st.session_state[_NO_ROUTES] = True


def _event(key: str, name: str) -> dict[str, Any]:
    """The event, before the run that it causes; the viewer looks for it again after that.

    Streamlit forgets a component's key where the run before was stopped above the component.
    """
    return _dict((st.session_state.get(key) or {}).get(name))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def progress(key: str, text: str, share: float, *, stale: bool) -> None:
    """Tell the viewer of this key what is being done, in words and as a share of the whole.

    stale  what it shows is about to change: it is dimmed until then

    It is a component of its own, for the viewer's next message comes only when all is done.
    """
    news = {"viewer": key, "text": text, "share": share, "stale": stale}
    _progress()(data=news, key=f"{key} {next(_NUMBERS)}", height=1)


_NUMBERS = count()  # a key may stand on a page only once
_PROGRESS = """
const modules = import(new URL("patchdrive/scripts/%s/main.js", document.baseURI));
export default function (component) {
  modules.then((main) => main.progress(component), () => {});
  return () => modules.then((main) => main.progressEnds(component.parentElement), () => {});
}
"""


@cache
def _progress() -> Callable[..., Any]:
    component: Callable[..., Any] = st.components.v2.component(
        "patchdrive.progress", js=_PROGRESS % scripts.version()
    )
    return component


@cache
def _component(inline: bool) -> Callable[..., Any]:
    """The component; Streamlit takes it over into each later runtime by itself."""
    component: Callable[..., Any] = st.components.v2.component(
        "patchdrive.viewer_inline" if inline else "patchdrive.viewer",
        js=_inline() if inline else _BOOTSTRAP % scripts.version(),
    )
    return component


def _inline() -> str:
    return _INLINE % (bundle.loader("mount.js"), bundle.quoted(bundle.styles()))


def _urls(layers: Sequence[Layer]) -> dict[str, str]:
    keys = {}
    for layer in layers:
        if isinstance(layer, Mask):
            digest = layer.digest or _digest(layer.values)
            keys[layer.name] = store().put_mask(digest, layer.values)
        elif isinstance(layer, Overlay) and layer.pixels is not None:
            keys[layer.name] = store().put(layer.pixels, derived=True)
    return {name: f"patchdrive/tile/{key}" for name, key in keys.items()}


def _digest(values: Byte) -> str:
    digest = hashlib.sha256(repr(values.shape).encode())
    digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
