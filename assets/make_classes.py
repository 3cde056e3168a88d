"""Draw the class pictures: `python assets/make_classes.py [NAME ...] [--out DIR]`.

Each is a picture of one of the classes that the shipped classifiers know. Without names all are
drawn, each from its seed: half a minute.
"""

import argparse
import importlib
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
NAMES = (
    "headphone", "menorah", "pizza", "pyramid", "scissors", "soccer_ball",
    "stop_sign", "strawberry", "sunflower", "umbrella", "yin_yang",
)  # fmt: skip


def make(name: str, out: Path) -> Path:
    """Draw one picture and write it as PNG."""
    pixels = importlib.import_module(f"drawings.{name}").draw().picture()
    file = out / f"{name}.png"
    Image.fromarray(pixels).save(file, optimize=True)
    return file


def main(argv: list[str] | None = None) -> int:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description="Draw the class pictures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--out", type=Path, default=HERE / "classes", help="folder to write to")
    args = parser.parse_args(argv)
    if unknown := sorted(set(args.names) - set(NAMES)):
        parser.error(f"no drawing named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.names or NAMES:
        print(f"{make(name, args.out).name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
