// What lies under a point of the picture.

export const NOTHING = { landings: null, leaves: null, truth: null, of: null };
const REACH = 11; // CSS pixels around a landing that still count as on it

/**
 * @param {object[]} layers those that are shown
 * @returns {{x: number, y: number, index: object, lines: string[]} | null} the pixel, the index of
 *   what was hit by kind of layer, and words about it; null outside the picture
 */
export function pick(layers, [H, W], view, px, py) {
  const [x, y] = [view.x + px / view.s, view.y + py / view.s];
  if (x < 0 || y < 0 || x >= W || y >= H) return null;
  const reach = (REACH * view.k) / view.s;
  const found = { x: Math.floor(x), y: Math.floor(y), index: { ...NOTHING }, lines: [] };
  // What was drawn last lies on top and is named first.
  for (const layer of [...layers].sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind))) {
    const hit = layer.at?.(x, y, reach);
    if (!hit) continue;
    found.lines.push(hit.words);
    if (hit.index === undefined || (found.index[layer.kind] ?? null) !== null) continue;
    found.index[layer.kind] = hit.index;
    if (layer.kind === "landings") found.index.of = layer.name; // there may be several
  }
  found.lines.push(`x ${found.x}  y ${found.y}`);
  return found;
}

const RANK = ["landings", "truth", "leaves", "raster", "mask"];
