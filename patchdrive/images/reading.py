"""A file becomes the pixels that are handed out: decoded, in sRGB, and turned."""

from __future__ import annotations

from typing import IO, NamedTuple

from PIL import Image as Pillow

from patchdrive.images.arrays import turn
from patchdrive.images.decode import load_file
from patchdrive.images.headers import orientation
from patchdrive.images.modes import picture_to_pixels
from patchdrive.images.scale import Microns, microns
from patchdrive.images.tagged import tagged
from patchdrive.types import Byte


class Read(NamedTuple):
    """What a file holds.

    pixels   (H, W, 3) uint8 sRGB
    notes    what was done to it, in words
    microns  micrometres to a pixel as (y, x) where the file says so
    """

    pixels: Byte
    notes: tuple[str, ...]
    microns: Microns | None = None


def read(
    header: Pillow.Image, file: IO[bytes], name: str, limit: float, *, truncated: bool
) -> Read:
    """Decode what `decode.identify` found in the file.

    raises  ImageError for a damaged file; what its libraries raise passes through
    """
    scale = microns(header)  # loading forgets how a TIFF file lies
    picture, notes = load_file(header, file, name, limit, truncated)
    # Pillow turns TIFF itself while loading.
    way = 1 if picture.format == "TIFF" else orientation(picture.info.get("exif"))
    pixels, more = picture_to_pixels(picture, tagged(file, picture.format))
    del picture, header  # what is turned needs room
    return Read(turn(pixels, way), notes + more, scale)
