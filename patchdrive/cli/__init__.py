"""The command line: the same pipelines without a browser.

patchdrive drive PICTURE -k 16 --html out.html
patchdrive tree PICTURE --max-detail 50 --json out.json
patchdrive shuffle PICTURE --stage pixels --fraction 0.5 --json out.json
patchdrive train CONFIG.toml --out runs   and   patchdrive evaluate CHECKPOINT
patchdrive drive - < picture.jpg          standard input
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from patchdrive import console
from patchdrive.cli.outputs import FORMS, Outputs, write
from patchdrive.settings import Knob
from patchdrive.types import UNTRAINED, DriveResult, Image, ImageError
from patchdrive.version import __version__
from patchdrive.writing import is_standard_output, put, refuse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code, as `console.command` says."""

    def work() -> int:
        chosen = vars(_parser().parse_args(arguments))
        run: Callable[..., int] = chosen.pop("run")
        return run(chosen)

    return console.command(work)


def _parser() -> argparse.ArgumentParser:
    from patchdrive.pipelines.knobs import drive_knobs, tree_knobs
    from patchdrive.training.commands import add_commands

    parser = argparse.ArgumentParser(prog="patchdrive", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"patchdrive {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help_, knobs, run in (
        ("drive", "look where it matters: saccades, patches, fusion", drive_knobs(), _drive),
        ("tree", "cut into squares that are small where there are edges", tree_knobs(), _tree),
    ):
        command = commands.add_parser(name, help=help_, description=help_.capitalize())
        command.set_defaults(run=run)
        command.add_argument("picture", metavar="PICTURE", help="a file, or - for standard input")
        for form, words in FORMS.items():
            command.add_argument(f"--{form}", metavar="FILE", help=f"write {words}")
        command.add_argument(
            "--png-side", metavar="PIXELS", type=int,
            help="longest side of the PNG (default 1920; the picture is never enlarged)",
        )  # fmt: skip
        command.add_argument(
            "--legend", action="store_true", help="a strip below the PNG says what colours mean"
        )
        command.add_argument(
            "--truncated", action="store_true", help="take what there is of a damaged file"
        )
        for flat, item in knobs.items():
            _flag(command, flat, item)
    _add_shuffle(commands)
    add_commands(commands)
    return parser


def _add_shuffle(commands: Any) -> None:
    from patchdrive.pipelines.protocols import ShuffleSettings

    words = "shuffle a picture's patches, and ask classifiers before and after"
    command = commands.add_parser("shuffle", help=words, description=words.capitalize())
    command.set_defaults(run=_shuffle)
    command.add_argument("picture", metavar="PICTURE", help="a file, or - for standard input")
    command.add_argument(
        "--models", metavar="NAME", nargs="+", default=(),
        help="shipped classifiers, or checkpoints of `patchdrive train` (default: four to compare)",
    )  # fmt: skip
    command.add_argument("--json", metavar="FILE", help="write the answers; - for standard output")
    command.add_argument("--png", metavar="FILE", help="write the shuffled picture")
    command.add_argument(
        "--truncated", action="store_true", help="take what there is of a damaged file"
    )
    for flat, item in ShuffleSettings.knobs().items():
        _flag(command, flat, item)


def _flag(command: argparse.ArgumentParser, name: str, knob: Knob) -> None:
    """A flag for a knob: --canny-low; booleans get --fuse and --no-fuse, k gets -k too."""
    flags = [f"--{name.replace('_', '-')}"]
    flags += ["-k"] if name == "k" else []
    if isinstance(knob.default, bool):
        command.add_argument(
            *flags, dest=name, help=knob.help, action=argparse.BooleanOptionalAction,
            default=argparse.SUPPRESS,
        )  # fmt: skip
        return
    if knob.choices:
        shown = ", ".join(map(str, knob.choices)) + (", ..." if knob.open else "")
    elif knob.low is not None and knob.high is not None:
        shown = f"{knob.low:g} to {knob.high:g}{' ' + knob.unit if knob.unit else ''}"
    else:
        shown = "a text" if isinstance(knob.default, str) else "any number"
    default = "none" if knob.default == "" else knob.default
    words = f"{knob.help} ({shown}; default {default})".replace("%", "%%")
    command.add_argument(*flags, dest=name, help=words, metavar="VALUE", default=argparse.SUPPRESS)


