"""One door for pictures: paths, bytes, uploads, arrays, PIL pictures."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from patchdrive.images import limits
from patchdrive.images.arrays import array_to_pixels, turn
from patchdrive.images.decode import decode, load, prepare
from patchdrive.images.headers import is_tiff, orientation
from patchdrive.images.memory import MemoryImage
from patchdrive.images.modes import picture_to_pixels
from patchdrive.images.scale import Microns
from patchdrive.images.slide import open_slide
from patchdrive.types import Image, ImageError

Source = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | npt.NDArray[Any]
    | Pillow.Image | Image
)  # fmt: skip

_MOST_BYTES = 2 << 30
"""Largest file or stream that is read as a whole; only TIFF files are read in parts."""


def open_image(
    source: Source, *, name: str | None = None, limit: float | None = None, truncated: bool = False
) -> Image:
    """Open a picture as 8 bit sRGB, turned by its EXIF orientation, alpha laid over white.

    source     a path, a file's bytes, a binary file object, an array, a PIL picture, or an Image
               (returned as it is). Arrays are (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of uint8,
               uint16, bool, or float in 0..1
    name       what to call it; by default the file's base name
    limit      megapixels that are not exceeded, by default those of the environment variable
               PATCHDRIVE_MAX_MEGAPIXELS or 200; checked before decoding
    truncated  take what there is of a damaged file instead of refusing it
    returns    an Image; its notes say what was done ("first of 12 frames"). Of a file's metadata
               only the size of a pixel is kept, where a TIFF file states one (`microns`)
    raises     ImageError, and for any picture nothing else
    """
    if isinstance(source, Image):
        return source
    most = limits.megapixels(limit)
    label = limits.clean_name(name if name is not None else _name(source))
    if isinstance(source, np.ndarray):
        return MemoryImage(array_to_pixels(source, label, most), label)
    if isinstance(source, Pillow.Image):
        return _from_picture(source, label, most, truncated)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_file(io.BytesIO(source), label, most, truncated)
    if isinstance(source, (str, os.PathLike)):
        return _from_path(source, label, most, truncated)
    if hasattr(source, "read"):
        return _from_file(io.BytesIO(_slurp(source, label)), label, most, truncated)
    raise ImageError(
        f"a picture cannot be opened from a {type(source).__name__}; expected a path, bytes, a "
        "binary file, a numpy array or a PIL picture"
    )


def _name(source: object) -> object:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    if isinstance(source, Pillow.Image):
        return getattr(source, "filename", "")
    own = getattr(source, "name", "")
    return own if isinstance(own, str) else ""  # an opened descriptor's name is a number


def _from_path(path: str | os.PathLike[str], name: str, limit: float, truncated: bool) -> Image:
    try:
        where = Path(path)
        if not where.exists():
            web = str(path).lower().startswith(("http:", "https:"))
            hint = "download the picture first" if web else "check the path"
            raise ImageError(f"there is no file {name}; {hint}")
        if where.is_dir():
            raise ImageError(f"{name} is a folder; name a picture in it")
        if not where.is_file():  # reading a pipe or a device may never end
            raise ImageError(f"{name} is not a regular file")
        with where.open("rb") as file:
            tiff = is_tiff(file)
            if tiff and (slide := open_slide(where, name, limit)) is not None:
                return slide
            if where.stat().st_size > _MOST_BYTES and not tiff:
                raise ImageError(_too_long(name))
            return _from_file(file, name, limit, truncated)
    except ImageError:
        raise
    except (OSError, ValueError) as error:  # no permission, a name too long, a zero byte in it
        why = getattr(error, "strerror", None) or str(error)
        raise ImageError(f"{name} cannot be read: {why}") from error


def _slurp(file: IO[bytes], name: str) -> bytes:
    """All bytes of a file object from its start; a seekable one is left where it stood."""
    try:
        place = file.tell() if file.seekable() else None
        if place is not None:
            file.seek(0)
        data = file.read(_MOST_BYTES + 1)
        if place is not None:
            file.seek(place)
    except Exception as error:  # a stranger's file object may raise anything
        raise ImageError(f"{name} cannot be read: {error}") from error
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise ImageError(f"{name} is opened as text; open it in binary mode, 'rb'")
    if len(data) > _MOST_BYTES:
        raise ImageError(_too_long(name))
    return bytes(data)


def _too_long(name: str) -> str:
    return f"{name} has more than {_MOST_BYTES >> 30} GB; only TIFF files on disk may be longer"


def _from_file(file: IO[bytes], name: str, limit: float, truncated: bool) -> Image:
    try:
        picture, notes, scale = decode(file, name, limit, truncated)
        # Pillow turns TIFF itself while loading.
        way = 1 if picture.format == "TIFF" else orientation(picture.info.get("exif"))
        return _finish(picture, way, name, notes, scale)
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{name} needs more memory to open than there is") from None
    except Exception as error:
        raise ImageError(f"{name} cannot be read: {error or type(error).__name__}") from error


def _from_picture(picture: Pillow.Image, name: str, limit: float, truncated: bool) -> Image:
    try:
        limits.check_size((picture.height, picture.width), limit, name)
        prepare(limit)
        picture, notes = load(picture, name, truncated)
        way = picture.getexif().get(0x0112, 1)
        return _finish(picture, way if way in range(1, 9) else 1, name, notes)
    except ImageError:
        raise
    except Exception as error:
        raise ImageError(f"{name} cannot be read: {error or type(error).__name__}") from error


def _finish(
    picture: Pillow.Image,
    way: int,
    name: str,
    notes: tuple[str, ...],
    scale: Microns | None = None,
) -> Image:
    pixels, more = picture_to_pixels(picture)
    return MemoryImage(turn(pixels, way), name, notes + more, scale)
