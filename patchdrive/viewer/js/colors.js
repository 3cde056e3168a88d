// Colours from the tables in the payload.

/** @typedef {Uint8Array} Table 256 colours, red, green and blue of each */

const at = (table, t) => 3 * Math.round(255 * Math.max(0, Math.min(1, t)));

/** @returns {string} the CSS colour at t in [0, 1] */
export function css(table, t) {
  const i = at(table, t);
  return `rgb(${table[i]} ${table[i + 1]} ${table[i + 2]})`;
}

/** @returns {number} the colour as one pixel of ImageData, without alpha (little-endian) */
export function pixel(table, t) {
  const i = at(table, t);
  return (table[i + 2] << 16) | (table[i + 1] << 8) | table[i];
}

/** @returns {string} black or white, whichever reads better on the colour */
export function ink(table, t) {
  const i = at(table, t);
  const light = 0.299 * table[i] + 0.587 * table[i + 1] + 0.114 * table[i + 2];
  return light > 140 ? "#101114" : "#fff";
}

/** @returns {string} a CSS gradient over the table, between two of its places */
export function gradient(table, from = 0, to = 1) {
  const stops = Array.from({ length: 13 }, (_, i) => css(table, from + ((to - from) * i) / 12));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/** The place of number i of n on the order ramp; its darkest end is lost on dark pictures. */
export const order = (i, n) => ORDER[0] + ((ORDER[1] - ORDER[0]) * i) / Math.max(1, n - 1);
export const ORDER = [0.27, 0.98];

/** The place of a leaf's level, coarse to fine. */
export const level = (depth, first, last) =>
  0.3 + (0.68 * (depth - first)) / Math.max(1, last - first);
