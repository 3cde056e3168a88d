// The quadtree cut here, to the last leaf as ops/quadtree.py cuts it, from its pyramid of counts.

const COLUMNS = { x0: Int32Array, y0: Int32Array, x1: Int32Array, y1: Int32Array,
  depth: Uint8Array, detail: Int32Array };
const gained = new WeakMap(); // pyramid -> what above() counts, made once

/**
 * Leaves in Morton order.
 *
 * @param {{levels: {rows, columns, values}[], root}} counts edge pixels of the squares of every
 *   level, roots first, and the side of a root in pixels
 * @param {{split: "threshold" | "budget", value}} how cut squares with more edge pixels than value,
 *   or those with most while there are no more than value leaves
 * @param {[number, number]} size [H, W] of the picture
 * @param {object} scratch holds the arrays between calls, so that the next call overwrites them
 * @returns {{x0, y0, x1, y1, depth, detail, count}} typed arrays, of which count entries are filled
 */
export function leaves(counts, { split, value }, size, scratch = {}) {
  const plan = planned(counts, split, value, size);
  if (!(scratch.depth?.length >= plan.room)) {
    for (const [name, Type] of Object.entries(COLUMNS)) scratch[name] = new Type(plan.room);
  }
  const visit = walk(counts, plan, size, scratch);
  const roots = inside(counts, 0, size);
  let up = 0;
  while (1 << up < Math.max(...roots)) up += 1;
  forest(up, 0, 0, roots, visit);
  const count = visit.count();
  const { x0, y0, x1, y1, depth, detail } = scratch;
  return { x0, y0, x1, y1, depth, detail, count };
}

/** Which squares to cut: those with more than most, and of those with exactly most the first. */
function planned(counts, split, value, size) {
  const gains = above(counts, size);
  const [rows, columns] = inside(counts, 0, size);
  const roots = rows * columns;
  // Past the end nothing is gained. The last entry stands for all that follow.
  const gain = (count) => gains[Math.min(count, gains.length - 1)];
  if (split !== "budget") {
    const most = Math.max(-1, Math.floor(value));
    return { most, spare: 0, ties: -1, room: roots + gain(most + 1) };
  }
  const spare = value - roots;
  if (spare < 0) return { most: Infinity, spare: 0, ties: -1, room: roots };
  let [low, high] = [0, gains.length - 1]; // the smallest most with gain(most + 1) <= spare
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gain(middle + 1) <= spare) high = middle;
    else low = middle + 1;
  }
  const rest = spare - gain(low + 1);
  return { most: low, spare: rest, ties: low || -1, room: roots + spare };
}

/** Entry c: leaves gained by cutting all squares with at least c edge pixels; the last is 0. */
export function above(counts, size) {
  const key = `${size}`;
  const known = gained.get(counts);
  if (known?.key === key) return known.gains;
  let highest = 0;
  for (const count of counts.levels[0].values) if (count > highest) highest = count;
  const gains = new Int32Array(highest + 2);
  for (let depth = 0; depth + 1 < counts.levels.length; depth++) {
    const { columns: width, values } = counts.levels[depth];
    const [rows, columns] = inside(counts, depth, size);
    const [below, beside] = inside(counts, depth + 1, size);
    for (let y = 0; y < rows; y++) {
      const down = Math.min(2, below - 2 * y);
      for (let x = 0; x < columns; x++) {
        gains[values[y * width + x]] += down * Math.min(2, beside - 2 * x) - 1;
      }
    }
  }
  for (let count = highest; count >= 0; count--) gains[count] += gains[count + 1];
  gained.set(counts, { key, gains });
  return gains;
}

/** Rows and columns of a level that touch the picture. */
export function inside({ root }, depth, size) {
  return size.map((length) => Math.ceil(length / (root >> depth)));
}

/** Visit a square of 2^up by 2^up roots in Morton order, as far as they touch the picture. */
function forest(up, y, x, [rows, columns], visit) {
  if (y >= rows || x >= columns) return;
  if (up === 0) {
    visit(0, y, x);
    return;
  }
  const half = 1 << (up - 1);
  for (const b of [y, y + half]) {
    for (const a of [x, x + half]) forest(up - 1, b, a, [rows, columns], visit);
  }
}

/**
 * A function that writes the leaves below a square, in Morton order. Everything that it reads is a
 * constant of the closure: a million leaves then take a few hundredths of a second.
 */
function walk({ levels, root }, { most, spare, ties }, [H, W], { x0, y0, x1, y1, depth, detail }) {
  const values = levels.map((level) => level.values);
  const widths = levels.map((level) => level.columns);
  const deepest = levels.length - 1;
  let [n, used, tie] = [0, 0, ties];

  function visit(d, y, x) {
    const count = values[d][y * widths[d] + x];
    const side = root >> d;
    const top = y * side;
    const left = x * side;
    if (d < deepest && (count > most || (count === tie && fits(top, left, side >> 1)))) {
      const half = side >> 1;
      const right = left + half < W;
      visit(d + 1, 2 * y, 2 * x);
      if (right) visit(d + 1, 2 * y, 2 * x + 1);
      if (top + half >= H) return;
      visit(d + 1, 2 * y + 1, 2 * x);
      if (right) visit(d + 1, 2 * y + 1, 2 * x + 1);
      return;
    }
    x0[n] = left;
    y0[n] = top;
    x1[n] = left + side < W ? left + side : W;
    y1[n] = top + side < H ? top + side : H;
    depth[n] = d;
    detail[n] = count;
    n += 1;
  }

  /** Whether a square with exactly the count of the last ones may still be cut. */
  function fits(top, left, half) {
    used += (top + half < H ? 2 : 1) * (left + half < W ? 2 : 1) - 1;
    if (used <= spare) return true;
    tie = -1; // the first that does not fit ends it
    return false;
  }

  visit.count = () => n;
  return visit;
}
