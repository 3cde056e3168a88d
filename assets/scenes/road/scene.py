"""A country road with potholes, path-traced from a seed, with exact truth."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ..blender import camera, truth
from ..blender.graph import add_haze, plain
from .asphalt import asphalt_material, water_material
from .damage import judge, paint
from .fields import SALT
from .figures import cyclist, debris, deer
from .flora import plants
from .furniture import furniture
from .holes import build_road, gravel, lay_potholes
from .palette import palette
from .planting import plant_all
from .sky import build_sky
from .soil import soil_material
from .terrain import build_terrain
from .traffic import car
from .village import village


def build(seed):
    """Sky, land, road and all that stands or drives on it; returns the potholes."""
    rng = np.random.default_rng(seed)
    SALT[0] = seed
    mats = palette()
    build_sky(rng, 1800)
    build_terrain(soil_material())
    holes = lay_potholes(rng)
    build_road(holes, asphalt_material(), water_material())
    gravel(rng, holes, plain("stone", (0.12, 0.112, 0.10), 0.9))
    furniture(rng, mats)
    village(rng, mats)
    car(1.75, 43, (0.035, 0.075, 0.15), False, mats)
    car(-1.8, 79, (0.50, 0.52, 0.54), True, mats, True)
    car(1.8, 168, (0.32, 0.014, 0.014), False, mats, True)
    car(-1.75, 262, (0.60, 0.60, 0.58), True, mats)
    cyclist(3.0, 121, mats)
    deer(-4.3, 150, mats)
    debris(mats)
    plant_all(rng, plants(rng))
    add_haze((0.56, 0.66, 0.80), 5200.0)
    return holes


def view():
    """The camera behind the windscreen of a car."""
    tilt, turn = math.radians(90 - 6.2), math.radians(-1.5)
    camera.stand((0.55, 0, 1.72), (tilt, 0, turn), 12000).lens = 26


def make(out: Path, *, seed: int = 7, percent: int = 100, samples: int = 12, part=None) -> None:
    """Write road.jpg, road.json and road_mask.png into out; with part only that crop."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    truth.fresh()
    holes = build(seed)
    view()
    look = dict(look="High Contrast", exposure=0.95)
    camera.settings(samples, seed, percent, bounces=(4, 2, 2, 2), part=part, **look)
    camera.clamp(4.0)
    picture = camera.render(out / "raw.png")
    picture = camera.photograph(picture, np.random.default_rng(seed + 1), camera.Traits())
    camera.save_jpeg(out / "road.jpg", picture, 88)
    if not part:
        objects, mask = judge(truth.numbers_pass(out / "numbers.exr", paint), holes)
        Image.fromarray(mask).save(out / "road_mask.png", optimize=True)
        labels = {"1": "crack", "2": "pothole"}
        size = picture.shape[:2]
        truth.write(out / "road.json", size, objects, mask="road_mask.png", mask_labels=labels)
