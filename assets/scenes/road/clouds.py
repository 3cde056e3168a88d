"""Cumulus by marching rays through a layer of noise."""

import math

import numpy as np

from .fields import noise2, smooth

SUN = np.array([-0.76, 0.26, 0.60]) / np.linalg.norm([-0.76, 0.26, 0.60])


def puffs(rng, n=96):
    """Tileable 3-D noise of rounded bulges with sharp creases, from band-passed white noise."""
    f = np.fft.fftfreq(n, 1 / n)
    radius = np.sqrt(
        f[:, None, None] ** 2 + f[None, :, None] ** 2 + f[None, None, : n // 2 + 1] ** 2
    )
    white = np.fft.rfftn(rng.normal(size=(n, n, n)))
    total = 0
    for centre, weight in ((3, 1.0), (6, 0.55), (12, 0.30), (24, 0.16)):
        band = np.fft.irfftn(
            white * np.exp(-(((radius - centre) / (0.35 * centre)) ** 2)), (n, n, n)
        )
        total = total + weight * np.abs(band / band.std())
    return (total / total.mean()).astype(np.float32)


def lookup(volume, p):
    """Trilinear sample of a tileable cube; p in tiles."""
    n = volume.shape[0]
    q = p * n
    i = np.floor(q).astype(np.int32)
    f = (q - i).astype(np.float32)
    i %= n
    j = (i + 1) % n
    flat = volume.ravel()

    def at(a, b, c):
        return flat[(a * n + b) * n + c]

    x0 = at(i[:, 0], i[:, 1], i[:, 2]) * (1 - f[:, 2]) + at(i[:, 0], i[:, 1], j[:, 2]) * f[:, 2]
    x1 = at(i[:, 0], j[:, 1], i[:, 2]) * (1 - f[:, 2]) + at(i[:, 0], j[:, 1], j[:, 2]) * f[:, 2]
    x2 = at(j[:, 0], i[:, 1], i[:, 2]) * (1 - f[:, 2]) + at(j[:, 0], i[:, 1], j[:, 2]) * f[:, 2]
    x3 = at(j[:, 0], j[:, 1], i[:, 2]) * (1 - f[:, 2]) + at(j[:, 0], j[:, 1], j[:, 2]) * f[:, 2]
    a, b = x0 * (1 - f[:, 1]) + x1 * f[:, 1], x2 * (1 - f[:, 1]) + x3 * f[:, 1]
    return a * (1 - f[:, 0]) + b * f[:, 0]


COVER = 0.58  # higher: fewer clouds


AZ, EL = math.radians(46), (math.radians(0.8), math.radians(27))


def cloud_picture(rng, width):
    """Cumulus by marching rays through a layer, and light to the sun: RGBA over both angles."""
    height = int(width * (EL[1] - EL[0]) / (2 * AZ))
    vol = puffs(rng)
    base, top = 1.15, 2.35
    off = rng.uniform(0, 1, 3)

    def density(p, fine=True):
        h = (p[:, 2] - base) / (top - base)
        cover = noise2(p[:, 0] / 2.9 + off[0] * 50, p[:, 1] / 2.9, 71, 3)
        d = cover * 1.15 - COVER - 0.75 * np.abs(h - 0.22) ** 1.2 - 0.5 * smooth(0.12, 0, h)
        d = d + 0.42 * (lookup(vol, p / 3.1 + off) - 1)
        if fine:
            d = d + 0.17 * (lookup(vol, p / 0.83) - 1)
        return np.clip(d, 0, 0.25) * ((h > 0) & (h < 1))

    el, az = np.meshgrid(
        np.linspace(EL[0], EL[1], height), np.linspace(-AZ, AZ, width), indexing="ij"
    )
    ray = np.stack([np.sin(az) * np.cos(el), np.cos(az) * np.cos(el), np.sin(el)], -1).reshape(
        -1, 3
    )
    t0, t1 = base / ray[:, 2], np.minimum(top / ray[:, 2], base / ray[:, 2] + 14)
    clear, glow = np.ones(len(ray)), np.zeros(len(ray))
    steps = 44
    jitter = rng.random(len(ray))
    for k in range(steps):
        live = np.flatnonzero((clear > 0.03) & (t0 < 45))
        t = t0[live] + (t1 - t0)[live] * (k + jitter[live]) / steps
        p = ray[live] * t[:, None]
        d = density(p)
        hit = d > 0
        live, p, d, t = live[hit], p[hit], d[hit], t[hit]
        depth = np.zeros(len(p))
        for s in (0.04, 0.12, 0.28, 0.6):
            depth += density(p + SUN * s, s < 0.2) * s * 1.3
        h = (p[:, 2] - base) / (top - base)
        sun = 0.62 * np.exp(-depth * 26) + 0.38 * np.exp(-depth * 5)
        light = 1.05 * sun + 0.42 + 0.2 * h
        a = 1 - np.exp(-d * 42 * ((t1 - t0)[live] / steps))
        glow[live] += clear[live] * a * light
        clear[live] *= 1 - a
    alpha = 1 - clear
    grey = glow / np.maximum(alpha, 1e-3)
    fade = np.exp(-((t0 / 26) ** 1.2))
    rgb = np.stack([grey * 1.0, grey * 1.0, grey * 1.015], 1)
    out = np.concatenate([rgb, (alpha * fade)[:, None]], 1).reshape(height, width, 4)
    # a thin veil of high cloud behind the heaps
    veil = (
        np.clip(noise2(az * 9 + el * 30, el * 55, 91, 5) * 0.5 + 0.1, 0, 1)
        * smooth(0.12, 0.4, el)
        * 0.22
    )
    veil = (veil * (1 - out[..., 3]))[..., None]
    both = out[..., 3:] + veil
    out[..., :3] = (out[..., :3] * out[..., 3:] + 0.95 * veil) / np.maximum(both, 1e-3)
    out[..., 3:] = both
    return out.astype(np.float32)
