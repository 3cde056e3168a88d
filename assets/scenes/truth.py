"""The truth that lies beside a picture: its size and a labelled box for each thing hidden in it."""

import json
from pathlib import Path


def write_truth(path: Path, size, objects) -> None:
    """One object a line; boxes [y0, x0, y1, x1) become integers inside the picture."""
    h, w = (int(v) for v in size)
    rows = []
    for found in objects:
        y0, x0, y1, x1 = (int(v) for v in found["box"])
        box = [max(y0, 0), max(x0, 0), min(y1, h), min(x1, w)]
        rows.append(json.dumps({**found, "box": box}))
    body = ",\n  ".join(rows)
    path.write_text(f'{{\n "size": [{h}, {w}],\n "objects": [\n  {body}\n ]\n}}\n')
