"""What microscopes say of a file's pages: how many channels, and what they are called."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_MOST_TEXT = 1 << 20
_MOST = 1000
_COLOURS = (["r", "g", "b"], ["red", "green", "blue"])


@dataclass(frozen=True)
class Channels:
    """names of all channels ("" for one without), and pages to a channel."""

    names: tuple[str, ...] = ()
    pages: int = 1

    @property
    def are_colours(self) -> bool:
        """Whether three pages are the red, green and blue of one picture."""
        return self.pages == 1 and [name.lower() for name in self.names] in _COLOURS

    @property
    def note(self) -> str:
        """Which channel the first page is, where there are several."""
        if len(self.names) < 2:
            return ""
        name = f" ({self.names[0]})" if self.names[0] else ""
        return f"channel 1 of {len(self.names)}{name}"


def channels(text: str) -> Channels:
    """What a file's description (OME-XML, or ImageJ's lines) says of its channels."""
    text = text[:_MOST_TEXT]
    if text.startswith("ImageJ="):
        lines = dict(line.partition("=")[::2] for line in text.splitlines())
        count = _number(lines.get("channels", ""))
        return Channels(("",) * min(count, _MOST), _number(lines.get("slices", "")))
    if "<OME" not in text and "<ome" not in text:
        return Channels()
    # By two elements: a whole parser invites bombs.
    start = re.search(r"<(?:\w+:)?Pixels\b([^<>]*)>", text)
    if start is None:
        return Channels()
    words = dict(re.findall(r"\b(\w+)\s*=\s*[\"']([^\"']*)", start[1]))
    inner = re.split(r"</(?:\w+:)?Pixels>", text[start.end() :])[0]
    found = re.findall(r"<(?:\w+:)?Channel\b([^<>]*)>", inner)[:_MOST]
    names = [re.search(r"\bName\s*=\s*(?:\"([^\"]*)|'([^']*))", each) for each in found]
    pages = _number(words.get("SizeZ", "")) * _number(words.get("SizeT", ""))
    return Channels(
        tuple(_clean(name[1] or name[2] or "") if name else "" for name in names), pages
    )


def pages_in_one(text: str) -> int:
    """Pictures that ImageJ laid behind one another under the tags of the first; 1 for others."""
    found = re.search(r"^images=(\d{1,9})$", text, re.M) if text.startswith("ImageJ=") else None
    return max(1, int(found[1])) if found else 1


def _number(text: str) -> int:
    return max(1, int(text)) if re.fullmatch(r"\d{1,9}", text.strip()) else 1


def _clean(name: str) -> str:
    return "".join(c for c in html.unescape(name) if c.isprintable())[:40]
