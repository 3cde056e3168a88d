"""What the app serves beside its pages: tiles, crops, and the viewer's scripts.

    /patchdrive/tile/{key}/{level}/{x}/{y}      512 px; JPEG, ?q=png lossless; ?c=rrggbb of a mask
    /patchdrive/crop/{key}/{y0}/{x0}/{h}/{w}    native pixels: PNG up to 512 px, else JPEG
    /patchdrive/choices/{key}                   candidates for saccades, see viewer/packing.py
    /patchdrive/scripts/{version}/{name}        JavaScript and style, by content
    /patchdrive/alive                           a word that is another one after a restart

Everything served is named by its content, so browsers may keep it for ever; what is not served is
404 (unknown) or 410 (it was here and has made room), in words, and kept by nobody. No part of an
address is ever used as a path. Tiles and crops are made in a few threads of their own, and the
last of them are kept as they were sent: a shipped picture is looked at by many.
"""

from __future__ import annotations

import io
import re
from typing import cast, get_args

import numpy as np
import PIL.Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from patchdrive.images import tiles
from patchdrive.images.mask import MaskPicture
from patchdrive.ops.borders import Border
from patchdrive.ops.regions import window
from patchdrive.types import Byte, Image, ImageError, SettingError
from patchdrive.ui.choices import choices
from patchdrive.ui.encoded import Encoded
from patchdrive.ui.restart import BOOT
from patchdrive.ui.store import MEBIBYTE, store
from patchdrive.ui.workers import answer
from patchdrive.viewer import scripts

CROP_LIMIT = 2048
CROP_LOSSLESS = 512
MASK_COLOR = "39d0ff"
_KEEP = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
_FORGET = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_TILES = Encoded(64 * MEBIBYTE)


def routes() -> list[Route]:
    """The routes for st.App, under server.baseUrlPath, which Streamlit does not add itself."""
    from streamlit import config

    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    root = f"/{base}/patchdrive" if base else "/patchdrive"
    return [
        Route(root + "/tile/{key}/{level}/{x}/{y}", tile),
        Route(root + "/crop/{key}/{y0}/{x0}/{h}/{w}", crop),
        Route(root + "/choices/{key}", choice),
        Route(root + "/scripts/{version}/{name}", script),
        Route(root + "/alive", alive),
    ]


async def tile(request: Request) -> Response:
    """One tile of a picture or mask."""
    return await answer(request, _tile)


async def crop(request: Request) -> Response:
    """Native pixels of any window; what leaves the picture is made up by the border rule `?b=`."""
    return await answer(request, _crop)


async def choice(request: Request) -> Response:
    """What a viewer chooses saccades from."""
    return await answer(request, _choice)


async def script(request: Request) -> Response:
    """A module or style sheet of the viewer; no other file can be named."""
    known = scripts.scripts().get(request.path_params["name"])
    if known is None or request.path_params["version"] != scripts.version():
        return _missing("no such script")
    media_type, content = known
    return Response(content, 200, _KEEP, media_type)


async def alive(request: Request) -> Response:
    """Which run of the server this is; a page that was open before another one finds out."""
    return Response(BOOT, 200, _FORGET, "text/plain")


def _choice(request: Request) -> Response:
    try:
        content = choices().get(request.path_params["key"])
    except SettingError as error:
        return _missing(str(error), 503)
    if content is None:
        return _missing("these choices are no longer offered")
    return Response(content, 200, _KEEP, "application/octet-stream")


def _tile(request: Request) -> Response:
    key = request.path_params["key"]
    held = store().fetch(key)
    if held is None:
        return _not_held(key)
    level, x, y = (_integer(request.path_params[name]) for name in ("level", "x", "y"))
    if level is None or x is None or y is None:
        return _missing("no such tile")
    form = "png" if request.query_params.get("q") == "png" else "jpeg"
    if isinstance(held, MaskPicture):
        form = request.query_params.get("c", MASK_COLOR).lower()
        if not re.fullmatch("[0-9a-f]{6}", form):
            return _missing("c must be rrggbb")
    name = (key, level, x, y, form)
    if (kept := _TILES.get(name)) is None:
        try:
            pixels = tiles.tile(held, level, x, y)
        except ImageError as error:  # its file has gone or was written anew
            return _missing(str(error), 410)
        if pixels is None:
            return _missing("no such tile")
        kept = _encoded(pixels, form)
        _TILES.put(name, kept)
    return Response(kept, 200, _KEEP, "image/jpeg" if form == "jpeg" else "image/png")


def _encoded(pixels: Byte, form: str) -> bytes:
    """A tile (h, w, 3) as "jpeg" or "png", or one of a mask (h, w) in the colour rrggbb."""
    return tiles.encode(pixels, form) if pixels.ndim == 3 else _tinted(pixels, form)


def _crop(request: Request) -> Response:
    key = request.path_params["key"]
    held = store().fetch(key)
    if not isinstance(held, Image):
        return _not_held(key)
    y0, x0, h, w = (_integer(request.path_params[name]) for name in ("y0", "x0", "h", "w"))
    if y0 is None or x0 is None or h is None or w is None:
        return _missing("no such window")
    if not (1 <= h <= CROP_LIMIT and 1 <= w <= CROP_LIMIT):
        return _missing(f"a window has 1 to {CROP_LIMIT} pixels a side")
    border = request.query_params.get("b", "replicate")
    if border not in get_args(Border):
        return _missing(f"b must be one of {', '.join(get_args(Border))}")
    try:
        pixels = window(held, y0, x0, h, w, cast(Border, border))
    except ImageError as error:
        return _missing(str(error), 410)
    return _picture(pixels, "png" if max(h, w) <= CROP_LOSSLESS else "jpeg")


def _integer(text: str) -> int | None:
    """An integer with at most nine digits; Starlette's own converter refuses a minus sign."""
    return int(text) if re.fullmatch("-?[0-9]{1,9}", text) else None


def _missing(words: str, status: int = 404) -> Response:
    return Response(words, status, _FORGET, "text/plain")


def _not_held(key: str) -> Response:
    if store().was_here(key):
        return _missing("this picture has made room for others: open it again", 410)
    return _missing("no such picture")


def _picture(pixels: Byte, form: str) -> Response:
    return Response(tiles.encode(pixels, form), 200, _KEEP, f"image/{form}")


def _tinted(values: Byte, color: str) -> bytes:
    """A mask (h, w) as PNG in one colour, its values as alpha: a palette of 256 alphas."""
    picture = PIL.Image.fromarray(np.ascontiguousarray(values))
    picture.putpalette(bytes.fromhex(color) * 256)
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=bytes(range(256)), compress_level=1)
    return file.getvalue()
