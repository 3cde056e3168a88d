"""The telescope: its blur, spikes, faint haze, photon noise; then the stretch for the eye."""

import math

import cv2
import numpy as np

from ..fields import blur, eight_bit, noise
from .stars import add_spikes

ARCSEC_PER_PX = 0.05  # the field is then 3.2 by 1.8 arcminutes
PSF_FWHM_ARCSEC = (0.112, 0.102, 0.097)  # red, green, blue: diffraction widens with wavelength
MOFFAT_BETA = 2.9
SKY_E = (190.0, 160.0, 130.0)  # electrons per pixel from zodiacal light
READ_NOISE_E = 4.0


def moffat(fwhm, beta, half=20):
    """The core of a point's picture, (2 half + 1) square, summing to 1."""
    a = fwhm / (2 * math.sqrt(2 ** (1 / beta) - 1))
    g = np.mgrid[-half : half + 1, -half : half + 1]
    k = (1 + (g[0] ** 2 + g[1] ** 2) / a**2) ** -beta
    return (k / k.sum()).astype(np.float32)


def expose(rng, img, bright, group):
    """Electrons per pixel as the camera counts them."""
    h, w, _ = img.shape
    for b in range(3):
        psf = moffat(PSF_FWHM_ARCSEC[b] / ARCSEC_PER_PX, MOFFAT_BETA)
        img[..., b] = cv2.filter2D(img[..., b], -1, psf, borderType=cv2.BORDER_REFLECT)
    tilt = rng.uniform(0.55, 0.95)
    for y, x, f, c in bright:
        add_spikes(img, y, x, f, c, tilt)
    sigma = math.sqrt(SKY_E[1])
    gy, gx = np.mgrid[0:h, 0:w].astype(np.float32)
    cirrus = np.exp(0.8 * noise(rng, (h, w), 0.34 * w, 6, 0.58))
    cirrus = cirrus * (1.1 - 0.7 * np.abs(noise(rng, (h, w), 0.13 * w, 5, 0.55)))
    loose = np.exp(-np.hypot((gy - group[0]) / 0.8, gx - group[1]) / (0.055 * w))
    for b in range(3):
        haze = sigma * ((0.58, 0.52, 0.50)[b] * cirrus * 0.55 + (0.85, 0.62, 0.40)[b] * loose)
        haze += sigma * 0.22 * ((0.5, 0.1, -0.4)[b] * gx / w + (0.2, 0.3, 0.5)[b] * gy / h)
        img[..., b] += haze
        var = np.maximum(img[..., b], 0) + SKY_E[b] + READ_NOISE_E**2
        white = rng.standard_normal((h, w), dtype=np.float32) * np.sqrt(var)
        # resampling of real exposures correlates the noise of neighbours
        img[..., b] += 1.35 * blur(white, 0.62) + 0.10 * white
    return img


def stretch(rng, img):
    """Asinh of the mean of the bands, hue kept, so that bright cores do not turn white at once."""
    balance = math.sqrt(SKY_E[1]) * np.array([1.08, 1.0, 0.89], np.float32)
    img = img / balance + 1.3  # the sum sets the black point
    lum = np.maximum(img.mean(-1), 1e-3)
    soft, top = 3.0, 1100.0
    out = np.arcsinh(lum / soft) / math.asinh(top / soft)
    col = img / lum[..., None]
    grey = np.clip((2.0 / lum), 0, 1)[..., None] * 0.55  # colour of pure noise is not worth seeing
    col = col * (1 - grey) + grey
    col = 1 + 1.12 * (col - 1)
    out = np.maximum(out[..., None] * col, 0)
    over = np.maximum(out.max(-1, keepdims=True) - 1, 0)  # saturated: bleed to white
    out = np.minimum(out, 1) + over * 0.9
    return eight_bit(rng, 0.018 + 0.982 * np.clip(out, 0, 1) ** 0.95)
