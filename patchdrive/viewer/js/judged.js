// Choosing from the whole map, in a page where no server can be asked: what is chosen is what Python
// would choose, for any radius and any marks.

import { places, silence, threshold } from "./choose.js";
import { holds, polygons } from "./marks.js";

const CELLS = 2 ** 22; // most cells of a map: place and score then fit into one exact number

/**
 * @param {{size, cells, picker: string, values: Int32Array, percentiles: Float32Array}} sent
 *   values: the bits of the map's floats, all of them 0 or above
 * @returns candidates as choose.js takes them, and what it asks about them
 */
export function judged({ size, cells, picker, values, percentiles }) {
  const map = new Float32Array(values.buffer, values.byteOffset, values.length);
  const [h, w] = cells;
  const centres = [axis(h, size[0]), axis(w, size[1])];
  const best = sorted(values);
  const column = (Type, of) => Type.from(best, of);
  const summits = summitsOf(map, cells, centres);
  const score = (y, x) => map[cellOf(y, h, size[0]) * w + cellOf(x, w, size[1])];
  const candidates = {
    y: column(Int32Array, (cell) => centres[0][Math.floor(cell / w)]),
    x: column(Int32Array, (cell) => centres[1][cell % w]),
    scores: column(Float32Array, (cell) => map[cell]),
    reaches: (radius) => {
      if (picker !== "maxima") return () => true;
      const found = summits(radius);
      return (i) => found[best[i]] === 1;
    },
  };
  const open = (settings) => openCells({ map, size, cells, centres, percentiles }, settings);
  return { ...candidates, size, cells, percentiles, score, open };
}

/** The middle pixel of each cell of an axis, as types.Grid has it. */
const axis = (cells, length) =>
  Int32Array.from({ length: cells }, (_, i) => Math.floor(((2 * i + 1) * length) / (2 * cells)));

const cellOf = (pixel, cells, length) => Math.floor(((2 * pixel + 1) * cells) / (2 * length));

/** Cells above 0, best first, ties in row order: floats from 0 up are ordered as their bits are. */
function sorted(bits) {
  const keys = new Float64Array(bits.length);
  let n = 0;
  bits.forEach((value, cell) => {
    if (value > 0) keys[n++] = value * CELLS + (CELLS - 1 - cell);
  });
  return Int32Array.from(keys.subarray(0, n).sort().reverse(), (key) => CELLS - 1 - (key % CELLS));
}

/** A function: radius -> 1 for each cell that no cell within the radius exceeds. */
function summitsOf(map, [h, w], [rows, columns]) {
  let last = {};
  return (radius) => {
    if (last.radius === radius) return last.found;
    const across = new Float32Array(map.length);
    const top = new Float32Array(map.length);
    const [wide, tall] = [windows(columns, radius), windows(rows, radius)];
    for (let row = 0; row < h; row++) largest(map, across, row * w, 1, wide);
    for (let column = 0; column < w; column++) largest(across, top, column, w, tall);
    last = { radius, found: Uint8Array.from(map, (value, cell) => (value === top[cell] ? 1 : 0)) };
    return last.found;
  };
}

/** For each place the range [first, end) of those within the radius. */
function windows(centres, radius) {
  let [first, end] = [0, 0];
  return Array.from(centres, (centre) => {
    while (centres[first] < centre - radius) first += 1;
    while (end < centres.length && centres[end] <= centre + radius) end += 1;
    return [first, end];
  });
}

/** The largest value of each window along a line; both ends of the windows only move forward. */
function largest(from, to, start, step, ranges) {
  const line = new Int32Array(ranges.length); // places whose values fall
  let [head, tail, next] = [0, 0, 0];
  ranges.forEach(([first, end], at) => {
    for (; next < end; next++) {
      const value = from[start + next * step];
      while (tail > head && from[start + line[tail - 1] * step] <= value) tail -= 1;
      line[tail++] = next;
    }
    while (line[head] < first) head += 1;
    to[start + at * step] = from[start + line[head] * step];
  });
}

/** 1 for each cell in which the eye may land, as figures.overlay.gate has it. */
function openCells({ map, size, cells, centres, percentiles }, settings) {
  const limit = threshold(settings, percentiles);
  const outlines = polygons(settings.inside ?? "");
  const silent = silence(settings.radius, { size, cells }, places(settings.ban));
  const [h, w] = cells;
  const found = new Uint8Array(h * w);
  for (let row = 0, cell = 0; row < h; row++) {
    const y = centres[0][row];
    for (let column = 0; column < w; column++, cell++) {
      const x = centres[1][column];
      if (!(map[cell] > limit) || silent.at(x, y)) continue;
      found[cell] = !outlines.length || outlines.some((one) => holds(one, y + 0.5, x + 0.5)) ? 1 : 0;
    }
  }
  return found;
}
