"""Flaws in the forme: letters turned, broken or foreign, and one blot. Boxes in sheet pixels."""

import math

import numpy as np
from PIL import Image

from ..fields import noise
from .sheet import BODY_PT, LEADING_PT, SS


def in_word(q):
    """A letter inside a word of some length, so that the word stays readable."""
    return q["word"] > 4 and q["at"] > 0


class Spoiler:
    """Spoils letters that are already set, far from each other."""

    def __init__(self, sheet):
        self.sheet, self.rng = sheet, sheet.rng
        self.roman = sheet.font("roman", BODY_PT)
        self.used = [((b[0] + b[2]) / 2, b[3]) for _, b in sheet.flaws]

    def box(self, q, font):
        """The box of one letter."""
        b = font.getbbox(q["ch"], anchor="ls")
        x, y = q["x"], q["base"]
        return [int(x + b[0]) - 2, int(y + b[1]) - 2, int(x + b[2]) + 3, int(y + b[3]) + 3]

    def take(self, letters, within=in_word):
        """A letter and its box; the distance is relaxed where the sheet is small."""
        sheet = self.sheet
        for apart in (0.17, 0.08, 0.03, 0.0):
            room = apart * sheet.h * SS
            for i in self.rng.permutation(len(sheet.places)):
                q = sheet.places[i]
                if q["ch"] not in letters or q["kind"] != "roman" or not within(q):
                    continue
                if all(math.hypot(q["x"] - a, q["base"] - b) > room for a, b in self.used):
                    self.used.append((q["x"], q["base"]))
                    return q, self.box(q, self.roman)
        raise ValueError("too few letters on the sheet for its flaws")

    def turn(self, letters):
        """Set a letter upside down, about the middle of the x-height."""
        q, b = self.take(letters)
        low = self.roman.getbbox("x", anchor="ls")
        shift = round(2 * q["base"] + low[1] + low[3] - b[1] - b[3])
        letter = self.sheet.img.crop(b).transpose(Image.Transpose.ROTATE_180)
        self.sheet.pen.rectangle(b, fill=0)
        self.sheet.img.paste(letter, (b[0], b[1] + shift))
        box = [b[0], min(b[1], b[1] + shift), b[2], max(b[3], b[3] + shift)]
        self.sheet.flaws.append(("upside-down letter", box))

    def break_face(self, letters):
        """A crack and a chip of the letter do not print."""
        _, b = self.take(letters, lambda q: q["word"] > 3)
        a = np.asarray(self.sheet.img.crop(b)).astype(np.float32)
        h, w = a.shape
        yy, xx = np.mgrid[0:h, 0:w] - np.array(a.shape)[:, None, None] / 2
        gone = np.abs(yy + 0.45 * xx + 2.5 * noise(self.rng, a.shape, 6, 2)) < 0.09 * h
        gone |= (yy < -0.3 * h) & (xx > -0.2 * h)
        self.sheet.img.paste(Image.fromarray((a * ~gone).astype(np.uint8)), (b[0], b[1]))
        self.sheet.flaws.append(("broken letter", b))

    def swap(self, letters):
        """A sort from another case, no wider than its neighbours allow."""
        q, b = self.take(letters)
        sheet, ch = self.sheet, q["ch"]
        sheet.pen.rectangle(b, fill=0)
        room = self.roman.getlength(ch) * 1.06 / sheet.font("bold", BODY_PT).getlength(ch)
        font = sheet.font("bold", BODY_PT * min(room, 1))
        sheet.pen.text((q["x"], q["base"]), ch, fill=245, font=font, anchor="ls")
        sheet.flaws.append(("wrong-font letter", self.box(q, font)))

    def blot(self):
        """A drop of ink about 10 px across, between two lines."""
        rng, t = self.rng, np.linspace(0, 2 * np.pi, 40, endpoint=False)
        q, _ = self.take("abcdefghijklmnopqrstuvwxyz")
        size = rng.uniform(4.2, 5.6) * SS
        rad = 1 + 0.16 * np.cos(2 * t + rng.uniform(0, 6))
        rad = rad + 0.10 * np.cos(3 * t + rng.uniform(0, 6))
        rad = size * (rad + 0.05 * rng.standard_normal(40))
        y = q["base"] + 0.35 * LEADING_PT * self.sheet.px
        pts = np.stack([q["x"] + rad * np.cos(t), y + rad * np.sin(t)], 1)
        self.sheet.pen.polygon([tuple(p) for p in pts], fill=255)
        low, high = pts.min(0).astype(int), pts.max(0).astype(int) + 1
        self.sheet.flaws.append(("ink blot", [*low.tolist(), *high.tolist()]))


def spoil(sheet):
    """Turn, break and swap a few letters, drop one blot, as a careless printer would."""
    spoiler = Spoiler(sheet)
    for letters in ("e", "at", "gr"):
        spoiler.turn(letters)
    spoiler.break_face("hbdknm")
    spoiler.swap("aeonsu")
    spoiler.blot()
