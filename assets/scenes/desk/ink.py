"""Handwriting and signs drawn with a pen."""

import math

import bpy
import numpy as np

from .shapes import f32

# One-stroke letters on a grid: pairs of x (0..6) and y (0..9), base line
# at y = 2; ';' lifts the pen.
PEN = dict(
    a="56 36 15 13 32 53 56 53 62",
    b="19 12 14 36 55 53 32 13",
    c="55 36 15 13 32 53",
    d="55 36 15 13 32 53 59 53 62",
    e="14 54 55 36 15 13 32 53",
    f="59 49 38 32;16 56",
    g="56 36 15 14 33 54 56 52 40 20 11",
    h="19 12 14 36 55 52",
    i="36 32 42;37 38",
    j="36 31 20 10;38 39",
    k="19 12;46 14 52",
    l="29 23 32 42",
    m="06 02 05 16 25 22 25 46 55 52",
    n="16 12 14 36 55 52",
    o="36 15 13 32 53 55 36",
    p="16 10 15 36 55 53 32 13",
    q="56 36 15 13 32 53 56 50",
    r="16 12 14 36 55",
    s="55 36 15 24 44 53 32 13",
    t="39 33 42 52;17 57",
    u="16 13 32 53 56 52",
    v="16 32 56",
    w="06 12 35 52 66",
    x="16 52;56 12",
    y="16 33 54 56 52 40 20",
    z="16 56 12 52",
)


PEN.update(
    {
        "0": "39 17 14 32 54 57 39",
        "1": "27 39 32",
        "2": "17 29 49 57 55 12 52",
        "3": "18 39 57 36 54 53 32 13",
        "4": "39 14 64;47 42",
        "5": "59 19 16 46 54 53 32 13",
        "6": "59 27 14 13 32 53 54 36 14",
        "7": "19 59 32;26 46",
        "8": "36 17 18 39 58 57 36 14 13 32 53 54 36",
        "9": "57 46 26 17 18 39 49 57 54 32",
    }
)


SIGNS = dict(
    A="12 39 52;24 44",
    E="59 19 12 52;15 45",
    F="59 19 12;15 45",
    H="19 12;59 52;15 55",
    K="19 12;59 15 52",
    M="12 19 35 59 52",
    N="12 19 52 59",
    R="12 19 49 58 46 16;36 52",
    T="19 59;39 32",
    X="19 52;59 12",
    Y="19 36 59;36 32",
    W="09 12 35 52 69",
    plus="38 33;15 55",
    arrow="14 54;37 54 31",
    check="15 32 59",
    query="18 39 57 35 34;32 33",
    tri="12 39 52 12",
    hash="29 22;49 42;16 56;14 54",
    star="39 22 57 17 52 39",
    up="32 38;15 38 55",
    eq="16 56;14 54",
    wave="15 27 34 46 55",
)


def pen_path(code, rng, wobble=0.25):
    """Strokes as dense point rows: round where the pen turns gently, sharp at corners, shaken."""
    out = []
    for st in code.split(";"):
        p = np.array([(int(q[0]), int(q[1])) for q in st.split()], float)
        p += rng.normal(0, wobble, p.shape)
        e = np.diff(p, axis=0)
        m = np.zeros_like(p)
        for i in range(1, len(p) - 1):
            if e[i - 1] @ e[i] > 0.15 * np.linalg.norm(e[i - 1]) * np.linalg.norm(e[i]):
                m[i] = 0.45 * (p[i + 1] - p[i - 1])
        m[0], m[-1] = e[0], e[-1]
        t = np.linspace(0, 1, 40)[:, None]
        for i in range(len(e)):
            out.append(
                p[i] * (2 * t**3 - 3 * t * t + 1)
                + p[i + 1] * (3 * t * t - 2 * t**3)
                + m[i] * (t**3 - 2 * t * t + t)
                + m[i + 1] * (t**3 - t * t)
            )
    return out


