"""Stars: how many of which brightness and colour, and the spikes that the telescope gives them."""

import math

import numpy as np

from .light import add

PER_MPX = 26
BRIGHTEST_E = (2.4e7, 6.5e6, 2.6e6)
WITH_SPIKES_E = 2e4


def star_colours(rng, n):
    """Black-body ratios at 660, 550, 450 nm, most stars cool."""
    t = 3000 + 3800 * rng.gamma(1.1, 0.62, n)
    lam = np.array([660e-9, 550e-9, 450e-9])
    b = lam**-5 / (np.exp(0.014388 / (lam * t[:, None])) - 1)
    return (b / b[:, 1:2]) ** 0.7  # broad bands overlap, so colours are paler


def add_stars(rng, img, spot, scale):
    """Put all stars in as points; returns those bright enough for spikes: (y, x, flux, colour)."""
    h, w = img.shape[:2]
    n = int(PER_MPX * h * w / 1e6)
    flux = 350 * (1 - rng.random(n)) ** (-1 / 0.47)
    flux = np.sort(np.minimum(flux, 2.0e7))[::-1]
    flux[:3] = np.array(BRIGHTEST_E) * scale
    bright = []
    for f, c in zip(flux, star_colours(rng, n), strict=True):
        if f > WITH_SPIKES_E:
            yi, xi = spot(min(0.05 * f**0.45, 160), 40)
            y, x = yi + rng.random(), xi + rng.random()
            bright.append((y, x, f, c))
        else:
            y, x = rng.uniform(2, h - 3), rng.uniform(2, w - 3)
        iy, ix, fy, fx = int(y), int(x), y % 1, x % 1
        share = np.array([[(1 - fy) * (1 - fx), (1 - fy) * fx], [fy * (1 - fx), fy * fx]])
        img[iy : iy + 2, ix : ix + 2] += f * share[..., None] * c
    return bright


def add_spikes(img, y, x, flux, colour, tilt):
    """Aureole and four-vane diffraction spikes, with fringes that stretch with wavelength."""
    half = int(np.clip(0.62 * flux**0.42, 30, 620))
    g = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    dy, dx = g[0] - (y % 1), g[1] - (x % 1)
    r = np.hypot(dy, dx) + 1
    fade = np.clip(1 - r / half, 0, 1) ** 1.5
    out = np.zeros((*r.shape, 3), np.float32)
    for b, lam in enumerate((1.14, 1.0, 0.87)):
        glow = 0.0085 / (r / lam) ** 2.25
        ring = 1 + 0.22 * np.cos(r / (2.6 * lam)) * np.exp(-r / 40)
        for k in range(2):
            c, s = math.cos(tilt + k * np.pi / 2), math.sin(tilt + k * np.pi / 2)
            a, o = np.abs(dx * c + dy * s), -dx * s + dy * c
            wd = 0.75 + 0.0022 * a
            vane = 0.0052 / (a / lam + 3) ** 1.28 * np.exp(-0.5 * (o / wd) ** 2) / wd
            glow = glow + vane * (0.78 + 0.22 * np.cos(a / (5.5 * lam)))
        out[..., b] = flux * colour[b] * glow * ring * fade
    add(img, out, y, x)
