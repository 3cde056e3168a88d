"""Native patches around saccades: the three ways to extract them.

Patches are cut from uint8 first and made floats after: converting a whole 4K frame costs over a
hundred times as much as cutting 273 small patches from it. The picture is never padded: windows
inside it are copied straight, and only those at its border are gathered pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F

from patchdrive.ops.borders import Border, sources, starts, windows
from patchdrive.types import Byte, Grid, Int, Size

SMALL = 64  # px; up to there one gather beats a loop of slices on a device


def crop(pixels: Byte, yx: Int, side: int, border: Border = "slide") -> tuple[Byte, Int]:
    """Cut native patches out of a picture.

    pixels   (H, W, C), any dtype; left untouched
    yx       (K, 2) centres, 0 <= yx < size
    side     p, odd or even
    returns  patches (K, p, p, C) of the same dtype, and their boxes (K, 4)
    """
    size = pixels.shape[:2]
    _inside(np.asarray(yx), size)
    boxes = windows(yx, side, size, border)
    fits = _fits(boxes, size)
    if pixels.flags.c_contiguous and len(boxes) and fits.all():
        return _taken(pixels, boxes[:, 0] * size[1] + boxes[:, 1], side), boxes
    out = np.empty((len(boxes), side, side, pixels.shape[2]), pixels.dtype)
    if pixels.flags.c_contiguous and fits.any():
        inner = boxes[fits]
        out[fits] = _taken(pixels, inner[:, 0] * size[1] + inner[:, 1], side)
    else:
        for k in np.flatnonzero(fits):
            y0, x0, y1, x1 = boxes[k].tolist()
            out[k] = pixels[y0:y1, x0:x1]
    for k in np.flatnonzero(~fits):
        ys, xs = (sources(boxes[k, a], side, size[a], border) for a in (0, 1))
        out[k] = pixels[ys[0][:, None], xs[0]]
        out[k][~(ys[1][:, None] & xs[1])] = 0
    return out, boxes


def _taken(pixels: Byte, first: Int, side: int) -> Byte:
    """Windows (..., p, p, C) that all lie inside: each row of a window is copied as one item.

    pixels  (H, W, C), contiguous; several pictures may lie one below the other
    first   (...) position of each window's first pixel, y * W + x

    Element s of the view is the window that starts at position s; those past width - side would
    wrap into the next row, and never come here. One thread: others only wait where work is small,
    and for long where the machine is busy. NumPy asks for huge pages where the result is large.
    """
    height, width, channels = pixels.shape
    pixel, row = pixels.strides[1], pixels.strides[0]
    starts = (height - side) * width + width - side + 1
    item = np.dtype((np.void, side * channels * pixels.itemsize))
    view = np.ndarray((starts, side), item, pixels, 0, (pixel, row))  # type: ignore[arg-type]
    taken = view[first].view(pixels.dtype)
    return taken.reshape(*first.shape, side, side, channels)


def crop_tensor(
    images: torch.Tensor, yx: torch.Tensor | Int, side: int, border: Border = "slide"
) -> torch.Tensor:
    """Direct crop on the device: exact pixels at any whole position, no gradient to positions.

    images   (B, C, H, W) or (C, H, W), any dtype
    yx       (B, K, 2) or (K, 2) int64 centres
    returns  (B, K, C, p, p) or (K, C, p, p)
    """
    if images.ndim == 3:
        return crop_tensor(images[None], torch.as_tensor(yx)[None], side, border)[0]
    batch, channels, height, width = images.shape
    centres = torch.as_tensor(yx).cpu().numpy()
    count = centres.shape[1]
    _inside(centres, (height, width))
    owner = np.arange(batch).repeat(count)
    cut = _cutter(images, side)
    if border == "slide" and 1 <= side <= min(height, width) and len(owner):
        # The usual case: nothing to make up, nothing to sort out.
        start = starts(centres.reshape(-1, 2), side, (height, width), border)
        return cut(images, owner, start, side).view(batch, count, channels, side, side)
    boxes = windows(centres, side, (height, width), border)
    fits = _fits(boxes, (height, width))
    out = images.new_empty((batch * count, channels, side, side))
    if fits.any():
        chosen = torch.from_numpy(np.flatnonzero(fits)).to(images.device)
        out[chosen] = cut(images, owner[fits], boxes[fits, :2], side)
    for k in np.flatnonzero(~fits):
        out[k] = _made_up(images[owner[k]], boxes[k], side, border)
    return out.view(batch, count, channels, side, side)


Cutter = Callable[[torch.Tensor, Int, Int, int], torch.Tensor]


def _cutter(images: torch.Tensor, side: int) -> Cutter:
    """The fastest way to cut windows (n, C, p, p) that all lie inside."""
    if images.device.type == "cpu" and not images.is_contiguous():
        return _sliced  # a gather would copy the whole picture first
    if images.device.type == "cpu" and not images.requires_grad:
        return _by_rows
    return _gathered if side <= SMALL else _sliced


def _by_rows(images: torch.Tensor, owner: Int, start: Int, side: int) -> torch.Tensor:
    """In memory, by NumPy; a value counts as so many bytes, since NumPy knows fewer types."""
    _, channels, height, width = images.shape
    planes = owner[:, None] * channels + np.arange(channels)
    first = planes * (height * width) + (start[:, 0] * width + start[:, 1])[:, None]
    lines = images.view(torch.uint8).numpy().reshape(-1, width, images.element_size())
    return torch.from_numpy(_taken(lines, first, side)).view(images.dtype).squeeze(-1)


def _sliced(images: torch.Tensor, owner: Int, start: Int, side: int) -> torch.Tensor:
    """One slice each, stacked."""
    corners = zip(owner.tolist(), start.tolist(), strict=True)
    return torch.stack([images[b, :, y : y + side, x : x + side] for b, (y, x) in corners])


def _gathered(images: torch.Tensor, owner: Int, start: Int, side: int) -> torch.Tensor:
    """One gather over all of them.

    Element s of the view is the window that starts at flat position s of its image. Starts past
    width - side would wrap into the next row; only windows that lie inside come here.
    """
    images = images.contiguous()
    batch, channels, height, width = images.shape
    plane = height * width
    view = images.as_strided(
        (batch, plane - (side - 1) * (width + 1), channels, side, side),
        (channels * plane, 1, plane, width, 1),
    )
    flat = torch.from_numpy(start[:, 0] * width + start[:, 1]).to(images.device)
    if batch == 1:
        return view[0].index_select(0, flat)  # several times as fast as indexing
    return view[torch.from_numpy(owner).to(images.device), flat]


def _made_up(image: torch.Tensor, box: Int, side: int, border: Border) -> torch.Tensor:
    height, width = image.shape[-2:]
    ys, inside_y = sources(box[0], side, height, border)
    xs, inside_x = sources(box[1], side, width, border)
    rows = image.index_select(1, torch.from_numpy(ys).to(image.device))
    patch = rows.index_select(2, torch.from_numpy(xs).to(image.device))
    keep = torch.from_numpy(inside_y[:, None] & inside_x).to(image.device)
    return torch.where(keep, patch, torch.zeros((), dtype=patch.dtype, device=patch.device))


def slice_features(features: torch.Tensor, yx: torch.Tensor | Int, size: Size) -> torch.Tensor:
    """Feature slice: the cell of a feature map in which each position lies, already encoded.

    features  (B, C, h, w) or (C, h, w) of a picture of that size
    yx        (B, K, 2) or (K, 2) int64 picture pixels
    returns   (B, K, C) or (K, C); positions are rounded to the map's cells
    """
    if features.ndim == 3:
        return slice_features(features[None], torch.as_tensor(yx)[None], size)[0]
    h, w = features.shape[-2:]
    centres = torch.as_tensor(yx).cpu().numpy()
    _inside(centres, size)
    cells = Grid(size, (h, w)).to_cells(centres)
    flat = torch.from_numpy(cells[..., 0] * w + cells[..., 1]).to(features.device)
    index = flat[:, None].expand(-1, features.shape[1], -1)
    return features.flatten(2).gather(2, index).transpose(1, 2)


def sample_windows(
    images: torch.Tensor, yx: torch.Tensor, side: int, border: Border = "replicate"
) -> torch.Tensor:
    """`grid_sample` crop: bilinear, differentiable in the positions, sub-pixel.

    Pixel i of an axis of n pixels has its centre at (2i + 1) / n - 1 in grid_sample's frame
    (align_corners=False), so a whole position gives the pixels of the direct crop.

    images   (B, C, H, W) or (C, H, W) float
    yx       (B, K, 2) or (K, 2) float or int centres, in pixels; gradients flow to them
    border   reflect, replicate or zero; slide would stop the gradient at the border
    returns  (B, K, C, p, p) or (K, C, p, p)
    """
    if images.ndim == 3:
        return sample_windows(images[None], yx[None], side, border)[0]
    modes = {"zero": "zeros", "replicate": "border", "reflect": "reflection"}
    if border not in modes:
        raise ValueError(f"border must be one of {', '.join(modes)}, not {border!r}")
    (batch, channels, height, width), count = images.shape, yx.shape[1]
    steps = torch.arange(side, device=images.device) - side // 2
    ys = yx[..., :1].to(images.dtype) + steps  # (B, K, p)
    xs = yx[..., 1:].to(images.dtype) + steps
    if border == "reflect":  # grid_sample would mirror about the pixel's edge, not its centre
        ys, xs = _mirrored(ys, height), _mirrored(xs, width)
    ys, xs = (2 * ys + 1) / height - 1, (2 * xs + 1) / width - 1
    lattice = torch.stack(
        [xs[:, :, None, :].expand(-1, -1, side, -1), ys[..., None].expand(-1, -1, -1, side)], -1
    )  # (B, K, p, p, 2) as (x, y)
    rows = lattice.reshape(batch, count * side, side, 2)
    mode = modes[border] if border != "reflect" else "border"
    out = F.grid_sample(images, rows, mode="bilinear", padding_mode=mode, align_corners=False)
    return out.view(batch, channels, count, side, side).transpose(1, 2)


def _mirrored(at: torch.Tensor, length: int) -> torch.Tensor:
    """Positions folded back about the centres of the first and the last pixel."""
    if length == 1:
        return at * 0
    period = 2 * (length - 1)
    folded = torch.remainder(at, period)
    return torch.minimum(folded, period - folded)


def _inside(yx: np.ndarray, size: Size) -> None:
    # Seen as unsigned, what is negative is huge: one comparison for both ends.
    if not (yx.astype(np.int64, copy=False).view(np.uint64) < np.array(size, np.uint64)).all():
        raise ValueError(f"a centre lies outside the picture of {size[0]} x {size[1]} pixels")


def _fits(boxes: Int, size: Size) -> np.ndarray:
    tops, lefts, bottoms, rights = boxes.T
    return (tops >= 0) & (lefts >= 0) & (bottoms <= size[0]) & (rights <= size[1])  # type: ignore[no-any-return]
