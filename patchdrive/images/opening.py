"""One door for pictures: paths, bytes, uploads, arrays, PIL pictures."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from patchdrive.budget import purse
from patchdrive.images import limits
from patchdrive.images.apart import APART, read_apart
from patchdrive.images.arrays import array_to_pixels, turn
from patchdrive.images.decode import identify, load, prepare
from patchdrive.images.headers import claimed_size, heavy_form, is_tiff
from patchdrive.images.memory import MemoryImage
from patchdrive.images.modes import picture_to_pixels
from patchdrive.images.price import HEAVY, afford, price
from patchdrive.images.reading import Read, read
from patchdrive.images.tagged import by_info
from patchdrive.images.tiff import open_tiff
from patchdrive.types import Image, ImageError, Size

Source = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | npt.NDArray[Any]
    | Pillow.Image | Image
)  # fmt: skip

_MOST_BYTES = 2 << 30
"""Largest file or stream that is read as a whole; only TIFF files are read in parts."""


class How(NamedTuple):
    """How a file is to be opened: see `open_image`."""

    truncated: bool = False
    waiting: Callable[[str], None] | None = None

    def queue(self) -> None:
        """Others are decoded first."""
        self._tell("waiting for other pictures")

    def work(self) -> None:
        """A process of its own decodes this one."""
        self._tell("being decoded")

    def _tell(self, words: str) -> None:
        """Who gives up passes by all that is made of errors here."""
        try:
            if self.waiting is not None:
                self.waiting(words)
        except Exception as error:
            raise _GivenUp(error) from error


class _GivenUp(BaseException):
    pass


def open_image(
    source: Source,
    *,
    name: str | None = None,
    limit: float | None = None,
    truncated: bool = False,
    waiting: Callable[[str], None] | None = None,
) -> Image:
    """Open a picture as 8 bit sRGB, turned by its EXIF orientation, alpha laid over white.

    source     a path, a file's bytes, a binary file object, an array, a PIL picture, or an Image
               (returned as it is). Arrays are (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of uint8,
               uint16, bool, or float in 0..1
    name       what to call it; by default the file's base name
    limit      megapixels that are not exceeded, by default those of the environment variable
               PATCHDRIVE_MAX_MEGAPIXELS or 200; checked before decoding
    truncated  take what there is of a damaged file instead of refusing it
    waiting    told several times a second that the picture is "waiting for other pictures" or
               "being decoded" by a process of its own; may raise to give up. Pictures that are
               decoded at once need no more memory together than one may: see `patchdrive.budget`
    returns    an Image; its notes say what was done ("first of 12 frames"). Of a file's metadata
               only the size of a pixel is kept, where a TIFF file states one (`microns`)
    raises     ImageError, and for any picture nothing else: DamagedError where truncated=True gives
               a part of it, TooLargeError where a higher limit gives all of it
    """
    try:
        return _open(source, name, limit, How(truncated, waiting))
    except _GivenUp as given:
        raise given.args[0] from None


def _open(source: Source, name: str | None, limit: float | None, how: How) -> Image:
    if isinstance(source, Image):
        return source
    most = limits.megapixels(limit)
    label = limits.clean_name(name if name is not None else _name(source))
    if isinstance(source, np.ndarray):
        return MemoryImage(array_to_pixels(source, label, most), label)
    if isinstance(source, Pillow.Image):
        return _from_picture(source, label, most, how)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_file(io.BytesIO(source), label, most, how)
    if isinstance(source, (str, os.PathLike)):
        return _from_path(source, label, most, how)
    if hasattr(source, "read"):
        return _from_file(io.BytesIO(_slurp(source, label)), label, most, how)
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


def _from_path(path: str | os.PathLike[str], name: str, limit: float, how: How) -> Image:
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
            if where.stat().st_size > _MOST_BYTES and not tiff:
                raise ImageError(_too_long(name))
            return _from_file(file, name, limit, how, where)
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


def _from_file(
    file: IO[bytes], name: str, limit: float, how: How, path: Path | None = None
) -> Image:
    try:
        if is_tiff(file):
            image = open_tiff(file, name, limit, how.truncated, path, how.queue)
            if image is not None:
                return image
        found = _read_apart(file, name, limit, how)
        if found is None:
            header = identify(file, name, limit)
            room = price(header)
            afford((header.height, header.width), room, name)
            with purse().hold(room, how.queue):
                found = read(header, file, name, limit, truncated=how.truncated)
        return MemoryImage(found.pixels, name, found.notes, found.microns)
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{name} needs more memory to open than there is") from None
    except Exception as error:
        raise ImageError(f"{name} cannot be read: {error or type(error).__name__}") from error


def _read_apart(file: IO[bytes], name: str, limit: float, how: How) -> Read | None:
    """What a process of its own reads in the file, None where it is to be read here."""
    heavy = _heavy(file)
    if heavy is None:
        return None
    size, each = heavy
    limits.check_size(size, limit, name)
    room = size[0] * size[1] * each
    afford(size, room, name)
    with purse().hold(room, how.queue):
        return read_apart(
            file, name, limit, truncated=how.truncated, size=size, room=room, waiting=how.work
        )


def _heavy(file: IO[bytes]) -> tuple[Size, int] | None:
    """The size and price of a large picture whose decoder is heavy: Pillow never opens it here."""
    form = heavy_form(file)
    size = claimed_size(file) if form else None
    file.seek(0)
    return (size, HEAVY[form]) if size and size[0] * size[1] >= APART else None


def _from_picture(picture: Pillow.Image, name: str, limit: float, how: How) -> Image:
    try:
        size = (picture.height, picture.width)
        limits.check_size(size, limit, name)
        prepare(limit)
        room = price(picture)
        afford(size, room, name)
        with purse().hold(room, how.queue):
            form = picture.format
            picture, notes = load(picture, name, how.truncated)
            way = picture.getexif().get(0x0112, 1)
            tags = by_info(picture.info) if form == "PNG" else None
            pixels, more = picture_to_pixels(picture, tags)
            pixels = turn(pixels, way if way in range(1, 9) else 1)
        return MemoryImage(pixels, name, notes + more)
    except ImageError:
        raise
    except Exception as error:
        raise ImageError(f"{name} cannot be read: {error or type(error).__name__}") from error
