"""Drive: glance, score, choose, crop, fuse.

Each stage takes only the settings that it depends on, so that a memory can keep what a turned knob
does not touch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np

from patchdrive.images import open_image
from patchdrive.marks import MarkSettings
from patchdrive.ops import maps, marks
from patchdrive.ops.borders import Border
from patchdrive.ops.colour import plain
from patchdrive.ops.regions import cut
from patchdrive.pipelines import networks, prices
from patchdrive.pipelines.clock import Chain, Listener, Memory, forget, silence
from patchdrive.pipelines.knobs import DriveSettings
from patchdrive.policies import POLICIES
from patchdrive.saliency import METHODS
from patchdrive.settings import (
    GlanceSettings,
    NetworkSettings,
    PatchSettings,
    SaccadeSettings,
    Settings,
)
from patchdrive.types import (
    Cost,
    DriveResult,
    Glance,
    Image,
    Int,
    Patches,
    Saccades,
    SaliencyMap,
    Size,
)

_NO_MARKS = MarkSettings()


def drive(
    source: Any, *, memory: Memory = forget, listener: Listener = silence, **values: Any
) -> DriveResult:
    """Look at a picture where it matters.

    source    path, bytes, file, array or PIL picture
    values    knobs by flat name, such as k=16, saliency="edges", patch=224; see `pipelines.knobs`
    memory    keeps the stages' values between calls
    listener  is told about long work
    raises    ImageError for a picture that cannot be opened, SettingError for a knob
    """
    settings = DriveSettings.of(values)
    image = open_image(source)
    seen = see(image, settings, memory=memory, listener=listener)
    return fuse(seen, settings, memory=memory, listener=listener)


def see(
    image: Image,
    settings: DriveSettings,
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> DriveResult:
    """The drive up to its patches: all that needs no high-resolution network."""
    chain = Chain(image.digest, memory, listener)
    s, looked = settings, (settings.glance,)
    judging = prices.glance(image, s.glance)
    glance = chain.stage("glance", looked, lambda: look(image, s.glance), judging)
    judged: tuple[object, ...] = (*looked, s.saliency, s.method)
    if METHODS[s.saliency].network:
        judged = (*judged, _reader(s))
        glance = _read(chain, glance, s, listener)
    saliency = chain.stage("saliency", judged, lambda: score(glance, s.saliency, s.method), judging)
    chosen = (*judged, s.saccades, s.marks)
    saccades = chain.stage("saccades", chosen, lambda: choose(saliency, s.saccades, s.marks))
    framed = (*chosen, s.patches)
    patches = chain.stage(
        "patches",
        framed,
        lambda: cut_patches(image, saccades, s.patches),
        prices.patches(len(saccades), s.patches.patch),
    )
    cost = chain.stage("cost", framed, lambda: count_pixels(glance, patches, image.size))
    chain.ms.pop("cost")
    return DriveResult(
        image, glance, saliency, saccades, patches, None, cost, settings.flat(), chain.ms
    )


def fuse(
    seen: DriveResult,
    settings: DriveSettings,
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> DriveResult:
    """Add what the networks make of the patches, unless they are switched off."""
    if not settings.network.fuse:
        return seen
    chain = Chain(seen.image.digest, memory, listener)
    s, glance = settings, seen.glance
    if glance.features is None:
        glance = _read(chain, glance, s, listener)
    whole = (s.glance, s.saliency, s.method, s.saccades, s.marks, s.patches, s.network)
    vectors = chain.stage(
        "patch network", whole, lambda: networks.encode(seen.patches, s.network, listener)
    )
    fusion = chain.stage(
        "fusion", whole, lambda: networks.fuse(glance, vectors, seen, s.network, listener)
    )
    ms = {**seen.ms, **chain.ms}
    return replace(seen, glance=glance, fusion=fusion, ms=ms, device=networks.device(s.network))


def _read(chain: Chain, glance: Glance, s: DriveSettings, listener: Listener) -> Glance:
    """The stage at which the global backbone looks at the glance, whoever asks for it."""
    depends = (s.glance, _reader(s))
    return chain.stage(
        "glance network", depends, lambda: networks.read(glance, s.network, listener)
    )


def _reader(s: DriveSettings) -> NetworkSettings:
    """What a look by the network depends on: not on whether patches are fused afterwards."""
    return replace(s.network, fuse=True)


def look(image: Image, settings: GlanceSettings) -> Glance:
    """Shrink the picture by area averages."""
    return Glance(image.preview(settings.glance), image.size)


def score(glance: Glance, name: str, settings: Settings) -> SaliencyMap:
    """Judge a glance by one method; scores are scaled to [0, 1] over this picture.

    A picture of one colour has a flat map. A network's map varies even there, by the zeros that its
    convolutions put around the picture: those are no places.
    """
    method = METHODS[name]
    raw = np.asarray(method.run(glance, settings))
    if plain(glance.pixels):
        raw = np.full_like(raw, raw.mean())
    trained = glance.trained if method.network else True
    return SaliencyMap(maps.unit(raw), glance.size, name, trained, maps.span(raw), method.scale)


def choose(
    saliency: SaliencyMap, settings: SaccadeSettings, hand: MarkSettings = _NO_MARKS
) -> Saccades:
    """Decide where to look: at what the hand kept, then at cells above both thresholds.

    The kept places count toward k; all of them are visited even where they are more.

    raises  SettingError where a mark lies outside the picture
    """
    values, grid, s = saliency.values, saliency.grid, settings
    kept = marks.places(hand, "keep", grid.size)
    valid = marks.valid(hand, grid, s.radius)
    left, pick = max(0, s.k - len(kept)), POLICIES[s.picker].run
    least = floor(saliency, s)
    cells = pick(values, left, radius=s.radius, floor=least, size=grid.size, valid=valid)
    yx = np.concatenate([kept, grid.to_pixels(cells)])
    cells = np.concatenate([grid.to_cells(kept), cells])
    scores = values[cells[:, 0], cells[:, 1]]
    return Saccades(yx, scores, grid.size, max(s.k, len(kept)), np.arange(len(yx)) < len(kept))


def floor(saliency: SaliencyMap, settings: SaccadeSettings) -> float:
    """What a cell's score must exceed: the higher one of threshold and percentile."""
    return maps.floor(saliency.values, settings.threshold, settings.percentile)


def cut_patches(image: Image, saccades: Saccades, settings: PatchSettings) -> Patches:
    """Cut the native pixels around each saccade."""
    return Patches(*cut(image, saccades.yx, settings.patch, cast(Border, settings.border)))


def count_pixels(glance: Glance, patches: Patches, size: Size) -> Cost:
    """What was read, against the whole picture."""
    total = size[0] * size[1]
    h, w = glance.pixels.shape[:2]
    return Cost(covered(patches.boxes, size), total, h * w, int(np.prod(patches.pixels.shape[:3])))


def covered(boxes: Int, size: Size) -> int:
    """Pixels of the picture inside at least one box, exactly, on compressed coordinates."""
    boxes = np.clip(boxes, 0, [*size, *size])
    ys, xs = np.unique(boxes[:, 0::2]), np.unique(boxes[:, 1::2])
    seen = np.zeros((max(0, len(ys) - 1), max(0, len(xs) - 1)), bool)
    for y0, x0, y1, x1 in boxes.tolist():
        rows, columns = np.searchsorted(ys, (y0, y1)), np.searchsorted(xs, (x0, x1))
        seen[slice(*rows), slice(*columns)] = True
    return int((seen * np.diff(ys)[:, None] * np.diff(xs)).sum())
