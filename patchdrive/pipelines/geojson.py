"""Results as GeoJSON, for programs that draw it over the picture, such as QuPath or napari."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from patchdrive.budget import priced
from patchdrive.pipelines import prices
from patchdrive.types import UNTRAINED, DriveResult, TreeResult
from patchdrive.version import __version__

AXES = "x, y in pixels of the picture, x to the right, y downwards; pixel i reaches from i to i + 1"
_SACCADE, _WINDOW, _LEAF = [230, 90, 30], [60, 150, 230], [60, 180, 110]  # red, green, blue


@priced(lambda result: prices.rows("GeoJSON", result, 2500))
def to_geojson(result: DriveResult | TreeResult) -> str:
    """A FeatureCollection: a point and a polygon for each saccade, or a polygon for each leaf.

    Points and windows of a saccade share their number. Positions are [x, y] in picture pixels with
    y downwards; rings are closed, and run so that their area is positive in these numbers (right,
    down, left, up). A point lies in the middle of its pixel; properties hold the pixel itself.
    """
    found = _drive(result) if isinstance(result, DriveResult) else _tree(result)
    height, width = result.image.size
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "axes": AXES,
        "patchdrive": __version__,
        "name": result.image.name,
        "width": width,
        "height": height,
        "digest": result.image.digest,
        "features": list(found),
    }
    return json.dumps(collection, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _drive(result: DriveResult) -> Iterator[dict[str, Any]]:
    saccades, fusion = result.saccades, result.fusion
    kept = saccades.kept
    weights = None if fusion is None else fusion.weights.mean(axis=0).tolist()
    boxes = result.patches.boxes.tolist()
    for n, (y, x) in enumerate(saccades.yx.tolist()):
        values: dict[str, Any] = {"number": n + 1, "order": n + 1, "x": x, "y": y}
        values["score"] = _short(float(saccades.scores[n]))
        values["saliency"] = result.saliency.method
        if kept is not None:
            values["kept"] = bool(kept[n])
        if weights is not None:
            values["fusion_weight"] = _short(weights[n])
        if notes := _notes(result):
            values["note"] = notes
        point = {"type": "Point", "coordinates": [x + 0.5, y + 0.5]}
        yield _feature(point, "saccade", _SACCADE, {"name": str(n + 1), **values})
        corners = dict(zip(("y0", "x0", "y1", "x1"), boxes[n], strict=True))
        window = {"name": f"window {n + 1}", "number": n + 1, **corners}
        yield _feature(_square(boxes[n]), "window", _WINDOW, window)


def _notes(result: DriveResult) -> str:
    notes = [] if result.saliency.trained else [f"saliency by an {UNTRAINED}"]
    if result.fusion is not None and not result.fusion.trained:
        notes.append(f"fusion by an {UNTRAINED}")
    return "; ".join(notes)


def _tree(result: TreeResult) -> Iterator[dict[str, Any]]:
    tree = result.quadtree
    columns = (tree.depth.tolist(), tree.sides.tolist(), tree.detail.tolist())
    for n, (box, depth, side, detail) in enumerate(zip(tree.boxes.tolist(), *columns, strict=True)):
        values = {"leaf": n, "depth": depth, "side": side, "detail": detail}
        yield _feature(_square(box), "leaf", _LEAF, values)


def _square(box: list[int]) -> dict[str, Any]:
    y0, x0, y1, x1 = box
    return {"type": "Polygon", "coordinates": [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]}


def _feature(
    geometry: dict[str, Any], kind: str, color: list[int], values: dict[str, Any]
) -> dict[str, Any]:
    # QuPath's words: detections are light, so that a hundred thousand leaves still move.
    words = {"objectType": "detection" if kind == "leaf" else "annotation",
             "classification": {"name": kind, "color": color}}  # fmt: skip
    return {"type": "Feature", "geometry": geometry, "properties": {**words, **values}}


def _short(number: float) -> float:
    return float(f"{number:.6g}")
