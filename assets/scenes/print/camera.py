"""The bent book under the camera: its leaves curve into the gutter, lit from one side."""

from types import SimpleNamespace

import cv2
import numpy as np

from ..fields import blur, eight_bit, noise
from .paper import paper, spread
from .relief import relief
from .sheet import SS

PAPER = (0.775, 0.705, 0.560)  # linear reflectance of aged rag paper in R, G, B
INK = (0.040, 0.0375, 0.035)  # linear reflectance of solid warm black


def page_profile(page_w):
    """Arc length along a leaf from the gutter: its sideways reach, its height, its slope (px)."""
    s = np.arange(0, page_w + 60, dtype=np.float64)
    rise, roll, sag = 0.040 * page_w, 0.060 * page_w, 0.022 * page_w
    z = rise * (1 - np.exp(-s / roll)) - sag * (s / page_w) ** 2
    slope = np.gradient(z)
    return s, np.concatenate([[0], np.cumsum(np.sqrt(1 - slope[1:] ** 2))]), z, slope


def bend(rng, shape, sheet, pages, page_w):
    """Where each pixel looks on the flat sheet (mx, my), and the leaf's slope there."""
    h, w = shape
    v = SimpleNamespace(shape=shape)
    v.gy, v.gx = np.mgrid[0:h, 0:w].astype(np.float32)
    tilt = rng.normal(0, 0.0022) + 0.002
    gutter = w / 2 + rng.normal(0, 0.004 * w) if pages == 2 else 0.03 * w
    v.x = v.gx - gutter + tilt * (v.gy - h / 2)
    y = v.gy - h / 2 - tilt * (v.gx - w / 2)
    s, reach, z, slope = page_profile(page_w)
    reach = reach * (1 + z / (2.4 * w))  # nearer the lens, larger
    v.end, v.away, v.side = reach[page_w], np.abs(v.x), np.sign(v.x)
    arc = np.interp(v.away, reach, s).astype(np.float32)
    height = np.interp(v.away, reach, z).astype(np.float32)
    v.slope = np.interp(v.away, reach, slope).astype(np.float32)
    off = 1.6 * noise(rng, shape, 0.35 * w, 2)
    v.mx = (page_w if pages == 2 else 0) + v.side * arc + off
    v.my = sheet.h / 2 + y / (1 + height / (1.7 * w)) + 2.2 * noise(rng, shape, 0.30 * w, 2)
    v.ours = (v.x > 0) | (pages == 2)
    v.leaf = (v.away < v.end) & v.ours
    return v


def light(rng, v):
    """Shade of the leaf under a lamp at the upper left; the fold hides the lamp."""
    (h, w), a = v.shape, v.away
    lx, lz = -0.50, 0.80
    facing = (lz + lx * (-v.slope * v.side)) / np.sqrt(1 + v.slope * v.slope) / lz
    shade = 0.42 + 0.58 * facing
    shade *= 1 - 0.62 * np.exp(-a / (0.006 * w)) - 0.16 * np.exp(-a / (0.035 * w))
    fall = ((v.gx - 0.47 * w) / w) ** 2 * 3.2 + ((v.gy - 0.45 * h) / w) ** 2 * 3.2
    shade *= 1 - 0.085 * fall  # lens and lamp
    return shade * (1 + 0.012 * noise(rng, v.shape, 0.22 * w, 2))


def beyond(rng, v):
    """What lies outside the leaf: (mask of the leaves under it, their brightness), the table."""
    w, shape = v.shape[1], v.shape
    under = v.away - v.end
    leaves = 0.52 + 0.10 * np.sin(under * 1.7 + 1.6 * noise(rng, shape, 400, 3))
    leaves = leaves + 0.04 * noise(rng, shape, 5, 2)
    leaves += 0.08 * np.sin(under * 0.83 + 2 * noise(rng, shape, 250, 2))
    stack = (under >= 0) & (under < 0.0075 * w) & v.ours
    leaves = leaves * np.exp(-np.maximum(under, 0) / (0.012 * w))
    table = 0.030 + 0.004 * noise(rng, shape, 60, 4)
    return stack, leaves, table + 0.002 * rng.standard_normal(shape, dtype=np.float32)


def print_of(ink, v, sheet, b):
    """The ink that one colour of the picture sees; the lens magnifies each a little differently."""
    k, cx, cy = 1 + (b - 1) * 0.00011, sheet.w / 2, sheet.h / 2
    at_x = (v.mx - cx) * k * SS + cx * SS + (SS - 1) / 2
    at_y = (v.my - cy) * k * SS + cy * SS + (SS - 1) / 2
    return cv2.remap(ink, at_x, at_y, cv2.INTER_LINEAR)


def photograph(rng, sheet, shape, pages, page_w):
    """Linear light (H, W, 3) of the printed, bent sheet, and the view that shows where it lies."""
    h, w = shape
    ink = spread(rng, np.asarray(sheet.img, np.float32) / 255)
    back = cv2.resize(ink, (sheet.w, sheet.h), interpolation=cv2.INTER_AREA)[:, ::-1]
    back = np.roll(blur(back, 2.3), 7, 0)
    ink = blur(ink, 0.65)
    v = bend(rng, shape, sheet, pages, page_w)
    tex = paper(rng, shape)
    through = cv2.remap(back, v.mx, v.my, cv2.INTER_LINEAR)
    show = np.power(10, -0.055 * through, dtype=np.float32)
    films = [print_of(ink, v, sheet, b) for b in range(3)]
    uneven, rubbed = relief(rng, films[1], through)
    shade = light(rng, v) * uneven
    edge = np.maximum(np.minimum(v.end - v.away, 400), 0)
    tan = 0.16 * np.exp(-edge / (0.03 * w)) + 0.05 * noise(rng, shape, 0.4 * w, 3)
    stack, leaves, table = beyond(rng, v)
    cover = blur(v.leaf.astype(np.float32), 0.7)
    out = np.empty((h, w, 3), np.float32)
    for b, film in enumerate(films):
        film = film * (1 - 0.5 * rubbed)
        r = PAPER[b] * tex[..., b] * (1 - tan * (0.35, 0.6, 1.0)[b]) * show * (1 + 0.05 * rubbed)
        r = r * (1 - film) + INK[b] * film
        rest = np.where(stack, PAPER[b] * 0.8 * leaves, table * (1.05, 0.95, 0.85)[b])
        out[..., b] = r * shade * cover + (1 - cover) * rest
    return out, v


def develop(rng, lin):
    """Linear light to 8-bit: lens blur, sensor noise, sRGB curve, a touch of sharpening."""
    lin = blur(lin, 0.5)
    grain = rng.standard_normal(lin.shape, dtype=np.float32)
    lin += np.sqrt(np.clip(lin, 0.002, 1)) * 0.0075 * grain
    lin *= 1.12
    curve = 1.055 * np.power(np.clip(lin, 0.0031308, 1), 1 / 2.4) - 0.055
    img = np.where(lin < 0.0031308, 12.92 * lin, curve).astype(np.float32)
    img += 0.45 * (img - blur(img, 1.3))
    return eight_bit(rng, img)
