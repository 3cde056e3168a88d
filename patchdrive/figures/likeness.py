"""Which tokens are alike: matrices and maps of cosines in rows, all of a row on one scale."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image as Pillow

from patchdrive.figures import colors
from patchdrive.types import Byte, Float

_STYLE = """<style>
.pd-like { container-type: inline-size; }
.pd-like div { display: grid; grid-template-columns: 9.5rem repeat(4, minmax(0, 12.5rem));
  gap: 0.7rem; align-items: center; padding: 0.6rem 0; }
.pd-like div + div { border-top: 1px solid rgb(128 128 128 / 0.25); }
.pd-like b { font-weight: 600; }
.pd-like figure { margin: 0; min-width: 0; }
.pd-like img { display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; }
.pd-like figcaption, .pd-like p { font-size: 0.8rem; opacity: 0.75; margin: 0.15rem 0 0; }
.pd-like em { font-style: normal; font-size: 0.85rem; opacity: 0.75; }
.pd-like .pd-scale, .pd-scale { display: flex; align-items: center; gap: 0.5rem;
  font-size: 0.8rem; padding: 0 0 0.6rem; }
.pd-maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 1rem; }
.pd-maps figure { margin: 0; max-width: 15rem; }
.pd-maps figure div { display: grid; }
.pd-maps figure i { aspect-ratio: 1; }
.pd-maps figure .pd-at { outline: 2px solid #fff; box-shadow: 0 0 0 4px #000; z-index: 1; }
.pd-maps figcaption { font-size: 0.85rem; padding-bottom: 0.4rem; }
.pd-scale i { width: 10rem; height: 0.7rem; border-radius: 2px; }
@container (max-width: 40rem) {
  .pd-like div { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .pd-like b { grid-column: 1 / -1; }
}
</style>"""


@dataclass(frozen=True)
class Scale:
    """From which cosine to which the colours of a map run."""

    low: float
    high: float
    map: str

    @classmethod
    def over(cls, matrices: Iterable[Float]) -> Scale:
        """One scale for all: -1 to 1, or up to 1 from where the least lies, if none is below 0.

        Where all are alike, small differences are what there is to see.
        """
        low = min((float(np.min(values)) for values in matrices), default=-1.0)
        if low < 0:
            return cls(-1.0, 1.0, "puor")
        return cls(min(0.95, float(np.floor(20 * low)) / 20), 1.0, "viridis")

    def indices(self, values: Float) -> Byte:
        """Places (N, N) uint8 of the values in the map's table of 256 colours."""
        share = (np.asarray(values, np.float64) - self.low) / (self.high - self.low)
        return np.floor(255 * np.clip(share, 0, 1) + 0.5).astype(np.uint8)

    def steps(self) -> list[tuple[float, str]]:
        """The map as shares of its length and their colours, as Plotly takes it."""
        table = colors.table(self.map)
        return [(n / 255, colors.css(table[n])) for n in range(0, 256, 15)]


def png(values: Float, scale: Scale) -> bytes:
    """The matrix (N, N) as a picture, one pixel a value."""
    picture = Pillow.fromarray(scale.indices(values), "P")
    picture.putpalette(colors.table(scale.map).tobytes())
    out = io.BytesIO()
    picture.save(out, "png")
    return out.getvalue()


def rows(found: Mapping[str, Sequence[tuple[str, Float | str]]]) -> str:
    """A row of pictures for each name, as HTML that fits wide and narrow pages.

    found  by name, (caption, matrix (N, N)) or (caption, words why there is none)
    """
    cells = [cell for row in found.values() for _, cell in row]
    scale = Scale.over(cell for cell in cells if not isinstance(cell, str))
    made = "".join(
        f"<div><b>{escape(name)}</b>{''.join(_cell(name, *one, scale) for one in row)}</div>"
        for name, row in found.items()
    )
    return f"{_STYLE}<section class='pd-like'>{_legend(scale)}{made}</section>"


def _cell(name: str, caption: str, value: Float | str, scale: Scale) -> str:
    if isinstance(value, str):
        return f"<em>{escape(value)}</em>"
    data = base64.b64encode(png(value, scale)).decode()
    words = escape(f"{name}, {caption}: cosines of {len(value)} tokens", quote=True)
    return (
        f'<figure><img alt="{words}" src="data:image/png;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def maps(found: Mapping[str, Float], at: tuple[int, int]) -> str:
    """A map of cosines for each name, as HTML whose cells tell their value when pointed at.

    found  (h, w) by name
    at     (row, column) of the token that all are compared to, which is framed
    """
    scale = Scale.over(found.values())
    made = "".join(_map(name, values, at, scale) for name, values in found.items())
    return f"{_STYLE}{_legend(scale)}<section class='pd-maps'>{made}</section>"


def _map(name: str, values: Float, at: tuple[int, int], scale: Scale) -> str:
    table, indices = colors.table(scale.map), scale.indices(values)
    cells = "".join(
        f"<i{' class=pd-at' * ((row, column) == at)} style='background:"
        f"{colors.css(table[index])}' title='row {row}, column {column}: "
        f"{values[row, column]:z.3f}'></i>"
        for (row, column), index in np.ndenumerate(indices)
    )
    words = escape(f"{name}: cosines to the token in row {at[0]}, column {at[1]}", quote=True)
    columns = f"grid-template-columns: repeat({values.shape[1]}, 1fr)"
    return (
        f"<figure><figcaption>{escape(name)}</figcaption>"
        f'<div role="img" aria-label="{words}" style="{columns}">{cells}</div></figure>'
    )


def _legend(scale: Scale) -> str:
    ramp = ", ".join(color for _, color in scale.steps())
    bar = f"<i style='background: linear-gradient(to right, {ramp})'></i>"
    return f"<div class='pd-scale'>cosine {scale.low:g} {bar} {scale.high:g}</div>"
