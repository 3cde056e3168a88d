"""A haematoxylin-and-eosin stained section of a gland-forming tumour, seen through a 20x objective.

Everything is laid out at the scale of the scanner: glands and vessels, then fibres that flow
around them, then nuclei packed into what is left. Each part adds to two dye densities; colour
comes last. Truth: mitotic figures and giant nuclei.
"""

from pathlib import Path

import numpy as np

from ..fields import write_jpeg
from ..truth import write_truth
from .anatomy import plan
from .cells import draw_nuclei
from .chromatin import textures
from .fibres import comb
from .ground import red_cells, stain_ground
from .nuclei import grow_nuclei
from .scanner import photograph
from .targets import add_targets, choose_targets

SIZE = (2160, 3840)


def build(rng, shape):
    """The picture and its truth; the scale stays, a smaller shape is a smaller field."""
    s = plan(rng, shape)
    comb(rng, s)
    s.busy = (~s.tissue | s.is_lumen).astype(np.uint8)
    choose_targets(rng, s)
    tab = grow_nuclei(rng, s)
    s.tex = textures(rng)
    s.hem, s.cover = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    draw_nuclei(rng, s, tab, 0.075)
    stain_ground(rng, s, tab)
    objects = add_targets(rng, s)
    red = red_cells(rng, s)
    hae, eos = s.hae * (1 - 0.5 * s.cover) + s.hem, s.eos * (1 - 0.55 * s.cover)
    return photograph(rng, hae, eos, red), objects


def make(out: Path, *, seed: int = 7) -> None:
    """Write tissue.jpg and tissue.json into the folder."""
    out.mkdir(parents=True, exist_ok=True)
    img, objects = build(np.random.default_rng(seed), SIZE)
    write_jpeg(out / "tissue.jpg", img)
    write_truth(out / "tissue.json", SIZE, objects)
