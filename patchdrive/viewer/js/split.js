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
  const walk = new Walk(counts, plan, size, scratch);
  const roots = inside(counts, 0, size);
  let up = 0;
  while (1 << up < Math.max(...roots)) up += 1;
  walk.forest(up, 0, 0, roots);
  const { x0, y0, x1, y1, depth, detail } = scratch;
  return { x0, y0, x1, y1, depth, detail, count: walk.count };
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
function above(counts, size) {
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
function inside({ root }, depth, size) {
  return size.map((length) => Math.ceil(length / (root >> depth)));
}

/** One walk down from the roots, in Morton order. */
class Walk {
  count = 0;
  used = 0; // leaves gained by cutting ties

  constructor({ levels, root }, plan, [H, W], out) {
    Object.assign(this, { levels, root, H, W, out, ...plan });
    this.deepest = levels.length - 1;
  }

  /** The roots of a square of 2^up by 2^up of them, in Morton order. */
  forest(up, y, x, [rows, columns]) {
    if (y >= rows || x >= columns) return;
    if (up === 0) {
      this.visit(0, y, x);
      return;
    }
    const half = 1 << (up - 1);
    for (const b of [y, y + half]) {
      for (const a of [x, x + half]) this.forest(up - 1, b, a, [rows, columns]);
    }
  }

  visit(depth, y, x) {
    const { columns, values } = this.levels[depth];
    const count = values[y * columns + x];
    const side = this.root >> depth;
    const [y0, x0] = [y * side, x * side];
    if (depth === this.deepest || !this.cuts(count, y0, x0, side)) {
      this.leaf(depth, y0, x0, side, count);
      return;
    }
    const half = side >> 1;
    const [right, lower] = [x0 + half < this.W, y0 + half < this.H];
    this.visit(depth + 1, 2 * y, 2 * x);
    if (right) this.visit(depth + 1, 2 * y, 2 * x + 1);
    if (lower) this.visit(depth + 1, 2 * y + 1, 2 * x);
    if (right && lower) this.visit(depth + 1, 2 * y + 1, 2 * x + 1);
  }

  cuts(count, y0, x0, side) {
    if (count > this.most) return true;
    if (count !== this.ties) return false;
    const half = side >> 1;
    const gain = (y0 + half < this.H ? 2 : 1) * (x0 + half < this.W ? 2 : 1) - 1;
    this.used += gain;
    if (this.used <= this.spare) return true;
    this.ties = -1; // the first that does not fit ends it
    return false;
  }

  leaf(depth, y0, x0, side, count) {
    const { out, count: n } = this;
    out.x0[n] = x0;
    out.y0[n] = y0;
    out.x1[n] = x0 + side < this.W ? x0 + side : this.W;
    out.y1[n] = y0 + side < this.H ? y0 + side : this.H;
    out.depth[n] = depth;
    out.detail[n] = count;
    this.count = n + 1;
  }
}
