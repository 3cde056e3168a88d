"""A small picture cut in lines, as a wood engraver would: a tone decides how wide each line is."""

import cv2
import numpy as np

from ..fields import noise


def hatch(along, period, tone):
    """Parallel cut lines, as wide as the tone is dark; ink will widen them."""
    saw = np.abs((along / period) % 1 - 0.5) * 2
    return np.clip((tone - 0.20 - saw) * period * 0.5 + 0.5, 0, 1) * (tone > 0.04)


def points(*a):
    """x, y, x, y ... as OpenCV wants them."""
    return np.array(a, np.float32).reshape(-1, 2).round().astype(np.int32)


def stroke(plate, x0, y0, x1, y1, width, value=255):
    """One straight line."""
    ends = (int(x0), int(y0)), (int(x1), int(y1))
    cv2.line(plate, *ends, value, width, cv2.LINE_AA)


def block(plate, cx, y0, y1, half, value=255):
    """A filled upright rectangle about cx."""
    corners = (int(cx - half), int(y0)), (int(cx + half), int(y1))
    cv2.rectangle(plate, *corners, value, -1, cv2.LINE_AA)


def cut_sky(rng, y, x, shake, sun):
    """Rays behind heaped clouds."""
    h, w = y.shape
    cloud = noise(rng, (h, w // 2), 170, 5, 0.55)
    cloud = cv2.resize(cloud, (w, h), interpolation=cv2.INTER_CUBIC)
    cloud = cloud - 0.9 * (np.abs(y - 0.27 * h) / (0.3 * h)) ** 2 + 0.35
    under = np.roll(cloud, 26, 0) - cloud
    d = np.hypot(x - sun[0], y - sun[1])
    ray = 0.5 + 0.5 * np.cos(np.arctan2(y - sun[1], x - sun[0]) * 34)
    sky = 0.50 - 0.36 * np.exp(-d / (0.33 * w)) - 0.10 * ray * np.exp(-d / (0.4 * w))
    sky = sky + 0.12 * (0.5 - y / h)
    inside = np.clip(cloud * 2.2, 0, 1)
    lit = 0.06 + 0.9 * np.clip(under, -0.05, 1) + 0.25 * np.clip(cloud - 0.6, 0, 1)
    sky = sky * (1 - inside) + inside * np.clip(lit, 0.02, 0.8)
    return hatch(y + shake + 3 * np.sin(x / 210), 8.2, np.clip(sky, 0, 0.8))


def cut_sea(rng, y, x, shake, sun, horizon):
    """One field of waves seen in perspective, its crests flattened toward the horizon."""
    h, w = y.shape
    depth = np.clip((y - horizon) / (h - horizon), 0, 1)
    far = 1 / (0.10 + depth)
    tex = noise(rng, (900, 1600), 26, 4, 0.6)
    at_x = (800 + (x - 0.5 * w) * far * 0.085).astype(np.float32)
    at_y = (20 + far * 78).astype(np.float32)
    chop = cv2.remap(tex, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    glitter = np.exp(-(((x - sun[0]) / (0.04 * w + 0.11 * w * depth)) ** 2))
    sea = 0.52 + 0.24 * chop - 0.42 * glitter * (0.75 + 0.5 * (chop < 0.1)) + 0.06 * depth
    return hatch(y - (1 + 7 * depth) * chop + 0.6 * shake, 7.4, np.clip(sea, 0.03, 0.90))


def cut_rock(rng, y, x, shake, horizon):
    """The rock's mask and its cross-hatching."""
    h, w = y.shape
    dx = x - 0.73 * w
    top = horizon + 46 - (165 - 0.0019 * dx**2) + 34 * noise(rng, (8, w), 110, 4, 0.6)[:1]
    foot = horizon + 60 + 0.10 * dx / 3 + 15 * noise(rng, (8, w), 60, 2)[:1]
    rock = (y > top) & (y < foot) & (np.abs(dx) < 0.235 * w)
    tone = 0.50 + 0.26 * noise(rng, (h, w), 75, 4, 0.6) + 0.22 * (x - 0.72 * w) / (0.2 * w)
    one = hatch(y * 0.8 - x * 0.55 + 3 * shake, 7.0, np.clip(tone, 0.05, 0.88))
    two = hatch(y * 0.6 + x * 0.75 + 3 * shake, 8.0, np.clip(tone - 0.35, 0, 0.7))
    return rock, np.maximum(one, two)


def cut_tower(ink, y, x, shake, tx, top, foot):
    """The banded tower, shaded round, cut into the ink."""
    half = 27 + 21 * np.clip((y - top) / (foot - top), 0, 1) ** 1.5
    u = (x - tx) / half
    tower = (np.abs(u) < 1) & (y > top) & (y < foot + 20)
    band = (((y - top) / (foot - top) * 5).astype(int) % 2 == 1) * 0.30
    tone = np.clip(0.06 + 0.62 * ((u + 0.45) / 1.4).clip(0) ** 1.6 + band, 0, 0.95)
    ink = np.where(tower, hatch(y - 9 * (1 - u * u).clip(0) + 0.4 * shake, 5.6, tone), ink)
    ink[tower & (np.abs(np.abs(u) - 0.98) < 0.06)] = 1
    return ink


def draw_lantern(plate, tx, top, foot):
    """Gallery, glass and roof on the tower, and windows down its side."""
    block(plate, tx, top - 12, top, 42)
    for k in range(-40, 41, 10):
        stroke(plate, tx + k, top - 12, tx + k, top - 30, 2)
    block(plate, tx, top - 33, top - 29, 42)
    block(plate, tx, top - 66, top - 12, 21, 0)
    for k in (-21, -7, 7, 21):
        stroke(plate, tx + k, top - 66, tx + k, top - 12, 3)
    roof = points(tx - 27, top - 66, tx + 27, top - 66, tx + 6, top - 94, tx - 6, top - 94)
    cv2.fillPoly(plate, [roof], 255, cv2.LINE_AA)
    stroke(plate, tx, top - 94, tx, top - 122, 3)
    for f in (0.25, 0.55, 0.8):
        y = top + f * (foot - top)
        block(plate, tx - 4, y, y + 20, 5)


def draw_barque(plate, y, x, bx, by):
    """A barque under sail."""
    outline = ((-120, -26), (118, -32), (150, -44), (104, 12), (-98, 12))
    hull = points(*[v for dx, dy in outline for v in (bx + dx, by + dy)])
    cv2.fillPoly(plate, [hull], 255, cv2.LINE_AA)
    stroke(plate, bx - 108, by - 15, bx + 112, by - 20, 3, 0)
    for mx, mh in ((bx - 66, 235), (bx + 10, 275), (bx + 76, 225)):
        stroke(plate, mx, by - 26, mx - 6, by - mh, 4)
        for k in range(4):
            y0, y1 = by - 48 - k * mh * 0.185, by - 48 - (k + 0.9) * mh * 0.185
            w0, w1 = 37 - 5 * k, 33 - 5 * k
            sail = points(mx - w0, y0, mx - w1 - 2, y1, mx + w1 - 2, y1 - 3, mx + w0 + 8, y0 - 2)
            m = np.zeros(plate.shape, np.uint8)
            cv2.fillPoly(m, [sail], 1)
            t = np.clip(0.10 + 0.45 * (x - mx + w0) / (2 * w0 + 8), 0.05, 0.8)
            plate[m > 0] = (255 * hatch(x * 0.97 + 0.2 * y, 5.5, t))[m > 0].astype(np.uint8)
            cv2.polylines(plate, [sail], True, 255, 2, cv2.LINE_AA)
    stays = ((145, 44, 205, 78), (205, 78, 72, 215), (150, 44, 6, 268), (-115, 28, -70, 230))
    for x0, y0, x1, y1 in stays:
        stroke(plate, bx + x0, by - y0, bx + x1, by - y1, 2)


def draw_gull(plate, x, y, r):
    """Two bent wings."""
    wings = ((-1, -0.5), (-0.4, -0.6), (0, 0), (0.5, -0.7), (1, -0.4))
    line = points(*[v for dx, dy in wings for v in (x + dx * r, y + dy * r)])
    cv2.polylines(plate, [line], False, 255, 2, cv2.LINE_AA)


def engrave(rng, w=1600, h=980):
    """A lighthouse on a rock, a ship, sun behind cloud: (h, w) uint8, 255 is ink."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    shake = 1.1 * noise(rng, (h, w), 90, 2) + 0.35 * noise(rng, (h, w), 12, 1)
    horizon, sun = 0.63 * h, (0.23 * w, 0.50 * h)
    ink = cut_sky(rng, y, x, shake, sun)
    ink = np.where(y > horizon, cut_sea(rng, y, x, shake, sun, horizon), ink)
    rock, cut = cut_rock(rng, y, x, shake, horizon)
    ink = np.where(rock, cut, ink)
    tower = 0.735 * w, 0.20 * h, 0.60 * h
    ink = cut_tower(ink, y, x, shake, *tower)
    plate = np.ascontiguousarray((ink * 255).astype(np.uint8))
    draw_lantern(plate, *tower)
    draw_barque(plate, y, x, 0.40 * w, horizon + 34)
    for _ in range(9):
        gx, gy = rng.uniform(0.45, 0.95) * w, rng.uniform(0.1, 0.5) * h
        draw_gull(plate, gx, gy, rng.uniform(6, 13))
    cv2.rectangle(plate, (3, 3), (w - 4, h - 4), 255, 3)
    return plate
