"""Two facing pages of a seaman's almanack in small type, photographed from above.

The words are drawn from phrases, the picture is cut in lines, the type is set on a flat sheet and
spoiled in a few places. Ink spreads and starves on it, then the sheet is bent into the gutter, lit
from one side and photographed. Truth: the printer's flaws and a hair.
"""

from pathlib import Path

import numpy as np

from ..fields import write_jpeg
from ..truth import write_truth
from .camera import develop, photograph
from .flaws import spoil
from .hair import lay_hair
from .setting import compose
from .sheet import SS

SIZE = (2160, 3840)


def seen(view, x0, y0, x1, y1):
    """The box on the picture of a box on the flat sheet."""
    inside = (view.mx >= x0 / SS) & (view.mx <= x1 / SS)
    ys, xs = np.nonzero(inside & (view.my >= y0 / SS) & (view.my <= y1 / SS))
    return [int(ys.min()), int(xs.min()), int(ys.max()) + 1, int(xs.max()) + 1]


def build(rng, shape):
    """The picture and its truth; the type keeps its size, a smaller shape shows less of it."""
    sheet, pages, page_w = compose(rng, shape)
    spoil(sheet)
    lin, view = photograph(rng, sheet, shape, pages, page_w)
    objects = [{"label": label, "box": seen(view, *box)} for label, box in sheet.flaws]
    objects.append({"label": "hair", "box": lay_hair(rng, lin, [o["box"] for o in objects])})
    return develop(rng, lin), objects


def make(out: Path, *, seed: int = 5) -> None:
    """Write print.jpg and print.json into the folder."""
    out.mkdir(parents=True, exist_ok=True)
    img, objects = build(np.random.default_rng(seed), SIZE)
    write_jpeg(out / "print.jpg", img)
    write_truth(out / "print.json", SIZE, objects)
