// What is shown of an edit until Python has chosen anew: the marks themselves, and of the saccades
// those that nothing speaks against.

import { holds, places, polygons } from "./marks.js";

const COLUMNS = ["x", "y", "x0", "y0", "x1", "y1", "scores", "kept"];

/** The number of the saccade at a place [y, x], or null. */
export function index({ x, y, count }, place) {
  if (!place) return null;
  for (let i = 0; i < count; i++) if (y[i] === place[0] && x[i] === place[1]) return i;
  return null;
}

/**
 * Of the saccades that Python sent, those that may stay, after those that were kept by hand.
 * @param {import("./landings.js").Landings} layer
 * @param {object} values of all knobs
 * @param {(x: number, y: number) => number} score of a place that is new
 */
export function remains(layer, values, score) {
  const radius = values.radius ?? layer.radius;
  const kept = places(values.keep);
  const spots = [...kept, ...places(values.ban)];
  const outlines = polygons(values.inside);
  const rows = Array.from({ length: layer.sent.count }, (_, i) => row(layer.sent, i));
  const own = kept.map(([y, x]) => {
    const old = rows.find((one) => one.x === x && one.y === y);
    return { ...(old ?? { x, y, scores: score(x, y), ...window(layer, y, x) }), kept: 1 };
  });
  const near = ({ x, y }) =>
    spots.some((spot) => Math.max(Math.abs(y - spot[0]), Math.abs(x - spot[1])) <= radius);
  const inside = ({ x, y }) =>
    !outlines.length || outlines.some((outline) => holds(outline, y + 0.5, x + 0.5));
  const chosen = rows
    .filter((one) => !near(one) && inside(one))
    .map((one) => ({ ...one, kept: 0 }))
    .sort((a, b) => b.scores - a.scores);
  const most = Math.max(0, (values.k ?? Infinity) - own.length);
  return table([...own, ...chosen.slice(0, most)]);
}

/** Show saccade i of a layer at (y, x), all others as they are. */
export function move(layer, i, y, x) {
  const rows = Array.from({ length: layer.count }, (_, n) => row(layer, n));
  rows[i] = { ...rows[i], x, y, ...window(layer, y, x) };
  layer.take(table(rows));
  layer.key = null; // it is no longer what the values say
  layer.color();
}

const row = (from, i) => Object.fromEntries(COLUMNS.map((name) => [name, from[name][i]]));

function table(rows) {
  const columns = COLUMNS.map((name) => [name, Float64Array.from(rows, (one) => one[name])]);
  return { ...Object.fromEntries(columns), count: rows.length };
}

/** The window around a place; "slide" moves it inward at the border. */
function window({ live, sent, size: [H, W] }, y, x) {
  const side = live?.side ?? (sent.count ? sent.x1[0] - sent.x0[0] : 0);
  const start = (place, length) => {
    const first = place - Math.floor(side / 2);
    if ((live?.border ?? "slide") !== "slide") return first;
    return Math.max(0, Math.min(length - side, first));
  };
  const [x0, y0] = [start(x, W), start(y, H)];
  return { x0, y0, x1: x0 + side, y1: y0 + side };
}
