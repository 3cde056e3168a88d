"""A file's bytes become a loaded PIL picture, or one ImageError.

Pillow decodes; OpenCV never does, because it takes any size that a header claims.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from typing import IO

# The plugins are named so that Pillow does not load its forty others to look for these.
from PIL import AvifImagePlugin, ImageFile, TiffImagePlugin, WebPImagePlugin
from PIL import Image as Pillow

from patchdrive.images.complaints import DamagedError, complaint, reason
from patchdrive.images.endings import missing_lines, missing_rows, without_end
from patchdrive.images.headers import Frames, claimed_size, gif_frames, jpeg_scans, tiff_frames
from patchdrive.images.limits import LIMIT, check_size
from patchdrive.images.parts import check_parts
from patchdrive.types import ImageError

FORMATS = ("JPEG", "PNG", "WebP", "TIFF", "BMP", "MPO", "AVIF", "GIF")
"""What can be opened. MPO is JPEG with a second picture behind: drones and cameras write it."""

_PILLOW = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "BMP", "GIF")
_PLUGINS = (AvifImagePlugin, TiffImagePlugin, WebPImagePlugin)

_RAISING = threading.Lock()

_OURS = r"PIL\."
"""Modules whose warnings are hushed."""

_SCANS = 20
_SCAN_WORK = 4000
"""Scans times megapixels of a progressive JPEG beyond which it is a bomb: about a minute."""


def prepare(limit: float = LIMIT) -> None:
    """Set Pillow's globals so that they are in nobody's way. Call before Pillow opens or loads.

    Pillow warns from 89 megapixels and refuses 179. This package checks each size itself, against
    a limit that is an argument. Pillow's is a global, which cannot be set for one call without
    another thread seeing it, so it is only ever raised: to the largest limit asked for yet. It
    stays as a second fence, since Pillow fills some frames while it opens a file.

    Pillow's warnings, mostly about metadata, pass in silence: what matters becomes an error or a
    note. The rule is put back in front where it is not, and never taken away: unlike
    `warnings.catch_warnings`, that cannot disturb another thread.
    """
    pixels = int(min(limit, 1e9) * 1e6)
    with _RAISING:
        if Pillow.MAX_IMAGE_PIXELS is not None and pixels > Pillow.MAX_IMAGE_PIXELS:
            Pillow.MAX_IMAGE_PIXELS = pixels
    for kind in (Pillow.DecompressionBombWarning, UserWarning):
        if ("ignore", None, kind, re.compile(_OURS), 0) not in warnings.filters[:2]:
            warnings.filterwarnings("ignore", category=kind, module=_OURS)


def identify(file: IO[bytes], name: str, limit: float) -> ImageFile.ImageFile:
    """The first picture of a seekable binary file, opened and not yet loaded.

    limit   megapixels
    raises  ImageError for what is no picture, is too large, or would keep a decoder busy
    """
    prepare(limit)
    check_parts(file, name)
    header = _open(file, name, limit)
    check_size((header.height, header.width), limit, name)
    _check_scans(header, file, name)
    return header


def load_file(
    header: Pillow.Image, file: IO[bytes], name: str, limit: float, truncated: bool
) -> tuple[Pillow.Image, tuple[str, ...]]:
    """What `identify` found, with its pixels decoded, and notes.

    truncated  take what there is of a damaged file, with a note
    """
    notes = _frame_note(header, file)
    picture, note = load(header, name, truncated, file)
    check_size((picture.height, picture.width), limit, name)
    return picture, notes + note


def load(
    picture: Pillow.Image, name: str, truncated: bool, file: IO[bytes] | None = None
) -> tuple[Pillow.Image, tuple[str, ...]]:
    """A PIL picture with its pixels decoded (the same one where it can be), and notes."""
    jpeg = file if picture.format in ("JPEG", "MPO") else None
    try:
        picture.load()
        return picture, () if file is None else _reach(picture, file)
    except MemoryError:
        raise ImageError(f"{name} needs more memory to open than there is") from None
    except Exception as error:  # Pillow raises ten kinds, SyntaxError and TypeError among them
        problem = error
    if jpeg is not None and (whole := without_end(_all(jpeg))) is not None:
        return _instead(picture, whole), ("the file lacks its end marker; the picture is whole",)
    share = _share(picture)
    if not (share or jpeg):
        raise ImageError(_broken(name, problem, 0) + "; nothing of it can be read") from problem
    if not truncated:
        raise DamagedError(_broken(name, problem, share)) from problem
    rest = _rest(picture, jpeg)
    if rest is None:
        raise ImageError(_broken(name, problem, 0) + "; nothing of it can be read") from problem
    return rest, (f"the file is damaged or cut off{_after(share)}; the rest is missing",)


def _open(file: IO[bytes], name: str, limit: float) -> ImageFile.ImageFile:
    file.seek(0)
    head = file.read(4096)
    try:
        if (size := claimed_size(file)) and min(size):
            check_size(size, limit, name)
        file.seek(0)
        return Pillow.open(file, formats=_PILLOW)
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{name} needs more memory to open than there is") from None
    except Pillow.DecompressionBombError as error:
        raise ImageError(
            f"{name} claims far more than the limit of {limit:,g} megapixels"
        ) from error
    except Exception as error:
        raise ImageError(complaint(name, head, FORMATS, error)) from error


def _check_scans(picture: ImageFile.ImageFile, file: IO[bytes], name: str) -> None:
    """Refuse a progressive JPEG with so many passes over its pixels that it never ends."""
    if picture.format not in ("JPEG", "MPO") or not picture.info.get("progressive"):
        return
    place = file.tell()
    scans = jpeg_scans(file)
    file.seek(place)
    if scans > _SCANS and scans * picture.width * picture.height > _SCAN_WORK * 1e6:
        raise ImageError(
            f"{name} is a JPEG of {scans:,} scans, made to keep a decoder busy; save it anew as "
            "baseline JPEG"
        )


def _frame_note(picture: Pillow.Image, file: IO[bytes]) -> tuple[str, ...]:
    """("first of 12 frames",) where there are several."""
    counter = {"GIF": gif_frames, "TIFF": tiff_frames}.get(picture.format or "")
    if counter:  # Pillow's own count takes minutes on a file made for it
        place = file.tell()
        frames = counter(file)
        file.seek(place)
    else:
        frames = Frames(int(getattr(picture, "n_frames", 1)))
    if frames.count < 2:
        return ()
    return (f"first of {'at least ' if frames.more else ''}{frames.count:,} frames",)


def _share(picture: Pillow.Image) -> float:
    """About which share of the rows a failed load filled, 0 for none.

    Pillow keeps what it decoded before it failed, and rows that it did not reach are zero.
    """
    try:
        box = picture.im.getbbox(False)
    except Exception:  # no pixels, or a mode without boxes
        return 0.0
    return (box[3] - box[1]) / picture.height if box else 0.0


def _rest(picture: Pillow.Image, jpeg: IO[bytes] | None) -> Pillow.Image | None:
    """What there is of a picture whose load failed, None for nothing.

    Pillow's switch for this, LOAD_TRUNCATED_IMAGES, holds for all threads. For most formats the
    rows decoded so far are kept instead, for JPEG an end marker is put behind the data: the
    decoder then gives the coarse picture of a progressive file too.
    """
    if jpeg is None:
        if isinstance(picture, ImageFile.ImageFile):
            picture.tile = []  # says: loaded
        return picture
    data = _all(jpeg)
    table = max(data.rfind(b"\xff" + kind) for kind in (b"\xc4", b"\xda", b"\xdb"))
    for end in (len(data), max(0, table)):  # a cut inside a table spoils the marker behind it
        try:
            whole = Pillow.open(io.BytesIO(data[:end] + b"\xff\xd9"), formats=("JPEG",))
            whole.load()
            return _instead(picture, whole)
        except Exception:  # the other end may do
            continue
    return None


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _instead(picture: Pillow.Image, whole: Pillow.Image) -> Pillow.Image:
    """The picture with the pixels of another one in place of its own, which make room."""
    picture.im = whole.im
    if isinstance(picture, ImageFile.ImageFile):
        picture.tile = []  # says: loaded
    return picture


def _reach(picture: Pillow.Image, file: IO[bytes]) -> tuple[str, ...]:
    """A note where a file that its decoder took for whole has less rows than its header claims."""
    look = {"JPEG": missing_rows, "MPO": missing_rows, "PNG": missing_lines}.get(
        picture.format or ""
    )
    if look is None:
        return ()
    place = file.tell()
    share = look(picture, file)
    file.seek(place)
    if share is None:
        return ()
    rows = f"after about {round(100 * share)} % of its rows" if share else "within its first rows"
    return (f"the data end {rows}; what lies below is made up by the decoder",)


def _broken(name: str, error: Exception, share: float) -> str:
    text = str(error)
    # What Pillow says where the data end: of rows, of PNG chunks, of blocks.
    if re.search(r"trunc|chunk b''|unpack|buffer", text.lower()):
        return f"{name} is cut off{_after(share)}"
    return f"{name} is damaged{_after(share)} ({reason(error)})"


def _after(share: float) -> str:
    if share == 1:
        return " at its end"
    return f" after about {min(99, max(1, round(100 * share)))} % of its rows" if share else ""
