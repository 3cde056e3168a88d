"""The marks of a hand on a picture, as text that fits an address and a command line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from patchdrive.settings import Settings, knob
from patchdrive.types import SettingError

MOST_PLACES, MOST_POLYGONS, MOST_CORNERS = 512, 64, 2048
Places = tuple[tuple[int, int], ...]
_PLACE = re.compile(r"(\d{1,9})\.(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class MarkSettings(Settings):
    """What a person's hand adds to a selection: places of the picture as text, (y, x) as "y.x".

    A checked text is canonical: no blanks, no leading zeros, no place twice in keep or ban.
    """

    keep: str = knob(
        "",
        "Places y.x,y.x visited first, in this order, whatever their score; they count toward K",
        label="Keep",
    )  # fmt: skip
    ban: str = knob("", "Places y.x,y.x within whose NMS radius the eye does not land", label="Ban")
    inside: str = knob(
        "", "Polygons y.x,y.x,y.x;y.x,...: only what lies in one of them is looked at",
        label="Inside",
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name in self.knobs():
            if not isinstance(text := getattr(self, name), str):  # 12.80 as a number is 12.8
                raise SettingError(f"{name} must be a text such as '1200.800', not {text!r}")
        for name in ("keep", "ban"):
            object.__setattr__(self, name, _written(dict.fromkeys(self.places(name))))
        object.__setattr__(self, "inside", ";".join(map(_written, self.polygons())))

    def places(self, name: str) -> Places:
        """The places (y, x) of keep or of ban, in pixels."""
        found = _places(name, getattr(self, name))
        if len(found) > MOST_PLACES:
            raise SettingError(f"{name} takes at most {MOST_PLACES} places, not {len(found)}")
        return found

    def polygons(self) -> tuple[Places, ...]:
        """The polygons' corners (y, x): corners of pixels, so that y may be H and x may be W."""
        texts = [text for text in self.inside.split(";") if text.strip()]
        found = tuple(_places("inside", text) for text in texts)
        if len(found) > MOST_POLYGONS or sum(map(len, found)) > MOST_CORNERS:
            raise SettingError(
                f"inside takes at most {MOST_POLYGONS} polygons of {MOST_CORNERS} corners together"
            )
        if any(len(corners) < 3 for corners in found):
            raise SettingError("inside: a polygon has at least 3 corners y.x, parted by commas")
        return found


def _places(name: str, text: str) -> Places:
    found = []
    for piece in text.split(",") if text.strip() else ():
        if not (match := _PLACE.fullmatch(piece.strip())):
            raise SettingError(
                f"{name} must be places y.x such as 1200.800,400.300, and {piece[:40]!r} is none"
            )
        found.append((int(match[1]), int(match[2])))
    return tuple(found)


def _written(places: Iterable[tuple[int, int]]) -> str:
    return ",".join(f"{y}.{x}" for y, x in places)
