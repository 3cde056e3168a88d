"""One HTML file with the viewer, the layers and the picture inside: it opens by a double click.

Nothing is fetched: the page forbids itself the network. Modules become Blobs when it opens,
because browsers refuse to import one file from another.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
from PIL import Image as Pillow

from patchdrive.budget import Need, priced
from patchdrive.figures.layers import Classes, Landings, Layer, Leaves, Mask, Overlay, Raster
from patchdrive.figures.prices import drawing
from patchdrive.images.tiles import SIDE, levels
from patchdrive.types import Byte, Image, PatchdriveError
from patchdrive.version import __version__
from patchdrive.viewer.bundle import loader, quoted, styles
from patchdrive.viewer.payload import Screen, Source, encode

LARGEST = 24_000_000
"""Bytes of the picture in the page: half a minute by mail, and every browser opens it."""

NATIVE = 16e6  # pixels: larger pictures come shrunk
EXACT = 600_000  # pixels: smaller pictures come without JPEG's traces
_MASK = 2048  # px; a mask's longest side in the page
_QUALITY = 90
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; "
    "img-src blob: data:; connect-src blob: data:; worker-src blob:; base-uri 'none'; "
    "form-action 'none'"
)


def _price(image: Image, layers: Sequence[Layer], max_bytes: int = LARGEST, **_: Any) -> Need:
    side = int(max(image.size) * min(1.0, math.sqrt(NATIVE / math.prod(image.size))))
    need = drawing("a page", image, layers, side, pixel=8, leaf=600)
    return replace(need, nbytes=need.nbytes + 8 * max_bytes)


@priced(_price)
def page(
    image: Image,
    layers: Sequence[Layer],
    *,
    title: str,
    note: str = "",
    max_bytes: int = LARGEST,
    screen: Screen | None = None,
) -> str:
    """The page as text; write it as UTF-8.

    title      its heading
    note       a line below; what untrained networks made says so there by itself
    max_bytes  of the picture's file: it is shrunk until it fits
    screen     sliders and their values, for layers that can be cut or chosen anew; otherwise all
               stays as it is
    """
    picture, shrunk = _picture(image, max_bytes)
    shown, gone = _offline(layers, screen)
    notes = [layer.note for layer in shown if isinstance(layer, Raster)]
    lost = f"left out here: {', '.join(gone)}" if gone else ""
    words = " · ".join(filter(None, [note, *notes, shrunk, lost]))
    return _HTML % {
        "policy": _POLICY,
        "version": __version__,
        "title": escape(title),
        "note": f"<p>{escape(words)}</p>" if words else "",
        "style": _style(styles()),
        "data": base64.b64encode(_payload(image, shown, picture, screen)).decode(),
        "start": _START % {"modules": loader("viewer.js"), "broken": quoted(_BROKEN)},
    }


def _payload(image: Image, layers: Sequence[Layer], picture: bytes, screen: Screen | None) -> bytes:
    source = Source("", image.size, SIDE, levels(image.size), image.microns)
    # Any height will do, for the page's style fills the window; 0 would follow the picture's shape.
    screen = replace(screen or Screen(), height=640, name=image.name)
    return encode(layers, source=source, screen=screen, picture=picture).payload


def _picture(image: Image, max_bytes: int) -> tuple[bytes, str]:
    """The picture's file, and words where it is smaller than the picture."""
    height, width = image.size
    side, pixels = max(image.size), height * width
    if pixels <= EXACT and len(exact := _file(image.preview(side), "PNG")) <= max_bytes:
        return exact, ""
    if pixels > NATIVE:
        side = max(1, int(side * math.sqrt(NATIVE / pixels)))
    while True:
        shown = image.preview(side)
        data = _file(shown, "JPEG")
        if len(data) <= max_bytes:
            break
        if side == 1:
            raise PatchdriveError(f"no picture fits into {max_bytes:,} bytes: allow more")
        side = max(1, int(side * min(0.9, math.sqrt(max_bytes / len(data)))))
    h, w = shown.shape[:2]
    if (h, w) == image.size:
        return data, ""
    return data, f"the picture is {width:,} x {height:,} pixels, shown here from {w:,} x {h:,}"


