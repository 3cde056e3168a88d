"""How large a picture may be, and what it may be called."""

from __future__ import annotations

import math
import os
import unicodedata

from patchdrive.images.complaints import TooLargeError
from patchdrive.types import ImageError, Size

LIMIT = 200.0
"""Megapixels that are opened without asking: 600 MB of pixels, twice that while decoding."""

VARIABLE = "PATCHDRIVE_MAX_MEGAPIXELS"
NAME_LENGTH = 120


def megapixels(limit: float | None) -> float:
    """The limit in force: the argument, else the environment variable, else LIMIT."""
    if limit is not None:
        value, source = limit, "limit"
    else:
        text = os.environ.get(VARIABLE, "").strip()
        if not text:
            return LIMIT
        source = f"the environment variable {VARIABLE}"
        try:
            value = float(text)
        except ValueError:
            raise ImageError(f"{source} must be a number of megapixels, not {text!r}") from None
    if not value > 0:  # also refuses NaN
        raise ImageError(f"{source} must be more than 0 megapixels, not {value}")
    return float(value)


def check_size(size: Size, limit: float, name: str) -> None:
    """Refuse a picture of size (H, W) that has no pixels or more than limit megapixels."""
    height, width = size
    if height < 1 or width < 1:
        raise ImageError(f"{name} has no pixels: {width} x {height}")
    found = height * width / 1e6
    if found > limit:
        enough = math.ceil(found)
        raise TooLargeError(
            f"{name} has {found:,.1f} megapixels ({width:,} x {height:,}), more than the limit of "
            f"{limit:,g}",
            enough,
            f"set {VARIABLE}={enough} to open it, which takes about "
            f"{max(0.1, found * 7 / 1000):,.1f} GB of memory",
        )


def clean_name(name: object) -> str:
    """What to call a picture: a base name without control characters, never a path.

    Names come from uploads, so folders, invisible marks that reorder text and excess length go.
    Markup characters stay: whoever shows a name shows it as text.
    """
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    text = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    text = text.strip()
    if len(text) > NAME_LENGTH:
        stem, dot, suffix = text.rpartition(".")
        ending = dot + suffix if stem and len(suffix) <= 10 else ""
        text = text[: NAME_LENGTH - len(ending) - 1] + "…" + ending
    return text if text not in ("", ".", "..") else "picture"
