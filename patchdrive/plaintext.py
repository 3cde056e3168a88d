"""Text that stays text where a library reads markup in it: a file's name may be anything."""

from __future__ import annotations

_PLOTLY = {ord(c): f"&#{ord(c)};" for c in "&<>$"}  # its tags, its entities, and formulas


def plotly(text: str) -> str:
    """Text for a title, label or hover text of Plotly, which shows it letter by letter."""
    return " ".join(text.translate(_PLOTLY).split())
