"""Words for files that are no picture this project opens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PIL import UnidentifiedImageError

from patchdrive.types import ImageError

_SAVE = "save it as PNG or JPEG and open that"

_KNOWN = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
)
_FOREIGN = (
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"8BPS", "a Photoshop document"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"\0\0\x01\0", "an icon"),
    (b"\0\0\x02\0", "a cursor"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a numpy file (load it with numpy.load and open the array)"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance picture"),
    (b"qoif", "a QOI picture"),
    (b"gimp xcf", "a GIMP document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ID3", "a sound"),
    (b"\x1aE\xdf\xa3", "a video"),
)
_BRANDS = (
    (("avif", "avis"), "AVIF"),
    (("heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"), "a HEIC picture"),
    (("crx ",), "a raw camera file"),
)


class DamagedError(ImageError):
    """A picture that is damaged or cut off, of which something can be had: `truncated=True`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "open it with truncated=True to take what there is")


class TooLargeError(ImageError):
    """A picture of more megapixels than the limit.

    setting  what whoever runs this may do
    """

    def __init__(self, problem: str, enough: int, setting: str) -> None:
        super().__init__(problem, f"pass limit={enough} or {setting}")
        self.setting = setting


def complaint(name: str, head: bytes, formats: Sequence[str], error: Exception) -> str:
    """What is wrong with a file that could not be identified, and what to do.

    head   the file's first bytes, up to 4096
    error  what Pillow raised
    """
    if not head:
        return f"{name} is empty: it has 0 bytes"
    own, foreign = _guess(head)
    if own:
        why = reason(error)
        return (
            f"{name} begins as {own}, but its header cannot be read"
            + (f" ({why})" if why else "")
            + "; it is damaged or cut off, or of a kind that is not supported"
        )
    return f"{name} is {foreign}, not a picture in one of {', '.join(formats)}; {_SAVE}"


def reason(error: Exception) -> str:
    """What a library said, in one short line; empty where it says nothing of use."""
    if isinstance(error, UnidentifiedImageError):
        return ""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else text[:99] + "…"


def _guess(head: bytes) -> tuple[str, str]:
    """The supported format that a file begins as, else in words what it seems to be."""
    for magic, own in _KNOWN:
        if head.startswith(magic):
            return own, ""
    for magic, foreign in _FOREIGN:
        if head.startswith(magic):
            return "", foreign
    if head[:4] == b"RIFF":
        return ("WebP", "") if head[8:12] == b"WEBP" else ("", "a sound or a video")
    if head[4:8] == b"ftyp":
        return _brand(head[8:12].decode("latin-1"))
    if re.match(rb"P[1-7F]\s", head):
        return "", "a Netpbm picture"
    return "", _text(head)


def _brand(brand: str) -> tuple[str, str]:
    for brands, words in _BRANDS:
        if brand in brands:
            return (words, "") if words == "AVIF" else ("", words)
    return "", "a video"


def _text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page (HTML), perhaps an error page saved under a picture's name"
    if start.startswith(b"<"):
        return "an XML or HTML text"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer (run git lfs pull)"
    if b"\0" not in head and not re.search(rb"[\x01-\x08\x0e-\x1a]", head):
        return "a text"
    return "of an unknown kind"


def unread(name: str, error: Exception, cut: bool, share: float, truncated: bool) -> str:
    """What keeps a TIFF file's picture from being read, or, of a truncated one, a note on it.

    cut    the file ends before its picture does
    share  how much of it was read, 0 to 1
    """
    after = f" after about {min(99, max(1, round(100 * share)))} % of its rows" if share else ""
    if truncated and share:
        return f"the file is damaged or cut off{after}; the rest is missing"
    if cut:
        what = f"{name} is cut off{after}"
    elif isinstance(error, MemoryError):
        return f"{name} needs more memory to open than there is: {reason(error)}"
    else:
        why = reason(error)
        what = f"{name} cannot be decoded{after} ({why}): its data are damaged or of a rare kind"
    if not share:
        return f"{what}; nothing of it can be read"
    return what
