// What a threshold gives without cutting the whole tree: how many leaves, at which levels, and the
// squares that a drawing can tell apart.

import { above, inside } from "./split.js";

/** How many leaves a threshold gives: the same as ops.quadtree.leaves_by_threshold. */
export function countLeaves(pyramid, value, size) {
  const [rows, columns] = inside(pyramid, 0, size);
  const gains = above(pyramid, size);
  return rows * columns + gains[Math.min(value + 1, gains.length - 1)];
}

/** The coarsest and the finest level at which a threshold leaves squares uncut. */
export function span(pyramid, value, size) {
  const { least, most } = extremes(pyramid, size);
  const finest = least.length - 1;
  const last = most.slice(0, finest).findLastIndex((count) => count > value) + 1;
  const first = least.findIndex((count) => count <= value);
  return { first: first < 0 ? last : Math.min(first, last), last };
}

/**
 * Squares of a threshold's tree in a window, cut no further than a level.
 * @param {{levels: {rows, columns, values}[], root: number}} pyramid coarse to fine
 * @param {{value: number, deepest: number, sight: [number, number, number, number]}} how
 *   sight: the window [x0, y0, x1, y1); squares at its border reach beyond it
 * @param {[number, number]} size [H, W] of the picture
 * @param {object} scratch arrays to write into again; {} at first
 * @returns {{x0, y0, x1, y1, depth, detail, count}}
 */
export function coarseLeaves({ levels, root }, { value, deepest, sight }, [H, W], scratch) {
  const [west, north] = sight;
  const [east, south] = [Math.min(W, sight[2]), Math.min(H, sight[3])];
  const { x0, y0, x1, y1, depth, detail } = room(scratch, levels[deepest]);
  let n = 0;
  const walk = (d, row, column) => {
    const side = root >> d;
    const [top, left] = [row * side, column * side];
    if (top >= south || left >= east || top + side <= north || left + side <= west) return;
    const { columns, values } = levels[d];
    const count = values[row * columns + column];
    if (d < deepest && count > value) {
      for (let i = 0; i < 4; i++) walk(d + 1, 2 * row + (i >> 1), 2 * column + (i & 1));
      return;
    }
    x0[n] = left;
    y0[n] = top;
    x1[n] = left + side < W ? left + side : W;
    y1[n] = top + side < H ? top + side : H;
    depth[n] = d;
    detail[n] = count;
    n += 1;
  };
  const { rows, columns } = levels[0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) walk(0, row, column);
  }
  return { x0, y0, x1, y1, depth, detail, count: n };
}

function room(scratch, { rows, columns }) {
  if (scratch.most >= rows * columns) return scratch;
  scratch.most = rows * columns;
  for (const name of ["x0", "y0", "x1", "y1", "detail"]) scratch[name] = new Int32Array(scratch.most);
  scratch.depth = new Uint8Array(scratch.most);
  return scratch;
}

const known = new WeakMap(); // pyramid -> the extremes of its levels, found once

/** The lowest and the highest count of each level in the picture. */
function extremes(pyramid, size) {
  if (known.has(pyramid)) return known.get(pyramid);
  const [least, most] = [[], []];
  pyramid.levels.forEach(({ columns, values }, depth) => {
    const [rows, across] = inside(pyramid, depth, size);
    let [low, high] = [Infinity, 0];
    for (let row = 0; row < rows; row++) {
      for (let at = row * columns; at < row * columns + across; at++) {
        if (values[at] < low) low = values[at];
        if (values[at] > high) high = values[at];
      }
    }
    least.push(low);
    most.push(high);
  });
  known.set(pyramid, { least, most });
  return known.get(pyramid);
}