def _open(chosen: dict[str, Any]) -> Image:
    from patchdrive.images import DamagedError, TooLargeError

    picture, truncated = chosen.pop("picture"), chosen.pop("truncated")
    try:
        return _opened(picture, truncated)
    except DamagedError as error:
        raise ImageError(f"{error.problem}; add --truncated to take what there is") from error
    except TooLargeError as error:
        raise ImageError(f"{error.problem}; {error.setting}") from error


def _opened(picture: str, truncated: bool) -> Image:
    from patchdrive.images import open_image

    if picture != "-":
        return open_image(picture, truncated=truncated)
    if sys.stdin is None:
        raise ImageError("standard input is closed; pipe a picture into it")
    data = sys.stdin.buffer.read()
    if not data:
        raise ImageError("standard input is empty; pipe a picture into it")
    return open_image(data, name="standard input", truncated=truncated)


def _drive(chosen: dict[str, Any]) -> int:
    from patchdrive import figures
    from patchdrive.pipelines.drive import drive

    outputs = Outputs.of(chosen)
    result = drive(_open(chosen), **chosen)
    write(result, outputs, lambda: figures.drive_layers(result), _read(result))
    if not outputs.silent:
        _say_drive(result)
    return 0


def _tree(chosen: dict[str, Any]) -> int:
    from patchdrive import figures
    from patchdrive.pipelines.tree import tree

    outputs = Outputs.of(chosen)
    result = tree(_open(chosen), **chosen)
    words = f"{len(result.quadtree):,} leaves, {result.reduction:.1f} times fewer than "
    words += f"{result.uniform:,}"
    write(result, outputs, lambda: figures.tree_layers(result, edges=False), words)
    if not outputs.silent:
        print(f"{result.image.name}: {_side(result.image)}")
        print(words)
        print(_times(result.ms))
    return 0


def _shuffle(chosen: dict[str, Any]) -> int:
    from patchdrive.images import encode
    from patchdrive.pipelines.answers import shuffle, to_json
    from patchdrive.pipelines.protocols import ShuffleSettings
    from patchdrive.pipelines.tokens import compare_tokens, token_means

    named = {form: chosen.pop(form) for form in ("json", "png")}
    files = {form: file for form, file in named.items() if file is not None}
    models = chosen.pop("models")
    refuse({f"--{form}": file for form, file in files.items()}, [chosen["picture"], *models])
    found = shuffle(_open(chosen), models=models, **chosen)

    def told() -> bytes:
        values = dict(found.settings)
        asked = values.pop("models")
        alike = compare_tokens(found.image, ShuffleSettings.of(values), asked)
        return (to_json(found, token_means(alike)) + "\n").encode()

    made: dict[str, Callable[[], bytes]] = {
        "json": told,
        "png": lambda: encode(found.shown, "png"),
    }
    for form, file in files.items():
        put(file, made[form]())
    if not any(map(is_standard_output, files.values())):
        print(f"{found.image.name}: {_side(found.image)}")
        for one in found.answers:
            print(f"{one.title}: {one.words}")
    return 0


def _read(result: DriveResult) -> str:
    return f"{result.saccades.note} places; {100 * result.cost.share:.1f} % of the pixels read"


def _say_drive(result: DriveResult) -> None:
    cost = result.cost
    print(f"{result.image.name}: {_side(result.image)}")
    print(
        f"{_read(result)} at native resolution, "
        f"{cost.megapixels:.2f} of {cost.pixels_total / 1e6:.2f} megapixels processed"
    )
    if result.fusion is not None:
        words = "" if result.fusion.trained else f" ({UNTRAINED}: no finding)"
        print(f"fusion by {result.fusion.source} on {result.device}{words}")
    print(_times(result.ms))


def _side(image: Image) -> str:
    notes = "".join(f"; {note}" for note in image.notes)
    return f"{image.size[1]} x {image.size[0]} px{notes}"


def _times(ms: Mapping[str, float]) -> str:
    return ", ".join(f"{stage} {spent:.0f} ms" for stage, spent in ms.items())
