"""Text that stays text where a library reads markup in it: a file's name may be anything."""

from __future__ import annotations

_PLOTLY = {ord(c): f"&#{ord(c)};" for c in "&<>$"}  # its tags, its entities, and formulas


def plotly(text: str) -> str:
    """Text for a title, label or hover text of Plotly, which shows it letter by letter."""
    return " ".join(text.translate(_PLOTLY).split())


def markdown(text: str) -> str:
    """Text that Markdown leaves as it is: a file's name or a link's parameter may be anything."""
    return "".join(f"\\{c}" if c in "\\`*[]<>#!|~$:" else c for c in text)
