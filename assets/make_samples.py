"""Make the sample pictures: `python assets/make_samples.py [NAME ...] [--out DIR] [--seed N]`.

Without names all six are made, each from its seed. A scene is imported only when it is asked for,
because three of them need Blender's module; what a scene needs is in scenes/requirements.txt.
"""

import argparse
import importlib
import sys
import time
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
NAMES = ("road", "town", "desk", "tissue", "sky", "print")
THUMBNAIL_PX = 320


def thumbnail(path: Path) -> Path:
    """Write thumbnails/NAME.jpg beside a picture: 320 px wide, each pixel the mean of its area."""
    out = path.parent / "thumbnails" / path.name
    out.parent.mkdir(exist_ok=True)
    with Image.open(path) as picture:
        size = (THUMBNAIL_PX, round(picture.height * THUMBNAIL_PX / picture.width))
        picture.convert("RGB").resize(size, Image.Resampling.BOX).save(
            out, quality=85, subsampling=0
        )
    return out


def make(name: str, out: Path, seed: int | None) -> None:
    """Make one sample and its thumbnail; without a seed the scene takes its own."""
    scene = importlib.import_module(f"scenes.{name}.scene")
    scene.make(out, **({} if seed is None else {"seed": seed}))
    thumbnail(out / f"{name}.jpg")


def read_arguments(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make the sample pictures and their truth.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--out", type=Path, default=HERE / "samples", help="folder to write to")
    parser.add_argument("--seed", type=int, help="another scene of the same kind")
    parser.add_argument("--thumbnails", action="store_true", help="remake only the thumbnails")
    args = parser.parse_args(argv)
    unknown = sorted(set(args.names) - set(NAMES))
    if unknown:
        parser.error(f"no sample named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return args


def main(argv: list[str] | None = None) -> int:
    """Make what the command line asks for; 2 where something has to be installed first."""
    args = read_arguments(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.names or NAMES:
        start = time.perf_counter()
        try:
            if args.thumbnails:
                thumbnail(args.out / f"{name}.jpg")
            else:
                make(name, args.out, args.seed)
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] == "scenes":
                raise
            need = "pip install -r assets/scenes/requirements.txt"
            print(f"the scene {name!r} needs the module {error.name!r}: {need}", file=sys.stderr)
            return 2
        print(f"{name}: {time.perf_counter() - start:.0f} s, in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
