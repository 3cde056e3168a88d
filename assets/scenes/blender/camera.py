"""Render settings, and what a real camera adds after the render."""

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 3840, 2160


def clamp(limit):
    """Cut off the brightness of indirect light: a lost highlight is better than a firefly."""
    bpy.context.scene.cycles.sample_clamp_indirect = limit


def settings(samples, seed, percent, *, bounces, look, exposure, adaptive=None, part=None):
    """Cycles on the processor.

    bounces   most of all kinds, then diffuse, glossy, transmission
    adaptive  noise below which a pixel gets no more samples
    part      (x0, y0, x1, y1), fractions from the lower left: render this crop only
    """
    sc = bpy.context.scene
    r, c, view = sc.render, sc.cycles, sc.view_settings
    r.engine = "CYCLES"
    r.resolution_x, r.resolution_y, r.resolution_percentage = WIDTH, HEIGHT, percent
    c.device, c.samples, c.seed, c.use_denoising = "CPU", samples, seed, True
    c.use_adaptive_sampling = adaptive is not None
    if adaptive is not None:
        c.adaptive_threshold = adaptive
    c.max_bounces, c.diffuse_bounces, c.glossy_bounces, c.transmission_bounces = bounces
    view.view_transform, view.look, view.exposure = "AgX", "AgX - " + look, exposure
    if part:
        r.use_border = r.use_crop_to_border = True
        r.border_min_x, r.border_min_y, r.border_max_x, r.border_max_y = part


def stand(location, rotation, reach):
    """Put a camera into the scene that sees as far as reach."""
    sc = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    data.clip_end = reach
    o = bpy.data.objects.new("camera", data)
    o.location, o.rotation_euler = location, rotation
    sc.collection.objects.link(o)
    sc.camera = o
    return data


def render(path: Path, kind="PNG", depth="16"):
    """Render to an array (h, w, 3) of floats, first row on top."""
    sc = bpy.context.scene
    s = sc.render.image_settings
    s.file_format, s.color_mode, s.color_depth = kind, "RGB", depth
    sc.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    img = bpy.data.images.load(str(path))
    img.colorspace_settings.name = "Non-Color"
    w, h = img.size
    a = np.empty(w * h * img.channels, np.float32)
    img.pixels.foreach_get(a)
    a = a.reshape(h, w, img.channels)[::-1, :, :3].copy()
    bpy.data.images.remove(img)
    Path(path).unlink()
    return a


@dataclass(frozen=True)
class Traits:
    """How a camera falls short of a renderer.

    vignette  darkening of the corners, in linear light
    soft      blur of the middle; the corners always lose some sharpness
    fringe    red and blue are imaged larger and smaller by this share
    grain     strength of the photon noise; 1 suits a clear day
    style     a picture style: contrast and colour on top
    """

    vignette: float = 0.26
    soft: float = 0.12
    fringe: float = 0.00035
    grain: float = 1.0
    style: float = 1.0


def box_blur(a, r):
    """Mean of three pixels r apart along both axes."""
    for axis in (0, 1):
        p = np.concatenate([a.take([0] * r, axis), a, a.take([-1] * r, axis)], axis)
        n = a.shape[axis]
        a = sum(p.take(range(k, k + n), axis) for k in (0, r, 2 * r)) / 3
    return a


def photograph(a, rng, traits):
    """A render (h, w, 3) in 0..1 as a camera would have taken it."""
    h, w = a.shape[:2]
    y = np.linspace(-1, 1, h, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, w, dtype=np.float32)[None]
    rr = (x * x + (y * h / w) ** 2) / (1 + (h / w) ** 2)
    a = a + (box_blur(a, 1) - a) * (np.clip(rr * 1.3 - 0.35, 0, 0.8) + traits.soft)[..., None]
    for channel, k in ((0, traits.fringe), (2, -traits.fringe)):
        xi = np.rint(np.arange(w) + (np.arange(w) - w / 2) * k)
        a[..., channel] = a[:, np.clip(xi, 0, w - 1).astype(int), channel]
    lin = np.clip(a, 0, 1) ** 2.2 * (1 - traits.vignette * rr**1.2)[..., None]
    # demosaicing makes noise lumpy: a share of it is blurred, and colours share most of it
    grain = rng.normal(size=(h, w, 1)).astype(np.float32) * 0.8
    grain = grain + rng.normal(size=(h, w, 3)).astype(np.float32) * 0.5
    grain = traits.grain * (0.55 * grain + 1.1 * box_blur(grain, 1))
    lin = lin + grain * np.sqrt(lin * 1.1e-4 + 1.2e-6)
    a = np.clip(lin, 0, 1) ** (1 / 2.2)
    a = a + 0.07 * traits.style * (a - 0.5) * (1 - (2 * a - 1) ** 2)
    grey = (a @ np.array([0.3, 0.59, 0.11], np.float32))[..., None]
    return np.clip(grey + (1 + 0.09 * traits.style) * (a - grey), 0, 1)


def save_jpeg(path: Path, a, quality):
    """Write an array of 0..1 as JPEG."""
    Image.fromarray((a * 255 + 0.5).astype(np.uint8)).save(path, quality=quality, optimize=True)
