"""A flat sheet of type, set letter by letter at twice the scale of the final picture."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

DPI = 232.0  # of the photograph on the paper
BODY_PT, LEADING_PT = 7.6, 8.7  # type size and line distance, points of 1/72 inch
SS = 2  # scale of the flat sheet over the final picture
FACES = {"roman": "Regular", "italic": "Italic", "bold": "Bold"}


def face(kind, size):
    """Old Standard in one of the FACES; Pillow looks through the system's font folders."""
    for suffix in (".ttf", ".otf"):
        try:
            return ImageFont.truetype(f"OldStandard-{FACES[kind]}{suffix}", size)
        except OSError:
            continue
    raise RuntimeError("the almanack is set in Old Standard: install Debian's fonts-oldstandard")


class Sheet:
    """Ink coverage at SS times the final scale, and what has gone wrong on it.

    places  letters that may be spoiled: dicts of ch, x, base, word (its length), at, kind
    flaws   (label, [x0, y0, x1, y1]) in sheet pixels
    """

    def __init__(self, rng, width, height):
        self.rng, self.w, self.h = rng, width, height
        self.img = Image.new("L", (width * SS, height * SS), 0)
        self.pen = ImageDraw.Draw(self.img)
        self.px = DPI / 72 * SS
        self.cache, self.places, self.flaws = {}, [], []
        self.lines, self.double_at, self.headed = 0, math.inf, set()

    def font(self, kind, pt):
        """The face at a size in points."""
        key = (kind, round(pt, 2))
        if key not in self.cache:
            self.cache[key] = face(kind, round(pt * self.px))
        return self.cache[key]

    def word(self, x, base, text, kind, pt, keep=False):
        """Letters one by one, so that each can stand a little off and take its own ink."""
        f = self.font(kind, pt)
        lift = self.rng.normal(0, 0.22)
        press = self.rng.normal(236, 6)
        for i, ch in enumerate(text):
            cx = x + (f.getlength(text[: i + 1]) - f.getlength(ch))
            tone = int(np.clip(press + self.rng.normal(0, 9), 180, 255))
            at = (cx, base + lift + self.rng.normal(0, 0.3))
            self.pen.text(at, ch, fill=tone, font=f, anchor="ls")
            if keep and ch.isalpha():
                self.places.append(
                    {"ch": ch, "x": cx, "base": base, "word": len(text), "at": i, "kind": kind}
                )

    def line(self, x, base, words, width, pt, justify=True, keep=False):
        """Set (text, kind) pairs; the spaces spread so that the line fills its measure."""
        lens = [self.font(k, pt).getlength(t) for t, k in words]
        space = self.font("roman", pt).getlength(" ")
        if justify and len(words) > 1:
            space = (width - sum(lens)) / (len(words) - 1)
        starts = []
        for (t, k), n in zip(words, lens, strict=True):
            starts.append(x)
            self.word(x, base, t, k, pt, keep)
            x += n + space
        return starts

    def centred(self, x, base, width, text, kind, pt, track=0.0):
        """A line in the middle of its measure, with track (of the size) between letters."""
        f = self.font(kind, pt)
        gap = track * pt * self.px
        x += (width - f.getlength(text) - gap * (len(text) - 1)) / 2
        for ch in text:
            self.word(x, base, ch, kind, pt)
            x += f.getlength(ch) + gap

    def rule(self, x0, y0, x1, y1, thick):
        """A brass rule; bending and ink make it waver later."""
        ends = [(round(x0), round(y0)), (round(x1), round(y1))]
        tone = int(self.rng.uniform(205, 245))
        self.pen.line(ends, fill=tone, width=max(round(thick * SS), 1))
