"""The viewer on a page: `viewer(layers, image_key=..., size=...)`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from patchdrive.figures.layers import Layer, Leaves, Mask, Raster
from patchdrive.images import tiles
from patchdrive.types import Byte, Size
from patchdrive.ui.store import store
from patchdrive.viewer import scripts
from patchdrive.viewer.payload import Source, encode

# The modules come over their own route: Streamlit would send inline scripts with each message.
_BOOTSTRAP = """
const modules = import(new URL("patchdrive/scripts/%s/main.js", document.baseURI));
export default function (component) {
  modules.then((main) => main.default(component)).catch((error) => {
    console.error(error);
    if (component.parentElement.querySelector(".viewer, .failed")) return;
    const note = document.createElement("p");
    note.className = "failed";
    note.textContent = "The viewer's scripts did not load: reload the page.";
    component.parentElement.append(note);
  });
  return () => modules.then((main) => main.unmount(component.parentElement));
}
"""


def viewer(
    layers: Sequence[Layer],
    *,
    image_key: str,
    size: Size,
    key: str = "viewer",
    height: int = 640,
    selected: int | None = None,
    hidden: Collection[str] = (),
    opacity: Mapping[str, float] | None = None,
    on_select: Callable[[], None] | None = None,
) -> Any:
    """Show layers over a picture; `.select` of the result is what was clicked in this run.

    layers     what lies over the picture; masks are handed to the store here
    image_key  the picture's key in the store
    size       (H, W) of the picture
    key        names this viewer on the page; zoom and selection stay while it stays
    height     CSS pixels
    selected   index of the saccade to highlight
    hidden     kinds of layers that start invisible: "raster", "mask", "leaves", "landings", "truth"
    opacity    by a layer's name, in place of the layer's own
    on_select  called before the run that a click causes
    returns    Streamlit's component result; `.select` is None or {"x", "y", "saccade", "leaf"}:
               the pixel clicked, and the indices of saccade and leaf there or None
    """
    faded = [_fade(layer, opacity or {}) for layer in layers]
    masks = {layer.name: _mask_url(layer) for layer in faded if isinstance(layer, Mask)}
    data = encode(
        faded,
        source=Source(f"patchdrive/tile/{image_key}", size, tiles.SIDE, tiles.levels(size)),
        masks=masks,
        selected=selected,
        height=height,
        hidden=hidden,
    )
    return _component()(
        data=data, key=key, height=height, on_select_change=on_select or (lambda: None)
    )


@cache
def _component() -> Any:
    """The component; Streamlit takes it over into each later runtime by itself."""
    return st.components.v2.component("patchdrive.viewer", js=_BOOTSTRAP % scripts.version())


def _fade(layer: Layer, opacity: Mapping[str, float]) -> Layer:
    if layer.name in opacity and isinstance(layer, Raster | Mask | Leaves):
        return replace(layer, opacity=opacity[layer.name])
    return layer


def _mask_url(layer: Mask) -> str:
    digest = layer.digest or _digest(layer.values)
    return f"patchdrive/tile/{store().put_mask(digest, layer.values)}"


def _digest(values: Byte) -> str:
    digest = hashlib.sha256(repr(values.shape).encode())
    digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
