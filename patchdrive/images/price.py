"""What decoding a picture takes at its peak, told from its header.

Measured with Pillow 13 on pictures of 196 megapixels, each in a process of its own: JPEG 4.0 bytes
to a pixel while it is decoded (7.0 progressive, whose coefficients wait for the last scan) and 7.2
with our own pixels beside; PNG and TIFF likewise; GIF 4.3; WebP 16.1, for its decoder
keeps two canvases; AVIF 9.4 of 8 bit and 4:2:0, and up to 6 more for more bits and colours.
"""

from __future__ import annotations

from PIL import Image as Pillow

from patchdrive import budget
from patchdrive.images.endings import MOST_PIXELS
from patchdrive.images.headers import orientation
from patchdrive.types import ImageError, SettingError, Size

OURS = 3
"""Bytes to a pixel of the picture that is handed out."""

HEAVY = {"WEBP": 17, "AVIF": 17}
"""Bytes to a pixel of decoders that need far more than the picture."""

_SMALL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "LA": 4}


def price(header: Pillow.Image) -> int:
    """Bytes that decoding an opened picture, turning it, and our own pixels take at their peak."""
    held = _SMALL.get(header.mode, 4)
    turned = orientation(header.info.get("exif")) != 1
    after = held + OURS
    if form_of(header) in HEAVY:
        each = HEAVY[form_of(header)]
    elif header.format == "TIFF":  # a file may be one strip; Pillow turns a copy
        each = max(2 * held, after) + OURS
    elif header.format == "GIF":
        each = 2 * held + OURS
    elif form_of(header) in ("JPEG", "MPO"):
        waits = 2 * len(header.getbands()) if header.info.get("progressive") else 0
        twice = header.width * header.height <= MOST_PIXELS  # see endings.py
        each = max((2 if twice else 1) * held + waits, after)
    else:
        each = after
    return header.width * header.height * max(each, 3 * OURS if turned else 0)


def form_of(header: Pillow.Image) -> str:
    """Its format as Pillow calls it, or nothing."""
    return header.format or ""


def afford(size: Size, nbytes: int, name: str) -> None:
    """Refuse a picture of size (H, W) whose decoding takes more memory than one piece of work may.

    raises  ImageError in words
    """
    height, width = size
    what = f"the {height * width / 1e6:,.1f} megapixels of {name} ({width:,} x {height:,})"
    try:
        budget.afford(what, nbytes, "open a smaller copy or a part of it")
    except SettingError as error:  # whoever opens a picture knows one kind
        raise ImageError(str(error)) from None
