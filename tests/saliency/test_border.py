"""Chance alone sends no method to the border more often, or less often, than elsewhere."""

from functools import cache

import numpy as np
import pytest

from patchdrive.pipelines import networks
from patchdrive.pipelines.clock import silence
from patchdrive.pipelines.drive import choose, score
from patchdrive.saliency import METHODS
from patchdrive.settings import NetworkSettings, SaccadeSettings
from patchdrive.types import Glance
from tests import scenes

SIZE, GLANCE = (1080, 1920), (288, 512)
K, RADIUS, PICTURES = 16, 80, 20
# One kind of noise has no structure at all, the other one at all scales, as pictures have.
KINDS = {"white": 0.0, "as in nature": 1.0}


def share(width):
    """The part of the picture's area within a distance of its border."""
    inside = [n - 2 * width for n in SIZE]
    return 1 - np.prod(inside) / np.prod(SIZE)


def noise(steepness, seed):
    """Grey noise whose amplitude falls with the frequency, cut out of a larger one."""
    h, w = (2 * n for n in GLANCE)
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w))
    spectrum = (
        np.fft.rfft2(rng.standard_normal((h, w))) / np.maximum(frequency, 1 / 64) ** steepness
    )
    values = np.fft.irfft2(spectrum, (h, w))[: GLANCE[0], : GLANCE[1]]
    grey = np.clip(128 + 45 * (values - values.mean()) / values.std(), 0, 255)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)


def seen(method, pixels, seed):
    """A glance, with what the method needs: networks differ, so each picture gets another one."""
    glance = Glance(pixels, SIZE)
    settings = NetworkSettings(weights="untrained", seed=seed)
    return networks.read(glance, settings, silence).value if method.network else glance


@cache
def landings(name, kind):
    """Saccades (n, 2) of the defaults on many pictures of noise."""
    method, found = METHODS[name], []
    for seed in range(PICTURES):
        glance = seen(method, noise(KINDS[kind], seed), seed)
        saliency = score(glance, name, method.settings())
        found.append(choose(saliency, SaccadeSettings(k=K, radius=RADIUS)).yx)
    return np.concatenate(found)


def rate(name, kind, width):
    """The part of all saccades that lies within a distance of the border."""
    yx = landings(name, kind)
    assert len(yx) == K * PICTURES
    return (np.minimum(yx, np.array(SIZE) - 1 - yx).min(1) < width).mean()


def chance(p):
    """Three standard deviations of such a rate, where each saccade lands there by chance p."""
    return 3 * np.sqrt(p * (1 - p) / (K * PICTURES))


every_method = pytest.mark.parametrize("name", [method.name for method in METHODS])


@every_method
def test_on_noise_as_many_saccades_lie_at_the_border_as_its_area_says(name):
    p = share(RADIUS)
    assert abs(rate(name, "white", RADIUS) - p) <= chance(p)


@every_method
def test_on_noise_with_structure_at_all_scales_no_more_lie_there(name):
    p = share(RADIUS)
    assert rate(name, "as in nature", RADIUS) <= p + chance(p)


@pytest.mark.parametrize("kind", KINDS)
@every_method
def test_the_outermost_pixels_draw_less_than_twice_what_their_area_says(name, kind):
    p = 2 * share(RADIUS // 4)
    assert rate(name, kind, RADIUS // 4) <= p + chance(p)


@every_method
@pytest.mark.parametrize("colour", scenes.COLOURS.values(), ids=scenes.COLOURS)
def test_a_plain_picture_has_no_places_whatever_the_method(name, colour):
    pixels = scenes.flat(*GLANCE, colour).copy()
    pixels[100, 100, 0] ^= 1  # what decoding and shrinking may leave
    method = METHODS[name]
    saliency = score(seen(method, pixels, 0), name, method.settings())
    assert not saliency.values.any()
    assert not len(choose(saliency, SaccadeSettings(k=K)))
