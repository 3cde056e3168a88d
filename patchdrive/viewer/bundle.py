"""The viewer's modules in one piece, where no server hands them out one by one."""

from __future__ import annotations

import json
import re

from patchdrive.viewer.scripts import scripts

# Static imports and re-exports, which begin a line; types named in comments are none.
_NAMES = r"\{[\w$\s,]*\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+"
_FROM = (
    rf"import\s+(?:(?:{_NAMES})(?:\s*,\s*(?:{_NAMES}))?\s*from\s*)?|export\s+(?:{_NAMES})\s*from\s*"
)
_IMPORT = re.compile(rf"""^({_FROM})(["'])\./([\w-]+\.js)\2""", re.MULTILINE)


def modules(entry: str) -> dict[str, str]:
    """Name -> source of a module and of all that it imports, each after those that it imports.

    ValueError where modules import one another in a circle: as Blobs they could not be loaded
    """
    ordered: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"modules import in a circle: {' -> '.join((*path, name))}")
        if name in ordered:
            return
        source = scripts()[name][1].decode()
        for found in _IMPORT.finditer(source):
            visit(found[3], (*path, name))
        ordered[name] = source

    visit(entry, ())
    return ordered


def loader(entry: str) -> str:
    """JavaScript: an expression whose value is a promise of the module.

    Each module becomes a Blob, in which the names of others are replaced by their Blobs' addresses:
    pages opened from a file may import these in every browser, but no other file.
    """
    linked = [
        [name, _IMPORT.sub(r'\1"patchdrive:\3"', text)] for name, text in modules(entry).items()
    ]
    return f"""(async (modules) => {{
  const addresses = {{}};
  const link = (_, name) => JSON.stringify(addresses[name]);
  for (const [name, text] of modules) {{
    const linked = text.replace(/"patchdrive:([\\w-]+\\.js)"/g, link);
    const blob = new Blob([linked], {{ type: "text/javascript" }});
    addresses[name] = URL.createObjectURL(blob);
  }}
  return import(addresses[{json.dumps(entry)}]);
}})({quoted(linked)})"""


def styles() -> str:
    """All style sheets, the viewer's own first."""
    names = sorted((name for name in scripts() if name.endswith(".css")), key=_viewer_first)
    return "\n".join(scripts()[name][1].decode() for name in names)


def _viewer_first(name: str) -> tuple[bool, str]:
    return name != "viewer.css", name


def quoted(value: object) -> str:
    """A value as JavaScript that may stand inside a script element of a page."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
