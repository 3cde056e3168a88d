"""What is hidden in the section: giant atypical nuclei and mitotic figures, with their boxes."""

import math

import numpy as np

from ..fields import noise, step
from .cells import draw_nuclei, pack
from .division import mitosis
from .scale import px

MITOSES = ("metaphase", "anaphase", "metaphase", "prometaphase")
MITOSES += ("metaphase", "anaphase", "prometaphase")
N_GIANTS = 4


def choose_targets(rng, s):
    """Keep places free for the targets before anything else grows, far from each other."""
    h, w = s.shape
    inner = np.zeros(s.shape, bool)
    inner[90 : h - 90, 90 : w - 90] = True
    taken, s.giants, s.figures = [], [], []
    apart = min(h, w) * 0.2

    def spot(ok):
        ys, xs = np.nonzero(ok[::2, ::2])
        for i in rng.permutation(len(ys))[:4000]:
            y, x = 2 * int(ys[i]), 2 * int(xs[i])
            if all(math.hypot(y - p, x - q) > apart for p, q in taken):
                taken.append((y, x))
                return y, x

    for _ in range(N_GIANTS):
        p = spot(s.epi & inner & (s.depth > px(15)) & (s.to_lumen > px(17)) & s.solid)
        if p:
            a = px(rng.uniform(11.5, 15.0))
            s.giants.append((*p, a, a * rng.uniform(0.68, 0.9), rng.uniform(0, 3.14)))
            pack(s.busy, np.array([[*s.giants[-1], 5.0, 9.0]]))
    for kind in MITOSES:
        p = spot(s.epi & inner & (s.depth > px(9)) & (s.to_lumen > px(9)) & (s.busy == 0))
        if p:
            s.figures.append((p, kind, mitosis(rng, kind)))
            pack(s.busy, np.array([[*p, 15.0, 15.0, 0.0, 1.0, 9.0]]))


def boxed(label, seen, y0, x0):
    """A truth object round what is seen in a window whose corner is (y0, x0)."""
    ys, xs = np.nonzero(seen)
    box = [y0 + ys.min(), x0 + xs.min(), y0 + ys.max() + 1, x0 + xs.max() + 1]
    return {"label": label, "box": [int(v) for v in box]}


def add_targets(rng, s):
    """Draw giants and mitoses into the dye maps; boxes come from what was really drawn."""
    objects, before = [], s.hem.copy()
    rows = []
    for g in s.giants:
        den, grain = rng.uniform(0.38, 0.56), rng.uniform(0.16, 0.26)
        rows.append([*g, den, 0.50, grain, 2.0, 0.1, 3, 1])
    if rows:
        draw_nuclei(rng, s, rows, 0.14)
    for y, x, *_ in s.giants:
        dye = (s.hem - before)[y - 60 : y + 60, x - 60 : x + 60]
        objects.append(boxed("giant atypical nucleus", dye > 0.08, y - 60, x - 60))
    for (y, x), kind, fig in s.figures:
        k = fig.shape[0] // 2
        win = np.s_[y - k : y + k, x - k : x + k]
        off = np.hypot(*np.ogrid[-k:k, -k:k]) + 1.6 * noise(rng, fig.shape, 14, 1)
        halo = 1 - step(12, 19, off)  # cleared cytoplasm
        s.hae[win] *= 1 - 0.55 * halo
        s.eos[win] *= 1 - 0.30 * halo
        s.hem[win] = s.hem[win] * (1 - halo) + 1.28 * fig
        s.cover[win] = np.maximum(s.cover[win], fig)
        objects.append(boxed(f"mitotic figure ({kind})", fig > 0.3, y - k, x - k))
    return objects
