"""What the command line writes: files in several forms, or one of them to standard output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patchdrive.types import UNTRAINED, DriveResult, TreeResult
from patchdrive.writing import OutputError, is_standard_output, put, refuse

if TYPE_CHECKING:
    from patchdrive.figures.layers import Layer

Result = DriveResult | TreeResult
FORMS = {
    "json": "settings, digest, positions, scores and times; - for standard output, as for all",
    "csv": "one line a saccade or leaf",
    "geojson": "points, windows or leaves for QuPath and others, in pixels",
    "png": "the picture with its overlays",
    "svg": "the overlays as vectors over the picture",
    "gif": "the steps, one after another",
    "html": "one page with the viewer and the picture inside, which opens offline",
}

PNG_SIDE = 1920  # px


@dataclass(frozen=True)
class Outputs:
    """What is written where.

    files      form -> file, - for standard output
    side       longest side of the PNG in pixels
    legend     with a strip below it
    """

    files: dict[str, str]
    side: int
    legend: bool

    @classmethod
    def of(cls, chosen: dict[str, Any]) -> Outputs:
        """Take what concerns them out of the arguments.

        raises  OutputError for what cannot be written, before any work is done
        """
        forms = {form: chosen.pop(form) for form in FORMS}
        files = {form: file for form, file in forms.items() if file is not None}
        side, legend = chosen.pop("png_side"), chosen.pop("legend")
        for flag, given in {"--png-side": side is not None, "--legend": legend}.items():
            if given and "png" not in files:
                raise OutputError(f"{flag} says how the PNG looks; ask for one with --png FILE")
        inputs = [chosen["picture"], *filter(None, [chosen.get("weights")])]
        refuse({f"--{form}": file for form, file in files.items()}, inputs)
        return cls(files, PNG_SIDE if side is None else side, legend)

    @property
    def silent(self) -> bool:
        """Whether standard output is a file's."""
        return any(map(is_standard_output, self.files.values()))


def write(result: Result, outputs: Outputs, layers: Callable[[], list[Layer]], words: str) -> None:
    """Write a result in all forms that were asked for.

    layers  makes what is drawn over the picture
    words   about the result, for the page
    """
    for form, file in outputs.files.items():
        put(file, _made(form, result, outputs, layers, words))


def _made(
    form: str, result: Result, outputs: Outputs, layers: Callable[[], list[Layer]], words: str
) -> str | bytes:
    from patchdrive import figures
    from patchdrive.pipelines import export
    from patchdrive.pipelines.geojson import to_geojson

    image = result.image
    if isinstance(result, DriveResult) and result.fusion is not None and not result.fusion.trained:
        words = f"{words}; fusion by an {UNTRAINED}"
    makers: dict[str, Callable[[], str | bytes]] = {
        "json": lambda: export.to_json(result) + "\n",
        "csv": lambda: export.to_csv(result),
        "geojson": lambda: to_geojson(result) + "\n",
        "png": lambda: figures.png(image, layers(), max_side=outputs.side, legend=outputs.legend),
        "svg": lambda: figures.svg(image, layers(), picture=True),
        "gif": lambda: figures.steps_gif(image, layers()),
        "html": lambda: _page(result, layers(), words),
    }
    return makers[form]()


def _page(result: Result, layers: list[Layer], words: str) -> str:
    """A page in which knobs and hand work on; words tell what was found, not what is turned."""
    from patchdrive.viewer.alone import living
    from patchdrive.viewer.standalone import page

    alive, screen = living(result, layers, {})
    note = f"as written: {words}"
    return page(result.image, alive, title=result.image.name, note=note, screen=screen)