class Ink:
    """A sheet as an ink picture: k pixels per centimetre, 1 = bare paper."""

    def __init__(self, w, h, k):
        self.w, self.h, self.k = w, h, k
        self.a = np.zeros((int(h * k) + 4, int(w * k) + 4), f32)
        self.rgb = np.ones((*self.a.shape, 3), f32)

    def draw(self, pts, width, press=1.0):
        """A stroke of the pen along points."""
        p = np.asarray(pts) * self.k
        n = max(1, int(width * self.k * 2.2))
        nib = np.linspace(-0.5, 0.5, n) if n > 2 else [0.0]
        for dx in nib:
            for dy in nib:
                if dx * dx + dy * dy <= 0.27:
                    x, y = p[:, 0] + dx * width * self.k, p[:, 1] + dy * width * self.k
                    i, j = np.floor(x).astype(int), np.floor(y).astype(int)
                    fx, fy = x - i, y - j
                    for a, b, q in (
                        (0, 0, (1 - fx) * (1 - fy)),
                        (1, 0, fx * (1 - fy)),
                        (0, 1, (1 - fx) * fy),
                        (1, 1, fx * fy),
                    ):
                        ok = (
                            (i + a >= 0)
                            & (j + b >= 0)
                            & (i + a < self.a.shape[1])
                            & (j + b < self.a.shape[0])
                        )
                        np.maximum.at(
                            self.a, ((j + b)[ok], (i + a)[ok]), (q * press)[ok].astype(f32)
                        )

    def flush(self, color):
        """Dye what was drawn and start with a clean nib."""
        a = self.a
        for ax in (0, 1):
            a = 0.25 * np.roll(a, 1, ax) + 0.5 * a + 0.25 * np.roll(a, -1, ax)
        self.rgb *= 1 - np.clip(a * 1.7, 0, 1)[..., None] * (1 - np.array(color, f32))
        self.a[:] = 0

    def sign(self, rng, code, x, y, size, width, slant=0.1, wobble=0.25, press=1.0):
        """One sign, shaken a little."""
        for q in pen_path(code, rng, wobble):
            self.draw(
                np.stack(
                    [x + (q[:, 0] + slant * q[:, 1]) * size / 7, y + (q[:, 1] - 2) * size / 7], 1
                ),
                width,
                press,
            )

    def write(self, rng, text, x, y, size=0.42, width=0.045):
        """A line of joined handwriting that drifts off the line as people's does."""
        sl, drift = rng.uniform(0.12, 0.3), rng.normal(0, 0.008)
        x0 = x
        for ch in text:
            if ch in PEN:
                self.sign(
                    rng,
                    PEN[ch],
                    x,
                    y + drift * (x - x0) + rng.normal(0, 0.012),
                    size * rng.uniform(0.92, 1.08),
                    width,
                    sl,
                    0.22,
                    rng.uniform(0.75, 1),
                )
                x += (
                    size
                    * (0.78 if ch in "mw" else 0.4 if ch in "ijlt" else 0.63)
                    * rng.uniform(0.92, 1.08)
                )
            else:
                x += size * 0.55
            if x > self.w - 0.5:
                break
        return x

    def line(self, x0, y0, x1, y1, width, press=1.0):
        """A straight line."""
        n = int(math.hypot(x1 - x0, y1 - y0) * self.k * 2) + 2
        self.draw(np.stack([np.linspace(x0, x1, n), np.linspace(y0, y1, n)], 1), width, press)

    def image(self, name, gamma=True):
        """The sheet as a picture for Blender."""
        h, w = self.a.shape
        px = np.ones((h, w, 4), f32)
        px[..., :3] = np.clip(self.rgb, 0, 1) ** (1 / 2.2) if gamma else self.rgb
        im = bpy.data.images.new(name, w, h)
        if not gamma:
            im.colorspace_settings.name = "Non-Color"
        im.pixels.foreach_set(px.ravel())
        im.update()
        return im


WORDS = [
    "the",
    "a",
    "light",
    "of",
    "window",
    "morning",
    "paper",
    "small",
    "when",
    "under",
    "table",
    "found",
    "again",
    "three",
    "keys",
    "letter",
    "garden",
    "before",
    "house",
    "old",
    "every",
    "stone",
    "river",
    "walk",
    "long",
    "after",
    "rain",
    "call",
    "tomorrow",
    "bring",
    "milk",
    "bread",
    "and",
    "send",
    "map",
    "to",
    "anna",
    "ask",
    "about",
    "train",
    "ticket",
    "find",
    "last",
    "page",
    "look",
    "near",
    "corner",
    "blue",
    "box",
    "round",
    "small",
    "screw",
    "count",
    "coins",
    "what",
    "is",
    "left",
    "of",
    "it",
    "not",
    "far",
    "from",
    "here",
    "quiet",
    "evening",
]


def words(rng, n):
    """About n letters of words."""
    out = ""
    while len(out) < n:
        out += WORDS[rng.integers(len(WORDS))] + " "
    return out[:n].rsplit(" ", 1)[0] if n > 8 else out.strip()


INKS = [(0.02, 0.03, 0.22), (0.02, 0.02, 0.03), (0.25, 0.02, 0.02), (0.12, 0.12, 0.13)]
