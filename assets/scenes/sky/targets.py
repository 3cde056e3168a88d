"""What is hidden in the field: faint spirals, colliding galaxies, a lens, an asteroid's trail."""

import math

import numpy as np

from .collision import collide
from .light import add
from .spirals import spiral

FAINT_SPIRALS = 6


def disk_box(y, x, radius, q, angle):
    """The box round an inclined disk of that radius (px)."""
    c, s = math.cos(angle), math.sin(angle)
    ry, rx = radius * math.hypot(s, q * c), radius * math.hypot(c, q * s)
    return [int(y - ry), int(x - rx), int(y + ry) + 1, int(x + rx) + 1]


def add_faint_spirals(rng, img, spot):
    """Small spirals, near the limit of what the eye can call one. Returns truth objects."""
    objects = []
    for _ in range(FAINT_SPIRALS):
        hh = rng.uniform(4.2, 7.4)
        q, ang = rng.uniform(0.6, 0.97), rng.uniform(0, np.pi)
        y, x = spot(70, 60)
        flux, pitch = 1000 * hh**2 * rng.uniform(0.8, 1.2), rng.uniform(0.36, 0.50)
        add(img, spiral(rng, flux, hh, q, ang, 2, pitch, 1.9, 0.13), y, x)
        box = disk_box(y, x, 3.3 * hh, q, ang)
        objects.append({"label": "faint spiral galaxy", "box": box})
    return objects


def add_collisions(rng, img, spot, scale):
    """Two pairs with tidal tails, one near, one far. Truth objects, and rows of their bulges."""
    objects, rows = [], []
    for size, light, after in ((36, 620, 1.7), (17, 330, 1.3)):
        px = size * scale * rng.uniform(0.95, 1.1)
        part, after = rng.uniform(0.55, 0.85), after * rng.uniform(0.85, 1.2)
        stamp, bulges, (y0, x0, y1, x1) = collide(rng, light * px**2, px, part, after)
        y, x = spot(2.4 * px, 3 * int(px) + 20)
        add(img, stamp, y, x)
        rows += [(y + dy, x + dx, *rest) for dy, dx, *rest in bulges]
        objects.append({"label": "colliding galaxies", "box": [y + y0, x + x0, y + y1, x + x1]})
    return objects, rows


def lens_ring(theta_e, flux):
    """A source behind a singular isothermal ellipsoid, traced back through the lens equation."""
    s, half = 5, int(2.6 * theta_e)  # s: supersampling
    n = (2 * half + 1) * s
    g = (np.mgrid[0:n, 0:n].astype(np.float64) - (n - 1) / 2) / s
    q, core = 0.84, 0.05
    e = math.sqrt(1 - q * q)
    psi = np.sqrt(q * q * (g[1] ** 2 + core) + g[0] ** 2) + 1e-9
    ax = theta_e * q / e * np.arctan(e * g[1] / psi)
    ay = theta_e * q / e * np.arctanh(e * g[0] / (psi + q * q * core))
    bx, by = g[1] - ax - 0.13 * theta_e, g[0] - ay - 0.04 * theta_e
    src = np.exp(-1.7 * np.hypot(bx, by / 0.8) / (0.115 * theta_e))
    knot = (bx - 0.12 * theta_e) ** 2 + (by + 0.06 * theta_e) ** 2
    src = src + 0.5 * np.exp(-knot / (0.03 * theta_e) ** 2)
    ring = src.reshape(2 * half + 1, s, 2 * half + 1, s).mean((1, 3))
    return (ring / ring.sum())[..., None] * flux * np.array([0.62, 1.0, 1.45])


def add_lens(rng, img, spot):
    """The ring, its truth object, and the row of the elliptical that bends the light."""
    y, x = spot(70, 60)
    theta = rng.uniform(9.5, 11.5)
    add(img, lens_ring(theta, 11500.0), y, x)
    k = round(theta * 1.25)
    found = {"label": "gravitational lens ring", "box": [y - k, x - k, y + k + 1, x + k + 1]}
    return found, (y, x, 7000, 3.2, 0.88, 1.5, 3.2, 1.75, 1.0, 0.38, 0, 0)


def add_asteroid(rng, img, spot):
    """A short bent trail in three exposures, with gaps between them. Returns its truth object."""
    y, x = spot(80, 80)
    length, ang = rng.uniform(42, 56), rng.uniform(0, np.pi)
    bend = rng.choice([-1, 1]) * rng.uniform(2.0, 3.5)
    t = np.linspace(-1, 1, 900)
    along, off = length / 2 * t, bend * (t * t)
    dx = along * math.cos(ang) - off * math.sin(ang)
    dy = along * math.sin(ang) + off * math.cos(ang)
    on = np.abs(((t + 1) * 1.5) % 1 - 0.5) < 0.475
    light = np.array([1.12, 1.0, 0.8]) * 9000 / 900
    np.add.at(img, ((y + dy[on]).astype(int), (x + dx[on]).astype(int)), light)
    y0, x0, y1, x1 = y + dy.min(), x + dx.min(), y + dy.max(), x + dx.max()
    return {"label": "asteroid trail", "box": [int(y0) - 2, int(x0) - 2, int(y1) + 4, int(x1) + 4]}
