"""The viewer's JavaScript modules and style sheets, as they lie in js/."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "js"
TYPES = {".js": "text/javascript", ".css": "text/css"}


@cache
def scripts() -> dict[str, tuple[str, bytes]]:
    """Name -> (media type, content) of each script, read once."""
    return {
        path.name: (TYPES[path.suffix], path.read_bytes())
        for path in sorted(FOLDER.iterdir())
        if path.suffix in TYPES
    }


@cache
def version() -> str:
    """A name for the scripts' content; part of their address."""
    digest = hashlib.sha256()
    for name, (_, content) in scripts().items():
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]