def _file(pixels: Byte, form: str) -> bytes:
    out = io.BytesIO()
    options = {"quality": _QUALITY} if form == "JPEG" else {"compress_level": 6}
    Pillow.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


def _offline(layers: Sequence[Layer], screen: Screen | None) -> tuple[list[Layer], list[str]]:
    """The layers without what a server would have to answer, and the names of those left out."""
    shown: list[Layer] = []
    gone = []
    for layer in layers:
        if isinstance(layer, Overlay):
            gone += [layer.name] if layer.visible else []
        elif isinstance(layer, Mask):
            shown.append(_drawn(layer))
        elif isinstance(layer, Landings) and not _carried(layer):
            shown.append(replace(layer, live=None))
        elif isinstance(layer, Leaves) and (screen is None or not screen.knobs):
            shown.append(replace(layer, counts=None))
        else:
            shown.append(layer)
    return shown, gone


def _carried(layer: Landings) -> bool:
    """Whether what the saccades are chosen from comes inside the page."""
    return layer.live is not None and layer.map is not None


def _drawn(mask: Mask) -> Classes:
    """A mask, which comes in tiles, as cells; its thinnest lines stay."""
    height, width = mask.values.shape
    step = -(-max(height, width) // _MASK)
    tall, wide = range(0, height, step), range(0, width, step)
    values = np.maximum.reduceat(np.maximum.reduceat(mask.values, tall, axis=0), wide, axis=1)
    labels = np.where(values > 0, 0, 255).astype(np.uint8)
    cells = Classes(mask.name, labels, (height, width), (mask.name,))
    return replace(cells, opacity=mask.opacity, visible=mask.visible)


def _style(text: str) -> str:
    """Style sheets that may stand inside a style element."""
    return text.replace("</", "<\\/")


_BROKEN = "The viewer did not start in this browser; a current Firefox, Chrome or Safari opens it."
_START = """
const fail = (error) => {
  console.error(error);
  document.querySelector("main").textContent = %(broken)s;
};
const bytes = (text) =>
  Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
%(modules)s.then(async ({ Viewer }) => {
  const viewer = new Viewer(document.querySelector("main"));
  const data = bytes(document.getElementById("data").textContent.trim());
  // Nobody computes anew here: what the hand turned holds as soon as it is turned.
  const setTriggerValue = (name, { turn }) => {
    if (name === "turn") viewer.turns.alone(turn);
  };
  await viewer.update({ data, setTriggerValue });
}).catch(fail);
"""
_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%(policy)s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="patchdrive %(version)s">
<meta name="color-scheme" content="light dark">
<title>%(title)s</title>
<style>
:root {
  color-scheme: light dark;
  --st-text-color: light-dark(#31333f, #fafafa);
  --st-background-color: light-dark(#fff, #0e1117);
  --st-secondary-background-color: light-dark(#f0f2f6, #262730);
  --st-border-color: light-dark(#d9dae0, #3b3d46);
  --st-font: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
* { box-sizing: border-box; }
body {
  display: flex; flex-direction: column; gap: 8px;
  height: 100vh; height: 100dvh; margin: 0; padding: 12px;
  font: 14px/1.4 var(--st-font);
  color: var(--st-text-color); background: var(--st-background-color);
}
header { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; }
h1 { margin: 0; font-size: 18px; overflow-wrap: anywhere; }
header p { margin: 0; opacity: 0.8; overflow-wrap: anywhere; }
main { flex: 1; min-height: 240px; }
main > .viewer { height: 100%% !important; } /* the window's, not what a page asks for */
%(style)s
</style>
</head>
<body>
<header><h1>%(title)s</h1>%(note)s</header>
<main><noscript>This page needs JavaScript; it fetches nothing.</noscript></main>
<script type="application/octet-stream" id="data">%(data)s</script>
<script type="module">%(start)s</script>
</body>
</html>
"""
