"""Results as JSON and CSV, in the types' own field names."""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Iterator
from typing import Any

from patchdrive.budget import priced
from patchdrive.pipelines import prices
from patchdrive.types import UNTRAINED, DriveResult, Fusion, TreeResult
from patchdrive.version import __version__


def as_dict(result: DriveResult | TreeResult) -> dict[str, Any]:
    """Everything about a run but its pixels, as plain values."""
    common = {
        "patchdrive": __version__,
        "name": result.image.name,
        "size": list(result.image.size),
        "digest": result.image.digest,
        "notes": list(result.image.notes),
        "settings": dict(result.settings),
        "ms": {name: round(ms, 3) for name, ms in result.ms.items()},
        "machine": platform.processor() or platform.machine(),
    }
    return common | (_drive(result) if isinstance(result, DriveResult) else _tree(result))


def _drive(result: DriveResult) -> dict[str, Any]:
    saccades, cost = result.saccades, result.cost
    values: dict[str, Any] = {
        "saccades": {
            "yx": saccades.yx.tolist(),
            "scores": _rounded(saccades.scores.tolist()),
            "size": list(saccades.size),
            "asked": saccades.asked,
            "kept": saccades.kept.tolist(),
        },
        "patches": {"boxes": result.patches.boxes.tolist()},
        "cost": {
            "pixels_read": cost.pixels_read,
            "pixels_total": cost.pixels_total,
            "glance_pixels": cost.glance_pixels,
            "patch_pixels": cost.patch_pixels,
            "share": round(cost.share, 6),
            "megapixels": round(cost.megapixels, 6),
        },
        "device": result.device,
    }
    if not result.saliency.trained:
        values["saliency_note"] = UNTRAINED
    if result.fusion is not None:
        values["fusion"] = _fusion(result.fusion)
    return values


def _fusion(fusion: Fusion) -> dict[str, Any]:
    values: dict[str, Any] = {
        "weights": [_rounded(head) for head in fusion.weights.tolist()],
        "vector": _rounded(fusion.vector.tolist()),
        "source": fusion.source,
        "trained": fusion.trained,
    }
    return values if fusion.trained else {"note": UNTRAINED, **values}


def _tree(result: TreeResult) -> dict[str, Any]:
    tree = result.quadtree
    return {
        "quadtree": {
            "boxes": tree.boxes.tolist(),
            "depth": tree.depth.tolist(),
            "detail": tree.detail.tolist(),
            "size": list(tree.size),
            "roots": tree.roots,
            "asked": tree.asked,
        },
        "tokens": {
            "count": int(result.tokens.valid.sum()),
            "size": result.tokens.pixels.shape[1],
            "uniform": result.uniform,
            "equal_side": round(result.equal_side, 3),
        },
    }


def _rounded(numbers: list[float]) -> list[float]:
    return [float(f"{number:.6g}") for number in numbers]


@priced(lambda result: prices.rows("JSON", result, 900))
def to_json(result: DriveResult | TreeResult) -> str:
    """The same as text."""
    return json.dumps(as_dict(result), indent=1, allow_nan=False)


@priced(lambda result: prices.rows("CSV", result, 400))
def to_csv(result: DriveResult | TreeResult) -> str:
    """One line a saccade, or one line a leaf."""
    out = io.StringIO()
    lines = _leaf_lines(result) if isinstance(result, TreeResult) else _saccade_lines(result)
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def _leaf_lines(result: TreeResult) -> Iterator[list[Any]]:
    yield ["leaf", "y0", "x0", "y1", "x1", "depth", "side", "detail"]
    tree = result.quadtree
    columns = (tree.depth, tree.sides, tree.detail)
    rest = zip(tree.boxes.tolist(), *(column.tolist() for column in columns), strict=True)
    for n, (box, *more) in enumerate(rest):
        yield [n, *box, *more]


def _saccade_lines(result: DriveResult) -> Iterator[list[Any]]:
    saccades, fusion = result.saccades, result.fusion
    weight = "fusion_weight" if fusion is None or fusion.trained else "fusion_weight_untrained"
    score = "score" if result.saliency.trained else "score_untrained"
    yield ["saccade", "y", "x", score, "y0", "x0", "y1", "x1", weight, "kept"]
    weights = fusion.weights.mean(axis=0).tolist() if fusion else [""] * len(saccades)
    boxes, kept = result.patches.boxes.tolist(), saccades.kept.astype(int).tolist()
    scores = _rounded(saccades.scores.tolist())
    for n, yx in enumerate(saccades.yx.tolist()):
        yield [n + 1, *yx, scores[n], *boxes[n], weights[n], kept[n]]
